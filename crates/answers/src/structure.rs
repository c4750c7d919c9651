//! Infrastructure for a decision.

use landfall_blueprint::{File, Format, Library, Wanted, folder, plan};
use landfall_decide::Decision;
use landfall_report::markdown;
use landfall_workload::FactId;
use serde_json::json;

use crate::problem::Problem;
use crate::session::Session;
use crate::shown::pretty;

/// One blueprint.
#[derive(Debug)]
pub struct Built {
    /// Its files.
    pub files: Vec<File>,
    /// What the workload file says and the blueprint does not do, a line each.
    pub differences: Vec<String>,
}

/// The change of a workload file that says whose network it is: it decides what is billed,
/// too.
pub fn wanted_network(is_given: bool) -> String {
    format!("{}={is_given}", FactId::ExistingNetwork.name())
}

/// Builds what was decided.
///
/// # Errors
/// What cannot be built: there is no such workload or platform, or it is excluded.
pub fn build(
    decision: &Decision,
    wanted: &Wanted,
    format: Format,
    session: &Session,
    library: &Library,
) -> Result<Built, Problem> {
    let planned = plan(decision, wanted, &session.catalog, library)?;
    let record = markdown::decision(decision, &session.catalog);
    let files = folder(decision, &planned, format, &record, library)?;
    // What copies have in common is said once.
    let mut differences: Vec<String> = Vec::new();
    for one in &planned {
        for found in &one.differences {
            let (id, fact) = (&one.workload.id, found.fact.name());
            let line = format!("{id}: {fact} = {}: {}", found.says, found.does);
            if !differences.contains(&line) {
                differences.push(line);
            }
        }
    }
    Ok(Built { files, differences })
}

/// A blueprint as JSON: every file with its text.
///
/// # Errors
/// An internal one.
pub fn built_json(built: &Built) -> Result<String, Problem> {
    let file = |file: &File| json!({ "path": file.path, "is_program": file.is_program, "text": file.text });
    pretty(&json!({
        "schema": 1,
        "files": built.files.iter().map(file).collect::<Vec<_>>(),
        "differences": built.differences,
    }))
}
