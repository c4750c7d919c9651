//! Poisson arrivals, at one rate or along a curve.

use landfall_source::Result;
use rand_distr::{Distribution, Exp1};

use super::curve::{Curve, MINUTE_S};
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

/// Poisson arrivals whose rate follows a curve, exactly: unit exponential steps are
/// walked off along the integral of the rate (Çinlar, Introduction to Stochastic
/// Processes, 1975, section 4.7).
#[derive(Debug)]
pub(super) struct Curved {
    random: Generator,
    curve: Curve,
    rate_per_s: f64,
    now_s: f64,
    to_s: f64,
    minute: usize,
    /// Requests a second in this minute.
    rate_now: f64,
    /// Of the next step, what is left to walk off.
    step: f64,
}

impl Curved {
    pub(super) fn new(
        curve: Curve,
        rate_per_s: f64,
        from_s: f64,
        to_s: f64,
        mut random: Generator,
    ) -> Self {
        let minute = (from_s / MINUTE_S) as usize;
        let step: f64 = Exp1.sample(&mut random);
        Self {
            random,
            rate_per_s,
            now_s: from_s,
            to_s,
            minute,
            rate_now: rate_per_s * curve.at(minute),
            step,
            curve,
        }
    }
}

impl Arrivals for Curved {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        while block.at_s.len() < BLOCK && self.now_s < self.to_s {
            let minute_end_s = (self.minute + 1) as f64 * MINUTE_S;
            let most = BLOCK - block.at_s.len();
            for _ in 0..most {
                let at_s = self.now_s + self.step / self.rate_now;
                if at_s >= minute_end_s {
                    break;
                }
                self.now_s = at_s;
                block.at_s.push(at_s);
                self.step = Exp1.sample(&mut self.random);
            }
            if block.at_s.len() < BLOCK {
                self.step -= (minute_end_s - self.now_s) * self.rate_now;
                self.step = self.step.max(0.0);
                self.now_s = minute_end_s;
                self.minute += 1;
                self.rate_now = self.rate_per_s * self.curve.at(self.minute);
            }
        }
        let within = block.at_s.partition_point(|at_s| *at_s < self.to_s);
        block.at_s.truncate(within);
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        Some(self.to_s)
    }
}
