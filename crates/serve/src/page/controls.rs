//! One control for each fact, of the fact's kind.

use std::collections::BTreeSet;

use landfall_decide::{Decision, Tipping, WorkloadDecision};
use landfall_units::Dimension;
use landfall_workload::{FactId, Facts, Kind, Origin, Scope, System, Value, at_most, literal};
use maud::{Markup, html};

use super::address::Address;

/// A fact of a file that can be changed.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    /// The key that `--set` takes.
    pub(crate) key: String,
    fact: FactId,
    /// What the file has, as it is typed; empty where it has nothing.
    pub(crate) own: String,
    /// The range that the file has, in words.
    range: Option<String>,
}

/// The key of a fact that `--set` takes, of a workload or of the system.
pub(super) fn key_of(id: &str, fact: FactId) -> String {
    match fact.scope() {
        Scope::System => fact.name().to_owned(),
        _ => format!("workload.{id}.{}", fact.name()),
    }
}

/// The fact that a key of an address names.
pub(crate) fn fact_of(key: &str) -> Option<FactId> {
    let name = match key.strip_prefix("workload.") {
        Some(rest) => rest.split_once('.')?.1,
        None => key,
    };
    FactId::named(name).filter(|fact| is_control(*fact))
}

/// What is changed is shown before what is not, and what matters before the rest.
const SHOWN: usize = 6;

/// Facts that are no controls: files are never opened, and what runs today decides nothing.
fn is_control(fact: FactId) -> bool {
    fact.scope() != Scope::Derived && fact != FactId::Trace && !fact.name().starts_with("today.")
}

/// The controls of a scope. What a file says of a region has a picker of its own.
fn of(facts: &Facts, scope: Scope, prefix: &str) -> Vec<Control> {
    let all = FactId::ALL.iter().copied();
    let found = all.filter(|fact| fact.scope() == scope && is_control(*fact));
    found
        .filter(|fact| *fact != FactId::Region)
        .map(|fact| Control {
            key: format!("{prefix}{}", fact.name()),
            fact,
            own: own(facts, fact),
            range: range(facts, fact),
        })
        .collect()
}

/// A fact as it is typed.
fn own(facts: &Facts, fact: FactId) -> String {
    let entry = facts.entry(fact);
    let given = entry.filter(|entry| matches!(entry.origin, Origin::Given(_)));
    let text = match (given, facts.at_most(fact)) {
        (Some(entry), _) => literal(fact, &entry.value),
        (None, Some(most)) => at_most(fact, most),
        (None, None) => return String::new(),
    };
    let bare = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    bare.map_or(text.clone(), str::to_owned)
}

/// A range, in words; none where a fact is no range.
fn range(facts: &Facts, fact: FactId) -> Option<String> {
    let range = facts.range(fact).filter(|range| !range.is_exact())?;
    let show = |value: f64| Value::exact(value).show(fact);
    let (low, likely, high) = (range.low(), range.likely(), range.high());
    Some(format!(
        "from {} to {}, likely {}",
        show(low),
        show(high),
        show(likely)
    ))
}

/// The controls of a system: those of every workload, in order, and those of the team.
pub(crate) fn all(system: &System) -> Vec<(Option<&str>, Vec<Control>)> {
    let mut all: Vec<(Option<&str>, Vec<Control>)> = system
        .workloads
        .iter()
        .map(|one| {
            let prefix = format!("workload.{}.", one.id);
            (
                Some(one.id.as_str()),
                of(&one.facts, Scope::Workload, &prefix),
            )
        })
        .collect();
    if let Some(first) = system.workloads.first() {
        all.push((None, of(&first.facts, Scope::System, "")));
    }
    all
}

/// The facts that matter most to a decision, first those that are nearest to changing it.
fn mattering(one: &WorkloadDecision) -> Vec<FactId> {
    let points = one.tipping.iter().map(|point| point.fact);
    let inputs = one.matters.iter();
    let inputs = inputs.filter_map(|one| FactId::named(&one.input));
    let open = one.unknown.iter().filter(|one| one.changes.is_some());
    let mut seen = BTreeSet::new();
    points
        .chain(inputs)
        .chain(open.map(|one| one.fact))
        .filter(|fact| seen.insert(*fact))
        .collect()
}

/// The controls of a file, with the values that the address gives.
pub(crate) fn form(system: &System, decision: Option<&Decision>, wanted: &Address) -> Markup {
    html! {
        @for (id, controls) in all(system) {
            @let decided = decision.and_then(|decision| {
                decision.workloads.iter().find(|one| id == Some(one.id.as_str()))
            });
            (group(id, controls, decided, wanted))
        }
    }
}

