//! The laws of durations.

use landfall_workload::derive::log_normal_mean;
use rand::RngExt;
use rand_distr::{Distribution, Exp1, StandardNormal};

use crate::forecast::Latency;
use crate::random::Generator;

/// The 99th percentile of the standard normal law (Abramowitz and Stegun 1964,
/// table 26.5).
const Z99: f64 = 2.326_347_874;
/// The 95th percentile, from the same table.
const Z95: f64 = 1.644_853_627;

/// A log-normal law through the median and the 99th percentile, cut at a longest
/// value (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1,
/// 1994, chapter 14). All in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DurationLaw {
    p50_s: f64,
    p99_s: f64,
    max_s: f64,
    /// Standard deviation of the logarithm.
    sigma: f64,
    mean_s: f64,
}

impl DurationLaw {
    /// The law of a median, a 99th percentile and a longest, in seconds.
    pub fn new(p50_s: f64, p99_s: f64, max_s: f64) -> Self {
        let is_spread = p50_s > 0.0 && p99_s > p50_s;
        Self {
            p50_s,
            p99_s,
            max_s,
            sigma: if is_spread {
                (p99_s / p50_s).ln() / Z99
            } else {
                0.0
            },
            mean_s: log_normal_mean(p50_s, p99_s, Some(max_s)),
        }
    }

    /// Median, in seconds.
    pub const fn p50_s(&self) -> f64 {
        self.p50_s
    }

    /// 99th percentile, in seconds.
    pub const fn p99_s(&self) -> f64 {
        self.p99_s
    }

    /// Longest, in seconds.
    pub const fn max_s(&self) -> f64 {
        self.max_s
    }

    /// The mean, in seconds.
    pub const fn mean_s(&self) -> f64 {
        self.mean_s
    }

    /// Median and 99th percentile, in seconds, of a median and a standard deviation of the
    /// logarithm.
    pub(crate) fn through(p50_s: f64, sigma: f64) -> (f64, f64) {
        (p50_s, p50_s * (sigma * Z99).exp())
    }

    /// Standard deviation of the logarithm.
    pub(crate) const fn sigma(&self) -> f64 {
        self.sigma
    }

    /// The share of units of work that take longer than `t_s`.
    pub fn share_above(&self, t_s: f64) -> f64 {
        self.tail().above(t_s)
    }

    /// What is asked many times how much lies above a duration.
    pub(crate) fn tail(&self) -> Tail {
        Tail {
            median_s: self.p50_s,
            log_median: self.p50_s.ln(),
            sigma: self.sigma,
            max_s: self.max_s,
        }
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
            sigma: self.sigma,
            mean_s: self.mean_s * factor,
        }
    }

    /// The law through percentiles that are each so much later, in seconds.
    #[must_use]
    pub fn later(&self, by_s: f64) -> Self {
        Self::new(self.p50_s + by_s, self.p99_s + by_s, self.max_s + by_s)
    }
}

/// The upper tail of a [`DurationLaw`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    median_s: f64,
    log_median: f64,
    /// Standard deviation of the logarithm.
    sigma: f64,
    max_s: f64,
}

impl Tail {
    /// The share of units of work that take longer than `t_s`.
    pub(crate) fn above(&self, t_s: f64) -> f64 {
        if t_s >= self.max_s {
            return 0.0;
        }
        if self.sigma <= 0.0 {
            return f64::from(u8::from(t_s < self.median_s));
        }
        if t_s <= 0.0 {
            return 1.0;
        }
        upper_tail((t_s.ln() - self.log_median) / self.sigma)
    }
}

/// A law that durations are drawn from; all in seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Law {
    /// Always the same.
    Constant(f64),
    /// Exponential with this mean.
    Exponential(f64),
    /// Log-normal, cut at a longest value.
    LogNormal {
        /// Median.
        median_s: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Longest.
        max_s: f64,
    },
    /// Uniform between two values.
    Uniform(f64, f64),
    /// One of these, each as likely; at least one.
    Empirical(Vec<f64>),
}

