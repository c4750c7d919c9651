//! Requests out of a trace.

use std::collections::BTreeSet;
use std::io::Read;

use landfall_source::{Diagnostic, Result};
use landfall_workload::{Count, Request, Row, Trace};
use rand_distr::{Binomial, Distribution, Exp1};

use super::curve::MINUTE_S;
use crate::arrivals::{Arrivals, BLOCK, Block};
use crate::random::{Generator, Streams};

/// What a log says of its own requests, after the warm-up.
#[derive(Debug, Clone, Default)]
pub struct Logged {
    /// Requests.
    pub requests: u64,
    /// Requests that met a cold start, where the log tells.
    pub cold_starts: Option<u64>,
    /// Environments that served, where the log tells.
    pub environments: BTreeSet<u64>,
}

/// The requests of a trace: as recorded, or spread evenly at random over the periods
/// that were counted.
#[derive(Debug)]
pub struct Replay<R> {
    trace: Trace<R>,
    warm_up_s: f64,
    logged: Logged,
    spread: Spread,
    /// Mean duration of what is being spread, in seconds, where the trace tells.
    run_s: Option<f64>,
    end_s: f64,
    done: bool,
    with_durations: bool,
}

/// Most environments told apart.
const MOST_ENVIRONMENTS: usize = 1 << 20;

impl<R: Read> Replay<R> {
    /// Replays a trace; what it says of itself is counted from `warm_up_s` on.
    pub fn new(trace: Trace<R>, warm_up_s: f64, streams: Streams) -> Self {
        Self {
            trace,
            warm_up_s,
            logged: Logged::default(),
            spread: Spread::new(streams.stream("arrivals")),
            run_s: None,
            end_s: 0.0,
            done: false,
            with_durations: true,
        }
    }

    /// Leaves the recorded durations aside: they are drawn from a law.
    pub const fn forget_durations(&mut self) {
        self.with_durations = false;
    }

    /// What the log says of itself.
    pub const fn logged(&self) -> &Logged {
        &self.logged
    }

    /// Rows that were skipped.
    pub const fn skipped(&self) -> u64 {
        self.trace.skipped()
    }

    fn count(&mut self, count: &Count) {
        self.run_s = count.run_s.filter(|_| self.with_durations);
        self.end_s = count.at_s + count.for_s;
        self.spread.put(count.at_s, count.for_s, count.requests);
    }

    fn request(&mut self, request: &Request, block: &mut Block) {
        self.end_s = request.at_s;
        block.at_s.push(request.at_s);
        block
            .run_s
            .extend(request.run_s.filter(|_| self.with_durations));
        if request.at_s < self.warm_up_s {
            return;
        }
        self.logged.requests += 1;
        if let Some(cold) = request.cold {
            *self.logged.cold_starts.get_or_insert(0) += u64::from(cold);
        }
        let seen = &mut self.logged.environments;
        if seen.len() < MOST_ENVIRONMENTS {
            seen.extend(request.environment);
        }
    }
}

impl<R: Read> Arrivals for Replay<R> {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        while block.at_s.len() < BLOCK {
            if self.spread.place(block) {
                if let Some(run_s) = self.run_s {
                    block.run_s.resize(block.at_s.len(), run_s);
                }
                return Ok(());
            }
            match self.trace.next_row()? {
                None => {
                    self.done = true;
                    return Ok(());
                }
                Some(Row::Count(count)) => self.count(&count),
                Some(Row::Request(request)) => self.request(&request, block),
                Some(Row::Function(function)) => {
                    let problem = Diagnostic::new("a trace of many functions is no one function's");
                    let what = format!("`{}` is one of them", function.function);
                    return Err(Box::new(problem.help(what)));
                }
            }
        }
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        self.done.then_some(self.end_s)
    }
}

/// Requests counted minute by minute.
#[derive(Debug)]
pub struct Counted {
    spread: Spread,
    end_s: f64,
}

impl Counted {
    /// So many requests in each minute from the start on.
    pub fn new(per_minute: &[u32], streams: Streams) -> Self {
        let mut spread = Spread::new(streams.stream("arrivals"));
        for (minute, requests) in per_minute.iter().enumerate().rev() {
            spread.put(minute as f64 * MINUTE_S, MINUTE_S, f64::from(*requests));
        }
        Self {
            spread,
            end_s: per_minute.len() as f64 * MINUTE_S,
        }
    }
}

impl Arrivals for Counted {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        while block.at_s.len() < BLOCK / 2 && self.spread.place(block) {}
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        Some(self.end_s)
    }
}

/// Spreads counted requests over their periods, evenly at random.
#[derive(Debug)]
struct Spread {
    random: Generator,
    /// Stretches of time to place requests in, the next one last: from, length, number.
    stretches: Vec<(f64, f64, u64)>,
    /// Fractions of requests that are yet to come.
    carried: f64,
}

impl Spread {
    const fn new(random: Generator) -> Self {
        Self {
            random,
            stretches: Vec::new(),
            carried: 0.0,
        }
    }

    fn put(&mut self, from_s: f64, for_s: f64, requests: f64) {
        let due = requests + self.carried;
        let number = due.floor().max(0.0);
        self.carried = due - number;
        if number > 0.0 {
            self.stretches.push((from_s, for_s, number as u64));
        }
    }

    /// Appends the requests of the next stretch, some [`BLOCK`] at most; false when
    /// there is none. A longer one is halved first, its requests by a fair binomial
    /// draw, which leaves them uniform.
    fn place(&mut self, block: &mut Block) -> bool {
        while let Some((from_s, for_s, number)) = self.stretches.pop() {
            if number as usize > BLOCK {
                let half_s = for_s / 2.0;
                let first = Binomial::new(number, 0.5)
                    .map_or(number / 2, |law| law.sample(&mut self.random));
                self.stretches
                    .push((from_s + half_s, half_s, number - first));
                self.stretches.push((from_s, half_s, first));
                continue;
            }
            if number == 0 {
                continue;
            }
            // Uniform order statistics: partial sums of exponentials over their total
            // (Devroye, Non-Uniform Random Variate Generation, 1986, section V.3).
            let begun = block.at_s.len();
            let mut sum = 0.0;
            for _ in 0..number {
                let unit: f64 = Exp1.sample(&mut self.random);
                sum += unit;
                block.at_s.push(sum);
            }
            let last: f64 = Exp1.sample(&mut self.random);
            let scale = for_s / (sum + last);
            for at_s in block.at_s.iter_mut().skip(begun) {
                *at_s = from_s + *at_s * scale;
            }
            return true;
        }
        false
    }
}
