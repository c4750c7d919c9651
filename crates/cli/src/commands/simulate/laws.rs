//! Laws of durations, as they are typed.

use std::path::Path;

use landfall_simulate::{DurationLaw, Law};
use landfall_source::{Diagnostic, Result};
use landfall_units::Duration;

use crate::files;

/// Most durations of an empirical law.
const MOST_VALUES: usize = 1 << 20;

/// Reads a law given for a flag.
pub(super) fn parse(flag: &str, text: &str) -> Result<Law> {
    let text = text.trim();
    let problem = |what: &str| {
        let problem = Diagnostic::new(format!("`--{flag} {text}`: {what}"));
        Box::new(problem.help(
            "write it like 800ms, exp:2s, lognormal:800ms,2.4s, p50=800ms,p99=2.4s or empirical:FILE",
        ))
    };
    let seconds = |text: &str| run_s(text).map_err(|what| problem(&what));
    let through = |p50_s, p99_s, max_s| through(p50_s, p99_s, max_s).map_err(problem);
    if let Some((form, rest)) = text.split_once(':') {
        return match form {
            "const" => seconds(rest).map(Law::Constant),
            "exp" => match seconds(rest)? {
                mean_s if mean_s > 0.0 => Ok(Law::Exponential(mean_s)),
                _ => Err(problem("the mean of an exponential law is above 0")),
            },
            "lognormal" => {
                let values: Vec<f64> = rest.split(',').map(seconds).collect::<Result<_>>()?;
                match values.as_slice() {
                    [p50_s, p99_s] => through(*p50_s, *p99_s, None),
                    [p50_s, p99_s, max_s] => through(*p50_s, *p99_s, Some(*max_s)),
                    _ => Err(problem(
                        "a log-normal law needs a median and a 99th percentile",
                    )),
                }
            }
            "empirical" => empirical(Path::new(rest)),
            _ => Err(problem("there is no such law")),
        };
    }
    if !text.contains('=') {
        return seconds(text).map(Law::Constant);
    }
    let (mut p50_s, mut p99_s, mut max_s) = (None, None, None);
    for part in text.split(',') {
        match part.trim().split_once('=') {
            Some(("p50", value)) => p50_s = Some(seconds(value)?),
            Some(("p99", value)) => p99_s = Some(seconds(value)?),
            Some(("max", value)) => max_s = Some(seconds(value)?),
            _ => return Err(problem("it is given by p50, p99 and max")),
        }
    }
    let Some(p50_s) = p50_s else {
        return Err(problem("there is no p50"));
    };
    through(p50_s, p99_s.unwrap_or(p50_s), max_s)
}

/// The law through a median, a 99th percentile and a longest; what is wrong with them.
fn through(p50_s: f64, p99_s: f64, max_s: Option<f64>) -> std::result::Result<Law, &'static str> {
    if p99_s < p50_s {
        return Err("the 99th percentile is below the median");
    }
    if max_s.is_some_and(|max_s| max_s < p99_s) {
        return Err("the longest is below the 99th percentile");
    }
    if p50_s <= 0.0 && p99_s > 0.0 {
        return Err("the median is above 0");
    }
    Ok(Law::from(DurationLaw::new(
        p50_s,
        p99_s,
        max_s.unwrap_or(f64::INFINITY),
    )))
}

/// Longest time simulated: ten years, so that memory stays bounded.
pub(super) const LONGEST_S: f64 = 10.0 * 366.0 * 86_400.0;
/// The longest run of a unit of work: a year.
const LONGEST_RUN_S: f64 = 366.0 * 86_400.0;

/// Reads a time given for a flag, in seconds: from 0, or above 0, to ten years.
pub(super) fn time_s(flag: &str, text: &str) -> Result<f64> {
    /// Flags that mean nothing at 0.
    const ABOVE_ZERO: [&str; 2] = ["for", "lifetime"];
    let problem = |what: &str| {
        let problem = Diagnostic::new(format!("`--{flag} {text}`: {what}"));
        Box::new(problem.help("write it like 600s, 10min or 2h"))
    };
    let time_s = duration_s(text).map_err(|what| problem(&what))?;
    if time_s > LONGEST_S {
        return Err(problem("it is longer than ten years"));
    }
    if time_s <= 0.0 && ABOVE_ZERO.contains(&flag) {
        return Err(problem("it is above 0"));
    }
    Ok(time_s)
}

fn duration_s(text: &str) -> std::result::Result<f64, String> {
    let duration: Duration = text.parse().map_err(|error| format!("{error}"))?;
    Ok(duration.as_secs_f64())
}

/// How long a unit of work takes, in seconds.
fn run_s(text: &str) -> std::result::Result<f64, String> {
    let run_s = duration_s(text)?;
    if run_s > LONGEST_RUN_S {
        return Err(format!("`{text}` is longer than a year"));
    }
    Ok(run_s)
}

/// A law of the durations in a file, a line each: `1.5s`, or a number of seconds.
fn empirical(path: &Path) -> Result<Law> {
    const LARGEST_BYTES: u64 = 32 << 20;
    let file = files::read_within(path, LARGEST_BYTES)?;
    let mut values = Vec::new();
    for (place, line) in file.text().lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || (place == 0 && line.starts_with(|c: char| c.is_alphabetic())) {
            continue;
        }
        let number: Option<f64> = line.parse().ok();
        let value = number.filter(|value| (0.0..=LONGEST_RUN_S).contains(value));
        let value = value.or_else(|| run_s(line).ok());
        let Some(value) = value else {
            let shown: String = line.chars().take(40).collect();
            let problem = format!(
                "{}:{}: `{shown}` is not a duration of at most a year",
                file.name(),
                place + 1
            );
            return Err(Box::new(
                Diagnostic::new(problem).help("write one a line: 1.5s"),
            ));
        };
        values.push(value);
        if values.len() > MOST_VALUES {
            let name = file.name();
            let problem = format!(
                "{name}:{}: there are more than a million durations",
                place + 1
            );
            return Err(Box::new(
                Diagnostic::new(problem).help("take a sample of them"),
            ));
        }
    }
    if values.is_empty() {
        let problem = format!("{}: there is no duration in it", file.name());
        return Err(Box::new(
            Diagnostic::new(problem).help("write one a line: 1.5s"),
        ));
    }
    Ok(Law::Empirical(values))
}
