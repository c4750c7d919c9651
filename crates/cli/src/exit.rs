//! How a command ends.

use landfall_catalog::CatalogError;
use landfall_source::Diagnostic;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// The answer is no.
    No,
    /// Bad input or usage, or a machine that does not allow it: a disk that is full.
    BadInput,
    /// An internal error.
    Fault,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::No => 1,
            Exit::BadInput => 2,
            Exit::Fault => 3,
        })
    }
}

/// Why a command could not be carried out.
#[derive(Debug)]
pub(crate) enum Problem {
    /// What the user gave, or the user's machine, does not allow it.
    Input(Box<Diagnostic>),
    /// Landfall itself is.
    Fault(String),
}

impl Problem {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Input(_) => Exit::BadInput,
            Self::Fault(_) => Exit::Fault,
        }
    }
}

impl From<Box<Diagnostic>> for Problem {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self::Input(diagnostic)
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        Self::Fault(error.to_string())
    }
}

/// What a command comes to.
pub(crate) type Outcome = Result<Exit, Problem>;
