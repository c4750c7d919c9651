//! What was decided.
//!
//! One file, because it is the contract with all that prints: types of data that name each other.

use std::sync::Arc;

use landfall_catalog::bill::Bill;
use landfall_catalog::{Date, Term, Upfront};
use landfall_framework::Effect;
use landfall_simulate::{Forecast, Method, ReadyHours, Windows};
use landfall_topology::{Profile, Topology};
use landfall_units::{Bytes, Money, Range, Rate, SECONDS_PER_MONTH};
use landfall_workload::{FactId, Facts, Value};

use crate::calibration::Run;
use crate::committed::{Committed, SharedPlan};

/// The decision for a whole system.
#[derive(Debug, Clone)]
#[must_use]
pub struct Decision {
    /// The system's name.
    pub name: String,
    /// The framework that decided: name and version.
    pub framework: (String, String),
    /// The day whose facts were used.
    pub as_of: Date,
    /// The region priced.
    pub region: String,
    /// The latest date of any price of the region; none when there is none.
    pub prices_as_of: Option<Date>,
    /// How much is built around an option.
    pub profile: Profile,
    /// Whether people's hours count.
    pub people: bool,
    /// The seed of every draw.
    pub seed: u64,
    /// A decision for each workload, in the order of the file.
    pub workloads: Vec<WorkloadDecision>,
    /// Scenarios drawn; zero for likely values alone.
    pub scenarios: usize,
    /// What the recommended options share, counted once.
    pub shared: Vec<Shared>,
    /// What keeping everything on one family of platforms would come to.
    pub consolidated: Vec<Consolidated>,
    /// Dollars a month of all recommended options, shared things counted once;
    /// none when a workload has no recommendation.
    pub total: Option<Money>,
    /// What Savings Plans would change; none where the file buys them, or none would pay.
    pub if_committed: Option<IfCommitted>,
    /// The Savings Plans that pay for several workloads, in place of those of their options.
    pub shared_plans: Vec<SharedPlan>,
}

impl Decision {
    /// How the figures were come by: simulated where those of every option are.
    pub fn method(&self) -> Method {
        let options = self.workloads.iter().flat_map(|workload| &workload.options);
        let methods = options.filter_map(|option| Some(option.forecast.as_ref()?.method));
        methods.min().unwrap_or(Method::Estimate)
    }
}

/// What buying Savings Plans would change, where the file buys none.
#[derive(Debug, Clone, PartialEq)]
pub struct IfCommitted {
    /// For how long, and how they are paid.
    pub term: Term,
    /// How they are paid.
    pub upfront: Upfront,
    /// Dollars an hour, over all workloads.
    pub dollars_per_h: f64,
    /// Dollars a month less, on average over the scenarios drawn for this.
    pub saved: Money,
    /// Workloads for which another platform would be recommended, with its id.
    pub changes: Vec<(String, String)>,
}

/// Everything on one family of platforms.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidated {
    /// The family.
    pub family: String,
    /// Dollars a month more than the decision, on average over the scenarios; none when a
    /// workload cannot run there.
    pub more: Option<Money>,
    /// The ids of the workloads that cannot.
    pub unfit: Vec<String>,
}

/// Something that several workloads use together.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// What it is: `eks-control-plane`, or a duty's id.
    pub what: String,
    /// Dollars a month.
    pub monthly: Money,
    /// Dollars a month less than if each had its own.
    pub saved: Money,
    /// The ids of the workloads that use it.
    pub used_by: Vec<String>,
}

/// The decision for one workload.
#[derive(Debug, Clone)]
pub struct WorkloadDecision {
    /// The workload's id.
    pub id: String,
    /// What is known of it.
    pub facts: Facts,
    /// The windows that were simulated where the month has too many requests for all of
    /// them; none when all were.
    pub windows: Option<Windows>,
    /// Every platform, the best first, the excluded last.
    pub options: Vec<OptionDecision>,
    /// Whether there is a recommendation; then it is the first option.
    pub has_recommendation: bool,
    /// The place of the runner-up among the options.
    pub runner_up: Option<usize>,
    /// How much less the recommendation costs than the runner-up, as a share of the latter,
    /// on average and without what other workloads pay already; below zero where it costs
    /// more.
    pub margin: Option<f64>,
    /// Why the recommendation stands before the runner-up.
    pub precedence: Option<Precedence>,
    /// The uncertain inputs that decide between the first two, those that matter most
    /// first.
    pub matters: Vec<Sensitivity>,
    /// Where the recommendation changes.
    pub tipping: Vec<Tipping>,
    /// What every option comes to at other volumes, in order of volume.
    pub curve: Vec<AtVolume>,
    /// What was taken for granted because a number was needed.
    pub assumed: Vec<Assumed>,
    /// What is unknown and asked for by a rule or drawn in scenarios, those that are worth most
    /// first.
    pub unknown: Vec<Unknown>,
    /// The share of scenarios in which the recommendation would be cheapest if every need that
    /// the file does not state were no; none where all are stated, or no scenarios were drawn.
    pub confidence_without_needs: Option<f64>,
    /// So much is unknown that the recommendation is less sure than the framework asks for: its
    /// questions come first.
    pub is_provisional: bool,
    /// What runs today, and what it costs; none where the file does not say.
    pub today: Option<Today>,
}

