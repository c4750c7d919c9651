//! Writes a workload file, commented.

use std::fmt::Write as _;

use landfall_source::escape::quoted;
use landfall_units::{Bytes, Dimension, Range};

use crate::fact::{FactId, Kind, Scope};
use crate::facts::Facts;
use crate::value::Value;

/// Writes a file of one workload from what is known of it; what is unknown
/// stands as a comment, so that its reader sees what could be said.
pub fn write_file(name: &str, id: &str, facts: &Facts) -> String {
    let mut out = String::new();
    let title = quoted(name);
    let _ = writeln!(out, "schema = 1\nname = {title}");
    section(&mut out, facts, Scope::System, "");
    header(&mut out, "[team]");
    section(&mut out, facts, Scope::System, "team.");
    header(&mut out, "[[workload]]");
    let _ = writeln!(out, "id = {}", quoted(id));
    section(&mut out, facts, Scope::Workload, "");
    for table in ["traffic", "work", "package", "needs", "targets"] {
        header(&mut out, &format!("[workload.{table}]"));
        section(&mut out, facts, Scope::Workload, &format!("{table}."));
    }
    out
}

fn header(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

/// The facts that stand in one table; deeper names are written dotted.
fn section(out: &mut String, facts: &Facts, scope: Scope, prefix: &str) {
    for fact in FactId::ALL
        .iter()
        .copied()
        .filter(|fact| fact.scope() == scope)
    {
        let key = if prefix.is_empty() {
            Some(fact.name()).filter(|name| !name.contains('.'))
        } else {
            fact.name().strip_prefix(prefix)
        };
        let Some(key) = key else { continue };
        let line = match (facts.get(fact), facts.at_most(fact)) {
            (Some(value), _) => format!("{key} = {}", literal(fact, value)),
            (None, Some(most)) => format!("{key} = {}", at_most(fact, most)),
            (None, None) => format!("# {key} = {}", example(fact)),
        };
        let _ = writeln!(out, "{line:<44} # {}", fact.meaning());
    }
}

/// What a quantity is at most, as a file says it.
pub fn at_most(fact: FactId, most: f64) -> String {
    format!("{{ at_most = {} }}", literal(fact, &Value::exact(most)))
}

/// The value of a fact as a file says it.
pub fn literal(fact: FactId, value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Choice(word) => quoted(word),
        Value::Text(text) => quoted(text),
        Value::Choices(words) => list(words),
        Value::Quantity(range) => {
            let dimension = match fact.kind() {
                Kind::Quantity(dimension) => dimension,
                _ => Dimension::Ratio,
            };
            quantity(dimension, range)
        }
    }
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", quoted.join(", "))
}

fn quantity(dimension: Dimension, range: &Range<f64>) -> String {
    let one = |value: f64| match dimension {
        Dimension::Ratio => dimension.format(value),
        _ => quoted(&unrounded(dimension, value)),
    };
    if range.is_exact() {
        return one(range.likely());
    }
    format!(
        "{{ low = {}, likely = {}, high = {} }}",
        one(range.low()),
        one(range.likely()),
        one(range.high())
    )
}

const KB: f64 = 1_024.0;
const MB: f64 = Bytes::from_mb(1).get() as f64;

/// A quantity as people write it; in a smaller unit, where it would be rounded.
fn unrounded(dimension: Dimension, value: f64) -> String {
    let usual = dimension.format(value);
    let is_same = |text: &str| {
        let read = dimension.parse(text).ok();
        read.is_some_and(|read| (read - value).abs() <= 1e-9 * value.abs())
    };
    let in_unit = |(unit, name): &(f64, &str)| format!("{}{name}", value / unit);
    let smaller: &[(f64, &str)] = match dimension {
        Dimension::Duration => &[(1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")],
        Dimension::Bytes => &[(MB, "MB"), (KB, "KB"), (1.0, "B")],
        _ => return usual,
    };
    let mut texts = smaller.iter().map(in_unit);
    let is_short = |text: &String| text.len() <= 12 && is_same(text);
    if is_same(&usual) {
        usual
    } else {
        texts.find(is_short).unwrap_or(usual)
    }
}

fn example(fact: FactId) -> String {
    match fact.kind() {
        Kind::Flag => "false".to_owned(),
        Kind::Choice(words) => words.first().map_or_else(String::new, |word| quoted(word)),
        Kind::Choices(words) => list(words),
        Kind::Text => quoted("…"),
        Kind::Quantity(Dimension::Ratio) => Dimension::Ratio.example().to_owned(),
        Kind::Quantity(Dimension::Count) => "4".to_owned(),
        Kind::Quantity(_) if matches!(fact, FactId::Request | FactId::Response) => quoted("10KB"),
        Kind::Quantity(dimension) => quoted(dimension.example()),
    }
}
