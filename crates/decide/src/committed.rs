//! The Savings Plan that is bought for an option, and the one that is bought for several.

use landfall_catalog::SavingsPlan;
use landfall_catalog::bill::commitment::CommittedCost;
use landfall_units::Money;

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

/// The Savings Plan that is bought for the recommended options of several workloads.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedPlan {
    /// The plan, over the scenarios in which all of the options run.
    pub bought: Committed,
    /// Dollars an hour of the plans that each option would have of its own, together.
    pub own_dollars_per_h: f64,
    /// Dollars a month that it saves over one plan for each option, on average over the same
    /// scenarios.
    pub saved_over_own: Money,
    /// The same at likely values: taken off the sum of the bills, in which each option has a plan
    /// of its own. Below zero where the plan is larger than is best at likely values.
    pub saved: Money,
    /// The ids of the workloads.
    pub used_by: Vec<String>,
}
