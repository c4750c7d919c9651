//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use crate::argument_values::Format;
use crate::argument_values::{region, share, times};

pub(crate) use crate::deciding::{Deciding, FrameworkChoice, Switch};
use crate::import_arguments::{Import, Init};
#[cfg(target_os = "linux")]
use crate::measure_arguments::Measure;
use crate::review_arguments::Review;
use crate::serve_arguments::{Mcp, Serve};
use crate::tune_arguments::Tune;

/// Recommends where a workload should run on AWS, with cost, latency and reasons.
#[derive(Debug, Parser)]
#[command(
    name = "landfall",
    version,
    max_term_width = 80,
    after_help = "Examples:\n  landfall init                      answer questions, write workload.toml\n  landfall decide workload.toml      the recommendation, its cost, the reasons\n  landfall explain workload.toml --why-not lambda\n\nExit codes: 0 done, 1 the answer is no, 2 bad input, 3 an internal error. A closed pipe (`| head`) changes neither the exit code nor what is recorded; a full disk is bad input."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command each.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Screen, size, simulate, price and rank the options of a workload file.
    Decide(Decide),
    /// For CI: whether a recorded recommendation is unchanged.
    Check(Box<Check>),
    /// Compare the decisions of two versions of a workload file.
    Compare(Box<Compare>),
    /// Review a change: decisions before and after, new findings in templates.
    Review(Box<Review>),
    /// Simulate one platform, request by request.
    Simulate(Box<Simulate>),
    /// Time and cost of a function against its memory.
    Tune(Box<Tune>),
    /// Run your own function, server or job on this machine, and count what it takes.
    #[cfg(target_os = "linux")]
    Measure(Measure),
    /// Explain one option: reasons, sizes, every line of its bill.
    Explain(Explain),
    /// Write infrastructure for the decision: template, starter code, deployment.
    Blueprint(Box<Blueprint>),
    /// Price given usage exactly, line by line.
    Bill(Bill),
    /// Show, check and update the price catalog.
    Prices(Prices),
    /// Ask for the facts that could change the recommendation, and write a workload file.
    Init(Init),
    /// Write a workload file from existing templates, manifests and logs.
    Import(Box<Import>),
    /// Show, check and test the framework.
    Framework(Framework),
    /// Open a page and an API on this machine.
    Serve(Serve),
    /// Offer the commands to agents as tools (Model Context Protocol).
    Mcp(Mcp),
    /// Print the JSON Schema of a format.
    Schema(Schema),
    /// Print completions for a shell.
    Completions(Completions),
}

/// Form of a decision, with the forms that teams keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DecisionFormat {
    /// Text for a terminal.
    Text,
    /// JSON; several files give one line each.
    Json,
    /// An architecture decision record.
    Markdown,
    /// A page that stands alone.
    Html,
}

/// `landfall decide`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall decide workload.toml\n  landfall decide workload.toml --details\n  landfall decide workload.toml --format json | jq '.workloads[].recommended'\n  landfall decide workload.toml --as-of 2021-09-01\n  landfall decide workload.toml --framework startup-guide-2021 --operations off\n  landfall decide workload.toml --set workload.api.traffic.volume=30M/month\n  landfall decide workload.toml --format markdown \\\n      > docs/decisions/0007-platform.md\n  landfall decide workload.toml --format html > decision.html"
)]
pub(crate) struct Decide {
    /// Workload files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: DecisionFormat,
    /// Show everything: reasons, break-even points, missing facts, assumptions.
    #[arg(long, conflicts_with_all = ["platform", "regions"])]
    pub(crate) details: bool,
    /// Also write the decision to `landfall.lock` beside the file, for `landfall check`.
    #[arg(long, conflicts_with_all = ["platform", "regions"])]
    pub(crate) record: bool,
    /// Show one platform only, in depth.
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<String>,
    /// Compare regions: a line for each, the cheapest first.
    #[arg(long, value_name = "REGION,...", value_delimiter = ',', conflicts_with_all = ["region", "platform"],
        value_parser = region)]
    pub(crate) regions: Vec<String>,
}

