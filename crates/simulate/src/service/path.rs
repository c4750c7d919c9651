//! The number of copies over a month, minute by minute, at the mean load.

use rand_distr::{Distribution, Poisson};

use super::ServiceSetup;
use super::scaling::{Alarms, Launches};
use crate::random::Generator;
use crate::run::Run;
use crate::tally::{Counts, Point, Series};
use crate::traffic::{Curve, MINUTE_S, Traffic};

/// A minute of the path.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct There {
    /// Copies that serve.
    pub(crate) copies: u32,
    /// Work that came in over what they can do.
    pub(crate) utilisation: f64,
    /// Requests that are still to be done from before.
    pub(crate) backlog: f64,
}

/// The path of the number of copies.
#[derive(Debug)]
pub(crate) struct Path {
    pub(crate) minutes: Vec<There>,
    pub(crate) copies_mean: f64,
    pub(crate) copies_peak: f64,
    pub(crate) series: Series,
    /// When copies began to serve, in seconds; rising.
    joined_s: Vec<f64>,
    /// Requests a second that a copy can do.
    most_per_s: f64,
}

/// Minutes of a path that are alike in whether they are short of capacity, those with the
/// least to do first.
#[derive(Debug, Default)]
pub(crate) struct Strata {
    pub(crate) ordinary: Vec<usize>,
    pub(crate) tight: Vec<usize>,
}

impl Path {
    /// The minutes, divided by whether as much comes in as this part of what copies can do.
    pub(crate) fn strata(&self, tight_from: f64) -> Strata {
        let utilisation =
            |minute: usize| self.minutes.get(minute).map_or(0.0, |one| one.utilisation);
        let mut minutes: Vec<usize> = (0..self.minutes.len()).collect();
        minutes.sort_by(|a, b| utilisation(*a).total_cmp(&utilisation(*b)));
        let first = minutes.partition_point(|minute| utilisation(*minute) < tight_from);
        Strata {
            tight: minutes.split_off(first),
            ordinary: minutes,
        }
    }

    /// How long the copies of a minute take for so many requests, in seconds.
    pub(crate) fn done_within_s(&self, there: There, requests: f64) -> f64 {
        requests / (f64::from(there.copies) * self.most_per_s).max(f64::MIN_POSITIVE)
    }

    /// When copies begin to serve after a time and up to another, in seconds after the first.
    pub(crate) fn joins_s(&self, after_s: f64, to_s: f64) -> Vec<f64> {
        let from = self.joined_s.partition_point(|at_s| *at_s <= after_s);
        let joins = self.joined_s.iter().skip(from);
        let joins = joins.take_while(|at_s| **at_s <= to_s);
        joins.map(|at_s| at_s - after_s).collect()
    }
}

/// The longest step of a walk, in seconds.
const STEP_S: f64 = 30.0;

/// What happened since the last point of the metrics.
#[derive(Debug, Clone, Copy, Default)]
struct Metered {
    /// Requests that were done.
    done: f64,
    /// Seconds that copies were there, all together.
    there_s: f64,
}

/// How a minute is divided.
#[derive(Debug, Clone, Copy)]
struct Steps {
    /// Steps of a point of the metrics.
    of_a_point: u32,
    /// Steps of a minute.
    of_a_minute: u32,
    /// The length of each, in seconds.
    step_s: f64,
}

impl Steps {
    fn of(setup: &ServiceSetup) -> Self {
        let period_s = setup.scaling.as_ref().map_or(MINUTE_S, |one| one.period_s);
        let of_a_point = (period_s / STEP_S).ceil().max(1.0) as u32;
        let points = (MINUTE_S / period_s).round().max(1.0) as u32;
        let of_a_minute = points * of_a_point;
        Self {
            of_a_point,
            of_a_minute,
            step_s: MINUTE_S / f64::from(of_a_minute),
        }
    }
}

/// Of a copy: seconds of CPU of a request, seconds that a request takes alone, and the requests
/// a second that it can do, by its vCPUs or its slots, whichever are fewer.
fn ability(setup: &ServiceSetup, mean_s: f64) -> (f64, f64, f64) {
    let (cpu_s, wait_s) = (mean_s * setup.cpu_per_s, mean_s * setup.wait_per_s);
    let alone_s = cpu_s / setup.vcpus.min(setup.threads) + wait_s;
    let by_cpu = setup.vcpus / cpu_s.max(f64::MIN_POSITIVE);
    let by_slots = f64::from(setup.slots) / alone_s.max(f64::MIN_POSITIVE);
    (cpu_s, alone_s, by_cpu.min(by_slots))
}

/// What was there when a minute began, and what came and was done in it.
#[derive(Debug, Clone, Copy)]
struct Minute {
    copies: u32,
    backlog: f64,
    came: f64,
    done: f64,
    /// Seconds that copies were there, all together.
    there_s: f64,
}

impl Path {
    fn new(run: &Run, minutes: usize, most_per_s: f64) -> Self {
        Self {
            minutes: Vec::with_capacity(minutes),
            copies_mean: 0.0,
            copies_peak: 0.0,
            series: Series::new(run.detail),
            joined_s: Vec::new(),
            most_per_s,
        }
    }

