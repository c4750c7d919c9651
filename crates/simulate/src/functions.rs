//! The per-request engine: one unit of work per environment, request by request.
//!
//! Work goes to the newest idle environment; one that is idle for longer than its limit
//! ends, and so does one that has lived its life; when the function has been silent for
//! longer than a limit of its own, all of them end. A request that finds none starts one,
//! if the concurrency and the launch rate allow. Idle environments lie on a stack: the
//! newest on top, so that the first one too old means that all below are.
//!
//! Up to some dozens of environments are looked through as a whole ([`Few`]); more are kept
//! in order.
//!
//! Exact, given the laws: the order of arrivals, ends and starts, and with it which
//! environment works when. Approximated: a limit that is a law is drawn where it decides
//! (an older environment never outlives a newer one), and the share of the launch rate
//! that other functions of the account use is not known.
//!
//! One file, because the engine is one loop over one state; what it counts and draws is elsewhere.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use landfall_source::Result;
use rand::RngExt;

use crate::arrivals::{Arrivals, Block, Timed};
use crate::budget::{AGAIN, Budget, MOST_HELD};
use crate::calendar::Calendar;
use crate::few::{Environment, Few, Seen};
use crate::idle::{Ends, Idle, PROVISIONED};
use crate::law::Law;
use crate::pulled::Source;
use crate::random::Generator;
use crate::retries::Again;
use crate::run::{Outcome, Run};
use crate::setup::{FunctionSetup, Refused};
use crate::tally::{Batches, Point, Series};
use crate::tokens::Tokens;

/// Length of a stretch of the series, in seconds.
const STRETCH_S: f64 = 60.0;

/// Runs the same requests against several set-ups at once: one pass, and each comes
/// out as it would alone. `progress` is told how far the run is, in seconds.
///
/// # Errors
/// What is wrong with the recording that the requests are read from.
pub fn run_functions(
    arrivals: &mut dyn Arrivals,
    law: &Law,
    setups: &[FunctionSetup],
    run: &Run,
    progress: &mut dyn FnMut(f64),
) -> Result<Vec<Outcome>> {
    let mut timed = Timed::new(arrivals, law, run.streams.stream("durations"));
    let mean_s = law.mean_s();
    let mut pools: Vec<Pool<'_>> = setups
        .iter()
        .map(|setup| Pool::new(setup, run, mean_s))
        .collect();
    let end_s = run.for_s.or(timed.end_s());
    let mut block = Block::new();
    let mut last_s = 0.0;
    loop {
        timed.next_block(&mut block)?;
        let within = end_s.map_or(block.at_s.len(), |end_s| {
            block.at_s.partition_point(|at_s| *at_s < end_s)
        });
        let whole = within == block.at_s.len();
        let (at_s, run_s) = (
            block.at_s.get(..within).unwrap_or_default(),
            block.run_s.get(..within).unwrap_or_default(),
        );
        for pool in &mut pools {
            pool.take(at_s, run_s);
        }
        if let Some(at_s) = at_s.last() {
            last_s = *at_s;
            progress(last_s);
        }
        let all_cut = pools.iter().all(|pool| pool.budget.is_spent());
        if block.at_s.is_empty() || !whole || all_cut {
            break;
        }
    }
    let end_s = end_s.or(timed.end_s()).unwrap_or(last_s);
    Ok(pools.into_iter().map(|pool| pool.finish(end_s)).collect())
}

/// A function that is simulated.
struct Pool<'a> {
    setup: &'a FunctionSetup,
    /// The environments, while there are few and none is provisioned.
    few: Few,
    is_small: bool,
    under_way: Calendar<f64>,
    idle: Vec<Idle>,
    /// When the function last took on work, in seconds.
    called_s: f64,
    /// [`FunctionSetup::surely_kept_s`].
    surely_kept_s: f64,
    /// Provisioned environments at work, and how many are kept now.
    provisioned: u32,
    ready: u32,
    launches: Option<Tokens>,
    requests: Option<Tokens>,
    again: BinaryHeap<Reverse<Again>>,
    again_at_s: f64,
    /// What hands batches over, where work is pulled.
    source: Option<Source>,
    /// For what only cold requests need.
    random: Generator,
    budget: Budget,
    /// When the last request was looked at, in seconds.
    now_s: f64,
    warm_until_s: f64,
    stretch_end_s: f64,
    batches: Batches,
    series: Series,
    counted: crate::tally::Counts,
}

