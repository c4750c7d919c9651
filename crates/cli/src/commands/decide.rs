//! `landfall decide`.

use landfall_decide::Decision;
use landfall_report::{json, text};

use crate::arguments::{Decide, Format};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::session::{Session, no_such};

pub(crate) fn run(command: &Decide, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    if !command.regions.is_empty() {
        return compare_regions(command, &session, output);
    }
    let several = command.files.len() > 1;
    for (place, file) in command.files.iter().enumerate() {
        let mut decision = session.decide(file, &command.deciding)?;
        if let Some(platform) = &command.platform {
            keep(&mut decision, platform, &session)?;
        }
        let shown = match (command.format, &command.platform) {
            (Format::Json, _) => as_json(&decision, &session, several)?,
            (Format::Text, None) => text::decision(&decision),
            (Format::Text, Some(_)) => one_platform(&decision, &session),
        };
        if several && command.format == Format::Text && place > 0 {
            output.data("\n\n")?;
        }
        output.data(&shown)?;
    }
    Ok(Exit::Done)
}

/// Decides the same files in several regions.
fn compare_regions(command: &Decide, session: &Session, output: &mut Output) -> Outcome {
    for file in &command.files {
        let mut decisions = Vec::new();
        for region in &command.regions {
            let mut deciding = command.deciding.clone();
            deciding.region = Some(region.clone());
            decisions.push(session.decide(file, &deciding)?);
        }
        let shown = match command.format {
            Format::Text => text::regions(&decisions),
            Format::Json => {
                let lines = decisions
                    .iter()
                    .map(|decision| as_json(decision, session, true));
                lines.collect::<Result<String, Problem>>()?
            }
        };
        output.data(&shown)?;
    }
    Ok(Exit::Done)
}

/// Leaves one platform of every workload.
fn keep(decision: &mut Decision, platform: &str, session: &Session) -> Result<(), Problem> {
    if session.catalog.platform(platform).is_none() {
        let ids: Vec<&str> = session
            .catalog
            .platforms
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        return Err(no_such("platform", platform, &ids));
    }
    for workload in &mut decision.workloads {
        let best = workload
            .recommended()
            .is_some_and(|best| best.platform == platform);
        workload
            .options
            .retain(|option| option.platform == platform);
        workload.has_recommendation = best;
        workload.runner_up = None;
        workload.margin = None;
    }
    Ok(())
}

fn one_platform(decision: &Decision, session: &Session) -> String {
    decision
        .workloads
        .iter()
        .flat_map(|workload| {
            workload
                .options
                .iter()
                .map(move |option| (workload, option))
        })
        .map(|(workload, option)| text::option(workload, option, &session.pack, &session.catalog))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Pretty for one file; a line each for several.
fn as_json(decision: &Decision, session: &Session, compact: bool) -> Result<String, Problem> {
    let document = json::document(decision, &session.catalog);
    let text = if compact {
        serde_json::to_string(&document)
    } else {
        serde_json::to_string_pretty(&document)
    };
    text.map(|text| text + "\n")
        .map_err(|error| Problem::Fault(error.to_string()))
}
