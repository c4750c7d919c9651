//! A decision in the forms in which it is handed out.

use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, OptionDecision, WorkloadDecision, simulate_decided};
use landfall_framework::Screen;
use landfall_report::html::{self, Beside};
use landfall_report::json::{self, DecisionJson};
use landfall_report::{flow, statements, text};
use landfall_simulate::each;
use landfall_workload::System;
use serde::Serialize;

use crate::problem::Problem;
use crate::session::{Session, no_such};
use crate::simulations::run_of;

/// How JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// For people.
    Pretty,
    /// On one line.
    Line,
}

/// A document as JSON for people, with the end of its last line.
///
/// # Errors
/// It is not JSON, which is an internal error.
pub fn pretty(document: &impl Serialize) -> Result<String, Problem> {
    write(document, Shape::Pretty)
}

/// A document as JSON on one line.
///
/// # Errors
/// As [`pretty`].
pub fn line(document: &impl Serialize) -> Result<String, Problem> {
    write(document, Shape::Line)
}

fn write(document: &impl Serialize, shape: Shape) -> Result<String, Problem> {
    let text = match shape {
        Shape::Pretty => serde_json::to_string_pretty(document),
        Shape::Line => serde_json::to_string(document),
    };
    text.map(|text| text + "\n")
        .map_err(|error| Problem::Fault(error.to_string()))
}

/// A decision as JSON, of one platform alone where one is named.
///
/// # Errors
/// An internal one.
pub fn decision_json(
    decision: &Decision,
    platform: Option<&str>,
    catalog: &Catalog,
    shape: Shape,
) -> Result<String, Problem> {
    let mut document = json::document(decision, catalog);
    if let Some(platform) = platform {
        document = document.of_platform(platform);
    }
    write(&document, shape)
}

/// A decision with one option of each workload: the platform asked for, else the first; of
/// one workload alone where one is named.
///
/// # Errors
/// There is no such workload, or no such platform.
pub fn explain(
    decision: &Decision,
    workload: Option<&str>,
    platform: Option<&str>,
    session: &Session,
) -> Result<DecisionJson, Problem> {
    if let Some(platform) = platform {
        session.known_platform(platform)?;
    }
    if let Some(id) = workload {
        let ids: Vec<&str> = decision
            .workloads
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        if !ids.contains(&id) {
            return Err(no_such("workload", id, &ids));
        }
    }
    let mut document = json::document(decision, &session.catalog);
    document
        .workloads
        .retain(|one| workload.is_none_or(|id| one.id == id));
    for one in &mut document.workloads {
        match platform {
            Some(platform) => one.options.retain(|option| option.platform == platform),
            None => one.options.truncate(1),
        }
    }
    Ok(document)
}

/// The same as a text for people.
///
/// # Errors
/// As [`explain`].
pub fn explained(
    decision: &Decision,
    workload: Option<&str>,
    platform: Option<&str>,
    session: &Session,
) -> Result<String, Problem> {
    let document = explain(decision, workload, platform, session)?;
    let shown = decision.workloads.iter().filter_map(|one| {
        let chosen = document.workloads.iter().find(|shown| shown.id == one.id)?;
        let platform = &chosen.options.first()?.platform;
        let is_it = |option: &&OptionDecision| option.platform == *platform;
        let option = one.options.iter().find(is_it)?;
        Some(text::option(one, option, &session.pack, &session.catalog))
    });
    Ok(shown.collect::<Vec<_>>().join("\n"))
}

/// What a page shows of a simulation, in seconds, and most requests of it.
const DAY_S: f64 = 86_400.0;
const DAY_BUDGET: u64 = 10_000_000;

/// The page of a decision, with what is simulated and the flow of every workload.
pub fn page(
    decision: &Decision,
    session: &Session,
    system: &System,
    inputs: &Inputs<'_>,
) -> String {
    let beside = beside(decision, session, system, inputs, Some(DAY_BUDGET));
    html::page(decision, &session.catalog, &beside)
}

/// What a page shows of every workload beside the decision: a day of its recommendation with
/// at most so many requests one by one, none for no day.
pub fn beside(
    decision: &Decision,
    session: &Session,
    system: &System,
    inputs: &Inputs<'_>,
    day_budget: Option<u64>,
) -> Vec<Beside> {
    let screen = Screen::new(&session.pack, &session.catalog, session.as_of);
    let day = session.as_of;
    let beside = |one: &WorkloadDecision| {
        let workload = system.workloads.iter().find(|other| other.id == one.id);
        let month = workload.zip(one.recommended()).zip(day_budget).and_then(
            |((workload, best), budget)| simulate_decided(workload, best, inputs, DAY_S, budget),
        );
        let path = Some((&one.facts, one));
        let facts = Some(&one.facts);
        Beside {
            run: month.as_ref().map(run_of),
            flow: flow::flow(&session.pack, &session.catalog, &screen, day, path),
            statements: statements::table(&session.pack, &session.catalog, &screen, facts),
        }
    };
    each(&decision.workloads, beside)
}
