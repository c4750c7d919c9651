//! Arguments of `landfall measure`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use landfall_units::{Bytes, Duration, Rate};

use crate::argument_values::{Format, region, share};
use crate::deciding::FrameworkChoice;

/// `landfall measure`.
#[derive(Debug, Args)]
pub(crate) struct Measure {
    #[command(subcommand)]
    pub(crate) what: Measured,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Measured {
    /// A function, under the Runtime API of Lambda.
    Function(Box<Function>),
    /// A server, under requests over HTTP.
    Server(Box<Server>),
    /// A program that runs to its end.
    Job(Box<Job>),
    /// Ends what is left when its parent has gone.
    #[command(hide = true)]
    Guard,
    /// Waits until it is in its cgroup, and becomes a program.
    #[command(hide = true)]
    Gate,
}

/// How times at sizes of memory are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// Throttled where this machine allows it, counted where not.
    Best,
    /// Computed from CPU time and waiting.
    Counted,
    /// Measured: each size is run with its share of CPU time and its memory.
    Throttled,
}

/// How it is run, and what becomes of the figures.
#[derive(Debug, Args)]
pub(crate) struct Running {
    /// The folder in which it runs.
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
    /// A variable of its environment, besides those that are set.
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) environment: Vec<(String, String)>,
    /// Pass on what it writes, to standard error.
    #[arg(long)]
    pub(crate) show_log: bool,
    /// Run it in a network of its own, which has a loopback and nothing else.
    #[arg(long)]
    pub(crate) no_network: bool,
    /// Write the figures into this workload file, which is made if it is not there.
    #[arg(long, value_name = "FILE")]
    pub(crate) into: Option<PathBuf>,
    /// The workload of that file; default: the first.
    #[arg(long, value_name = "ID", requires = "into")]
    pub(crate) workload: Option<String>,
    /// A log of the same work on Lambda: the speed of this machine is found from its REPORT
    /// lines.
    #[arg(long, value_name = "LOG")]
    pub(crate) calibrate: Option<PathBuf>,
    /// Sizes to show; default: from the smallest, doubled, and that of one vCPU.
    #[arg(long, value_name = "SIZE,...", value_delimiter = ',', value_parser = size)]
    pub(crate) memory: Vec<Bytes>,
    /// How much cost counts when balanced, from 0 to 1; time has the rest.
    #[arg(long, value_name = "SHARE", default_value = "0.5", value_parser = share)]
    pub(crate) balanced_weight: f64,
    /// The region whose prices are taken.
    #[arg(long, value_parser = region)]
    pub(crate) region: Option<String>,
    /// Also draw time and cost against memory.
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) chart: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
    /// The seed of all draws.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) framework: FrameworkChoice,
}