/// `landfall check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exits with 1 when the recommendation has changed.\n\nExamples:\n  landfall decide workload.toml --record     # once: writes landfall.lock\n  landfall check workload.toml               # in CI: is it unchanged?\n  landfall check workload.toml --format github\n  landfall check workload.toml --set workload.api.traffic.trace=november.csv"
)]
pub(crate) struct Check {
    /// Workload file.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: CheckFormat,
}

/// Form of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Text for a terminal.
    Text,
    /// JSON.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

/// `landfall compare`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall compare workload.toml workload-next-year.toml\n  landfall compare workload.toml \\\n      --set workload.thumbnails.traffic.volume=30M/month"
)]
pub(crate) struct Compare {
    /// Workload file.
    pub(crate) before: PathBuf,
    /// Another version of it; the same file with --set when left out.
    #[arg(required_unless_present = "changes")]
    pub(crate) after: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
}

/// `landfall simulate`.
#[derive(Debug, Args)]
#[command(
    after_help = "A LAW of durations is one of:\n  800ms                        always the same (also const:800ms)\n  exp:1.99s                    exponential, by its mean\n  lognormal:800ms,2.4s[,8s]    by median, 99th percentile and longest\n  p50=800ms,p99=2.4s[,max=8s]  the same\n  empirical:FILE               one of the durations in a file, a line each\n\nExamples:\n  landfall simulate workload.toml --platform fargate\n  landfall simulate workload.toml --platform lambda --series minutes.csv \\\n      --svg run.svg\n  landfall simulate --platform lambda --rate 0.9/s --duration exp:1.991s \\\n      --cold-duration exp:2.244s --idle-limit 600s --max-concurrency 1000 \\\n      --for 1000000s\n  landfall simulate --rate 0.9/s --duration exp:2s \\\n      --idle-limit 30s,60s,600s --for 12d\n  landfall simulate --replay log.csv --as-of 2020-06-01 --warm-up 7h\n  landfall simulate --trace invocations.csv --durations durations.csv"
)]
pub(crate) struct Simulate {
    /// Workload file; without one, the options below say what is simulated.
    pub(crate) file: Option<PathBuf>,
    /// The platform.
    #[arg(long, value_name = "PLATFORM", default_value = "lambda")]
    pub(crate) platform: String,
    /// The workload of the file; default: the first.
    #[arg(long, value_name = "ID", requires = "file")]
    pub(crate) workload: Option<String>,
    /// Requests, on average: 0.9/s, 2M/month.
    #[arg(long, value_name = "RATE", conflicts_with_all = ["file", "trace", "replay", "schedule"])]
    pub(crate) rate: Option<String>,
    /// How the rate goes over time: steady, diurnal, business-hours, spiky, unpredictable.
    #[arg(long, value_name = "SHAPE", requires = "rate",
        value_parser = ["steady", "diurnal", "business-hours", "spiky", "unpredictable"])]
    pub(crate) shape: Option<String>,
    /// The busiest minutes over the mean.
    #[arg(long, value_name = "TIMES", requires = "shape", value_parser = times)]
    pub(crate) peak_to_mean: Option<f64>,
    /// The zone of days and hours: Europe/Berlin.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "UTC",
        conflicts_with = "file"
    )]
    pub(crate) time_zone: String,
    /// Requests that come at once.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with_all = ["file", "trace", "replay"],
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) batch: u32,
    /// Treat requests as records of a stream with this many shards. A shard delivers its
    /// batches in order, one after the other.
    #[arg(long, value_name = "N", conflicts_with_all = ["file", "replay", "retry"],
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) shards: Option<u32>,
    /// Batches of a shard at once: the parallelization factor.
    #[arg(long, value_name = "N", requires = "shards", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) parallel: u32,
    /// Most messages of a batch from a queue, or records from a shard; default: Lambda's.
    #[arg(long, value_name = "N", conflicts_with = "file",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch_size: Option<u32>,
    /// How long a batch that is not full waits for more.
    #[arg(
        long,
        value_name = "TIME",
        conflicts_with = "file",
        default_value = "0s"
    )]
    pub(crate) batch_window: String,
    /// Time that each batch takes in addition to its messages or records.
    #[arg(
        long,
        value_name = "TIME",
        conflicts_with = "file",
        default_value = "0s"
    )]
    pub(crate) per_batch: String,
    /// Share of messages whose work fails each time they are received, with --retry queue.
    #[arg(long, value_name = "SHARE", conflicts_with = "file", default_value_t = 0.0,
        value_parser = share)]
    pub(crate) failing: f64,
    /// When work starts: \"rate(5 minutes)\", a cron expression.
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["file", "trace", "replay"])]
    pub(crate) schedule: Option<String>,
    /// Recorded traffic, plain or gzip: requests, counts, Azure's or CloudWatch's.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "replay"])]
    pub(crate) trace: Option<PathBuf>,
    /// Durations of functions, for an Azure 2019 trace.
    #[arg(long, value_name = "FILE", requires = "trace")]
    pub(crate) durations: Option<PathBuf>,
    /// Memory of applications, for an Azure 2019 trace.
    #[arg(long, value_name = "FILE", requires = "trace")]
    pub(crate) memory: Option<PathBuf>,
    /// A Lambda log with cold starts: predicted against logged.
    #[arg(long, value_name = "LOG", conflicts_with = "file")]
    pub(crate) replay: Option<PathBuf>,
    /// Skip invalid rows and report how many, instead of refusing the file.
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
    /// Print the laws that were applied, with their values, sources and grades.
    #[arg(long)]
    pub(crate) laws: bool,
    /// Durations of the work.
    #[arg(long, value_name = "LAW", conflicts_with = "file")]
    pub(crate) duration: Option<String>,
    /// Duration of a request with a cold start, in place of start-up and work.
    #[arg(long, value_name = "LAW", conflicts_with_all = ["file", "init"])]
    pub(crate) cold_duration: Option<String>,
    /// Start-up of an environment; default: none beyond the work itself.
    #[arg(long, value_name = "LAW", conflicts_with = "file")]
    pub(crate) init: Option<String>,
    /// How long idle environments are kept; several are compared in one pass. They are then
    /// the only limit unless others are given. Default: what is known of the day, with the
    /// limit on silence and the lifetime.
    #[arg(
        long,
        value_name = "TIME,...",
        value_delimiter = ',',
        conflicts_with = "file"
    )]
    pub(crate) idle_limit: Vec<String>,
    /// Time without work after which all environments of the function end.
    #[arg(long, value_name = "TIME", conflicts_with = "file")]
    pub(crate) silence_limit: Option<String>,
    /// Longest life of an environment.
    #[arg(long, value_name = "TIME", conflicts_with = "file")]
    pub(crate) lifetime: Option<String>,
    /// Most units of work at once.
    #[arg(long, value_name = "N", conflicts_with = "file",
        value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) max_concurrency: Option<u32>,
    /// Environments kept ready.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "file",
        value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) provisioned: u32,
    /// Whether the platform's limits on launches and requests apply.
    #[arg(long, value_name = "ON|OFF", conflicts_with = "file", default_value = "on",
        num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    pub(crate) scaling_limits: Switch,
    /// What happens to a throttled request.
    #[arg(
        long,
        value_name = "HOW",
        default_value = "none",
        conflicts_with = "file"
    )]
    pub(crate) retry: Retry,
    /// Time simulated; default: a month, or the whole recording.
    #[arg(long = "for", value_name = "TIME", conflicts_with_all = ["file", "requests"])]
    pub(crate) duration_simulated: Option<String>,
    /// Most events simulated: requests, and what is tried again. A longer run is cut.
    #[arg(long, value_name = "N", default_value_t = 25_000_000, conflicts_with = "file",
        value_parser = clap::value_parser!(u64).range(1_000..=1_000_000_000_000))]
    pub(crate) max_events: u64,
    /// Time simulated, by the requests it has on average; of a file, the most requests
    /// simulated one by one.
    #[arg(long, value_name = "N", conflicts_with_all = ["trace", "replay"],
        value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    pub(crate) requests: Option<u64>,
    /// Time at the beginning that is not counted, in whole minutes.
    #[arg(long, value_name = "TIME", conflicts_with = "file")]
    pub(crate) warm_up: Option<String>,
    /// Independent runs, put together.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with_all = ["file", "trace", "replay"],
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) replications: u32,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
    /// Write a table of the simulation over time.
    #[arg(long, value_name = "FILE")]
    pub(crate) series: Option<PathBuf>,
    /// Write a chart of demand and capacity.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}

