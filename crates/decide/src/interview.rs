//! Which question to ask next: the one whose answer settles the most.

use landfall_workload::{FactId, Facts, Value};

use crate::evaluate::Context;
use crate::evaluated::Evaluation;
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

/// The question that settles the most, of those that were not declined: the first of
/// [`questions`].
pub fn next_question(facts: &Facts, inputs: &Inputs<'_>, declined: &[FactId]) -> Option<Next> {
    inputs.with_context(|context| {
        let evaluation = context.evaluate(facts);
        let first = context.trigger_question(facts, &evaluation, declined);
        first.or_else(|| {
            let others = context.other_questions(facts, &evaluation, declined);
            others.into_iter().next()
        })
    })
}

/// The questions whose answers could still change the recommendation, those first of which
/// the largest share of answers do. None of those `declined`, and none when no single answer
/// could change it any more. What starts the work is always asked first: everything else
/// depends on it.
pub fn questions(facts: &Facts, inputs: &Inputs<'_>, declined: &[FactId]) -> Vec<Next> {
    inputs.with_context(|context| {
        let evaluation = context.evaluate(facts);
        let first = context.trigger_question(facts, &evaluation, declined);
        let others = context.other_questions(facts, &evaluation, declined);
        first.into_iter().chain(others).collect()
    })
}

impl Context<'_> {
    /// What starts the work, where nobody knows it and a rule or sizing asks.
    fn trigger_question(
        &self,
        facts: &Facts,
        evaluation: &Evaluation,
        declined: &[FactId],
    ) -> Option<Next> {
        let fact = FactId::Trigger;
        let is_open = !declined.contains(&fact) && self.open_facts(facts).contains(&fact);
        is_open.then(|| {
            let today = self.winner(evaluation).map(str::to_owned);
            self.question(fact, self.outcomes(facts, evaluation, fact), today)
        })
    }

    /// All but what starts the work, in order.
    fn other_questions(
        &self,
        facts: &Facts,
        evaluation: &Evaluation,
        declined: &[FactId],
    ) -> Vec<Next> {
        let today = self.winner(evaluation).map(str::to_owned);
        let mut open = self.open_facts(facts);
        open.extend(SIZING.iter().filter(|fact| facts.is_unknown(**fact)));
        open.sort_unstable();
        open.dedup();
        open.retain(|fact| !declined.contains(fact) && *fact != FactId::Trigger);
        let ask = |fact: FactId| {
            let outcomes = self.outcomes(facts, evaluation, fact);
            let weight = |(value, _): &(Value, Option<String>)| {
                if is_usual(evaluation, fact, value) {
                    1.0
                } else {
                    UNUSUAL
                }
            };
            let all: f64 = outcomes.iter().map(weight).sum();
            let changing = outcomes.iter().filter(|(_, outcome)| *outcome != today);
            let changing: f64 = changing.map(weight).sum();
            let next = self.question(fact, outcomes, today.clone());
            (changing > 0.0).then(|| (changing / all.max(1.0), next))
        };
        let mut ranked: Vec<(f64, Next)> = open.into_iter().filter_map(ask).collect();
        ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranked.into_iter().map(|(_, next)| next).collect()
    }

    fn question(
        &self,
        fact: FactId,
        outcomes: Vec<(Value, Option<String>)>,
        today: Option<String>,
    ) -> Next {
        let why = self.pack.question(fact);
        Next {
            fact,
            ask: self.pack.ask(fact),
            why: why.map_or_else(String::new, |one| one.why.clone()),
            outcomes: shown(fact, outcomes),
            today,
        }
    }
}

fn shown(fact: FactId, outcomes: Vec<(Value, Option<String>)>) -> Vec<(String, Option<String>)> {
    outcomes
        .into_iter()
        .map(|(value, outcome)| (value.show(fact), outcome))
        .collect()
}
