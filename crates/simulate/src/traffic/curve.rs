//! The rate over the mean, minute by minute.

use std::f64::consts::PI;
use std::sync::Arc;

use rand::RngExt;
use rand_distr::{Distribution, Exp1};

use super::{Shape, Traffic};
use crate::random::{Generator, Streams};

/// Seconds of a minute.
pub const MINUTE_S: f64 = 60.0;

pub(super) const DAY_MIN: usize = 1_440;
const WEEK_MIN: usize = 7 * DAY_MIN;
/// The busiest time of a wave: two in the afternoon.
const NOON_MIN: f64 = 14.0 * 60.0;
/// The middle of a working day: one in the afternoon.
const WORK_MIDDLE_MIN: f64 = 13.0 * 60.0;
/// A working day, when its plateau is not higher than its hours allow.
const WORK_MIN: f64 = 8.0 * 60.0;
pub(super) const WORK_DAYS: usize = 5;
/// How long a spike lasts.
const SPIKE_MIN: usize = 5;
/// The part of spiky traffic that comes in spikes.
const IN_SPIKES: f64 = 0.5;
/// How long an unpredictable rate holds on average.
const HOLD_MIN: f64 = 30.0;

/// The rate over the mean in each minute; its mean is 1. Past its end it begins anew.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    minutes: Arc<[f32]>,
}

impl Curve {
    pub(super) fn new(traffic: &Traffic, minutes: usize, streams: Streams) -> Self {
        let peak = traffic.peak_to_mean.max(1.0);
        let minutes = minutes.max(1);
        let local = |minute: usize| minute as f64 + traffic.ahead_s / MINUTE_S;
        let mut random = streams.stream("shape");
        let mut curve: Vec<f64> = match &traffic.shape {
            Shape::Recorded(minutes) if !minutes.is_empty() => {
                return Self {
                    minutes: Arc::clone(minutes),
                };
            }
            Shape::Steady | Shape::Recorded(_) => return Self::flat(),
            Shape::Diurnal => {
                let power = wave_power(peak);
                let at = |minute| peak * raised(cosine(local(minute)), power);
                let day: Vec<f64> = (0..DAY_MIN.min(minutes)).map(at).collect();
                day.iter().copied().cycle().take(minutes).collect()
            }
            Shape::BusinessHours => {
                let hours = WorkHours::new(peak);
                (0..minutes).map(|minute| hours.at(local(minute))).collect()
            }
            Shape::Spiky => spikes(peak, minutes, &mut random),
            Shape::Unpredictable => jumps(peak, minutes, &mut random),
        };
        let mean = curve.iter().sum::<f64>() / curve.len() as f64;
        if mean <= 0.0 {
            return Self::flat();
        }
        for value in &mut curve {
            *value /= mean;
        }
        Self {
            minutes: curve.iter().map(|value| *value as f32).collect(),
        }
    }

    fn flat() -> Self {
        Self {
            minutes: Arc::new([1.0]),
        }
    }

    /// Its value in a minute.
    #[inline]
    pub fn at(&self, minute: usize) -> f64 {
        let place = minute % self.minutes.len();
        self.minutes
            .get(place)
            .map_or(1.0, |value| f64::from(*value))
    }

    /// How long, in seconds, the minutes from `minute` on are until they have taken in as much as
    /// `load_s` seconds of the mean; at most `most_s`.
    pub(crate) fn until_s(&self, minute: usize, load_s: f64, most_s: f64) -> f64 {
        along_s((minute..).map(|one| self.at(one)), load_s, most_s)
    }

    /// The same of the minutes before `minute`, backwards.
    pub(crate) fn since_s(&self, minute: usize, load_s: f64, most_s: f64) -> f64 {
        along_s((0..minute).rev().map(|one| self.at(one)), load_s, most_s)
    }

    /// How long each of the last `number` requests before a minute has waited when it begins, in
    /// seconds, the first the longest: those of the same minute come evenly, `per_minute` times
    /// its value. The first `most` of them.
    pub(crate) fn waited_s(
        &self,
        minute: usize,
        per_minute: f64,
        number: f64,
        most: usize,
    ) -> Vec<f64> {
        let mut begins = minute;
        let mut came = 0.0;
        while came < number && begins > 0 {
            begins -= 1;
            came = self.at(begins).mul_add(per_minute, came);
        }
        let most = most.min(number as usize);
        let mut waited_s = Vec::with_capacity(most);
        // Of those of the first minute, the ones before have been done.
        let mut before = (came - number).max(0.0);
        for one in begins..minute {
            let came = self.at(one) * per_minute;
            let since_s = (minute - one) as f64 * MINUTE_S;
            while before + 0.5 <= came && waited_s.len() < most {
                waited_s.push((-MINUTE_S / came).mul_add(before + 0.5, since_s));
                before += 1.0;
            }
            before -= came;
        }
        waited_s
    }

    /// Its highest value.
    pub fn peak(&self) -> f64 {
        self.minutes
            .iter()
            .fold(0.0, |most, value| most.max(f64::from(*value)))
    }

    /// After how many minutes it begins anew.
    pub fn minutes(&self) -> usize {
        self.minutes.len()
    }
}

/// The time of day as a half wave, 1 at the busiest.
pub(super) fn cosine(minute: f64) -> f64 {
    let angle = PI * (minute - NOON_MIN) / DAY_MIN as f64;
    angle.cos().abs()
}

/// `cos^(2k)` of the time of day.
pub(super) fn raised(cosine: f64, power: f64) -> f64 {
    cosine.powf(2.0 * power)
}

