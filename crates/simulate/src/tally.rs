//! What is counted: totals, batches of a run, and a series over time.
//!
//! One file, because every count of an outcome is added, taken away and scaled alike.

use crate::histogram::Histogram;

/// Counts and sums over some stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Seconds covered.
    pub seconds: f64,
    /// Requests that arrived.
    pub arrived: u64,
    /// Messages or records that were handed over and done; requests are the batches of them.
    pub records: u64,
    /// Requests served, or begun for good.
    pub served: u64,
    /// Requests refused for good: throttled with nobody to try again.
    pub failed: u64,
    /// Attempts that were refused.
    pub throttled: u64,
    /// Attempts made again.
    pub retried: u64,
    /// Requests given up for their age.
    pub expired: u64,
    /// Jobs that were done after their deadline.
    pub late: u64,
    /// Requests that started a new environment.
    pub cold: u64,
    /// Requests served by provisioned environments or slots.
    pub provisioned: u64,
    /// Seconds of units of work under way, all together.
    pub busy_s: f64,
    /// Of these, seconds on provisioned environments.
    pub provisioned_busy_s: f64,
    /// Seconds of start-up, all together.
    pub start_s: f64,
    /// Seconds that environments or copies were there, all together.
    pub alive_s: f64,
    /// Seconds of capacity billed for jobs, all together.
    pub billed_s: f64,
    /// Seconds of vCPUs at work, all together.
    pub cpu_s: f64,
    /// Seconds waited before work began, all together.
    pub wait_s: f64,
    /// Most units of work under way at once.
    pub most_busy: u32,
    /// Most environments or copies at once.
    pub most_alive: u32,
}

impl Counts {
    /// Adds another stretch.
    pub fn add(&mut self, other: &Self) {
        self.add_times(other, 1);
    }

    /// Adds another stretch, which stands for `times` such stretches.
    pub fn add_times(&mut self, other: &Self, times: u64) {
        let factor = times as f64;
        self.seconds += other.seconds * factor;
        self.arrived += other.arrived * times;
        self.records += other.records * times;
        self.served += other.served * times;
        self.failed += other.failed * times;
        self.throttled += other.throttled * times;
        self.retried += other.retried * times;
        self.expired += other.expired * times;
        self.late += other.late * times;
        self.cold += other.cold * times;
        self.provisioned += other.provisioned * times;
        self.busy_s += other.busy_s * factor;
        self.provisioned_busy_s += other.provisioned_busy_s * factor;
        self.start_s += other.start_s * factor;
        self.alive_s += other.alive_s * factor;
        self.billed_s += other.billed_s * factor;
        self.cpu_s += other.cpu_s * factor;
        self.wait_s += other.wait_s * factor;
        self.most_busy = self.most_busy.max(other.most_busy);
        self.most_alive = self.most_alive.max(other.most_alive);
    }

    /// The counts of so many times as much at the same time.
    pub(crate) fn crowded(&self, times: u64) -> Self {
        let mut many = Self::default();
        many.add_times(self, times);
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        Self {
            seconds: self.seconds,
            most_busy: self.most_busy.saturating_mul(times),
            most_alive: self.most_alive.saturating_mul(times),
            ..many
        }
    }

    /// The counts of requests each of which stands for so many, on the same copies.
    pub(crate) fn lumped(&self, times: u64) -> Self {
        Self {
            alive_s: self.alive_s,
            cpu_s: self.cpu_s,
            most_alive: self.most_alive,
            ..self.crowded(times)
        }
    }

    /// Units of work under way, on average.
    pub fn busy_mean(&self) -> f64 {
        ratio(self.busy_s, self.seconds)
    }

    /// Environments or copies, on average.
    pub fn alive_mean(&self) -> f64 {
        ratio(self.alive_s, self.seconds)
    }

    /// Share of served requests that met a cold start.
    pub fn cold_share(&self) -> f64 {
        ratio(self.cold as f64, self.served as f64)
    }

