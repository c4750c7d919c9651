//! Environments kept ready hour by hour of the day, as scheduled scaling keeps them.

use crate::busy::{carried, worth_keeping};
use crate::traffic::{Curve, MINUTE_S};

/// Hours of a day.
pub const HOURS: usize = 24;
/// Seconds of an hour.
pub(crate) const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = HOURS as f64 * HOUR_S;

/// How many environments are kept ready in each hour of the day.
///
/// They are there when their hour begins, and those that are too many go as they become free.
/// Approximated: the minute or two that a platform takes to have them ready are taken to be
/// before the hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadyHours {
    /// Environments kept ready in each hour, from midnight on.
    pub ready: [u32; HOURS],
    /// Seconds after midnight at which the simulated clock begins.
    pub begins_s: f64,
}

impl ReadyHours {
    /// The same from so many seconds later on.
    #[must_use]
    pub(crate) fn later(self, by_s: f64) -> Self {
        let begins_s = (self.begins_s + by_s).rem_euclid(DAY_S);
        Self { begins_s, ..self }
    }

    /// How many are kept at a time of the simulated clock, in seconds.
    pub fn at(&self, at_s: f64) -> u32 {
        // A hair before an hour is that hour.
        let in_day_s = (self.begins_s + at_s + 1e-6).rem_euclid(DAY_S);
        let hour = (in_day_s / HOUR_S) as usize;
        self.ready.get(hour % HOURS).copied().unwrap_or_default()
    }

    /// The most of any hour.
    pub fn most(&self) -> u32 {
        self.ready.iter().copied().fold(0, u32::max)
    }

    /// Kept on average over a day: what is billed for being kept, in environments.
    pub fn mean(&self) -> f64 {
        self.ready.iter().copied().map(f64::from).sum::<f64>() / HOURS as f64
    }
}

/// Units of work under way in each hour of the day: a value for that hour of each day that was
/// looked at, as an offered load in erlangs.
#[derive(Debug, Clone, PartialEq)]
pub struct BusyHours {
    hours: [Vec<f64>; HOURS],
}

impl BusyHours {
    /// Of traffic with so many units of work under way on average, that goes along a curve over
    /// `days` days; the clock of the curve begins at midnight.
    pub fn new(busy_mean: f64, curve: &Curve, days: usize) -> Self {
        const MINUTES: usize = 60;
        let busy = |day: usize, hour: usize| {
            let first = (day * HOURS + hour) * MINUTES;
            let levels = (first..first + MINUTES).map(|minute| curve.at(minute));
            busy_mean * levels.sum::<f64>() / MINUTES as f64
        };
        let of_hour = |hour| (0..days.max(1)).map(|day| busy(day, hour)).collect();
        Self {
            hours: std::array::from_fn(of_hour),
        }
    }

    /// Environments of a schedule that are at work in each hour, on average: they work first,
    /// so that they are servers without a queue, of which `a (1 - B(a, n))` are at work at an
    /// offered load `a` by Erlang's loss formula (Cooper, Introduction to Queueing Theory, 1981,
    /// section 3.3). Work that goes on over the end of its hour is taken to be short beside it.
    pub fn kept_busy(&self, schedule: &ReadyHours) -> [f64; HOURS] {
        let each = self.hours.iter().zip(schedule.ready);
        let mut all = [0.0; HOURS];
        for (found, (loads, ready)) in all.iter_mut().zip(each) {
            *found = carried(loads, ready);
        }
        all
    }

    /// The schedule that keeps in each hour the most environments of which each is at work for
    /// at least a share of that hour, at most `most`. Where that share is the one at which
    /// keeping one ready costs as much as starting it on demand, no schedule is cheaper: what
    /// the n-th carries falls with n, and hours do not depend on one another.
    pub fn schedule(&self, share: f64, most: u32) -> ReadyHours {
        let ready = self.hours.each_ref();
        ReadyHours {
            ready: ready.map(|loads| worth_keeping(loads, share, most)),
            begins_s: 0.0,
        }
    }
}

/// Minutes of an hour are whole stretches of a run.
const _: () = assert!(HOUR_S % MINUTE_S == 0.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_turn_on_the_hour_and_begin_anew_at_midnight() {
        let ready = std::array::from_fn(|hour| hour as u32);
        let hours = ReadyHours {
            ready,
            begins_s: 0.0,
        };
        assert_eq!(
            (hours.at(0.0), hours.at(3_599.0), hours.at(3_600.0)),
            (0, 0, 1)
        );
        assert_eq!((hours.at(86_399.0), hours.at(86_400.0)), (23, 0));
        let later = hours.later(5.5 * 3_600.0);
        assert_eq!(
            (later.at(0.0), later.at(1_800.0), later.at(20.0 * 3_600.0)),
            (5, 6, 1)
        );
        assert!((hours.mean() - 11.5).abs() < 1e-12 && hours.most() == 23);
    }
}
