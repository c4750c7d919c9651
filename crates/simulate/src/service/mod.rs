//! The service engine: copies that share out the work, request by request.
//!
//! A request goes to the copy with the fewest under way; there it computes, sharing
//! the copy's vCPUs evenly with the others, and then waits for what it calls, keeping
//! its slot. When every slot is taken it queues. Every minute target tracking looks at
//! the minute past; copies that it wants are launched as the capacity allows.
//!
//! Exact, given the laws: routing, sharing, queueing, alarms. Approximated: one queue
//! before all copies instead of one in each; computing comes before waiting; a copy
//! that is taken away finishes its work first; metrics carry no delay beyond their
//! minute.

mod computing;
mod engine;
mod path;
mod scaling;
mod tree;

pub use engine::run_service;
pub(crate) use path::{Path, Strata, walk};
pub(crate) use scaling::Launches;
pub use scaling::{Hosts, Launch, Scaling, Spot, ramp};

/// How a service is set up, and how its capacity behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceSetup {
    /// vCPUs of a copy.
    pub vcpus: f64,
    /// vCPUs that one unit of work can use.
    pub threads: f64,
    /// vCPU-seconds of work for each second of its duration as drawn.
    pub cpu_per_s: f64,
    /// Seconds that it waits for others, for each second of its duration as drawn.
    pub wait_per_s: f64,
    /// Units of work that a copy takes on at once.
    pub slots: u32,
    /// How long a request waits for a slot, in seconds; none for ever.
    pub patience_s: Option<f64>,
    /// What reaching a copy adds, in seconds.
    pub overhead_s: f64,
    /// Fewest copies.
    pub least: u32,
    /// Most copies.
    pub most: u32,
    /// Copies there at the start.
    pub at_start: u32,
    /// When further copies begin to serve that were launched before the start, in seconds.
    pub joins_s: Vec<f64>,
    /// How long each request that waits at the start has waited, in seconds; the first the
    /// longest.
    pub waited_s: Vec<f64>,
    /// How their number follows the load; none for a fixed number.
    pub scaling: Option<Scaling>,
    /// How copies are launched.
    pub launch: Launch,
    /// Spot capacity that is taken back.
    pub spot: Option<Spot>,
}

impl ServiceSetup {
    /// So many copies with so many vCPUs and slots each, and nothing else.
    pub const fn fixed(copies: u32, vcpus: f64, slots: u32) -> Self {
        Self {
            vcpus,
            threads: 1.0,
            cpu_per_s: 1.0,
            wait_per_s: 0.0,
            slots,
            patience_s: None,
            overhead_s: 0.0,
            least: copies,
            most: copies,
            at_start: copies,
            joins_s: Vec::new(),
            waited_s: Vec::new(),
            scaling: None,
            launch: Launch {
                burst: 1.0,
                per_s: 1.0,
                start: crate::law::Law::Constant(0.0),
                hosts: None,
            },
            spot: None,
        }
    }
}
