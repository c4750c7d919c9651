//! One workload out of what several inputs say of it.
//!
//! A measurement counts for more than a setting. What inputs disagree about is asked, with
//! what each of them says.
//!
//! One file, because each rule of what counts for more is read beside the others.

use std::collections::{BTreeMap, BTreeSet};

use landfall_units::Range;
use landfall_workload::{Domain, FactId, Kind, Scope, Value};

use crate::finding::{Basis, Finding, Found, Note, Open, Part, Place, Said, Store};
use crate::names::{self, meet};
use crate::today;

/// A workload as it goes to a workload file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Its id in the file.
    pub id: String,
    /// Its name in the inputs.
    pub name: String,
    /// How it runs today.
    pub today: Vec<Note>,
    /// What is known of it, in the order of the facts, one for each.
    pub findings: Vec<Finding>,
    /// What the inputs raise and do not settle.
    pub open: Vec<Open>,
}

/// All that the inputs come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What the system is called.
    pub name: String,
    /// Its region, where an input tells it.
    pub region: Option<(String, Place)>,
    /// What is known of the team and the network, in the order of the facts; no input says
    /// it, but whoever is asked.
    pub team: Vec<Finding>,
    /// Workloads, in the order of the inputs.
    pub workloads: Vec<Workload>,
    /// Data stores.
    pub stores: Vec<Store>,
    /// Read, and no fact of a workload.
    pub unused: Vec<Note>,
    /// Not read.
    pub unread: Vec<Note>,
}

impl Imported {
    /// Takes over an answer about the team or the network, or about a workload of that id.
    pub fn answer(&mut self, id: &str, fact: FactId, value: Value) {
        let said = Said::Value(value);
        let finding = Finding::setting(fact, said, Place::said("answered"));
        let findings = if fact.scope() == Scope::System {
            Some(&mut self.team)
        } else {
            let one = self.workloads.iter_mut().find(|one| one.id == id);
            one.map(|one| {
                one.open.retain(|open| open.fact != fact);
                &mut one.findings
            })
        };
        if let Some(findings) = findings {
            findings.retain(|one| one.fact != fact);
            findings.push(finding);
            findings.sort_by_key(|one| one.fact);
        }
    }
}

/// Joins inputs by name and settles every fact.
pub(crate) fn settle(parts: Vec<Part>, name: &str) -> Imported {
    let mut all = Part::default();
    let mut regions: Vec<(String, Place)> = Vec::new();
    let mut found = Vec::new();
    for (input, mut part) in parts.into_iter().enumerate() {
        mask(&mut part);
        all.name = all.name.or(part.name);
        regions.extend(part.region);
        all.stores.extend(part.stores);
        all.unused.extend(part.unused);
        all.unread.extend(part.unread);
        found.extend(part.found.into_iter().map(|one| (input, one)));
    }
    let joined = join(found, &mut all.unused);
    let names: Vec<String> = joined.iter().map(|one| one.name.clone()).collect();
    let ids = names::ids(&names);
    let mut texts = Texts::new();
    let workloads = joined
        .into_iter()
        .zip(ids)
        .map(|(found, id)| settled(found, id, &mut all.unused, &mut texts))
        .collect();
    all.stores
        .dedup_by(|a, b| a.name == b.name && a.kind == b.kind);
    let is_one = regions
        .windows(2)
        .all(|two| matches!(two, [a, b] if a.0 == b.0));
    let name = all.name.unwrap_or_else(|| name.to_owned());
    Imported {
        name: shown_name(&name),
        region: regions.into_iter().next().filter(|_| is_one),
        team: Vec::new(),
        workloads,
        stores: all.stores,
        unused: all.unused,
        unread: all.unread,
    }
}

/// Takes the numbers of accounts out of all that is told of an input.
fn mask(part: &mut Part) {
    let hide = |text: &mut String| {
        if let Some(masked) = without_accounts(text) {
            *text = masked;
        }
    };
    part.name.iter_mut().for_each(hide);
    for one in &mut part.found {
        hide(&mut one.name);
        one.also.iter_mut().for_each(hide);
        one.today.iter_mut().for_each(|note| hide(&mut note.what));
        let open = one.open.iter_mut().chain(&mut one.started);
        open.for_each(|open| hide(&mut open.hint));
        for finding in &mut one.findings {
            finding.guess.iter_mut().for_each(hide);
            finding.remark.iter_mut().for_each(hide);
        }
    }
    part.stores
        .iter_mut()
        .for_each(|store| hide(&mut store.name));
    let notes = part.unused.iter_mut().chain(&mut part.unread);
    notes.for_each(|note| hide(&mut note.what));
}

