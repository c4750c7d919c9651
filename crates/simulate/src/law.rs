//! The law of durations.

use landfall_workload::derive::log_normal_mean;

use crate::forecast::Latency;

/// The 99th percentile of the standard normal law (Abramowitz and Stegun 1964,
/// table 26.5).
const Z99: f64 = 2.326_347_874;
/// The 95th percentile, from the same table.
const Z95: f64 = 1.644_853_627;

/// A log-normal law through the median and the 99th percentile, cut at a longest
/// value (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1,
/// 1994, chapter 14).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DurationLaw {
    /// Median, in seconds.
    pub p50_s: f64,
    /// 99th percentile, in seconds.
    pub p99_s: f64,
    /// Longest, in seconds.
    pub max_s: f64,
}

impl DurationLaw {
    /// The mean, in seconds.
    pub fn mean_s(&self) -> f64 {
        log_normal_mean(self.p50_s, self.p99_s, Some(self.max_s))
    }

    fn sigma(&self) -> f64 {
        if self.p50_s <= 0.0 || self.p99_s <= self.p50_s {
            return 0.0;
        }
        (self.p99_s / self.p50_s).ln() / Z99
    }

    /// The share of units of work that take longer than `t_s`.
    pub fn share_above(&self, t_s: f64) -> f64 {
        if t_s >= self.max_s {
            return 0.0;
        }
        let sigma = self.sigma();
        if sigma <= 0.0 {
            return f64::from(u8::from(t_s < self.p50_s));
        }
        if t_s <= 0.0 {
            return 1.0;
        }
        upper_tail((t_s / self.p50_s).ln() / sigma)
    }

    /// Percentiles of the law, each later by `overhead_s`.
    pub fn latency(&self, overhead_s: f64) -> Latency {
        let sigma = self.sigma();
        let at = |z: f64| (self.p50_s * (sigma * z).exp()).min(self.max_s) + overhead_s;
        Latency {
            p50_s: at(0.0),
            p95_s: at(Z95),
            p99_s: at(Z99),
        }
    }

    /// The same law with every duration multiplied.
    #[must_use]
    pub fn stretched(&self, factor: f64) -> Self {
        Self {
            p50_s: self.p50_s * factor,
            p99_s: self.p99_s * factor,
            max_s: self.max_s * factor,
        }
    }
}

/// The share of a standard normal law above `z` (Abramowitz and Stegun 1964,
/// formula 26.2.17; error below 7.5e-8).
fn upper_tail(z: f64) -> f64 {
    const P: f64 = 0.231_641_9;
    const B: [f64; 5] = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let t = 1.0 / P.mul_add(z.abs(), 1.0);
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let series = B.iter().rev().fold(0.0, |sum, b| (sum + b) * t);
    let tail = density * series;
    if z >= 0.0 { tail } else { 1.0 - tail }
}
