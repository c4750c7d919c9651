//! The number of copies over a month, minute by minute.

use rand_distr::{Distribution, Poisson};

use super::ServiceSetup;
use super::scaling::{Alarms, Launches};
use crate::budget::Budget;
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
        let pairs = self.minutes.iter().enumerate();
        let mut pairs: Vec<(f64, usize)> = pairs
            .map(|(minute, there)| (there.utilisation, minute))
            .collect();
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let first = pairs.partition_point(|(utilisation, _)| *utilisation < tight_from);
        let (ordinary, tight) = pairs.split_at(first);
        let minutes = |pairs: &[(f64, usize)]| pairs.iter().map(|(_, minute)| *minute).collect();
        Strata {
            ordinary: minutes(ordinary),
            tight: minutes(tight),
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

/// What happened in some time.
#[derive(Debug, Clone, Copy, Default)]
struct Served {
    /// Requests that came.
    came: f64,
    /// Requests that were done.
    done: f64,
    /// Seconds that copies were there, all together.
    there_s: f64,
}

impl Served {
    fn add(&mut self, more: Self) {
        self.came += more.came;
        self.done += more.done;
        self.there_s += more.there_s;
    }
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

/// What a copy is able to.
#[expect(clippy::struct_field_names, reason = "all are in or per seconds")]
#[derive(Debug, Clone, Copy)]
struct Ability {
    /// Seconds of CPU of a request.
    cpu_s: f64,
    /// Seconds that a request takes alone.
    alone_s: f64,
    /// Requests a second that it can do, by its vCPUs or its slots, whichever are fewer.
    most_per_s: f64,
}

impl Ability {
    fn of(setup: &ServiceSetup, mean_s: f64) -> Self {
        let (cpu_s, wait_s) = (mean_s * setup.cpu_per_s, mean_s * setup.wait_per_s);
        let alone_s = cpu_s / setup.vcpus.min(setup.threads) + wait_s;
        let by_cpu = setup.vcpus / cpu_s.max(f64::MIN_POSITIVE);
        let by_slots = f64::from(setup.slots) / alone_s.max(f64::MIN_POSITIVE);
        Self {
            cpu_s,
            alone_s,
            most_per_s: by_cpu.min(by_slots),
        }
    }
}

/// What was there when a minute began, and what happened in it.
#[derive(Debug, Clone, Copy)]
struct Minute {
    copies: u32,
    backlog: f64,
    served: Served,
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
        let Served {
            came,
            done,
            there_s,
        } = minute.served;
        let most = (self.most_per_s * there_s).max(f64::MIN_POSITIVE);
        self.minutes.push(There {
            copies: minute.copies,
            utilisation: (minute.backlog + came) / most,
            backlog: minute.backlog,
        });
        let mean = there_s / MINUTE_S;
        self.copies_mean += mean;
        self.series.step(Point {
            counts: minute_counts(mean, came, done * alone_s),
            alive: f64::from(next.0),
            wanted: f64::from(next.1),
        });
    }
}

/// How many requests come in a time in which so many are expected: of few, a number drawn at
/// random, since alarms see it; the noise of many is too little to be seen.
struct Coming {
    expected: f64,
    few: Option<Poisson<f64>>,
}

impl Coming {
    fn new(expected: f64) -> Self {
        const MANY: f64 = 1_000.0;
        let few = (expected < MANY).then(|| Poisson::new(expected).ok());
        Self {
            expected,
            few: few.flatten(),
        }
    }

    fn draw(&self, random: &mut Generator) -> f64 {
        let few = self.few.as_ref();
        few.map_or(self.expected, |law| law.sample(random))
    }
}

/// A service whose requests are a fluid: what comes in beyond capacity stays as a backlog.
struct Fluid<'a> {
    setup: &'a ServiceSetup,
    ability: Ability,
    copies: u32,
    backlog: f64,
    launches: Launches,
    alarms: Alarms,
    metered: Served,
    budget: Budget,
    /// Of launches, and of the number of requests.
    random: (Generator, Generator),
}

