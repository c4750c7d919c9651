//! Which layout a table has, recognised by its columns.

use csv::StringRecord;
use landfall_source::{Diagnostic, Result};

use super::{Refused, Request, time};

/// How a trace is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `timestamp[,duration]`: a row for each request, in seconds or dates.
    Requests,
    /// `period,count` and the like: a row for each period of equal length.
    Counts,
    /// The Azure Functions data of 2019: a row for each function, a column a minute.
    Functions,
    /// The Azure Functions data of 2021: `app,func,end_timestamp,duration`, in seconds.
    EndTimes,
    /// A log of Lambda: start, duration in milliseconds, whether the start was cold.
    Log,
    /// What CloudWatch answers to `GetMetricData`.
    CloudWatch,
}

impl Layout {
    /// The words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Requests => "a row for each request",
            Self::Counts => "requests by period",
            Self::Functions => "requests by function and minute",
            Self::EndTimes => "ends and durations of requests",
            Self::Log => "a log of Lambda",
            Self::CloudWatch => "CloudWatch metrics",
        }
    }
}

/// Where a table keeps what.
#[derive(Debug)]
pub(super) struct Columns {
    layout: Layout,
    /// When; none where rows are minutes in order.
    at: Option<usize>,
    count: usize,
    run: Option<usize>,
    /// What durations are multiplied by to be seconds.
    run_unit_s: f64,
    cold: Option<usize>,
    environment: Option<usize>,
}

const MILLISECOND_S: f64 = 1e-3;

impl Columns {
    pub(super) const fn layout(&self) -> Layout {
        self.layout
    }

    pub(super) const fn has_durations(&self) -> bool {
        self.run.is_some()
    }

    /// Finds the layout of columns, which are in small letters.
    pub(super) fn detect(name: &str, columns: &[String]) -> Result<Self> {
        let find = |words: &[&str]| {
            words
                .iter()
                .find_map(|word| columns.iter().position(|column| column == word))
        };
        let table = |layout| Self {
            layout,
            at: None,
            count: 0,
            run: None,
            run_unit_s: 1.0,
            cold: find(&["is_cold", "cold", "cold_start"]),
            environment: find(&["exist_id", "environment", "instance", "instance_id"]),
        };
        if find(&["hashfunction"]).is_some() && find(&["1"]).is_some() {
            return Ok(table(Layout::Functions));
        }
        let in_ms = find(&["aws_duration", "elapsed_time", "duration_ms"]);
        let run = find(&["duration", "duration_s"]);
        if let Some(at) = find(&["end_timestamp"]) {
            let run = Some(run.ok_or_else(|| missing(name, "duration"))?);
            let at = Some(at);
            return Ok(Self {
                at,
                run,
                ..table(Layout::EndTimes)
            });
        }
        if table(Layout::Log).cold.is_some() {
            let start = ["client_start_time", "start_time", "timestamp"];
            let at = Some(find(&start).ok_or_else(|| missing(name, "start_time"))?);
            let unit = if in_ms.is_some() { MILLISECOND_S } else { 1.0 };
            let run = Some(in_ms.or(run).ok_or_else(|| missing(name, "aws_duration"))?);
            return Ok(Self {
                at,
                run,
                run_unit_s: unit,
                ..table(Layout::Log)
            });
        }
        let counted = find(&["count", "value", "invocations", "requests"]);
        let when = find(&["timestamp", "time", "period"]);
        if let (Some(count), true) = (counted, when.is_some() || find(&["minute"]).is_some()) {
            let run = in_ms.or(run);
            let unit = if in_ms.is_some() { MILLISECOND_S } else { 1.0 };
            return Ok(Self {
                at: when,
                count,
                run,
                run_unit_s: unit,
                ..table(Layout::Counts)
            });
        }
        match find(&["timestamp"]) {
            Some(at) => Ok(Self {
                at: Some(at),
                run: in_ms.or(run),
                run_unit_s: if in_ms.is_some() { MILLISECOND_S } else { 1.0 },
                ..table(Layout::Requests)
            }),
            None => Err(Box::new(missing(name, "timestamp"))),
        }
    }

