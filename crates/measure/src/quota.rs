//! The CPU time that a size of memory has, as a quota of the kernel.

use std::time::Duration;

/// The kernel takes no shorter quota (`min_cfs_quota_period` of Linux).
const SHORTEST: Duration = Duration::from_millis(1);

/// The CPU time that processes may take in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// CPU time in a period, in whole microseconds.
    pub time: Duration,
    /// The period.
    pub period: Duration,
}

impl Quota {
    /// The quota of so many vCPUs: that share of each period. Where it would be shorter than
    /// the kernel takes, the period is longer, and the share the same.
    pub fn of(vcpus: f64, period: Duration) -> Self {
        let vcpus = vcpus.max(1e-3);
        let period = period.max(Duration::from_secs_f64(SHORTEST.as_secs_f64() / vcpus));
        let micros = (period.as_secs_f64() * vcpus * 1e6).round();
        Self {
            time: Duration::from_micros(micros as u64).max(SHORTEST),
            period: Duration::from_micros(period.as_micros() as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_size_has_its_share_of_each_period() {
        let period = Duration::from_millis(20);
        for (vcpus, micros) in [(0.072, 1_440), (1.0, 20_000), (1.5, 30_000)] {
            let quota = Quota::of(vcpus, period);
            assert_eq!(quota.time, Duration::from_micros(micros));
            assert_eq!(quota.period, period);
        }
        // The kernel would refuse 0.72 ms of 10 ms.
        let short = Quota::of(0.072, Duration::from_millis(10));
        assert_eq!(short.time, Duration::from_millis(1));
        assert!(short.period > Duration::from_millis(13));
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_the_vcpus(vcpus in 0.01..6.0_f64, ms in 1..100_u64) {
            let quota = Quota::of(vcpus, Duration::from_millis(ms));
            let share = quota.time.as_secs_f64() / quota.period.as_secs_f64();
            prop_assert!((share / vcpus - 1.0).abs() < 2e-3, "{quota:?}");
            prop_assert!(quota.time >= SHORTEST);
        }
    }
}
