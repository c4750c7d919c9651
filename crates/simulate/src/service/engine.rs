//! The events of a service, in order.
//!
//! One file, because the events of a service all change the same state.

use std::collections::VecDeque;

use landfall_source::Result;
use rand_distr::{Distribution, Exp1};

use super::ServiceSetup;
use super::computing::{Computing, Few, Then, lesser};
use super::scaling::{Alarms, Launches, Wish};
use super::tree::{Least, Number, Time};
use crate::arrivals::{Arrivals, Block, Timed};
use crate::budget::{Budget, MOST_HELD};
use crate::calendar::Calendar;
use crate::law::Law;
use crate::random::Generator;
use crate::run::{Outcome, Run};
use crate::tally::{Batches, Counts, Point, Series};

/// Length of a stretch of the series, in seconds.
const STRETCH_S: f64 = 60.0;

/// Runs requests against a service. `progress` is told how far the run is, in seconds.
///
/// # Errors
/// What is wrong with the recording that the requests are read from.
pub fn run_service(
    arrivals: &mut dyn Arrivals,
    law: &Law,
    setup: &ServiceSetup,
    run: &Run,
    progress: &mut dyn FnMut(f64),
) -> Result<Outcome> {
    let mut timed = Timed::new(arrivals, law, run.streams.stream("durations"));
    let end_s = run.for_s.or(timed.end_s());
    let mut service = Service::new(setup, run, law.mean_s());
    service.inherit(law, &mut run.streams.stream("backlog"));
    let mut block = Block::new();
    loop {
        timed.next_block(&mut block)?;
        let within = end_s.map_or(block.at_s.len(), |end_s| {
            block.at_s.partition_point(|at_s| *at_s < end_s)
        });
        for (at_s, run_s) in block.at_s.iter().zip(&block.run_s).take(within) {
            service.until(*at_s);
            service.arrive(*at_s, *run_s);
        }
        if within > 0 {
            progress(service.now_s);
        }
        if block.at_s.is_empty() || within < block.at_s.len() || service.budget.is_spent() {
            break;
        }
    }
    let end_s = end_s.or(timed.end_s()).unwrap_or(service.now_s);
    Ok(service.finish(end_s))
}

/// A request: when it came, its CPU work, its waiting. All in seconds.
#[expect(clippy::struct_field_names, reason = "all three are seconds")]
#[derive(Debug, Clone, Copy)]
struct Request {
    at_s: f64,
    cpu_s: f64,
    wait_s: f64,
}

/// What a copy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Gone,
    Serving,
    /// It finishes what it has, and takes on nothing new.
    Leaving,
}

#[derive(Debug)]
struct Copy {
    state: State,
    /// Tells a copy from an earlier one at the same place.
    generation: u32,
    /// Slots taken.
    taken: u32,
    /// CPU seconds that each request under way has been given so far.
    virtual_s: f64,
    updated_s: f64,
    computing: Few,
}

impl Copy {
    /// Brings its virtual time to the present; gives the vCPU seconds that were worked.
    #[inline]
    fn advance(&mut self, now_s: f64, paces: &Paces) -> f64 {
        let number = self.computing.len();
        let given_s = (now_s - self.updated_s) * paces.of(number).0;
        self.updated_s = now_s;
        // Where nobody is under way the clock begins anew, and stays precise; without a branch,
        // since nobody could guess it.
        let is_under_way = u64::from(number > 0).wrapping_neg();
        self.virtual_s = f64::from_bits((self.virtual_s + given_s).to_bits() & is_under_way);
        given_s * number as f64
    }

    /// When the next of its requests will have computed, in seconds; infinite for none.
    #[inline]
    fn next_done_s(&self, paces: &Paces) -> f64 {
        let left = self.computing.first_at() - self.virtual_s;
        let left = if left > 0.0 { left } else { 0.0 };
        self.updated_s + left * paces.of(self.computing.len()).1
    }
}

/// vCPUs that each of so many requests at a copy gets.
#[derive(Debug)]
struct Paces {
    vcpus: f64,
    threads: f64,
    /// Of the first numbers: the pace, and its inverse.
    few: [(f64, f64); FEW],
}