impl<'a> Pool<'a> {
    fn new(setup: &'a FunctionSetup, run: &Run, mean_s: f64) -> Self {
        let mut random = run.streams.stream("at start");
        let life_s = setup.life_s.map_or(f64::MAX, |(least_s, _)| least_s);
        let at_start = (0..setup.at_start).map(|_| Idle {
            since_s: 0.0,
            // They may be of any age.
            dies_s: life_s * random.random_range(0.0..=1.0),
        });
        let mut idle = Vec::with_capacity(256.max(setup.at_start as usize));
        idle.extend(at_start);
        Self {
            setup,
            few: Few::new(),
            is_small: setup.provisioned.most() == 0 && setup.at_start == 0,
            under_way: Calendar::new(mean_s),
            idle,
            called_s: 0.0,
            surely_kept_s: setup.surely_kept_s(),
            provisioned: 0,
            ready: setup.provisioned.at(0.0),
            launches: setup.launch.map(|(most, per_s)| Tokens::new(most, per_s)),
            requests: setup
                .requests_per_s
                .map(|per_s| Tokens::new(per_s.max(1.0), per_s)),
            again: BinaryHeap::new(),
            again_at_s: f64::INFINITY,
            source: setup
                .pulled
                .map(|pulled| Source::new(pulled, run.streams.stream("shards"))),
            random: run.streams.stream("cold starts"),
            budget: run.budget,
            now_s: 0.0,
            warm_until_s: run.warm_up_s,
            // The warm-up ends with a stretch.
            stretch_end_s: match run.warm_up_s % STRETCH_S {
                part_s if part_s > 0.0 => part_s,
                _ => STRETCH_S,
            },
            batches: Batches::default(),
            series: Series::new(run.detail),
            counted: crate::tally::Counts::default(),
        }
    }

    /// Takes on a block of requests.
    fn take(&mut self, at_s: &[f64], run_s: &[f64]) {
        if self.source.is_some() {
            return self.take_pulled(at_s, run_s);
        }
        let mut from = 0;
        while from < at_s.len() && !self.budget.is_spent() {
            if self.under_way.len() > MOST_HELD {
                self.budget.exhaust();
            }
            let rest = at_s.get(from..).unwrap_or_default();
            let due = rest.partition_point(|at_s| *at_s < self.stretch_end_s);
            let within = due.min(self.budget.left());
            let requests = rest.iter().zip(run_s.get(from..).unwrap_or_default());
            for (at_s, run_s) in requests.take(within) {
                if self.again_at_s <= *at_s {
                    self.try_again(*at_s);
                }
                self.attempt(*at_s, *at_s, *run_s, 0);
            }
            self.counted.arrived += within as u64;
            self.budget.spend(due as u64);
            self.now_s = rest
                .get(..within)
                .and_then(|done| done.last())
                .map_or(self.now_s, |at_s| *at_s);
            from += within;
            if from < at_s.len() && !self.budget.is_spent() {
                self.end_stretch();
            }
        }
    }

    /// Takes on a block of what is pulled.
    fn take_pulled(&mut self, at_s: &[f64], run_s: &[f64]) {
        for (at_s, run_s) in at_s.iter().zip(run_s) {
            while *at_s >= self.stretch_end_s && !self.budget.is_spent() {
                self.end_stretch();
            }
            self.hand_over(*at_s);
            if self.budget.is_spent() {
                return;
            }
            self.budget.spend(1);
            self.now_s = *at_s;
            if let Some(source) = &mut self.source {
                source.put(*at_s, *run_s);
                if source.waiting() > MOST_HELD {
                    self.budget.exhaust();
                }
            }
        }
    }

