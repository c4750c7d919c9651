//! A decision in a few lines of JSON: what a reader needs first.

use landfall_report::json::{DecisionJson, OptionJson, UnknownJson, WorkloadJson};
use serde_json::{Value, json};

/// How much is shown of a workload: most options that are not excluded, and most inputs,
/// break-even points and open questions.
#[derive(Debug, Clone, Copy)]
struct Extent {
    options: usize,
    others: usize,
}

/// Of one or two workloads.
const FEW: Extent = Extent {
    options: usize::MAX,
    others: 4,
};
/// Of each of more.
const MANY: Extent = Extent {
    options: 2,
    others: 1,
};

/// The recommendation, the runner-up, totals and intervals, what matters, break-even points,
/// and one reason for each option that is excluded; of more than two workloads the first two
/// options of each. Every figure is one of the document's.
pub fn brief(document: &DecisionJson) -> Value {
    let extent = if document.workloads.len() > 2 {
        MANY
    } else {
        FEW
    };
    let workloads = document.workloads.iter();
    let workloads: Vec<Value> = workloads.map(|one| workload(one, extent)).collect();
    json!({
        "schema": document.schema,
        "name": document.name,
        "region": document.prices.region,
        "framework": document.framework,
        "as_of": document.as_of,
        "scenarios": document.worlds,
        "system_monthly": document.system.total.as_ref().map(|total| total.monthly),
        "workloads": workloads,
    })
}

fn workload(one: &WorkloadJson, extent: Extent) -> Value {
    let is_excluded = |option: &&OptionJson| option.verdict == "excluded";
    let options: Vec<Value> = one
        .options
        .iter()
        .filter(|option| !is_excluded(option))
        .take(extent.options)
        .map(option)
        .collect();
    let excluded = one.options.iter().filter(is_excluded);
    let excluded: Vec<Value> = excluded
        .map(|option| {
            let mut reasons = option.reasons.iter();
            let why =
                reasons.find(|reason| matches!(reason.effect.as_str(), "excludes" | "requires"));
            json!({ "platform": option.platform, "because": why.map(|why| &why.because) })
        })
        .collect();
    let points = one.tipping_points.iter().take(extent.others).map(
        |point| json!({ "fact": point.fact, "at": point.at, "from": point.from, "to": point.to }),
    );
    let is_asked = |fact: &&UnknownJson| fact.could_change_answer || fact.worth > Some(0.0);
    let open = one
        .unknown
        .iter()
        .filter(is_asked)
        .take(extent.others)
        .map(|fact| {
            json!({
                "fact": fact.fact, "question": fact.question, "to": fact.to, "worth": fact.worth,
            })
        });
    json!({
        "id": one.id,
        "recommended": one.recommended,
        "runner_up": one.runner_up,
        "margin": one.margin,
        "confidence": one.confidence,
        "confidence_without_needs": one.confidence_without_needs,
        "provisional": one.provisional,
        "precedence": one.precedence,
        "options": options,
        "excluded": excluded,
        "matters": one.matters.iter().take(extent.others).collect::<Vec<_>>(),
        "break_even_points": points.collect::<Vec<_>>(),
        "could_change": open.collect::<Vec<_>>(),
        "assumed": one.assumed.len(),
    })
}

fn option(option: &OptionJson) -> Value {
    let monthly = option.monthly.as_ref().map(|monthly| {
        json!({
            "bill": monthly.bill,
            "people": monthly.people,
            "total": monthly.total,
            "total_p10": monthly.total_p10,
            "total_p90": monthly.total_p90,
        })
    });
    let latency = option.latency_ms.as_ref();
    json!({
        "platform": option.platform,
        "verdict": option.verdict,
        "monthly": monthly,
        "wins": option.wins,
        "p99_ms": latency.map(|latency| latency.p99),
        "meets_targets": option.meets_targets,
    })
}
