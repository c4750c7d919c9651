//! A table with a column for each fact: what its rows say, as workload files.

use std::fmt::Write as _;

use landfall_source::{Diagnostic, Result, Source, nearest};
use landfall_workload::{FactId, Kind, Scope};
use toml_edit::{Array, Value};

use crate::written::Written;

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Id,
    Name,
    /// A fact of the whole system, or of the workload.
    Fact {
        is_of_system: bool,
        form: Form,
    },
}

/// How a value is written in a workload file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As a text, whatever it looks like.
    Text,
    /// As several words.
    Words,
    /// As a number or a flag where it is one, else as a text; a range as a table.
    Plain,
}

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct Columns {
    names: Vec<String>,
    meanings: Vec<Meaning>,
}

/// What may follow the name of a quantity: the parts of a range, and a bound.
const PARTS: [&str; 4] = [".low", ".likely", ".high", ".at_most"];

impl Columns {
    /// Finds out what the columns of a table mean.
    ///
    /// # Errors
    /// One means nothing, or is there twice; there is no `id`.
    pub(crate) fn read<'n>(file: &str, names: impl Iterator<Item = &'n str>) -> Result<Self> {
        let names: Vec<String> = names
            .map(|name| name.trim().trim_start_matches('\u{feff}').to_owned())
            .collect();
        let problem = |what: String, help: String| {
            let what = format!("{file}:1: {what}");
            Box::new(Diagnostic::new(what).help(help))
        };
        let mut meanings = Vec::new();
        for (place, name) in names.iter().enumerate() {
            if names.iter().take(place).any(|other| other == name) {
                let what = format!("the column `{name}` is there twice");
                return Err(problem(what, "leave one of them out".to_owned()));
            }
            let meaning = meaning(name).ok_or_else(|| {
                let all = FactId::ALL.iter().map(|fact| fact.name());
                let near = nearest(name, all.chain(["id", "name"]));
                let help = near.map_or_else(
                    || {
                        "leave it out; `landfall framework show --facts` lists what there is"
                            .to_owned()
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                problem(format!("the column `{name}` is no fact"), help)
            })?;
            meanings.push(meaning);
        }
        if !meanings.contains(&Meaning::Id) {
            let help = "a table has a column `id` and one for each fact, as `traffic.volume`";
            return Err(problem(
                "there is no column `id`".to_owned(),
                help.to_owned(),
            ));
        }
        Ok(Self { names, meanings })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.names.len()
    }

    /// The value of the column `id`.
    pub(crate) fn id<'c>(&self, cells: &'c [String]) -> &'c str {
        self.value(&Meaning::Id, cells)
    }

    fn value<'c>(&self, wanted: &Meaning, cells: &'c [String]) -> &'c str {
        let mut pairs = self.meanings.iter().zip(cells);
        let found = pairs.find(|(meaning, _)| *meaning == wanted);
        found.map_or("", |(_, cell)| cell.trim())
    }

    /// The workload file that a row stands for. A cell without a value is a fact that is not known.
    pub(crate) fn written(&self, file: &str, cells: &[String]) -> Written {
        let mut text = String::from("schema = 1\n");
        let mut begins = Vec::new();
        let id = self.id(cells);
        let name = match self.value(&Meaning::Name, cells) {
            "" => id,
            name => name,
        };
        let mut put = |key: &str, value: &Value, column: &str| {
            begins.push((text.len(), column.to_owned()));
            let _ = writeln!(text, "{key} = {}", value.to_string().trim());
        };
        put("name", &Value::from(name), "name");
        for of_system in [true, false] {
            if !of_system {
                put_workload(&mut put, id);
            }
            for ((column, meaning), cell) in self.names.iter().zip(&self.meanings).zip(cells) {
                let cell = cell.trim();
                let Meaning::Fact { is_of_system, form } = meaning else {
                    continue;
                };
                if *is_of_system == of_system && !cell.is_empty() {
                    put(column, &value(cell, *form), column);
                }
            }
        }
        Written {
            source: Source::new(file, &text),
            begins,
        }
    }
}

/// Begins the workload. Its head goes with its id, so that both are one entry.
fn put_workload(put: &mut impl FnMut(&str, &Value, &str), id: &str) {
    put("[[workload]]\nid", &Value::from(id), "id");
}