/// Numbers of requests at a copy whose pace is looked up.
const FEW: usize = 64;

impl Paces {
    fn new(vcpus: f64, threads: f64) -> Self {
        let mut all = Self {
            vcpus,
            threads,
            few: [(0.0, 0.0); FEW],
        };
        all.few = std::array::from_fn(|number| all.reckon(number));
        all
    }

    fn reckon(&self, number: usize) -> (f64, f64) {
        let pace = (self.vcpus / number as f64).min(self.threads);
        (pace, 1.0 / pace)
    }

    #[inline]
    fn of(&self, number: usize) -> (f64, f64) {
        match self.few.get(number) {
            Some(pace) => *pace,
            None => self.reckon(number),
        }
    }
}

/// A request that waits for what it called, at a copy.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    place: u32,
    generation: u32,
    at_s: f64,
}

struct Service<'a> {
    setup: &'a ServiceSetup,
    now_s: f64,
    copies: Vec<Copy>,
    free: Vec<usize>,
    serving: u32,
    leaving: u32,
    wanted: u32,
    /// Slots taken at each serving copy.
    busy: Least<Number>,
    /// When the next request at each copy has computed.
    done: Least<Time>,
    /// When each copy is taken back.
    taken_back: Least<Time>,
    paces: Paces,
    waiting: Calendar<Waiting>,
    queue: VecDeque<Request>,
    launches: Launches,
    alarms: Alarms,
    random: Generator,
    budget: Budget,
    /// The next launch, taking back, or end of a minute.
    other_s: f64,
    minute_end_s: f64,
    /// When the point of the metrics under way ends, in seconds.
    point_end_s: f64,
    /// What had been counted of the stretch under way when that point began, and what of it
    /// was in stretches before.
    metered: Counts,
    earlier: Counts,
    under_way: u32,
    warm_until_s: f64,
    counted: Counts,
    batches: Batches,
    series: Series,
}

impl<'a> Service<'a> {
    fn new(setup: &'a ServiceSetup, run: &Run, mean_s: f64) -> Self {
        let mut service = Self {
            setup,
            now_s: 0.0,
            copies: Vec::new(),
            free: Vec::new(),
            serving: 0,
            leaving: 0,
            wanted: setup.at_start,
            busy: Least::new(Number::NONE),
            done: Least::new(Time::NONE),
            taken_back: Least::new(Time::NONE),
            paces: Paces::new(setup.vcpus, setup.threads),
            waiting: Calendar::new(mean_s * setup.wait_per_s),
            queue: VecDeque::new(),
            launches: Launches::new(&setup.launch, setup.at_start),
            alarms: Alarms::new(),
            random: run.streams.stream("capacity"),
            budget: run.budget,
            other_s: 0.0,
            minute_end_s: STRETCH_S,
            point_end_s: setup
                .scaling
                .as_ref()
                .map_or(f64::INFINITY, |one| one.period_s),
            metered: Counts::default(),
            earlier: Counts::default(),
            under_way: 0,
            warm_until_s: run.warm_up_s,
            counted: Counts::default(),
            batches: Batches::default(),
            series: Series::new(run.detail),
        };
        for _ in 0..setup.at_start {
            service.begin_to_serve();
        }
        for ready_s in &setup.joins_s {
            service.launches.expect(ready_s.max(0.0));
            service.wanted += 1;
        }
        service.plan();
        service
    }

    /// Takes on what waits at the start.
    fn inherit(&mut self, law: &Law, random: &mut Generator) {
        for waited_s in &self.setup.waited_s {
            let run_s = law.draw(random);
            self.counted.arrived += 1;
            self.queue.push_back(Request {
                at_s: -waited_s,
                cpu_s: run_s * self.setup.cpu_per_s,
                wait_s: run_s * self.setup.wait_per_s,
            });
        }
        for place in 0..self.copies.len() {
            self.take_from_queue(place);
        }
    }