    /// Hands over the batches that are due by a time: each is a request. All that is in one
    /// is done with it.
    fn hand_over(&mut self, until_s: f64) {
        let Some(mut source) = self.source.take() else {
            return;
        };
        while !self.budget.is_spent()
            && let Some(batch) = source.next_by(until_s)
        {
            self.budget.spend(1);
            let cold = self.counted.cold;
            let end_s = self.attempt(batch.at_s, batch.first_s, batch.run_s, 0);
            let Some(end_s) = end_s else {
                source.refused(&batch);
                self.counted.expired += source.given_up();
                continue;
            };
            self.counted.arrived += 1;
            let tally = &mut self.batches.current;
            let waited_s = &mut self.counted.wait_s;
            let times = if self.counted.cold > cold {
                &mut tally.cold
            } else {
                &mut tally.warm
            };
            let waits = &mut tally.wait;
            let mut records = 0;
            source.begun(&batch, end_s, |came_s| {
                records += 1;
                // The first of a batch was counted as it began.
                if records > 1 {
                    times.add(end_s - came_s);
                    if batch.at_s > came_s {
                        waits.add(batch.at_s - came_s);
                        *waited_s += batch.at_s - came_s;
                    }
                }
            });
            self.counted.records += records;
            self.counted.expired += source.given_up();
        }
        self.source = Some(source);
    }

    /// What is due to be tried again by a time.
    #[cold]
    fn try_again(&mut self, until_s: f64) {
        while let Some(Reverse(due)) = self.again.peek().copied() {
            if due.at_s > until_s || self.budget.is_spent() {
                break;
            }
            self.budget.spend(AGAIN);
            self.again.pop();
            self.counted.retried += 1;
            self.attempt(due.at_s, due.first_s, due.run_s, due.attempts);
        }
        self.again_at_s = self
            .again
            .peek()
            .map_or(f64::INFINITY, |Reverse(next)| next.at_s);
    }

    /// Lets what is done by a time become idle.
    #[inline]
    fn let_end(&mut self, until_s: f64) {
        let (idle, provisioned) = (&mut self.idle, &mut self.provisioned);
        self.under_way.drain(until_s, |since_s, dies_s| {
            if dies_s >= PROVISIONED {
                *provisioned -= 1;
            } else if since_s < dies_s {
                idle.push(Idle { since_s, dies_s });
            }
        });
    }

    /// Serves a request, if it may be: gives when its work will end, in seconds.
    #[inline]
    fn attempt(&mut self, at_s: f64, first_s: f64, run_s: f64, attempts: u32) -> Option<f64> {
        if self.is_small {
            return self.attempt_few(at_s, first_s, run_s, attempts);
        }
        self.let_end(at_s);
        let busy = self.under_way.len() as u32;
        if self.is_refused(at_s, busy) {
            return self.refuse(at_s, first_s, run_s, attempts);
        }
        let dies_s = if self.provisioned < self.ready {
            if at_s - self.called_s > self.surely_kept_s {
                self.end_the_silent(at_s);
            }
            self.provisioned += 1;
            self.counted.provisioned += 1;
            self.counted.provisioned_busy_s += run_s;
            PROVISIONED
        } else if let Some(dies_s) = self.reuse(at_s) {
            dies_s
        } else {
            let Some(new) = self.start(at_s, first_s, run_s, busy) else {
                return self.refuse(at_s, first_s, run_s, attempts);
            };
            self.under_way.put(at_s, new.free_s, new.dies_s);
            return Some(new.free_s);
        };
        self.called_s = at_s;
        self.count_warm(at_s - first_s, run_s, busy);
        self.under_way.put(at_s, at_s + run_s, dies_s);
        Some(at_s + run_s)
    }

    /// The same in a small pool.
    #[inline]
    fn attempt_few(&mut self, at_s: f64, first_s: f64, run_s: f64, attempts: u32) -> Option<f64> {
        let seen = self.few.look(at_s);
        let busy = seen.busy;
        if self.is_refused(at_s, busy) {
            return self.refuse(at_s, first_s, run_s, attempts);
        }
        let is_fresh = |(place, since_s): &(usize, f64)| {
            at_s - since_s <= self.surely_kept_s && at_s < self.few.dies_s(*place)
        };
        let found = match seen.newest().filter(is_fresh) {
            None => self.reuse_older_few(at_s, seen),
            fresh => fresh,
        };
        let Some((place, since_s)) = found else {
            let Some(new) = self.start(at_s, first_s, run_s, busy) else {
                return self.refuse(at_s, first_s, run_s, attempts);
            };
            self.add(at_s, new);
            return Some(new.free_s);
        };
        self.called_s = at_s;
        self.counted.alive_s += at_s - since_s;
        self.few.occupy(place, at_s + run_s);
        self.count_warm(at_s - first_s, run_s, busy);
        Some(at_s + run_s)
    }