/// What runs today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// The platform's name: `Fargate (ECS)`.
    pub name: String,
    /// How it is set up: `3 tasks of 1 vCPU, 2GB, x86_64`.
    pub what: String,
    /// What AWS bills for it in a month, with what stands around it as around the same
    /// platform's option; none where a price is not known.
    pub bill: Option<Money>,
}

impl WorkloadDecision {
    /// The recommended option.
    pub fn recommended(&self) -> Option<&OptionDecision> {
        self.options.first().filter(|_| self.has_recommendation)
    }

    /// The runner-up.
    pub fn runner_up(&self) -> Option<&OptionDecision> {
        self.options.get(self.runner_up?)
    }
}

/// Why one option stands before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// It meets its targets, and the other misses one.
    MeetsTargets,
    /// It is expected to cost less, or as much.
    CostsLess,
    /// The scenarios do not tell the totals apart, and it takes fewer hours of people's
    /// work.
    FewerHours,
    /// With it the whole system costs less, through what workloads share.
    WholeSystem,
}

impl Precedence {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MeetsTargets => "meets-targets",
            Self::CostsLess => "costs-less",
            Self::FewerHours => "fewer-hours",
            Self::WholeSystem => "whole-system",
        }
    }
}

/// What became of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The choice.
    Recommended,
    /// It would do.
    Feasible,
    /// A fact that is unknown could exclude it.
    Undecided,
    /// It would do, and a price that its bill needs is not in the catalog.
    Unpriced,
    /// It would run, and miss a target.
    MissesTargets,
    /// It cannot work.
    Excluded,
}

impl Verdict {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Feasible => "feasible",
            Self::Undecided => "undecided",
            Self::Unpriced => "unpriced",
            Self::MissesTargets => "misses-targets",
            Self::Excluded => "excluded",
        }
    }
}

/// One platform with the configuration found for the workload.
#[derive(Debug, Clone)]
pub struct OptionDecision {
    /// The platform's id.
    pub platform: String,
    /// The platform's name.
    pub name: String,
    /// The family it is counted with.
    pub family: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Its settings; none when excluded.
    pub configuration: Option<Configuration>,
    /// What stands around it; none when excluded.
    pub topology: Option<Arc<Topology>>,
    /// What the search for them looked at, from small to large; what a bound ruled out
    /// unseen is not among it.
    pub tried: Vec<Alternative>,
    /// What would happen there; none when excluded.
    pub forecast: Option<Forecast>,
    /// The bill; none when excluded. A line without a price makes it unpriced.
    pub bill: Option<Bill>,
    /// Dollars a month; none when excluded or unpriced.
    pub monthly: Option<Monthly>,
    /// People's work.
    pub people: Vec<PeopleLine>,
    /// Whether the forecast meets the file's targets, at likely values and in all but a few
    /// scenarios; none when excluded.
    pub meets_targets: Option<bool>,
    /// What it comes to over the scenarios drawn; none where none were, or nothing runs in any.
    pub doubt: Option<Doubt>,
    /// The Savings Plan that is bought for it; none where the file buys none, or none pays.
    pub commitment: Option<Committed>,
    /// Rules that speak for or against it, and what could not be found.
    pub reasons: Vec<Reason>,
    /// Unknown facts that could exclude it.
    pub hangs_on: Vec<FactId>,
    /// The load and the placement that the forecast is of; none when excluded.
    pub(crate) run: Option<Run>,
}

/// One configuration that a search looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Its settings in a few words.
    pub what: String,
    /// Its size, to order them by: bytes of memory, or vCPUs.
    pub along: f64,
    /// Dollars a month of compute: what it uses, billed.
    pub compute: Money,
    /// The slowest 1 in 100, in seconds.
    pub p99_s: f64,
    /// Whether that is in time.
    pub standing: Standing,
    /// It is the one that the option has.
    pub is_chosen: bool,
}

