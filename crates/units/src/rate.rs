//! How often something happens.

use std::fmt;
use std::ops::Mul;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;

use crate::duration::{Duration, SECONDS_PER_MONTH};
use crate::number::{
    Form, QuantityError, Unit, count_factor, nearest_unit, short_count, unit_named,
};

/// Events per second. Ordered; never negative or not a number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Rate(f64);

const FORM: Form = Form {
    what: "a rate",
    example: "2M/month",
};

/// Periods, in seconds.
const PERIODS: [Unit; 7] = [
    (1, &["s", "sec", "secs", "seconds", "second"]),
    (60, &["min", "m", "mins", "minutes", "minute"]),
    (3_600, &["h", "hr", "hrs", "hours", "hour"]),
    (86_400, &["day", "d", "days"]),
    (7 * 86_400, &["week", "weeks"]),
    (730 * 3_600, &["month", "mo", "months"]),
    (12 * 730 * 3_600, &["year", "years", "yr"]),
];
/// Rates that are written without a period.
const SHORT: [(&str, f64); 5] = [
    ("rps", 1.0),
    ("qps", 1.0),
    ("tps", 1.0),
    ("Hz", 1.0),
    ("rpm", 60.0),
];
/// What may be counted, in the singular.
const COUNTED: [&str; 22] = [
    "req",
    "request",
    "event",
    "invocation",
    "call",
    "message",
    "msg",
    "record",
    "job",
    "run",
    "task",
    "upload",
    "image",
    "file",
    "object",
    "connection",
    "item",
    "order",
    "page",
    "hit",
    "query",
    "transaction",
];

/// The factor of what stands between the number and the period: `k`, `requests`, `M req`.
fn counted(words: &str) -> Option<u64> {
    let is_counted = |word: &str| {
        let word = word.to_ascii_lowercase();
        let singular = word.strip_suffix('s').unwrap_or(&word);
        COUNTED.contains(&singular) || word == "queries"
    };
    match words.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => Some(1),
        [word] if is_counted(word) => Some(1),
        [suffix] => count_factor(suffix),
        [suffix, word] if is_counted(word) => count_factor(suffix),
        _ => None,
    }
}

impl Rate {
    /// So many a second; below zero, or not a number, counts as zero.
    pub fn per_second(events: f64) -> Self {
        Self(if events.is_finite() {
            events.max(0.0)
        } else {
            0.0
        })
    }

    /// So many a month of 730 hours.
    pub fn per_month(events: f64) -> Self {
        Self::per_second(events / SECONDS_PER_MONTH)
    }

    /// Events per second.
    pub const fn as_per_second(self) -> f64 {
        self.0
    }

    /// Writes it by the month, however often it is: `31M/month`.
    pub fn by_month(self) -> String {
        format!("{}/month", short_count(self.as_per_month()))
    }

    /// Events per month of 730 hours.
    pub fn as_per_month(self) -> f64 {
        self.0 * SECONDS_PER_MONTH
    }
}

impl FromStr for Rate {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, rest) = FORM.split(text)?;
        let periods = rest.split_once('/').or_else(|| rest.split_once(" per "));
        let periods = periods.or_else(|| Some(("", rest.strip_prefix("per ")?)));
        let (factor, seconds) = if let Some((what, per)) = periods {
            let (what, per) = (what.trim(), per.trim());
            let near = nearest_unit(&PERIODS, per);
            let Some(factor) = counted(what) else {
                let reason = format!("`{what}` is not k, M, B or the like of `requests`");
                return Err(FORM.nearest(text, reason, format!("{number}/{near}")));
            };
            let Some(seconds) = unit_named(&PERIODS, per) else {
                let reason = format!("`{per}` is not s, min, h, day or month");
                return Err(FORM.nearest(text, reason, format!("{number}{what}/{near}")));
            };
            (factor, seconds as f64)
        } else {
            let last = rest.split_whitespace().next_back().unwrap_or_default();
            let known = SHORT
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(last));
            let before = rest.strip_suffix(last).unwrap_or_default();
            let Some((factor, (_, seconds))) = counted(before).zip(known) else {
                let suffix = rest.get(..1).filter(|one| count_factor(one).is_some());
                let near = format!("{number}{}/s", suffix.unwrap_or_default());
                return Err(FORM.nearest(text, "it does not say per what", near));
            };
            (factor, *seconds)
        };
        let events = number.to_f64().unwrap_or(f64::MAX) * factor as f64;
        Ok(Self::per_second(events / seconds))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.0 >= 1.0 {
            format!("{}/s", short_count(self.0))
        } else {
            format!("{}/month", short_count(self.as_per_month()))
        };
        f.pad(&text)
    }
}

impl Mul<Duration> for Rate {
    type Output = f64;

    /// How many of them are under way at once (Little's law).
    fn mul(self, each: Duration) -> f64 {
        self.0 * each.as_secs_f64()
    }
}

impl Mul<f64> for Rate {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::per_second(self.0 * factor)
    }
}
