//! What a bill comes to where prices are uncertain.

use landfall_catalog::Grade;
use landfall_catalog::bill::Bill;
use landfall_units::{Money, Range};

/// How prices of one scenario differ from those of the book.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PriceDoubt {
    /// Factor on prices that nobody publishes (grade C).
    pub(crate) unpublished: f64,
    /// Factor on prices of Spot capacity.
    pub(crate) spot: f64,
    /// Where in their ranges prices lie that are not known for the region, 0 to 1: all at
    /// one place, since a region is dear or cheap in most of what it sells.
    pub(crate) ranges: Option<f64>,
}

impl PriceDoubt {
    /// Prices as in the book.
    pub(crate) const NONE: Self = Self {
        unpublished: 1.0,
        spot: 1.0,
        ranges: None,
    };

    /// What a bill comes to; none when a price is missing.
    pub(crate) fn total(&self, bill: &Bill) -> Option<Money> {
        let total = bill.total()?;
        if *self == Self::NONE {
            return Some(total);
        }
        let more = bill.lines.iter().filter_map(|line| {
            if let Some((low, high)) = line.span {
                return Some(self.within(low, line.amount?, high));
            }
            let factor = if line.meter.contains("spot") {
                self.spot
            } else if line.grade? == Grade::C {
                self.unpublished
            } else {
                return None;
            };
            Some(line.amount?.as_f64() * (factor - 1.0))
        });
        Some(total + Money::from_f64(more.sum()))
    }

    /// What a range comes to, over its likely amount.
    fn within(&self, low: Money, likely: Money, high: Money) -> f64 {
        let [low, likely, high] = [low, likely, high].map(Money::as_f64);
        let range = Range::new(low, likely, high);
        self.ranges
            .zip(range.ok())
            .map_or(0.0, |(share, range)| drawn(&range, share) - likely)
    }
}

/// The value at a share of a range's triangular law: a rising line from low to likely,
/// a falling one to high (Johnson, The Statistician 46, 1997). Exact.
pub(crate) fn drawn(range: &Range<f64>, share: f64) -> f64 {
    let (low, likely, high) = (range.low(), range.likely(), range.high());
    let width = high - low;
    if width <= 0.0 {
        return likely;
    }
    let turn = (likely - low) / width;
    if share < turn {
        low + (share * width * (likely - low)).sqrt()
    } else {
        high - ((1.0 - share) * width * (high - likely)).sqrt()
    }
}
