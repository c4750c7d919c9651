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
    writes: Option<Vec<Writes>>,
    #[serde(default)]
    reads: Vec<Reads>,
    fed_by: Option<FedBy>,
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
    let path = format!("patterns/{}.toml", row.workload);
    let text = file(&path).ok_or_else(|| Fault(format!("patterns.toml: there is no {path}")))?;
    Ok(Pattern {
        text,
        wanted: Wanted {
            platform: row.platform,
            writes: row.writes,
            reads: row.reads,
            fed_by: row.fed_by,
            ..Wanted::default()
        },
        name: row.name,
        says: row.says,
        workload: row.workload,
    })
}