/// What happens to a throttled request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Retry {
    /// It fails, and the caller gets an error.
    None,
    /// It is tried again as an asynchronous event.
    Async,
    /// Requests are messages of a queue, which pollers take in batches and try again.
    Queue,
}

/// `landfall explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall explain workload.toml                     the recommendation in depth\n  landfall explain workload.toml --why-not eks-ec2   one option in depth\n  landfall explain startup.toml --workload api --why-not fargate"
)]
pub(crate) struct Explain {
    /// Workload file.
    pub(crate) file: PathBuf,
    /// The platform to explain; default: the recommended one.
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) why_not: Option<String>,
    /// The workload to explain; default: all.
    #[arg(long, value_name = "ID")]
    pub(crate) workload: Option<String>,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}

/// `landfall blueprint`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Nothing that differs is overwritten without --force; --diff shows what would change.\n\nExamples:\n  landfall blueprint workload.toml --out infra\n  landfall blueprint workload.toml --out infra --platform fargate \\\n      --profile hardened\n  landfall blueprint startup.toml --workload api --network given \\\n      --out infra --diff\n  landfall blueprint api.toml jobs.toml --format cdk --out infra\n  landfall blueprint check infra"
)]
pub(crate) struct Blueprint {
    #[command(subcommand)]
    pub(crate) command: Option<BlueprintCommand>,
    /// Workload files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Folder to write to; each of several files gets one of its name in it.
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) out: Option<PathBuf>,
    /// Build on this platform instead of the recommended ones.
    #[arg(long)]
    pub(crate) platform: Option<String>,
    /// Build this workload alone; default: all.
    #[arg(long, value_name = "ID")]
    pub(crate) workload: Option<String>,
    /// Form of the infrastructure; manifests for Kubernetes come where it needs them.
    #[arg(long, value_name = "FORM", default_value = "cloudformation")]
    pub(crate) format: BlueprintFormat,
    /// Create a network, or use one that parameters name; default: as `network.existing` in
    /// the file.
    #[arg(long)]
    pub(crate) network: Option<BlueprintNetwork>,
    /// Write at most so many of the copies of a workload; default: all.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) copies: Option<u32>,
    /// Language of the starter code; default: the runtime of the file.
    #[arg(long)]
    pub(crate) language: Option<BlueprintLanguage>,
    /// Where functions and tasks of ECS write; default: as their trigger and purpose suggest.
    #[arg(long, value_name = "WHERE")]
    pub(crate) writes: Option<BlueprintWrites>,
    /// Overwrite files that differ.
    #[arg(long)]
    pub(crate) force: bool,
    /// Show what would change and write nothing; exit 1 if anything would.
    #[arg(long, conflicts_with = "force")]
    pub(crate) diff: bool,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}