/// The power `k` at which the mean of a wave of height `peak` is 1, by bisection: over a day
/// `cos^(2k)` has the mean `G(k + 1/2) / (sqrt(pi) G(k + 1))`, with the gamma function `G`
/// (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 6.2.1).
pub(super) fn wave_power(peak: f64) -> f64 {
    let mean = |power: f64| {
        let ratio = libm::lgamma(power + 0.5) - libm::lgamma(power + 1.0);
        peak * ratio.exp() / PI.sqrt()
    };
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if mean(middle) > 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// A plateau of working hours over a lower level.
pub(super) struct WorkHours {
    peak: f64,
    base: f64,
    half_min: f64,
}

impl WorkHours {
    /// Eight hours on five days at the peak, the rest of the traffic at all other
    /// times; fewer hours where the peak alone would be more than all traffic.
    pub(super) fn new(peak: f64) -> Self {
        let whole = WEEK_MIN as f64;
        let most_min = whole / peak;
        let work_min = (WORK_DAYS as f64 * WORK_MIN).min(most_min);
        let base = if work_min < whole {
            ((whole - peak * work_min) / (whole - work_min)).max(0.0)
        } else {
            1.0
        };
        Self {
            peak,
            base,
            half_min: work_min / WORK_DAYS as f64 / 2.0,
        }
    }

    pub(super) fn at(&self, minute: f64) -> f64 {
        let in_week = minute.rem_euclid(WEEK_MIN as f64);
        let in_day = in_week.rem_euclid(DAY_MIN as f64);
        let works = in_week < (WORK_DAYS * DAY_MIN) as f64;
        // Minutes are told by their middle.
        let off = (in_day + 0.5 - WORK_MIDDLE_MIN).abs();
        if works && off <= self.half_min {
            self.peak
        } else {
            self.base
        }
    }
}

/// Seconds of minutes at these levels until they have taken in `load_s` seconds of the mean; at
/// most `most_s`.
fn along_s(levels: impl Iterator<Item = f64>, load_s: f64, most_s: f64) -> f64 {
    let (mut left_s, mut seconds) = (load_s, 0.0);
    for level in levels {
        let minute_s = level * MINUTE_S;
        if minute_s >= left_s {
            return most_s.min(seconds + left_s / level.max(f64::MIN_POSITIVE));
        }
        left_s -= minute_s;
        seconds += MINUTE_S;
        if seconds >= most_s {
            break;
        }
    }
    most_s
}

fn spikes(peak: f64, minutes: usize, random: &mut Generator) -> Vec<f64> {
    let share = IN_SPIKES / peak;
    let base = (1.0 - IN_SPIKES) / (1.0 - share);
    let mut curve = Vec::with_capacity(minutes);
    while curve.len() < minutes {
        let spike = random.random::<f64>() < share;
        let value = if spike { peak } else { base };
        curve.extend(std::iter::repeat_n(
            value,
            SPIKE_MIN.min(minutes - curve.len()),
        ));
    }
    curve
}

/// Levels with the quantile function `p u^(p - 1)`, the load-duration curve of the
/// closed formulas, each held for an exponential time.
fn jumps(peak: f64, minutes: usize, random: &mut Generator) -> Vec<f64> {
    let mut curve = Vec::with_capacity(minutes);
    while curve.len() < minutes {
        let level = peak * random.random::<f64>().powf(peak - 1.0);
        let unit: f64 = Exp1.sample(random);
        let hold = (unit * HOLD_MIN).ceil().max(1.0) as usize;
        curve.extend(std::iter::repeat_n(level, hold.min(minutes - curve.len())));
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(shape: Shape, peak: f64, minutes: usize) -> Curve {
        let traffic = Traffic {
            peak_to_mean: peak,
            shape,
            ..Traffic::steady(1.0)
        };
        traffic.curve(minutes, Streams::new(1))
    }

    #[test]
    fn every_shape_has_mean_one_and_the_peak_asked_for() {
        for peak in [1.0, 1.5, 4.0, 12.0, 40.0] {
            for shape in [Shape::Diurnal, Shape::BusinessHours] {
                let curve = curve(shape.clone(), peak, WEEK_MIN);
                let mean: f64 = (0..WEEK_MIN).map(|at| curve.at(at)).sum::<f64>() / WEEK_MIN as f64;
                assert!((mean - 1.0).abs() < 1e-5, "{shape:?} {peak}: mean {mean}");
                let off = curve.peak() / peak - 1.0;
                assert!(off.abs() < 0.02, "{shape:?} {peak}: {}", curve.peak());
            }
            for shape in [Shape::Spiky, Shape::Unpredictable] {
                let whole = 52 * WEEK_MIN;
                let curve = curve(shape.clone(), peak, whole);
                let mean: f64 = (0..whole).map(|at| curve.at(at)).sum::<f64>() / whole as f64;
                assert!((mean - 1.0).abs() < 1e-4, "{shape:?} {peak}: mean {mean}");
                let off = curve.peak() / peak - 1.0;
                assert!(off.abs() < 0.15, "{shape:?} {peak}: {}", curve.peak());
            }
        }
    }

    #[test]
    fn a_time_zone_moves_the_working_day() {
        let east = Traffic {
            peak_to_mean: 4.0,
            shape: Shape::BusinessHours,
            ahead_s: 2.0 * 3_600.0,
            ..Traffic::steady(1.0)
        };
        let moved = east.curve(WEEK_MIN, Streams::new(1));
        let here = curve(Shape::BusinessHours, 4.0, WEEK_MIN);
        assert!(here.at(16 * 60) > 1.0 && here.at(8 * 60) < 1.0);
        assert!(moved.at(16 * 60) < 1.0 && moved.at(8 * 60) > 1.0);
    }
}
