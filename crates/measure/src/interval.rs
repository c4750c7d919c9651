//! Quantiles, means without the ends, and how sure they are.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// What is left out at each end, as AWS Lambda Power Tuning's `discardTopBottom` has it.
const LEFT_OUT: f64 = 0.2;
/// Draws for an interval.
const DRAWS: usize = 1_000;
/// Values drawn for an interval at most, whatever the number of samples.
const MOST_DRAWN: usize = 4_000_000;
/// Fewest draws for an interval.
const FEWEST_DRAWS: usize = 200;
/// The part of the means below and above a 95% interval.
const OUTSIDE: f64 = 0.025;

/// A mean with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean, without the highest and lowest fifth of the values.
    pub mean: f64,
    /// 2.5% of the means of draws are below.
    pub low: f64,
    /// 2.5% of the means of draws are above.
    pub high: f64,
}

/// The value that a share of all values is at most (the smallest such value: the nearest rank);
/// none of no values.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

/// The mean and its interval by the percentiles of means of draws with replacement (Efron,
/// Bootstrap methods: another look at the jackknife, 1979). Same seed, same interval; of no
/// values, all is zero.
pub fn of(values: &[f64], seed: u64) -> Interval {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let number = sorted.len();
    if number == 0 {
        return Interval {
            mean: 0.0,
            low: 0.0,
            high: 0.0,
        };
    }
    let mut counts = vec![1_u32; number];
    let mean = middle(&sorted, &counts);
    let draws = (MOST_DRAWN / number).clamp(FEWEST_DRAWS, DRAWS);
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut means = Vec::with_capacity(draws);
    for _ in 0..draws {
        counts.fill(0);
        for _ in 0..number {
            if let Some(count) = counts.get_mut(random.random_range(0..number)) {
                *count += 1;
            }
        }
        means.push(middle(&sorted, &counts));
    }
    let at = |share: f64| quantile(&means, share).unwrap_or(mean);
    Interval {
        mean,
        low: at(OUTSIDE).min(mean),
        high: at(1.0 - OUTSIDE).max(mean),
    }
}

/// The mean of the middle of values that come so many times each, rising.
fn middle(sorted: &[f64], counts: &[u32]) -> f64 {
    let all: u32 = counts.iter().sum();
    let left_out = (f64::from(all) * LEFT_OUT).floor();
    let (first, last) = (left_out, f64::from(all) - left_out);
    let (mut before, mut sum) = (0.0, 0.0);
    for (value, count) in sorted.iter().zip(counts) {
        let after = before + f64::from(*count);
        let taken = (after.min(last) - f64::max(before, first)).max(0.0);
        sum += value * taken;
        before = after;
    }
    sum / (last - first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_are_values() {
        let values = [3.0, 1.0, 2.0, 4.0];
        assert_eq!(quantile(&values, 0.5), Some(2.0));
        assert_eq!(quantile(&values, 0.99), Some(4.0));
        assert_eq!(quantile(&values, 0.0), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_ends_are_left_out() {
        let values = [1.0, 2.0, 3.0, 4.0, 1_000.0];
        let found = of(&values, 1);
        assert!((found.mean - 3.0).abs() < 1e-12);
        assert_eq!(of(&values, 1), found);
    }

    /// Of many samples of a known law, 95% of the intervals hold its mean; the law is
    /// symmetric, so that leaving out its ends moves nothing.
    #[test]
    fn intervals_hold_the_mean_as_often_as_they_say() {
        let mut random = Pcg64Mcg::seed_from_u64(7);
        let (mut held, runs) = (0, 200);
        for run in 0..runs {
            let values: Vec<f64> = (0..40)
                .map(|_| 10.0 + random.random::<f64>() + random.random::<f64>())
                .collect();
            let found = of(&values, run);
            held += u32::from(found.low <= 11.0 && 11.0 <= found.high);
        }
        // Percentile intervals of 40 values hold a little less often than 95%.
        assert!((176..=198).contains(&held), "{held} of {runs}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn an_interval_lies_within_the_values(
            values in prop::collection::vec(0.001..100.0_f64, 1..60),
        ) {
            let found = of(&values, 1);
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(0.0, f64::max);
            prop_assert!(least <= found.low * (1.0 + 1e-9));
            prop_assert!(found.low <= found.mean && found.mean <= found.high);
            prop_assert!(found.high <= most * (1.0 + 1e-9));
        }
    }
}
