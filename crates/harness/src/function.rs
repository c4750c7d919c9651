//! A function to run, and what is found of it.

use std::collections::BTreeMap;
use std::time::Duration;

use landfall_measure::{Failure, Payload, Sample};

use crate::launched::Launch;

/// What is run, and how.
#[derive(Debug, Clone)]
pub struct Function {
    /// How its runtime is started.
    pub launch: Launch,
    /// Its name.
    pub name: String,
    /// The region that it believes to be in.
    pub region: String,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// How long Lambda lets it start.
    pub init_limit: Duration,
    /// The largest response, in bytes.
    pub largest_response: u64,
    /// Environments that are started.
    pub cold_starts: u32,
    /// Invocations of the last environment after its first.
    pub invocations: u32,
    /// Invocations at once in one environment.
    pub concurrency: u32,
    /// What it is invoked with.
    pub payloads: Vec<Payload>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct FunctionFound {
    /// Starts of environments.
    pub starts: Vec<Start>,
    /// Invocations after the first of an environment, one at a time.
    pub warm: Vec<Sample>,
    /// Several at once.
    pub together: Option<Together>,
    /// Failures, with their numbers.
    pub failures: BTreeMap<Failure, u32>,
    /// Requests to the API that were refused, by the type of the error.
    pub refused: BTreeMap<String, u32>,
    /// The most memory, in bytes, one invocation at a time.
    pub peak_bytes: u64,
    /// Bytes that the function has written to its log.
    pub log_bytes: u64,
    /// The last lines of it, where something failed.
    pub last_lines: String,
    /// Every invocation that was answered one at a time, in order.
    pub invoked: Vec<Invoked>,
}

/// One start of an environment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// From the start of its process until it waited for an invocation, in seconds.
    pub init_s: f64,
    /// CPU time of that, in seconds.
    pub init_cpu_s: f64,
    /// Its first invocation, where it was answered.
    pub first: Option<Sample>,
}

/// Invocations of one environment at the same time.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// How many at once.
    pub at_once: u32,
    /// How long each took until it was answered, in seconds.
    pub times_s: Vec<f64>,
    /// CPU time of all, in seconds.
    pub cpu_s: f64,
    /// From the first to the last, in seconds.
    pub all_s: f64,
    /// The most memory, in bytes.
    pub peak_bytes: u64,
}

/// An invocation, for the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoked {
    /// The request's id.
    pub id: String,
    /// How long it took, in seconds.
    pub duration_s: f64,
    /// Start-up before it, in seconds, of the first in an environment.
    pub init_s: Option<f64>,
    /// The most memory so far in its environment, in bytes.
    pub peak_bytes: u64,
}

impl Function {
    pub(crate) fn arn(&self) -> String {
        let Self { region, name, .. } = self;
        format!("arn:aws:lambda:{region}:000000000000:function:{name}")
    }
}