/// How a configuration stands against the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It meets them.
    Meets,
    /// It meets them, with less headroom than sizing leaves.
    TooClose,
    /// It misses one.
    Misses,
}

/// Dollars a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Monthly {
    /// The bill.
    pub bill: Money,
    /// People's hours at what an hour costs.
    pub people: Money,
    /// The same from the fewest hours at the lowest cost to the most at the highest.
    pub people_range: Range<Money>,
    /// What the option lacks that the team said has a worth.
    pub premium: Money,
    /// The sum.
    pub total: Money,
    /// The sum on average over the scenarios drawn; the sum itself where none were.
    pub expected: Money,
    /// What of it other workloads of the system pay already.
    pub already_paid: Money,
}

/// One duty of an option.
#[derive(Debug, Clone, PartialEq)]
pub struct PeopleLine {
    /// The duty's id.
    pub duty: String,
    /// What must be done.
    pub what: String,
    /// Hours a month.
    pub hours: Range<f64>,
    /// The name of what shares it, when it is counted once for several workloads.
    pub shared: Option<String>,
    /// How the hours were come by.
    pub because: String,
}

/// Why an option is where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The rule's id; `no-configuration`, `not-open`, `unpriced` or `targets` for
    /// what is found outside the rules.
    pub rule: String,
    /// What it does.
    pub effect: Effect,
    /// For limits: `hard`, `quota` or `design`.
    pub kind: Option<&'static str>,
    /// Why, in words.
    pub because: String,
    /// The id of its source.
    pub source: String,
    /// The statement of a guide that it carries.
    pub statement: Option<String>,
    /// The statement's number.
    pub guide: Option<String>,
    /// No fact decides it.
    pub is_judgement: bool,
}

/// A platform's settings; what does not apply is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Configuration {
    /// Memory of an environment, task or job.
    pub memory_mb: Option<f64>,
    /// vCPUs of a task or job.
    pub vcpus: Option<f64>,
    /// Architecture.
    pub architecture: Option<&'static str>,
    /// Instance type.
    pub instance: Option<String>,
    /// How capacity is bought: `on-demand`, `spot`.
    pub purchase: Option<&'static str>,
    /// Fewest tasks or instances.
    pub min_count: Option<f64>,
    /// Tasks or instances on average.
    pub mean_count: Option<f64>,
    /// What 99 of 100 minutes stay within, of environments of a function.
    pub p99_count: Option<f64>,
    /// Most tasks or instances.
    pub max_count: Option<f64>,
    /// Whether these hosts are those of all copies of the workload together.
    pub is_for_all_copies: bool,
    /// Units of work that one of them takes on at once.
    pub concurrency: Option<f64>,
    /// Whether target tracking reads high-resolution metrics.
    pub high_resolution: bool,
    /// Environments kept ready, when any.
    pub provisioned: Option<ReadyHours>,
    /// Whether environments come back from a snapshot.
    pub snapstart: bool,
    /// Steps that a unit of work is split into, when more than one.
    pub steps: Option<f64>,
    /// What stands before an http or websocket workload.
    pub front_door: Option<&'static str>,
    /// Most messages or records of a batch, where work comes in batches.
    pub batch: Option<f64>,
    /// The stream that the work comes from.
    pub stream: Option<StreamSettings>,
}

/// The stream that work comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamSettings {
    /// Shards; of a stream that scales by itself, those that it has at the peak.
    pub shards: f64,
    /// Batches of a shard at once; none where no function reads it.
    pub parallel: Option<f64>,
    /// The stream scales by itself.
    pub on_demand: bool,
}

/// Something taken for granted because a number was needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumed {
    /// The fact.
    pub fact: FactId,
    /// What was taken.
    pub value: Value,
    /// Why.
    pub why: String,
    /// The id of its source.
    pub source: String,
}

/// An unknown fact that a rule asks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// The fact.
    pub fact: FactId,
    /// The question.
    pub question: String,
    /// Why it matters.
    pub why: String,
    /// An answer that would change the recommendation, and how.
    pub changes: Option<(String, Changed)>,
    /// Whether that answer lies within what is usual, if a documented default says
    /// what is usual.
    pub is_usual: bool,
    /// What knowing it can save, in dollars a month on average over what it may be; none where no
    /// scenarios were drawn, or it is not drawn.
    pub worth: Option<Money>,
    /// Whether that is enough to ask for it before others.
    pub is_worth_asking: bool,
}