fn meaning(name: &str) -> Option<Meaning> {
    match name {
        "id" => return Some(Meaning::Id),
        "name" => return Some(Meaning::Name),
        _ => {}
    }
    let fact = |is_of_system, form| Some(Meaning::Fact { is_of_system, form });
    let known = |name: &str| FactId::named(name).filter(|fact| fact.scope() != Scope::Derived);
    if let Some(found) = known(name) {
        let form = match found.kind() {
            Kind::Text | Kind::Choice(_) => Form::Text,
            Kind::Choices(_) => Form::Words,
            Kind::Flag | Kind::Quantity(_) => Form::Plain,
        };
        return fact(found.scope() == Scope::System, form);
    }
    let quantity = PARTS
        .iter()
        .find_map(|part| known(name.strip_suffix(part)?));
    if let Some(found) = quantity.filter(|fact| matches!(fact.kind(), Kind::Quantity(_))) {
        return fact(found.scope() == Scope::System, Form::Plain);
    }
    // One value that stands for several facts: `work.duration`.
    let prefix = format!("{name}.");
    let mut within = FactId::ALL
        .iter()
        .filter(|fact| fact.scope() == Scope::Workload);
    let is_table = name.contains('.') && within.any(|fact| fact.name().starts_with(&prefix));
    is_table.then_some(Meaning::Fact {
        is_of_system: false,
        form: Form::Plain,
    })
}

fn value(cell: &str, form: Form) -> Value {
    match form {
        Form::Text => Value::from(cell),
        Form::Words => {
            let bare = cell.trim_start_matches('[').trim_end_matches(']');
            let words = bare.split([',', ';', '|']);
            let words = words.map(|word| word.trim().trim_matches('"'));
            Value::Array(words.filter(|word| !word.is_empty()).collect::<Array>())
        }
        Form::Plain => match cell.parse::<Value>() {
            Ok(value)
                if !matches!(
                    value,
                    Value::String(_) | Value::Datetime(_) | Value::Array(_)
                ) =>
            {
                value
            }
            _ => Value::from(cell),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landfall_workload::System;

    fn columns(names: &[&str]) -> Result<Columns> {
        Columns::read("list.csv", names.iter().copied())
    }

    #[test]
    fn a_row_is_a_workload_file() {
        let names = [
            "id",
            "region",
            "trigger",
            "traffic.volume",
            "work.duration.p50",
            "work.memory.low",
            "work.memory.likely",
            "work.memory.high",
            "needs.gpu",
            "package.architectures",
            "team.engineers",
            "work.threads",
        ];
        let columns = columns(&names).unwrap();
        let cells = [
            "api",
            "eu-west-1",
            "http",
            "2M/month",
            "80ms",
            "100MB",
            "200MB",
            "400MB",
            "false",
            "x86_64, arm64",
            "4",
            "",
        ];
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let written = columns.written("list.csv", &cells);
        let system = System::parse(&written.source).unwrap();
        assert_eq!(system.region(), "eu-west-1");
        let facts = &system.workloads[0].facts;
        let shown = |fact| facts.show(fact).unwrap();
        assert_eq!(shown(FactId::Volume), "2M/month");
        assert_eq!(shown(FactId::Engineers), "4");
        assert_eq!(shown(FactId::Architectures), "x86_64, arm64");
        assert_eq!(facts.show(FactId::Threads), None);
    }

    #[test]
    fn what_a_cell_holds_stays_in_its_place() {
        let columns = columns(&["id", "name", "region", "traffic.volume"]).unwrap();
        for hostile in [
            "a\"\n[[workload]]\nid = \"b",
            "'''",
            "\\",
            "a\u{0}b",
            "{ a = 1 }\nx = 1",
        ] {
            let cells = ["a", hostile, hostile, hostile].map(str::to_owned);
            let text = columns.written("list.csv", &cells).source;
            let read = text.text().parse::<toml_edit::DocumentMut>().unwrap();
            let workloads = read["workload"].as_array_of_tables().unwrap();
            assert_eq!((read.len(), workloads.len()), (4, 1), "{}", text.text());
        }
    }

    #[test]
    fn a_column_that_means_nothing_is_refused() {
        let said = |names: &[&str]| columns(names).unwrap_err().to_string();
        insta::assert_snapshot!(said(&["id", "trafic.volume"]), @"list.csv:1: the column `trafic.volume` is no fact (hint: did you mean `traffic.volume`?)");
        insta::assert_snapshot!(said(&["traffic.volume"]), @"list.csv:1: there is no column `id` (hint: a table has a column `id` and one for each fact, as `traffic.volume`)");
        assert!(said(&["id", "id"]).contains("twice"));
        // What is derived is not told.
        assert!(said(&["id", "traffic.busy.mean"]).contains("no fact"));
    }
}