    /// The newest idle environment of a small pool where it may be too old; those that
    /// are go.
    #[cold]
    fn reuse_older_few(&mut self, at_s: f64, mut seen: Seen) -> Option<(usize, f64)> {
        let mut ends = None;
        while let Some((place, since_s)) = seen.newest() {
            let ends: &Ends = ends.get_or_insert_with(|| self.ends(at_s, since_s));
            let kept_s = ends.kept_s(since_s, self.few.dies_s(place));
            if at_s - since_s <= kept_s {
                return Some((place, since_s));
            }
            self.counted.alive_s += kept_s;
            self.few.remove(place);
            seen = self.few.look(at_s);
        }
        None
    }

    /// When idle environments end that are looked at now, the newest of them idle since
    /// a time.
    fn ends(&mut self, at_s: f64, newest_s: f64) -> Ends {
        let (low_s, high_s) = self.setup.idle_s;
        let idle_s = Law::Uniform(low_s, high_s).draw(&mut self.random);
        let active_s = self.called_s.max(newest_s);
        let silence = self.setup.silence_s;
        let silence = silence.filter(|(least_s, _)| at_s - active_s > *least_s);
        let all_s = silence.map_or(f64::INFINITY, |(least_s, most_s)| {
            let limit_s = Law::Uniform(least_s, most_s).draw(&mut self.random);
            if at_s - active_s > limit_s {
                active_s + limit_s
            } else {
                f64::INFINITY
            }
        });
        Ends { idle_s, all_s }
    }

    /// Ends idle environments if the function was silent for too long, where a
    /// provisioned one takes on the work.
    #[cold]
    fn end_the_silent(&mut self, at_s: f64) {
        let Some(newest) = self.idle.last() else {
            return;
        };
        let ends = self.ends(at_s, newest.since_s);
        if ends.all_s.is_finite() {
            let kept_s = |idle: Idle| ends.kept_s(idle.since_s, idle.dies_s);
            self.counted.alive_s += self.idle.drain(..).map(kept_s).sum::<f64>();
        }
    }

    /// Adds a new environment to a small pool, which may be too small by now.
    #[cold]
    fn add(&mut self, at_s: f64, new: Environment) {
        if self.few.add(new) {
            return;
        }
        // None is idle, or none would have been started.
        self.is_small = false;
        for one in self.few.all().chain([new]) {
            self.under_way.put(at_s, one.free_s, one.dies_s);
        }
    }

    /// Whether a request may not be served now, with so many under way.
    #[inline]
    fn is_refused(&mut self, at_s: f64, busy: u32) -> bool {
        busy >= self.setup.most_at_once
            || self.requests.as_mut().is_some_and(|some| !some.take(at_s))
    }

    /// Counts a request that an environment takes on that was there, `wait_s` after it
    /// first came.
    #[inline]
    fn count_warm(&mut self, wait_s: f64, run_s: f64, busy: u32) {
        if wait_s > 0.0 {
            self.note_wait(wait_s);
        }
        self.counted.served += 1;
        self.counted.busy_s += run_s;
        self.counted.most_busy = self.counted.most_busy.max(busy + 1);
        self.batches.current.warm.add(wait_s + run_s);
    }

    /// Takes the newest idle environment, with the end of its life.
    #[inline]
    fn reuse(&mut self, at_s: f64) -> Option<f64> {
        let top = self.idle.pop()?;
        let idle_s = at_s - top.since_s;
        if idle_s <= self.surely_kept_s && at_s < top.dies_s {
            self.counted.alive_s += idle_s;
            return Some(top.dies_s);
        }
        self.reuse_older(at_s, top)
    }

