//! How a load goes through a day, hour by hour.

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

/// Kinds of days: working days, and others.
const KINDS: usize = 2;
const DAYS: f64 = 7.0;
const MINUTES_OF_HOUR: usize = 60;
/// Minutes of an hour that are looked at.
const EVERY_MIN: usize = 5;

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
    pub(crate) fn levels(self, peak_to_mean: f64) -> Option<[[(f64, f64); KINDS]; HOURS]> {
        let peak = peak_to_mean.max(1.0);
        let of_hour = |first_min: usize, level: &dyn Fn(f64) -> f64| {
            let minutes = (0..MINUTES_OF_HOUR).step_by(EVERY_MIN);
            // Each stands for the minutes around it.
            let at = |minute: usize| level((first_min + minute) as f64 + EVERY_MIN as f64 / 2.0);
            let looks = (MINUTES_OF_HOUR / EVERY_MIN) as f64;
            minutes.map(at).sum::<f64>() / looks
        };
        let working = WORK_DAYS as f64 / DAYS;
        let shares = [working, 1.0 - working];
        let by_kind = |level: &dyn Fn(f64) -> f64| {
            std::array::from_fn(|hour| {
                let first_min = hour * MINUTES_OF_HOUR;
                let (week, rest) = (first_min, WORK_DAYS * DAY_MIN + first_min);
                [
                    (of_hour(week, level), shares[0]),
                    (of_hour(rest, level), shares[1]),
                ]
            })
        };
        match self {
            Self::Unknown => None,
            Self::Wave { .. } => {
                let power = wave_power(peak);
                Some(by_kind(&|minute| peak * raised(cosine(minute), power)))
            }
            Self::Work { .. } => {
                let hours = WorkHours::new(peak);
                // Minutes are told by their middle there.
                Some(by_kind(&|minute| hours.at(minute - 0.5)))
            }
        }
    }
}
