//! What runs today, beside the recommendation.

use landfall_decide::WorkloadDecision;

/// `Fargate (ECS), 3 tasks of 1 vCPU, 2GB, x86_64: $121.40 AWS bill; Lambda: $46.20`; none
/// where the file does not say what runs.
pub(super) fn today(one: &WorkloadDecision) -> Option<String> {
    let today = one.today.as_ref()?;
    let bill = today.bill.map_or_else(
        || "a price is not known".to_owned(),
        |bill| format!("{bill} AWS bill"),
    );
    let beside = one.recommended().and_then(|best| {
        let bill = best.monthly.as_ref()?.bill;
        Some(format!("; {} as recommended: {bill}", best.name))
    });
    let beside = beside.unwrap_or_default();
    Some(format!("{}, {}: {bill}{beside}", today.name, today.what))
}
