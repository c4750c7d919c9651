//! Recorded traffic against a function: a trace, or a log.

use landfall_report::simulation::{Logged, Simulation};
use landfall_simulate::{Budget, Detail, Law, Replay, Run, Streams, run_functions};
use landfall_workload::Layout;

use super::days::Days;
use super::model::{Model, cut, refuse};
use super::{begin, functions};
use crate::exit::Problem;
use crate::recording::{ENDINGS, Reading};
use crate::session::Session;
use crate::simulate_arguments::Simulate;
use crate::storage::Place;

pub(super) fn simulate(
    command: &Simulate,
    session: &Session,
    model: &Model,
) -> Result<Simulation, Problem> {
    let Some(path) = command.replay.as_deref().or(command.trace.as_deref()) else {
        return Err(refuse("no recording is named", "add --trace FILE"));
    };
    let place = Place::new(path);
    let name = place.name();
    let is_file = command.replay.is_some() || place.is_file(&ENDINGS);
    let (mut simulation, layout) = if is_file {
        let reading = Reading::open(&place, command.skip_bad_rows)?;
        let layout = reading.trace.layout();
        let simulation = if layout == Layout::Functions {
            let days = Days::of_file(command, place);
            functions::simulate(command, session, model, &days, Some(reading))?
        } else {
            one(command, session, model, reading)?
        };
        (simulation, layout)
    } else {
        let days = Days::find(command, &place)?;
        let simulation = functions::simulate(command, session, model, &days, None)?;
        (simulation, Layout::Functions)
    };
    if simulation
        .runs
        .iter()
        .all(|run| run.figures.counts.arrived == 0)
    {
        return Err(if model.warm_up_s > 0.0 {
            refuse(
                &format!("`{name}` holds no request after the warm-up"),
                "warm up for less than the recording is long",
            )
        } else {
            refuse(
                &format!("`{name}` holds no request"),
                "check that rows follow the header, and that they are not all skipped",
            )
        });
    }
    simulation.what = format!("{name}, {}", layout.words());
    Ok(simulation)
}

/// The requests of one function.
fn one(
    command: &Simulate,
    session: &Session,
    model: &Model,
    reading: Reading,
) -> Result<Simulation, Problem> {
    let tells = matches!(reading.trace.layout(), Layout::EndTimes | Layout::Log);
    let has_durations = tells || reading.trace.has_durations();
    let law = match &model.law {
        Some(law) => law.clone(),
        None if has_durations => Law::Constant(0.0),
        None => {
            return Err(refuse(
                "the trace does not say how long the work takes",
                "add --duration, or a column `duration`",
            ));
        }
    };
    let streams = Streams::new(command.deciding.seed);
    let Reading { trace, bar: _bar } = reading;
    let mut replay = Replay::new(trace, model.warm_up_s, streams);
    if model.law.is_some() && command.replay.is_none() {
        replay.forget_durations();
    }
    let run = Run {
        streams,
        for_s: None,
        warm_up_s: model.warm_up_s,
        budget: Budget::events(command.max_events),
        detail: Detail::OverTime,
    };
    let outcomes = run_functions(&mut replay, &law, &model.setups, &run, &mut |_| ())?;
    let mut simulation = begin(
        command,
        session,
        String::new(),
        model.show(&outcomes),
        model.laws(),
    );
    simulation.skipped_rows = replay.skipped();
    simulation.notes.extend(cut(command, &outcomes));
    let logged = replay.logged();
    simulation.logged = logged.cold_starts.map(|cold_starts| Logged {
        requests: logged.requests,
        cold_starts,
        environments: (!logged.environments.is_empty()).then_some(logged.environments.len() as u64),
    });
    if command.replay.is_some() && simulation.logged.is_none() {
        return Err(refuse(
            "the log does not tell cold starts",
            "add a column `is_cold`, or use --trace",
        ));
    }
    Ok(simulation)
}
