//! For every platform, the cheapest configuration that meets the targets.

mod function;
mod functions;
mod hosts;
mod ready;
mod tasks;

use landfall_catalog::bill::{Ec2Purchase, Usage};
use landfall_catalog::{Capacity, Date, Execution, Platform};
use landfall_simulate::{Forecast, Placement, ServicePlacement, Simulator};
use landfall_units::Decimal;

use crate::decision::Configuration;
pub(crate) use crate::following::Following;
use crate::numbers::Numbers;
use crate::rates::Rates;
use crate::tuning::Tuning;
use crate::unfit::Unfit;

/// Everything a search reads.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) numbers: &'a Numbers,
    pub(crate) rates: &'a Rates<'a>,
    pub(crate) tuning: &'a Tuning,
    pub(crate) day: Date,
    pub(crate) simulator: &'a dyn Simulator,
    /// How copies may follow the load, beside by metrics of a minute with none standing: what
    /// was found to be needed.
    pub(crate) following: Option<Following>,
}

/// A configuration with what would happen and what it uses.
#[derive(Debug, Clone)]
pub(crate) struct Sized {
    /// What names it among the platform's configurations.
    pub(crate) choice: Choice,
    pub(crate) configuration: Configuration,
    pub(crate) placement: Placement,
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

/// What names one configuration of a platform. What follows from the load, as the number
/// of tasks, is not part of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Choice {
    /// A function.
    Function {
        memory_bytes: f64,
        architecture: &'static str,
        readiness: ReadinessKind,
    },
    /// A task's size.
    Task {
        vcpus: f64,
        memory_bytes: u64,
        architecture: &'static str,
        spot: bool,
        following: Following,
    },
    /// An instance type, and how it is bought.
    Host {
        instance: String,
        purchase: Ec2Purchase,
        following: Following,
    },
}

/// What is done against cold starts, or to pay less for environments that always work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ReadinessKind {
    /// Nothing.
    None,
    /// Environments are kept ready: so many for each that is at work on average.
    Kept(ready::Kept),
    /// Environments come back from a snapshot.
    Restored,
}

/// A configuration that the search has looked at, beside others.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// Its settings in a few words, and what orders them along a curve: bytes of memory,
    /// or vCPUs.
    pub(crate) label: (String, f64),
    pub(crate) sized: Sized,
    /// Dollars a month of compute.
    pub(crate) dollars: f64,
}

/// The next smaller and the next larger size of a configuration, of which as many copies
/// stand: the cheapest type of each.
pub(crate) fn neighbours(search: &Search<'_>, of: &Sized) -> Vec<Choice> {
    let vcpus = |one: &Sized| match &one.placement {
        Placement::Service(place) => place.vcpus,
        Placement::PerRequest(place) => place.vcpus,
        Placement::Job(place) => place.vcpus,
    };
    let (here, following) = (vcpus(of), Following::of(&of.placement));
    let mut all = look_at_all(search, &of.choice);
    all.retain(|one| Following::of(&one.sized.placement) == following);
    all.sort_by(|a, b| a.dollars.total_cmp(&b.dollars));
    let smaller = all.iter().filter(|one| vcpus(&one.sized) < here);
    let smaller = smaller
        .rev()
        .max_by(|a, b| vcpus(&a.sized).total_cmp(&vcpus(&b.sized)));
    let larger = all.iter().filter(|one| vcpus(&one.sized) > here);
    let larger = larger.min_by(|a, b| vcpus(&a.sized).total_cmp(&vcpus(&b.sized)));
    let both = smaller.into_iter().chain(larger);
    both.map(|one| one.sized.choice.clone()).collect()
}

/// The same configuration with fewer environments kept ready, those with the fewest first; none
/// where it keeps none, or nothing is known of the hours of the day.
pub(crate) fn with_fewer_ready(search: &Search<'_>, of: &Choice) -> Vec<Choice> {
    match way(search) {
        Way::Function => functions::with_fewer_ready(search, of),
        Way::TaskService | Way::TaskJobs | Way::HostService | Way::HostJobs => Vec::new(),
    }
}

/// What a search is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask<'a> {
    /// The cheapest configuration in time; of those that are late, the quickest.
    Cheapest,
    /// This configuration, where it does the work; else the cheapest.
    Kept(&'a Choice),
    /// This configuration, whether it does the work or not.
    Only(&'a Choice),
}

impl<'a> Ask<'a> {
    /// The configuration that is asked about first.
    const fn first(self) -> Option<&'a Choice> {
        match self {
            Self::Cheapest => None,
            Self::Kept(choice) | Self::Only(choice) => Some(choice),
        }
    }
}

