//! Arguments of `landfall tune`.

use std::path::PathBuf;

use clap::Args;
use landfall_units::Bytes;

use crate::argument_values::{Format, share};
use crate::deciding::Deciding;

/// `landfall tune`.
#[derive(Debug, Args)]
#[command(
    after_help = "A file that begins with `{` is read as the output of AWS Lambda Power Tuning: its `stats`, or the link to its chart. Any other file is a workload file.\n\nExamples:\n  landfall tune workload.toml\n  landfall tune workload.toml --memory 512MB,1GB,2GB --format json\n  landfall tune workload.toml --set workload.api.work.cpu_share=90%\n  landfall tune power-tuning.json --architecture arm64 --region eu-west-1"
)]
pub(crate) struct Tune {
    /// Workload file, or the output of AWS Lambda Power Tuning.
    pub(crate) file: PathBuf,
    /// The workload of the file; default: the first.
    #[arg(long, value_name = "ID")]
    pub(crate) workload: Option<String>,
    /// Sizes to show; default: from the smallest, doubled, and that of one vCPU.
    #[arg(long, value_name = "SIZE,...", value_delimiter = ',', value_parser = size)]
    pub(crate) memory: Vec<Bytes>,
    /// Architecture; default: the file's, else `x86_64`.
    #[arg(long, value_parser = ["x86_64", "arm64"])]
    pub(crate) architecture: Option<String>,
    /// How much cost counts when balanced, from 0 to 1; time has the rest.
    #[arg(long, value_name = "SHARE", default_value = "0.5", value_parser = share)]
    pub(crate) balanced_weight: f64,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}

fn size(text: &str) -> Result<Bytes, String> {
    text.parse()
        .map_err(|_| "write a size of memory, as in 512MB".to_owned())
}
