//! Percentiles and arrivals of a stream of samples, in bounded memory.

use std::collections::BTreeMap;

/// Samples kept as they are; beyond, they are counted in classes.
const KEPT: usize = 20_000;
/// Classes of each power of two, as a power of two: a class is a 512th of its value wide.
const STEPS_LOG2: u32 = 9;
/// The classes of the least and of the largest value that is told apart, 2^-24 and 2^40, as
/// the leading bits of their binary forms.
const FIRST: u64 = (1_023 - 24) << STEPS_LOG2;
const LAST: u64 = (1_023 + 40) << STEPS_LOG2;

/// Most minutes that are told apart: two years.
const MOST_MINUTES: usize = 1_051_200;

/// Samples of one quantity, from which percentiles are read: exact up to 20,000 of them,
/// beyond within a thousandth.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quantiles {
    kept: Vec<f64>,
    /// Counts of the classes from `first` on: those between the least and the largest value.
    classes: Vec<u64>,
    first: usize,
    number: u64,
    most: f64,
}

impl Quantiles {
    /// Adds a sample; what is no positive number is none.
    pub(crate) fn add(&mut self, value: f64) {
        if !(value.is_finite() && value >= 0.0) {
            return;
        }
        self.number += 1;
        self.most = self.most.max(value);
        if self.classes.is_empty() && self.kept.len() < KEPT {
            self.kept.push(value);
            return;
        }
        for value in std::mem::take(&mut self.kept) {
            self.count(class(value));
        }
        self.count(class(value));
    }

    /// Counts a value of a class; the classes grow to where it is.
    fn count(&mut self, class: usize) {
        if self.classes.is_empty() {
            self.first = class;
        }
        if class < self.first {
            let more = self.first - class;
            self.classes.splice(0..0, std::iter::repeat_n(0, more));
            self.first = class;
        }
        let place = class - self.first;
        if place >= self.classes.len() {
            self.classes.resize(place + 1, 0);
        }
        if let Some(count) = self.classes.get_mut(place) {
            *count += 1;
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn most(&self) -> f64 {
        self.most
    }

    /// The least sample that a share of all do not exceed (the nearest rank of Hyndman and
    /// Fan, Sample Quantiles in Statistical Packages, 1996, definition 1); none of nothing.
    pub(crate) fn at(&self, share: f64) -> Option<f64> {
        if self.number == 0 {
            return None;
        }
        let rank = ((share * self.number as f64).ceil() as u64).clamp(1, self.number);
        if self.classes.is_empty() {
            let mut sorted = self.kept.clone();
            sorted.sort_by(f64::total_cmp);
            return sorted.get(rank as usize - 1).copied();
        }
        let mut below = 0;
        for (class, count) in self.classes.iter().enumerate() {
            below += count;
            if below >= rank {
                return Some(middle(self.first + class).min(self.most));
            }
        }
        Some(self.most)
    }
}

/// The class of a value that is not negative: the leading bits of its binary form, which are
/// in order.
fn class(value: f64) -> usize {
    let bits = value.to_bits() >> (52 - STEPS_LOG2);
    (bits.clamp(FIRST, LAST) - FIRST) as usize
}

fn middle(class: usize) -> f64 {
    let shift = 52 - STEPS_LOG2;
    f64::from_bits(((FIRST + class as u64) << shift) | (1 << (shift - 1)))
}

/// When work started, by minutes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals {
    minutes: BTreeMap<i64, u64>,
    last: Option<(i64, u64)>,
    first_s: f64,
    last_s: f64,
    number: u64,
    is_cut: bool,
}

impl Arrivals {
    /// Adds work that started then, in seconds since 1970.
    pub(crate) fn add(&mut self, at_s: f64) {
        self.add_some(at_s, 1);
    }

    /// Adds so much work.
    pub(crate) fn add_some(&mut self, at_s: f64, number: u64) {
        if !at_s.is_finite() || number == 0 {
            return;
        }
        if self.number == 0 {
            (self.first_s, self.last_s) = (at_s, at_s);
        }
        self.first_s = self.first_s.min(at_s);
        self.last_s = self.last_s.max(at_s);
        self.number += number;
        let minute = (at_s / 60.0).floor() as i64;
        match &mut self.last {
            Some((same, count)) if *same == minute => *count += number,
            _ => {
                self.keep();
                self.last = Some((minute, number));
            }
        }
    }

    fn keep(&mut self) {
        if let Some((minute, count)) = self.last.take() {
            if self.minutes.len() >= MOST_MINUTES && !self.minutes.contains_key(&minute) {
                self.is_cut = true;
                return;
            }
            *self.minutes.entry(minute).or_default() += count;
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// How long it was watched, in seconds: from the minute of the first to that of the
    /// last.
    pub(crate) fn span_s(&self) -> f64 {
        if self.number == 0 {
            return 0.0;
        }
        ((self.last_s / 60.0).floor() - (self.first_s / 60.0).floor() + 1.0) * 60.0
    }

    /// The mean rate, per second.
    pub(crate) fn rate_per_s(&self) -> f64 {
        self.number as f64 / self.span_s().max(60.0)
    }

    /// The busiest minute over the mean; none where it would tell more of chance than of
    /// the traffic: less than a day, or less than one a minute on average.
    pub(crate) fn peak_to_mean(&mut self) -> Option<f64> {
        self.keep();
        let mean = self.rate_per_s() * 60.0;
        if self.span_s() < 86_400.0 || mean < 1.0 || self.is_cut {
            return None;
        }
        let busiest = self.minutes.values().copied().max()?;
        Some((busiest as f64 / mean).max(1.0))
    }

    /// The days that are covered: `2026-11-01 to 2026-11-14`.
    pub(crate) fn days(&self) -> Option<String> {
        if self.number == 0 {
            return None;
        }
        let day = |at_s: f64| {
            let at = jiff::Timestamp::from_second(at_s.floor() as i64).ok()?;
            let at = at.to_zoned(jiff::tz::TimeZone::UTC);
            Some(at.date().to_string())
        };
        let (first, last) = (day(self.first_s)?, day(self.last_s)?);
        Some(if first == last {
            first
        } else {
            format!("{first} to {last}")
        })
    }
}

/// A number with its thousands apart, for people: `12,331`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_and_then_near() {
        let mut few = Quantiles::default();
        for value in (1..=100).rev() {
            few.add(f64::from(value));
        }
        assert_eq!(few.at(0.5), Some(50.0));
        assert_eq!(few.at(0.99), Some(99.0));
        assert_eq!(few.at(1.0), Some(100.0));
        let mut many = Quantiles::default();
        for value in 1..=100_000 {
            many.add(f64::from(value) / 10.0);
        }
        for (share, wanted) in [(0.5, 5_000.0), (0.99, 9_900.0)] {
            let found = many.at(share).unwrap();
            assert!((found / wanted - 1.0).abs() < 2e-3, "{found}");
        }
        assert_eq!(Quantiles::default().at(0.5), None);
    }

    #[test]
    fn arrivals_are_counted_by_minutes() {
        let mut day = Arrivals::default();
        let start_s = 1_793_491_200.0;
        for minute in 0..1_440 {
            day.add_some(start_s + f64::from(minute) * 60.0, 2);
        }
        day.add_some(start_s, 2);
        assert_eq!(day.number(), 2_882);
        assert!((day.span_s() - 86_400.0).abs() < 1e-9);
        let peak = day.peak_to_mean().unwrap();
        assert!((peak - 4.0 / (2_882.0 / 1_440.0)).abs() < 1e-9);
        assert_eq!(day.days().as_deref(), Some("2026-11-01"));
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
