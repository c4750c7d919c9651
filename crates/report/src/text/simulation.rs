//! A simulation as text: a summary, and a chart of demand against capacity.

use std::fmt::Write as _;

use landfall_simulate::{Errors, Figures, Percentiles, Point};
use landfall_units::Duration;

use crate::simulation::{Run, Simulation};
use crate::wrap::paragraph;

/// Columns and rows of the chart.
const COLUMNS: usize = 66;
const ROWS: usize = 10;

/// A simulation, whole.
pub fn simulation(simulation: &Simulation) -> String {
    let mut out = String::new();
    paragraph(
        &mut out,
        "",
        "  ",
        &format!("{}: {}", simulation.name, simulation.what),
    );
    let head = format!(
        "simulated with seed {}, behaviour of {}",
        simulation.seed, simulation.as_of
    );
    paragraph(&mut out, "", "  ", &head);
    if simulation.runs.len() > 1 {
        out.push('\n');
        idle_limits(&mut out, &simulation.runs);
    } else if let Some(run) = simulation.runs.first() {
        out.push('\n');
        one(&mut out, run);
        out.push('\n');
        chart(&mut out, run);
    }
    if let Some(logged) = &simulation.logged {
        let share = logged.cold_starts as f64 / logged.requests.max(1) as f64;
        let environments = logged.environments.map_or_else(String::new, |number| {
            format!(", {number} environments seen")
        });
        let line = format!(
            "logged: {} cold starts in {} requests ({}){environments}",
            logged.cold_starts,
            grouped(logged.requests as f64),
            share_of(share)
        );
        out.push('\n');
        paragraph(&mut out, "", "  ", &line);
    }
    if simulation.skipped_rows > 0 {
        let line = format!(
            "{} bad rows of the trace were skipped",
            simulation.skipped_rows
        );
        paragraph(&mut out, "", "  ", &line);
    }
    if !simulation.notes.is_empty() {
        out.push('\n');
    }
    for note in &simulation.notes {
        paragraph(&mut out, "- ", "  ", note);
    }
    if !simulation.laws.is_empty() {
        out.push_str("\nlaws\n");
    }
    for law in &simulation.laws {
        let range = law
            .range
            .as_ref()
            .map_or_else(String::new, |(low, high)| format!(" ({low} to {high})"));
        let line = format!(
            "{} {}{range}: {} [{}, {}, grade {}]",
            law.name, law.value, law.meaning, law.source, law.date, law.grade
        );
        paragraph(&mut out, "  ", "      ", &line);
    }
    out
}

fn one(out: &mut String, run: &Run) {
    let figures = &run.figures;
    let counts = &figures.counts;
    let mut line = |label: &str, value: String| {
        let _ = writeln!(out, "  {label:<20} {value}");
    };
    let over = Duration::from_secs_f64(counts.seconds);
    let records = match counts.records {
        0 => String::new(),
        records => format!(
            ", which took {} messages or records",
            grouped(records as f64)
        ),
    };
    line(
        "requests",
        format!("{} over {over}{records}", grouped(counts.arrived as f64)),
    );
    line("cold starts", cold_starts(figures));
    line("throttled", throttled(figures));
    line("provisioned", provisioned(figures));
    line("in use", in_use(run));
    line("latency", times(&figures.latency, &figures.errors));
    if figures.queueing.max_s > 0.0 {
        line(
            "  of that queueing",
            times(&figures.queueing, &Errors::default()),
        );
    }
    if figures.cold_start.max_s > 0.0 {
        line(
            "  a cold start",
            times(&figures.cold_start, &Errors::default()),
        );
    }
    for billed in &run.billed {
        let quantity = grouped(billed.quantity);
        line(&billed.meter, format!("{quantity} {}", billed.unit));
    }
}

fn cold_starts(figures: &Figures) -> String {
    let error = plus_minus(
        figures.errors.cold_start_share.map(|error| error * 100.0),
        3,
    );
    format!(
        "{} ({}{error})",
        grouped(figures.counts.cold as f64),
        share_of(figures.counts.cold_share())
    )
}

fn throttled(figures: &Figures) -> String {
    let counts = &figures.counts;
    let share = share_of(counts.throttled_share());
    let mut text = format!("{} ({share} of attempts)", grouped(counts.throttled as f64));
    for (number, what) in [
        (counts.retried, "tried again"),
        (counts.failed, "dropped"),
        (counts.expired, "expired"),
        (figures.waiting, "still waiting"),
    ] {
        if number > 0 && counts.throttled > 0 {
            let _ = write!(text, ", {} {what}", grouped(number as f64));
        }
    }
    text
}

