//! Numbers without a unit: counts, shares and ratios.

use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;

use crate::number::{Form, QuantityError, count_factor, short_count, significant, trim};

/// How many: a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(u64);

const COUNT: Form = Form {
    what: "a count",
    example: "12k",
};

impl Count {
    /// So many.
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for Count {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, suffix) = COUNT.split(text)?;
        let factor = count_factor(suffix).ok_or_else(|| {
            let reason = format!("`{suffix}` is not k, M or B");
            COUNT.nearest(text, reason, number.to_string())
        })?;
        let whole = COUNT.whole(text, number, factor)?;
        if rust_decimal::Decimal::from(whole) != number * rust_decimal::Decimal::from(factor) {
            let near = (number * rust_decimal::Decimal::from(factor)).ceil();
            let near = near.normalize().to_string();
            return Err(COUNT.nearest(text, "it is not a whole number", near));
        }
        Ok(Self(whole))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&short_count(self.0 as f64))
    }
}

/// A part of a whole, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Share(f64);

const SHARE: Form = Form {
    what: "a share",
    example: "70%",
};

impl Share {
    /// A share of so much of one; kept between 0 and 1.
    pub fn new(share: f64) -> Self {
        Self(if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        })
    }

    /// The share as a part of one.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl FromStr for Share {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (exact, unit) = SHARE.split(text)?;
        let number = exact.to_f64().unwrap_or(f64::MAX);
        let share = match unit {
            "%" | "percent" | "pct" => number / 100.0,
            "" => number,
            other => {
                let reason = format!("`{other}` is not %");
                return Err(SHARE.nearest(text, reason, format!("{exact}%")));
            }
        };
        if share > 1.0 {
            // `70` is most likely 70%.
            let near = if unit.is_empty() && number <= 100.0 {
                format!("{exact}%")
            } else {
                "100%".to_owned()
            };
            return Err(SHARE.nearest(text, "it is more than the whole", near));
        }
        Ok(Self(share))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = if self.0 > 0.99 { 3 } else { 2 };
        f.pad(&format!("{}%", trim(self.0 * 100.0, places)))
    }
}

/// One number over another, such as peak to mean; never negative.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Ratio(f64);

const RATIO: Form = Form {
    what: "a number",
    example: "12",
};

impl Ratio {
    /// The ratio; below zero, or not a number, counts as zero.
    pub fn new(ratio: f64) -> Self {
        Self(if ratio.is_finite() {
            ratio.max(0.0)
        } else {
            0.0
        })
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl FromStr for Ratio {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, unit) = RATIO.split(text)?;
        if !matches!(unit, "" | "x" | "times") {
            let reason = format!("`{unit}` should not follow it");
            return Err(RATIO.nearest(text, reason, number.to_string()));
        }
        Ok(Self::new(number.to_f64().unwrap_or(f64::MAX)))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&significant(self.0))
    }
}
