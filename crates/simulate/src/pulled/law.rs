//! What pulling does to a load, in closed formulas.

use crate::forecast::{Forecast, Latency};
use crate::law::DurationLaw;
use crate::load::Load;
use crate::placement::PerRequestPlacement;

/// The pollers of a queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pollers {
    /// How many there are at first.
    pub first: f64,
    /// How many more a second while messages wait.
    pub per_s: f64,
    /// The most that there can be.
    pub most: f64,
    /// After how long a poller that is not needed is given up, in seconds.
    pub rest_s: f64,
}

impl Pollers {
    /// The fewest that there are.
    pub(crate) const fn least(&self) -> f64 {
        self.first.min(self.most)
    }

    /// How long so many seconds of work take that wait all at once, in seconds: each poller
    /// works without a pause from the moment at which it is there. While they grow, `first *
    /// t + per_s * t^2 / 2` seconds are worked off by `t`; after that, `most` a second. Exact
    /// for work that can be cut at will.
    pub fn drain_s(&self, work_s: f64) -> f64 {
        let (first, most) = (self.least().max(f64::MIN_POSITIVE), self.most);
        if self.per_s <= 0.0 || first >= most {
            return work_s / first;
        }
        let grown_s = (most - first) / self.per_s;
        let while_growing_s = f64::midpoint(first, most) * grown_s;
        if work_s >= while_growing_s {
            return grown_s + (work_s - while_growing_s) / most;
        }
        ((2.0 * self.per_s * work_s + first * first).sqrt() - first) / self.per_s
    }

    /// Pollers there after messages have waited for so long, in seconds.
    fn after(&self, seconds: f64) -> f64 {
        self.per_s.mul_add(seconds, self.least()).min(self.most)
    }
}

/// The shards of a stream, and how far they can follow a load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShardLaw {
    /// Shards that take in the peak.
    pub shards: f64,
    /// The most that there can be; where no more can be asked for, as many as these.
    pub most_shards: f64,
    /// The stream scales by itself; more shards can be asked for where it does not.
    pub on_demand: bool,
    /// Most batches of a shard at once.
    pub most_parallel: f64,
    /// Time between two polls of a shard, in seconds.
    pub poll_s: f64,
    /// Part of its time for which sizing keeps a lane at work at the peak.
    pub filled: f64,
}

/// Where work is pulled from, and by whom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pulling {
    /// Off a queue.
    Queue(Pollers),
    /// Off a stream.
    Stream(ShardLaw),
}

/// A load that comes off a queue or a stream in batches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PulledLoad {
    /// Where from.
    pub from: Pulling,
    /// Most units of work of a batch; at least one.
    pub batch: f64,
    /// The longest that a batch may run, in seconds: it has no more units of work than are
    /// done by then, however long each takes.
    pub timeout_s: f64,
    /// How long a batch that is not full waits for more, in seconds.
    pub window_s: f64,
    /// What a batch takes beside its units of work, as measured, in seconds.
    pub per_batch_s: f64,
    /// Units of work that come at once; 1 where they come one by one.
    pub burst: f64,
    /// Most units of work that a consumer in a container receives at once.
    pub received: f64,
}

/// The shards of a stream, and the batches of each that are under way at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Shards.
    pub shards: u32,
    /// Batches of a shard at once: the parallelization factor.
    pub parallel: u32,
    /// The stream scales by itself.
    pub on_demand: bool,
}

impl Lanes {
    /// Batches at once, and no more.
    pub fn number(&self) -> f64 {
        f64::from(self.shards) * f64::from(self.parallel)
    }
}

impl PulledLoad {
    /// Most units of work of a batch where an environment has so many vCPUs.
    pub fn most(&self, load: &Load, vcpus: f64) -> f64 {
        let stretch = load.stretch(vcpus);
        let longest_s = (load.duration.max_s() * stretch).max(f64::MIN_POSITIVE);
        let in_time = (self.timeout_s - self.per_batch_s * stretch) / longest_s;
        self.batch.min(in_time.floor()).max(1.0)
    }

    /// The longest run of a batch where an environment has so many vCPUs, in seconds.
    pub fn longest_s(&self, load: &Load, vcpus: f64) -> f64 {
        let units_s = self.most(load, vcpus) * load.duration.max_s();
        (units_s + self.per_batch_s) * load.stretch(vcpus)
    }

