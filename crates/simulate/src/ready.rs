//! Environments kept ready hour by hour of the day, as scheduled scaling keeps them.

use std::fmt;

use crate::busy::{Offered, carried, worth_keeping};
use crate::load::Load;
use crate::traffic::{Curve, MINUTE_S};

/// Hours of a day.
pub const HOURS: usize = 24;
/// Seconds of an hour.
pub(crate) const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = HOURS as f64 * HOUR_S;
const MINUTES_OF_HOUR: usize = 60;

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
    /// None at any hour.
    pub const NONE: Self = Self::always(0);

    /// As many at every hour.
    pub const fn always(number: u32) -> Self {
        Self {
            ready: [number; HOURS],
            begins_s: 0.0,
        }
    }

    /// Whether they are as many at every hour.
    pub fn is_always(&self) -> bool {
        self.ready.iter().all(|number| *number == self.ready[0])
    }

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

    /// The fewest of any hour.
    pub fn least(&self) -> u32 {
        self.ready.iter().copied().fold(u32::MAX, u32::min)
    }

    /// Kept on average over a day: what is billed for being kept, in environments.
    pub fn mean(&self) -> f64 {
        self.ready.iter().copied().map(f64::from).sum::<f64>() / HOURS as f64
    }
}

impl fmt::Display for ReadyHours {
    /// `17`, or `0 to 17` where their number goes with the hour.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_always() {
            write!(f, "{}", self.most())
        } else {
            write!(f, "{} to {}", self.least(), self.most())
        }
    }
}

/// Units of work under way through a day, as offered loads in erlangs, with their shares of the
/// time that they stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct BusyHours {
    loads: Loads,
    /// Seconds after midnight at which the simulated clock begins.
    begins_s: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Loads {
    /// Nothing is known of the hours: loads at any time.
    AnyHour(Vec<Offered>),
    /// Loads of each hour.
    Each(Box<[Vec<Offered>; HOURS]>),
}

impl BusyHours {
    /// Of traffic with so many units of work under way on average, that goes along a curve over
    /// `days` days; the clock of the curve begins at midnight.
    pub fn new(busy_mean: f64, curve: &Curve, days: usize) -> Self {
        let days = days.max(1);
        let busy = |day: usize, hour: usize| {
            let first = (day * HOURS + hour) * MINUTES_OF_HOUR;
            let levels = (first..first + MINUTES_OF_HOUR).map(|minute| curve.at(minute));
            Offered {
                load: busy_mean * levels.sum::<f64>() / MINUTES_OF_HOUR as f64,
                share: 1.0 / days as f64,
            }
        };
        let of_hour = |hour| (0..days).map(|day| busy(day, hour)).collect();
        Self {
            loads: Loads::Each(Box::new(std::array::from_fn(of_hour))),
            begins_s: 0.0,
        }
    }

    /// Of a load with so many units of work under way on average: by the hour where it goes
    /// through the day in a way that is known, else by its load-duration curve.
    pub fn of(load: &Load, busy_mean: f64) -> Self {
        let of = |level: f64, share: f64| Offered {
            load: busy_mean * level,
            share,
        };
        let loads = match load.day.levels() {
            None => {
                let share = 1.0 / load.curve.len() as f64;
                let all = load.curve.iter().map(|level| of(*level, share));
                Loads::AnyHour(all.collect())
            }
            Some(levels) => {
                let hour = |kinds: &Vec<(f64, f64)>| {
                    let kinds = kinds.iter();
                    kinds.map(|(level, share)| of(*level, *share)).collect()
                };
                Loads::Each(Box::new(levels.each_ref().map(hour)))
            }
        };
        Self {
            loads,
            begins_s: load.day.begins_s(),
        }
    }

    /// Shares of the time with the load in each, in erlangs; the hour of the day where hours are
    /// told apart.
    pub fn loads(&self) -> Vec<(Option<usize>, f64, f64)> {
        let one =
            |hour: Option<usize>, share: f64, one: &Offered| (hour, one.share * share, one.load);
        match &self.loads {
            Loads::AnyHour(loads) => loads.iter().map(|load| one(None, 1.0, load)).collect(),
            Loads::Each(hours) => {
                let hours = hours.iter().enumerate();
                let each = hours.flat_map(|(hour, loads)| {
                    let share = 1.0 / HOURS as f64;
                    loads.iter().map(move |load| one(Some(hour), share, load))
                });
                each.collect()
            }
        }
    }

    /// Whether hours are told apart.
    pub const fn are_known(&self) -> bool {
        matches!(self.loads, Loads::Each(_))
    }