    #[inline]
    fn move_to(&mut self, at_s: f64) {
        let seconds = at_s - self.now_s;
        self.counted.busy_s += f64::from(self.under_way) * seconds;
        self.counted.alive_s += f64::from(self.serving + self.leaving) * seconds;
        self.now_s = at_s;
    }

    /// Everything that happens up to a time.
    #[inline]
    fn until(&mut self, at_s: f64) {
        while !self.budget.is_spent() {
            let done_s = self.done.least().at_s();
            let first_s = lesser(lesser(self.other_s, at_s), done_s);
            if let Some((waited_s, waited)) = self.waiting.take_before(first_s) {
                self.budget.spend(1);
                self.move_to(waited_s);
                self.answered(waited);
            } else if done_s <= at_s && done_s <= self.other_s {
                self.budget.spend(1);
                self.move_to(done_s);
                self.computed();
            } else if self.other_s <= at_s {
                self.other();
            } else {
                return;
            }
        }
    }

    fn arrive(&mut self, at_s: f64, run_s: f64) {
        if self.budget.is_spent() {
            return;
        }
        self.budget.spend(1);
        self.move_to(at_s);
        self.counted.arrived += 1;
        let request = Request {
            at_s,
            cpu_s: run_s * self.setup.cpu_per_s,
            wait_s: run_s * self.setup.wait_per_s,
        };
        let least = self.busy.least();
        if least.number() < self.setup.slots {
            self.start(least.place(), request);
        } else {
            self.give_up_old();
            self.queue.push_back(request);
            if self.queue.len() > MOST_HELD {
                self.budget.exhaust();
            }
        }
    }

    /// Drops from the head of the queue what has waited too long.
    fn give_up_old(&mut self) {
        let Some(patience_s) = self.setup.patience_s else {
            return;
        };
        while let Some(first) = self.queue.front()
            && self.now_s - first.at_s > patience_s
        {
            self.queue.pop_front();
            self.counted.expired += 1;
        }
    }

    fn start(&mut self, place: usize, request: Request) {
        let now_s = self.now_s;
        let wait_s = now_s - request.at_s;
        if wait_s > 0.0 {
            self.counted.wait_s += wait_s;
            self.batches.current.wait.add(wait_s);
        }
        self.under_way += 1;
        self.counted.most_busy = self.counted.most_busy.max(self.under_way);
        let Some(copy) = self.copies.get_mut(place) else {
            return;
        };
        self.counted.cpu_s += copy.advance(now_s, &self.paces);
        copy.taken += 1;
        copy.computing.push(Computing {
            done_at: copy.virtual_s + request.cpu_s,
            then: Then {
                at_s: request.at_s,
                wait_s: request.wait_s,
            },
        });
        let next_s = copy.next_done_s(&self.paces);
        if copy.state == State::Serving {
            self.busy.set(place, Number::new(copy.taken, place));
        }
        self.done.set(place, Time::new(next_s, place));
    }

    /// The next request has computed.
    fn computed(&mut self) {
        let place = self.done.least().place();
        let now_s = self.now_s;
        let Some(copy) = self.copies.get_mut(place) else {
            return;
        };
        self.counted.cpu_s += copy.advance(now_s, &self.paces);
        let done_at = copy.computing.first_at();
        let Some(done) = copy.computing.pop() else {
            self.done.unset(place);
            return;
        };
        // What is left of rounding is nobody's work.
        copy.virtual_s = copy.virtual_s.max(done_at);
        let generation = copy.generation;
        let next_s = copy.next_done_s(&self.paces);
        self.done.set(place, Time::new(next_s, place));
        if done.wait_s > 0.0 {
            let waiting = Waiting {
                place: place as u32,
                generation,
                at_s: done.at_s,
            };
            self.waiting.put(now_s, now_s + done.wait_s, waiting);
        } else {
            self.leave(place, done.at_s);
        }
    }

    /// What a request called has answered.
    fn answered(&mut self, waited: Waiting) {
        let place = waited.place as usize;
        let same = self
            .copies
            .get(place)
            .is_some_and(|copy| copy.generation == waited.generation);
        if same {
            self.leave(place, waited.at_s);
        }
    }

