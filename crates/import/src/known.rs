//! A text that a file gives, after its references are followed.

/// A value that a template comes to.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) text: String,
    /// Why it is a guess, if it is.
    pub(crate) guess: Option<String>,
}
