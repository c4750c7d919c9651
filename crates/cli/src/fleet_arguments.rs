//! Arguments of `landfall fleet`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use landfall_workload::DEFAULT_REGION;

use crate::argument_values::{Format, region};
use crate::deciding::Deciding;
use crate::sharding::Sharding;

/// `landfall fleet`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "An input is a workload file, a folder of them, a table (CSV, Parquet) with a column `id` and one for each fact, or an address in object storage: s3://, gs://, az://, with credentials from the environment. A table in object storage ends with .csv or .parquet; any other address is a prefix.\n\nA bad file or row is a row with its error; the exit code is 1 then, unless --fail-on says otherwise. A shard that is there and whole, of the same inputs, options and version, is not decided again. In an array job of AWS Batch or an indexed job of Kubernetes the shard is that of the job.\n\nExamples:\n  landfall fleet services --out results.parquet\n  landfall fleet services.csv --out results.parquet --scenarios 200\n  landfall fleet s3://bucket/services --shard 3/16 \\\n      --out s3://bucket/results/fleet.parquet\n  landfall fleet merge results.parquet results-*-of-16.parquet\n  landfall fleet summary results.parquet"
)]
pub(crate) struct Fleet {
    #[command(subcommand)]
    pub(crate) command: Option<FleetCommand>,
    /// Workload files, folders, tables, or addresses in object storage.
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// Table to write; a shard adds its name to it: results-03-of-16.parquet.
    #[arg(long, value_name = "FILE|URL", required = true)]
    pub(crate) out: Option<String>,
    /// Decide by closed formulas alone, without simulation: a first answer, much faster.
    #[arg(long)]
    pub(crate) estimate: bool,
    /// The number of shards, where the environment says only the index.
    #[arg(long, value_name = "N", conflicts_with = "shard")]
    pub(crate) shards: Option<u64>,
    #[command(flatten)]
    pub(crate) sharding: Sharding,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}

/// What to do with the tables of a fleet.
#[derive(Debug, Subcommand)]
pub(crate) enum FleetCommand {
    /// Write the rows of all shards as one table, in the order of one run.
    #[command(
        after_help = "Every shard has to be there once, of the same inputs, options and version.\n\nExamples:\n  landfall fleet merge results.parquet results-*-of-16.parquet\n  landfall fleet merge s3://bucket/all.parquet s3://bucket/results/"
    )]
    Merge(FleetMerge),
    /// Count recommendations, dollars and what matters most; of functions, cold starts.
    #[command(
        after_help = "Examples:\n  landfall fleet summary results.parquet\n  landfall fleet summary s3://bucket/all.parquet --format json"
    )]
    Summary(FleetSummary),
}

/// `landfall fleet merge`.
#[derive(Debug, Args)]
pub(crate) struct FleetMerge {
    /// Table to write.
    #[arg(value_name = "OUT")]
    pub(crate) out: String,
    /// Tables of the shards, or folders or prefixes that hold them.
    #[arg(required = true, value_name = "SHARD")]
    pub(crate) shards: Vec<String>,
    /// Overwrite a file that is no table of a fleet.
    #[arg(long)]
    pub(crate) force: bool,
}

/// `landfall fleet summary`.
#[derive(Debug, Args)]
pub(crate) struct FleetSummary {
    /// A table of decisions, or of functions.
    #[arg(value_name = "FILE|URL")]
    pub(crate) file: String,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
}

/// `landfall blueprint fleet`.
#[derive(Debug, Args)]
#[command(
    override_usage = "landfall blueprint fleet [OPTIONS] --out <DIR> <URL> [-- <OPTION>...]",
    after_help = "What follows `--` are further options of `landfall fleet`.\n\nExamples:\n  landfall blueprint fleet s3://bucket/services --shards 16 \\\n      --results s3://bucket/results/fleet.parquet --out infra\n  landfall blueprint fleet s3://bucket/services.parquet --shards 1000 \\\n      --results s3://bucket/results/fleet.parquet --out infra -- --scenarios 200"
)]
pub(crate) struct BlueprintFleet {
    /// Where the workloads are: `s3://bucket/prefix`.
    #[arg(value_name = "URL")]
    pub(crate) source: String,
    /// The table to write; each shard adds its name to it.
    #[arg(long, value_name = "URL")]
    pub(crate) results: String,
    /// The number of shards.
    #[arg(long, value_name = "N")]
    pub(crate) shards: u64,
    /// Folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Region of the jobs.
    #[arg(long, default_value = DEFAULT_REGION, value_parser = region)]
    pub(crate) region: String,
    /// Overwrite files that differ.
    #[arg(long)]
    pub(crate) force: bool,
    /// Show what would change and write nothing; exit 1 if anything would.
    #[arg(long, conflicts_with = "force")]
    pub(crate) diff: bool,
    /// Further options of `landfall fleet`.
    #[arg(last = true, value_name = "OPTION")]
    pub(crate) arguments: Vec<String>,
}