    /// The same where the newest may be too old.
    #[cold]
    fn reuse_older(&mut self, at_s: f64, top: Idle) -> Option<f64> {
        let mut next = Some(top);
        let ends = self.ends(at_s, top.since_s);
        while let Some(idle) = next {
            let kept_s = ends.kept_s(idle.since_s, idle.dies_s);
            let idle_s = at_s - idle.since_s;
            if idle_s <= kept_s {
                self.counted.alive_s += idle_s;
                return Some(idle.dies_s);
            }
            self.counted.alive_s += kept_s;
            next = self.idle.pop();
        }
        None
    }

    /// Serves a request on a new environment, if one may be started.
    #[cold]
    fn start(&mut self, at_s: f64, first_s: f64, run_s: f64, busy: u32) -> Option<Environment> {
        if self.launches.as_mut().is_some_and(|some| !some.take(at_s)) {
            return None;
        }
        let (start_s, run_s) = match &self.setup.cold {
            Some(whole) => (0.0, whole.draw(&mut self.random)),
            None => (self.setup.start.draw(&mut self.random), run_s),
        };
        self.called_s = at_s;
        let whole_s = start_s + run_s;
        let life = self.setup.life_s;
        let dies_s = life.map_or(f64::MAX, |(low_s, high_s)| {
            at_s + Law::Uniform(low_s, high_s).draw(&mut self.random)
        });
        self.counted.served += 1;
        self.counted.cold += 1;
        self.counted.start_s += start_s;
        self.counted.busy_s += whole_s;
        self.counted.most_busy = self.counted.most_busy.max(busy + 1);
        if at_s > first_s {
            self.note_wait(at_s - first_s);
        }
        self.batches.current.start.add(start_s);
        self.batches.current.cold.add(at_s - first_s + whole_s);
        Some(Environment {
            free_s: at_s + whole_s,
            dies_s,
        })
    }

    #[cold]
    fn note_wait(&mut self, wait_s: f64) {
        self.counted.wait_s += wait_s;
        self.batches.current.wait.add(wait_s);
    }

    #[cold]
    fn refuse(&mut self, at_s: f64, first_s: f64, run_s: f64, attempts: u32) -> Option<f64> {
        self.counted.throttled += 1;
        if self.setup.pulled.is_some() {
            // Whoever pulled it tries it again.
            self.counted.retried += 1;
            return None;
        }
        match self.setup.refused {
            Refused::Fails => self.counted.failed += 1,
            Refused::TriedAgain {
                first_s: back_off_s,
                longest_s,
                age_s,
                spread,
            } => {
                let doubled = back_off_s * f64::from(2_u32.saturating_pow(attempts.min(31)));
                let mut wait_s = doubled.min(longest_s);
                if spread > 0.0 {
                    wait_s *= 1.0 - spread * self.random.random::<f64>();
                }
                let next_s = at_s + wait_s;
                if next_s - first_s > age_s {
                    self.counted.expired += 1;
                    return None;
                }
                if self.again.len() >= MOST_HELD {
                    self.budget.exhaust();
                }
                self.again_at_s = self.again_at_s.min(next_s);
                self.again.push(Reverse(Again {
                    at_s: next_s,
                    attempts: attempts + 1,
                    first_s,
                    run_s,
                }));
            }
        }
        None
    }

    /// Units of work under way at a time, which is the present.
    fn busy(&self, at_s: f64) -> u32 {
        if self.is_small {
            self.few.look(at_s).busy
        } else {
            self.under_way.len() as u32
        }
    }

    /// When idle environments end that are there at a time, by limits in the middle of
    /// their ranges.
    fn usual_ends(&self, at_s: f64) -> Ends {
        let middle_s = |(least_s, most_s): (f64, f64)| f64::midpoint(least_s, most_s);
        let newest_s = if self.is_small {
            self.few.look(at_s).newest().map(|(_, since_s)| since_s)
        } else {
            self.idle.last().map(|idle| idle.since_s)
        };
        let active_s = self.called_s.max(newest_s.unwrap_or(0.0));
        let silence_s = self.setup.silence_s.map_or(f64::INFINITY, middle_s);
        Ends {
            idle_s: middle_s(self.setup.idle_s),
            all_s: active_s + silence_s,
        }
    }