/// A text without twelve digits in a row, which are the number of an account; none where it
/// has none.
fn without_accounts(text: &str) -> Option<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut out = String::new();
    let mut rest = text;
    let mut is_masked = false;
    while let Some(start) = rest.find(is_digit) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c| !is_digit(c)).unwrap_or(digits.len());
        let (digits, after) = digits.split_at(end);
        out.push_str(before);
        if digits.len() == 12 {
            is_masked = true;
            out.push_str("ACCOUNT");
        } else {
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    is_masked.then_some(out)
}

/// A name that a workload file takes: one line, not empty, not too long.
fn shown_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if landfall_source::escape::is_control(c) {
                ' '
            } else {
                c
            }
        })
        .take(100)
        .collect();
    match plain.trim() {
        "" => "Imported".to_owned(),
        text => text.to_owned(),
    }
}

/// Puts together what inputs say of one workload; two of one input are two. What was only
/// measured is of the workload of its name; where it has no name of its own, of the only one
/// there is.
fn join(found: Vec<(usize, Found)>, unused: &mut Vec<Note>) -> Vec<Found> {
    let (measured, set): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, one)| one.is_measured);
    let mut joined: Vec<(BTreeSet<usize>, Found)> = Vec::new();
    let place_of = |joined: &[(BTreeSet<usize>, Found)], input: usize, one: &Found| {
        let mut all = joined.iter();
        all.position(|(inputs, other)| !inputs.contains(&input) && is_same(other, one))
    };
    for (input, one) in set {
        match place_of(&joined, input, &one).and_then(|place| joined.get_mut(place)) {
            Some((inputs, other)) => {
                inputs.insert(input);
                absorb(other, one);
            }
            None => joined.push((BTreeSet::from([input]), one)),
        }
    }
    let number = joined.len();
    for (input, one) in measured {
        let place = place_of(&joined, input, &one);
        let only = (number == 1 && one.name.is_empty()).then_some(0);
        if let Some((inputs, other)) = place.or(only).and_then(|place| joined.get_mut(place)) {
            inputs.insert(input);
            absorb(other, one);
            continue;
        }
        let first = one.findings.first();
        if let Some(first) = first.filter(|_| number > 0) {
            let what = "measurements of what no other input names: a workload of its own";
            unused.push(Note {
                what: what.to_owned(),
                place: first.place.clone(),
            });
        }
        joined.push((BTreeSet::from([input]), one));
    }
    let named = joined.into_iter().map(|(_, mut one)| {
        if one.name.is_empty() {
            one.name = one.also.first().cloned().unwrap_or_default();
        }
        one
    });
    named.collect()
}

fn is_same(one: &Found, other: &Found) -> bool {
    let names = |found: &Found| {
        let mut names = found.also.clone();
        names.push(found.name.clone());
        names.retain(|name| !name.is_empty());
        names
    };
    let others = names(other);
    names(one).iter().any(|a| others.iter().any(|b| meet(a, b)))
}

fn absorb(one: &mut Found, other: Found) {
    if one.name.is_empty() {
        one.name = other.name;
    } else {
        one.also.push(other.name);
    }
    one.also.extend(other.also);
    if !other.is_measured || one.today.is_empty() {
        one.today.extend(other.today);
    }
    one.findings.extend(other.findings);
    one.open.extend(other.open);
    one.started.extend(other.started);
}

/// Texts that were held against the reader of workload files, and whether it takes them.
type Texts = BTreeMap<(FactId, String), bool>;

fn settled(found: Found, id: String, unused: &mut Vec<Note>, texts: &mut Texts) -> Workload {
    let mut by_fact: BTreeMap<FactId, Vec<Finding>> = BTreeMap::new();
    let mut open = found.open;
    let started = found.started;
    for finding in found.findings {
        if is_in_domain(&finding, texts) {
            by_fact.entry(finding.fact).or_default().push(finding);
        } else {
            unused.push(Note {
                what: format!(
                    "{}: a value beyond reason for {}",
                    found.name,
                    finding.fact.name()
                ),
                place: finding.place,
            });
        }
    }
    let mut findings: BTreeMap<FactId, Finding> = BTreeMap::new();
    for (fact, said) in by_fact {
        match one_of(fact, said, &found.name, unused) {
            Ok(finding) => {
                findings.insert(fact, finding);
            }
            Err(conflict) => open.push(conflict),
        }
    }
    if !started.is_empty()
        && let Some(trigger) = findings.remove(&FactId::Trigger)
    {
        open.push(Open {
            fact: FactId::Trigger,
            hint: format!("found {}", shown(FactId::Trigger, &trigger.said)),
            place: trigger.place,
        });
    }
    open.extend(started);
    today::only_what_is_billed(&mut findings, &found.today);
    open.retain(|one| !today::is_of(one.fact));
    by_batches(&mut findings, &mut open);
    agree(&mut findings, &found.name, unused);
    open.retain(|one| !findings.contains_key(&one.fact));
    open.sort_by_key(|one| one.fact);
    open.dedup_by(|a, b| a.fact == b.fact && a.hint == b.hint);
    Workload {
        id,
        name: found.name,
        today: found.today,
        findings: findings.into_values().collect(),
        open,
    }
}

