//! An uncertain quantity.

use std::fmt;

use thiserror::Error;

/// `{ low, likely, high }`, in order. A value known exactly is a range of no width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range<T> {
    low: T,
    likely: T,
    high: T,
}

/// The three values are not in order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a range must have low ≤ likely ≤ high, and `{first}` comes before `{second}`")]
pub struct RangeError {
    /// The value that should have been the smaller.
    pub first: String,
    /// The value that should have been the larger.
    pub second: String,
}

impl<T: PartialOrd + Copy + fmt::Display> Range<T> {
    /// A range from three values.
    ///
    /// # Errors
    /// When they are not in order.
    pub fn new(low: T, likely: T, high: T) -> Result<Self, RangeError> {
        for (first, second) in [(low, likely), (likely, high)] {
            if first
                .partial_cmp(&second)
                .is_none_or(std::cmp::Ordering::is_gt)
            {
                return Err(RangeError {
                    first: first.to_string(),
                    second: second.to_string(),
                });
            }
        }
        Ok(Self { low, likely, high })
    }
}

impl<T: Copy> Range<T> {
    /// A value known exactly.
    pub const fn exact(value: T) -> Self {
        Self {
            low: value,
            likely: value,
            high: value,
        }
    }

    /// The smallest value thought possible.
    pub const fn low(&self) -> T {
        self.low
    }

    /// The value thought most likely.
    pub const fn likely(&self) -> T {
        self.likely
    }

    /// The largest value thought possible.
    pub const fn high(&self) -> T {
        self.high
    }

    /// The range of a function of the value that never falls when the value rises.
    pub fn map<U: Copy>(&self, mut rising: impl FnMut(T) -> U) -> Range<U> {
        Range {
            low: rising(self.low),
            likely: rising(self.likely),
            high: rising(self.high),
        }
    }

    /// The range of a function of two values that rises with both.
    pub fn zip<U: Copy, V: Copy>(
        &self,
        other: &Range<U>,
        mut rising: impl FnMut(T, U) -> V,
    ) -> Range<V> {
        Range {
            low: rising(self.low, other.low),
            likely: rising(self.likely, other.likely),
            high: rising(self.high, other.high),
        }
    }
}

impl<T: PartialEq> Range<T> {
    /// True when the range has no width.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}
