//! What-if: a workload file with some of its values changed.

use landfall_source::{Diagnostic, Source};
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
