//! Arguments of `landfall review`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::deciding::Deciding;

/// `landfall review`.
#[derive(Debug, Args)]
#[command(
    after_help = "Both are folders, as two checkouts of a repository. Of workload files and templates that differ, the decision is made before and after, and the findings of `landfall blueprint check` that are new are listed. Exits with 0, unless --fail-on says otherwise.\n\nExamples:\n  git worktree add ../base origin/main\n  landfall review ../base . > comment.md\n  landfall review ../base . --format sarif > landfall.sarif\n  landfall review ../base . --fail-on error"
)]
pub(crate) struct Review {
    /// Folder with the files as they were.
    pub(crate) base: PathBuf,
    /// Folder with the files as they are now.
    pub(crate) head: PathBuf,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "markdown")]
    pub(crate) format: ReviewFormat,
    /// What makes it exit with 1.
    #[arg(long, value_name = "WHAT", default_value = "never")]
    pub(crate) fail_on: ReviewFailOn,
}

/// Form of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFormat {
    /// A comment in Markdown.
    Markdown,
    /// JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

/// What fails a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFailOn {
    /// Nothing.
    Never,
    /// A new finding of level error, or a file that cannot be read.
    Error,
    /// Also another recommendation.
    Changed,
}
