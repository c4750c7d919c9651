//! Numbers that computations need, with the days on which they held.

use jiff::civil::Date;
use landfall_units::{Dimension, Range};

/// A number that a computation needs, perhaps uncertain.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it measures.
    pub dimension: Dimension,
    /// Its value, in the base unit of the dimension.
    pub value: Range<f64>,
    /// The first day on which it held; none when it is not known to have changed.
    pub since: Option<Date>,
    /// What it is, in a few words.
    pub meaning: String,
    /// The id of its source.
    pub source: String,
    /// What it was before, in no order.
    pub earlier: Vec<EarlierRange>,
}

/// An uncertain value that held from a day on, until another.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierRange {
    /// The value, in the base unit of its dimension.
    pub value: Range<f64>,
    /// The first day on which it held.
    pub since: Date,
    /// The id of its source.
    pub source: String,
}

impl Parameter {
    /// Its value on a day; before the first known day, the first known value.
    pub fn on(&self, day: Date) -> Range<f64> {
        self.sourced_on(day).0
    }

    /// The same, with the id of its source.
    pub fn sourced_on(&self, day: Date) -> (Range<f64>, &str) {
        let now = (self.value, self.source.as_str());
        if self.since.is_none_or(|since| since <= day) {
            return now;
        }
        let known = self.earlier.iter().filter(|value| value.since <= day);
        let then = known.max_by_key(|value| value.since);
        let first = || self.earlier.iter().min_by_key(|value| value.since);
        then.or_else(first)
            .map_or(now, |found| (found.value, found.source.as_str()))
    }
}
