//! The shape of the document.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::commitment::{CommitmentJson, IfCommittedJson, SharedPlanJson};
use super::topology::TopologyJson;

/// A decision for a system.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DecisionJson {
    /// Version of this format.
    pub schema: u32,
    /// What the system is called.
    pub name: String,
    /// The framework that decided.
    pub framework: FrameworkJson,
    /// The day whose facts were used.
    pub as_of: String,
    /// The prices used.
    pub prices: PricesJson,
    /// How much is built around an option: `starter`, `hardened` or `governed`.
    pub profile: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Scenarios drawn; 0 while figures are for likely values alone.
    pub worlds: u64,
    /// How the figures were come by: `simulated`, or `estimate` where some are by closed
    /// formulas.
    pub method: String,
    /// The system as a whole.
    pub system: SystemJson,
    /// A decision for each workload, in the order of the file.
    pub workloads: Vec<WorkloadJson>,
}

impl DecisionJson {
    /// The same, showing one platform of every workload alone.
    #[must_use]
    pub fn of_platform(mut self, platform: &str) -> Self {
        for workload in &mut self.workloads {
            workload.options.retain(|one| one.platform == platform);
        }
        self
    }
}

/// A framework.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FrameworkJson {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A price book.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PricesJson {
    /// The region.
    pub region: String,
    /// The latest date of any price of the region.
    pub as_of: Option<String>,
}

/// The system as a whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SystemJson {
    /// All recommended options, shared things counted once; null when one is missing.
    pub total: Option<TotalJson>,
    /// What recommended options share.
    pub shared: Vec<SharedJson>,
    /// The Savings Plans that pay for several workloads, in place of those of their options.
    pub shared_plans: Vec<SharedPlanJson>,
    /// What keeping everything on one family of platforms would come to.
    pub consolidated: Vec<ConsolidatedJson>,
    /// What Savings Plans would change; null where the file says whether it buys them, or they would save little.
    pub if_committed: Option<IfCommittedJson>,
}

/// Everything on one family of platforms.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ConsolidatedJson {
    /// The family.
    pub family: String,
    /// Dollars a month more than the decision, expected; null when a workload cannot run on it.
    pub more: Option<f64>,
    /// The workloads that cannot.
    pub unfit: Vec<String>,
}

/// An uncertain input that decides between the first two options.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MattersJson {
    /// The input: a fact, a behaviour of a platform, a duty, a price.
    pub input: String,
    /// The share of the variance of the difference that it explains alone.
    pub share: f64,
}

/// Dollars a month.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TotalJson {
    /// Dollars a month.
    pub monthly: f64,
}

/// Something that several workloads use together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SharedJson {
    /// What it is.
    pub what: String,
    /// Dollars a month.
    pub monthly: f64,
    /// The ids of the workloads that use it.
    pub used_by: Vec<String>,
}

/// The decision for one workload.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WorkloadJson {
    /// Its id.
    pub id: String,
    /// The recommended platform; null when nothing fits; the reasons then name what excludes each option.
    pub recommended: Option<String>,
    /// The runner-up.
    pub runner_up: Option<String>,
    /// How much less the recommendation costs than the runner-up, as a share of the latter; below zero where it costs more.
    pub margin: Option<f64>,
    /// The scenarios do not separate the first two totals; fewer hours of operations decided.
    pub within_noise: bool,
    /// Why the recommendation stands before the runner-up: `meets-targets`, `costs-less`, `fewer-hours` or `whole-system`.
    pub precedence: Option<String>,
    /// The share of scenarios in which the recommendation has the lowest total; null when no scenarios are drawn.
    pub confidence: Option<f64>,
    /// The share of scenarios in which it would be if every need that the file does not state were no; null when all are stated, or no scenarios are drawn.
    pub confidence_without_needs: Option<f64>,
    /// So much is unknown that the confidence is below what the framework asks for: answer what is unknown first.
    pub provisional: bool,
    /// The uncertain inputs that decide between the first two options, those that matter most first.
    pub matters: Vec<MattersJson>,
    /// Every platform, the best first.
    pub options: Vec<OptionJson>,
    /// Where the recommendation changes.
    pub tipping_points: Vec<TippingJson>,
    /// What was taken for granted because a number was needed.
    pub assumed: Vec<AssumedJson>,
    /// Facts that a rule needs or that scenarios draw, and that the file does not give; those worth most first.
    pub unknown: Vec<UnknownJson>,
    /// What runs today; null where the file does not say.
    pub today: Option<TodayJson>,
}

