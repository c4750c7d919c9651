//! Traffic.

use landfall_source::Result;
use rand_distr::{Distribution, Exp1};

use crate::arrivals::{Arrivals, BLOCK, Block};
use crate::random::Generator;

/// Poisson arrivals at one rate, without end.
#[derive(Debug)]
pub struct Poisson {
    random: Generator,
    gap_s: f64,
    now_s: f64,
}

impl Poisson {
    /// `rate_per_s` requests a second.
    pub fn new(rate_per_s: f64, random: Generator) -> Self {
        Self {
            random,
            gap_s: 1.0 / rate_per_s,
            now_s: 0.0,
        }
    }
}

impl Arrivals for Poisson {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        for _ in 0..BLOCK {
            let unit: f64 = Exp1.sample(&mut self.random);
            self.now_s += unit * self.gap_s;
            block.at_s.push(self.now_s);
        }
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        None
    }
}