impl<'a> Fluid<'a> {
    fn new(setup: &'a ServiceSetup, mean_s: f64, run: &Run) -> Self {
        Self {
            setup,
            ability: Ability::of(setup, mean_s),
            copies: setup.at_start,
            backlog: 0.0,
            launches: Launches::new(&setup.launch, setup.at_start),
            alarms: Alarms::new(),
            metered: Served::default(),
            budget: run.budget,
            random: (run.streams.stream("capacity"), run.streams.stream("came")),
        }
    }

    /// A step in which so many requests come. When copies joined goes to `joined_s`.
    fn step(
        &mut self,
        (from_s, step_s): (f64, f64),
        coming: &Coming,
        joined_s: &mut Vec<f64>,
    ) -> Served {
        let mut there_s = f64::from(self.copies) * step_s;
        // Those that join within the step are there for the rest of it.
        let ends_s = from_s + step_s;
        while self.launches.next_s() <= ends_s {
            let joins_s = self.launches.next_s();
            joined_s.push(joins_s);
            self.launches.take();
            self.copies += 1;
            there_s += ends_s - joins_s.max(from_s);
        }
        let came = coming.draw(&mut self.random.1);
        let done = (self.backlog + came).min(self.ability.most_per_s * there_s);
        self.backlog += came - done;
        if let Some(patience_s) = self.setup.patience_s {
            self.backlog = self.backlog.min(coming.expected / step_s * patience_s);
        }
        let served = Served {
            came,
            done,
            there_s,
        };
        self.metered.add(served);
        served
    }

    /// Ends a point of the metrics, which target tracking judges. None where more copies are
    /// launched or ended than the budget allows.
    fn point(&mut self, now_s: f64) -> Option<()> {
        let Served { done, there_s, .. } = std::mem::take(&mut self.metered);
        let Some(scaling) = &self.setup.scaling else {
            return Some(());
        };
        let Ability { cpu_s, alone_s, .. } = self.ability;
        let there_s = there_s.max(f64::MIN_POSITIVE);
        let cpu = done * cpu_s / (self.setup.vcpus * there_s);
        let slots = done * alone_s / (f64::from(self.setup.slots) * there_s);
        let wish = self.alarms.point(scaling, now_s, self.copies, cpu, slots);
        let Some(mut wish) = wish else {
            return Some(());
        };
        wish.copies = wish.copies.clamp(self.setup.least, self.setup.most);
        let there = self.copies + self.launches.pending();
        self.budget.spend(u64::from(wish.copies.abs_diff(there)));
        if self.budget.is_spent() {
            return None;
        }
        self.copies = self.launches.resize(self.copies, wish, &mut self.random.0);
        Some(())
    }
}

/// Walks through the minutes with the alarms and launches of the engine, and a fluid
/// instead of requests. None where there are more launches than the run's budget allows.
pub(crate) fn walk(
    setup: &ServiceSetup,
    traffic: &Traffic,
    curve: &Curve,
    mean_s: f64,
    run: &Run,
) -> Option<Path> {
    let mut fluid = Fluid::new(setup, mean_s, run);
    let minutes = (run.for_s.unwrap_or(0.0) / MINUTE_S) as usize;
    let mut path = Path::new(run, minutes, fluid.ability.most_per_s);
    let Steps {
        of_a_point,
        of_a_minute,
        step_s,
    } = Steps::of(setup);
    for minute in 0..minutes {
        let coming = Coming::new(traffic.rate_per_s * curve.at(minute) * step_s);
        let (copies, backlog) = (fluid.copies, fluid.backlog);
        let mut served = Served::default();
        for step in 0..of_a_minute {
            let from_s = minute as f64 * MINUTE_S + f64::from(step) * step_s;
            served.add(fluid.step((from_s, step_s), &coming, &mut path.joined_s));
            path.copies_peak = path.copies_peak.max(f64::from(fluid.copies));
            if (step + 1) % of_a_point == 0 {
                fluid.point(from_s + step_s)?;
            }
        }
        let minute = Minute {
            copies,
            backlog,
            served,
        };
        let next = (fluid.copies, fluid.copies + fluid.launches.pending());
        path.close(&minute, fluid.ability.alone_s, next);
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
