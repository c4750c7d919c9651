//! The job engine: a queue of jobs, capacity with a ceiling, retries after Spot.
//!
//! Each job waits until the ceiling of vCPUs leaves room for it and the launch rate allows
//! another, starts up, and runs alone. Hosts are asked for so long before that they are
//! there when the launch rate reaches the job. A job whose Spot capacity is taken back
//! begins anew, as often as it may. Jobs that arrive at the same time are an array.
//!
//! Exact, given the laws: the order of the queue, the ceiling, launches, retries.
//! Approximated: a host ends with its last job, and jobs move together so that it can.

use std::collections::VecDeque;

use landfall_source::Result;
use rand_distr::{Distribution, Exp1};

use crate::arrivals::{Arrivals, Block, Timed};
use crate::budget::{Budget, MOST_HELD};
use crate::calendar::Calendar;
use crate::law::Law;
use crate::random::Generator;
use crate::run::{Outcome, Run};
use crate::service::{Launch, Launches, Spot};
use crate::tally::{Batches, Counts, Point, Series};

/// Length of a stretch of the series, in seconds.
const STRETCH_S: f64 = 60.0;

/// How jobs are run.
#[derive(Debug, Clone, PartialEq)]
pub struct JobSetup {
    /// Most jobs at once: the ceiling of vCPUs over those of a job.
    pub most_at_once: u32,
    /// How capacity is launched; its start includes the job's own start-up.
    pub launch: Launch,
    /// Shortest time billed for a job, in seconds.
    pub minimum_s: f64,
    /// Spot capacity that is taken back.
    pub spot: Option<Spot>,
    /// Most attempts of a job.
    pub attempts: u32,
    /// How soon a job must be done after it was submitted, in seconds.
    pub deadline_s: Option<f64>,
}

impl JobSetup {
    /// The same for one of so many equal parts of all jobs, on its part of what they share.
    pub(crate) fn of_a_part(&self, parts: f64) -> Self {
        Self {
            most_at_once: (f64::from(self.most_at_once) / parts).max(1.0) as u32,
            launch: Launch {
                burst: (self.launch.burst / parts).max(1.0),
                per_s: self.launch.per_s / parts,
                ..self.launch.clone()
            },
            ..self.clone()
        }
    }
}

/// Runs jobs as they arrive. `progress` is told how far the run is, in seconds. When
/// the time is over, jobs that are queued or running count as waiting.
///
/// # Errors
/// What is wrong with the recording that the jobs are read from.
pub fn run_jobs(
    arrivals: &mut dyn Arrivals,
    law: &Law,
    setup: &JobSetup,
    run: &Run,
    progress: &mut dyn FnMut(f64),
) -> Result<Outcome> {
    let mut timed = Timed::new(arrivals, law, run.streams.stream("durations"));
    let end_s = run.for_s.or(timed.end_s());
    let mut queue = Queue::new(setup, run, law.mean_s());
    let mut block = Block::new();
    loop {
        timed.next_block(&mut block)?;
        let within = end_s.map_or(block.at_s.len(), |end_s| {
            block.at_s.partition_point(|at_s| *at_s < end_s)
        });
        for (at_s, run_s) in block.at_s.iter().zip(&block.run_s).take(within) {
            queue.until(*at_s);
            queue.submit(*at_s, *run_s);
        }
        if within > 0 {
            progress(queue.now_s);
        }
        if block.at_s.is_empty() || within < block.at_s.len() || queue.budget.is_spent() {
            break;
        }
    }
    Ok(match end_s {
        Some(end_s) => queue.finish(end_s),
        None => queue.finish_all(),
    })
}

/// A job: when it was submitted, how long it runs, how often it was tried.
#[derive(Debug, Clone, Copy)]
struct Job {
    at_s: f64,
    run_s: f64,
    attempts: u32,
}

/// A job under way.
#[derive(Debug, Clone, Copy)]
struct Running {
    job: Job,
    /// When its capacity was launched, in seconds.
    launched_s: f64,
    /// Seconds from then until the work began.
    start_s: f64,
    /// Its capacity is taken back before it is done.
    taken_back: bool,
}

struct Queue<'a> {
    setup: &'a JobSetup,
    now_s: f64,
    queued: VecDeque<Job>,
    running: Calendar<Running>,
    launches: Launches,
    random: Generator,
    budget: Budget,
    minute_end_s: f64,
    warm_until_s: f64,
    counted: Counts,
    batches: Batches,
    series: Series,
}

impl<'a> Queue<'a> {
    fn new(setup: &'a JobSetup, run: &Run, mean_s: f64) -> Self {
        Self {
            setup,
            now_s: 0.0,
            queued: VecDeque::new(),
            running: Calendar::new(mean_s + setup.launch.start.mean_s()),
            launches: Launches::new(&setup.launch, 0),
            random: run.streams.stream("capacity"),
            budget: run.budget,
            minute_end_s: STRETCH_S,
            warm_until_s: run.warm_up_s,
            counted: Counts::default(),
            batches: Batches::default(),
            series: Series::new(run.detail),
        }
    }

    fn move_to(&mut self, at_s: f64) {
        let seconds = at_s - self.now_s;
        let running = self.running.len() as f64;
        self.counted.busy_s += running * seconds;
        self.counted.alive_s += f64::from(self.launches.hosts) * seconds;
        self.now_s = at_s;
    }

