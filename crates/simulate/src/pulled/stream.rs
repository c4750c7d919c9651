//! Streams: records wait in shards. A shard is polled at a fixed pace, and hands its records
//! over in as many lanes as the parallelization factor says: in each, a batch at a time, the
//! next one only when the last is done.
//!
//! Exact, given the law: a poll reads what has come by then; a lane whose last batch was full
//! reads on without waiting for a poll, until it has caught up. Approximated: keys are spread
//! evenly over lanes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::RngExt;

use super::{Batch, Due};
use crate::random::Generator;

/// How a stream hands records over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamSetup {
    /// Shards; a record goes to any, as likely. At least one.
    pub shards: u32,
    /// Batches of a shard that are under way at once; at least one.
    pub parallel: u32,
    /// Most records of a batch; at least one.
    pub batch: u32,
    /// How long a batch that is not full waits for more, in seconds.
    pub window_s: f64,
    /// Time between two polls of a shard, in seconds; zero where records are seen at once.
    pub poll_s: f64,
    /// What a batch takes beside its records, in seconds.
    pub per_batch_s: f64,
    /// How long a batch that was refused waits, in seconds.
    pub again_s: f64,
}

/// A record: when it came, and how long the work on it takes, in seconds.
type Record = (f64, f64);

#[derive(Debug, Clone, Default)]
struct Lane {
    waiting: VecDeque<Record>,
    /// When its shard is polled for the first time, in seconds.
    phase_s: f64,
    /// When the batch under way is done, in seconds.
    free_s: f64,
    /// The last batch was full: there may be more.
    is_behind: bool,
    /// When the next batch is to be handed over, in seconds; an entry of the queue for
    /// another time is out of date.
    due_s: Option<f64>,
}

impl Lane {
    /// The first poll that sees what came at a time, in seconds.
    fn seen_s(&self, at_s: f64, poll_s: f64) -> f64 {
        if poll_s <= 0.0 {
            return at_s;
        }
        let polls = ((at_s - self.phase_s) / poll_s).ceil().max(0.0);
        polls.mul_add(poll_s, self.phase_s).max(at_s)
    }

    /// How many of the records that wait have been read by a time, in seconds, up to a batch.
    fn read_by(&self, at_s: f64, setup: &StreamSetup) -> usize {
        /// A poll that is due by so small a part of its pace has been made.
        const NOW: f64 = 1e-9;
        let full = setup.batch.max(1) as usize;
        if self.is_behind || setup.poll_s <= 0.0 {
            return self.waiting.len().min(full);
        }
        let polls = ((at_s - self.phase_s) / setup.poll_s + NOW).floor();
        let polled_s = polls.mul_add(setup.poll_s, self.phase_s);
        let seen = self.waiting.iter().take(full);
        seen.take_while(|(came_s, _)| *came_s <= polled_s)
            .count()
            .max(1)
    }
}

/// The lanes of a stream.
#[derive(Debug)]
pub(crate) struct Stream {
    setup: StreamSetup,
    random: Generator,
    lanes: Vec<Lane>,
    due: BinaryHeap<Due>,
    /// Records that wait in all of them.
    held: usize,
}

impl Stream {
    pub(crate) fn new(setup: StreamSetup, mut random: Generator) -> Self {
        let shards = setup.shards.max(1) as usize;
        let phases: Vec<f64> = (0..shards)
            .map(|_| random.random::<f64>() * setup.poll_s)
            .collect();
        // The lanes of a shard are polled together.
        let lanes = shards * setup.parallel.max(1) as usize;
        let lane = |place: usize| Lane {
            phase_s: phases.get(place % shards).copied().unwrap_or(0.0),
            ..Lane::default()
        };
        Self {
            setup,
            random,
            lanes: (0..lanes).map(lane).collect(),
            due: BinaryHeap::new(),
            held: 0,
        }
    }

    /// Takes on a record.
    pub(crate) fn put(&mut self, at_s: f64, run_s: f64) {
        let place = self.random.random_range(0..self.lanes.len());
        if let Some(lane) = self.lanes.get_mut(place) {
            lane.waiting.push_back((at_s, run_s));
            self.held += 1;
        }
        self.plan(place, at_s);
    }

    /// Plans when a lane hands over next: once it is free, when a batch is full or its oldest
    /// record has waited for the window, at a poll unless it reads on.
    fn plan(&mut self, place: usize, now_s: f64) {
        let full = self.setup.batch.max(1) as usize;
        let (poll_s, window_s) = (self.setup.poll_s, self.setup.window_s);
        let Some(lane) = self.lanes.get_mut(place) else {
            return;
        };
        let Some((first_s, _)) = lane.waiting.front() else {
            return;
        };
        let seen_s = |at_s: f64| {
            if lane.is_behind {
                at_s
            } else {
                lane.seen_s(at_s, poll_s)
            }
        };
        let by_window_s = seen_s(*first_s) + window_s;
        let ready_s = match lane.waiting.get(full - 1) {
            Some((last_s, _)) => by_window_s.min(seen_s(*last_s)),
            None => by_window_s,
        };
        let due_s = ready_s.max(lane.free_s).max(now_s);
        if lane.due_s.is_none_or(|planned_s| due_s < planned_s) {
            lane.due_s = Some(due_s);
            self.due.push(Reverse((due_s.to_bits(), place)));
        }
    }

    /// The next batch that is due by a time.
    pub(crate) fn next_by(&mut self, until_s: f64) -> Option<Batch> {
        loop {
            let Reverse((bits, place)) = *self.due.peek()?;
            let at_s = f64::from_bits(bits);
            if at_s > until_s {
                return None;
            }
            self.due.pop();
            let lane = self.lanes.get_mut(place)?;
            if lane.due_s.map(f64::to_bits) != Some(bits) {
                continue;
            }
            lane.due_s = None;
            let records = lane.read_by(at_s, &self.setup);
            let read = lane.waiting.iter().take(records);
            let run_s: f64 = read.map(|(_, run_s)| run_s).sum();
            return Some(Batch {
                place,
                records,
                at_s,
                first_s: lane.waiting.front().map_or(at_s, |(first_s, _)| *first_s),
                run_s: run_s + self.setup.per_batch_s,
            });
        }
    }

    /// A batch is under way and will be done at a time, in seconds.
    pub(crate) fn begun(&mut self, batch: &Batch, end_s: f64, mut done: impl FnMut(f64)) {
        let full = self.setup.batch.max(1) as usize;
        if let Some(lane) = self.lanes.get_mut(batch.place) {
            for (came_s, _) in lane.waiting.drain(..batch.records) {
                done(came_s);
            }
            self.held -= batch.records;
            lane.free_s = end_s;
            lane.is_behind = batch.records == full;
        }
        self.plan(batch.place, batch.at_s);
    }

    /// A batch was refused: its lane waits with all that is in it.
    pub(crate) fn refused(&mut self, batch: &Batch) {
        if let Some(lane) = self.lanes.get_mut(batch.place) {
            lane.free_s = batch.at_s + self.setup.again_s;
        }
        self.plan(batch.place, batch.at_s);
    }

    /// Records that wait.
    pub(crate) const fn waiting(&self) -> usize {
        self.held
    }
}
