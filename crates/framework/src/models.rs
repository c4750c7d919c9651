//! Which conditions can hold together: by trying every combination of values
//! that could make a difference to them (each word of a choice; each bound that
//! a quantity is compared with, and a little to both sides).

use std::collections::BTreeMap;

use landfall_source::Span;
use landfall_workload::{FactId, Facts, Kind, Origin, Scope, Value, derive};

use crate::condition::Condition;
use crate::truth::Truth;

/// Combinations tried at most; conditions that need more are left undecided.
const MOST: usize = 100_000;

/// How two conditions go together, over every model of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Together {
    /// The first can hold.
    pub(crate) first: bool,
    /// Both can hold at once.
    pub(crate) both: bool,
    /// The first can hold without the second.
    pub(crate) first_alone: bool,
}

/// Tries two conditions; none when there are too many combinations.
pub(crate) fn together(first: &Condition, second: &Condition) -> Option<Together> {
    let values = candidates(&[first, second])?;
    let mut found = Together::default();
    each_model(&values, &mut |facts| {
        if first.evaluate(facts) != Truth::True {
            return;
        }
        found.first = true;
        match second.evaluate(facts) {
            Truth::True => found.both = true,
            Truth::False | Truth::Unknown(_) => found.first_alone = true,
        }
    });
    Some(found)
}

/// Whether a condition can hold at all; true when that could not be tried.
pub(crate) fn can_hold(condition: &Condition) -> bool {
    together(condition, &Condition::All(Vec::new())).is_none_or(|found| found.first)
}

/// The values worth trying for each given fact.
fn candidates(conditions: &[&Condition]) -> Option<Vec<(FactId, Vec<Value>)>> {
    let mut values: BTreeMap<FactId, Vec<Value>> = BTreeMap::new();
    for condition in conditions {
        condition.visit(&mut |one| {
            let Some(fact) = one.fact() else { return };
            for (fact, value) in worth_trying(fact, one) {
                let list = values.entry(fact).or_default();
                if !list.contains(&value) {
                    list.push(value);
                }
            }
        });
    }
    let mut combinations: usize = 1;
    for list in values.values() {
        combinations = combinations.saturating_mul(list.len());
    }
    (combinations <= MOST).then(|| values.into_iter().collect())
}

fn worth_trying(fact: FactId, condition: &Condition) -> Vec<(FactId, Value)> {
    if fact.scope() == Scope::Derived {
        return derived_values(fact, condition);
    }
    let values: Vec<Value> = match (fact.kind(), condition) {
        (Kind::Flag, _) => vec![Value::Flag(true), Value::Flag(false)],
        (Kind::Choice(words), _) => words.iter().map(|word| Value::Choice(word)).collect(),
        (Kind::Choices(words), _) => words
            .iter()
            .map(|word| Value::Choices(vec![word]))
            .chain([Value::Choices(words.to_vec())])
            .collect(),
        (Kind::Quantity(_), Condition::Compare(_, _, bound)) => around(*bound),
        (Kind::Text, Condition::OneOf(_, words)) => words
            .iter()
            .chain([&"other".to_owned()])
            .map(|w| Value::Text(w.as_str().into()))
            .collect(),
        (Kind::Text, Condition::StartsWith(_, start)) => {
            vec![
                Value::Text(start.as_str().into()),
                Value::Text("other".into()),
            ]
        }
        _ => Vec::new(),
    };
    values.into_iter().map(|value| (fact, value)).collect()
}

fn around(bound: f64) -> Vec<Value> {
    [bound * 0.5, bound, bound.mul_add(1.5, 1.0)]
        .into_iter()
        .map(Value::exact)
        .collect()
}

/// Like [`around`], and far off to both sides: the fact is only one factor.
fn far_around(bound: f64) -> Vec<Value> {
    let mut values = around(bound);
    values.extend([bound * 0.01, bound.mul_add(100.0, 10.0)].map(Value::exact));
    values
}

/// A derived fact is tried through what it is made of: the trigger's words, or
/// the volume with every other part at one.
fn derived_values(fact: FactId, condition: &Condition) -> Vec<(FactId, Value)> {
    let mut values = Vec::new();
    for part in derive::made_of(fact).iter().copied() {
        match (part.kind(), condition) {
            (Kind::Choice(words), _) => {
                values.extend(words.iter().map(|word| (part, Value::Choice(word))));
            }
            (Kind::Quantity(_), Condition::Compare(_, _, bound)) if part == FactId::Volume => {
                values.extend(far_around(*bound).into_iter().map(|value| (part, value)));
            }
            (Kind::Quantity(_), _) => values.push((part, Value::exact(1.0))),
            _ => {}
        }
    }
    values
}

fn each_model(values: &[(FactId, Vec<Value>)], each: &mut impl FnMut(&Facts)) {
    let mut facts = Facts::default();
    walk(values, &mut facts, each);
}

fn walk(values: &[(FactId, Vec<Value>)], facts: &mut Facts, each: &mut impl FnMut(&Facts)) {
    let Some(((fact, list), rest)) = values.split_first() else {
        each(facts);
        return;
    };
    for value in list {
        facts.set(*fact, value.clone(), Origin::Given(Span::default()));
        walk(rest, facts, each);
    }
}