    /// When the next queued job may be launched, in seconds.
    fn next_launch_s(&self) -> f64 {
        let is_held = self.running.len() as u32 >= self.setup.most_at_once;
        if self.queued.is_empty() || is_held {
            return f64::INFINITY;
        }
        self.launches.next_token_s()
    }

    fn until(&mut self, at_s: f64) {
        while !self.budget.is_spent() {
            let launch_s = self.next_launch_s();
            let first_s = at_s.min(self.minute_end_s).min(launch_s);
            if let Some(ends_s) = self.running.next_before(first_s) {
                self.move_to(ends_s);
                if let Some(running) = self.running.pop() {
                    self.end(&running);
                }
            } else if launch_s <= at_s.min(self.minute_end_s) {
                self.move_to(launch_s.max(self.now_s));
                self.start_queued();
            } else if self.minute_end_s <= at_s {
                self.move_to(self.minute_end_s);
                self.close(STRETCH_S);
                self.minute_end_s += STRETCH_S;
            } else {
                return;
            }
        }
    }

    fn submit(&mut self, at_s: f64, run_s: f64) {
        if self.budget.is_spent() {
            return;
        }
        self.move_to(at_s);
        self.counted.arrived += 1;
        let job = Job {
            at_s,
            run_s,
            attempts: 0,
        };
        self.queued.push_back(job);
        if self.queued.len() + self.running.len() > MOST_HELD {
            self.budget.exhaust();
        }
        self.start_queued();
    }

    fn start_queued(&mut self) {
        while self.next_launch_s() <= self.now_s
            && let Some(job) = self.queued.pop_front()
        {
            self.start(job);
        }
    }

    fn start(&mut self, mut job: Job) {
        job.attempts += 1;
        self.budget.spend(1);
        let now_s = self.now_s;
        let ready_s = self.launches.launch_one(now_s, &mut self.random);
        let start_s = ready_s - now_s;
        let mut ends_s = ready_s + job.run_s;
        let mut taken_back = false;
        if let Some(spot) = self.setup.spot.filter(|spot| spot.per_s > 0.0) {
            let unit: f64 = Exp1.sample(&mut self.random);
            let back_s = now_s + unit / spot.per_s + spot.notice_s;
            taken_back = back_s < ends_s;
            ends_s = ends_s.min(back_s);
        }
        let running = Running {
            job,
            launched_s: now_s,
            start_s,
            taken_back,
        };
        self.running.put(now_s, ends_s, running);
        let under_way = self.running.len() as u32;
        self.counted.most_busy = self.counted.most_busy.max(under_way);
        self.counted.most_alive = self.counted.most_alive.max(self.launches.hosts);
    }

    /// A job has ended, or lost its capacity.
    fn end(&mut self, running: &Running) {
        let job = running.job;
        self.launches.free(self.now_s);
        let held_s = self.now_s - running.launched_s;
        self.counted.billed_s += held_s.max(self.setup.minimum_s);
        self.counted.start_s += running.start_s.min(held_s);
        if running.taken_back {
            if job.attempts < self.setup.attempts {
                self.counted.retried += 1;
                self.queued.push_front(job);
            } else {
                self.counted.failed += 1;
            }
        } else {
            self.counted.served += 1;
            self.counted.cold += 1;
            let whole_s = self.now_s - job.at_s;
            let wait_s = (whole_s - running.start_s - job.run_s).max(0.0);
            if wait_s > 0.0 {
                self.counted.wait_s += wait_s;
                self.batches.current.wait.add(wait_s);
            }
            self.batches.current.start.add(running.start_s);
            self.batches.current.cold.add(whole_s);
            let late = self
                .setup
                .deadline_s
                .is_some_and(|deadline_s| whole_s > deadline_s);
            self.counted.late += u64::from(late);
        }
        self.start_queued();
    }

    fn close(&mut self, seconds: f64) {
        let mut counts = std::mem::take(&mut self.counted);
        counts.seconds = seconds;
        counts.most_alive = counts.most_alive.max(self.launches.hosts);
        self.batches.current.counts.add(&counts);
        self.batches.step();
        self.series.step(Point {
            counts,
            alive: f64::from(self.launches.hosts),
            wanted: (self.running.len() + self.queued.len()) as f64,
        });
        if self.now_s <= self.warm_until_s {
            self.batches.restart();
            self.series.restart();
        }
    }

    fn finish(mut self, end_s: f64) -> Outcome {
        self.until(end_s);
        if !self.budget.is_spent() {
            self.move_to(end_s.max(self.now_s));
        }
        self.put_together()
    }

    /// Until the backlog is done.
    fn finish_all(mut self) -> Outcome {
        while !self.budget.is_spent() {
            let ends_s = self.running.next_before(f64::MAX).unwrap_or(f64::INFINITY);
            let next_s = ends_s.min(self.next_launch_s());
            if next_s.is_infinite() {
                break;
            }
            self.until(next_s);
        }
        self.put_together()
    }

    fn put_together(mut self) -> Outcome {
        let seconds = self.now_s - (self.minute_end_s - STRETCH_S);
        if seconds > 0.0 {
            self.close(seconds);
        }
        Outcome {
            batches: self.batches,
            series: self.series,
            waiting: (self.queued.len() + self.running.len()) as u64,
            cut_s: self.budget.is_spent().then_some(self.now_s),
        }
    }
}
