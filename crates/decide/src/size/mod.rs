//! For every platform, the cheapest configuration that meets the targets.

mod functions;
mod hosts;
mod tasks;

use std::cell::RefCell;

use landfall_catalog::bill::Usage;
use landfall_catalog::{Capacity, Date, Execution, Platform};
use landfall_simulate::{Forecast, Placement, ServicePlacement, Simulator};

use crate::decision::{Configuration, Tried};
use crate::numbers::Numbers;
use crate::rates::Rates;
use crate::tuning::Tuning;

/// Everything a search reads.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) numbers: &'a Numbers,
    pub(crate) rates: &'a Rates<'a>,
    pub(crate) tuning: &'a Tuning,
    pub(crate) day: Date,
    pub(crate) simulator: &'a dyn Simulator,
    /// Where every candidate looked at is written down; none where nobody asks.
    pub(crate) trace: Option<&'a RefCell<Vec<Tried>>>,
}

/// A configuration with what would happen and what it uses.
#[derive(Debug, Clone)]
pub(crate) struct Sized {
    pub(crate) configuration: Configuration,
    pub(crate) forecast: Forecast,
    /// Whether the usage covers all copies, which share the capacity.
    pub(crate) covers_copies: bool,
    /// Compute alone; companions come later.
    pub(crate) usage: Vec<Usage>,
    /// What it leaves of its hosts to other workloads of the same cluster.
    pub(crate) left_over: Option<LeftOver>,
}

/// What a workload leaves of the hosts that stand for it.
#[derive(Debug, Clone)]
pub(crate) struct LeftOver {
    /// The cluster's name in outputs.
    pub(crate) what: String,
    /// Of what its hosts cost, from 0 to 1.
    pub(crate) share: f64,
}

/// Finds the cheapest configuration, or says why there is none.
pub(crate) fn size(search: &Search<'_>) -> Result<Sized, String> {
    let as_jobs = search.platform.execution == Execution::Job
        || (search.numbers.periodic && search.platform.id != "lambda-managed-instances");
    match (search.platform.capacity, as_jobs) {
        (Capacity::Lambda, _) => functions::size(search),
        (Capacity::Fargate, false) => tasks::size_service(search),
        (Capacity::Fargate, true) => tasks::size_jobs(search),
        (Capacity::Instances, false) => hosts::size_service(search),
        (Capacity::Instances, true) => hosts::size_jobs(search),
    }
}

impl Search<'_> {
    /// The value of a limit on the day; none when there is none.
    pub(crate) fn limit(&self, name: &str) -> Option<f64> {
        self.platform.limit(name)?.value_on(self.day)
    }

    /// The architectures that both the package and the platform have.
    pub(crate) fn architectures(&self) -> Vec<&'static str> {
        let offered = &self.platform.architectures;
        let wanted = self.numbers.architectures.iter().copied();
        wanted
            .filter(|one| offered.iter().any(|offer| offer == one))
            .collect()
    }

    /// Units of work that fit one process at once by memory, and by vCPUs.
    pub(crate) fn concurrency(&self, memory_bytes: f64, vcpus: f64) -> f64 {
        let usable = memory_bytes * self.tuning.memory_target;
        let beyond_first = usable - self.numbers.memory_bytes;
        if beyond_first < 0.0 {
            return 0.0;
        }
        let added = self.numbers.memory_added_bytes.max(1.0);
        let by_memory = 1.0 + (beyond_first / added).floor();
        by_memory.min((self.tuning.concurrency_per_vcpu * vcpus).max(1.0))
    }

    /// The fewest copies of a placement that can do the work, on average.
    pub(crate) fn least_copies(&self, placement: &ServicePlacement) -> f64 {
        let load = &self.numbers.load;
        let busy = load.rate_per_s * load.cpu_s() / (placement.vcpus * placement.cpu_target);
        busy.max(placement.min_copies)
    }

    pub(crate) fn forecast(&self, placement: &Placement) -> Forecast {
        self.simulator.forecast(&self.numbers.load, placement)
    }
}

/// What a search can name.
pub(crate) trait Labelled {
    /// Its settings in a few words, and what orders them along a curve.
    fn label(&self) -> (String, f64);
}

/// The best candidate so far: those in time before those late, then by cost.
pub(crate) struct Best<'a, T> {
    found: Option<(bool, f64, T)>,
    trace: Option<&'a RefCell<Vec<Tried>>>,
}

impl<'a, T: Labelled> Best<'a, T> {
    pub(crate) const fn new(search: &Search<'a>) -> Self {
        Self {
            found: None,
            trace: search.trace,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    /// Offers a candidate: whether it is in time, what it costs in dollars a
    /// month, and (for those that are late) how long it takes.
    pub(crate) fn offer(&mut self, in_time: bool, cost: f64, late_s: f64, candidate: T) {
        if let Some(trace) = self.trace {
            let (what, along) = candidate.label();
            trace.borrow_mut().push(Tried {
                what,
                along,
                compute: cost,
                p99_s: late_s,
                in_time,
            });
        }
        let key = if in_time { cost } else { late_s };
        let better = match &self.found {
            None => true,
            Some((was_in_time, was_key, _)) if *was_in_time == in_time => key < *was_key,
            Some((was_in_time, ..)) => !was_in_time,
        };
        if better {
            self.found = Some((in_time, key, candidate));
        }
    }

    /// Whether a candidate that costs at least `bound` dollars a month can be left
    /// out unseen: one that is in time costs no more.
    pub(crate) fn settles(&self, bound: f64) -> bool {
        matches!(&self.found, Some((true, cost, _)) if *cost <= bound)
    }

    pub(crate) fn take(self) -> Option<T> {
        self.found.map(|(_, _, candidate)| candidate)
    }
}
