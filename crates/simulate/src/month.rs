//! A representative month: request by request where the budget allows, in sampled
//! windows beyond.

use landfall_source::Result;

use crate::budget::Budget;
use crate::figures::Percentiles;
use crate::functions::run_functions;
use crate::jobs::{JobSetup, run_jobs};
use crate::law::Law;
use crate::pulled::Pulled;
use crate::random::Streams;
use crate::run::{Outcome, Run};
use crate::service::{Path, ServiceSetup, Strata, run_service, walk};
use crate::setup::FunctionSetup;
use crate::tally::{Counts, Crowding, Detail};
use crate::traffic::{Curve, MINUTE_S, Traffic};

/// What is simulated, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Month<'a> {
    /// The traffic.
    pub traffic: &'a Traffic,
    /// How long units of work take, as the setup would run them.
    pub law: &'a Law,
    /// Length, in seconds.
    pub for_s: f64,
    /// Most requests simulated one by one.
    pub budget: u64,
    /// The seed of every draw.
    pub streams: Streams,
    /// What is kept of what is counted.
    pub detail: Detail,
}

/// What part of a month was simulated request by request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Windows {
    /// Windows sampled.
    pub number: u32,
    /// Length of each, in seconds.
    pub seconds: f64,
}

/// A month that was simulated.
#[derive(Debug, Clone)]
pub struct MonthOutcome {
    /// Counts, latencies and series.
    pub outcome: Outcome,
    /// The windows; none when the whole month was simulated.
    pub windows: Option<Windows>,
    /// Latency of served requests.
    pub latency: Percentiles,
    /// Counts and sums; of the month, or standing for it.
    pub counts: Counts,
    /// Environments, copies or hosts on average.
    pub units_mean: f64,
    /// The most at once.
    pub units_peak: f64,
    /// Units of work at once that 99 of 100 minutes stay within.
    pub busy_p99: f64,
}

/// Windows of the service engine, most of them all: of ordinary minutes, and of those that
/// are short of capacity.
const ORDINARY: usize = 10;
const TIGHT: usize = 6;
/// How many times as many where the month has few requests more than are simulated.
const TIMES: usize = 24;
/// The longest window, in seconds.
pub(crate) const LONGEST_S: f64 = 5.0 * MINUTE_S;
/// Fewest windows that stand for a month.
pub(crate) const FEWEST_WINDOWS: usize = 4;
/// The shortest window of the service engine: so many seconds, and so many times a unit of
/// work, so that copies are as full as they come to be.
pub(crate) const SHORTEST_S: f64 = 1.0;
pub(crate) const SHORTEST_WORKS: f64 = 4.0;
/// The part of the launches that jobs need at their peak from which they are taken to wait
/// for one another.
const BUSY: f64 = 1.1;
/// The fewest lumps of a burst for each copy, and the fewest jobs that stand for an array.
const LUMPS: f64 = 30.0;
/// Events for each request of the budget: it arrives, computes, waits, is launched for, and
/// is tried again a few times.
const EVENTS: u64 = 16;
/// How many times its part of the budget a window may take in.
const BUSIER: f64 = 2.0;
/// Utilisation from which a minute is short of capacity.
const TIGHT_FROM: f64 = 0.95;

