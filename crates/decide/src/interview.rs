//! Which question to ask next: the one whose answer settles the most.

use landfall_workload::{FactId, Facts, Value};

use crate::inputs::Inputs;
use crate::unknowns::is_usual;

/// The next question.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The fact that it asks for.
    pub fact: FactId,
    /// The question.
    pub ask: String,
    /// Why it matters in general.
    pub why: String,
    /// What would be recommended for each answer tried.
    pub outcomes: Vec<(String, Option<String>)>,
    /// What is recommended as things stand.
    pub today: Option<String>,
}

/// Facts that sizing needs and that are worth asking for though no rule does.
const SIZING: [FactId; 4] = [
    FactId::Volume,
    FactId::DurationP50,
    FactId::Memory,
    FactId::PeakToMean,
];

/// What an answer outside the documented default counts for, beside one inside.
const UNUSUAL: f64 = 0.05;

/// The question that settles the most: of those whose answer could still change
/// the recommendation, the one with the largest share of answers that do. None
/// when no single answer could change it any more. What starts the work is always
/// asked first: everything else depends on it.
pub fn next_question(facts: &Facts, inputs: &Inputs<'_>, declined: &[FactId]) -> Option<Next> {
    inputs.with_context(|context| {
        let evaluation = context.evaluate(facts);
        let today = context.winner(&evaluation).map(str::to_owned);
        let mut open = context.open_facts(facts);
        open.extend(SIZING.iter().filter(|fact| facts.is_unknown(**fact)));
        open.sort_unstable();
        open.dedup();
        open.retain(|fact| !declined.contains(fact));
        let next = |fact: FactId, outcomes: Vec<(String, Option<String>)>| Next {
            fact,
            ask: context.pack.ask(fact),
            why: context
                .pack
                .question(fact)
                .map_or_else(String::new, |one| one.why.clone()),
            outcomes,
            today: today.clone(),
        };
        if open.contains(&FactId::Trigger) {
            let outcomes = context.outcomes(facts, &evaluation, FactId::Trigger);
            return Some(next(FactId::Trigger, shown(FactId::Trigger, outcomes)));
        }
        let mut best: Option<(f64, Next)> = None;
        for fact in open {
            let outcomes = context.outcomes(facts, &evaluation, fact);
            let weight = |(value, _): &(Value, Option<String>)| {
                if is_usual(&evaluation, fact, value) {
                    1.0
                } else {
                    UNUSUAL
                }
            };
            let all: f64 = outcomes.iter().map(weight).sum();
            let changing: f64 = outcomes
                .iter()
                .filter(|(_, outcome)| *outcome != today)
                .map(weight)
                .sum();
            if changing <= 0.0 {
                continue;
            }
            let share = changing / all.max(1.0);
            if best.as_ref().is_none_or(|(most, _)| share > *most) {
                best = Some((share, next(fact, shown(fact, outcomes))));
            }
        }
        best.map(|(_, next)| next)
    })
}

fn shown(fact: FactId, outcomes: Vec<(Value, Option<String>)>) -> Vec<(String, Option<String>)> {
    outcomes
        .into_iter()
        .map(|(value, outcome)| (value.show(fact), outcome))
        .collect()
}
