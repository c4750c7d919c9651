//! What is asked for besides the decision.

use serde::Deserialize;

use super::language::Language;
use crate::operations::Operations;

/// A place that results go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writes {
    /// Objects in a bucket.
    Objects,
    /// Items in a table.
    Table,
    /// Messages in a queue.
    Queue,
    /// Messages of a topic.
    Topic,
    /// Events of a bus.
    Bus,
    /// Records of a data stream.
    Stream,
    /// Records that Firehose gathers into objects of a bucket.
    Archive,
    /// Runs of a state machine.
    StateMachine,
}

impl Writes {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Objects,
        Self::Table,
        Self::Queue,
        Self::Topic,
        Self::Bus,
        Self::Stream,
        Self::Archive,
        Self::StateMachine,
    ];

    /// Its name, as arguments and blocks have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Objects => "objects",
            Self::Table => "table",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Bus => "bus",
            Self::Stream => "stream",
            Self::Archive => "archive",
            Self::StateMachine => "state-machine",
        }
    }
}

/// What the code reads besides its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// A secret, whose value is put in after the deployment.
    Secret,
}

impl Reads {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Secret];

    /// Its name, as arguments and blocks have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
        }
    }
}

/// What puts work in front of the workload, without code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FedBy {
    /// An API that puts what it gets into the queue, the stream, the table or onto the bus.
    Api,
    /// A queue, from which a pipe hands messages on into the stream or onto the bus.
    Queue,
    /// A topic to which the queue subscribes.
    Topic,
    /// A state machine, of whose steps one puts work into the queue.
    StateMachine,
}

impl FedBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Api, Self::Queue, Self::Topic, Self::StateMachine];

    /// Its name, as arguments and blocks have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::StateMachine => "state-machine",
        }
    }

    /// Triggers in front of which it can stand.
    pub const fn triggers(self) -> &'static [&'static str] {
        match self {
            Self::Api => &["queue", "data-stream", "event-bus", "table-stream"],
            Self::Queue => &["data-stream", "event-bus"],
            Self::Topic | Self::StateMachine => &["queue"],
        }
    }

    /// What is billed for it.
    const fn beside(self) -> &'static [&'static str] {
        match self {
            Self::Api => &["api"],
            Self::Queue => &["queue", "pipe"],
            Self::Topic => &["topic"],
            Self::StateMachine => &["state-machine"],
        }
    }
}

/// What is asked for besides the decision.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A platform for every workload instead of the recommended one.
    pub platform: Option<String>,
    /// One workload alone.
    pub workload: Option<String>,
    /// At most so many of the copies of a workload; none for all of them.
    pub copies: Option<u32>,
    /// A language instead of the file's.
    pub language: Option<Language>,
    /// Where results go, instead of what the trigger suggests; nowhere if empty.
    pub writes: Option<Vec<Writes>>,
    /// What the code reads besides.
    pub reads: Vec<Reads>,
    /// What puts work in front of it.
    pub fed_by: Option<FedBy>,
    /// What its API lets through; none for everything.
    pub operations: Option<Operations>,
}

impl Wanted {
    /// Everything that is asked for and that no decision counts, by the names of blocks.
    pub(crate) fn beside(&self) -> Vec<&'static str> {
        let written = self.writes.iter().flatten().map(|one| one.word());
        let read = self.reads.iter().map(|one| one.word());
        let fed = self.fed_by.iter().flat_map(|one| one.beside());
        let mut all: Vec<&str> = written.chain(read).chain(fed.copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
