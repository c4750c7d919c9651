//! A trace boiled down: how much, and how it goes over time.

use std::io::Read;
use std::sync::Arc;

use landfall_source::{Diagnostic, Result};

use super::{LONGEST_MIN, Row, Trace};
use crate::fact::FactId;
use crate::value::Domain;

/// Requests of each minute over the mean minute.
pub type Shape = Arc<[f32]>;

/// What a trace says of the traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceSummary {
    /// Requests in the trace.
    pub requests: f64,
    /// Mean rate, per second.
    pub rate_per_s: f64,
    /// The busiest minute over the mean minute.
    pub peak_to_mean: f64,
    /// How it goes over time.
    pub shape: Shape,
    /// Rows that were skipped.
    pub skipped: u64,
}

/// Reads a whole trace. Streams; memory grows with the minutes covered only.
///
/// # Errors
/// What is wrong with it, named by file and line.
pub fn summarise_trace(name: &str, input: impl Read, skip_bad_rows: bool) -> Result<TraceSummary> {
    let mut trace = Trace::open(name, input, skip_bad_rows)?;
    let mut minutes: Vec<f64> = Vec::new();
    while let Some(row) = trace.next_row()? {
        match row {
            Row::Request(request) => spread(&mut minutes, request.at_s, 0.0, 1.0),
            Row::Count(count) => spread(&mut minutes, count.at_s, count.for_s, count.requests),
            Row::Function(function) => {
                for (minute, requests) in function.per_minute.iter().enumerate() {
                    let at_s = minute as f64 * 60.0;
                    spread(&mut minutes, at_s, 60.0, f64::from(*requests));
                }
            }
        }
    }
    let requests: f64 = minutes.iter().sum();
    if requests <= 0.0 {
        let problem = Diagnostic::new(format!("{name}: the trace holds no request"));
        return Err(Box::new(problem.help("check that it is the file you mean")));
    }
    let mean = requests / minutes.len() as f64;
    let volume = Domain::of_fact(FactId::Volume);
    if volume.is_some_and(|domain| !domain.contains(mean / 60.0)) {
        let what = format!("{name}: the trace has more than a million requests a second");
        let problem = Diagnostic::new(what);
        return Err(Box::new(
            problem.help("check the unit of its times and counts"),
        ));
    }
    let peak = minutes.iter().copied().fold(0.0, f64::max);
    Ok(TraceSummary {
        requests,
        rate_per_s: mean / 60.0,
        peak_to_mean: peak / mean,
        shape: minutes.iter().map(|count| (count / mean) as f32).collect(),
        skipped: trace.skipped(),
    })
}

/// Adds requests, evenly over the minutes of their period.
fn spread(minutes: &mut Vec<f64>, at_s: f64, for_s: f64, requests: f64) {
    let minute = |at_s: f64| ((at_s / 60.0) as usize).min(LONGEST_MIN);
    // The end itself belongs to the next period.
    let (first, last) = (minute(at_s), minute((at_s + for_s - 1e-6).max(at_s)));
    if last >= minutes.len() {
        minutes.resize(last + 1, 0.0);
    }
    let number = (last - first + 1) as f64;
    for count in minutes.iter_mut().take(last + 1).skip(first) {
        *count += requests / number;
    }
}
