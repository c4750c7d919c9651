//! How a load goes through a day, hour by hour.

use std::sync::LazyLock;

use super::curve::{DAY_MIN, WORK_DAYS, WorkHours, cosine, raised, wave_power};
use super::{Shape, Traffic};
use crate::ready::HOURS;

/// How a load goes through a day, where that is known: its hours are alike from week to week.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Day {
    /// Nothing is known of its hours.
    #[default]
    Unknown,
    /// A wave, each day the same; the zone is so many seconds ahead of the simulated clock.
    Wave {
        /// Seconds ahead.
        ahead_s: f64,
    },
    /// Working hours on five days; the zone is so many seconds ahead of the simulated clock.
    Work {
        /// Seconds ahead.
        ahead_s: f64,
    },
}

const DAYS: f64 = 7.0;
const MINUTES_OF_HOUR: usize = 60;
/// Minutes of an hour that are looked at.
const EVERY_MIN: usize = 5;
const LOOKS: usize = MINUTES_OF_HOUR / EVERY_MIN;

impl Day {
    /// Of traffic.
    pub const fn of(traffic: &Traffic) -> Self {
        let ahead_s = traffic.ahead_s;
        match (&traffic.schedule, &traffic.shape) {
            (None, Shape::Diurnal) => Self::Wave { ahead_s },
            (None, Shape::BusinessHours) => Self::Work { ahead_s },
            _ => Self::Unknown,
        }
    }

    /// Seconds after midnight at which the simulated clock begins.
    pub const fn begins_s(self) -> f64 {
        match self {
            Self::Unknown => 0.0,
            Self::Wave { ahead_s } | Self::Work { ahead_s } => ahead_s,
        }
    }

    /// The load over the mean in each hour, from midnight on, of each kind of days, with the share
    /// of days of that kind. None where hours are not known.
    pub(crate) fn levels(self, peak_to_mean: f64) -> Option<[Vec<(f64, f64)>; HOURS]> {
        let peak = peak_to_mean.max(1.0);
        match self {
            Self::Unknown => None,
            Self::Wave { .. } => {
                let power = wave_power(peak);
                let level = |cosine: &f64| peak * raised(*cosine, power);
                let mean = |looks: &[f64; LOOKS]| looks.iter().map(level).sum::<f64>();
                let of_hour = |hour: usize| {
                    let looks = COSINES.get(hour).map_or(0.0, mean);
                    vec![(looks / LOOKS as f64, 1.0)]
                };
                Some(std::array::from_fn(of_hour))
            }
            Self::Work { .. } => {
                let hours = WorkHours::new(peak);
                let working = WORK_DAYS as f64 / DAYS;
                let kinds = [(0, working), (WORK_DAYS * DAY_MIN, 1.0 - working)];
                // Minutes are told by their middle there.
                let level = |minute: f64| hours.at(minute - 0.5);
                let of_hour = |hour: usize| {
                    let at = |(first_min, share): (usize, f64)| {
                        let looks = looks(first_min + hour * MINUTES_OF_HOUR);
                        (looks.map(level).iter().sum::<f64>() / LOOKS as f64, share)
                    };
                    kinds.map(at).to_vec()
                };
                Some(std::array::from_fn(of_hour))
            }
        }
    }
}

/// The minutes of an hour that are looked at, each in the middle of those that it stands for.
fn looks(first_min: usize) -> [f64; LOOKS] {
    std::array::from_fn(|look| (first_min + look * EVERY_MIN) as f64 + EVERY_MIN as f64 / 2.0)
}

/// What the wave of a day is made of, hour by hour.
static COSINES: LazyLock<[[f64; LOOKS]; HOURS]> =
    LazyLock::new(|| std::array::from_fn(|hour| looks(hour * MINUTES_OF_HOUR).map(cosine)));