    /// When a row of counts begins (on the trace's own clock, in seconds), how many
    /// requests it has, and how long they took on average. A `period` that is a small
    /// number is one of minutes.
    pub(super) fn count(
        &self,
        name: &str,
        line: u64,
        record: &StringRecord,
        index: u64,
    ) -> std::result::Result<(f64, f64, Option<f64>), Refused> {
        let at_s = match self.at {
            None => index as f64 * 60.0,
            Some(at) => {
                let cell = record.get(at).unwrap_or("");
                let at_s = time_of(name, line, cell)?;
                if is_minute(cell, at_s) {
                    at_s * 60.0
                } else {
                    at_s
                }
            }
        };
        let requests = number(name, line, record.get(self.count).unwrap_or(""))?;
        if requests > MOST_IN_A_PERIOD {
            return Err(Refused::row(name, line, "more requests than can be true"));
        }
        Ok((at_s, requests, self.run_s(name, line, record)?))
    }

    /// One request, its time on the trace's own clock.
    pub(super) fn request(
        &self,
        name: &str,
        line: u64,
        record: &StringRecord,
    ) -> std::result::Result<Request, Refused> {
        let cell = |column: Option<usize>| column.and_then(|at| record.get(at));
        let at_s = time_of(name, line, cell(self.at).unwrap_or(""))?;
        let run_s = self.run_s(name, line, record)?;
        let begun_s = if self.layout == Layout::EndTimes {
            at_s - run_s.unwrap_or(0.0)
        } else {
            at_s
        };
        let cold = match cell(self.cold).map(|cold| cold.trim().to_ascii_lowercase()) {
            None => None,
            Some(word) if matches!(word.as_str(), "true" | "1" | "yes") => Some(true),
            Some(word) if matches!(word.as_str(), "false" | "0" | "no") => Some(false),
            Some(word) => {
                let what = format!("`{word}` is neither true nor false");
                return Err(Refused::row(name, line, &what));
            }
        };
        Ok(Request {
            at_s: begun_s,
            run_s,
            cold,
            environment: cell(self.environment).map(hash),
        })
    }

    fn run_s(
        &self,
        name: &str,
        line: u64,
        record: &StringRecord,
    ) -> std::result::Result<Option<f64>, Refused> {
        let Some(column) = self.run else {
            return Ok(None);
        };
        let cell = record.get(column).unwrap_or("");
        let value = number(name, line, cell)? * self.run_unit_s;
        if value > LONGEST_RUN_S {
            let what = format!("a duration of {value} s is too long");
            return Err(Refused::row(name, line, &what));
        }
        Ok(Some(value))
    }
}

/// Most requests of a period: a million a second for a day.
pub(super) const MOST_IN_A_PERIOD: f64 = 86_400e6;
/// The longest duration of a unit of work, in seconds: a year.
const LONGEST_RUN_S: f64 = 366.0 * 86_400.0;

/// Whole numbers below ten years of minutes count minutes; dates do not.
fn is_minute(cell: &str, at_s: f64) -> bool {
    at_s < super::LONGEST_MIN as f64 && cell.trim().bytes().all(|byte| byte.is_ascii_digit())
}

fn time_of(name: &str, line: u64, cell: &str) -> std::result::Result<f64, Refused> {
    time::parse(cell).ok_or_else(|| {
        let what = format!("`{}` is not a time", shortened(cell));
        Refused::row(name, line, &what)
    })
}

pub(super) fn number(name: &str, line: u64, cell: &str) -> std::result::Result<f64, Refused> {
    match cell.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => {
            let what = format!("`{}` is not a number from 0 up", shortened(cell));
            Err(Refused::row(name, line, &what))
        }
    }
}

fn shortened(cell: &str) -> String {
    cell.trim().chars().take(40).collect()
}

/// FNV-1a (Fowler, Noll, Vo).
fn hash(cell: &str) -> u64 {
    cell.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn missing(name: &str, column: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("{name}:1: there is no column `{column}`"));
    problem.help(
        "a trace begins with `timestamp[,duration]`, `period,count`, the columns of the \
         Azure Functions data sets, or those of a Lambda log",
    )
}