fn group(
    id: Option<&str>,
    mut controls: Vec<Control>,
    decided: Option<&WorkloadDecision>,
    wanted: &Address,
) -> Markup {
    let matter = decided.map(mattering).unwrap_or_default();
    let rank = |control: &Control| {
        let is_changed = wanted
            .value(&control.key)
            .is_some_and(|value| value != control.own);
        let place = matter.iter().position(|fact| *fact == control.fact);
        (
            !is_changed,
            place.unwrap_or(matter.len()),
            control.own.is_empty(),
        )
    };
    controls.sort_by_key(rank);
    let shown = if id.is_some() { SHOWN } else { 0 };
    let rest = controls.split_off(shown.min(controls.len()));
    let points = decided.map_or(&[][..], |one| one.tipping.as_slice());
    let name = id.unwrap_or("Team and network");
    html! {
        fieldset data-workload=[id] {
            legend { (name) }
            @for one in &controls { (control(one, points, wanted)) }
            details {
                summary { @if id.is_some() { "All other facts of " (name) } @else { "Facts of the team and the network" } }
                @for one in &rest { (control(one, points, wanted)) }
            }
        }
    }
}

fn control(one: &Control, points: &[Tipping], wanted: &Address) -> Markup {
    let value = wanted.value(&one.key).unwrap_or(&one.own);
    let is_changed = value != one.own;
    let point = points.iter().find(|point| point.fact == one.fact);
    html! {
        div.fact.changed[is_changed] {
            label for=(one.key) { code { (one.fact.name()) } " " span { (one.fact.meaning()) } }
            (input(&one.key, one.fact, &one.own, value))
            @if let Some(range) = one.range.as_ref().filter(|_| !is_changed) { p.quiet { (range) } }
            @if let Some(point) = point { (button(one, point)) }
        }
    }
}

/// How far past a break-even point a button moves a quantity: near it, scenarios may not yet
/// separate the two.
const PAST: f64 = 1.1;

/// A button that moves a fact past its break-even point.
fn button(one: &Control, point: &Tipping) -> Markup {
    let (at, past) = (point.shown(), past(point).shown());
    let to = point.to.as_deref().unwrap_or("nothing that fits");
    html! {
        button.point type="submit" name=(one.key) value=(past) {
            "Break-even point " (at) ": " (to) "."
            @if past != at { " Try " (past) "." }
        }
    }
}

/// A place past a break-even point, away from today's value.
fn past(point: &Tipping) -> Tipping {
    let mut past = point.clone();
    if let (Value::Quantity(at), Kind::Quantity(dimension)) = (&point.at, point.fact.kind()) {
        let is_up = point.margin.is_none_or(|margin| margin > 1.0);
        let moved = at.likely() * if is_up { PAST } else { 1.0 / PAST };
        past.at = Value::exact(match dimension {
            Dimension::Count if is_up => moved.ceil(),
            Dimension::Count => moved.floor(),
            Dimension::Share => moved.min(1.0),
            _ => moved,
        });
    }
    past
}

/// A control of the fact's kind; `own` is what the file has.
pub(super) fn input(key: &str, fact: FactId, own: &str, value: &str) -> Markup {
    let pick = |words: &[(&str, &str)]| {
        html! {
            select id=(key) name=(key) data-own=(own) {
                @for (word, shown) in words {
                    option value=(word) selected[*word == value] { (shown) }
                }
                @if !words.iter().any(|(word, _)| *word == value) {
                    option value=(value) selected { (value) }
                }
            }
        }
    };
    match fact.kind() {
        Kind::Flag => pick(&[("", "unknown"), ("true", "yes"), ("false", "no")]),
        Kind::Choice(words) => {
            let unknown = [("", "unknown")].into_iter();
            let words = unknown.chain(words.iter().map(|word| (*word, *word)));
            pick(&words.collect::<Vec<_>>())
        }
        Kind::Quantity(dimension) => html! {
            input id=(key) name=(key) value=(value) data-own=(own)
                placeholder={ "unknown, as " (dimension.example()) } autocomplete="off" spellcheck="false" data-slider;
        },
        Kind::Choices(_) | Kind::Text => html! {
            input id=(key) name=(key) value=(value) data-own=(own)
                placeholder="unknown" autocomplete="off" spellcheck="false";
        },
    }
}
