//! `landfall framework show|flow|lint|test`.

use std::fmt::Write as _;

use landfall_decide::Profile;
use landfall_framework::{Screen, lint};
use landfall_report::{flow, statements};
use landfall_workload::{FactId, Kind};

use super::baseline;
use crate::arguments::{
    Deciding, Flow, FlowFormat, Framework, FrameworkChoice, FrameworkCommand, Show, Switch,
};
use crate::exit::{Exit, Outcome};
use crate::output::Output;
use crate::session::{Session, pick};
use crate::today::today;

pub(crate) fn run(command: &Framework, output: &mut Output) -> Outcome {
    match &command.command {
        FrameworkCommand::Show(show) => run_show(show, output),
        FrameworkCommand::Flow(flow) => run_flow(flow, output),
        FrameworkCommand::Baseline(baseline) => baseline::run(baseline, output),
        FrameworkCommand::Lint(choice) => run_lint(choice, output),
        FrameworkCommand::Test(choice) => run_test(choice, output),
    }
}

fn run_show(command: &Show, output: &mut Output) -> Outcome {
    if command.facts {
        output.data(&facts())?;
        return Ok(Exit::Done);
    }
    let session = Session::open(&command.framework)?;
    let screen = Screen::new(&session.pack, &session.catalog, session.as_of);
    let table = match &command.file {
        None => statements::table(&session.pack, &session.catalog, &screen, None),
        Some(file) => {
            let decision = session.decide(file, &deciding(&command.framework))?;
            let workload = pick(&decision, command.workload.as_deref())?;
            let facts = Some(&workload.facts);
            statements::table(&session.pack, &session.catalog, &screen, facts)
        }
    };
    output.data(&table)?;
    Ok(Exit::Done)
}

fn deciding(choice: &FrameworkChoice) -> Deciding {
    Deciding {
        framework: choice.clone(),
        region: None,
        profile: Profile::Starter,
        people: Switch::On,
        seed: 1,
        scenarios: 0,
        changes: Vec::new(),
    }
}

/// Every fact: name, kind, meaning.
fn facts() -> String {
    let mut out = String::new();
    for fact in FactId::ALL {
        let kind = match fact.kind() {
            Kind::Choice(words) | Kind::Choices(words) => words.join(" | "),
            other => other.name().to_owned(),
        };
        let _ = writeln!(out, "{:<32} {}\n    {kind}", fact.name(), fact.meaning());
    }
    out
}

fn run_flow(command: &Flow, output: &mut Output) -> Outcome {
    let session = Session::open(&command.framework)?;
    let screen = Screen::new(&session.pack, &session.catalog, session.as_of);
    let decision = match &command.file {
        None => None,
        Some(file) => Some(session.decide(file, &deciding(&command.framework))?),
    };
    let workload = match &decision {
        None => None,
        Some(decision) => Some(pick(decision, command.workload.as_deref())?),
    };
    let path = workload.map(|workload| (&workload.facts, workload));
    let drawn = flow::flow(
        &session.pack,
        &session.catalog,
        &screen,
        session.as_of,
        path,
    );
    output.data(&match command.format {
        FlowFormat::Mermaid => flow::mermaid(&drawn),
        FlowFormat::Svg => flow::svg(&drawn),
    })?;
    Ok(Exit::Done)
}

fn run_lint(choice: &FrameworkChoice, output: &mut Output) -> Outcome {
    let session = Session::open(choice)?;
    let day = choice.as_of.map_or_else(today, Ok)?;
    let findings = lint(&session.pack, &session.catalog, day);
    let mut text = String::new();
    for finding in &findings {
        let (kind, about) = (finding.kind.word(), &finding.about);
        let _ = writeln!(text, "{kind:<14} {about}: {}", finding.message);
    }
    output.data(&text)?;
    let errors = findings
        .iter()
        .filter(|finding| finding.kind.is_error())
        .count();
    let rules = session.pack.rules.len();
    output.say(&format!(
        "{rules} rules, {} findings, {errors} errors\n",
        findings.len()
    ));
    Ok(if errors > 0 { Exit::No } else { Exit::Done })
}

fn run_test(choice: &FrameworkChoice, output: &mut Output) -> Outcome {
    let session = Session::open(choice)?;
    let report = session.pack.run_cases(&session.catalog);
    let mut text = String::new();
    for failure in &report.failures {
        let _ = writeln!(text, "FAILED {}: {}", failure.case, failure.found);
    }
    for (rules, what) in [
        (&report.never_fired, "holding"),
        (&report.never_quiet, "not holding"),
    ] {
        for rule in rules {
            let _ = writeln!(text, "UNCOVERED `{rule}`: no case shows it {what}");
        }
    }
    let failed: std::collections::BTreeSet<&str> = report
        .failures
        .iter()
        .map(|failure| failure.case.as_str())
        .collect();
    let _ = writeln!(
        text,
        "{} passed, {} failed",
        report.cases - failed.len(),
        failed.len()
    );
    output.data(&text)?;
    let bad = !report.failures.is_empty()
        || (report.cases > 0 && !(report.never_fired.is_empty() && report.never_quiet.is_empty()));
    Ok(if bad { Exit::No } else { Exit::Done })
}
