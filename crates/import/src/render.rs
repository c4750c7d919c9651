//! What was imported, as a workload file that a person would keep, or as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use landfall_source::escape::{quoted, visible};
use landfall_workload::{FactId, at_most, literal};
use serde_json::{Value as Json, json};

use crate::finding::{Basis, Finding, Note, Open, Place, Said};
use crate::settle::{Imported, Workload, shown};

/// A question that is open, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The fact.
    pub fact: FactId,
    /// The question.
    pub ask: String,
}

/// The column at which places stand, after values.
const COLUMN: usize = 44;

/// A workload file, every value with its place; then, as comments, what is open in each
/// workload in the order of `asked`, what was read and not used, and what was not read.
pub fn toml(
    imported: &Imported,
    inputs: &[String],
    asked: &BTreeMap<String, Vec<Asked>>,
) -> String {
    let mut out = String::new();
    remark(
        &mut out,
        "",
        &format!("Imported from {}.", inputs.join(", ")),
    );
    out.push_str("# Correct what is wrong here, and answer what is open.\n");
    let _ = writeln!(out, "\nschema = 1\nname = {}", quoted(&imported.name));
    if let Some((region, place)) = &imported.region {
        line(
            &mut out,
            &format!("region = {}", quoted(region)),
            &place.to_string(),
        );
    }
    let mut table = "";
    for finding in &imported.team {
        let (first, key) = finding.fact.name().split_once('.').unwrap_or(("", ""));
        if first.is_empty() {
            continue;
        }
        if first != table {
            let _ = writeln!(out, "\n[{first}]");
            table = first;
        }
        line(
            &mut out,
            &format!("{key} = {}", written(finding)),
            &told(finding),
        );
    }
    for workload in &imported.workloads {
        let asked = asked.get(&workload.id).map_or(&[][..], Vec::as_slice);
        write_workload(&mut out, workload, asked);
    }
    let stores: Vec<Note> = imported
        .stores
        .iter()
        .map(|store| Note {
            what: format!("{}: {}", store.name, store.kind),
            place: store.place.clone(),
        })
        .collect();
    notes(&mut out, "Data stores, which are no workloads:", &stores);
    notes(&mut out, "Read, and not used:", &imported.unused);
    notes(&mut out, "Not read:", &imported.unread);
    out
}

fn write_workload(out: &mut String, workload: &Workload, asked: &[Asked]) {
    let _ = writeln!(out, "\n[[workload]]");
    let _ = writeln!(out, "id = {}", quoted(&workload.id));
    for note in &workload.today {
        remark(out, "", &format!("Today: {} ({})", note.what, note.place));
    }
    section(out, workload, "");
    for table in ["traffic", "work", "package", "needs", "targets", "today"] {
        let prefix = format!("{table}.");
        let has = |one: &Finding| one.fact.name().starts_with(&prefix);
        if workload.findings.iter().any(has) {
            let _ = writeln!(out, "\n[workload.{table}]");
            section(out, workload, &prefix);
        }
    }
    let questions = questions(workload, asked);
    if !questions.is_empty() {
        out.push_str("\n# Open, what matters most first:\n");
        for question in questions {
            remark(out, "  ", &question);
        }
    }
}

/// The questions of a workload: those that are asked, in their order, with what was seen;
/// then what was seen and is not asked.
fn questions(workload: &Workload, asked: &[Asked]) -> Vec<String> {
    let seen = |fact: FactId| -> String {
        let hints = workload.open.iter().filter(|one| one.fact == fact);
        let hints: Vec<String> = hints.map(hint).collect();
        if hints.is_empty() {
            String::new()
        } else {
            format!(" Seen: {}.", hints.join("; "))
        }
    };
    let mut questions: Vec<String> = asked
        .iter()
        .map(|one| format!("{}: {}{}", one.fact.name(), one.ask, seen(one.fact)))
        .collect();
    let mut last = None;
    for one in &workload.open {
        let is_asked = asked.iter().any(|other| other.fact == one.fact);
        if !is_asked && last != Some(one.fact) {
            questions.push(format!(
                "{}: not settled.{}",
                one.fact.name(),
                seen(one.fact)
            ));
        }
        last = Some(one.fact);
    }
    questions
}