    /// Seconds of work for each unit at some vCPUs, with its part of a full batch.
    fn share_s(&self, load: &Load, vcpus: f64) -> f64 {
        let beside_s = self.per_batch_s / self.most(load, vcpus);
        (load.duration.mean_s() + beside_s) * load.stretch(vcpus)
    }

    /// Units of work of a batch, on average, where consumers in containers share out the
    /// load, each of which sees `rate_per_s` and works off one batch after the other. A batch
    /// of `b` is what comes while the last is received and worked off, `b = rate * (receive +
    /// b * run)`, and the one that it waited for; full where more comes than one works off.
    /// Times in seconds.
    pub fn received_mean(&self, rate_per_s: f64, receive_s: f64, run_s: f64) -> f64 {
        let most = self.batch.min(self.received).max(1.0);
        let idle = 1.0 - rate_per_s * run_s;
        if idle <= 0.0 {
            return most;
        }
        (1.0 + rate_per_s * receive_s / idle).min(most)
    }

    /// Later by the wait for a poll of the stream and for the window, where copies that live
    /// long share out the work.
    pub fn polled(&self, latency: Latency) -> Latency {
        Latency {
            p50_s: self.polled_s(0.5, latency.p50_s),
            p95_s: self.polled_s(0.95, latency.p95_s),
            p99_s: self.polled_s(0.99, latency.p99_s),
        }
    }

    /// The time at a share of all units of work, in seconds, later by the same waits.
    pub fn polled_s(&self, share: f64, time_s: f64) -> f64 {
        match self.from {
            Pulling::Stream(law) => share.mul_add(law.poll_s + self.window_s, time_s),
            Pulling::Queue(_) => time_s,
        }
    }

    /// The lanes that keep up with the peak where an environment has so many vCPUs: the
    /// smallest parallelization factor, and more shards only beyond the largest. None for
    /// a queue.
    ///
    /// # Errors
    /// Lanes needed, and the most that there can be, where there are too few.
    pub fn lanes(&self, load: &Load, vcpus: f64) -> Option<Result<Lanes, (f64, f64)>> {
        let Pulling::Stream(law) = self.from else {
            return None;
        };
        let peak_per_s = load.rate_per_s * load.peak_to_mean;
        let needed = peak_per_s * self.share_s(load, vcpus) / law.filled;
        let lanes = |shards: f64, parallel: f64, on_demand: bool| Lanes {
            shards: shards.clamp(1.0, 1e6) as u32,
            parallel: parallel.clamp(1.0, law.most_parallel) as u32,
            on_demand,
        };
        let parallel = (needed / law.shards).ceil();
        if parallel <= law.most_parallel && law.shards <= law.most_shards {
            return Some(Ok(lanes(law.shards, parallel, law.on_demand)));
        }
        let shards = (needed / law.most_parallel).ceil();
        if shards <= law.most_shards {
            return Some(Ok(lanes(shards, law.most_parallel, false)));
        }
        let most = law.most_shards * law.most_parallel;
        Some(Err((needed.ceil(), most)))
    }

    /// Units of work of a batch, on average, where an environment has so many vCPUs.
    ///
    /// Off a queue, one by one: the first of a batch opens its window, in which `rate *
    /// window` more come. In a burst, the first pollers find it there. Off a stream, a lane
    /// finds a Poisson number with mean `x` at each poll, and hands over where it finds any:
    /// `x / (1 - exp(-x))`.
    pub fn mean_batch(&self, load: &Load, vcpus: f64) -> f64 {
        let mean = match self.from {
            Pulling::Queue(pollers) if self.burst > 1.0 => self.burst / pollers.least().max(1.0),
            Pulling::Queue(_) => load.rate_per_s.mul_add(self.window_s, 1.0),
            Pulling::Stream(law) => {
                let lanes = self.lanes_or_most(load, vcpus);
                let gap_s = (law.poll_s + self.window_s).max(self.share_s(load, vcpus));
                found_mean(load.rate_per_s / lanes * gap_s)
            }
        };
        mean.clamp(1.0, self.most(load, vcpus))
    }

    /// Records that a pipe from the shards to a queue hands on together, on average: what a
    /// poll of a shard finds, if it finds any.
    pub fn piped_mean(&self, rate_per_s: f64) -> f64 {
        let Pulling::Stream(law) = self.from else {
            return 1.0;
        };
        found_mean(rate_per_s / law.shards * law.poll_s).clamp(1.0, self.received.max(1.0))
    }

