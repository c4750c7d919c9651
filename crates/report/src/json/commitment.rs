//! Savings Plans in the document.

use landfall_decide::{Committed, IfCommitted, SharedPlan};
use landfall_units::Money;
use schemars::JsonSchema;
use serde::Serialize;

use super::figures::{dollars, rounded};

/// The Savings Plan that is bought for an option.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CommitmentJson {
    /// `compute`, or `ec2-instance`: of one family in one region.
    pub plan: String,
    /// `1y` or `3y`.
    pub term: String,
    /// What is paid on the first day: `none`, `partial` or `all`.
    pub upfront: String,
    /// Dollars an hour.
    pub dollars_per_hour: f64,
    /// Dollars a month less than on demand, on average over the scenarios in which the option runs.
    pub saved: f64,
    /// The share of the commitment that is used by nothing, on average over these.
    pub unused: f64,
}

/// The Savings Plan that is bought for the recommended options of several workloads.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SharedPlanJson {
    /// The plan, over the scenarios in which all of these options run.
    pub commitment: CommitmentJson,
    /// Dollars a month that it saves over one plan for each option, on average over the same
    /// scenarios.
    pub saved_over_own: f64,
    /// The same at likely values, taken off the sum of the options' totals; below zero where the
    /// plan is larger than is best at likely values.
    pub saved: f64,
    /// The workloads.
    pub used_by: Vec<String>,
}

/// What Savings Plans would change, where the file buys none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct IfCommittedJson {
    /// `1y` or `3y`.
    pub term: String,
    /// What is paid on the first day: `none`, `partial` or `all`.
    pub upfront: String,
    /// Dollars an hour, over all workloads.
    pub dollars_per_hour: f64,
    /// Dollars a month less, on average over scenarios.
    pub saved: f64,
    /// Workloads for which another platform would be recommended.
    pub changes: Vec<ChangeJson>,
}

/// A workload for which another platform would be recommended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChangeJson {
    /// The workload's id.
    pub workload: String,
    /// The platform's id.
    pub to: String,
}

impl From<&Committed> for CommitmentJson {
    fn from(bought: &Committed) -> Self {
        Self {
            plan: bought.plan.kind.word().to_owned(),
            term: bought.plan.term.word().to_owned(),
            upfront: bought.plan.upfront.word().to_owned(),
            dollars_per_hour: rounded(bought.dollars_per_h),
            saved: dollars(Money::from_f64(bought.expected.saved())),
            unused: rounded(bought.unused()),
        }
    }
}

impl From<&SharedPlan> for SharedPlanJson {
    fn from(plan: &SharedPlan) -> Self {
        Self {
            commitment: CommitmentJson::from(&plan.bought),
            saved_over_own: dollars(plan.saved_over_own),
            saved: dollars(plan.saved),
            used_by: plan.used_by.clone(),
        }
    }
}

impl From<&IfCommitted> for IfCommittedJson {
    fn from(would: &IfCommitted) -> Self {
        let change = |(workload, to): &(String, String)| ChangeJson {
            workload: workload.clone(),
            to: to.clone(),
        };
        Self {
            term: would.term.word().to_owned(),
            upfront: would.upfront.word().to_owned(),
            dollars_per_hour: rounded(would.dollars_per_h),
            saved: dollars(would.saved),
            changes: would.changes.iter().map(change).collect(),
        }
    }
}
