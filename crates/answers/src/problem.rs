//! Why there is no answer.

use landfall_catalog::CatalogError;
use landfall_source::Diagnostic;

/// Why something could not be carried out.
#[derive(Debug)]
pub enum Problem {
    /// What the user gave, or the user's machine, does not allow it.
    Input(Box<Diagnostic>),
    /// An internal error.
    Fault(String),
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
