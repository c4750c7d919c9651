//! Patterns: workloads that ship with the program, each with what is asked for besides.

use landfall_source::Source;
use serde::Deserialize;

use crate::data::file;
use crate::graph::Fault;
use crate::operations::Operations;
use crate::plan::{FedBy, Reads, Wanted, Writes};
use crate::settings::Settings;

/// The name of a pattern's OpenAPI file, where it is written.
pub const OPENAPI: &str = "openapi.yaml";

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
    /// The OpenAPI file of its API, where it has one.
    pub openapi: Option<&'static str>,
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
            operations: asked.operations.or(own.operations),
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
    /// The OpenAPI file beside the workload file, by its name without an ending.
    openapi: Option<String>,
}

/// All patterns, in the order of the table.
///
/// # Errors
/// A fault in the table, which a test rules out.
pub fn patterns() -> Result<Vec<Pattern>, Fault> {
    let text = file("patterns.toml").unwrap_or_default();
    let table: Table =
        toml::from_str(text).map_err(|error| Fault(format!("patterns.toml: {error}")))?;
    let most = Settings::read()?.functions.api_operations_most;
    let read = |row| read(row, most);
    table.pattern.into_iter().map(read).collect()
}

fn read(row: Row, most: usize) -> Result<Pattern, Fault> {
    let path = format!("patterns/{}.toml", row.workload);
    let text = file(&path).ok_or_else(|| Fault(format!("patterns.toml: there is no {path}")))?;
    let openapi = row.openapi.map(|name| {
        let path = format!("patterns/{name}.yaml");
        file(&path).ok_or_else(|| Fault(format!("patterns.toml: there is no {path}")))
    });
    let openapi = openapi.transpose()?;
    let operations = openapi.map(|text| Operations::read(&Source::new(OPENAPI, text), most));
    let operations = operations
        .transpose()
        .map_err(|problem| Fault(problem.to_string()))?;
    Ok(Pattern {
        text,
        openapi,
        wanted: Wanted {
            platform: row.platform,
            writes: row.writes,
            reads: row.reads,
            fed_by: row.fed_by,
            operations,
            ..Wanted::default()
        },
        name: row.name,
        says: row.says,
        workload: row.workload,
    })
}
