//! Questions: what is unknown and worth asking for, with what an answer is worth.

use std::fmt::Write as _;

use landfall_decide::{Changed, Unknown, WorkloadDecision};
use landfall_units::Money;

use super::name_of;
use crate::wrap::paragraph;

/// Questions shown at most.
const MOST: usize = 3;

/// The unknown facts that are worth asking for, those worth most first, each with what it is
/// worth a month.
fn asked(one: &WorkloadDecision) -> Vec<(&Unknown, Money)> {
    let worth = one.unknown.iter().filter(|unknown| unknown.is_worth_asking);
    let worth = worth.filter_map(|unknown| Some((unknown, unknown.worth?)));
    worth.take(MOST).collect()
}

/// What an answer would do: `true would change it to Fargate (ECS)`, `true would exclude Lambda`.
pub(crate) fn would_change(one: &WorkloadDecision, answer: &str, changed: &Changed) -> String {
    match changed {
        Changed::To(None) => format!("{answer} would leave nothing that fits"),
        Changed::To(Some(id)) => format!("{answer} would change it to {}", name_of(one, id)),
        Changed::Excludes(id) => format!("{answer} would exclude {}", name_of(one, id)),
    }
}

/// Dollars without cents.
pub(crate) fn dollars(money: Money) -> String {
    let whole = Money::from_f64(money.as_f64().round().max(1.0)).to_string();
    whole.trim_end_matches(".00").to_owned()
}

/// The facts that are worth asking for, in a line: `trigger (worth $31 a month), needs.gpu ($4)`.
pub(crate) fn worth_asking(one: &WorkloadDecision) -> String {
    let all = asked(one);
    let facts = all.iter().enumerate().map(|(place, (unknown, worth))| {
        let said = if place == 0 {
            format!("worth {} a month", dollars(*worth))
        } else {
            dollars(*worth)
        };
        format!("{} ({said})", unknown.fact.name())
    });
    let facts: Vec<String> = facts.collect();
    format!("{}{}", facts.join(", "), the_others(one, all.len()))
}

/// What is to be said of the unknown facts beside the first few.
fn the_others(one: &WorkloadDecision, shown: usize) -> String {
    let asking = one.unknown.iter().filter(|unknown| unknown.is_worth_asking);
    let (more, rest) = (asking.count() - shown, one.unknown.len() - shown);
    match (more, rest) {
        (_, 0) => String::new(),
        (0, 1) => "; the other can change little".to_owned(),
        (0, rest) => format!("; the other {rest} can change little"),
        (more, rest) => format!("; {more} of the other {rest} are worth less"),
    }
}

/// The questions of a provisional recommendation, before everything else.
pub(super) fn questions_first(one: &WorkloadDecision) -> String {
    let asked = asked(one);
    if !one.is_provisional || asked.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    let these = match asked.len() {
        1 => "this question".to_owned(),
        number => format!("these {number} questions"),
    };
    let text = format!(
        "{}: too little is known; answer {these} first{}",
        one.id.to_uppercase(),
        the_others(one, asked.len())
    );
    paragraph(&mut out, "", "  ", &text);
    for (unknown, worth) in asked {
        let mut text = format!("{}: {}", unknown.fact.name(), unknown.question);
        let _ = write!(text, " (worth {} a month)", dollars(worth));
        paragraph(&mut out, "  ? ", "    ", &text);
    }
    out
}
