//! What is unknown, and whether learning it could change the recommendation: the answers that
//! could make a difference are tried by formulas, and one that does is said only where deciding
//! anew with it confirms it.

use landfall_framework::{Condition, Verdict};
use landfall_simulate::each;
use landfall_units::Money;
use landfall_workload::{FactId, Facts, Kind, Value};

use crate::again::{Again, contenders};
use crate::choose::Ranking;
use crate::context::Context;
use crate::decision::{Changed, Unknown};
use crate::evaluated::Evaluation;
use crate::known::Known;

/// Answers to a question that are looked at before it is given up.
const TRIES: usize = 2;

impl Context<'_> {
    /// The platform that an evaluation recommends.
    pub(crate) fn winner(&self, evaluation: &Evaluation) -> Option<&str> {
        let ranking = Ranking::new(evaluation);
        let place = ranking
            .order
            .first()
            .filter(|_| ranking.has_recommendation)?;
        let id = evaluation.options.get(*place)?.platform;
        self.catalog.at(id).map(|platform| platform.id.as_str())
    }

    /// Unknown facts that a rule asks of or that scenarios draw, those that matter first. `worth`
    /// is what knowing each is worth, in dollars a month; nothing where no scenarios were drawn.
    pub(crate) fn unknowns(
        &self,
        known: &Known<'_>,
        evaluation: &Evaluation,
        worth: &[(FactId, f64)],
        again: &Again<'_>,
    ) -> Vec<Unknown> {
        let facts = &again.workload.facts;
        let open = self.open_facts(facts);
        let drawn = worth.iter().map(|(fact, _)| *fact);
        let drawn =
            drawn.filter(|fact| !open.contains(fact) && self.pack.question(*fact).is_some());
        let drawn: Vec<FactId> = drawn.collect();
        let asked = open.iter().map(|fact| (*fact, true));
        let all = asked.chain(drawn.into_iter().map(|fact| (fact, false)));
        let all: Vec<(FactId, bool)> = all.collect();
        let one = |(fact, is_open): &(FactId, bool)| {
            let fact = *fact;
            let worth = worth.iter().find(|(one, _)| *one == fact);
            let worth = worth.map(|(_, dollars)| Money::from_f64(*dollars).to_cent());
            let is_worth_asking = worth.is_some_and(|worth| {
                self.is_worth_asking(worth) || (fact == FactId::Trigger && worth > Money::ZERO)
            });
            // Facts that no scenario draws are few.
            let is_tried = is_worth_asking || worth.is_none();
            let changes =
                is_open.then(|| self.changed_by(known, (fact, is_tried), evaluation, again));
            let changes = changes.flatten();
            let is_usual = changes
                .as_ref()
                .is_some_and(|(value, _)| is_usual(evaluation, fact, value));
            Unknown {
                fact,
                question: self.pack.ask(fact),
                why: self
                    .pack
                    .question(fact)
                    .map_or_else(String::new, |one| one.why.clone()),
                changes: changes.map(|(value, outcome)| (value.show(fact), outcome)),
                is_usual,
                is_worth_asking,
                worth,
            }
        };
        let mut unknown: Vec<Unknown> = each(&all, one);
        unknown.sort_by_key(|one| {
            (
                // Everything else depends on what starts the work.
                one.fact != FactId::Trigger,
                std::cmp::Reverse(one.worth.filter(|_| one.is_worth_asking)),
                one.changes.is_none(),
                !one.is_usual,
                one.fact,
            )
        });
        unknown
    }

    /// An answer that changes the recommendation, and how. Of answers that do by formulas: of
    /// a fact that is worth asking for, the first that deciding anew confirms clearly; of others,
    /// the first by which a rule excludes what is recommended. One within what is usual comes
    /// before others.
    fn changed_by(
        &self,
        known: &Known<'_>,
        (fact, is_worth_asking): (FactId, bool),
        evaluation: &Evaluation,
        again: &Again<'_>,
    ) -> Option<(Value, Changed)> {
        let today = self.winner(evaluation).map(str::to_owned);
        let facts = &again.workload.facts;
        let mut changing = self.outcomes(known, facts, evaluation, fact);
        changing.retain(|(_, outcome)| *outcome != today);
        changing.sort_by_key(|(value, _)| !is_usual(evaluation, fact, value));
        let recommended = again.today().platform;
        let place = self.catalog.numbered();
        let mut place = place.filter(|(_, row)| Some(&row.id) == recommended.as_ref());
        let chosen = place.next();
        let confirmed = |(value, _): (Value, Option<String>)| {
            let learned = facts.with(fact, value.clone());
            if is_worth_asking {
                let after = self.evaluate_after(known, evaluation, &learned);
                let after = again.clearly_with(fact, &value, contenders(&after))?;
                let is_another = after.platform != recommended;
                return is_another.then_some((value, Changed::To(after.platform)));
            }
            let (id, row) = chosen?;
            let is_out = self.verdict(known, id, &learned) == Verdict::Excluded;
            is_out.then(|| (value, Changed::Excludes(row.id.clone())))
        };
        let mut tried = changing.into_iter().take(TRIES).filter_map(confirmed);
        tried.next()
    }

    /// Whether an answer is worth asking for before others, by what the pack says.
    pub(crate) fn is_worth_asking(&self, worth: Money) -> bool {
        let least = self.pack.parameter("worth_asking");
        let least = least.map_or(Money::ZERO, |least| Money::from_f64(least.likely()));
        worth > Money::ZERO && worth >= least
    }

    /// Given facts that nobody knows and that leave a rule undecided.
    pub(crate) fn open_facts(&self, facts: &Facts) -> Vec<FactId> {
        self.screen
            .undecided(facts)
            .iter()
            .filter(|fact| facts.is_unknown(*fact))
            .collect()
    }

    /// What would be recommended for each answer worth trying.
    pub(crate) fn outcomes(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        evaluation: &Evaluation,
        fact: FactId,
    ) -> Vec<(Value, Option<String>)> {
        self.answers(evaluation, fact)
            .into_iter()
            .map(|value| {
                let learned = facts.with(fact, value.clone());
                let after = self.evaluate_after(known, evaluation, &learned);
                (value, self.winner(&after).map(str::to_owned))
            })
            .collect()
    }

    /// The answers worth trying: every word; both sides of every bound that a
    /// rule compares with; the ends of the documented default.
    fn answers(&self, evaluation: &Evaluation, fact: FactId) -> Vec<Value> {
        match fact.kind() {
            Kind::Flag => vec![Value::Flag(true), Value::Flag(false)],
            Kind::Choice(words) => words.iter().map(|word| Value::Choice(word)).collect(),
            Kind::Choices(words) => words
                .iter()
                .map(|word| Value::Choices(vec![word]))
                .collect(),
            Kind::Text => Vec::new(),
            Kind::Quantity(_) => {
                let mut values = self.bounds(fact);
                if let Some(default) = evaluation.filled.range(fact) {
                    values.extend([default.low(), default.high()]);
                }
                if let Some(most) = evaluation.filled.most(fact) {
                    values.retain(|value| *value <= most);
                }
                values.sort_by(f64::total_cmp);
                values.dedup_by(|a, b| (*a - *b).abs() <= f64::EPSILON * b.abs());
                values.into_iter().map(Value::exact).collect()
            }
        }
    }

    /// Both sides of every bound that a rule compares a fact with.
    fn bounds(&self, fact: FactId) -> Vec<f64> {
        let mut values = Vec::new();
        for bound in self
            .catalog
            .numbered()
            .flat_map(|(id, _)| self.screen.of(id))
        {
            collect(bound.when.as_ref(), fact, &mut values);
        }
        values
    }
}

/// Whether a value lies within the documented default of a fact; true when there is none.
pub(crate) fn is_usual(evaluation: &Evaluation, fact: FactId, value: &Value) -> bool {
    let (Some(usual), Value::Quantity(tried)) = (evaluation.filled.range(fact), value) else {
        return true;
    };
    tried.low() >= usual.low() && tried.high() <= usual.high()
}

fn collect(condition: Option<&Condition>, fact: FactId, values: &mut Vec<f64>) {
    match condition {
        Some(Condition::All(list) | Condition::Any(list)) => {
            for one in list {
                collect(Some(one), fact, values);
            }
        }
        Some(Condition::Not(inner)) => collect(Some(inner), fact, values),
        Some(Condition::Compare(compared, _, bound)) if *compared == fact => {
            values.extend([*bound, bound * 1.5]);
        }
        _ => {}
    }
}