impl From<DurationLaw> for Law {
    fn from(law: DurationLaw) -> Self {
        let sigma = law.sigma();
        if sigma > 0.0 {
            Self::LogNormal {
                median_s: law.p50_s,
                sigma,
                max_s: law.max_s,
            }
        } else {
            Self::Constant(law.p50_s.min(law.max_s))
        }
    }
}

impl Law {
    /// The log-normal law of a median and a 99th percentile, without an end.
    pub fn through(p50_s: f64, p99_s: f64) -> Self {
        Self::from(DurationLaw::new(p50_s, p99_s, f64::INFINITY))
    }

    /// The mean. For a log-normal law cut at `m`: `E min(X, m)`, which is
    /// `mean * Phi((ln(m / median) - sigma^2) / sigma) + m * P(X > m)`.
    pub fn mean_s(&self) -> f64 {
        match self {
            Self::Constant(value) | Self::Exponential(value) => *value,
            Self::Uniform(low, high) => f64::midpoint(*low, *high),
            Self::LogNormal {
                median_s,
                sigma,
                max_s,
            } => {
                let whole = median_s * (sigma * sigma / 2.0).exp();
                if !max_s.is_finite() {
                    return whole;
                }
                let z = (max_s / median_s).ln() / sigma;
                whole.mul_add(upper_tail(sigma - z), max_s * upper_tail(z))
            }
            Self::Empirical(values) => values.iter().sum::<f64>() / values.len().max(1) as f64,
        }
    }

    /// The longest, in seconds; infinite for a law without an end.
    pub fn longest_s(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential(_) => f64::INFINITY,
            Self::Uniform(_, high) => *high,
            Self::LogNormal { max_s, .. } => *max_s,
            Self::Empirical(values) => values.iter().copied().fold(0.0, f64::max),
        }
    }

    /// One draw.
    pub fn draw(&self, random: &mut Generator) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential(mean_s) => {
                let unit: f64 = Exp1.sample(random);
                mean_s * unit
            }
            Self::Uniform(low, high) => (high - low).mul_add(random.random::<f64>(), *low),
            Self::LogNormal {
                median_s,
                sigma,
                max_s,
            } => {
                let z: f64 = StandardNormal.sample(random);
                (median_s * (sigma * z).exp()).min(*max_s)
            }
            Self::Empirical(values) => {
                let place = random.random_range(0..values.len().max(1));
                values.get(place).copied().unwrap_or(0.0)
            }
        }
    }

    /// Fills a block with draws.
    pub fn fill(&self, random: &mut Generator, block: &mut [f64]) {
        match self {
            Self::Constant(value) => block.fill(*value),
            Self::Exponential(mean_s) => {
                for value in block {
                    let unit: f64 = Exp1.sample(random);
                    *value = mean_s * unit;
                }
            }
            _ => {
                for value in block {
                    *value = self.draw(random);
                }
            }
        }
    }

    /// The same law with every duration multiplied.
    #[must_use]
    pub fn stretched(&self, factor: f64) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(value * factor),
            Self::Exponential(mean_s) => Self::Exponential(mean_s * factor),
            Self::Uniform(low, high) => Self::Uniform(low * factor, high * factor),
            Self::LogNormal {
                median_s,
                sigma,
                max_s,
            } => Self::LogNormal {
                median_s: median_s * factor,
                sigma: *sigma,
                max_s: max_s * factor,
            },
            Self::Empirical(values) => {
                Self::Empirical(values.iter().map(|value| value * factor).collect())
            }
        }
    }
}

/// The share of a standard normal law above `z` (Abramowitz and Stegun 1964,
/// formula 26.2.17; error below 7.5e-8).
pub(crate) fn upper_tail(z: f64) -> f64 {
    const P: f64 = 0.231_641_9;
    const B: [f64; 5] = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let t = 1.0 / (1.0 + P * z.abs());
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let series = B.iter().rev().fold(0.0, |sum, b| (sum + b) * t);
    let tail = density * series;
    if z >= 0.0 { tail } else { 1.0 - tail }
}
