//! Arguments of `landfall blueprint` and `landfall blueprint check`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::deciding::Deciding;
use crate::fleet_arguments::BlueprintFleet;

/// `landfall blueprint`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Nothing that differs is overwritten without --force; --diff shows what would change.\n\nExamples:\n  landfall blueprint workload.toml --out infra\n  landfall blueprint --pattern list\n  landfall blueprint --pattern queue-to-lambda --out infra\n  landfall blueprint workload.toml --out infra --platform fargate \\\n      --profile hardened\n  landfall blueprint startup.toml --workload api --network given \\\n      --out infra --diff\n  landfall blueprint api.toml jobs.toml --format cdk --out infra\n  landfall blueprint workload.toml --format sam --out infra\n  landfall blueprint check infra"
)]
pub(crate) struct Blueprint {
    #[command(subcommand)]
    pub(crate) command: Option<BlueprintCommand>,
    /// Workload files.
    #[arg(required_unless_present = "pattern", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Build this pattern instead of files, and write its workload file, too; `list` shows all.
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    pub(crate) pattern: Option<String>,
    /// Folder to write to; each of several files gets one of its name in it.
    #[arg(long, value_name = "DIR", required_unless_present = "pattern")]
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
    /// Where the code writes, one or more, everywhere but on EKS with Fargate; default: as its
    /// trigger and purpose suggest.
    #[arg(long, value_name = "WHERE", value_delimiter = ',')]
    pub(crate) writes: Vec<BlueprintWrites>,
    /// What the code reads besides its work.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) reads: Vec<BlueprintReads>,
    /// Let the API in front of a function through to the operations of this OpenAPI file alone:
    /// its paths and methods, not its parameters, bodies and security.
    #[arg(long, value_name = "FILE")]
    pub(crate) openapi: Option<PathBuf>,
    /// Put an API, a queue, a topic or a state machine in front that hands on work without code.
    #[arg(long, value_name = "WHAT")]
    pub(crate) fed_by: Option<BlueprintFedBy>,
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
    /// Write what runs a fleet: an array job of AWS Batch, an indexed job of Kubernetes.
    Fleet(BlueprintFleet),
    /// The rules that are checked.
    Rules,
}

/// `landfall blueprint check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Takes YAML, with the short forms of functions, and JSON. Exit 1 when an error or a warning was found; --fail-on sets from which level on.\n\nExamples:\n  landfall blueprint check template.yaml\n  landfall blueprint check template.yaml --parameters Stage=prod\n  landfall blueprint check cdk.out\n  landfall blueprint check infra --fail-on error --ignore logs-kept-for-ever\n  landfall blueprint check infra --format sarif > findings.sarif"
)]
pub(crate) struct BlueprintCheck {
    /// Templates, or folders to look for them in; cdk.out by its manifest.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Values of parameters: Key=Value, or a file as the AWS CLI takes it; may be repeated.
    #[arg(long, value_name = "KEY=VALUE|FILE")]
    pub(crate) parameters: Vec<String>,
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
    /// A template of SAM, of functions alone.
    Sam,
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

/// Where results go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintWrites {
    /// Nowhere.
    Nothing,
    /// A bucket.
    Objects,
    /// A table.
    Table,
    /// A queue.
    Queue,
    /// A topic.
    Topic,
    /// An event bus.
    Bus,
    /// A data stream.
    Stream,
    /// Firehose, which gathers records into objects.
    Archive,
    /// A state machine, which is started.
    StateMachine,
}

/// What the code reads besides its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintReads {
    /// A secret.
    Secret,
}

/// What puts work in front of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlueprintFedBy {
    /// An API that puts what it gets into the queue, the stream, the table or onto the bus.
    Api,
    /// A queue, from which a pipe hands messages on into the stream or onto the bus.
    Queue,
    /// A topic to which the queue subscribes.
    Topic,
    /// A state machine, of whose steps one puts work into the queue.
    StateMachine,
}
