//! The lines of a bill.

use std::borrow::Cow;

use jiff::civil::Date;
use landfall_units::{Decimal, Money};

use crate::prices::PriceStatus;
use crate::sources::Grade;

/// One line: a quantity of a meter in one tier.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Service: `lambda`.
    pub service: &'static str,
    /// The meter that counted it: `duration-arm64`.
    pub meter: Cow<'static, str>,
    /// How much was used, in units.
    pub quantity: Decimal,
    /// How much of that a free allowance covers.
    pub free: Decimal,
    /// What one unit is.
    pub unit: String,
    /// The price of one unit; none when the book lacks it.
    pub price: Option<Decimal>,
    /// What is charged x price, not rounded; none when the book lacks the price.
    pub amount: Option<Money>,
    /// The tier: where it begins and, unless it is open, ends.
    pub tier: (Decimal, Option<Decimal>),
    /// How the price came to be in the book.
    pub status: Option<PriceStatus>,
    /// How far its source can be trusted.
    pub grade: Option<Grade>,
    /// The id of its source.
    pub source: String,
    /// When it was read there.
    pub date: Option<Date>,
}

impl Line {
    /// What was used, whatever the architecture: `duration`.
    pub fn item(&self) -> &str {
        let meter: &str = &self.meter;
        meter
            .strip_suffix("-x86_64")
            .or_else(|| meter.strip_suffix("-arm64"))
            .unwrap_or(meter)
    }
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bill {
    /// Its lines, in order of service and meter.
    pub lines: Vec<Line>,
}

impl Bill {
    /// The sum of the lines, each rounded half up to the cent; none when a price is missing.
    pub fn total(&self) -> Option<Money> {
        self.lines
            .iter()
            .map(|line| line.amount.map(Money::to_cent))
            .sum()
    }

    /// The sum of the lines as they are; none when a price is missing.
    pub fn exact_total(&self) -> Option<Money> {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// The meters whose price is missing: service and meter.
    pub fn missing(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines
            .iter()
            .filter(|line| line.price.is_none())
            .map(|line| (line.service, line.meter.as_ref()))
    }
}
