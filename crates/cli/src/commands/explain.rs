//! `landfall explain`.

use landfall_answers::{explain, pretty};
use landfall_decide::{OptionDecision, WorkloadDecision};
use landfall_report::text;

use crate::arguments::{Explain, Format};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::session::{Session, no_such, pick};

pub(crate) fn run(command: &Explain, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let decision = session.decide(&command.file, &command.deciding)?;
    if command.format == Format::Json {
        let workload = command.workload.as_deref();
        let why_not = command.why_not.as_deref();
        let document = explain(&decision, workload, why_not, &session)?;
        output.data(&pretty(&document)?)?;
        return Ok(Exit::Done);
    }
    let workloads: Vec<&WorkloadDecision> = match &command.workload {
        Some(id) => vec![pick(&decision, Some(id))?],
        None => decision.workloads.iter().collect(),
    };
    let mut parts = Vec::new();
    for workload in workloads {
        let option = choose(workload, command.why_not.as_deref())?;
        parts.push(text::option(
            workload,
            option,
            &session.pack,
            &session.catalog,
        ));
    }
    output.data(&parts.join("\n"))?;
    Ok(Exit::Done)
}

/// The option asked for; else the recommended one; else the one nearest to it.
fn choose<'w>(
    workload: &'w WorkloadDecision,
    platform: Option<&str>,
) -> Result<&'w OptionDecision, Problem> {
    let Some(id) = platform else {
        let first = workload.options.first();
        return first.ok_or_else(|| Problem::Fault("the catalog has no platform".to_owned()));
    };
    workload
        .options
        .iter()
        .find(|option| option.platform == id)
        .ok_or_else(|| {
            let ids: Vec<&str> = workload
                .options
                .iter()
                .map(|one| one.platform.as_str())
                .collect();
            no_such("platform", id, &ids)
        })
}
