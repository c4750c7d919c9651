//! Which question to ask next: the one whose answer settles the most.

use landfall_workload::{FactId, Facts};

use crate::evaluate::Context;
use crate::system::Inputs;

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
            return Some(next(
                FactId::Trigger,
                shown(context, facts, &evaluation, FactId::Trigger),
            ));
        }
        let mut best: Option<(f64, Next)> = None;
        for fact in open {
            let outcomes = shown(context, facts, &evaluation, fact);
            let changing = outcomes
                .iter()
                .filter(|(_, outcome)| *outcome != today)
                .count();
            if changing == 0 {
                continue;
            }
            let share = changing as f64 / outcomes.len() as f64;
            if best.as_ref().is_none_or(|(most, _)| share > *most) {
                best = Some((share, next(fact, outcomes)));
            }
        }
        best.map(|(_, next)| next)
    })
}

fn shown(
    context: &Context<'_>,
    facts: &Facts,
    evaluation: &crate::evaluate::Evaluation,
    fact: FactId,
) -> Vec<(String, Option<String>)> {
    context
        .outcomes(facts, evaluation, fact)
        .into_iter()
        .map(|(value, outcome)| (value.show(fact), outcome))
        .collect()
}