fn provisioned(figures: &Figures) -> String {
    let counts = &figures.counts;
    let error = plus_minus(figures.errors.environments_mean, 3);
    format!(
        "{:.2}{error} on average, {} at most",
        counts.alive_mean(),
        counts.most_alive
    )
}

fn in_use(run: &Run) -> String {
    let figures = &run.figures;
    let counts = &figures.counts;
    let error = plus_minus(figures.errors.running_mean, 3);
    format!(
        "{:.2}{error} on average, {} at most ({:.0}% utilised)",
        counts.busy_mean(),
        counts.most_busy,
        100.0 * run.utilisation()
    )
}

fn plus_minus(error: Option<f64>, digits: usize) -> String {
    error.map_or_else(String::new, |error| format!(" ± {error:.digits$}"))
}

fn times(times: &Percentiles, errors: &Errors) -> String {
    let off = |error_s: Option<f64>| {
        error_s.map_or_else(String::new, |error_s| format!(" ± {}", short(error_s)))
    };
    let (off_p50, off_p99) = (off(errors.p50_s), off(errors.p99_s));
    let [p50, p95, p99, p999, max] = [
        times.p50_s,
        times.p95_s,
        times.p99_s,
        times.p999_s,
        times.max_s,
    ]
    .map(short);
    format!("p50 {p50}{off_p50}, p95 {p95}, p99 {p99}{off_p99}, p99.9 {p999}, max {max}")
}

/// A time in three digits.
fn short(seconds: f64) -> String {
    let ms = seconds * 1e3;
    match ms {
        ms if ms <= 0.0 => "0".to_owned(),
        ms if ms < 10.0 => format!("{ms:.1}ms"),
        ms if ms < 1e3 => format!("{ms:.0}ms"),
        ms if ms < 1e5 => format!("{:.2}s", ms / 1e3),
        _ => format!("{seconds:.0}s"),
    }
}

fn share_of(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        format!("{percent:.4}%")
    } else {
        format!("{percent:.2}%")
    }
}

/// A number with its thousands grouped.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len() - place;
        if place > 0 && left.is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn idle_limits(out: &mut String, runs: &[Run]) {
    let _ = writeln!(
        out,
        "  {:>10} {:>12} {:>10} {:>10} {:>10} {:>10}",
        "idle limit", "cold starts", "share", "provided", "in use", "p99"
    );
    for run in runs {
        let counts = &run.figures.counts;
        let limit = run
            .idle_limit_s
            .map_or_else(String::new, |seconds| format!("{seconds}s"));
        let _ = writeln!(
            out,
            "  {limit:>10} {:>12} {:>10} {:>10.3} {:>10.3} {:>10}",
            grouped(counts.cold as f64),
            share_of(counts.cold_share()),
            counts.alive_mean(),
            counts.busy_mean(),
            short(run.figures.latency.p99_s)
        );
    }
}

/// One column of the chart: the most in use and the most provisioned, at once.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    demand: f64,
    capacity: f64,
}

fn columns(run: &Run) -> Vec<Column> {
    let points: Vec<&Point> = run.series.points().collect();
    let length = points.len().div_ceil(COLUMNS).max(1);
    points
        .chunks(length)
        .map(|chunk| Column {
            demand: chunk
                .iter()
                .map(|point| run.demand(&point.counts))
                .fold(0.0, f64::max),
            capacity: chunk.iter().map(|point| point.alive).fold(0.0, f64::max),
        })
        .collect()
}

fn chart(out: &mut String, run: &Run) {
    let columns = columns(run);
    let most = columns.iter().fold(0.0, |most: f64, column| {
        most.max(column.capacity).max(column.demand)
    });
    if most <= 0.0 {
        return;
    }
    let scale = ROWS as f64 / most;
    for row in (0..ROWS).rev() {
        let label = match row {
            _ if row == ROWS - 1 => format!("{most:.1}"),
            0 => "0".to_owned(),
            _ => String::new(),
        };
        let cells: String = columns
            .iter()
            .map(|column| {
                let middle = row as f64 + 0.5;
                if column.demand * scale > middle {
                    '█'
                } else if column.capacity * scale > middle {
                    '░'
                } else {
                    ' '
                }
            })
            .collect();
        let _ = writeln!(out, "{label:>10} │{}", cells.trim_end());
    }
    let seconds: f64 = run.series.points().map(|point| point.counts.seconds).sum();
    let width = columns.len();
    let _ = writeln!(out, "{:>10} └{}", "", "─".repeat(width));
    let last = Duration::from_secs_f64(seconds).to_string();
    let _ = writeln!(
        out,
        "{:>12}0{last:>width$}",
        "",
        width = width.saturating_sub(1)
    );
    let _ = writeln!(out, "{:>12}█ in use (demand)  ░ provisioned (capacity)", "");
}
