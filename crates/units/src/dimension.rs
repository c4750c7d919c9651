//! Kinds of quantity, for tables whose columns are typed by data.

use crate::number::{QuantityError, significant};
use crate::{Bytes, Count, Duration, HourlyCost, Money, Rate, Ratio, Share};

/// A kind of quantity: how it is written, and what its base unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// [`Bytes`]; base unit byte.
    Bytes,
    /// [`Duration`]; base unit second.
    Duration,
    /// [`Rate`]; base unit per second.
    Rate,
    /// [`Count`]; base unit one.
    Count,
    /// [`Share`]; base unit one, from 0 to 1.
    Share,
    /// [`Money`]; base unit US dollar.
    Money,
    /// [`HourlyCost`]; base unit US dollar an hour.
    HourlyCost,
    /// [`Ratio`]; base unit one.
    Ratio,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 8] = [
        Self::Bytes,
        Self::Duration,
        Self::Rate,
        Self::Count,
        Self::Share,
        Self::Money,
        Self::HourlyCost,
        Self::Ratio,
    ];

    /// The name used in data files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Duration => "duration",
            Self::Rate => "rate",
            Self::Count => "count",
            Self::Share => "share",
            Self::Money => "money",
            Self::HourlyCost => "hourly-cost",
            Self::Ratio => "ratio",
        }
    }

    /// The dimension of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.name() == name)
    }

    /// A text that this dimension parses.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Bytes => "600MB",
            Self::Duration => "800ms",
            Self::Rate => "2M/month",
            Self::Count => "12k",
            Self::Share => "70%",
            Self::Money => "$2000",
            Self::HourlyCost => "$75/h",
            Self::Ratio => "12",
        }
    }

    /// A regular expression for editors: what a text of this dimension looks like.
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::Bytes => r"^[0-9][0-9_.,]* *([KMGTPkmgtp][Ii]?[Bb]?|[Bb]|[a-z]*bytes?)$",
            Self::Duration => {
                r"^([0-9][0-9_.,]* *(ns|[uµμ]s|[um]?secs?|millis|[a-z]*seconds?|ms|s|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|mo|months?) *)+$"
            }
            Self::Rate => {
                r"^[0-9][0-9_.,]* *([kKmMBG]? *[A-Za-z]* *(/|per ) *(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|mo|months?|yr|years?)|[kKmMBG]? *([rqt]ps|rpm|Hz))$"
            }
            Self::Count => r"^[0-9][0-9_.,]* *[kKmMBG]?( *[A-Za-z]+)?$",
            Self::Share => r"^[0-9][0-9_.,]* *(%|percent|pct)?$",
            Self::Money => {
                r"^((\$|USD) *[0-9][0-9_.,]* *[kKmMBG]?|[0-9][0-9_.,]* *[kKmMBG]? *(USD|dollars))$"
            }
            Self::HourlyCost => {
                r"^((\$|USD) *[0-9][0-9_.,]*|[0-9][0-9_.,]* *(USD|dollars)) *(/|per ) *(h|hr|hour)$"
            }
            Self::Ratio => r"^[0-9][0-9_.,]*( *[A-Za-z]+)?$",
        }
    }

    /// The quantity in base units.
    ///
    /// # Errors
    /// When the text is not a quantity of this dimension.
    pub fn parse(self, text: &str) -> Result<f64, QuantityError> {
        Ok(match self {
            Self::Bytes => text.parse::<Bytes>()?.get() as f64,
            Self::Duration => text.parse::<Duration>()?.as_secs_f64(),
            Self::Rate => text.parse::<Rate>()?.as_per_second(),
            Self::Count => text.parse::<Count>()?.get() as f64,
            Self::Share => text.parse::<Share>()?.get(),
            Self::Money => text.parse::<Money>()?.as_f64(),
            Self::HourlyCost => text.parse::<HourlyCost>()?.per_hour().as_f64(),
            Self::Ratio => text.parse::<Ratio>()?.get(),
        })
    }

    /// Writes a quantity given in base units as people write it.
    pub fn format(self, value: f64) -> String {
        match self {
            Self::Bytes => Bytes::from_f64(value).to_string(),
            Self::Duration => Duration::from_secs_f64(value).to_string(),
            Self::Rate => Rate::per_second(value).to_string(),
            Self::Count => Count::new(value.max(0.0).round() as u64).to_string(),
            Self::Share => Share::new(value).to_string(),
            Self::Money => Money::from_f64(value).to_string(),
            Self::HourlyCost => HourlyCost::new(Money::from_f64(value)).to_string(),
            Self::Ratio => significant(value),
        }
    }
}
