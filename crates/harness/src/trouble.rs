//! What keeps something from being measured.

/// What happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, in one sentence.
    pub what: String,
    /// The fix.
    pub help: String,
    /// The last lines that the user's code wrote, where they matter.
    pub log: String,
}

impl Trouble {
    pub(crate) fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            help: help.into(),
            log: String::new(),
        }
    }

    pub(crate) fn with_log(mut self, log: String) -> Self {
        self.log = log;
        self
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(
            "measuring was interrupted",
            "nothing is left running; start it again",
        )
    }

    pub(crate) fn machine(doing: &str, error: &dyn std::fmt::Display) -> Self {
        Self::new(
            format!("cannot {doing}: {error}"),
            "check the limits of processes and open files of this machine",
        )
    }
}
