//! The Savings Plan that is bought for an option.

use landfall_catalog::SavingsPlan;
use landfall_catalog::bill::commitment::CommittedCost;

/// The commitment that is bought for an option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Committed {
    /// The plan.
    pub plan: SavingsPlan,
    /// Dollars an hour.
    pub dollars_per_h: f64,
    /// What a month comes to with it, on average over the scenarios in which the option runs.
    pub expected: CommittedCost,
    /// The commitment over what an hour of all that it could pay for costs at the plan's rates,
    /// at likely values: at other values as much of it is bought.
    pub(crate) share: f64,
}

impl Committed {
    /// The share of the commitment that is used by nothing, on average over the scenarios.
    pub fn unused(&self) -> f64 {
        self.expected.unused / self.expected.committed.max(f64::MIN_POSITIVE)
    }
}
