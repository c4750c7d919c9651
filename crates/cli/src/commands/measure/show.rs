//! A measurement as text and as JSON, drawn, and in a workload file.

use std::fmt::Write as _;

use landfall_measure::Point;
use landfall_report::chart;
use landfall_workload::{FactId, Value};
use serde_json::{Map, Value as Json, json};

use super::super::memory::{self, percent, shown};
use super::into;
use super::work::{Around, Work};
use crate::arguments::Format;
use crate::exit::{Exit, Outcome, Problem};
use crate::measure_arguments::Running;
use crate::output::Output;
use crate::writing;

/// How what is shown is known.
const WAY: &str = "counted";

/// What is shown of a measurement.
pub(super) struct Shown {
    /// `function`, `server` or `job`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// What was run, in rows of a name and a text.
    pub(super) rows: Vec<(&'static str, String)>,
    /// The same for programs.
    pub(super) counted: Map<String, Json>,
    /// Facts besides those of the work.
    pub(super) facts: Vec<(FactId, Value)>,
    pub(super) notes: Vec<String>,
}

impl Shown {
    /// Shows it, and writes what is asked for.
    pub(super) fn out(
        self,
        work: &Work,
        around: &Around,
        running: &Running,
        output: &mut Output,
    ) -> Outcome {
        if let Some(path) = &running.chart {
            let title = format!("{}: time and cost against memory, computed", self.name);
            let drawn = chart::memory(&title, &work.points).ok_or_else(|| {
                let problem = landfall_source::Diagnostic::new("a chart needs two sizes of memory");
                Problem::from(Box::new(problem.help("give more sizes with --memory")))
            })?;
            writing::write(path, &drawn)?;
        }
        let text = match running.format {
            Format::Text => self.text(work, around),
            Format::Json => serde_json::to_string_pretty(&self.document(work, around))
                .map(|text| text + "\n")
                .map_err(|error| Problem::Fault(error.to_string()))?,
        };
        if let Some(path) = &running.into {
            let mut facts = work.facts(around.architecture);
            facts.extend(self.facts);
            let id = running.workload.as_deref();
            into::write(path, id, &self.name, &facts, &machine(work, around))?;
            output.say(&format!("Written: {}\n", path.display()));
        }
        output.data(&text)?;
        Ok(Exit::Done)
    }

    fn text(&self, work: &Work, around: &Around) -> String {
        let Around {
            cores,
            architecture,
            region,
            ..
        } = around;
        let many = if *cores == 1 { "" } else { "s" };
        let mut out = format!(
            "{}: {WAY} on this machine, {architecture}, {cores} core{many}\n",
            self.name
        );
        let mut row = |name: &str, text: &str| {
            let _ = writeln!(out, "  {name:<10}  {text}");
        };
        for (name, text) in &self.rows {
            row(name, text);
        }
        let threads = work.threads;
        let many = if threads > 1.0 { "s" } else { "" };
        let share = percent(work.cpu_share);
        row(
            "computing",
            &format!("{share} of the time, on {threads} vCPU{many}; the rest waits"),
        );
        row("memory", &format!("{} at most", work.memory));
        row("speed", &speed(work));
        row("best", &memory::best_line(work.best.as_ref()));
        let cores = *cores as f64;
        out.push_str(&memory::table(&work.points, |point| {
            if is_extrapolated(point, cores) {
                "extrapolated"
            } else {
                "computed"
            }
        }));
        out.push_str(&memory::bars(&work.points));
        let _ = writeln!(
            out,
            "\nOn Lambda in {region}, from what was counted: CPU time over the vCPUs of a size, waiting as it\n\
             was. Ranges are 95% intervals. Costs are those of duration, without start-up and requests."
        );
        for note in &self.notes {
            let _ = writeln!(out, "note: {note}");
        }
        out
    }

    fn document(&self, work: &Work, around: &Around) -> Json {
        let cores = around.cores as f64;
        let mut points = memory::points_document(&work.points);
        for (json, point) in points
            .as_array_mut()
            .into_iter()
            .flatten()
            .zip(&work.points)
        {
            if let Some(object) = json.as_object_mut() {
                let known = if is_extrapolated(point, cores) {
                    "extrapolated"
                } else {
                    "computed"
                };
                object.insert("known".to_owned(), json!(known));
            }
        }
        json!({
            "schema": 1,
            "kind": self.kind,
            "name": self.name,
            "known": WAY,
            "region": around.region,
            "architecture": around.architecture,
            "cores": around.cores,
            "counted": self.counted,
            "work": {
                "p50_s": work.quantile(0.5),
                "p99_s": work.quantile(0.99),
                "max_s": work.quantile(1.0),
                "cpu_share": work.cpu_share,
                "threads": work.threads,
                "memory_mb": work.memory.as_mb(),
                "at_memory_mb": work.measured_on.as_mb(),
            },
            "speed": work.speed.map(|speed| json!({
                "factor": speed.factor,
                "most_off": speed.most_off,
                "reports": speed.reports,
            })),
            "best": work.best.map(|best| memory::best_document(&best)),
            "points": points,
            "notes": self.notes,
        })
    }
}

/// This machine has fewer cores than the size has vCPUs.
fn is_extrapolated(point: &Point, cores: f64) -> bool {
    point.vcpus > cores
}

/// The speed that was taken, in words.
fn speed(work: &Work) -> String {
    match work.speed {
        Some(speed) => format!(
            "Lambda takes {:.2}x the CPU time of this machine ({} reports, which differ by at most {})",
            speed.factor,
            speed.reports,
            percent(speed.most_off)
        ),
        None => "taken as Lambda's; --calibrate finds it from a log of Lambda".to_owned(),
    }
}

/// The machine, for a comment in a workload file.
fn machine(work: &Work, around: &Around) -> String {
    let speed = work.speed.map_or_else(
        || "speed factor 1, not calibrated".to_owned(),
        |speed| format!("speed factor {:.2}", speed.factor),
    );
    let Around {
        cores,
        architecture,
        ..
    } = around;
    format!("{WAY} on Linux, {architecture}, {cores} cores; {speed}")
}

/// p50, p99 and the longest of times in seconds, in words.
pub(super) fn quantiles(times_s: &[f64]) -> String {
    let at = |share: f64| shown(landfall_measure::quantile(times_s, share).unwrap_or(0.0));
    format!("p50 {}, p99 {}, longest {}", at(0.5), at(0.99), at(1.0))
}

/// Failures and their numbers, in words.
pub(super) fn failures<'f>(all: impl Iterator<Item = (String, &'f u32)>) -> Vec<String> {
    all.map(|(what, number)| format!("{number} failed: {what}"))
        .collect()
}