/// Whether a workload file takes the value.
fn is_in_domain(finding: &Finding, texts: &mut Texts) -> bool {
    let domain = Domain::of_fact(finding.fact);
    match &finding.said {
        Said::AtMost(most) => domain.is_some_and(|domain| domain.contains(*most)),
        Said::Value(Value::Quantity(range)) => {
            let is_in = |value| domain.is_some_and(|domain| domain.contains(value));
            is_in(range.low()) && is_in(range.high())
        }
        Said::Value(Value::Text(text)) => {
            let key = (finding.fact, text.to_string());
            *texts
                .entry(key)
                .or_insert_with(|| is_text(finding.fact, text))
        }
        Said::Value(_) => true,
    }
}

/// Whether a workload file takes a text: held against the file's own reader.
fn is_text(fact: FactId, text: &str) -> bool {
    if text.contains(landfall_source::escape::is_control) || text.len() > 1_000 {
        return false;
    }
    let quoted = landfall_source::escape::quoted(text);
    let line = match fact {
        FactId::TimeZone => format!("traffic.time_zone = {quoted}"),
        _ => format!("{} = {quoted}", fact.name()),
    };
    let file = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n{line}\n");
    let source = landfall_source::Source::new("value", &file);
    landfall_workload::System::parse(&source).is_ok()
}

/// The one finding of a fact, or the question that is left of several.
fn one_of(
    fact: FactId,
    mut said: Vec<Finding>,
    name: &str,
    unused: &mut Vec<Note>,
) -> Result<Finding, Open> {
    let best = said.iter().map(|one| one.basis).max();
    let is_measured = best == Some(Basis::Measured);
    let (mut first, mut bounds) = (Vec::new(), Vec::new());
    for one in said.drain(..) {
        match one.said {
            Said::AtMost(_) => bounds.push(one),
            Said::Value(_) if is_measured && one.basis == Basis::Setting => {
                if !today::is_of(fact) {
                    unused.push(Note {
                        what: format!("{name}: {} as it is set; it was measured", fact.name()),
                        place: one.place,
                    });
                }
            }
            Said::Value(_) => first.push(one),
        }
    }
    // Of several bounds the widest holds for all.
    let bound = bounds
        .into_iter()
        .max_by(|a, b| most(a).total_cmp(&most(b)));
    let Some(value) = agreed(fact, &first)? else {
        return bound.ok_or_else(|| Open {
            fact,
            hint: "nothing sure was read".to_owned(),
            place: Place::line("", 0),
        });
    };
    let longest = value.range().filter(|_| fact == FactId::DurationMax);
    let (Some(longest), Some(bound)) = (longest, bound) else {
        return Ok(value);
    };
    // The longest that was seen, up to what is allowed.
    let seen = longest.high();
    let range = Range::new(seen, seen, most(&bound).max(seen));
    let Ok(range) = range else {
        return Ok(value);
    };
    let said = Said::Value(Value::Quantity(range));
    let remark = format!("at most by {}", bound.place);
    Ok(Finding { said, ..value }.remark(remark))
}

fn most(finding: &Finding) -> f64 {
    match finding.said {
        Said::AtMost(most) => most,
        Said::Value(_) => 0.0,
    }
}

