//! The lines of a bill.

use std::borrow::Cow;
use std::sync::Arc;

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
    pub unit: Arc<str>,
    /// The price of one unit; none when the book lacks it.
    pub price: Option<Decimal>,
    /// What is charged x price, not rounded; none when the book lacks the price.
    pub amount: Option<Money>,
    /// What the amount is at least and at most, where the price is not known for the region.
    pub span: Option<(Money, Money)>,
    /// The tier: where it begins and, unless it is open, ends.
    pub tier: (Decimal, Option<Decimal>),
    /// How the price came to be in the book.
    pub status: Option<PriceStatus>,
    /// How far its source can be trusted.
    pub grade: Option<Grade>,
    /// The id of its source.
    pub source: Arc<str>,
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

/// What a bill comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Every line has a price.
    Complete(Money),
    /// Some lines have a range for a price.
    Between {
        /// The sum at the middle of ranges.
        likely: Money,
        /// The sum of the lines whose price is known.
        known: Money,
        /// The sum at the lowest of every range.
        low: Money,
        /// The sum at the highest of every range.
        high: Money,
    },
    /// The lines that have a price; others have none, so that it is at least this.
    AtLeast(Money),
}

impl Total {
    /// The sum of the lines that have a price, ranges at their middle.
    pub const fn known(self) -> Money {
        match self {
            Self::Complete(known) | Self::AtLeast(known) | Self::Between { likely: known, .. } => {
                known
            }
        }
    }

    /// The sum of the lines that have a price, ranges at their highest.
    pub const fn highest(self) -> Money {
        match self {
            Self::Complete(known) | Self::AtLeast(known) | Self::Between { high: known, .. } => {
                known
            }
        }
    }

    /// The total, ranges at their middle; none when a price is missing.
    pub const fn complete(self) -> Option<Money> {
        match self {
            Self::Complete(total) | Self::Between { likely: total, .. } => Some(total),
            Self::AtLeast(_) => None,
        }
    }
}

impl Bill {
    /// The sum of the lines, each rounded half up to the cent.
    pub fn sum(&self) -> Total {
        self.sum_of(Money::to_cent)
    }

    /// The sum of the lines as they are.
    pub fn exact_sum(&self) -> Total {
        self.sum_of(|amount| amount)
    }

    fn sum_of(&self, rounded: fn(Money) -> Money) -> Total {
        let mut known = Money::ZERO;
        let (mut likely, mut low, mut high) = (Money::ZERO, Money::ZERO, Money::ZERO);
        let (mut is_complete, mut is_exact) = (true, true);
        for line in &self.lines {
            match (line.amount, line.span) {
                (Some(amount), None) => known = known + rounded(amount),
                (amount, Some((least, most))) => {
                    is_exact = false;
                    is_complete &= amount.is_some();
                    likely = likely + rounded(amount.unwrap_or(Money::ZERO));
                    low = low + rounded(least);
                    high = high + rounded(most);
                }
                (None, None) => is_complete = false,
            }
        }
        match (is_complete, is_exact) {
            (false, _) => Total::AtLeast(known + low),
            (true, true) => Total::Complete(known),
            (true, false) => Total::Between {
                likely: known + likely,
                known,
                low: known + low,
                high: known + high,
            },
        }
    }

    /// The sum of the lines, each rounded half up to the cent; none when a price is missing.
    pub fn total(&self) -> Option<Money> {
        self.sum().complete()
    }

    /// The lines whose price is not known for the region, and taken from a range.
    pub fn ranged(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.span.is_some())
    }

    /// The lines with a price of the region whose source is a single secondary one, or worse:
    /// grade C or D.
    pub fn weak(&self) -> impl Iterator<Item = &Line> {
        let known = self.lines.iter().filter(|line| line.span.is_none());
        known.filter(|line| line.grade.is_some_and(|grade| grade >= Grade::C))
    }

    /// The meters whose price is missing, service and meter.
    pub fn missing(&self) -> impl Iterator<Item = (&str, &str)> {
        let unpriced = self.lines.iter().filter(|line| line.price.is_none());
        unpriced.map(|line| (line.service, line.meter.as_ref()))
    }
}
