//! Patterns: workloads that ship with the program, each with what is asked for besides.

use serde::Deserialize;

use crate::data::file;
use crate::graph::Fault;
use crate::plan::{FedBy, Reads, Wanted, Writes};

/// A workload file that ships, and what is asked for besides.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence without a full stop.
    pub says: String,
    /// The name of the workload file, without its ending: several patterns may have one.
    pub workload: String,
    /// The workload file.
    pub text: &'static str,
    /// Where it is built and what stands around it.
    pub wanted: Wanted,
}

impl Pattern {
    /// What is wanted of the pattern where something else is asked for: that comes first.
    #[must_use]
    pub fn with(&self, asked: Wanted) -> Wanted {
        let own = self.wanted.clone();
        Wanted {
            platform: asked.platform.or(own.platform),
            writes: asked.writes.or(own.writes),
            reads: if asked.reads.is_empty() {
                own.reads
            } else {
                asked.reads
            },
            fed_by: asked.fed_by.or(own.fed_by),
            ..asked
        }
    }
}

/// `data/patterns.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    pattern: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    says: String,
    /// The workload file, by its name without an ending.
    workload: String,
    platform: Option<String>,
    writes: Option<Vec<String>>,
    #[serde(default)]
    reads: Vec<String>,
    fed_by: Option<String>,
}

/// All patterns, in the order of the table.
///
/// # Errors
/// A fault in the table, which a test rules out.
pub fn patterns() -> Result<Vec<Pattern>, Fault> {
    let text = file("patterns.toml").unwrap_or_default();
    let table: Table =
        toml::from_str(text).map_err(|error| Fault(format!("patterns.toml: {error}")))?;
    table.pattern.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Pattern, Fault> {
    let unknown = |word: &str| Fault(format!("patterns.toml: {}: what is `{word}`?", row.name));
    let path = format!("patterns/{}.toml", row.workload);
    let written = |word: &String| {
        let mut all = Writes::ALL.into_iter();
        all.find(|one| one.word() == word)
            .ok_or_else(|| unknown(word))
    };
    let read = |word: &String| {
        let mut all = Reads::ALL.into_iter();
        all.find(|one| one.word() == word)
            .ok_or_else(|| unknown(word))
    };
    let fed = |word: &String| {
        let mut all = FedBy::ALL.into_iter();
        all.find(|one| one.word() == word)
            .ok_or_else(|| unknown(word))
    };
    let list = |words: &Vec<String>| words.iter().map(written).collect::<Result<_, _>>();
    Ok(Pattern {
        text: file(&path).ok_or_else(|| unknown(&path))?,
        wanted: Wanted {
            platform: row.platform.clone(),
            writes: row.writes.as_ref().map(list).transpose()?,
            reads: row.reads.iter().map(read).collect::<Result<_, _>>()?,
            fed_by: row.fed_by.as_ref().map(fed).transpose()?,
            ..Wanted::default()
        },
        name: row.name,
        says: row.says,
        workload: row.workload,
    })
}
