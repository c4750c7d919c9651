//! What a decision depends on besides the file and the framework.

use landfall_decide::{Profile, SCENARIOS};

/// What a decision depends on besides the file and the framework.
#[derive(Debug, Clone)]
pub struct Deciding {
    /// A region instead of the file's.
    pub region: Option<String>,
    /// How much is built around an option.
    pub profile: Profile,
    /// Whether people's hours count.
    pub people: bool,
    /// The seed of every draw.
    pub seed: u64,
    /// Scenarios drawn; none for likely values alone.
    pub scenarios: usize,
    /// Whether closed formulas alone decide: nothing is simulated. For a first answer.
    pub estimate: bool,
    /// Changes of the file, each `KEY=VALUE`, in order.
    pub changes: Vec<String>,
}

impl Default for Deciding {
    /// What is meant where nothing is said.
    fn default() -> Self {
        Self {
            region: None,
            profile: Profile::Starter,
            people: true,
            seed: 1,
            scenarios: SCENARIOS,
            estimate: false,
            changes: Vec::new(),
        }
    }
}
