//! Streams: records wait in shards, and each shard hands them over in order, a batch at a
//! time, the next one only when the last is done.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use rand::RngExt;

use crate::random::Generator;

/// How a stream hands records over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InOrder {
    /// Shards; a record goes to any, as likely. At least one.
    pub shards: u32,
    /// Most records of a batch; at least one.
    pub batch: u32,
    /// How long a batch that is not full waits for more, in seconds.
    pub window_s: f64,
    /// How long a batch that was refused waits, in seconds.
    pub again_s: f64,
}

/// Records that are handed over together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch {
    shard: usize,
    /// When, in seconds.
    pub(crate) at_s: f64,
    /// When the oldest of its records came, in seconds.
    pub(crate) first_s: f64,
    /// How long the work on all of them takes, in seconds.
    pub(crate) run_s: f64,
    pub(crate) records: u32,
}

/// A record: when it came, and how long the work on it takes, in seconds.
type Record = (f64, f64);

#[derive(Debug, Clone, Default)]
struct Shard {
    waiting: VecDeque<Record>,
    /// When the batch under way is done, in seconds.
    free_s: f64,
    /// When the next batch is to be handed over, in seconds; an entry of the queue for
    /// another time is out of date.
    due_s: Option<f64>,
}

/// When a shard is due. Times are never negative, so that their bits are in their order.
type Due = Reverse<(u64, usize)>;

/// The shards of a stream.
#[derive(Debug)]
pub(crate) struct Shards {
    setup: InOrder,
    random: Generator,
    all: Vec<Shard>,
    due: BinaryHeap<Due>,
    /// Records that wait in all of them.
    held: usize,
}

impl Shards {
    pub(crate) fn new(setup: InOrder, random: Generator) -> Self {
        Self {
            setup,
            random,
            all: vec![Shard::default(); setup.shards.max(1) as usize],
            due: BinaryHeap::new(),
            held: 0,
        }
    }

    /// Takes on a record.
    pub(crate) fn put(&mut self, at_s: f64, run_s: f64) {
        let place = self.random.random_range(0..self.all.len());
        if let Some(shard) = self.all.get_mut(place) {
            shard.waiting.push_back((at_s, run_s));
            self.held += 1;
        }
        self.plan(place, at_s);
    }

    /// Plans when a shard hands over next: once it is free, when a batch is full or its
    /// oldest record has waited for the window.
    fn plan(&mut self, place: usize, now_s: f64) {
        let full = self.setup.batch.max(1) as usize;
        let Some(shard) = self.all.get_mut(place) else {
            return;
        };
        let Some((first_s, _)) = shard.waiting.front() else {
            return;
        };
        let ready_s = if shard.waiting.len() >= full {
            now_s
        } else {
            first_s + self.setup.window_s
        };
        let due_s = ready_s.max(shard.free_s).max(now_s);
        if shard.due_s.is_none_or(|planned_s| due_s < planned_s) {
            shard.due_s = Some(due_s);
            self.due.push(Reverse((due_s.to_bits(), place)));
        }
    }

    /// The next batch that is due by a time; it stays where it is until it is
    /// [`begun`](Self::begun) or [`refused`](Self::refused).
    pub(crate) fn next_by(&mut self, until_s: f64) -> Option<Batch> {
        loop {
            let Reverse((bits, place)) = *self.due.peek()?;
            let at_s = f64::from_bits(bits);
            if at_s > until_s {
                return None;
            }
            self.due.pop();
            let shard = self.all.get_mut(place)?;
            if shard.due_s.map(f64::to_bits) != Some(bits) {
                continue;
            }
            shard.due_s = None;
            let records = shard.waiting.len().min(self.setup.batch.max(1) as usize);
            let first_s = shard.waiting.front().map_or(at_s, |(first_s, _)| *first_s);
            return Some(Batch {
                shard: place,
                at_s,
                first_s,
                run_s: shard
                    .waiting
                    .iter()
                    .take(records)
                    .map(|(_, run_s)| run_s)
                    .sum(),
                records: records as u32,
            });
        }
    }

    /// A batch is under way and will be done at a time, in seconds.
    pub(crate) fn begun(&mut self, batch: &Batch, end_s: f64) {
        if let Some(shard) = self.all.get_mut(batch.shard) {
            shard.waiting.drain(..batch.records as usize);
            self.held -= batch.records as usize;
            shard.free_s = end_s;
        }
        self.plan(batch.shard, batch.at_s);
    }

    /// A batch was refused: its shard waits with all that is in it.
    pub(crate) fn refused(&mut self, batch: &Batch) {
        if let Some(shard) = self.all.get_mut(batch.shard) {
            shard.free_s = batch.at_s + self.setup.again_s;
        }
        self.plan(batch.shard, batch.at_s);
    }

    /// Records that wait.
    pub(crate) const fn waiting(&self) -> usize {
        self.held
    }
}