impl Choice {
    /// The same with copies that follow the load in another way; none where nothing stands.
    pub(crate) fn followed(&self, by: Following) -> Option<Self> {
        let mut choice = self.clone();
        match &mut choice {
            Self::Function { .. } => return None,
            Self::Task { following, .. } | Self::Host { following, .. } => *following = by,
        }
        Some(choice)
    }
}

/// The metric that a service publishes more often, where it does.
fn metrics(place: &ServicePlacement) -> Option<Usage> {
    place.high_resolution.then_some(Usage::Metrics {
        count: Decimal::ONE,
    })
}

/// Finds a configuration, or says why there is none.
pub(crate) fn size(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, Unfit> {
    match way(search) {
        Way::Function => functions::size(search, ask),
        Way::TaskService => tasks::size_service(search, ask),
        Way::TaskJobs => tasks::size_jobs(search, ask),
        Way::HostService => hosts::size_service(search, ask),
        Way::HostJobs => hosts::size_jobs(search, ask),
    }
}

/// Every configuration that a platform has for the work, the one chosen among them, along
/// its curve.
pub(crate) fn look_at_all(search: &Search<'_>, chosen: &Choice) -> Vec<Looked> {
    let mut looked = match way(search) {
        Way::Function => functions::all(search, chosen),
        Way::TaskService => tasks::all_services(search),
        Way::TaskJobs => tasks::all_jobs(search),
        Way::HostService => hosts::all_services(search),
        Way::HostJobs => hosts::all_jobs(search),
    };
    looked.sort_by(|a, b| {
        let (what, along) = &a.label;
        let (other, further) = &b.label;
        along.total_cmp(further).then(what.cmp(other))
    });
    looked
}

enum Way {
    Function,
    TaskService,
    TaskJobs,
    HostService,
    HostJobs,
}

fn way(search: &Search<'_>) -> Way {
    let as_jobs = search.platform.execution == Execution::Job
        || (search.numbers.periodic && search.platform.request_fee.is_none());
    match (search.platform.capacity, as_jobs) {
        (Capacity::Lambda, _) => Way::Function,
        (Capacity::Fargate, false) => Way::TaskService,
        (Capacity::Fargate, true) => Way::TaskJobs,
        (Capacity::Instances, false) => Way::HostService,
        (Capacity::Instances, true) => Way::HostJobs,
    }
}

impl Search<'_> {
    /// The value of a limit on the day.
    ///
    /// # Errors
    /// It is not known for that day.
    pub(crate) fn limit(&self, name: &str, what: &'static str) -> Result<f64, Unfit> {
        let value = self.platform.limit(name);
        let value = value.and_then(|limit| limit.value_on(self.day));
        let day = self.day;
        value.ok_or(Unfit::LimitUnknown { what, day })
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

    /// How copies may follow the load.
    fn followings(&self) -> impl Iterator<Item = Following> {
        std::iter::once(Following::default()).chain(self.following)
    }

    /// Dollars a month of what target tracking reads; zero where that costs nothing. None where
    /// the platform or the region does not offer it.
    pub(crate) fn metrics_cost(&self, following: Following) -> Option<f64> {
        if !following.high_resolution {
            return Some(0.0);
        }
        let period = self
            .platform
            .parameter_on("high_resolution_period", self.day)?;
        let price = self.rates.rate("cloudwatch", "metric");
        price.filter(|_| period.likely() > 0.0)
    }

    /// The fewest copies of a placement that can do the work, on average.
    pub(crate) fn least_copies(&self, placement: &ServicePlacement) -> f64 {
        let load = &self.numbers.load;
        let busy = load.rate_per_s * load.cpu_s() / (placement.vcpus * placement.cpu_target);
        busy.max(placement.min_copies)
    }

    /// Whether sizing is content with a forecast.
    pub(crate) fn is_content(&self, forecast: &Forecast) -> bool {
        self.numbers.are_content_with(forecast, self.tuning)
    }
}

/// One configuration that a platform could run the work with.
pub(crate) trait Candidate {
    /// Its settings in a few words, and what orders them along a curve.
    fn label(&self) -> (String, f64);
    /// What names it.
    fn choice(&self) -> Choice;
    /// Where the work would run.
    fn placement(&self) -> &Placement;
    /// Dollars a month of compute that it costs at least, whatever happens.
    fn least_cost(&self, search: &Search<'_>) -> f64;
    /// Dollars a month of compute where that would happen.
    fn cost(&self, search: &Search<'_>, forecast: &Forecast) -> f64;
    /// Its settings and its usage.
    fn sized(&self, search: &Search<'_>, forecast: &Forecast) -> Sized;
}

/// Forecasts of the placements that were seen: those of several architectures are alike.
#[derive(Default)]
struct Seen(Vec<(Placement, Forecast)>);

impl Seen {
    fn forecast(&mut self, search: &Search<'_>, placement: &Placement) -> Forecast {
        if let Some((_, there)) = self.0.iter().find(|(seen, _)| seen == placement) {
            return *there;
        }
        let there = search.simulator.forecast(&search.numbers.load, placement);
        self.0.push((placement.clone(), there));
        there
    }
}

/// The candidate that is asked about, where it does the work; else, of those that sizing is
/// content with and that cost about the least, the one with the fewest copies; else the one
/// that is asked about, or the cheapest of the quickest. Candidates come in groups with lower
/// bounds; what a bound rules out is not looked at. None where there are none.
fn choose<C: Candidate, G, I: IntoIterator<Item = C>>(
    search: &Search<'_>,
    ask: Ask<'_>,
    kept: Option<C>,
    groups: impl FnOnce() -> Vec<(f64, G)>,
    mut open: impl FnMut(G) -> I,
) -> Option<Sized> {
    let mut seen = Seen::default();
    let mut forecast = |one: &C| seen.forecast(search, one.placement());
    let is_only = matches!(ask, Ask::Only(_));
    let kept = kept.map(|kept| {
        let there = forecast(&kept);
        (kept, there)
    });
    let does = |there: &Forecast| is_only || search.numbers.targets.are_met(there);
    if let Some((one, there)) = kept.as_ref().filter(|(_, there)| does(there)) {
        return Some(one.sized(search, there));
    }
    if is_only {
        return None;
    }
    let mut groups = groups();
    groups.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let worth = search.tuning.fewer_copies_worth.max(1.0);
    let mut least = f64::INFINITY;
    let mut content: Vec<(f64, C, Forecast)> = Vec::new();
    let mut quickest: Option<([f64; 2], C, Forecast)> = None;
    for (least_cost, group) in groups {
        if least * worth <= least_cost {
            break;
        }
        for candidate in open(group) {
            if least * worth <= candidate.least_cost(search) {
                continue;
            }
            let there = forecast(&candidate);
            let cost = candidate.cost(search, &there);
            let late = [there.latency.p99_s, cost];
            if search.is_content(&there) {
                least = least.min(cost);
                content.push((cost, candidate, there));
            } else if least.is_infinite() && quickest.as_ref().is_none_or(|(one, ..)| late < *one) {
                quickest = Some((late, candidate, there));
            }
        }
    }
    content.retain(|(cost, ..)| *cost <= least * worth);
    let key = |(cost, one, there): &(f64, C, Forecast)| (copies(one.placement(), there), *cost);
    let fewest = content.into_iter().min_by(|a, b| {
        let ((copies, cost), (others, other_cost)) = (key(a), key(b));
        copies.total_cmp(&others).then(cost.total_cmp(&other_cost))
    });
    let found = fewest.map(|(_, candidate, there)| (candidate, there));
    let late = || kept.or(quickest.map(|(_, candidate, there)| (candidate, there)));
    let best = found.or_else(late);
    best.map(|(candidate, there)| candidate.sized(search, &there))
}

/// Copies at the peak; what runs by the request or as a job has none to look after.
fn copies(placement: &Placement, forecast: &Forecast) -> f64 {
    match placement {
        Placement::Service(_) => forecast.units_peak.ceil(),
        Placement::PerRequest(_) | Placement::Job(_) => 0.0,
    }
}

/// Candidates one by one, each with its lower bound.
fn bounded<C: Candidate>(search: &Search<'_>, candidates: Vec<C>) -> Vec<(f64, C)> {
    let bound = |one: C| (one.least_cost(search), one);
    candidates.into_iter().map(bound).collect()
}

/// Every candidate with what would happen.
fn look_at<C: Candidate>(search: &Search<'_>, candidates: &[C]) -> Vec<Looked> {
    let mut seen = Seen::default();
    let one = |candidate: &C| {
        let forecast = seen.forecast(search, candidate.placement());
        Looked {
            label: candidate.label(),
            sized: candidate.sized(search, &forecast),
            dollars: candidate.cost(search, &forecast),
        }
    };
    candidates.iter().map(one).collect()
}
