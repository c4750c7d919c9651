//! Savings Plans: what is bought, and what buying them would change.

use landfall_catalog::{PlanKind, Term, Upfront};
use landfall_decide::{Committed, Decision, IfCommitted, SharedPlan};
use landfall_units::Money;

use super::confidence::{cents, percent};
use super::name_of;

/// What a plan is called.
fn kind(bought: &Committed) -> &'static str {
    match bought.plan.kind {
        PlanKind::Compute => "Compute Savings Plan",
        PlanKind::Ec2Instance => "EC2 Instance Savings Plan",
    }
}

/// A plan for several workloads, as what they share.
pub(crate) fn shared(plan: &SharedPlan) -> String {
    format!("shared: {}", kind(&plan.bought))
}

/// The Savings Plan that is bought for several workloads.
pub(crate) fn for_all(plan: &SharedPlan) -> String {
    format!(
        "one for {}, in place of one for each: {}; {} more than those",
        plan.used_by.join(", "),
        bought(&plan.bought),
        cents(plan.saved_over_own)
    )
}

/// The Savings Plan that is bought for an option.
pub(crate) fn bought(bought: &Committed) -> String {
    let kind = kind(bought);
    let saved = cents(Money::from_f64(bought.expected.saved()));
    let unused = match bought.unused() {
        share if share < 0.005 => String::new(),
        share => format!(", {} of it unused", percent(share)),
    };
    format!(
        "{kind} {}: {} an hour; saves {saved} a month on average{unused}",
        terms(bought.plan.term, bought.plan.upfront),
        an_hour(bought.dollars_per_h)
    )
}

/// What buying plans would save and change.
pub(crate) fn would(would: &IfCommitted, decision: &Decision) -> String {
    let changes = would.changes.iter().filter_map(|(workload, to)| {
        let mut all = decision.workloads.iter();
        let one = all.find(|one| one.id == *workload)?;
        Some(format!("{workload} would move to {}", name_of(one, to)))
    });
    let changes: Vec<String> = changes.collect();
    let changes = if changes.is_empty() {
        "no recommendation would change".to_owned()
    } else {
        changes.join(", ")
    };
    format!(
        "none; Savings Plans {}, {} an hour, would save about {} a month; {changes}",
        terms(would.term, would.upfront),
        an_hour(would.dollars_per_h),
        cents(would.saved)
    )
}

/// For how long, and how it is paid: `for 1 year, nothing upfront`.
fn terms(term: Term, upfront: Upfront) -> String {
    let term = match term {
        Term::OneYear => "1 year",
        Term::ThreeYears => "3 years",
    };
    let upfront = match upfront {
        Upfront::None => "nothing",
        Upfront::Partial => "partly",
        Upfront::All => "all",
    };
    format!("for {term}, {upfront} upfront")
}

/// Dollars an hour, as commitments are bought: to a tenth of a cent.
fn an_hour(dollars: f64) -> String {
    format!("${dollars:.3}")
}