    /// Units of work that there were: requests, or what was pulled in batches, whether done
    /// or given up.
    fn units(&self) -> u64 {
        if self.records > 0 {
            self.records + self.expired
        } else {
            self.arrived.max(self.expired)
        }
    }

    /// Share of units of work that were refused for good.
    pub fn failed_share(&self) -> f64 {
        ratio((self.failed + self.expired) as f64, self.units() as f64)
    }

    /// Share of units of work that were refused for good, given up, or done after their
    /// deadline.
    pub fn missed_share(&self) -> f64 {
        let missed = self.failed + self.expired + self.late;
        ratio(missed as f64, self.units() as f64)
    }

    /// Units of work of a request, on average: 1 where they do not come in batches.
    pub fn batch_mean(&self) -> f64 {
        if self.records > 0 {
            ratio(self.records as f64, self.served as f64)
        } else {
            1.0
        }
    }

    /// Share of attempts that were refused.
    pub fn throttled_share(&self) -> f64 {
        ratio(self.throttled as f64, (self.arrived + self.retried) as f64)
    }
}

/// Counts, and how many times as much they stand for.
pub(crate) type Crowding = fn(&Counts, u64) -> Counts;

/// Zero over nothing is zero.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Counts with the latencies that go with them.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Counts and sums.
    pub counts: Counts,
    /// Latency of requests that met no cold start.
    pub warm: Histogram,
    /// Latency of requests that did.
    pub cold: Histogram,
    /// Start-up of the environments that cold requests began.
    pub start: Histogram,
    /// Waits before work began, of those that had to wait.
    pub wait: Histogram,
    /// The most units of work at once, minute by minute.
    pub busiest: Histogram,
}

impl Tally {
    /// Adds another, which stands for `times` such stretches.
    pub fn merge(&mut self, other: &Self, times: u64) {
        self.counts.add_times(&other.counts, times);
        self.warm.merge(&other.warm, times);
        self.cold.merge(&other.cold, times);
        self.start.merge(&other.start, times);
        self.wait.merge(&other.wait, times);
        self.busiest.merge(&other.busiest, times);
    }

    fn clear(&mut self) {
        self.counts = Counts::default();
        self.warm.clear();
        self.cold.clear();
        self.start.clear();
        self.wait.clear();
        self.busiest.clear();
    }

    /// Latency of all requests.
    pub fn latency(&self) -> Histogram {
        let mut all = self.warm.clone();
        all.merge(&self.cold, 1);
        all
    }
}

/// Most batches kept.
const MOST_BATCHES: usize = 32;

/// A run cut into batches of equal length, in constant memory: when there are too
/// many, neighbours are joined and the length doubles.
#[derive(Debug, Clone)]
pub struct Batches {
    done: Vec<Tally>,
    /// The batch under way.
    pub(crate) current: Tally,
    /// Stretches in a batch.
    length: u64,
    /// Stretches in the current one.
    filled: u64,
    /// Empty ones, to be filled again.
    spare: Vec<Tally>,
}

impl Default for Batches {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            current: Tally::default(),
            length: 1,
            filled: 0,
            spare: Vec::new(),
        }
    }
}

impl Batches {
    /// Ends a stretch; batches are whole stretches.
    pub(crate) fn step(&mut self) {
        self.filled += 1;
        if self.filled < self.length {
            return;
        }
        self.filled = 0;
        let next = self.spare.pop().unwrap_or_default();
        self.done.push(std::mem::replace(&mut self.current, next));
        if self.done.len() == MOST_BATCHES {
            let mut batches = std::mem::take(&mut self.done).into_iter();
            while let (Some(mut left), Some(mut right)) = (batches.next(), batches.next()) {
                left.merge(&right, 1);
                self.done.push(left);
                right.clear();
                self.spare.push(right);
            }
            self.length *= 2;
        }
    }

    /// Adds a batch that stands for `times` such batches.
    pub(crate) fn add_batch(&mut self, batch: &Tally, times: u64) {
        let mut whole = Tally::default();
        whole.merge(batch, times);
        self.done.push(whole);
    }