    /// Takes a minute in; `next` are the copies after it, and those that are wanted.
    fn close(&mut self, minute: &Minute, alone_s: f64, next: (u32, u32)) {
        let most = (self.most_per_s * minute.there_s).max(f64::MIN_POSITIVE);
        self.minutes.push(There {
            copies: minute.copies,
            utilisation: (minute.backlog + minute.came) / most,
            backlog: minute.backlog,
        });
        let mean = minute.there_s / MINUTE_S;
        self.copies_mean += mean;
        self.series.step(Point {
            counts: minute_counts(mean, minute.came, minute.done * alone_s),
            alive: f64::from(next.0),
            wanted: f64::from(next.1),
        });
    }
}

/// Requests of a time in which so many are expected: of few, a number drawn at random, since
/// alarms see it; the noise of many is too little to be seen.
fn at_random(expected: f64, random: &mut Generator) -> f64 {
    const MANY: f64 = 1_000.0;
    if expected >= MANY {
        return expected;
    }
    Poisson::new(expected).map_or(expected, |law| law.sample(random))
}

/// Walks through the minutes with the alarms and launches of the engine, and a fluid
/// instead of requests: what comes in beyond capacity stays as a backlog. None where there
/// are more launches than the run's budget allows.
pub(crate) fn walk(
    setup: &ServiceSetup,
    traffic: &Traffic,
    curve: &Curve,
    mean_s: f64,
    run: &Run,
) -> Option<Path> {
    let mut budget = run.budget;
    let mut random = run.streams.stream("capacity");
    let mut coming = run.streams.stream("came");
    let mut launches = Launches::new(&setup.launch, setup.at_start);
    let mut alarms = Alarms::new();
    let (cpu_s, alone_s, most_per_s) = ability(setup, mean_s);
    let minutes = (run.for_s.unwrap_or(0.0) / MINUTE_S) as usize;
    let mut copies = setup.at_start;
    let mut backlog = 0.0;
    let mut path = Path::new(run, minutes, most_per_s);
    let Steps {
        of_a_point,
        of_a_minute: steps,
        step_s,
    } = Steps::of(setup);
    for minute in 0..minutes {
        let minute_s = minute as f64 * MINUTE_S;
        let expected = traffic.rate_per_s * curve.at(minute) * step_s;
        let mut all_came = 0.0;
        let begun = (copies, backlog);
        let (mut there_s, mut done) = (0.0, 0.0);
        let mut metered = Metered::default();
        for step in 0..steps {
            let now_s = f64::from(step).mul_add(step_s, minute_s);
            let mut here_s = f64::from(copies) * step_s;
            // Those that join within the step are there for the rest of it.
            let ends_s = now_s + step_s;
            while launches.next_s() <= ends_s {
                let joins_s = launches.next_s();
                path.joined_s.push(joins_s);
                launches.take();
                copies += 1;
                here_s += ends_s - joins_s.max(now_s);
            }
            let came = at_random(expected, &mut coming);
            all_came += came;
            let now_done = (backlog + came).min(most_per_s * here_s);
            backlog = backlog + came - now_done;
            if let Some(patience_s) = setup.patience_s {
                backlog = backlog.min(expected / step_s * patience_s);
            }
            (there_s, done) = (there_s + here_s, done + now_done);
            metered.done += now_done;
            metered.there_s += here_s;
            path.copies_peak = path.copies_peak.max(f64::from(copies));
            let Some(scaling) = &setup.scaling else {
                continue;
            };
            if (step + 1) % of_a_point > 0 {
                continue;
            }
            let Metered { done, there_s } = std::mem::take(&mut metered);
            let there_s = there_s.max(f64::MIN_POSITIVE);
            let cpu = done * cpu_s / (setup.vcpus * there_s);
            let slots = done * alone_s / (f64::from(setup.slots) * there_s);
            let Some(mut wish) = alarms.point(scaling, ends_s, copies, cpu, slots) else {
                continue;
            };
            wish.copies = wish.copies.clamp(setup.least, setup.most);
            budget.spend(u64::from(wish.copies.abs_diff(copies + launches.pending())));
            if budget.is_spent() {
                return None;
            }
            copies = launches.resize(copies, wish, &mut random);
        }
        let minute = Minute {
            copies: begun.0,
            backlog: begun.1,
            came: all_came,
            done,
            there_s,
        };
        let next = (copies, copies + launches.pending());
        path.close(&minute, alone_s, next);
    }
    path.copies_mean /= minutes.max(1) as f64;
    Some(path)
}

/// The counts of a minute in which so many copies served on average, so much came, and units
/// of work were under way for so long.
fn minute_counts(copies: f64, came: f64, busy_s: f64) -> Counts {
    Counts {
        seconds: MINUTE_S,
        arrived: came as u64,
        busy_s,
        alive_s: copies * MINUTE_S,
        most_alive: copies.ceil() as u32,
        ..Counts::default()
    }
}
