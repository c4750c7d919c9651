//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use crate::argument_values::Format;
use crate::argument_values::region;
use crate::blueprint_arguments::Blueprint;

pub(crate) use crate::deciding::{Deciding, FrameworkChoice, Switch};
use crate::fleet_arguments::Fleet;
use crate::import_arguments::{Import, Init};
#[cfg(target_os = "linux")]
use crate::measure_arguments::Measure;
use crate::review_arguments::Review;
use crate::serve_arguments::{Mcp, Serve};
use crate::simulate_arguments::Simulate;
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
    /// Decide many workloads, in shards, into one table.
    Fleet(Box<Fleet>),
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
    /// Print a page of the manual.
    Manual(Manual),
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

/// `landfall manual`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall manual decide | man -l -\n  landfall manual > ~/.local/share/man/man1/landfall.1"
)]
pub(crate) struct Manual {
    /// The command that it is about; none: the program.
    pub(crate) command: Vec<String>,
}
