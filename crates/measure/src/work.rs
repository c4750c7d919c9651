//! What one unit of work computes and waits.

use landfall_units::Range;

/// One unit of work, as it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// How long it took on average, in seconds.
    pub duration_s: Range<f64>,
    /// The part of it that computed, from 0 to 1; the rest waited.
    pub cpu_share: Range<f64>,
    /// How many vCPUs it can use.
    pub threads: Range<f64>,
    /// vCPUs that it had.
    pub measured_vcpus: f64,
}

impl Work {
    /// How long it takes with so many vCPUs, in seconds: CPU time over the vCPUs that it can
    /// use, and the waiting as it was.
    pub fn time_s(&self, vcpus: f64) -> f64 {
        let (duration_s, share) = (self.duration_s.likely(), self.cpu_share.likely());
        self.stretched(duration_s, share, self.threads.likely(), vcpus)
    }

    /// The shortest and the longest that it can take with so many vCPUs, in seconds: those
    /// of all ends of its ranges. Time is monotone in each of them, so that no value between
    /// the ends gives less or more.
    pub fn bounds_s(&self, vcpus: f64) -> (f64, f64) {
        let ends = |range: Range<f64>| [range.low(), range.high()];
        let mut bounds = (f64::INFINITY, 0.0_f64);
        for duration_s in ends(self.duration_s) {
            for share in ends(self.cpu_share) {
                for threads in ends(self.threads) {
                    let time_s = self.stretched(duration_s, share, threads, vcpus);
                    bounds = (bounds.0.min(time_s), bounds.1.max(time_s));
                }
            }
        }
        bounds
    }

    fn stretched(&self, duration_s: f64, share: f64, threads: f64, vcpus: f64) -> f64 {
        let had = self.measured_vcpus.min(threads);
        let has = vcpus.min(threads).max(f64::MIN_POSITIVE);
        duration_s * (share * had / has + (1.0 - share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(duration_s: f64, share: f64, threads: f64) -> Work {
        Work {
            duration_s: Range::exact(duration_s),
            cpu_share: Range::exact(share),
            threads: Range::exact(threads),
            measured_vcpus: 1.0,
        }
    }

    #[test]
    fn computing_follows_vcpus_and_waiting_does_not() {
        let computes = exact(1.0, 1.0, 1.0);
        assert!((computes.time_s(0.25) - 4.0).abs() < 1e-12);
        assert!((computes.time_s(4.0) - 1.0).abs() < 1e-12);
        assert!((exact(1.0, 0.0, 1.0).time_s(0.25) - 1.0).abs() < 1e-12);
        assert!((exact(1.0, 0.5, 1.0).time_s(0.5) - 1.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn no_value_within_the_ranges_leaves_the_bounds(
            duration_s in 0.001..10.0_f64,
            wider in 1.0..3.0_f64,
            share in 0.0..0.5_f64,
            threads in 1.0..3.0_f64,
            vcpus in 0.05..6.0_f64,
            measured_vcpus in 0.05..6.0_f64,
            at in 0.0..1.0_f64,
        ) {
            let range = |low: f64, high: f64| Range::new(low, low, high).unwrap();
            let work = Work {
                duration_s: range(duration_s, duration_s * wider),
                cpu_share: range(share, share * 2.0),
                threads: range(threads, threads * wider),
                measured_vcpus,
            };
            let (low, high) = work.bounds_s(vcpus);
            let between = |range: Range<f64>| range.low() + at * (range.high() - range.low());
            let (duration_s, share) = (between(work.duration_s), between(work.cpu_share));
            let time_s = work.stretched(duration_s, share, between(work.threads), vcpus);
            prop_assert!(low <= time_s * (1.0 + 1e-9) && time_s <= high * (1.0 + 1e-9));
        }
    }
}
