//! What people write for a value besides its plain form: a noun behind a number
//! (`2 vCPU`), one number for a table of several (`duration = "100ms"`), yes for true.

use landfall_source::{Node, Result};
use landfall_units::Dimension;

use crate::fact::FactId;

/// The fact that one number stands for where a table could stand: the prefix of the
/// table's facts, and the fact.
pub(crate) const SCALARS: [(&str, FactId); 3] = [
    ("work.duration.", FactId::DurationP50),
    ("work.measured_on.", FactId::MeasuredMemory),
    ("traffic.", FactId::Volume),
];

/// The fact that a single number means in place of the table of facts with this prefix.
pub(crate) fn scalar_of(prefix: &str) -> Option<FactId> {
    let mut scalars = SCALARS.iter();
    let found = scalars.find(|(table, _)| *table == prefix);
    found.map(|(_, fact)| *fact)
}

/// What a fact counts, in the singular and lower case.
const fn nouns(fact: FactId) -> &'static [&'static str] {
    match fact {
        FactId::Threads => &["vcpu", "cpu", "core", "thread"],
        FactId::Engineers => &["engineer", "people", "person", "developer"],
        FactId::Copies => &["copy", "copies", "service"],
        FactId::Concurrent => &["connection", "session", "user", "client"],
        FactId::Batch => &[
            "unit", "file", "message", "record", "object", "event", "job",
        ],
        FactId::BatchSize => &["message", "record", "event"],
        FactId::TodayVcpus => &["vcpu", "cpu"],
        FactId::MinTasks | FactId::TodayTasks => {
            &["task", "copy", "copies", "pod", "instance", "replica"]
        }
        _ => &[],
    }
}

/// A quantity in base units, with the noun of its fact or without.
///
/// # Errors
/// When it is no quantity of the dimension; the error shows the nearest spelling.
pub(crate) fn quantity(fact: FactId, dimension: Dimension, node: &Node<'_>) -> Result<f64> {
    let text = node.typed()?;
    dimension.parse(without_noun(fact, text)).map_err(|error| {
        Box::new(
            node.problem(error.to_string())
                .label(format!("expected a {}", dimension.name()))
                .help(format!("write it like \"{}\"", error.example)),
        )
    })
}

/// The text without the noun that may stand behind its number.
fn without_noun(fact: FactId, text: &str) -> &str {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let last = text.strip_prefix(number).unwrap_or_default();
    let last = last.to_ascii_lowercase();
    let singular = last.strip_suffix('s').unwrap_or(&last);
    let is_noun = nouns(fact)
        .iter()
        .any(|noun| *noun == last || *noun == singular);
    if is_noun && !number.trim().is_empty() {
        number.trim()
    } else {
        text
    }
}

/// True or false, with the right word for what people write instead.
///
/// # Errors
/// When it is neither.
pub(crate) fn flag(node: &Node<'_>) -> Result<bool> {
    node.flag().map_err(|problem| {
        let text = node.text().unwrap_or_default().to_ascii_lowercase();
        match text.as_str() {
            "yes" | "on" | "true" | "y" => Box::new(problem.help("write true, without quotes")),
            "no" | "off" | "false" | "n" => Box::new(problem.help("write false, without quotes")),
            _ => problem,
        }
    })
}