/// What runs today, billed for the same usage as the options.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TodayJson {
    /// The platform's name.
    pub name: String,
    /// How it is set up: `3 tasks of 1 vCPU, 2GB, x86_64`.
    pub what: String,
    /// What AWS bills for it, in dollars a month; null where a price is not known.
    pub bill: Option<f64>,
}

/// One platform with the configuration found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OptionJson {
    /// The platform's id.
    pub platform: String,
    /// The family it is counted with.
    pub family: String,
    /// `recommended`, `feasible`, `undecided`, `misses-targets` or `excluded`.
    #[schemars(extend("enum" = ["recommended", "feasible", "undecided", "misses-targets", "excluded"]))]
    pub verdict: String,
    /// Its settings; null when excluded.
    pub configuration: Option<ConfigurationJson>,
    /// What stands around it; null when excluded.
    pub topology: Option<TopologyJson>,
    /// Dollars a month; null when excluded or unpriced.
    pub monthly: Option<MonthlyJson>,
    /// The bill, line by line.
    pub bill_lines: Vec<BillLineJson>,
    /// The Savings Plan that is bought for it; null where the file buys none, or none pays.
    pub commitment: Option<CommitmentJson>,
    /// Operations: hours of people's work.
    pub people: Vec<PeopleJson>,
    /// Time from start to answer, in milliseconds.
    pub latency_ms: Option<LatencyJson>,
    /// The least and the most that the 99th percentile may be, in milliseconds, where events
    /// are throttled and how they are tried again is known as a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_range_ms: Option<(f64, f64)>,
    /// Share of units of work that meet a cold start.
    pub cold_start_share: Option<f64>,
    /// Share of units of work that are refused.
    pub throttled_share: Option<f64>,
    /// Share of units of work that are never done, or not by their deadline.
    pub failed_share: Option<f64>,
    /// Whether the forecast meets the file's targets.
    pub meets_targets: Option<bool>,
    /// The share of scenarios in which it has the lowest total; null when no scenarios are drawn.
    pub wins: Option<f64>,
    /// The share of scenarios in which it misses a target or cannot run; null when no scenarios are drawn.
    pub misses: Option<f64>,
    /// How the figures were come by: `simulated`, `estimate`; null when excluded.
    pub method: Option<String>,
    /// What speaks for and against it.
    pub reasons: Vec<ReasonJson>,
    /// Unknown facts that could exclude it.
    pub hangs_on: Vec<String>,
}

/// Settings; what does not apply is left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ConfigurationJson {
    /// Memory of an environment, task or job, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<f64>,
    /// vCPUs of an environment, task or job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vcpus: Option<f64>,
    /// `x86_64` or `arm64`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Instance type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// `on-demand` or `spot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase: Option<String>,
    /// Fewest tasks or instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_count: Option<f64>,
    /// Tasks, instances or environments on average.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_count: Option<f64>,
    /// Environments that 99 of 100 minutes stay within.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_count: Option<f64>,
    /// Most tasks, instances or environments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_count: Option<f64>,
    /// Units of work that one takes on at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<f64>,
    /// Environments kept ready: provisioned concurrency. Where their number goes with the hour
    /// of the day, the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<f64>,
    /// Environments kept ready in each hour of the day, from midnight on, where their number goes
    /// with the hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_by_hour: Option<Vec<u32>>,
    /// Environments come back from a snapshot: SnapStart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapstart: Option<bool>,
    /// Steps that a unit of work is split into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<f64>,
    /// What stands before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub front_door: Option<String>,
    /// Most messages or records of a batch, where work comes in batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<f64>,
    /// Shards of the stream that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shards: Option<f64>,
    /// Batches of a shard at once: the parallelization factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelization: Option<f64>,
    /// Whether the stream scales by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_stream: Option<bool>,
}

