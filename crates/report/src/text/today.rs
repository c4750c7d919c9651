//! What runs today, beside the recommendation.

use landfall_decide::WorkloadDecision;

/// `Fargate (ECS), 3 tasks of 1 vCPU, 2GB, x86_64: $121.40 AWS bill; Lambda: $46.20`; none
/// where the file does not say what runs.
pub(super) fn today(one: &WorkloadDecision) -> Option<String> {
    let today = one.today.as_ref()?;
    let mut text = format!("{}, {}", today.name, today.what);
    match today.bill {
        Some(bill) => text += &format!(": {bill} AWS bill"),
        None => text.push_str(": a price is not known"),
    }
    if let Some(best) = one.recommended()
        && let Some(monthly) = &best.monthly
    {
        text += &format!("; {} as recommended: {}", best.name, monthly.bill);
    }
    Some(text)
}
