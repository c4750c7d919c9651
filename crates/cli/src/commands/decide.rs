//! `landfall decide`.

use std::path::Path;

use landfall_decide::{Decision, WorkloadDecision, simulate_option};
use landfall_framework::Screen;
use landfall_report::html::{self, Beside};
use landfall_report::{flow, json, markdown, statements, text};
use landfall_source::Diagnostic;

use super::check::record;
use super::simulate::run_of;
use crate::arguments::{Decide, DecisionFormat};
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::output::Output;
use crate::session::{Session, no_such};

pub(crate) fn run(command: &Decide, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let only = command.platform.as_deref();
    if let Some(platform) = only {
        known_platform(platform, &session)?;
    }
    if !command.regions.is_empty() {
        return compare_regions(command, &session, output);
    }
    let several = command.files.len() > 1;
    if several && command.format == DecisionFormat::Html {
        return Err(unsuited("a page shows one file"));
    }
    if command.record && command.files.iter().any(|file| files::is_stdin(file)) {
        let problem = Diagnostic::new("a decision of standard input has no file to be kept beside");
        return Err(Problem::Input(Box::new(
            problem.help("save the workload file, and name it"),
        )));
    }
    let mut exit = Exit::Done;
    for (place, file) in command.files.iter().enumerate() {
        let decision = session.decide(file, &command.deciding)?;
        let shown = match (command.format, only) {
            (DecisionFormat::Json, _) => as_json(&decision, only, &session, several)?,
            (DecisionFormat::Text, None) if command.details => text::details(&decision),
            (DecisionFormat::Text, None) => text::summary(&decision),
            (DecisionFormat::Text, Some(platform)) => one_platform(&decision, platform, &session),
            (DecisionFormat::Markdown | DecisionFormat::Html, Some(_)) => {
                return Err(unsuited("--platform has the forms text and json"));
            }
            (DecisionFormat::Markdown, None) => markdown::decision(&decision, &session.catalog),
            (DecisionFormat::Html, None) => page(file, &decision, command, &session)?,
        };
        if command.record {
            record(file, &decision, output)?;
        }
        if several && command.format == DecisionFormat::Text && place > 0 {
            output.data("\n\n")?;
        }
        output.data(&shown)?;
        if !is_answered(&decision) {
            exit = Exit::No;
        }
    }
    Ok(exit)
}

/// Whether every workload has a recommendation.
fn is_answered(decision: &Decision) -> bool {
    let mut workloads = decision.workloads.iter();
    workloads.all(|one| one.has_recommendation)
}

/// Decides the same files in several regions.
fn compare_regions(command: &Decide, session: &Session, output: &mut Output) -> Outcome {
    let mut exit = Exit::Done;
    for file in &command.files {
        let mut decisions = Vec::new();
        for region in &command.regions {
            let mut deciding = command.deciding.clone();
            deciding.region = Some(region.clone());
            decisions.push(session.decide(file, &deciding)?);
        }
        let shown = match command.format {
            DecisionFormat::Html | DecisionFormat::Markdown => {
                return Err(unsuited("--regions has the forms text and json"));
            }
            DecisionFormat::Text => text::regions(&decisions),
            DecisionFormat::Json => {
                let lines = decisions
                    .iter()
                    .map(|decision| as_json(decision, None, session, true));
                lines.collect::<Result<String, Problem>>()?
            }
        };
        output.data(&shown)?;
        if !decisions.iter().any(is_answered) {
            exit = Exit::No;
        }
    }
    Ok(exit)
}

/// What a page shows of a simulation, in seconds, and most requests of it.
const DAY_S: f64 = 86_400.0;
const DAY_BUDGET: u64 = 10_000_000;

fn unsuited(what: &str) -> Problem {
    Problem::Input(Box::new(
        Diagnostic::new(format!("--format does not go with this: {what}"))
            .help("run it once for each file, or choose another form"),
    ))
}

/// The page of a decision, with what is simulated and the flow of every workload.
fn page(
    file: &Path,
    decision: &Decision,
    command: &Decide,
    session: &Session,
) -> Result<String, Problem> {
    let screen = Screen::new(&session.pack, &session.catalog, session.as_of);
    let day = session.as_of;
    session.decide_with(file, &command.deciding, |system, inputs| {
        let beside = |one: &WorkloadDecision| {
            let workload = system.workloads.iter().find(|other| other.id == one.id);
            let month = workload
                .zip(one.recommended())
                .and_then(|(workload, best)| {
                    let platform = &best.platform;
                    simulate_option(workload, platform, inputs, DAY_S, DAY_BUDGET, &mut |_| ()).ok()
                });
            let path = Some((&one.facts, one));
            let drawn = flow::flow(&session.pack, &session.catalog, &screen, day, path);
            let facts = Some(&one.facts);
            Beside {
                run: month.as_ref().map(run_of),
                flow: flow::svg(&drawn),
                statements: statements::table(&session.pack, &session.catalog, &screen, facts),
            }
        };
        let beside: Vec<Beside> = decision.workloads.iter().map(beside).collect();
        html::page(decision, &session.catalog, &beside)
    })
}

fn known_platform(platform: &str, session: &Session) -> Result<(), Problem> {
    let platforms = session.catalog.platforms.iter();
    let ids: Vec<&str> = platforms.map(|one| one.id.as_str()).collect();
    if ids.contains(&platform) {
        Ok(())
    } else {
        Err(no_such("platform", platform, &ids))
    }
}

/// One platform of every workload, in depth.
fn one_platform(decision: &Decision, platform: &str, session: &Session) -> String {
    let shown = |one: &WorkloadDecision| {
        let option = one.options.iter().find(|one| one.platform == platform)?;
        Some(text::option(one, option, &session.pack, &session.catalog))
    };
    let shown: Vec<String> = decision.workloads.iter().filter_map(shown).collect();
    shown.join("\n")
}

/// Pretty for one file; a line each for several.
fn as_json(
    decision: &Decision,
    only: Option<&str>,
    session: &Session,
    compact: bool,
) -> Result<String, Problem> {
    let mut document = json::document(decision, &session.catalog);
    if let Some(platform) = only {
        document = document.of_platform(platform);
    }
    let text = if compact {
        serde_json::to_string(&document)
    } else {
        serde_json::to_string_pretty(&document)
    };
    text.map(|text| text + "\n")
        .map_err(|error| Problem::Fault(error.to_string()))
}
