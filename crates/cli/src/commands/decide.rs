//! `landfall decide`.

use landfall_answers::{Shape, decision_json, page};
use landfall_decide::{Decision, WorkloadDecision};
use landfall_report::{markdown, text};
use landfall_source::Diagnostic;

use super::check::record;
use crate::arguments::{Decide, DecisionFormat};
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::output::Output;
use crate::session::Session;

pub(crate) fn run(command: &Decide, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let only = command.platform.as_deref();
    if let Some(platform) = only {
        session.known_platform(platform)?;
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
            (DecisionFormat::Html, None) => {
                session.decide_with(file, &command.deciding, |system, inputs| {
                    page(&decision, &session, system, inputs)
                })?
            }
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

fn unsuited(what: &str) -> Problem {
    Problem::Input(Box::new(
        Diagnostic::new(format!("--format does not go with this: {what}"))
            .help("run it once for each file, or choose another form"),
    ))
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
    several: bool,
) -> Result<String, Problem> {
    let shape = if several { Shape::Line } else { Shape::Pretty };
    decision_json(decision, only, &session.catalog, shape)
}