    fn lanes_or_most(&self, load: &Load, vcpus: f64) -> f64 {
        match self.lanes(load, vcpus) {
            Some(Ok(lanes)) => lanes.number(),
            Some(Err((_, most))) => most,
            None => f64::INFINITY,
        }
    }

    /// What a load on a function comes to in batches. `one_by_one` forecasts a load whose
    /// units of work are the batches.
    pub(crate) fn forecast(
        &self,
        load: &Load,
        place: &PerRequestPlacement,
        one_by_one: impl FnOnce(&Load) -> Forecast,
    ) -> Forecast {
        let vcpus = place.vcpus;
        let batch = self.mean_batch(load, vcpus);
        let alike = Load {
            rate_per_s: load.rate_per_s / batch,
            duration: self.together(&load.duration, batch),
            pulled: None,
            ..load.clone()
        };
        let one = one_by_one(&alike);
        let Latency {
            p50_s,
            p95_s,
            p99_s,
        } = one.latency;
        let wait_s = |share: f64| self.wait_s(load, vcpus, batch, share);
        let units_peak = match self.from {
            Pulling::Queue(pollers) if self.burst > 1.0 => {
                let last_s = pollers.drain_s(self.burst * self.share_s(load, vcpus));
                let batches = self.burst / batch;
                pollers.after(last_s).min(batches).max(one.units_mean)
            }
            Pulling::Queue(_) => one.units_peak,
            Pulling::Stream(law) => {
                // Lanes of one shard are polled together.
                let lanes = self.lanes_or_most(load, vcpus);
                let polled = load.rate_per_s * load.peak_to_mean * law.poll_s;
                one.units_peak.max(polled.min(lanes)).min(lanes)
            }
        };
        Forecast {
            latency: Latency {
                p50_s: p50_s + wait_s(0.5),
                p95_s: p95_s + wait_s(0.95),
                p99_s: p99_s + wait_s(0.99),
            },
            units_peak,
            batch,
            ..one
        }
    }

    /// How long a share of the units of work waits at most before its batch begins, in
    /// seconds. In a burst, until those before it are worked off; else for the window, or
    /// for the poll.
    fn wait_s(&self, load: &Load, vcpus: f64, batch: f64, share: f64) -> f64 {
        let filling_s = (batch / load.rate_per_s.max(f64::MIN_POSITIVE)).min(self.window_s);
        match self.from {
            Pulling::Queue(pollers) if self.burst > 1.0 => {
                let work_s = share * self.burst * self.share_s(load, vcpus);
                // What is at work by then has begun before: half a batch on average.
                let begun_s = batch * self.share_s(load, vcpus) / 2.0;
                (pollers.drain_s(work_s) - begun_s).max(0.0)
            }
            Pulling::Queue(_) => share * filling_s,
            Pulling::Stream(law) => share * (law.poll_s + self.window_s),
        }
    }
}

impl PulledLoad {
    /// How long a batch of so many units of work takes, as measured.
    pub fn together(&self, one: &DurationLaw, number: f64) -> DurationLaw {
        summed(one, number, self.per_batch_s)
    }
}

/// How many a poll finds, if it finds any, where it finds a Poisson number with this mean.
fn found_mean(mean: f64) -> f64 {
    if mean > 0.0 {
        mean / -(-mean).exp_m1()
    } else {
        1.0
    }
}

/// The law of `number` independent durations one after the other, and of `more_s` beside
/// them: log-normal with their mean and variance (Fenton, The sum of log-normal probability
/// distributions in scatter transmission systems, IRE Transactions on Communications Systems
/// 8, 1960).
fn summed(law: &DurationLaw, number: f64, more_s: f64) -> DurationLaw {
    let mean_s = law.mean_s();
    let sigma = law.sigma();
    let spread = (sigma * sigma).exp_m1() / number;
    let sum_s = number * mean_s;
    let sigma = spread.ln_1p().sqrt();
    let p50_s = sum_s / (sigma * sigma / 2.0).exp();
    let (p50_s, p99_s) = DurationLaw::through(p50_s, sigma);
    let max_s = number.mul_add(law.max_s(), more_s);
    DurationLaw::new(p50_s + more_s, p99_s + more_s, max_s)
}
