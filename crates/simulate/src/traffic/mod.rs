//! Traffic: how often, in which shape, and from that the requests one by one.

mod curve;
mod day;
mod poisson;
mod replay;

use std::sync::Arc;

use landfall_source::Result;

pub use curve::{Curve, MINUTE_S};
pub use day::Day;
pub use poisson::Poisson;
pub use replay::{Counted, Logged, Replay};

use crate::arrivals::{Arrivals, BLOCK, Block};
use crate::random::Streams;
use poisson::Curved;

/// How traffic goes over time. Every shape but a recorded one has a mean of 1 and the
/// peak to mean as its highest point.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Shape {
    /// The same rate all the time.
    #[default]
    Steady,
    /// A wave a day.
    Diurnal,
    /// A plateau on working days.
    BusinessHours,
    /// Short spikes at random times; half of the traffic comes in them.
    Spiky,
    /// Rates that jump at random times (a Markov-modulated process).
    Unpredictable,
    /// Minutes over the mean minute, repeated.
    Recorded(Arc<[f32]>),
}

impl Shape {
    /// The shape of the workload file's word; steady for any other.
    pub fn named(word: &str) -> Self {
        match word {
            "diurnal" => Self::Diurnal,
            "business-hours" => Self::BusinessHours,
            "spiky" => Self::Spiky,
            "unpredictable" => Self::Unpredictable,
            _ => Self::Steady,
        }
    }
}

/// The traffic of a workload.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    /// Requests a second, on average.
    pub rate_per_s: f64,
    /// The busiest minutes over the mean.
    pub peak_to_mean: f64,
    /// How it goes over time.
    pub shape: Shape,
    /// What local time is ahead of the simulated clock, in seconds.
    pub ahead_s: f64,
    /// Requests that come at once.
    pub batch: f64,
    /// Times at which work starts, in seconds, instead of rate and shape.
    pub schedule: Option<Arc<[f64]>>,
}

impl Traffic {
    /// Poisson arrivals at one rate (a second).
    pub fn steady(rate_per_s: f64) -> Self {
        Self {
            rate_per_s,
            peak_to_mean: 1.0,
            batch: 1.0,
            ..Self::default()
        }
    }

    /// The rate over the mean of so many minutes; the clock starts on a Monday at
    /// midnight. Random shapes are drawn from the `shape` stream.
    pub fn curve(&self, minutes: usize, streams: Streams) -> Curve {
        Curve::new(self, minutes, streams)
    }

    /// Requests from `from_s` to `to_s`, in seconds, on a curve.
    pub fn arrivals(
        &self,
        curve: &Curve,
        from_s: f64,
        to_s: f64,
        streams: Streams,
    ) -> Box<dyn Arrivals> {
        let batch = self.batch.max(1.0);
        let one: Box<dyn Arrivals> = if let Some(times) = &self.schedule {
            Box::new(Scheduled::new(Arc::clone(times), from_s, to_s))
        } else {
            let events_per_s = self.rate_per_s / batch;
            let random = streams.stream("arrivals");
            Box::new(Curved::new(
                curve.clone(),
                events_per_s,
                from_s,
                to_s,
                random,
            ))
        };
        if batch > 1.0 {
            Box::new(Batched::new(one, batch as usize))
        } else {
            one
        }
    }
}

/// Work that starts at given times.
#[derive(Debug)]
struct Scheduled {
    times: Arc<[f64]>,
    next: usize,
    to_s: f64,
}

impl Scheduled {
    fn new(times: Arc<[f64]>, from_s: f64, to_s: f64) -> Self {
        let next = times.partition_point(|at_s| *at_s < from_s);
        Self { times, next, to_s }
    }
}

impl Arrivals for Scheduled {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        let due = self.times.get(self.next..).unwrap_or_default();
        let due = due.iter().take(BLOCK).take_while(|at_s| **at_s < self.to_s);
        block.at_s.extend(due);
        self.next += block.at_s.len();
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        Some(self.to_s)
    }
}

/// Each arrival as several at once: a folder uploaded, a queue drained.
struct Batched {
    of: Box<dyn Arrivals>,
    size: usize,
    events: Block,
    next: usize,
    /// How many of the event under way have been passed on.
    given: usize,
}

impl Batched {
    fn new(of: Box<dyn Arrivals>, size: usize) -> Self {
        Self {
            of,
            size,
            events: Block::new(),
            next: 0,
            given: 0,
        }
    }
}

impl Arrivals for Batched {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        while block.at_s.len() < BLOCK {
            let Some(at_s) = self.events.at_s.get(self.next).copied() else {
                self.of.next_block(&mut self.events)?;
                self.next = 0;
                if self.events.at_s.is_empty() {
                    return Ok(());
                }
                continue;
            };
            let number = (self.size - self.given).min(BLOCK - block.at_s.len());
            block.at_s.resize(block.at_s.len() + number, at_s);
            self.given += number;
            if self.given == self.size {
                self.given = 0;
                self.next += 1;
            }
        }
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        self.of.end_s()
    }
}
