//! What people and programs read off a run.

use crate::histogram::Histogram;
use crate::run::Outcome;
use crate::tally::{Batches, Counts, Tally};

/// Percentiles of a time, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Percentiles {
    /// Mean.
    pub mean_s: f64,
    /// Median.
    pub p50_s: f64,
    /// 90th.
    pub p90_s: f64,
    /// 95th.
    pub p95_s: f64,
    /// 99th.
    pub p99_s: f64,
    /// 99.9th.
    pub p999_s: f64,
    /// Longest.
    pub max_s: f64,
}

impl Percentiles {
    /// Of all that a histogram holds.
    pub fn of(times: &Histogram) -> Self {
        Self::among(times, times.count())
    }

    /// Every percentile, and the mean as if it were the median, changed by what is given its
    /// share of all and the time there, in seconds.
    #[must_use]
    pub fn changed(&self, change: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            mean_s: change(0.5, self.mean_s),
            p50_s: change(0.5, self.p50_s),
            p90_s: change(0.9, self.p90_s),
            p95_s: change(0.95, self.p95_s),
            p99_s: change(0.99, self.p99_s),
            p999_s: change(0.999, self.p999_s),
            max_s: change(1.0, self.max_s),
        }
    }

    /// Of what a histogram holds among `count` times, the others zero.
    fn among(times: &Histogram, count: u64) -> Self {
        let held = times.count();
        if held == 0 {
            return Self::default();
        }
        let all = count.max(held) as f64;
        let zeros = 1.0 - held as f64 / all;
        let at = |share: f64| {
            if share <= zeros {
                0.0
            } else {
                times.quantile_s((share - zeros) / (1.0 - zeros))
            }
        };
        Self {
            mean_s: times.mean_s() * held as f64 / all,
            p50_s: at(0.5),
            p90_s: at(0.9),
            p95_s: at(0.95),
            p99_s: at(0.99),
            p999_s: at(0.999),
            max_s: times.max_s(),
        }
    }
}

/// The headline figures that have a standard error.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Errors {
    /// Of the share of cold starts.
    pub cold_start_share: Option<f64>,
    /// Of the share of throttled attempts.
    pub throttled_share: Option<f64>,
    /// Of environments or copies on average.
    pub environments_mean: Option<f64>,
    /// Of units of work under way on average.
    pub running_mean: Option<f64>,
    /// Of the median latency, in seconds.
    pub p50_s: Option<f64>,
    /// Of the 99th percentile of latency, in seconds.
    pub p99_s: Option<f64>,
}

/// A run in figures.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Counts and sums.
    pub counts: Counts,
    /// Requests that were still waiting at the end.
    pub waiting: u64,
    /// Latency of all served requests.
    pub latency: Percentiles,
    /// Its part before any work began.
    pub queueing: Percentiles,
    /// Start-up, of cold requests alone.
    pub cold_start: Percentiles,
    /// Standard errors, by what varies between batches of the run.
    pub errors: Errors,
}

impl From<&Outcome> for Figures {
    fn from(outcome: &Outcome) -> Self {
        let total = outcome.batches.total();
        let latency = total.latency();
        Self {
            counts: total.counts,
            waiting: outcome.waiting,
            latency: Percentiles::of(&latency),
            queueing: Percentiles::among(&total.wait, latency.count()),
            cold_start: Percentiles::of(&total.start),
            errors: Errors::of(&outcome.batches),
        }
    }
}

impl Errors {
    /// By what varies between batches.
    pub fn of(batches: &Batches) -> Self {
        let error = |figure: fn(&Tally) -> f64| batches.standard_error(figure);
        let times = batches.quantile_errors_s([0.5, 0.99]);
        let cold = |batch: &Tally| (batch.counts.cold as f64, batch.counts.served as f64);
        Self {
            cold_start_share: batches.share_error(cold),
            throttled_share: error(|batch| batch.counts.throttled_share()),
            environments_mean: error(|batch| batch.counts.alive_mean()),
            running_mean: error(|batch| batch.counts.busy_mean()),
            p50_s: times.map(|[p50_s, _]| p50_s),
            p99_s: times.map(|[_, p99_s]| p99_s),
        }
    }
}

impl Figures {
    /// Environments that are there and idle, on average.
    pub fn idle_mean(&self) -> f64 {
        (self.counts.alive_mean() - self.counts.busy_mean()).max(0.0)
    }

    /// Mean time that the work itself took, in seconds: latency without queueing and
    /// start-up.
    pub fn service_mean_s(&self) -> f64 {
        let start_s = self.cold_start.mean_s * self.counts.cold_share();
        (self.latency.mean_s - self.queueing.mean_s - start_s).max(0.0)
    }
}
