//! Requests as they come, in blocks.

use landfall_source::Result;

use crate::law::Law;
use crate::random::Generator;

/// Requests of a block.
pub const BLOCK: usize = 1_024;

/// A block of requests: when each comes and how long its work takes, in seconds.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// Arrival times, never falling.
    pub at_s: Vec<f64>,
    /// Durations of the work as it would run here; as many as arrivals, or none when
    /// only arrivals are known.
    pub run_s: Vec<f64>,
}

impl Block {
    /// An empty block with room.
    pub fn new() -> Self {
        Self {
            at_s: Vec::with_capacity(BLOCK),
            run_s: Vec::with_capacity(BLOCK),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.at_s.clear();
        self.run_s.clear();
    }
}

/// Where requests come from.
pub trait Arrivals {
    /// Replaces a block's content by the next requests, some [`BLOCK`] of them; leaves
    /// it empty at the end.
    ///
    /// # Errors
    /// What is wrong with the recording that they are read from.
    fn next_block(&mut self, block: &mut Block) -> Result<()>;

    /// When the requests end, in seconds from the start, where that is known.
    fn end_s(&self) -> Option<f64>;
}

/// Arrivals with durations drawn for those that have none.
#[derive(Debug)]
pub(crate) struct Timed<'a, A: ?Sized> {
    arrivals: &'a mut A,
    law: &'a Law,
    random: Generator,
}

impl<'a, A: Arrivals + ?Sized> Timed<'a, A> {
    pub(crate) const fn new(arrivals: &'a mut A, law: &'a Law, random: Generator) -> Self {
        Self {
            arrivals,
            law,
            random,
        }
    }

    pub(crate) fn next_block(&mut self, block: &mut Block) -> Result<()> {
        self.arrivals.next_block(block)?;
        if block.run_s.len() != block.at_s.len() {
            block.run_s.resize(block.at_s.len(), 0.0);
            self.law.fill(&mut self.random, &mut block.run_s);
        }
        Ok(())
    }

    pub(crate) fn end_s(&self) -> Option<f64> {
        self.arrivals.end_s()
    }
}
