//! What would happen.

use crate::figures::Errors;

/// How a forecast was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// By closed formulas for the steady state.
    Estimate,
    /// Request by request.
    Simulated,
}

impl Method {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Estimate => "estimate",
            Self::Simulated => "simulated",
        }
    }
}

/// Time from start to answer, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Latency {
    /// Median.
    pub p50_s: f64,
    /// 95th percentile.
    pub p95_s: f64,
    /// 99th percentile.
    pub p99_s: f64,
}

/// What would happen to a load on a placement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// How it was made.
    pub method: Method,
    /// Time from start to answer; for jobs, to the end.
    pub latency: Latency,
    /// The least and the most that the 99th percentile may be, in seconds, where events are
    /// throttled and how they are tried again is known as a range.
    pub p99_range_s: Option<(f64, f64)>,
    /// Standard errors where a part of the month was simulated and stands for all of it.
    pub errors: Errors,
    /// Share of units of work that met a cold start.
    pub cold_start_share: f64,
    /// Share of units of work that were refused.
    pub throttled_share: f64,
    /// Share of units of work that were never done, or not by their deadline.
    pub failed_share: f64,
    /// Share of units of work that environments kept ready do; zero where none are kept.
    pub ready_share: f64,
    /// Environments, copies or jobs at once, on average.
    pub units_mean: f64,
    /// What 99 of 100 minutes stay within.
    pub units_p99: f64,
    /// The most at once.
    pub units_peak: f64,
    /// Copies that stand all the time; zero where none do.
    pub units_least: f64,
    /// Seconds that one unit of work runs, on average, in one step; where work comes in
    /// batches, a batch.
    pub run_s: f64,
    /// Units of work of a batch, on average: 1 where they do not come in batches.
    pub batch: f64,
    /// Steps that one unit of work takes; above 1 only where it had to be split.
    pub steps: f64,
    /// Seconds of capacity billed for one job, or zero.
    pub billed_s: f64,
    /// Mean utilisation of the CPU of what is kept, or of what a unit of work has.
    pub utilisation: f64,
}