/// What else to do with blueprints.
#[derive(Debug, Subcommand)]
pub(crate) enum BlueprintCommand {
    /// Check any stack template for mistakes that appear when you deploy.
    Check(BlueprintCheck),
    /// The rules that are checked.
    Rules,
}

/// `landfall blueprint check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Takes YAML, with the short forms of functions, and JSON. Exit 1 when an error or a warning was found; --fail-on sets from which level on.\n\nExamples:\n  landfall blueprint check template.yaml\n  landfall blueprint check infra --fail-on error --ignore logs-kept-for-ever\n  landfall blueprint check infra --format sarif > findings.sarif"
)]
pub(crate) struct BlueprintCheck {
    /// Templates, or folders to look for them in.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: FindingsFormat,
    /// Exit 1 from findings of this level on.
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    pub(crate) fail_on: FailOn,
    /// Ignore a rule; may be repeated.
    #[arg(long, value_name = "RULE")]
    pub(crate) ignore: Vec<String>,
    /// Use this rule only; may be repeated.
    #[arg(long, value_name = "RULE", conflicts_with = "ignore")]
    pub(crate) only: Vec<String>,
}

/// The level from which on findings fail a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// What fails when deploying or at the first use.
    Error,
    /// Also what deploys and fails or costs later.
    Warning,
    /// Also housekeeping.
    Note,
    /// Nothing.
    Never,
}

