//! Arguments of `landfall simulate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::argument_values::{Format, share, times};
use crate::deciding::{Deciding, Switch};
use crate::sharding::Sharding;

/// `landfall simulate`.
#[derive(Debug, Args)]
#[command(
    after_help = "A LAW of durations is one of:\n  800ms                        always the same (also const:800ms)\n  exp:1.99s                    exponential, by its mean\n  lognormal:800ms,2.4s[,8s]    by median, 99th percentile and longest\n  p50=800ms,p99=2.4s[,max=8s]  the same\n  empirical:FILE               one of the durations in a file, a line each\n\nExamples:\n  landfall simulate workload.toml --platform fargate\n  landfall simulate workload.toml --platform lambda --series minutes.csv \\\n      --svg run.svg\n  landfall simulate --platform lambda --rate 0.9/s --duration exp:1.991s \\\n      --cold-duration exp:2.244s --idle-limit 600s --max-concurrency 1000 \\\n      --for 1000000s\n  landfall simulate --rate 0.9/s --duration exp:2s \\\n      --idle-limit 30s,60s,600s --for 12d\n  landfall simulate --replay log.csv --as-of 2020-06-01 --warm-up 7h\n  landfall simulate --trace invocations.csv --durations durations.csv\n  landfall simulate --trace azure2019 --out functions.parquet --shard 3/16"
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
    /// Recorded traffic, plain, gzip or Parquet: requests, counts, Azure's or CloudWatch's. Of a
    /// folder or an address in object storage, every file of the Azure data set of 2019.
    #[arg(long, value_name = "FILE|DIR|URL", conflicts_with_all = ["file", "replay"])]
    pub(crate) trace: Option<String>,
    /// Durations of functions, for an Azure 2019 trace, where they are not in its folder.
    #[arg(long, value_name = "FILE|DIR|URL", requires = "trace")]
    pub(crate) durations: Option<String>,
    /// Memory of applications, for an Azure 2019 trace, where it is not in its folder.
    #[arg(long, value_name = "FILE|DIR|URL", requires = "trace")]
    pub(crate) memory: Option<String>,
    /// A Lambda log with cold starts: predicted against logged.
    #[arg(long, value_name = "LOG", conflicts_with = "file")]
    pub(crate) replay: Option<String>,
    /// Write a table with a row for each function of an Azure 2019 trace, in Parquet, in place of
    /// figures of all of them; a shard adds its name to it: functions-03-of-16.parquet. The most
    /// events are then of each function.
    #[arg(long, value_name = "TABLE|URL", requires = "trace",
        conflicts_with_all = ["series", "svg", "laws", "format"])]
    pub(crate) out: Option<String>,
    #[command(flatten)]
    pub(crate) sharding: Sharding,
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
