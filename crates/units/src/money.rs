//! Money, in exact decimals.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::number::{Form, QuantityError, count_factor, decimal};

/// US dollars, exact, of either sign.
///
/// An amount is at most [`Money::MOST`] or it is [`Money::UNTOLD`]: money neither wraps
/// nor stops at a largest value. What would go beyond, or is no number, is untold from
/// there on: it stays so in every sum, is ordered after every amount, is written as
/// `too large to show`, and is infinite as a real number (which JSON writes as null).
/// Quantities and prices are bounded where they are read, so that only what no account
/// has ever used comes to it.
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

    /// The largest amount: a thousand trillion dollars, some ten times the yearly
    /// income of all people.
    pub const MOST: Self = Self(Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0));
    /// Too large to show.
    pub const UNTOLD: Self = Self(Decimal::MAX);

    /// So many dollars.
    pub fn new(dollars: Decimal) -> Self {
        Self::checked(Some(dollars))
    }

    /// Dollars from a real number, kept to a hundredth of a cent; what is no number is
    /// [`Money::UNTOLD`].
    pub fn from_f64(dollars: f64) -> Self {
        Self::checked(decimal(dollars, 4))
    }

    /// The outcome of checked arithmetic.
    fn checked(dollars: Option<Decimal>) -> Self {
        dollars
            .filter(|dollars| dollars.abs() <= Self::MOST.0)
            .map_or(Self::UNTOLD, Self)
    }

    /// True when it is too large to show.
    pub const fn is_untold(self) -> bool {
        // By its digits: comparing decimals would bring them to one scale first.
        self.0.scale() == 0 && self.0.mantissa() == Decimal::MAX.mantissa()
    }

    /// The dollars.
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// The dollars as a real number, for statistics; never for adding up a bill.
    /// Infinite when untold.
    pub fn as_f64(self) -> f64 {
        let known = (!self.is_untold()).then_some(self.0);
        known
            .and_then(|dollars| dollars.to_f64())
            .unwrap_or(f64::INFINITY)
    }

    /// Rounded half up to the cent, as AWS rounds a line of a bill.
    #[must_use]
    pub fn to_cent(self) -> Self {
        let half_up = RoundingStrategy::MidpointAwayFromZero;
        Self(self.0.round_dp_with_strategy(2, half_up))
    }

    /// The outcome of `with` on two amounts; untold when one of them is.
    fn both(self, other: Self, with: fn(Decimal, Decimal) -> Option<Decimal>) -> Self {
        if self.is_untold() || other.is_untold() {
            return Self::UNTOLD;
        }
        Self::checked(with(self.0, other.0))
    }
}

impl FromStr for Money {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let bare = text.trim();
        let dollars = bare.strip_prefix('$').or_else(|| bare.strip_prefix("USD"));
        let in_words = |word| bare.strip_suffix(word);
        let dollars = dollars.or_else(|| in_words("USD").or_else(|| in_words("dollars")));
        let Some(digits) = dollars else {
            let reason = "it should begin with $";
            return Err(match MONEY.split(bare) {
                Ok((number, _)) => MONEY.nearest(text, reason, format!("${number}")),
                Err(_) => MONEY.error(text, reason),
            });
        };
        let (number, suffix) = MONEY.split(digits)?;
        let factor = count_factor(suffix).ok_or_else(|| {
            let reason = format!("`{suffix}` should not follow it");
            MONEY.nearest(text, reason, format!("${number}"))
        })?;
        let money = Self::checked(number.checked_mul(Decimal::from(factor)));
        if money.is_untold() {
            return Err(MONEY.error(text, format!("it is more than {}", Self::MOST)));
        }
        Ok(money)
    }
}

impl fmt::Display for Money {
    /// Prints to the cent, thousands grouped: `$1,234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_untold() {
            return f.pad("too large to show");
        }
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
        self.both(other, Decimal::checked_add)
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.both(other, Decimal::checked_sub)
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
        let parts = text.split_once('/').or_else(|| text.split_once(" per "));
        let is_hour = |per: &str| matches!(per.trim(), "h" | "hr" | "hour");
        let Some((money, _)) = parts.filter(|(_, per)| is_hour(per)) else {
            let money = parts.map_or(text, |(money, _)| money).trim();
            let near = match money.parse::<Money>() {
                Ok(_) => format!("{money}/h"),
                Err(inner) => format!("{}/h", inner.example),
            };
            return Err(HOURLY.nearest(text, "it does not end in /h", near));
        };
        money.parse().map(Self).map_err(|inner: QuantityError| {
            HOURLY.nearest(text, inner.reason, format!("{}/h", inner.example))
        })
    }
}

impl fmt::Display for HourlyCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.pad(&format!("{}/h", text.strip_suffix(".00").unwrap_or(&text)))
    }
}