/// `landfall measure function`.
#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("started").required(true).args(["runtime", "command"]),
    after_help = "The runtime is started as it is: python3.* by the module awslambdaric, nodejs* by the program aws-lambda-ric, provided.* by `bootstrap` in the folder, anything else by --command, which may be the entry point of a container. It runs with your rights and your network.\n\nWhere cgroups can be written, sizes of memory are measured with what each has on Lambda; elsewhere, times are computed.\n\nExamples:\n  landfall measure function --runtime python3.13 --handler app.handler \\\n      --event event.json\n  landfall measure function --runtime provided.al2023 \\\n      --dir target/lambda/app --event events/\n  landfall measure function --command 'node index.mjs' \\\n      --event events.jsonl --concurrency 4\n  landfall measure function --command ./app --way throttled \\\n      --memory 128MB,512MB,1GB\n  landfall measure function --runtime python3.13 --handler app.handler \\\n      --into workload.toml"
)]
pub(crate) struct Function {
    /// The runtime: python3.13, nodejs22.x, provided.al2023.
    #[arg(long, value_name = "NAME")]
    pub(crate) runtime: Option<String>,
    /// The handler, as app.handler.
    #[arg(long)]
    pub(crate) handler: Option<String>,
    /// What is started in place of a runtime that is known.
    #[arg(long, value_name = "LINE", value_parser = words)]
    pub(crate) command: Option<Words>,
    /// An event in JSON, a file of JSON lines (with weights: {"payload": ..., "weight": 3}), or
    /// a folder of either; default: {}.
    #[arg(long = "event", value_name = "PATH")]
    pub(crate) events: Vec<PathBuf>,
    /// Invocations of a warm environment.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) invocations: u32,
    /// Environments that are started.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) cold_starts: u32,
    /// Invocations at once in one environment, as Lambda Managed Instances have them.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) concurrency: u32,
    /// How long an invocation may take.
    #[arg(long, default_value = "30s")]
    pub(crate) timeout: Duration,
    /// How times at sizes of memory are known.
    #[arg(long, value_name = "WAY", default_value = "best")]
    pub(crate) way: Way,
    /// How long a size is invoked at most where it is throttled, after five invocations.
    #[arg(long = "for", value_name = "DURATION", default_value = "10s")]
    pub(crate) during: Duration,
    /// Also write START, END and REPORT lines as Lambda logs them.
    #[arg(long, value_name = "FILE.log")]
    pub(crate) log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// `landfall measure server`.
#[derive(Debug, Args)]
#[command(
    after_help = "Requests are those of an .http file: METHOD PATH, headers, an empty line, a body; lines of ### part them. The latency at a rate counts from when a request was due, not from when it was sent.\n\nExamples:\n  landfall measure server --command 'node server.mjs' --port 8080\n  landfall measure server --command ./app --port 8080 \\\n      --request requests.http --rate 200/s\n  landfall measure server --command ./app --port 8080 \\\n      --concurrency 1,4,16,64 --into workload.toml"
)]
pub(crate) struct Server {
    /// What is started.
    #[arg(long, value_parser = words)]
    pub(crate) command: Words,
    /// The port that it listens on, on 127.0.0.1.
    #[arg(long)]
    pub(crate) port: u16,
    /// Requests to send in turn; default: GET /.
    #[arg(long = "request", value_name = "FILE.http")]
    pub(crate) requests: Option<PathBuf>,
    /// Requests at once, a step for each.
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "1,2,4,8,16",
        value_parser = clap::value_parser!(u32).range(1..=4_096))]
    pub(crate) concurrency: Vec<u32>,
    /// Then send requests at this rate, by a Poisson process.
    #[arg(long)]
    pub(crate) rate: Option<Rate>,
    /// How long each step takes.
    #[arg(long = "for", value_name = "DURATION", default_value = "5s")]
    pub(crate) during: Duration,
    /// How long it may take to start.
    #[arg(long, value_name = "DURATION", default_value = "1min")]
    pub(crate) ready_in: Duration,
    /// How long an answer may take.
    #[arg(long, default_value = "30s")]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// `landfall measure job`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  landfall measure job --command 'python3 report.py --day yesterday'\n  landfall measure job --command ./convert --runs 5 --into workload.toml \\\n      --workload convert"
)]
pub(crate) struct Job {
    /// What is run.
    #[arg(long, value_parser = words)]
    pub(crate) command: Words,
    /// Runs, one after the other.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) runs: u32,
    /// How long a run may take.
    #[arg(long, default_value = "1h")]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// A command in words, the first of them the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// The program.
    pub(crate) program: String,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
}

/// Reads a command as a shell would part it.
fn words(text: &str) -> Result<Words, String> {
    let words = shlex::split(text).ok_or("a quote is not closed")?;
    let mut words = words.into_iter();
    let program = words.next().ok_or("write a program and its arguments")?;
    Ok(Words {
        program,
        arguments: words.collect(),
    })
}

fn variable(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("write it like TABLE=photos")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn size(text: &str) -> Result<Bytes, String> {
    text.parse()
        .map_err(|_| "write a size of memory, as in 512MB".to_owned())
}