    /// What happened stands for so many times as much at the same time, as `more` has it.
    pub(crate) fn crowd(&mut self, times: u64, more: Crowding) {
        for tally in self.done.iter_mut().chain([&mut self.current]) {
            let mut many = Tally::default();
            many.merge(tally, times);
            many.counts = more(&tally.counts, times);
            *tally = many;
        }
    }

    /// Forgets everything: the warm-up is over.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Takes on the batches of another run of the same kind, an independent replication.
    pub fn join(&mut self, other: Self) {
        self.done.extend(other.done);
        if other.filled > 0 {
            self.current.merge(&other.current, 1);
        }
    }

    /// Adds what happened at the same time elsewhere: batch by batch where both have
    /// the same number, else all of it to the last.
    pub(crate) fn add_beside(&mut self, other: &Self) {
        if self.done.is_empty() && self.filled == 0 {
            *self = other.clone();
            return;
        }
        let seconds = self.total().counts.seconds;
        if self.done.len() == other.done.len() {
            for (batch, more) in self.done.iter_mut().zip(&other.done) {
                let own_s = batch.counts.seconds;
                batch.merge(more, 1);
                batch.counts.seconds = own_s;
            }
            let own_s = self.current.counts.seconds;
            self.current.merge(&other.current, 1);
            self.current.counts.seconds = own_s;
        } else {
            self.current.merge(&other.total(), 1);
            self.current.counts.seconds += seconds - self.total().counts.seconds;
        }
    }

    /// All of it together.
    pub fn total(&self) -> Tally {
        let mut total = self.current.clone();
        for batch in &self.done {
            total.merge(batch, 1);
        }
        total
    }

    /// The standard error of a figure over the whole, from how it varies between
    /// batches (method of batch means: Law, Simulation Modeling and Analysis, 5th
    /// edition, 2015, section 9.5.3). None with fewer than eight batches.
    pub fn standard_error(&self, figure: impl Fn(&Tally) -> f64) -> Option<f64> {
        const FEWEST: usize = 8;
        let n = self.done.len();
        if n < FEWEST {
            return None;
        }
        let values: Vec<f64> = self.done.iter().map(figure).collect();
        Some(error_of_mean(&values))
    }

    /// The standard error of a share of all, of which `counts` gives a batch's part and whole.
    /// Its variance is that between neighbours, so that what goes steadily up or down from
    /// batch to batch is no error (Wolter, Introduction to Variance Estimation, 2007, section
    /// 8.2.1). None with fewer than two batches.
    pub(crate) fn share_error(&self, counts: impl Fn(&Tally) -> (f64, f64)) -> Option<f64> {
        let n = self.done.len() as f64;
        if n < 2.0 {
            return None;
        }
        let counted: Vec<(f64, f64)> = self.done.iter().map(counts).collect();
        let (part, whole) = counted
            .iter()
            .fold((0.0, 0.0), |(a, b), (part, whole)| (a + part, b + whole));
        let share = ratio(part, whole);
        let offs = counted.iter().map(|(part, all)| share.mul_add(-all, *part));
        let offs: Vec<f64> = offs.collect();
        let steps = offs.windows(2).map(|pair| match pair {
            [one, next] => (next - one).powi(2),
            _ => 0.0,
        });
        let squares = steps.sum::<f64>() * n / (2.0 * (n - 1.0));
        Some(ratio(squares.sqrt(), whole))
    }

