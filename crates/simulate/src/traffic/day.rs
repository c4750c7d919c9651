//! How a load goes through a day, hour by hour.

use std::sync::{Arc, LazyLock, OnceLock};

use super::curve::{DAY_MIN, WORK_DAYS, WorkHours, cosine, raised, wave_power};
use super::{Shape, Traffic};
use crate::ready::{HOUR_S, HOURS};

/// How a load goes through a day, where that is known: its hours are alike from week to week.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Day {
    /// Seconds that its zone is ahead of the simulated clock.
    ahead_s: f64,
    alike: Option<Arc<Alike>>,
}

/// Days that are alike. Their levels are worked out when they are asked for, which they seldom
/// are: a day is a part of every load, in every scenario.
#[derive(Debug)]
struct Alike {
    rhythm: Rhythm,
    levels: OnceLock<Levels>,
}

impl PartialEq for Alike {
    /// Levels follow from the rest.
    fn eq(&self, other: &Self) -> bool {
        self.rhythm == other.rhythm
    }
}

/// What a day is like, with its peak over the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rhythm {
    Wave(f64),
    Work(f64),
}

/// The load over the mean in each hour, from midnight on, of each kind of days, with the share of
/// days of that kind.
pub(crate) type Levels = [Vec<(f64, f64)>; HOURS];

const DAYS: f64 = 7.0;
const MINUTES_OF_HOUR: usize = 60;
/// Minutes of an hour that are looked at.
const EVERY_MIN: usize = 5;
const LOOKS: usize = MINUTES_OF_HOUR / EVERY_MIN;

impl Day {
    /// Of traffic: of a wave, each day the same, and of working hours on five days.
    pub fn of(traffic: &Traffic) -> Self {
        let peak = traffic.peak_to_mean.max(1.0);
        let rhythm = match (&traffic.schedule, &traffic.shape) {
            (None, Shape::Diurnal) => Rhythm::Wave(peak),
            (None, Shape::BusinessHours) => Rhythm::Work(peak),
            _ => return Self::default(),
        };
        let levels = OnceLock::new();
        Self {
            ahead_s: traffic.ahead_s,
            alike: Some(Arc::new(Alike { rhythm, levels })),
        }
    }

    /// Seconds after midnight at which the simulated clock begins.
    pub const fn begins_s(&self) -> f64 {
        self.ahead_s
    }

    /// The hour of the simulated clock's day, from 0 to 23, in which an hour of its zone begins.
    pub fn clock_hour(&self, hour: usize) -> u8 {
        let hours = HOURS as f64;
        (hour as f64 - self.ahead_s / HOUR_S)
            .rem_euclid(hours)
            .floor() as u8
    }

    /// The levels of its hours; none where they are not known.
    pub(crate) fn levels(&self) -> Option<&Levels> {
        let alike = self.alike.as_deref()?;
        Some(alike.levels.get_or_init(|| match alike.rhythm {
            Rhythm::Wave(peak) => wave(peak),
            Rhythm::Work(peak) => work(peak),
        }))
    }
}

/// A wave with a peak over its mean.
fn wave(peak: f64) -> Levels {
    let power = wave_power(peak);
    let level = |cosine: &f64| peak * raised(*cosine, power);
    let mean = |looks: &[f64; LOOKS]| looks.iter().map(level).sum::<f64>();
    std::array::from_fn(|hour| {
        let looks = COSINES.get(hour).map_or(0.0, mean);
        vec![(looks / LOOKS as f64, 1.0)]
    })
}

/// Working hours with a peak over the mean of the week.
fn work(peak: f64) -> Levels {
    let hours = WorkHours::new(peak);
    let working = WORK_DAYS as f64 / DAYS;
    let kinds = [(0, working), (WORK_DAYS * DAY_MIN, 1.0 - working)];
    // Minutes are told by their middle there.
    let level = |minute: f64| hours.at(minute - 0.5);
    std::array::from_fn(|hour| {
        let at = |(first_min, share): (usize, f64)| {
            let looks = looks(first_min + hour * MINUTES_OF_HOUR);
            (looks.map(level).iter().sum::<f64>() / LOOKS as f64, share)
        };
        kinds.map(at).to_vec()
    })
}

/// The minutes of an hour that are looked at, each in the middle of those that it stands for.
fn looks(first_min: usize) -> [f64; LOOKS] {
    std::array::from_fn(|look| (first_min + look * EVERY_MIN) as f64 + EVERY_MIN as f64 / 2.0)
}

/// What the wave of a day is made of, hour by hour.
static COSINES: LazyLock<[[f64; LOOKS]; HOURS]> =
    LazyLock::new(|| std::array::from_fn(|hour| looks(hour * MINUTES_OF_HOUR).map(cosine)));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_a_zone_is_one_of_the_clock() {
        let ahead = |ahead_s: f64| Day {
            ahead_s,
            alike: None,
        };
        // Nine in Berlin in winter is eight; midnight in Los Angeles is eight in the morning.
        assert_eq!(ahead(3_600.0).clock_hour(9), 8);
        assert_eq!(ahead(-8.0 * 3_600.0).clock_hour(0), 8);
        assert_eq!(ahead(9.0 * 3_600.0).clock_hour(0), 15);
        // Each hour of a zone between full hours has one of its own.
        let kolkata = ahead(5.5 * 3_600.0);
        let mut hours: Vec<u8> = (0..HOURS).map(|hour| kolkata.clock_hour(hour)).collect();
        hours.sort_unstable();
        assert!(hours.iter().copied().eq(0..24));
    }
}
