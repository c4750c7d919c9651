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
    let seconds = |text: &str| duration_s(text).map_err(|what| problem(&what));
    if let Some((form, rest)) = text.split_once(':') {
        return match form {
            "const" => seconds(rest).map(Law::Constant),
            "exp" => seconds(rest).map(Law::Exponential),
            "lognormal" => {
                let values: Vec<f64> = rest.split(',').map(seconds).collect::<Result<_>>()?;
                match values.as_slice() {
                    [p50_s, p99_s] => Ok(through(*p50_s, *p99_s, f64::INFINITY)),
                    [p50_s, p99_s, max_s] => Ok(through(*p50_s, *p99_s, *max_s)),
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
            _ => return Err(problem("it is told by p50, p99 and max")),
        }
    }
    let Some(p50_s) = p50_s else {
        return Err(problem("there is no p50"));
    };
    let p99_s = p99_s.unwrap_or(p50_s);
    if p99_s < p50_s || max_s.is_some_and(|max_s| max_s < p99_s) {
        return Err(problem("p50, p99 and max are out of order"));
    }
    Ok(through(p50_s, p99_s, max_s.unwrap_or(f64::INFINITY)))
}

fn through(p50_s: f64, p99_s: f64, max_s: f64) -> Law {
    Law::from(DurationLaw {
        p50_s,
        p99_s,
        max_s,
    })
}

/// Reads a duration given for a flag, in seconds.
pub(super) fn time_s(flag: &str, text: &str) -> Result<f64> {
    duration_s(text).map_err(|what| {
        let problem = Diagnostic::new(format!("`--{flag} {text}`: {what}"));
        Box::new(problem.help("write it like 600s, 10min or 2h"))
    })
}

fn duration_s(text: &str) -> std::result::Result<f64, String> {
    let duration: Duration = text.parse().map_err(|error| format!("{error}"))?;
    Ok(duration.as_secs_f64())
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
        let value = number.filter(|value| value.is_finite() && *value >= 0.0);
        let value = value.or_else(|| duration_s(line).ok());
        let Some(value) = value else {
            let problem = format!("{}:{}: `{line}` is not a duration", file.name(), place + 1);
            return Err(Box::new(
                Diagnostic::new(problem).help("write one a line: 1.5s"),
            ));
        };
        values.push(value);
        if values.len() > MOST_VALUES {
            let problem = format!("{}: there are more than a million durations", file.name());
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
