//! `landfall simulate`: a workload file on a platform, or a function described by flags.

mod days;
mod file;
mod functions;
mod generated;
mod laws;
mod model;
mod recorded;
mod table;

use std::fmt::Write as _;

use landfall_answers::{BUDGET, Simulated, pretty};
use landfall_report::simulation::{Run, Simulation};
use landfall_report::{chart, json, text};
use landfall_simulate::Series;

use crate::arguments::Format;
use crate::exit::{Exit, Outcome};
use crate::output::Output;
use crate::session::Session;
use crate::simulate_arguments::Simulate;
use crate::writing;

pub(crate) fn run(command: &Simulate, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    session.known_platform(&command.platform)?;
    if let Some(out) = &command.out {
        return generated::table(command, &session, out, output);
    }
    let simulation = match &command.file {
        Some(path) => file::simulate(path, command, &session)?,
        None => generated::simulate(command, &session)?,
    };
    if let (Some(path), Some(run)) = (&command.series, simulation.runs.first()) {
        writing::write(path, &over_time(&run.series))?;
    }
    if let (Some(path), Some(run)) = (&command.svg, simulation.runs.first()) {
        let title = format!("{}: {}", simulation.name, simulation.what);
        writing::write(path, &chart::series(&title, run))?;
    }
    let shown = match command.format {
        Format::Text => text::simulation(&simulation),
        Format::Json => pretty(&json::simulation(&simulation))?,
    };
    output.data(&shown)?;
    Ok(Exit::Done)
}

/// What happened over time, as a table.
fn over_time(series: &Series) -> String {
    let mut out = String::from(
        "start_s,seconds,requests,served,throttled,dropped,cold_starts,running_mean,\
         environments,environments_max,wanted\n",
    );
    let mut start_s = 0.0;
    for point in series.points() {
        let counts = &point.counts;
        let _ = writeln!(
            out,
            "{start_s},{},{},{},{},{},{},{:.6},{},{},{}",
            counts.seconds,
            counts.arrived,
            counts.served,
            counts.throttled,
            counts.failed + counts.expired,
            counts.cold,
            counts.busy_mean(),
            point.alive,
            counts.most_alive,
            point.wanted
        );
        start_s += counts.seconds;
    }
    out
}

/// Which simulation is asked for.
fn simulated(command: &Simulate) -> Simulated<'_> {
    Simulated {
        platform: &command.platform,
        workload: command.workload.as_deref(),
        requests: command.requests.unwrap_or(BUDGET),
        laws: command.laws,
        seed: command.deciding.seed,
    }
}

/// A simulation of one platform, to be filled with runs.
fn begin<'n>(
    command: &Simulate,
    session: &Session,
    what: String,
    runs: Vec<Run>,
    laws: impl IntoIterator<Item = &'n str>,
) -> Simulation {
    landfall_answers::begin(&simulated(command), session, what, runs, laws)
}
