//! Time and cost against memory, as `tune` and `measure` show them.

use std::fmt::Write as _;

use landfall_catalog::PriceBook;
use landfall_measure::{Best, Point, Rates, RatesError, Spread};
use landfall_source::Diagnostic;
use landfall_units::{Bytes, Duration, Share};
use serde_json::{Value, json};

use crate::exit::Problem;
use crate::session::Session;

/// Columns of a terminal.
const WIDTH: usize = 80;
/// Letters of the longest bar.
const LONGEST: f64 = 24.0;

/// The rates of a region by the session's day.
pub(crate) fn rates(
    session: &Session,
    book: &PriceBook,
    architecture: &str,
) -> Result<Rates, Problem> {
    let catalog = &session.catalog;
    let lambda = catalog
        .platform("lambda")
        .ok_or_else(|| Problem::Fault("the catalog has no Lambda".to_owned()))?;
    let found = Rates::of(lambda, book, &catalog.meters, architecture, session.as_of);
    found.map_err(|error| match error {
        RatesError::NoSizes => {
            let what = format!("no sizes of Lambda are known on {}", session.as_of);
            Problem::from(Box::new(
                Diagnostic::new(what).help("choose a later --as-of"),
            ))
        }
        RatesError::NoPrice => {
            let region = book.region();
            let what =
                format!("there is no price in dollars of Lambda on {architecture} in {region}");
            let help = format!(
                "bring it in by `landfall prices update`, or choose another --region than {region}"
            );
            Problem::from(Box::new(Diagnostic::new(what).help(help)))
        }
    })
}

/// The sizes that are asked for, each one that Lambda has.
pub(crate) fn sizes(asked: &[Bytes], rates: &Rates) -> Result<Vec<Bytes>, Problem> {
    if asked.is_empty() {
        return Ok(rates.sizes());
    }
    let mut sizes = asked.to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    let wrong = sizes
        .iter()
        .find(|size| **size < rates.least || **size > rates.most);
    if let Some(wrong) = wrong {
        let what = format!("--memory {wrong}: Lambda has no such size");
        let help = format!("write sizes from {} to {}", rates.least, rates.most);
        return Err(Problem::from(Box::new(Diagnostic::new(what).help(help))));
    }
    Ok(sizes)
}

/// A duration, to the millisecond below a second.
pub(crate) fn shown(seconds: f64) -> String {
    let rounded = Duration::shown(seconds);
    if seconds < 0.01 {
        // Milliseconds alone would say nothing.
        format!("{:.2}ms", seconds * 1e3)
    } else {
        rounded.to_string()
    }
}

/// A share to the tenth of a percent.
pub(crate) fn percent(share: f64) -> Share {
    Share::new((share * 1e3).round() / 1e3)
}

/// The sizes that are best, in a line.
pub(crate) fn best_line(best: Option<&Best>) -> String {
    match best {
        Some(best) => {
            let (cost, speed, balanced) = (best.cost, best.speed, best.balanced);
            format!("{cost} for cost, {speed} for speed, {balanced} balanced")
        }
        None => "no size holds the work".to_owned(),
    }
}

/// A text in lines of a terminal, those after the first indented.
pub(crate) fn filled(text: &str, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(WIDTH).subsequent_indent(&indent);
    textwrap::fill(text, options) + "\n"
}

/// A name, and what is said of it.
pub(crate) fn row(name: &str, text: &str) -> String {
    filled(&format!("  {name:<10}  {text}"), 14)
}

/// A table of sizes; `note` says more of one.
pub(crate) fn table(points: &[Point], note: impl Fn(&Point) -> &'static str) -> String {
    let mut out = format!(
        "\n{:>7} {:>5} {:>8} {:>16} {:>9} {:>17}\n",
        "memory", "vCPUs", "time", "from to", "$/million", "from to"
    );
    for point in points {
        let range = |low: String, high: String| {
            if low == high {
                String::new()
            } else {
                format!("{low} to {high}")
            }
        };
        let (time, cost) = (&point.time_s, &point.per_million);
        let line = format!(
            "{:>7} {:>5.2} {:>8} {:>16} {:>9.2} {:>17}",
            point.memory.to_string(),
            point.vcpus,
            shown(time.likely),
            range(shown(time.low), shown(time.high)),
            cost.likely,
            range(format!("{:.2}", cost.low), format!("{:.2}", cost.high)),
        );
        let note = match (point.fits, note(point)) {
            (false, _) => "does not fit",
            (true, note) => note,
        };
        let _ = writeln!(out, "{}", format!("{line} {note}").trim_end());
    }
    out
}

/// Bars of time and cost, each against the longest of its kind.
pub(crate) fn bars(points: &[Point]) -> String {
    let most = |of: fn(&Point) -> f64| points.iter().map(of).fold(f64::MIN_POSITIVE, f64::max);
    let time: fn(&Point) -> f64 = |point| point.time_s.likely;
    let cost: fn(&Point) -> f64 = |point| point.per_million.likely;
    let (longest, most_cost) = (most(time), most(cost));
    let bar = |part: f64| "=".repeat((part * LONGEST).round().max(1.0) as usize);
    let mut out = "\n memory  time                      cost\n".to_owned();
    for point in points {
        let line = format!(
            "{:>7}  {:<24}  {}",
            point.memory.to_string(),
            bar(time(point) / longest),
            bar(cost(point) / most_cost),
        );
        let _ = writeln!(out, "{line}");
    }
    out
}

/// Sizes for programs.
pub(crate) fn points_document(points: &[Point]) -> Value {
    let spread = |spread: &Spread| json!({ "likely": spread.likely, "low": spread.low, "high": spread.high });
    let points = points.iter().map(|point| {
        json!({
            "memory_mb": point.memory.as_mb(),
            "vcpus": point.vcpus,
            "time_s": spread(&point.time_s),
            "per_million": spread(&point.per_million),
            "fits": point.fits,
        })
    });
    points.collect()
}

/// The best sizes for programs.
pub(crate) fn best_document(best: &Best) -> Value {
    json!({
        "cost_mb": best.cost.as_mb(),
        "speed_mb": best.speed.as_mb(),
        "balanced_mb": best.balanced.as_mb(),
    })
}
