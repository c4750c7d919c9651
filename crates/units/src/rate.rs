//! How often something happens.

use std::fmt;
use std::ops::Mul;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;

use crate::duration::{Duration, SECONDS_PER_MONTH};
use crate::number::{Form, QuantityError, count_factor, short_count};

/// Events per second. Ordered; never negative or not a number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Rate(f64);

const FORM: Form = Form {
    what: "a rate",
    example: "2M/month",
};

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
        let Some((suffix, per)) = rest.split_once('/') else {
            return Err(FORM.error(text, "it does not say per what"));
        };
        let factor = count_factor(suffix.trim())
            .ok_or_else(|| FORM.error(text, format!("`{}` is not k, M or B", suffix.trim())))?;
        let seconds = match per.trim() {
            "s" | "sec" | "second" => 1.0,
            "m" | "min" | "minute" => 60.0,
            "h" | "hour" => 3_600.0,
            "d" | "day" => 86_400.0,
            "week" => 7.0 * 86_400.0,
            "mo" | "month" => SECONDS_PER_MONTH,
            other => {
                return Err(FORM.error(text, format!("`{other}` is not s, min, h, day or month")));
            }
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