/// Form of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    Text,
    Json,
    Sarif,
}

/// Form of the infrastructure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintFormat {
    /// A template.
    Cloudformation,
    /// An app in TypeScript.
    Cdk,
    /// Resources of Terraform's provider of AWS.
    Terraform,
    /// The template in a stack that Terraform keeps.
    TerraformStack,
}

/// Where the network comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintNetwork {
    Made,
    Given,
}

/// Language of the code to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintLanguage {
    Python,
    Typescript,
    Java,
}

/// Where functions write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintWrites {
    Nothing,
    Objects,
    ObjectsAndTable,
    Queue,
}

/// `landfall bill`.
#[derive(Debug, Args)]
#[command(
    after_help = "The usage file is TOML: schema = 1, region, free_tier, and any number of [[lambda]], [[fargate]], [[ec2]], [[alb]] and the like; docs/src/bill.md lists all.\n\nExamples:\n  landfall bill examples/usage/lambda.toml\n  landfall bill usage.toml --region eu-central-1 --format json\n  landfall bill usage.toml --against cur.csv"
)]
pub(crate) struct Bill {
    /// Usage file.
    pub(crate) file: PathBuf,
    /// Bill in this region instead of the file's.
    #[arg(long, value_parser = region)]
    pub(crate) region: Option<String>,
    /// Leave lines unrounded.
    #[arg(long)]
    pub(crate) exact: bool,
    /// Compare with what was charged: reports of one month (CUR or FOCUS; CSV or Parquet).
    #[arg(long, value_name = "REPORT", conflicts_with = "exact")]
    pub(crate) against: Vec<PathBuf>,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
}

/// `landfall prices`.
#[derive(Debug, Args)]
pub(crate) struct Prices {
    #[command(subcommand)]
    pub(crate) command: PricesCommand,
}

/// What to do with prices.
#[derive(Debug, Subcommand)]
pub(crate) enum PricesCommand {
    /// The prices of a region, with source and age.
    #[command(
        after_help = "Examples:\n  landfall prices show --service lambda\n  landfall prices show --region eu-west-1 --instance m7g.large\n  landfall prices show --regions"
    )]
    Show(PricesShow),
    /// What is missing, stale, in conflict or not listed for a region or a workload file.
    #[command(
        after_help = "Exits with 1 when a price is missing.\n\nExamples:\n  landfall prices check eu-west-1\n  landfall prices check workload.toml"
    )]
    Check(PricesCheck),
    /// Reads AWS's Price List, from disk or over HTTPS, into the user's data folder.
    #[command(
        after_help = "Brought-in prices take precedence over those that come with the program. They are kept in $LANDFALL_DATA, or `landfall` in the user's data folder.\n\nExamples:\n  landfall prices update --region eu-west-1\n  landfall prices update --region eu-west-1 --dry-run\n  landfall prices update --region eu-west-1 --service lambda --service fargate\n  landfall prices update --region eu-west-1 --from ./offers"
    )]
    Update(PricesUpdate),
}

/// `landfall prices show`.
#[derive(Debug, Args)]
pub(crate) struct PricesShow {
    /// The region.
    #[arg(long, default_value = "us-east-1", value_parser = region)]
    pub(crate) region: String,
    /// Only this service.
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Only this instance type.
    #[arg(long)]
    pub(crate) instance: Option<String>,
    /// List the regions instead.
    #[arg(long)]
    pub(crate) regions: bool,
}

/// `landfall prices check`.
#[derive(Debug, Args)]
pub(crate) struct PricesCheck {
    /// A region, or a workload file.
    #[arg(value_name = "REGION|FILE", default_value = "us-east-1")]
    pub(crate) what: String,
}

