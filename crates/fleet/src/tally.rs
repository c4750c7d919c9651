//! What was decided, in numbers.

use crate::fingerprint::Fingerprint;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// The names of all items of the fleet, in whichever shard.
    pub fleet: Fingerprint,
    /// The names and texts of the items decided.
    pub inputs: Fingerprint,
    /// Items decided.
    pub items: u64,
    /// Rows written.
    pub rows: u64,
    /// Rows with an error.
    pub errors: u64,
    /// Rows of workloads for which nothing can be recommended.
    pub unanswered: u64,
}

impl Tally {
    /// With another.
    pub(crate) const fn and(self, other: &Self) -> Self {
        Self {
            fleet: self.fleet,
            inputs: self.inputs.and(other.inputs),
            items: self.items + other.items,
            rows: self.rows + other.rows,
            errors: self.errors + other.errors,
            unanswered: self.unanswered + other.unanswered,
        }
    }
}