fn hint(open: &Open) -> String {
    let place = open.place.to_string();
    if open.hint.contains(&place) {
        open.hint.clone()
    } else {
        format!("{} ({place})", open.hint)
    }
}

/// The facts of one table; deeper names are written dotted.
fn section(out: &mut String, workload: &Workload, prefix: &str) {
    for finding in &workload.findings {
        let name = finding.fact.name();
        let key = if prefix.is_empty() {
            Some(name).filter(|name| !name.contains('.'))
        } else {
            name.strip_prefix(prefix)
        };
        let Some(key) = key else { continue };
        line(
            out,
            &format!("{key} = {}", written(finding)),
            &told(finding),
        );
    }
}

/// A value as the file says it.
fn written(finding: &Finding) -> String {
    match &finding.said {
        Said::Value(value) => literal(finding.fact, value),
        Said::AtMost(most) => at_most(finding.fact, *most),
    }
}

/// Where a value stands, and what there is to know of it.
fn told(finding: &Finding) -> String {
    let mut told = finding.place.to_string();
    if let Some(remark) = &finding.remark {
        let _ = write!(told, "; {remark}");
    }
    if let Some(guess) = &finding.guess {
        let _ = write!(told, "; a guess: {guess}");
    }
    told
}

fn line(out: &mut String, text: &str, told: &str) {
    let _ = writeln!(out, "{text:<COLUMN$} # {}", visible(told));
}

fn remark(out: &mut String, indent: &str, text: &str) {
    let _ = writeln!(out, "# {indent}{}", visible(text));
}

fn notes(out: &mut String, title: &str, notes: &[Note]) {
    if notes.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n# {title}");
    for note in notes {
        remark(out, "  ", &format!("{} ({})", note.what, note.place));
    }
}

/// The same as JSON, schema 1.
pub fn json(imported: &Imported, inputs: &[String], asked: &BTreeMap<String, Vec<Asked>>) -> Json {
    let place = |place: &Place| Json::String(place.to_string());
    let note = |one: &Note| json!({ "what": one.what, "place": place(&one.place) });
    let workload = |one: &Workload| {
        let asked = asked.get(&one.id).map_or(&[][..], Vec::as_slice);
        json!({
            "id": one.id,
            "name": one.name,
            "today": one.today.iter().map(note).collect::<Vec<_>>(),
            "facts": one.findings.iter().map(fact).collect::<Vec<_>>(),
            "asked": asked.iter().map(|one| json!({
                "fact": one.fact.name(), "question": one.ask,
            })).collect::<Vec<_>>(),
            "seen": one.open.iter().map(|one| json!({
                "fact": one.fact.name(), "hint": one.hint, "place": place(&one.place),
            })).collect::<Vec<_>>(),
        })
    };
    let region = imported.region.as_ref();
    json!({
        "schema": 1,
        "inputs": inputs,
        "name": imported.name,
        "region": region.map(|(name, at)| json!({ "value": name, "place": place(at) })),
        "workloads": imported.workloads.iter().map(workload).collect::<Vec<_>>(),
        "stores": imported.stores.iter().map(|one| json!({
            "name": one.name, "kind": one.kind, "place": place(&one.place),
        })).collect::<Vec<_>>(),
        "unused": imported.unused.iter().map(note).collect::<Vec<_>>(),
        "unread": imported.unread.iter().map(note).collect::<Vec<_>>(),
    })
}

fn fact(finding: &Finding) -> Json {
    let value = match &finding.said {
        Said::Value(_) => shown(finding.fact, &finding.said),
        Said::AtMost(most) => landfall_workload::Value::exact(*most).show(finding.fact),
    };
    json!({
        "fact": finding.fact.name(),
        "is": if matches!(finding.said, Said::AtMost(_)) { "at-most" } else { "value" },
        "value": value,
        "place": finding.place.to_string(),
        "measured": finding.basis == Basis::Measured,
        "sure": finding.guess.is_none(),
        "guess": finding.guess,
        "remark": finding.remark,
    })
}