    /// Environments of a schedule that are at work in each hour, on average: they work first,
    /// so that they are servers without a queue, of which `a (1 - B(a, n))` are at work at an
    /// offered load `a` by Erlang's loss formula, whatever the law of durations (Cooper,
    /// Introduction to Queueing Theory, 1981, section 3.3). Work that goes on over the end of its
    /// hour is taken to be short beside it.
    pub fn kept_busy(&self, schedule: &ReadyHours) -> [f64; HOURS] {
        let mut all = [0.0; HOURS];
        for (hour, found) in all.iter_mut().enumerate() {
            let ready = schedule.ready.get(hour).copied().unwrap_or_default();
            *found = carried(self.of_hour(hour), ready);
        }
        all
    }

    /// The same on average over the day.
    pub fn kept_busy_mean(&self, schedule: &ReadyHours) -> f64 {
        match &self.loads {
            Loads::AnyHour(loads) if schedule.is_always() => carried(loads, schedule.most()),
            _ if schedule.is_always() => {
                let all = self.at_any_hour();
                carried(&all, schedule.most())
            }
            _ => self.kept_busy(schedule).iter().sum::<f64>() / HOURS as f64,
        }
    }

    /// The most environments kept ready at every hour of which each is at work for at least a
    /// share of the time, at most `most`. The n-th carries `a (B(a, n-1) - B(a, n))`, which falls
    /// with n.
    pub fn always(&self, share: f64, most: u32) -> ReadyHours {
        let number = match &self.loads {
            Loads::AnyHour(loads) => worth_keeping(loads, share, most),
            Loads::Each(_) => worth_keeping(&self.at_any_hour(), share, most),
        };
        ReadyHours::always(number)
    }

    /// The schedule that keeps in each hour the most environments of which each is at work for
    /// at least a share of that hour, at most `most`. Where that share is the one at which
    /// keeping one ready costs as much as starting it on demand, no schedule is cheaper: what
    /// the n-th carries falls with n, and hours do not depend on one another.
    pub fn schedule(&self, share: f64, most: u32) -> ReadyHours {
        self.by_hour(|loads| worth_keeping(loads, share, most))
    }

    /// Environments that are as many standard deviations above the highest load of each hour as
    /// `peak` is above the highest of all.
    pub fn peaks(&self, peak: f64) -> [f64; HOURS] {
        let highest = |hour: usize| {
            let loads = self.of_hour(hour).iter();
            loads.map(|one| one.load).fold(0.0, f64::max)
        };
        let top = (0..HOURS).map(highest).fold(0.0, f64::max);
        let deviations = deviations(peak, top);
        std::array::from_fn(|hour| above(highest(hour), deviations))
    }

    /// What a schedule comes to at the mean load: shares of the work, each with how many
    /// environments are as many standard deviations above the mean load as those that are kept
    /// ready are above the load of their hours.
    pub(crate) fn at_mean_load(&self, schedule: &ReadyHours) -> Vec<(f64, u32)> {
        if schedule.is_always() {
            return vec![(1.0, schedule.most())];
        }
        let load = |hour: usize| -> f64 {
            let loads = self.of_hour(hour).iter();
            loads.map(|one| one.share * one.load).sum()
        };
        let all: f64 = (0..HOURS).map(load).sum();
        let mean = all / HOURS as f64;
        let mut shares: Vec<(f64, u32)> = Vec::new();
        for (hour, ready) in schedule.ready.into_iter().enumerate() {
            let here = load(hour);
            let alike = match ready {
                0 => 0,
                _ => above(mean, deviations(f64::from(ready), here))
                    .ceil()
                    .max(0.0) as u32,
            };
            let share = here / all.max(f64::MIN_POSITIVE);
            match shares.iter_mut().find(|(_, number)| *number == alike) {
                Some((sum, _)) => *sum += share,
                None => shares.push((share, alike)),
            }
        }
        shares
    }

    fn by_hour(&self, number: impl Fn(&[Offered]) -> u32) -> ReadyHours {
        ReadyHours {
            ready: std::array::from_fn(|hour| number(self.of_hour(hour))),
            begins_s: self.begins_s,
        }
    }

    fn of_hour(&self, hour: usize) -> &[Offered] {
        match &self.loads {
            Loads::AnyHour(loads) => loads,
            Loads::Each(hours) => hours.get(hour).map_or(&[], Vec::as_slice),
        }
    }

    fn at_any_hour(&self) -> Vec<Offered> {
        let share = 1.0 / HOURS as f64;
        let all = (0..HOURS).flat_map(|hour| self.of_hour(hour));
        all.map(|one| Offered {
            share: one.share * share,
            ..*one
        })
        .collect()
    }
}

/// Standard deviations of a Poisson number by which another is above its mean.
fn deviations(number: f64, mean: f64) -> f64 {
    (number - mean) / mean.sqrt().max(f64::MIN_POSITIVE)
}

/// The number that is so many standard deviations above the mean of a Poisson number.
fn above(mean: f64, deviations: f64) -> f64 {
    deviations.mul_add(mean.sqrt(), mean)
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
        assert!(!hours.is_always() && ReadyHours::always(3).is_always());
    }
}
