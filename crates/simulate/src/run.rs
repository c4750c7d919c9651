//! How an engine is run, and what a run came to.

use crate::budget::Budget;
use crate::random::Streams;
use crate::tally::{Batches, Detail, Series};

/// How a run is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// The seed of every draw.
    pub streams: Streams,
    /// Seconds simulated; none for as long as there are requests.
    pub for_s: Option<f64>,
    /// Seconds at the beginning that are not counted.
    pub warm_up_s: f64,
    /// How much work the run may do; each set-up has as much.
    pub budget: Budget,
    /// What is kept of what it counts.
    pub detail: Detail,
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Counts and latencies, in batches.
    pub batches: Batches,
    /// The same over time, without latencies; empty where a run keeps totals alone.
    pub series: Series,
    /// Requests that were still being tried when the run ended, or records of a stream that
    /// waited.
    pub waiting: u64,
    /// Where the budget was spent before the end: when, in seconds. What is counted is of
    /// the time until then.
    pub cut_s: Option<f64>,
}

impl Outcome {
    /// Takes on an independent replication; the series stays that of the first.
    pub fn join(&mut self, other: Self) {
        self.batches.join(other.batches);
        self.waiting += other.waiting;
        self.cut_at(other.cut_s);
    }

    /// Adds what happened at the same time elsewhere: another function.
    pub fn add_beside(&mut self, other: &Self) {
        self.batches.add_beside(&other.batches);
        self.series.add_beside(&other.series);
        self.waiting += other.waiting;
        self.cut_at(other.cut_s);
    }

    /// The earliest time at which a part of it was cut.
    pub(crate) fn cut_at(&mut self, cut_s: Option<f64>) {
        self.cut_s = match (self.cut_s, cut_s) {
            (Some(one_s), Some(other_s)) => Some(one_s.min(other_s)),
            (one_s, other_s) => one_s.or(other_s),
        };
    }
}
