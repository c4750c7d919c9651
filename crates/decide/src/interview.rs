//! Which question to ask next: the one whose answer is worth most.

use landfall_units::Money;
use landfall_workload::{FactId, Facts, Value, Workload};

use crate::context::Context;
use crate::evaluated::Evaluation;
use crate::inputs::Inputs;
use crate::known::Known;
use crate::unknowns::is_usual;
use crate::weighed::{settle, weigh};

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
    /// What an answer can save, in dollars a month on average over what it may be; none where no
    /// scenarios were drawn.
    pub worth: Option<Money>,
    /// Whether that is enough to ask for it.
    pub is_worth_asking: bool,
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

/// Scenarios drawn for an interview.
const SCENARIOS: usize = 400;

/// The question that settles the most, of those that were not declined: the first of
/// [`questions`].
pub fn next_question(facts: &Facts, inputs: &Inputs<'_>, declined: &[FactId]) -> Option<Next> {
    questions(facts, inputs, declined).into_iter().next()
}

/// The questions with an answer that could still change the recommendation by formulas, or whose
/// answer is worth asking for by scenarios. Those first that are worth most; where no scenarios
/// are drawn, those of which the largest share of answers changes it. None of those `declined`.
/// What starts the work is always asked first: everything else depends on it.
pub fn questions(facts: &Facts, inputs: &Inputs<'_>, declined: &[FactId]) -> Vec<Next> {
    let workload = Workload {
        id: String::new(),
        facts: facts.clone(),
        recorded: None,
    };
    let by_formulas = Inputs {
        budget: None,
        scenarios: inputs.scenarios.min(SCENARIOS),
        ..*inputs
    };
    inputs.with_context(|context| {
        let known = &Known::nothing(context.catalog);
        let evaluation = context.evaluate(known, facts);
        let worth = worth(&workload, context, &by_formulas);
        let first = context.trigger_question(known, facts, &evaluation, declined, &worth);
        let others = context.other_questions(known, facts, &evaluation, declined, &worth);
        first.into_iter().chain(others).collect()
    })
}

/// What knowing each fact is worth, by a few scenarios; nothing where none are drawn, or nothing
/// can be recommended.
fn worth(workload: &Workload, context: &Context<'_>, inputs: &Inputs<'_>) -> Vec<(FactId, f64)> {
    if inputs.scenarios == 0 {
        return Vec::new();
    }
    let mut weighed = [weigh(
        workload,
        context.catalog.all(),
        context,
        inputs,
        None,
    )];
    let chosen = settle(&mut weighed, 0..1, context);
    let chosen = chosen.first().copied().flatten();
    let pair = weighed.first().zip(chosen);
    pair.map_or_else(Vec::new, |(weighed, chosen)| weighed.worth(chosen.place))
}

impl Context<'_> {
    /// What starts the work, where nobody knows it and a rule or sizing asks.
    fn trigger_question(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        evaluation: &Evaluation,
        declined: &[FactId],
        worth: &[(FactId, f64)],
    ) -> Option<Next> {
        let fact = FactId::Trigger;
        let is_open = !declined.contains(&fact) && self.open_facts(facts).contains(&fact);
        is_open.then(|| {
            let today = self.winner(evaluation).map(str::to_owned);
            self.question(
                fact,
                self.outcomes(known, facts, evaluation, fact),
                today,
                worth,
            )
        })
    }

    /// All but what starts the work, in order.
    fn other_questions(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        evaluation: &Evaluation,
        declined: &[FactId],
        worth: &[(FactId, f64)],
    ) -> Vec<Next> {
        let today = self.winner(evaluation).map(str::to_owned);
        let mut open = self.open_facts(facts);
        open.extend(SIZING.iter().filter(|fact| facts.is_unknown(**fact)));
        let drawn = worth.iter().map(|(fact, _)| *fact);
        open.extend(drawn.filter(|fact| self.pack.question(*fact).is_some()));
        open.sort_unstable();
        open.dedup();
        open.retain(|fact| !declined.contains(fact) && *fact != FactId::Trigger);
        let ask = |fact: FactId| {
            let outcomes = self.outcomes(known, facts, evaluation, fact);
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
            let next = self.question(fact, outcomes, today.clone(), worth);
            let dollars = next.worth.filter(|_| next.is_worth_asking);
            let dollars = dollars.map_or(0.0, Money::as_f64);
            (changing > 0.0 || dollars > 0.0).then(|| (dollars, changing / all.max(1.0), next))
        };
        let mut ranked: Vec<(f64, f64, Next)> = open.into_iter().filter_map(ask).collect();
        ranked.sort_by(|one, other| {
            let by_worth = other.0.total_cmp(&one.0);
            by_worth.then(other.1.total_cmp(&one.1))
        });
        ranked.into_iter().map(|(_, _, next)| next).collect()
    }

    fn question(
        &self,
        fact: FactId,
        outcomes: Vec<(Value, Option<String>)>,
        today: Option<String>,
        worth: &[(FactId, f64)],
    ) -> Next {
        let worth = worth.iter().find(|(one, _)| *one == fact);
        let worth = worth.map(|(_, dollars)| Money::from_f64(*dollars).to_cent());
        let why = self.pack.question(fact);
        Next {
            fact,
            ask: self.pack.ask(fact),
            why: why.map_or_else(String::new, |one| one.why.clone()),
            outcomes: shown(fact, outcomes),
            today,
            worth,
            is_worth_asking: worth.is_some_and(|worth| self.is_worth_asking(worth)),
        }
    }
}

fn shown(fact: FactId, outcomes: Vec<(Value, Option<String>)>) -> Vec<(String, Option<String>)> {
    outcomes
        .into_iter()
        .map(|(value, outcome)| (value.show(fact), outcome))
        .collect()
}