impl Month<'_> {
    fn curve(&self) -> Curve {
        self.traffic
            .curve((self.for_s / MINUTE_S) as usize, self.streams)
    }

    fn requests(&self) -> f64 {
        self.traffic.rate_per_s * self.for_s
    }

    fn whole(&self) -> Run {
        Run {
            streams: self.streams,
            for_s: Some(self.for_s),
            warm_up_s: 0.0,
            budget: self.events(),
            detail: self.detail,
        }
    }

    /// What a window may take in at most, in seconds of the mean load: minutes beside its own may
    /// be far busier than it, as in traces.
    pub(crate) fn most_load_s(&self, afforded: f64) -> f64 {
        BUSIER * afforded / self.traffic.rate_per_s
    }

    pub(crate) const fn events(&self) -> Budget {
        Budget::events(self.budget.saturating_mul(EVENTS))
    }

    /// Units of work of a function that the budget pays for: those that come together and are
    /// taken as a batch run as one, and to arrive is little beside running.
    pub(crate) fn afforded(&self, setup: &FunctionSetup) -> f64 {
        let batch = setup.pulled.as_ref().map_or(1.0, |pulled| {
            f64::from(pulled.batch()).min(self.traffic.batch)
        });
        self.budget as f64 * batch.clamp(1.0, EVENTS as f64 / 2.0)
    }

    /// A function. Beyond the budget, what comes in bursts or waits in a queue or a shard has
    /// windows spread evenly over the month; other work, and a stream with too many records for
    /// that, has windows of minutes from the quietest to the busiest, each standing for its like.
    /// None where the budget has not enough for a few. Where what is tried again comes to more
    /// than the budget, the month up to then.
    ///
    /// # Errors
    /// None of its own: traffic that is drawn cannot be wrong.
    pub fn function(
        &self,
        setup: &FunctionSetup,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<MonthOutcome>> {
        let curve = self.curve();
        let setups = std::slice::from_ref(setup);
        if self.requests() <= self.afforded(setup) {
            let mut arrivals = self.traffic.arrivals(&curve, 0.0, self.for_s, self.streams);
            let run = self.whole();
            let mut all = run_functions(arrivals.as_mut(), self.law, setups, &run, progress)?;
            return Ok(all.pop().and_then(|outcome| finished(outcome, None)));
        }
        let waits = setup.pulled.is_some();
        if waits || self.traffic.batch > 1.0 {
            let spread = self.bursts_in_windows(setup, &curve, progress)?;
            let is_stream = matches!(setup.pulled, Some(Pulled::Stream(_)));
            // Of what is kept up with, little waits for longer than a window.
            if spread.is_some() || !is_stream {
                return Ok(spread);
            }
        }
        self.function_in_windows(setup, &curve, progress)
    }

    /// A service. Beyond the budget, the number of copies follows the mean load minute by
    /// minute over the whole month, and requests are simulated in windows of ordinary
    /// minutes and of those short of capacity, each standing for its like; none where the
    /// budget has not enough for a few windows. Bursts that are more than a minute's are
    /// simulated as they come.
    ///
    /// # Errors
    /// None of its own: traffic that is drawn cannot be wrong.
    pub fn service(
        &self,
        setup: &ServiceSetup,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<MonthOutcome>> {
        let curve = self.curve();
        if self.requests() <= self.budget as f64 {
            let mut arrivals = self.traffic.arrivals(&curve, 0.0, self.for_s, self.streams);
            let outcome = run_service(arrivals.as_mut(), self.law, setup, &self.whole(), progress)?;
            return Ok(finished(outcome, None));
        }
        if self.traffic.batch > self.traffic.rate_per_s * MINUTE_S {
            return self.service_in_lumps(&curve, setup, progress);
        }
        let highest_per_s = self.traffic.rate_per_s * curve.peak();
        let shortest_s = SHORTEST_S.max(SHORTEST_WORKS * self.law.mean_s());
        let affordable = (self.budget as f64 / (highest_per_s * shortest_s)) as usize;
        if affordable < FEWEST_WINDOWS {
            return Ok(None);
        }
        let few = ORDINARY + TIGHT;
        let long = (self.budget as f64 / (highest_per_s * MINUTE_S)) as usize;
        let number = affordable.min(long.clamp(few, TIMES * few));
        let afforded = self.budget / number as u64;
        let Some(path) = walk(
            setup,
            self.traffic,
            &curve,
            self.law.mean_s(),
            &self.whole(),
        ) else {
            return Ok(None);
        };
        let Strata { ordinary, tight } = path.strata(TIGHT_FROM);
        let mut whole = Outcome::default();
        let most_tight = (number * TIGHT).div_ceil(ORDINARY + TIGHT);
        let (mut sampled, mut seconds) = (0, 0.0);
        // A minute that is short of capacity stands for itself alone: those after it are others.
        let tight_s = MINUTE_S.max(shortest_s);
        let strata = [
            (&ordinary, number - most_tight, LONGEST_S),
            (&tight, most_tight, tight_s),
        ];
        for (stratum, most, most_s) in strata {
            let windows = most.min(stratum.len());
            for window in 0..windows {
                let Some(minute) = stratum.get((2 * window + 1) * stratum.len() / (2 * windows))
                else {
                    continue;
                };
                let (outcome, window_s) =
                    self.window(setup, &curve, &path, *minute, (afforded, most_s))?;
                let stands_for = stratum.len() as f64 * MINUTE_S / windows as f64;
                let times = (stands_for / window_s).round().max(1.0) as u64;
                whole.join_window(&outcome, times);
                sampled += 1;
                seconds += window_s;
            }
        }
        let windows = Windows {
            number: sampled,
            seconds: seconds / f64::from(sampled.max(1)),
        };
        Ok(finished(whole, Some(windows)).map(|mut done| {
            done.outcome.series = path.series;
            done.units_mean = path.copies_mean;
            done.units_peak = path.copies_peak;
            done
        }))
    }

    /// A service whose work comes in bursts that are more than a minute's, so many requests of
    /// one as one: as long as a copy has slots for them, and many for each copy are left, they
    /// compute and wait side by side as they would alone. A few long windows, where that is not
    /// enough.
    fn service_in_lumps(
        &self,
        curve: &Curve,
        setup: &ServiceSetup,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<MonthOutcome>> {
        let wanted = (self.requests() / self.budget as f64).ceil();
        let copies = f64::from(setup.at_start.max(setup.least).max(1));
        let many = self.traffic.batch / (LUMPS * copies);
        let times = wanted.min(many).min(f64::from(setup.slots));
        let times = times.floor().max(1.0);
        let traffic = Traffic {
            rate_per_s: self.traffic.rate_per_s / times,
            batch: (self.traffic.batch / times).round().max(1.0),
            ..self.traffic.clone()
        };
        let lumped = ServiceSetup {
            threads: setup.threads * times,
            cpu_per_s: setup.cpu_per_s * times,
            slots: (setup.slots / times as u32).max(1),
            ..setup.clone()
        };
        let month = Month {
            traffic: &traffic,
            ..*self
        };
        let (mut outcome, windows) = if month.requests() > month.budget as f64 {
            let found = month.long_windows(curve, progress, |arrivals, run| {
                run_service(arrivals, self.law, &lumped, run, &mut |_| ())
            })?;
            let Some(found) = found else {
                return Ok(None);
            };
            found
        } else {
            let mut arrivals = traffic.arrivals(curve, 0.0, self.for_s, self.streams);
            let run = month.whole();
            let outcome = run_service(arrivals.as_mut(), self.law, &lumped, &run, progress)?;
            let seconds = self.for_s;
            (outcome, Windows { number: 1, seconds })
        };
        if outcome.cut_s.is_some() && windows.number > 1 {
            return Ok(None);
        }
        outcome.crowd(times as u64, Counts::lumped);
        Ok(finished(outcome, None).map(|done| MonthOutcome {
            windows: done.windows.or(Some(windows)),
            ..done
        }))
    }

    /// Requests of a window that begins with a minute, with the copies and the backlog
    /// that the path has there; its length in seconds. It ends before more of the backlog is
    /// done than the budget affords.
    fn window(
        &self,
        setup: &ServiceSetup,
        curve: &Curve,
        path: &Path,
        minute: usize,
        (afforded, most_s): (u64, f64),
    ) -> Result<(Outcome, f64)> {
        let there = path.minutes.get(minute).copied().unwrap_or_default();
        let rate_per_s = (self.traffic.rate_per_s * curve.at(minute)).max(1e-9);
        let wanted_s = (afforded as f64 / rate_per_s).min(most_s);
        let window_s = curve.until_s(minute, self.most_load_s(afforded as f64), wanted_s);
        let window_s = if there.backlog > afforded as f64 {
            window_s.min(path.done_within_s(there, afforded as f64))
        } else {
            window_s
        };
        let from_s = minute as f64 * MINUTE_S;
        let streams = self.streams.index(minute as u64);
        let mut arrivals = Shifted {
            inner: self
                .traffic
                .arrivals(curve, from_s, from_s + window_s, streams),
            by_s: from_s,
        };
        let per_minute = self.traffic.rate_per_s * MINUTE_S;
        let mut waited_s = curve.waited_s(minute, per_minute, there.backlog, afforded as usize);
        if let Some(patience_s) = setup.patience_s {
            waited_s.retain(|one_s| *one_s <= patience_s);
        }
        let fixed = ServiceSetup {
            at_start: there.copies,
            joins_s: path.joins_s(from_s, from_s + window_s),
            scaling: None,
            spot: None,
            waited_s,
            ..setup.clone()
        };
        let run = Run {
            streams,
            for_s: Some(window_s),
            warm_up_s: 0.0,
            budget: self.events(),
            detail: self.detail,
        };
        let outcome = run_service(&mut arrivals, self.law, &fixed, &run, &mut |_| ())?;
        Ok((outcome, window_s))
    }

    /// Jobs, all of them up to the budget. Beyond it, in large arrays or where more come
    /// than are launched, one of so many equal parts of them on the same part of what is launched in a
    /// second, whose jobs wait as long (exact in the limit of many jobs that wait); else those of
    /// a few long windows.
    ///
    /// # Errors
    /// None of its own: traffic that is drawn cannot be wrong.
    pub fn jobs(
        &self,
        setup: &JobSetup,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Option<MonthOutcome>> {
        let curve = self.curve();
        let times = (self.requests() / self.budget as f64).ceil().max(1.0);
        let highest_per_s = self.traffic.rate_per_s * curve.peak();
        let is_large = self.traffic.batch > LUMPS * times;
        let waits = is_large || highest_per_s > BUSY * setup.launch.per_s;
        if times > 1.0 && !waits {
            let found = self.long_windows(&curve, progress, |arrivals, run| {
                run_jobs(arrivals, self.law, setup, run, &mut |_| ())
            })?;
            return Ok(found.and_then(|(outcome, windows)| finished(outcome, Some(windows))));
        }
        let traffic = Traffic {
            rate_per_s: self.traffic.rate_per_s / times,
            batch: (self.traffic.batch / times).round().max(1.0),
            ..self.traffic.clone()
        };
        let some = setup.of_a_part(times);
        let mut arrivals = traffic.arrivals(&curve, 0.0, self.for_s, self.streams);
        let mut outcome = run_jobs(arrivals.as_mut(), self.law, &some, &self.whole(), progress)?;
        if times <= 1.0 {
            return Ok(finished(outcome, None));
        }
        outcome.crowd(times as u64, Counts::crowded);
        let windows = Windows {
            number: 1,
            seconds: self.for_s,
        };
        Ok(finished(outcome, None).map(|done| MonthOutcome {
            windows: done.windows.or(Some(windows)),
            ..done
        }))
    }
}

/// What was simulated. A month whose budget was spent on the way stands as the time until
/// then; a window does not, since each stands for a part of the month.
pub(crate) fn finished(outcome: Outcome, windows: Option<Windows>) -> Option<MonthOutcome> {
    let windows = match (outcome.cut_s, windows) {
        (None, windows) => windows,
        (Some(seconds), None) => Some(Windows { number: 1, seconds }),
        (Some(_), Some(_)) => return None,
    };
    let total = outcome.batches.total();
    Some(MonthOutcome {
        windows,
        latency: Percentiles::of(&total.latency()),
        counts: total.counts,
        units_mean: total.counts.alive_mean(),
        units_peak: f64::from(total.counts.most_alive),
        busy_p99: total.busiest.quantile_s(0.99).round(),
        outcome,
    })
}

/// Arrivals whose clock begins later.
pub(crate) struct Shifted {
    pub(crate) inner: Box<dyn crate::arrivals::Arrivals>,
    pub(crate) by_s: f64,
}

impl crate::arrivals::Arrivals for Shifted {
    fn next_block(&mut self, block: &mut crate::arrivals::Block) -> Result<()> {
        self.inner.next_block(block)?;
        for at_s in &mut block.at_s {
            *at_s -= self.by_s;
        }
        Ok(())
    }

    fn end_s(&self) -> Option<f64> {
        self.inner.end_s().map(|end_s| end_s - self.by_s)
    }
}

impl Outcome {
    /// What happened stands for so many times as much at the same time.
    fn crowd(&mut self, times: u64, more: Crowding) {
        self.batches.crowd(times, more);
        self.series.crowd(times, more);
        self.waiting *= times;
    }

    /// Takes on a window that stands for `times` such windows, as a batch of its own.
    pub(crate) fn join_window(&mut self, window: &Self, times: u64) {
        self.batches.add_batch(&window.batches.total(), times);
        for point in window.series.points() {
            self.series.step(*point);
        }
        self.waiting += window.waiting * times;
        self.cut_at(window.cut_s);
    }
}