    /// The standard errors of quantiles of latency, in seconds: the share of requests that
    /// do not exceed a quantile varies from batch to batch, and the quantiles at that share
    /// more and less enclose it (Woodruff, Confidence intervals for medians and other position
    /// measures, Journal of the American Statistical Association 47, 1952). Where that share
    /// may be all, nothing bounds the quantile, and the error is as large as it. None with fewer
    /// than two batches.
    pub fn quantile_errors_s<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        if self.done.len() < 2 {
            return None;
        }
        let all = self.total().latency();
        let error_s = |share: f64| {
            let at_s = all.quantile_s(share);
            let within = |batch: &Tally| {
                let within = batch.warm.count_within(at_s) + batch.cold.count_within(at_s);
                (within, (batch.warm.count() + batch.cold.count()) as f64)
            };
            let off = self.share_error(within).unwrap_or_default();
            if share + off >= 1.0 {
                return at_s;
            }
            let (above_s, below_s) = (all.quantile_s(share + off), all.quantile_s(share - off));
            (above_s - at_s).max(at_s - below_s)
        };
        Some(shares.map(error_s))
    }
}

/// The standard error of the mean of independent values; zero for fewer than two.
pub fn error_of_mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt()
}

/// One point of a series: what a period came to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// The counts of the period.
    pub counts: Counts,
    /// Environments or copies at its end.
    pub alive: f64,
    /// What was asked for at its end, in copies; the same where nothing lags.
    pub wanted: f64,
}

/// Most points kept.
const MOST_POINTS: usize = 1 << 15;

/// A series over time in constant memory: minutes, then two minutes, and so on.
#[derive(Debug, Clone)]
pub struct Series {
    points: Vec<Point>,
    current: Point,
    length: u64,
    filled: u64,
    detail: Detail,
}

/// What a run keeps of what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Counts and latencies alone: what a decision reads, and the faster.
    Totals,
    /// A series over time, too.
    OverTime,
}

impl Default for Series {
    fn default() -> Self {
        Self::new(Detail::OverTime)
    }
}

impl Series {
    pub(crate) fn new(detail: Detail) -> Self {
        Self {
            points: Vec::new(),
            current: Point::default(),
            length: 1,
            filled: 0,
            detail,
        }
    }

    /// Ends a stretch.
    pub(crate) fn step(&mut self, point: Point) {
        if self.detail == Detail::Totals {
            return;
        }
        if self.length == 1 {
            self.points.push(point);
        } else {
            self.current = joined(&self.current, &point);
            self.filled += 1;
            if self.filled < self.length {
                return;
            }
            self.filled = 0;
            self.points.push(std::mem::take(&mut self.current));
        }
        if self.points.len() == MOST_POINTS {
            let pairs = self.points.chunks_exact(2);
            self.points = pairs
                .map(|pair| match pair {
                    [left, right] => joined(left, right),
                    _ => Point::default(),
                })
                .collect();
            self.length *= 2;
        }
    }

    /// What happened stands for so many times as much at the same time, as `more` has it.
    pub(crate) fn crowd(&mut self, times: u64, more: Crowding) {
        for point in self.points.iter_mut().chain([&mut self.current]) {
            let before = point.counts.most_alive.max(1);
            point.counts = more(&point.counts, times);
            let factor = f64::from(point.counts.most_alive) / f64::from(before);
            if factor > 0.0 {
                point.alive *= factor;
                point.wanted *= factor;
            }
        }
    }

    /// Forgets everything: the warm-up is over.
    pub(crate) fn restart(&mut self) {
        *self = Self::new(self.detail);
    }

    /// Adds what happened at the same time elsewhere, point by point.
    pub(crate) fn add_beside(&mut self, other: &Self) {
        if self.points.is_empty() && self.filled == 0 {
            *self = other.clone();
            return;
        }
        let pairs = self.points.iter_mut().zip(&other.points);
        let pairs = pairs.chain(std::iter::once((&mut self.current, &other.current)));
        for (point, more) in pairs {
            let seconds = point.counts.seconds;
            point.counts.add(&more.counts);
            point.counts.seconds = seconds;
            point.alive += more.alive;
            point.wanted += more.wanted;
        }
    }

    /// The points, in order.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        let rest = (self.filled > 0).then_some(&self.current);
        self.points.iter().chain(rest)
    }
}

fn joined(left: &Point, right: &Point) -> Point {
    let mut both = *right;
    both.counts = left.counts;
    both.counts.add(&right.counts);
    both
}
