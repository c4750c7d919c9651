//! One decision beside another.

use landfall_decide::{Decision, Inputs, WorkloadDecision, cause_of};
use landfall_report::record::{Record, WorkloadRecord};
use landfall_report::text::{self, Compared};
use landfall_units::Money;
use landfall_workload::System;
use serde_json::json;

use crate::problem::Problem;
use crate::shown::pretty;

/// Calls `work` with what became of every workload between two decisions, and with those
/// that are gone. `system` and `inputs` are those of the latter.
pub fn compare<T>(
    former: &Decision,
    decision: &Decision,
    system: &System,
    inputs: &Inputs<'_>,
    work: impl FnOnce(&[Compared<'_>], &[&str]) -> T,
) -> T {
    let then = Record::of(former, "", String::new());
    let now = Record::of(decision, "", String::new());
    let compared = compared(decision, &then, &now, system, inputs);
    work(&compared, &gone(decision, &then))
}

/// What became of every workload since a record was made; `now` is today's.
pub fn compared<'d>(
    decision: &'d Decision,
    recorded: &Record,
    now: &Record,
    system: &System,
    inputs: &Inputs<'_>,
) -> Vec<Compared<'d>> {
    let one = |one: &'d WorkloadDecision| {
        let then = recorded.workloads.iter().find(|other| other.id == one.id);
        let mut compared = Compared {
            now: one,
            former: then.and_then(|then| then.recommended.clone()),
            former_total: then.and_then(|then| Some(Money::from_f64(then.total?).to_string())),
            before: then.map(WorkloadRecord::given),
            elsewhere: text::elsewhere(recorded, now, &one.id),
            cause: None,
        };
        if let Some(before) = compared.before.as_ref().filter(|_| compared.has_changed()) {
            let former = compared.former.as_deref();
            compared.cause = Some(cause_of(system, &one.id, before, former, inputs));
        }
        compared
    };
    decision.workloads.iter().map(one).collect()
}

/// The workloads of a record that are no longer there.
pub fn gone<'r>(decision: &Decision, recorded: &'r Record) -> Vec<&'r str> {
    let ids = recorded.workloads.iter().map(|then| then.id.as_str());
    let is_gone = |id: &&str| decision.workloads.iter().all(|one| one.id != *id);
    ids.filter(is_gone).collect()
}

/// The comparison as JSON.
///
/// # Errors
/// An internal one.
pub fn comparison_json(
    file: &str,
    stands: bool,
    compared: &[Compared<'_>],
    gone: &[&str],
) -> Result<String, Problem> {
    let workloads: Vec<_> = compared
        .iter()
        .map(|one| {
            json!({
                "id": one.now.id,
                "stands": one.before.is_some() && !one.has_changed(),
                "recorded": one.former,
                "recommended": one.now_recommended(),
                "margin": one.now.margin,
                "confidence": one.now.recommended().and_then(|best| Some(best.doubt?.wins)),
                "summary": one.sentence(),
                "changed": one.facts(),
                "elsewhere": one.elsewhere,
            })
        })
        .collect();
    pretty(&json!({
        "schema": 1, "file": file, "stands": stands, "workloads": workloads, "gone": gone,
    }))
}
