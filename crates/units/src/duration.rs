//! Lengths of time.

use std::fmt;
use std::ops::{Add, Mul, Sub};
use std::str::FromStr;

use crate::number::{Form, QuantityError, Unit, nearest_unit, trim, unit_named};

/// A month of AWS's bills, in hours.
pub const HOURS_PER_MONTH: f64 = 730.0;
/// The same month, in seconds.
pub const SECONDS_PER_MONTH: f64 = HOURS_PER_MONTH * 3600.0;

/// A length of time, in whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(u64);

const FORM: Form = Form {
    what: "a duration",
    example: "800ms",
};
const US: u64 = 1_000;
const MS: u64 = 1_000_000;
const S: u64 = 1_000_000_000;
const MIN: u64 = 60 * S;
const H: u64 = 60 * MIN;
const DAY: u64 = 24 * H;
const MONTH: u64 = 730 * H;
const UNITS: [Unit; 9] = [
    (
        MS,
        &[
            "ms",
            "msec",
            "msecs",
            "millis",
            "milliseconds",
            "millisecond",
        ],
    ),
    (S, &["s", "sec", "secs", "seconds", "second"]),
    (MIN, &["min", "m", "mins", "minutes", "minute"]),
    (H, &["h", "hr", "hrs", "hours", "hour"]),
    (DAY, &["d", "days", "day"]),
    (7 * DAY, &["week", "weeks"]),
    (MONTH, &["month", "months", "mo"]),
    (
        US,
        &["us", "µs", "μs", "usec", "microseconds", "microsecond"],
    ),
    (1, &["ns", "nanoseconds", "nanosecond"]),
];

impl Duration {
    /// A duration of so many seconds, rounded to the nanosecond; below zero counts as zero.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds.max(0.0) * S as f64).round() as u64)
    }

    /// A duration of so many seconds as it is shown: to the millisecond below a second, and
    /// above as it is, since it is written to two digits then. Rounded twice, 1.2047 s would
    /// become 1.205 and then 1.21.
    pub fn shown(seconds: f64) -> Self {
        Self::from_secs_f64(if seconds < 1.0 {
            (seconds * 1e3).round() / 1e3
        } else {
            seconds
        })
    }

    /// A duration of so many whole milliseconds.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms.saturating_mul(MS))
    }

    /// The duration in seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / S as f64
    }

    /// The duration in hours.
    pub fn as_hours(self) -> f64 {
        self.0 as f64 / H as f64
    }

    /// The duration in whole nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The duration in milliseconds, rounded up to the next whole one.
    pub const fn as_millis_rounded_up(self) -> u64 {
        self.0.div_ceil(MS)
    }
}

impl FromStr for Duration {
    type Err = QuantityError;

    /// Reads one number with a unit, or several (`1h30min`).
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let mut rest = text.trim();
        let mut total: u64 = 0;
        loop {
            let (number, tail) = FORM.split(rest)?;
            let end = tail
                .find(|c: char| c.is_ascii_digit())
                .unwrap_or(tail.len());
            let (unit, next) = tail.split_at(end);
            let unit = unit.trim();
            let Some(factor) = unit_named(&UNITS, unit) else {
                let reason = match unit {
                    "" => "it has no unit".to_owned(),
                    other => format!("`{other}` is not ms, s, min, h or d"),
                };
                let near = nearest_unit(&UNITS, unit);
                return Err(FORM.nearest(text, reason, format!("{number}{near}")));
            };
            total = FORM
                .whole(text, number, factor)?
                .checked_add(total)
                .ok_or_else(|| FORM.error(text, "it is too large"))?;
            if next.is_empty() {
                return Ok(Self(total));
            }
            rest = next;
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name, places) = match self.0 {
            n if n >= DAY => (DAY, "d", 2),
            n if n >= H => (H, "h", 2),
            n if n >= MIN => (MIN, "min", 2),
            n if n >= S => (S, "s", 2),
            n if n >= MS => (MS, "ms", 2),
            n if n >= US => (US, "us", 1),
            0 => (S, "s", 0),
            _ => (1, "ns", 0),
        };
        f.pad(&format!(
            "{}{name}",
            trim(self.0 as f64 / unit as f64, places)
        ))
    }
}

impl Add for Duration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Duration {
    type Output = Self;

    /// Stops at zero.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<f64> for Duration {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::from_secs_f64(self.as_secs_f64() * factor)
    }
}