    /// Environments that are there at a time, with so many at work.
    fn alive(&self, at_s: f64, busy: u32) -> u32 {
        let ends = self.usual_ends(at_s);
        let is_there = |since_s: f64, dies_s: f64| {
            since_s <= at_s && at_s - since_s <= ends.kept_s(since_s, dies_s)
        };
        let idle = if self.is_small {
            let all = self.few.all();
            all.filter(|one| is_there(one.free_s, one.dies_s)).count()
        } else {
            let all = self.idle.iter();
            all.filter(|one| is_there(one.since_s, one.dies_s)).count()
        };
        busy + idle as u32 + self.ready.saturating_sub(self.provisioned)
    }

    /// Ends the stretch under way: into the batch and the series.
    fn end_stretch(&mut self) {
        let end_s = self.stretch_end_s;
        self.now_s = end_s;
        self.hand_over(end_s);
        self.try_again(end_s);
        self.let_end(end_s);
        self.close(end_s, STRETCH_S);
        self.stretch_end_s = end_s + STRETCH_S;
        self.ready = self.setup.provisioned.at(end_s);
    }

    fn close(&mut self, end_s: f64, seconds: f64) {
        let busy = self.busy(end_s);
        let alive = self.alive(end_s, busy);
        let mut counts = std::mem::take(&mut self.counted);
        // What is at work goes on into the next stretch.
        self.counted.most_busy = busy;
        counts.seconds = seconds;
        // Busy seconds are counted when they begin; environments live through them.
        counts.alive_s += counts.busy_s - counts.provisioned_busy_s;
        counts.alive_s += f64::from(self.ready) * seconds;
        counts.most_alive = counts.most_busy.max(alive);
        self.batches.current.counts.add(&counts);
        let most = f64::from(counts.most_busy);
        self.batches.current.busiest.add(most);
        self.batches.step();
        self.series.step(Point {
            counts,
            alive: f64::from(alive),
            wanted: f64::from(busy),
        });
        if end_s <= self.warm_until_s {
            self.batches.restart();
            self.series.restart();
        }
    }

    /// Ends the run: what has not ended by then counts up to then.
    fn finish(mut self, end_s: f64) -> Outcome {
        let cut_s = self.budget.is_spent().then_some(self.now_s);
        let end_s = cut_s.unwrap_or(end_s);
        while self.stretch_end_s < end_s {
            self.end_stretch();
        }
        let seconds = end_s - (self.stretch_end_s - STRETCH_S);
        self.now_s = end_s;
        self.hand_over(end_s);
        self.try_again(end_s);
        self.let_end(end_s);
        let ends = Ends {
            idle_s: self.setup.idle_s.1,
            ..self.usual_ends(end_s)
        };
        let counted = &mut self.counted;
        let few: Vec<Environment> = if self.is_small {
            self.few.all().collect()
        } else {
            Vec::new()
        };
        let idle = few.iter().filter(|one| one.free_s <= end_s);
        let idle = idle.map(|one| (one.free_s, one.dies_s));
        for (since_s, dies_s) in
            idle.chain(self.idle.drain(..).map(|idle| (idle.since_s, idle.dies_s)))
        {
            counted.alive_s += ends.kept_s(since_s, dies_s).min(end_s - since_s);
        }
        for one in few.iter().filter(|one| one.free_s > end_s) {
            counted.busy_s -= one.free_s - end_s;
        }
        self.under_way.each(|work_end_s, dies_s| {
            counted.busy_s -= work_end_s - end_s;
            if dies_s >= PROVISIONED {
                counted.provisioned_busy_s -= work_end_s - end_s;
            }
        });
        if seconds > 0.0 {
            self.close(end_s, seconds);
        }
        Outcome {
            batches: self.batches,
            series: self.series,
            waiting: self.again.len() as u64
                + self
                    .source
                    .as_ref()
                    .map_or(0, |source| source.waiting() as u64),
            cut_s: self.budget.is_spent().then_some(self.now_s),
        }
    }
}
