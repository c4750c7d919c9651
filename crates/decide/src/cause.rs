//! What turned a decision: each changed fact is turned back, alone.

use landfall_workload::{FactId, Facts, Scope, System};

use crate::inputs::Inputs;
use crate::system::decide;

/// Why a recommendation is another than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Each of these facts alone, turned back, brings the former recommendation back.
    Facts(Vec<FactId>),
    /// No single fact does, but all of them together.
    Together(Vec<FactId>),
    /// No fact is the cause: prices, the framework, the day, or other workloads.
    Elsewhere,
}

/// The given facts that differ.
pub fn differing(before: &Facts, after: &Facts) -> Vec<FactId> {
    let given = FactId::ALL.iter().copied();
    given
        .filter(|fact| fact.scope() != Scope::Derived)
        .filter(|fact| {
            before.get(*fact) != after.get(*fact) || before.at_most(*fact) != after.at_most(*fact)
        })
        .collect()
}

/// Which facts of a workload turned its recommendation from `former`, `before` being its
/// facts then. Fewer scenarios are drawn than for a decision.
pub fn cause_of(
    system: &System,
    workload: &str,
    before: &Facts,
    former: Option<&str>,
    inputs: &Inputs<'_>,
) -> Cause {
    const SCENARIOS: usize = 200;
    let inputs = Inputs {
        scenarios: inputs.scenarios.min(SCENARIOS),
        ..*inputs
    };
    let Some(place) = system.workloads.iter().position(|one| one.id == workload) else {
        return Cause::Elsewhere;
    };
    let is_former = |turned: &[FactId]| {
        let mut system = system.clone();
        let Some(one) = system.workloads.get_mut(place) else {
            return false;
        };
        for fact in turned {
            match before.entry(*fact) {
                Some(entry) => one.facts.set(*fact, entry.value.clone(), entry.origin),
                None => match before.at_most(*fact) {
                    Some(most) => one.facts.set_at_most(*fact, most),
                    None => one.facts.forget(*fact),
                },
            }
        }
        let decision = decide(&system, &inputs);
        let told = decision.workloads.get(place);
        let now = told.and_then(|one| one.recommended());
        now.map(|option| option.platform.as_str()) == former
    };
    let Some(after) = system.workloads.get(place).map(|one| &one.facts) else {
        return Cause::Elsewhere;
    };
    let changed = differing(before, after);
    let alone: Vec<FactId> = changed
        .iter()
        .copied()
        .filter(|fact| is_former(&[*fact]))
        .collect();
    if !alone.is_empty() {
        Cause::Facts(alone)
    } else if changed.len() > 1 && is_former(&changed) {
        Cause::Together(changed)
    } else {
        Cause::Elsewhere
    }
}
