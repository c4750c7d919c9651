//! What was imported, with what is still open.

use std::collections::BTreeMap;

use landfall_import::{Asked, Import, Imported};
use landfall_source::{Diagnostic, Source};
use landfall_workload::{DEFAULT_REGION, System};

use crate::around::Around;
use crate::deciding::Deciding;
use crate::problem::Problem;
use crate::questions;
use crate::session::Session;

/// Joins what was read.
///
/// # Errors
/// There is no workload in it.
pub fn finish(import: Import, name: &str, inputs: &[String]) -> Result<Imported, Problem> {
    let imported = import.finish(name);
    if !imported.workloads.is_empty() {
        return Ok(imported);
    }
    let unread: Vec<&str> = imported
        .unread
        .iter()
        .take(3)
        .map(|note| note.what.as_str())
        .collect();
    let problem = Diagnostic::new(format!("there is no workload in {}", inputs.join(", ")));
    let help = if unread.is_empty() {
        "name a template with functions or services, a manifest, or a log".to_owned()
    } else {
        format!("not read: {}", unread.join("; "))
    };
    Err(Problem::Input(Box::new(problem.help(help))))
}

/// What is still open in what was imported: as an interview would ask where nothing is
/// chosen.
///
/// # Errors
/// An internal one.
pub fn ask(
    imported: &Imported,
    names: &[String],
    session: &Session,
    around: &impl Around,
) -> Result<BTreeMap<String, Vec<Asked>>, Problem> {
    let unasked = landfall_import::toml(imported, names, &BTreeMap::new());
    let system = System::parse(&Source::new("the imported file", &unasked))
        .map_err(|problem| Problem::Fault(problem.to_string()))?;
    let book = around
        .book(system.region())
        .or_else(|_| around.book(DEFAULT_REGION))?
        .with_ranges(&session.catalog.spans);
    let deciding = Deciding {
        scenarios: 0,
        ..Deciding::default()
    };
    let inputs = session.inputs(&book, &[], &deciding);
    Ok(questions::asked(&system, &inputs))
}
