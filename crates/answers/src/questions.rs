//! What to ask next.

use std::collections::BTreeMap;

use landfall_decide::{Inputs, questions};
use landfall_import::Asked;
use landfall_simulate::each;
use landfall_workload::{System, Workload};
use serde_json::{Value, json};

/// Most questions of a workload that are handed out.
const MOST: usize = 8;

/// What is still open in each workload, in the order in which an interview would ask.
/// Workloads of which the same is known are asked once.
pub(crate) fn asked(system: &System, inputs: &Inputs<'_>) -> BTreeMap<String, Vec<Asked>> {
    let workloads = &system.workloads;
    let mut first: Vec<&Workload> = Vec::new();
    for one in workloads {
        if !first
            .iter()
            .any(|other| other.facts.has_values_of(&one.facts))
        {
            first.push(one);
        }
    }
    let asked = each(&first, |workload| {
        let open = questions(&workload.facts, inputs, &[]);
        let asked = open.into_iter().take(MOST).map(|next| Asked {
            fact: next.fact,
            ask: next.ask,
        });
        asked.collect::<Vec<Asked>>()
    });
    let of = |one: &Workload| {
        let mut pairs = first.iter().zip(&asked);
        let same = pairs.find(|(other, _)| other.facts.has_values_of(&one.facts));
        let asked = same.map_or_else(Vec::new, |(_, asked)| asked.clone());
        (one.id.clone(), asked)
    };
    workloads.iter().map(of).collect()
}

/// The questions whose answers could change the recommendation of each workload, what matters
/// most first, with what every answer that was tried would recommend.
pub fn next_questions(system: &System, inputs: &Inputs<'_>) -> Value {
    let ask = |workload: &Workload| {
        let open = questions(&workload.facts, inputs, &[]);
        let first = open.into_iter().take(MOST).map(|next| {
            let outcomes = next.outcomes.iter();
            let changing = outcomes.filter(|(_, outcome)| *outcome != next.today);
            json!({
                "fact": next.fact.name(),
                "question": next.ask,
                "why": next.why,
                "recommended_now": next.today,
                "worth_a_month": next.worth.map(landfall_units::Money::as_f64),
                "could_change_to": changing.map(|(answer, outcome)| {
                    json!({ "answer": answer, "recommended": outcome })
                }).collect::<Vec<_>>(),
            })
        });
        json!({ "id": workload.id, "questions": first.collect::<Vec<_>>() })
    };
    let workloads: Vec<Value> = system.workloads.iter().map(ask).collect();
    json!({ "schema": 1, "workloads": workloads })
}