    /// A request is served; its slot goes to the next in the queue.
    fn leave(&mut self, place: usize, came_s: f64) {
        self.under_way -= 1;
        self.counted.served += 1;
        let latency_s = self.now_s - came_s + self.setup.overhead_s;
        self.batches.current.warm.add(latency_s);
        let Some(copy) = self.copies.get_mut(place) else {
            return;
        };
        copy.taken -= 1;
        match copy.state {
            State::Serving => {
                self.busy.set(place, Number::new(copy.taken, place));
                self.take_from_queue(place);
            }
            State::Leaving if copy.taken == 0 => self.go(place),
            State::Leaving | State::Gone => {}
        }
    }

    fn take_from_queue(&mut self, place: usize) {
        if self.queue.is_empty() {
            return;
        }
        self.give_up_old();
        let slots = self.setup.slots;
        while self
            .copies
            .get(place)
            .is_some_and(|copy| copy.taken < slots)
            && let Some(request) = self.queue.pop_front()
        {
            self.start(place, request);
        }
    }

    /// A launch, a taking back, the end of a point of the metrics or of a minute.
    #[cold]
    fn other(&mut self) {
        let at_s = self.other_s;
        self.budget.spend(1);
        self.move_to(at_s);
        if self.launches.next_s() <= at_s {
            self.launches.take();
            let place = self.begin_to_serve();
            self.take_from_queue(place);
        } else if let Some(place) = self.due_back(at_s) {
            self.take_back(place);
        } else if self.point_end_s <= at_s {
            self.end_point();
        } else if self.minute_end_s <= at_s {
            self.end_minute();
        }
        // Else what was planned has been overtaken: a copy left before its time.
        self.plan();
    }

    fn plan(&mut self) {
        let ends_s = self.minute_end_s.min(self.point_end_s);
        let planned_s = ends_s.min(self.launches.next_s());
        self.other_s = planned_s.min(self.taken_back.least().at_s());
    }

    fn due_back(&self, at_s: f64) -> Option<usize> {
        let least = self.taken_back.least();
        (least.at_s() <= at_s).then(|| least.place())
    }

    /// A Spot copy is warned, and at the end of its notice taken back.
    fn take_back(&mut self, place: usize) {
        let now_s = self.now_s;
        let notice_s = self.setup.spot.map_or(0.0, |spot| spot.notice_s);
        let Some(copy) = self.copies.get_mut(place) else {
            return;
        };
        if copy.state == State::Serving {
            self.taken_back
                .set(place, Time::new(now_s + notice_s, place));
            self.let_go(place);
            self.launches.launch(now_s, &mut self.random);
            return;
        }
        let lost = copy.taken;
        copy.computing.clear();
        copy.taken = 0;
        self.under_way -= lost;
        self.counted.failed += u64::from(lost);
        self.done.unset(place);
        self.go(place);
    }

    fn begin_to_serve(&mut self) -> usize {
        let mut taken_back_s = f64::INFINITY;
        if let Some(spot) = self.setup.spot.filter(|spot| spot.per_s > 0.0) {
            let unit: f64 = Exp1.sample(&mut self.random);
            taken_back_s = self.now_s + unit / spot.per_s;
        }
        let place = self.free.pop().unwrap_or(self.copies.len());
        let generation = self.copies.get(place).map_or(0, |copy| copy.generation + 1);
        let copy = Copy {
            state: State::Serving,
            generation,
            taken: 0,
            virtual_s: 0.0,
            updated_s: self.now_s,
            computing: Few::new(),
        };
        match self.copies.get_mut(place) {
            Some(slot) => *slot = copy,
            None => self.copies.push(copy),
        }
        self.serving += 1;
        self.counted.most_alive = self.counted.most_alive.max(self.serving + self.leaving);
        self.busy.set(place, Number::new(0, place));
        if taken_back_s.is_finite() {
            self.taken_back.set(place, Time::new(taken_back_s, place));
        }
        place
    }

