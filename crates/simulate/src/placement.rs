//! Where and how a workload would run.

use crate::ready::ReadyHours;

/// One of the three ways in which work meets capacity.
#[derive(Debug, Clone, PartialEq)]
pub enum Placement {
    /// One unit of work per environment.
    PerRequest(PerRequestPlacement),
    /// Long-lived copies that share out the work.
    Service(ServicePlacement),
    /// Each unit of work a job of its own.
    Job(JobPlacement),
}

/// One unit of work per environment, started on demand.
#[derive(Debug, Clone, PartialEq)]
pub struct PerRequestPlacement {
    /// vCPUs of an environment.
    pub vcpus: f64,
    /// How long an idle environment is kept, in seconds.
    pub idle_limit_s: f64,
    /// How long the function may be silent before all its environments end, in seconds.
    pub silence_limit_s: f64,
    /// Longest invocation, in seconds; longer work runs in steps.
    pub timeout_s: f64,
    /// What reaching the function adds, in seconds.
    pub overhead_s: f64,
    /// Environments kept ready.
    pub provisioned: ReadyHours,
    /// Where environments come back from a snapshot instead of starting: how long that
    /// takes, half the time and all but 1 in 100 times, in seconds.
    pub restored_s: Option<(f64, f64)>,
}

impl PerRequestPlacement {
    /// How long an environment usually takes until it works, in seconds, where starting
    /// takes `init_s`.
    pub fn start_s(&self, init_s: f64) -> f64 {
        self.restored_s.map_or(init_s, |(usual_s, _)| usual_s)
    }
}

/// Copies that run all the time, their number following the load.
#[derive(Debug, Clone, PartialEq)]
pub struct ServicePlacement {
    /// vCPUs of a copy.
    pub vcpus: f64,
    /// Units of work that a copy takes on at once, by memory and by design.
    pub concurrency: f64,
    /// The part of `concurrency` that is planned to be in use at the peak: 1 where
    /// units of work share a device, less where each needs one of its own.
    pub slot_target: f64,
    /// Connections that a copy can hold.
    pub connections: f64,
    /// Utilisation of the CPU at which autoscaling keeps it.
    pub cpu_target: f64,
    /// Copies kept, whatever the load.
    pub min_copies: f64,
    /// The part of the copies of the peak that stand all the time, from 0 to 1: what comes
    /// faster than copies are launched finds them there.
    pub standing_share: f64,
    /// Whether target tracking reads high-resolution metrics.
    pub high_resolution: bool,
    /// What the load balancer adds, in seconds.
    pub overhead_s: f64,
}

/// A queue of jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPlacement {
    /// vCPUs of a job.
    pub vcpus: f64,
    /// From submission to a running container, in seconds.
    pub start_s: f64,
    /// Shortest billed run, in seconds.
    pub minimum_s: f64,
    /// Jobs that one host takes at once; 1 where each has capacity of its own.
    pub jobs_per_host: f64,
}