/// `landfall prices update`.
#[derive(Debug, Args)]
pub(crate) struct PricesUpdate {
    /// The region.
    #[arg(long, default_value = "us-east-1", value_parser = region)]
    pub(crate) region: String,
    /// Only these services.
    #[arg(long = "service", value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Read files from here instead of the network: a folder, or one file.
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Also fetch the rates of Savings Plans, a file of some hundred megabytes. From disk
    /// they are read wherever they are.
    #[arg(long)]
    pub(crate) savings_plans: bool,
    /// Show what would change, and change no price. Files that were fetched are kept for
    /// the update that follows.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where the Price List is: a server that speaks HTTPS.
    #[arg(
        long,
        value_name = "URL",
        default_value = "https://pricing.us-east-1.amazonaws.com"
    )]
    pub(crate) url: String,
}

/// `landfall framework`.
#[derive(Debug, Args)]
pub(crate) struct Framework {
    #[command(subcommand)]
    pub(crate) command: FrameworkCommand,
}

/// What to do with a framework.
#[derive(Debug, Subcommand)]
pub(crate) enum FrameworkCommand {
    /// The statements as a table, ticked for a workload when a file is given.
    #[command(
        after_help = "Examples:\n  landfall framework show\n  landfall framework show examples/photo-thumbnails.toml\n  landfall framework show --facts"
    )]
    Show(Show),
    /// The decision flow, with the path of a workload when a file is given.
    #[command(
        after_help = "Examples:\n  landfall framework flow > flow.mmd\n  landfall framework flow workload.toml --format svg > flow.svg"
    )]
    Flow(Flow),
    /// Unreachable or overlapping rules, missing or stale sources, contradictions.
    #[command(
        after_help = "Exits with 1 when a finding makes the framework unfit for use.\n\nExamples:\n  landfall framework lint\n  landfall framework lint --framework startup-guide-2021"
    )]
    Lint(FrameworkChoice),
    /// Runs the framework's own cases.
    #[command(
        after_help = "Exits with 1 when a case fails or a rule is not covered from both sides.\n\nExamples:\n  landfall framework test\n  landfall framework test --framework ./our-framework"
    )]
    Test(FrameworkChoice),
    /// Compare the decision with simple strategies, file by file.
    #[command(
        after_help = "Strategies: the statements of a framework, counted (the guide of 2021); Fargate for everything; the first match of six rules.\n\nExamples:\n  landfall framework baseline examples/*.toml"
    )]
    Baseline(Baseline),
}

/// `landfall framework baseline`.
#[derive(Debug, Args)]
pub(crate) struct Baseline {
    /// Workload files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The framework whose statements are counted.
    #[arg(long, value_name = "NAME|DIR", default_value = "startup-guide-2021")]
    pub(crate) statements: String,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}

/// `landfall framework show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Workload file to tick the statements for.
    pub(crate) file: Option<PathBuf>,
    /// The workload; default: the first.
    #[arg(long, value_name = "ID")]
    pub(crate) workload: Option<String>,
    /// List the facts that rules may ask of, instead of the statements.
    #[arg(long)]
    pub(crate) facts: bool,
    #[command(flatten)]
    pub(crate) framework: FrameworkChoice,
}

/// Form of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlowFormat {
    /// A Mermaid chart.
    Mermaid,
    /// A drawing.
    Svg,
}

/// `landfall framework flow`.
#[derive(Debug, Args)]
pub(crate) struct Flow {
    /// Workload file whose path to highlight.
    pub(crate) file: Option<PathBuf>,
    /// The workload; default: the first.
    #[arg(long, value_name = "ID")]
    pub(crate) workload: Option<String>,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "mermaid")]
    pub(crate) format: FlowFormat,
    #[command(flatten)]
    pub(crate) framework: FrameworkChoice,
}

/// `landfall schema`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall schema workload > workload.schema.json\n  landfall schema decision"
)]
pub(crate) struct Schema {
    /// The format.
    pub(crate) name: SchemaName,
}

/// A format with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// The workload file.
    Workload,
    /// The JSON of `decide`.
    Decision,
    /// The JSON of `bill`.
    Bill,
    /// The JSON of `bill --against`.
    Against,
    /// The JSON of `simulate`.
    Simulation,
}

/// `landfall completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall completions bash \\\n      > ~/.local/share/bash-completion/completions/landfall\n  landfall completions zsh > ~/.zfunc/_landfall"
)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: Shell,
}
