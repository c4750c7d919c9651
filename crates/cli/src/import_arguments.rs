//! Arguments of `landfall import` and `landfall init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use landfall_import::Format;

use crate::deciding::Deciding;

/// `landfall import`.
#[derive(Debug, Args)]
#[command(
    after_help = "The format is recognised by the content. Inputs join by the names of functions, services and tasks: settings come from templates, measurements from logs.\n\nExamples:\n  landfall import template.yaml report.log | landfall decide -\n  landfall import template.yaml report.log.gz --out workload.toml\n  aws logs filter-log-events --log-group-name /aws/lambda/thumbnails \\\n      --filter-pattern REPORT | landfall import template.yaml -\n  landfall import cur.csv --usage --out usage.toml"
)]
pub(crate) struct Import {
    /// Templates, manifests and logs; folders of them; `-` for standard input.
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(crate) inputs: Vec<PathBuf>,
    /// What the inputs are, where their content does not tell.
    #[arg(long = "as", value_name = "FORMAT", value_parser = format)]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Form of the output.
    #[arg(long = "format", value_name = "FORM", default_value = "toml")]
    pub(crate) form: ImportForm,
    /// Write over a file that is there.
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Write a usage file for `landfall bill` from what was charged in a month (CUR or FOCUS).
    #[arg(long, conflicts_with_all = ["format", "form"])]
    pub(crate) usage: bool,
    /// Region of the usage file; default: the one with the highest charges.
    #[arg(long, requires = "usage", value_parser = crate::argument_values::region)]
    pub(crate) region: Option<String>,
}

/// Form of what is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportForm {
    /// A workload file.
    Toml,
    /// For programs.
    Json,
}

fn format(text: &str) -> Result<Format, String> {
    Format::named(text).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("one of: {}", names.join(", "))
    })
}

/// `landfall init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Answer with a value (2M/month, 800ms, yes), or press Enter for \"don't know\".\n\nExamples:\n  landfall init\n  landfall init thumbnails.toml --name \"Photo sharing\"\n  landfall init --from template.yaml --from report.log"
)]
pub(crate) struct Init {
    /// The file to write.
    #[arg(default_value = "workload.toml")]
    pub(crate) file: PathBuf,
    /// What the system is called.
    #[arg(long, default_value = "My system")]
    pub(crate) name: String,
    /// Write over a file that is there.
    #[arg(long)]
    pub(crate) force: bool,
    /// Take over what a template, manifest, log or folder says, and ask only the rest.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
}