/// Dollars a month.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MonthlyJson {
    /// The AWS bill.
    pub bill: f64,
    /// Operations: hours of people's work at what an hour costs.
    pub people: f64,
    /// The same, from the fewest hours at the lowest cost to the most at the highest.
    pub people_range: RangeJson,
    /// What the option lacks that the team said has a worth.
    pub premium: f64,
    /// The sum.
    pub total: f64,
    /// 10th percentile of the total over scenarios, or `total` where that is less; null when no scenarios are drawn.
    pub total_p10: Option<f64>,
    /// 90th percentile, or `total` where that is more; null when no scenarios are drawn.
    pub total_p90: Option<f64>,
    /// The total on average over scenarios: what options are ranked by; at likely values when no scenarios are drawn.
    pub expected: f64,
    /// The standard error of that, where scenarios were drawn: where it is a large part of it, a few scenarios decide it.
    pub expected_error: Option<f64>,
    /// What of it other workloads of the system pay already.
    pub already_paid: f64,
    /// Dollars a month more than the best option of each scenario, on average; null when no scenarios are drawn.
    pub regret: Option<f64>,
}

/// A range of numbers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RangeJson {
    /// Smallest.
    pub low: f64,
    /// Most likely.
    pub likely: f64,
    /// Largest.
    pub high: f64,
}

/// One line of a bill.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BillLineJson {
    /// Service.
    pub service: String,
    /// What was used, whatever the architecture: `duration`.
    pub item: String,
    /// The meter that counted it: `duration-arm64`.
    pub meter: String,
    /// How much was used.
    pub quantity: f64,
    /// How much of that a free allowance covers; left out when none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free: Option<f64>,
    /// What one unit is.
    pub unit: String,
    /// Dollars for one unit; null when the price is unknown.
    pub price: Option<f64>,
    /// Dollars, rounded to the cent; null when the price is unknown.
    pub amount: Option<f64>,
    /// The least and the most that the amount may be, where the price is not known for the
    /// region; left out where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// `listed`, `derived`, `assumed`, `conflict` or `range`; null when unknown.
    pub status: Option<String>,
    /// How far the source can be trusted, A to D.
    pub grade: Option<String>,
    /// The id of the price's source.
    pub source: String,
    /// When the price was read.
    pub date: Option<String>,
}

/// One duty.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PeopleJson {
    /// The duty's id.
    pub duty: String,
    /// What must be done.
    pub what: String,
    /// Hours a month.
    pub hours: RangeJson,
    /// What shares it, when it is counted once for several workloads.
    pub shared: Option<String>,
    /// How the hours were come by.
    pub because: String,
}

/// Percentiles in milliseconds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LatencyJson {
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
}

/// Why an option is where it is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReasonJson {
    /// The rule's id.
    pub rule: String,
    /// `excludes`, `requires`, `warns`, `suits` or `notes`.
    pub effect: String,
    /// For limits: `hard`, `quota` or `design`.
    pub kind: Option<String>,
    /// Why, in words.
    pub because: String,
    /// The id of the source.
    pub source: String,
    /// What the source is.
    pub source_title: Option<String>,
    /// The statement of the guide that it carries.
    pub statement: Option<String>,
    /// The statement's number.
    pub guide: Option<String>,
}

/// Where the recommendation changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TippingJson {
    /// The fact that is varied alone.
    pub fact: String,
    /// The value at which it changes, as people write it.
    pub at: String,
    /// That over today's value; null for a yes or no.
    pub margin: Option<f64>,
    /// The recommendation today.
    pub from: String,
    /// The recommendation beyond; null when nothing fits there.
    pub to: Option<String>,
    /// Whether that meets its targets there.
    pub to_meets_targets: bool,
}

/// Something taken for granted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AssumedJson {
    /// The fact.
    pub fact: String,
    /// What was taken: a text, a list, true or false, or `{low, likely, high}` of texts.
    pub value: Value,
    /// Why.
    pub why: String,
    /// The id of the source.
    pub source: String,
}

/// An unknown fact.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UnknownJson {
    /// The fact.
    pub fact: String,
    /// The question.
    pub question: String,
    /// Whether an answer could change the recommendation.
    pub could_change_answer: bool,
    /// An answer that would.
    pub for_example: Option<String>,
    /// What it would change to, as was decided anew; null when nothing would fit, nothing changes, or it excludes the recommendation.
    pub to: Option<String>,
    /// The recommended platform, where that answer would exclude it; what would be recommended instead was not decided.
    pub excludes: Option<String>,
    /// What knowing it can save, in dollars a month on average over what it may be; null when that is not known.
    pub worth: Option<f64>,
}
