//! What-if: a workload file with some of its values changed.

use landfall_source::{Diagnostic, Source};
use landfall_workload::{FactId, Scope, System};
use toml_edit::{DocumentMut, Item, TableLike, Value};

use crate::problem::Problem;

/// The text of a workload file with `--set KEY=VALUE` applied, in order. `KEY` is
/// `workload.ID.FACT`, `team.FACT`, or a key at the top; without a value, the fact is taken out.
///
/// # Errors
/// A change that is not `KEY=VALUE`, or whose key is not there.
pub fn apply(source: &Source, sets: &[String]) -> Result<Source, Problem> {
    if sets.is_empty() {
        return Ok(source.clone());
    }
    // The error for a file that is not TOML comes with its line when it is parsed.
    let Ok(mut document) = source.text().parse::<DocumentMut>() else {
        return Ok(source.clone());
    };
    for set in sets {
        let problem = |what: String| {
            let help = "write --set workload.ID.traffic.volume=30M/month, or team.engineers=3";
            Problem::from(Box::new(
                Diagnostic::new(format!("--set {set}: {what}")).help(help),
            ))
        };
        let (key, value) = set
            .split_once('=')
            .ok_or_else(|| problem("there is no `=`".to_owned()))?;
        let keys: Vec<&str> = key.trim().split('.').collect();
        let value = value.trim();
        let value = (!value.is_empty()).then(|| read(value));
        place(&mut document, &keys, value).map_err(problem)?;
    }
    Ok(Source::new(source.name(), &document.to_string()))
}

/// What is wrong with a file that was changed: the change that makes it wrong is named, because its
/// line is in no file. Of a file that is wrong without a change, what is wrong with it.
pub(crate) fn blamed(source: &Source, sets: &[String], wrong: Box<Diagnostic>) -> Problem {
    let is_right = |count: usize| {
        let before = apply(source, sets.get(..count).unwrap_or_default());
        before.is_ok_and(|before| System::parse(&before).is_ok())
    };
    if !is_right(0) {
        return Problem::from(wrong);
    }
    // A step from a right file to a wrong one.
    let (mut right, mut not) = (0, sets.len());
    while right + 1 < not {
        let middle = right.midpoint(not);
        if is_right(middle) {
            right = middle;
        } else {
            not = middle;
        }
    }
    let Some(set) = sets.get(right) else {
        return Problem::from(wrong);
    };
    let problem = Diagnostic::new(format!("--set {set}: {}", wrong.message));
    let help = whole_key(source, set).or(wrong.help);
    Problem::from(Box::new(match help {
        Some(help) => problem.help(help),
        None => problem,
    }))
}

/// How a fact of a workload is written that was written as if it stood at the top of the file.
fn whole_key(source: &Source, set: &str) -> Option<String> {
    let first = set.split(['.', '=']).next()?.trim();
    let document = source.text().parse::<DocumentMut>().ok()?;
    let of_workloads = FactId::ALL
        .iter()
        .filter(|fact| fact.scope() == Scope::Workload);
    let mut groups = of_workloads.filter_map(|fact| fact.name().split('.').next());
    let is_of_a_workload = groups.any(|group| group == first) && document.get(first).is_none();
    let workloads = document
        .get("workload")
        .and_then(Item::as_array_of_tables)?;
    let mut ids = workloads
        .iter()
        .map(|one| one.get("id").and_then(Item::as_str));
    let id = match (ids.next()?, ids.next()) {
        (Some(only), None) => only,
        _ => "ID",
    };
    is_of_a_workload.then(|| format!("write --set workload.{id}.{set}"))
}

/// A TOML value where it is one, else a text.
fn read(text: &str) -> Value {
    let is_quantity = text.parse::<Value>().ok();
    is_quantity.unwrap_or_else(|| Value::from(text))
}

/// Puts a value in its place; without one, takes out what is there.
fn place(document: &mut DocumentMut, keys: &[&str], value: Option<Value>) -> Result<(), String> {
    let (table, keys): (&mut dyn TableLike, &[&str]) = match keys {
        ["workload", id, rest @ ..] => {
            let workloads = document
                .get_mut("workload")
                .and_then(Item::as_array_of_tables_mut)
                .ok_or("the file has no workload")?;
            let found = workloads
                .iter_mut()
                .find(|one| one.get("id").and_then(Item::as_str) == Some(id));
            let found = found.ok_or_else(|| format!("there is no workload `{id}`"))?;
            (found, rest)
        }
        all => (document.as_table_mut(), all),
    };
    let Some((last, path)) = keys.split_last() else {
        return Err("there is no key".to_owned());
    };
    let mut table = table;
    for key in path {
        let item = table
            .entry(key)
            .or_insert_with(|| Item::Table(toml_edit::Table::new()));
        table = item
            .as_table_like_mut()
            .ok_or_else(|| format!("`{key}` is no table"))?;
    }
    match value {
        Some(value) => table.insert(last, Item::Value(value)),
        None => table.remove(last),
    };
    Ok(())
}