/// What an answer does to the recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Another platform would be recommended, by its id, as was decided anew; none where nothing
    /// could be.
    To(Option<String>),
    /// It would exclude the platform that is recommended, by its id. What would be recommended
    /// instead was not decided.
    Excludes(String),
}

/// What options come to at one volume.
#[derive(Debug, Clone, PartialEq)]
pub struct AtVolume {
    /// Units of work a month.
    pub a_month: f64,
    /// Platforms that meet their targets there, with expected dollars a month.
    pub totals: Vec<(String, Money)>,
}

/// Where the recommendation changes, one fact alone being varied.
#[derive(Debug, Clone, PartialEq)]
pub struct Tipping {
    /// The fact.
    pub fact: FactId,
    /// The value at which it changes.
    pub at: Value,
    /// That over today's value; none for a yes or no.
    pub margin: Option<f64>,
    /// The recommendation today.
    pub from: String,
    /// The recommendation beyond; none when nothing can be recommended there.
    pub to: Option<String>,
    /// Whether that meets its targets there.
    pub to_meets_targets: bool,
}

impl Tipping {
    /// The value at which a decision tips, to three digits and on the far side; a volume by
    /// the month, as bills are.
    pub fn shown(&self) -> String {
        let Value::Quantity(at) = &self.at else {
            return self.at.show(self.fact);
        };
        let up = self.margin.is_none_or(|margin| margin > 1.0);
        // Memory is told in MB, as it is typed.
        let unit = match self.fact {
            FactId::Volume => 1.0 / SECONDS_PER_MONTH,
            FactId::Memory => Bytes::from_mb(1).get() as f64,
            _ => 1.0,
        };
        let at = beyond(at.likely() / unit, up) * unit;
        if self.fact == FactId::Volume {
            return Rate::per_second(at).by_month();
        }
        Value::exact(at).show(self.fact)
    }
}

/// A number to three significant digits, up or down.
fn beyond(value: f64, up: bool) -> f64 {
    if value <= 0.0 {
        return value;
    }
    let scale = 10f64.powf(2.0 - value.log10().floor());
    let scaled = value * scale;
    (if up { scaled.ceil() } else { scaled.floor() }) / scale
}

/// What an option comes to over all scenarios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubt {
    /// Dollars a month, on average over the scenarios. Where it does not run, or costs far more than
    /// the best: what the best costs there, and a move to it.
    pub mean: Money,
    /// The standard error of that average.
    pub mean_error: Money,
    /// Dollars a month that 1 scenario in 10 stays below; the total at likely values where that
    /// is less, as skewed ranges can have it.
    pub p10: Money,
    /// Dollars a month that 9 scenarios in 10 stay below; the total at likely values where that
    /// is more.
    pub p90: Money,
    /// Share of the scenarios in which it has the lowest total of those that do.
    pub wins: f64,
    /// Share of the scenarios in which it misses a target or does not run at all.
    pub misses: f64,
    /// Share of the scenarios in which it does not run at all.
    pub excluded: f64,
    /// Dollars a month more than the best of each scenario, on average.
    pub regret: Money,
    /// The means of bill, people's work and all of it over those at likely values; nothing where
    /// the team does not stay with it.
    pub(crate) lift: [f64; 3],
    /// Share of the scenarios in which it runs and the team stays with it.
    pub(crate) stays: f64,
    /// Dollars a month that the other scenarios add to its mean.
    pub(crate) elsewhere: f64,
    /// How much later than at likely values the slowest 1 in 100 are, in all but the
    /// share of scenarios that may miss.
    pub(crate) later: f64,
}

impl Doubt {
    /// Whether a few scenarios with a very high cost decide what it is expected to cost: the average
    /// is known to less than one digit, or lies above what 9 scenarios in 10 stay below.
    pub fn is_of_few(&self) -> bool {
        const DIGIT: f64 = 0.1;
        let mean = self.mean.as_f64();
        self.mean_error.as_f64() > DIGIT * mean || self.mean > self.p90
    }

    /// Of the scenarios in which it runs, the share in which it misses a target.
    pub fn late(&self) -> f64 {
        let runs = 1.0 - self.excluded;
        if runs > 0.0 {
            ((self.misses - self.excluded) / runs).max(0.0)
        } else {
            0.0
        }
    }
}

/// An input that the choice depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The input: a fact, a behaviour, a duty, a price.
    pub input: String,
    /// Its first-order share of the variance of the difference between the best two.
    pub share: f64,
}
