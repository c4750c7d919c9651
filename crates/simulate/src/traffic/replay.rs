//! Requests out of a trace.

use std::collections::HashSet;
use std::io::Read;

use landfall_source::Result;
use landfall_workload::{Count, Row, Trace};
use rand_distr::{Binomial, Distribution, Exp1};

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
    pub environments: HashSet<u64>,
}

/// The requests of a trace: as recorded, or spread evenly at random over the periods
/// that were counted.
#[derive(Debug)]
pub struct Replay<R> {
    trace: Trace<R>,
    random: Generator,
    warm_up_s: f64,
    logged: Logged,
    /// Stretches of time to place requests in, the next one last: from, length, number.
    stretches: Vec<(f64, f64, u64)>,
    /// Fractions of requests that are yet to come.
    carried: f64,
    /// Mean duration of the stretches, in seconds, where the trace tells.
    run_s: Option<f64>,
    end_s: f64,
    done: bool,
}

/// Most environments told apart.
const MOST_ENVIRONMENTS: usize = 1 << 20;

impl<R: Read> Replay<R> {
    /// Replays a trace; what it says of itself is counted from `warm_up_s` on.
    pub fn new(trace: Trace<R>, warm_up_s: f64, streams: Streams) -> Self {
        Self {
            trace,
            random: streams.stream("arrivals"),
            warm_up_s,
            logged: Logged::default(),
            stretches: Vec::new(),
            carried: 0.0,
            run_s: None,
            end_s: 0.0,
            done: false,
        }
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
        let due = count.requests + self.carried;
        let number = due.floor().max(0.0);
        self.carried = due - number;
        self.run_s = count.run_s;
        self.end_s = count.at_s + count.for_s;
        if number > 0.0 {
            self.stretches
                .push((count.at_s, count.for_s, number as u64));
        }
    }

    /// Places the requests of the next stretch, some [`BLOCK`] at most: a longer one is
    /// halved first, its requests by a fair binomial draw, which leaves them uniform.
    fn place(&mut self, block: &mut Block) {
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
            if let Some(run_s) = self.run_s {
                block.run_s.resize(block.at_s.len(), run_s);
            }
            if block.at_s.len() >= BLOCK / 2 || number > 0 {
                return;
            }
        }
    }
}

impl<R: Read> Arrivals for Replay<R> {
    fn next_block(&mut self, block: &mut Block) -> Result<()> {
        block.clear();
        loop {
            if !self.stretches.is_empty() {
                self.place(block);
                if !block.at_s.is_empty() {
                    return Ok(());
                }
            }
            match self.trace.next_row()? {
                None => {
                    self.done = true;
                    return Ok(());
                }
                Some(Row::Count(count)) => self.count(&count),
                Some(Row::Function(function)) => {
                    for (minute, requests) in function.per_minute.iter().enumerate().rev() {
                        if *requests > 0 {
                            let at_s = minute as f64 * 60.0;
                            self.stretches.push((at_s, 60.0, u64::from(*requests)));
                        }
                    }
                }
                Some(Row::Request(request)) => {
                    self.end_s = request.at_s;
                    block.at_s.push(request.at_s);
                    block.run_s.extend(request.run_s);
                    if request.at_s >= self.warm_up_s {
                        self.logged.requests += 1;
                        if let Some(cold) = request.cold {
                            *self.logged.cold_starts.get_or_insert(0) += u64::from(cold);
                        }
                        let seen = &mut self.logged.environments;
                        if let Some(one) = request.environment
                            && seen.len() < MOST_ENVIRONMENTS
                        {
                            seen.insert(one);
                        }
                    }
                    if block.at_s.len() == BLOCK {
                        return Ok(());
                    }
                }
            }
            if !block.at_s.is_empty() && !self.stretches.is_empty() {
                return Ok(());
            }
        }
    }

    fn end_s(&self) -> Option<f64> {
        self.done.then_some(self.end_s)
    }
}
