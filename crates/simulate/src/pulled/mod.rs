//! Work that is pulled: messages of a queue and records of a stream, which an event source
//! mapping reads in batches and hands to a function. Each batch is one invocation.

mod law;
mod queue;
mod stream;

pub use law::{Lanes, Pollers, PulledLoad, Pulling, ShardLaw};
pub use queue::QueueSetup;
pub use stream::StreamSetup;

use queue::Queue;
use stream::Stream;

use crate::random::Generator;

/// Where work is pulled from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pulled {
    /// Messages of a standard queue.
    Queue(QueueSetup),
    /// Records of the shards of a stream, in order.
    Stream(StreamSetup),
}

impl Pulled {
    /// Most units of work of a batch.
    pub const fn batch(&self) -> u32 {
        match self {
            Self::Queue(setup) => setup.batch,
            Self::Stream(setup) => setup.batch,
        }
    }
}

/// Units of work that are handed over together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Batch {
    /// Who hands it over: a lane of a stream, or a poller that holds it.
    place: usize,
    /// How many they are.
    pub(crate) records: usize,
    /// When, in seconds.
    pub(crate) at_s: f64,
    /// When the oldest unit of it came, in seconds.
    pub(crate) first_s: f64,
    /// How long the work on all of it takes, in seconds.
    pub(crate) run_s: f64,
}

/// What waits, and who takes it.
#[derive(Debug)]
pub(crate) enum Source {
    Queue(Box<Queue>),
    Stream(Box<Stream>),
}

impl Source {
    pub(crate) fn new(setup: Pulled, random: Generator) -> Self {
        match setup {
            Pulled::Queue(setup) => Self::Queue(Box::new(Queue::new(setup, random))),
            Pulled::Stream(setup) => Self::Stream(Box::new(Stream::new(setup, random))),
        }
    }

    /// Takes on a unit of work that comes at a time and takes `run_s`, in seconds.
    pub(crate) fn put(&mut self, at_s: f64, run_s: f64) {
        match self {
            Self::Queue(queue) => queue.put(at_s, run_s),
            Self::Stream(stream) => stream.put(at_s, run_s),
        }
    }

    /// The next batch that is due by a time; it is [`begun`](Self::begun) or
    /// [`refused`](Self::refused) before the next is asked for.
    pub(crate) fn next_by(&mut self, until_s: f64) -> Option<Batch> {
        match self {
            Self::Queue(queue) => queue.next_by(until_s),
            Self::Stream(stream) => stream.next_by(until_s),
        }
    }

    /// The batch is under way and will be done at a time, in seconds. Shows when each unit
    /// of it came that will be done by then, the oldest first, in seconds.
    pub(crate) fn begun(&mut self, batch: &Batch, end_s: f64, done: impl FnMut(f64)) {
        match self {
            Self::Queue(queue) => queue.begun(batch, end_s, done),
            Self::Stream(stream) => stream.begun(batch, end_s, done),
        }
    }

    /// The batch was refused: it is handed over again later.
    pub(crate) fn refused(&mut self, batch: &Batch) {
        match self {
            Self::Queue(queue) => queue.refused(batch),
            Self::Stream(stream) => stream.refused(batch),
        }
    }

    /// Units of work that wait, or are hidden after they failed.
    pub(crate) fn waiting(&self) -> usize {
        match self {
            Self::Queue(queue) => queue.waiting(),
            Self::Stream(stream) => stream.waiting(),
        }
    }

    /// Units given up since this was last asked: messages that went to the dead letters.
    pub(crate) fn given_up(&mut self) -> u64 {
        match self {
            Self::Queue(queue) => std::mem::take(&mut queue.given_up),
            Self::Stream(_) => 0,
        }
    }
}

/// A queue of times with what happens then, the earliest first. Times are never negative,
/// so that their bits are in their order.
type Due = std::cmp::Reverse<(u64, usize)>;
