//! Money, in exact decimals.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};
use std::str::FromStr;

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::number::{Form, QuantityError, count_factor};

/// US dollars, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(Decimal);

const MONEY: Form = Form {
    what: "an amount of money",
    example: "$2000",
};
const HOURLY: Form = Form {
    what: "a cost by the hour",
    example: "$75/h",
};

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// So many dollars.
    pub const fn new(dollars: Decimal) -> Self {
        Self(dollars)
    }

    /// Dollars from a real number, kept to a hundredth of a cent.
    pub fn from_f64(dollars: f64) -> Self {
        Self(Decimal::from_f64(dollars).unwrap_or_default().round_dp(4))
    }

    /// The dollars.
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// The dollars as a real number, for statistics; never for adding up a bill.
    pub fn as_f64(self) -> f64 {
        self.0.to_f64().unwrap_or(f64::MAX)
    }

    /// Rounded half up to the cent, as AWS rounds a line of a bill.
    #[must_use]
    pub fn to_cent(self) -> Self {
        Self(
            self.0
                .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero),
        )
    }
}

impl FromStr for Money {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let bare = text.trim();
        let Some(digits) = bare.strip_prefix('$') else {
            return Err(MONEY.error(text, "it should begin with $"));
        };
        let digits = digits.replace(',', "");
        let (number, suffix) = MONEY.split(&digits)?;
        count_factor(suffix)
            .and_then(|factor| number.checked_mul(Decimal::from(factor)))
            .map(Self)
            .ok_or_else(|| MONEY.error(text, format!("`{suffix}` should not follow it")))
    }
}

impl fmt::Display for Money {
    /// Prints to the cent, thousands grouped: `$1,234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = format!("{:.2}", self.to_cent().0.abs());
        let (whole, part) = cents.split_once('.').unwrap_or((&cents, "00"));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0.is_sign_negative() && !self.to_cent().0.is_zero() {
            "-"
        } else {
            ""
        };
        f.pad(&format!("{sign}${grouped}.{part}"))
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<Decimal> for Money {
    type Output = Self;

    fn mul(self, factor: Decimal) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, |total, item| total + item)
    }
}

/// What an hour of somebody's work costs, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HourlyCost(Money);

impl HourlyCost {
    /// So much an hour.
    pub const fn new(per_hour: Money) -> Self {
        Self(per_hour)
    }

    /// Dollars for one hour.
    pub const fn per_hour(self) -> Money {
        self.0
    }
}

impl FromStr for HourlyCost {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let Some((money, per)) = text.split_once('/') else {
            return Err(HOURLY.error(text, "it does not end in /h"));
        };
        if !matches!(per.trim(), "h" | "hour") {
            return Err(HOURLY.error(text, "it does not end in /h"));
        }
        money
            .parse()
            .map(Self)
            .map_err(|inner: QuantityError| HOURLY.error(text, inner.reason))
    }
}

impl fmt::Display for HourlyCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.pad(&format!("{}/h", text.strip_suffix(".00").unwrap_or(&text)))
    }
}