/// What several findings agree on: a flag holds where one of them says so, a sure one
/// counts for more than a guess.
fn agreed(fact: FactId, said: &[Finding]) -> Result<Option<Finding>, Open> {
    let Some(first) = said.first() else {
        return Ok(None);
    };
    let mut all: Vec<&Finding> = said.iter().collect();
    if fact.kind() == Kind::Flag {
        all.sort_by_key(|one| {
            (
                one.said != Said::Value(Value::Flag(true)),
                one.guess.is_some(),
            )
        });
        return Ok(all.first().map(|one| (*one).clone()));
    }
    if all.iter().any(|one| one.guess.is_none()) {
        all.retain(|one| one.guess.is_none());
    }
    let differs = all
        .iter()
        .any(|one| Some(&one.said) != all.first().map(|one| &one.said));
    if !differs {
        return Ok(all.first().map(|one| (*one).clone()));
    }
    let mut parts: Vec<String> = Vec::new();
    for one in &all {
        let part = format!("{} ({})", shown(fact, &one.said), one.place);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Err(Open {
        fact,
        hint: format!("found {}", parts.join(" and ")),
        place: first.place.clone(),
    })
}

/// What is said, as people write it.
pub(crate) fn shown(fact: FactId, said: &Said) -> String {
    match said {
        Said::Value(value) => value.show(fact),
        Said::AtMost(most) => format!("at most {}", Value::exact(*most).show(fact)),
    }
}

/// Leaves out what would contradict something better known: a workload file says a thing
/// once, and percentiles are in order.
fn agree(findings: &mut BTreeMap<FactId, Finding>, name: &str, unused: &mut Vec<Note>) {
    use FactId as F;
    let mut drop = |findings: &mut BTreeMap<FactId, Finding>, fact: FactId, why: &str| {
        if let Some(finding) = findings.remove(&fact) {
            unused.push(Note {
                what: format!(
                    "{name}: {} {}, {why}",
                    fact.name(),
                    shown(fact, &finding.said)
                ),
                place: finding.place,
            });
        }
    };
    let trigger = trigger_of(findings);
    if !matches!(trigger.as_deref(), Some("http" | "websocket")) {
        findings.remove(&F::FrontDoor);
    }
    if trigger.as_deref() != Some("schedule") {
        for fact in [F::Schedule, F::TimeZone] {
            drop(findings, fact, "and what starts the work is not settled");
        }
    }
    if !findings.contains_key(&F::Schedule) {
        drop(
            findings,
            F::TimeZone,
            "and which schedule counts is not settled",
        );
    }
    if trigger.is_none() {
        for fact in [F::BatchSize, F::BatchWindow] {
            drop(findings, fact, "and what starts the work is not settled");
        }
    }
    if findings.contains_key(&F::Schedule) {
        for fact in [F::Volume, F::Shape, F::PeakToMean] {
            drop(findings, fact, "which follows from the schedule");
        }
    }
    let range = |findings: &BTreeMap<FactId, Finding>, fact| findings.get(&fact)?.range();
    let p50 = range(findings, F::DurationP50);
    let p99 = range(findings, F::DurationP99);
    let seen = p99.or(p50).map_or(0.0, |range| range.high());
    let is_above = findings
        .get(&F::DurationMax)
        .is_some_and(|one| matches!(one.said, Said::AtMost(most) if most < seen));
    if is_above {
        drop(findings, F::DurationMax, "less than was measured");
    }
    // Durations are told as measured at a size.
    if p50.is_none() && p99.is_none() {
        findings.remove(&F::MeasuredMemory);
        findings.remove(&F::MeasuredArchitecture);
    }
}

/// What starts the work, where it is settled.
fn trigger_of(findings: &BTreeMap<FactId, Finding>) -> Option<String> {
    let trigger = findings.get(&FactId::Trigger)?;
    Some(shown(FactId::Trigger, &trigger.said))
}

/// What comes off a queue or a stream is measured by the batch, and told by the message:
/// where batches may hold several, what was measured is a hint.
fn by_batches(findings: &mut BTreeMap<FactId, Finding>, open: &mut Vec<Open>) {
    use FactId as F;
    let is_pulled = matches!(
        trigger_of(findings).as_deref(),
        Some("queue" | "data-stream" | "table-stream" | "mobile-event")
    );
    let batch = findings.get(&F::BatchSize).and_then(Finding::range);
    if !is_pulled || batch.is_some_and(|batch| batch.high() <= 1.0) {
        return;
    }
    for fact in [
        F::Volume,
        F::PeakToMean,
        F::DurationP50,
        F::DurationP99,
        F::DurationMax,
    ] {
        let is_measured = |one: &&Finding| one.basis == Basis::Measured;
        if let Some(finding) = findings.get(&fact).filter(is_measured) {
            open.push(Open {
                fact,
                hint: format!("{} by the batch", shown(fact, &finding.said)),
                place: finding.place.clone(),
            });
            findings.remove(&fact);
        }
    }
}