    /// A copy takes on nothing new.
    fn let_go(&mut self, place: usize) {
        let Some(copy) = self.copies.get_mut(place) else {
            return;
        };
        copy.state = State::Leaving;
        let idle = copy.taken == 0;
        self.serving -= 1;
        self.leaving += 1;
        self.busy.unset(place);
        if idle {
            self.go(place);
        }
    }

    fn go(&mut self, place: usize) {
        if let Some(copy) = self.copies.get_mut(place) {
            copy.state = State::Gone;
            copy.generation += 1;
        }
        if self.setup.spot.is_some() {
            self.taken_back.unset(place);
        }
        self.leaving -= 1;
        self.free.push(place);
        self.launches.free(self.now_s);
    }

    /// Brings every copy up to now.
    fn advance_all(&mut self) {
        // To look at a copy is little beside an event.
        self.budget.spend(self.copies.len() as u64 / 8);
        for copy in &mut self.copies {
            self.counted.cpu_s += copy.advance(self.now_s, &self.paces);
        }
    }

    fn end_minute(&mut self) {
        self.advance_all();
        let counts = self.close(STRETCH_S);
        self.earlier.add(&counts);
        self.minute_end_s += STRETCH_S;
    }

    /// Ends a point of the metrics, which target tracking judges.
    fn end_point(&mut self) {
        let Some(scaling) = &self.setup.scaling else {
            self.point_end_s = f64::INFINITY;
            return;
        };
        self.advance_all();
        self.point_end_s += scaling.period_s;
        let mut counted = self.earlier;
        counted.add(&self.counted);
        let since = |now: f64, then: f64| now - then;
        let alive_s = since(counted.alive_s, self.metered.alive_s).max(f64::MIN_POSITIVE);
        let cpu_s = since(counted.cpu_s, self.metered.cpu_s);
        let busy_s = since(counted.busy_s, self.metered.busy_s);
        self.earlier = Counts::default();
        self.metered = self.counted;
        let cpu = cpu_s / (alive_s * self.setup.vcpus);
        let slots = busy_s / (alive_s * f64::from(self.setup.slots));
        let wish = self
            .alarms
            .point(scaling, self.now_s, self.serving, cpu, slots);
        if let Some(mut wish) = wish {
            wish.copies = wish.copies.clamp(self.setup.least, self.setup.most);
            self.resize(wish);
        }
    }

    fn resize(&mut self, wish: Wish) {
        let wanted = wish.copies;
        self.wanted = wanted;
        self.launches.plan(wish.at_s);
        while self.serving + self.launches.pending() < wanted {
            self.budget.spend(1);
            self.launches.launch(wish.at_s, &mut self.random);
        }
        while self.serving + self.launches.pending() > wanted && self.launches.call_off(self.now_s)
        {
        }
        while self.serving > wanted {
            // The one with the least to do.
            let place = self.busy.least().place();
            self.let_go(place);
        }
    }

    /// Ends a stretch: into the batch and the series.
    fn close(&mut self, seconds: f64) -> Counts {
        let mut counts = std::mem::take(&mut self.counted);
        counts.seconds = seconds;
        counts.most_alive = counts.most_alive.max(self.serving + self.leaving);
        self.batches.current.counts.add(&counts);
        self.batches.step();
        self.series.step(Point {
            counts,
            alive: f64::from(self.serving + self.leaving),
            wanted: f64::from(self.wanted),
        });
        if self.now_s <= self.warm_until_s {
            self.batches.restart();
            self.series.restart();
        }
        counts
    }

    fn finish(mut self, end_s: f64) -> Outcome {
        self.until(end_s);
        let is_cut = self.budget.is_spent();
        let end_s = if is_cut { self.now_s } else { end_s };
        self.move_to(end_s.max(self.now_s));
        for copy in &mut self.copies {
            self.counted.cpu_s += copy.advance(self.now_s, &self.paces);
        }
        let seconds = end_s - (self.minute_end_s - STRETCH_S);
        if seconds > 0.0 {
            self.close(seconds);
        }
        Outcome {
            batches: self.batches,
            series: self.series,
            waiting: self.queue.len() as u64 + u64::from(self.under_way),
            cut_s: is_cut.then_some(end_s),
        }
    }
}
