//! Traffic described by flags, as in simulators of functions.

use landfall_catalog::Platform;
use landfall_report::simulation::Simulation;
use landfall_simulate::{
    Budget, Detail, MINUTE_S, Run, Shape, Streams, Traffic, replicate, run_functions,
};
use landfall_units::{Dimension, Duration, SECONDS_PER_MONTH};
use landfall_workload::{ahead_of_utc_s, scheduled_times};

use super::model::{Model, cut, events_of_a_run, refuse};
use super::{begin, laws, recorded, table};
use crate::exit::{Outcome, Problem};
use crate::output::Output;
use crate::progress::Simulated;
use crate::session::Session;
use crate::simulate_arguments::Simulate;

pub(super) fn simulate(command: &Simulate, session: &Session) -> Result<Simulation, Problem> {
    let platform = lambda(command, session)?;
    let model = Model::new(command, session, platform)?;
    if command.replay.is_some() || command.trace.is_some() {
        return recorded::simulate(command, session, &model);
    }
    let streams = Streams::new(command.deciding.seed);
    let traffic = traffic(command)?;
    let for_s = time_simulated(command, &traffic)?;
    if model.warm_up_s >= for_s {
        let (warm_up, all) = (model.warm_up_s, Duration::from_secs_f64(for_s));
        let warm_up = Duration::from_secs_f64(warm_up);
        return Err(refuse(
            &format!("the warm-up of {warm_up} is as long as the {all} simulated, or longer"),
            "nothing would be counted: simulate longer with --for, or warm up for less",
        ));
    }
    let Some(law) = &model.law else {
        return Err(refuse(
            "nothing says how long the work takes",
            "add --duration",
        ));
    };
    let run_one = |streams: Streams, progress: &mut dyn FnMut(f64)| {
        let minutes = (for_s / MINUTE_S).ceil() as usize;
        let curve = traffic.curve(minutes, streams);
        let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
        let run = Run {
            streams,
            for_s: Some(for_s),
            warm_up_s: model.warm_up_s,
            budget: Budget::events(events_of_a_run(command)),
            detail: Detail::OverTime,
        };
        run_functions(arrivals.as_mut(), law, &model.setups, &run, progress)
    };
    let outcomes = if command.replications > 1 {
        replicate(command.replications, streams, |streams| {
            run_one(streams, &mut |_| ())
        })?
    } else {
        let mut bar = Simulated::new(Some(for_s));
        run_one(streams, &mut |at_s| bar.at(at_s))?
    };
    let what = format!(
        "{} for {}",
        describe(command, &traffic),
        Duration::from_secs_f64(for_s)
    );
    let mut simulation = begin(command, session, what, model.show(&outcomes), model.laws());
    simulation.notes.extend(cut(command, &outcomes));
    Ok(simulation)
}

/// The platform, if flags alone can tell what runs on it.
/// Writes a row for each function of a trace.
pub(super) fn table(
    command: &Simulate,
    session: &Session,
    out: &str,
    output: &mut Output,
) -> Outcome {
    let platform = lambda(command, session)?;
    let model = Model::new(command, session, platform)?;
    table::write(command, session, &model, out, output)
}

fn lambda<'s>(command: &Simulate, session: &'s Session) -> Result<&'s Platform, Problem> {
    let platform = session.catalog.platform(&command.platform);
    platform
        .filter(|platform| platform.id == "lambda")
        .ok_or_else(|| {
            refuse(
                &format!(
                    "flags alone do not say how `{}` is set up",
                    command.platform
                ),
                "name a workload file: landfall simulate workload.toml --platform …",
            )
        })
}

fn traffic(command: &Simulate) -> Result<Traffic, Problem> {
    let ahead_s = ahead_of_utc_s(&command.time_zone)?;
    let batch = f64::from(command.batch);
    if let Some(schedule) = &command.schedule {
        let for_s = match &command.duration_simulated {
            Some(text) => laws::time_s("for", text)?,
            None => SECONDS_PER_MONTH,
        };
        let times = scheduled_times(schedule, &command.time_zone, for_s)?;
        return Ok(Traffic {
            rate_per_s: times.len() as f64 * batch / for_s,
            batch,
            schedule: Some(times),
            ..Traffic::steady(0.0)
        });
    }
    let Some(rate) = &command.rate else {
        return Err(refuse(
            "nothing says how much traffic there is",
            "name a workload file, or add --rate, --schedule, --trace or --replay",
        ));
    };
    let rate_per_s = Dimension::Rate
        .parse(rate)
        .map_err(|error| refuse(&format!("`--rate {rate}`: {error}"), "write it like 0.9/s"))?;
    if rate_per_s <= 0.0 || rate_per_s > 1e6 {
        return Err(refuse(
            &format!("`--rate {rate}` is beyond what is simulated"),
            "it may be from above 0 up to a million a second",
        ));
    }
    let word = command.shape.as_deref().unwrap_or("steady");
    let peak_to_mean = command.peak_to_mean.unwrap_or(1.0);
    Ok(Traffic {
        peak_to_mean,
        shape: Shape::named(word),
        ahead_s,
        batch,
        ..Traffic::steady(rate_per_s)
    })
}

fn time_simulated(command: &Simulate, traffic: &Traffic) -> Result<f64, Problem> {
    let for_s = match (&command.duration_simulated, command.requests) {
        (Some(text), _) => laws::time_s("for", text)?,
        (None, Some(requests)) => requests as f64 / traffic.rate_per_s,
        (None, None) => SECONDS_PER_MONTH,
    };
    if for_s > laws::LONGEST_S {
        return Err(refuse(
            "so many requests take longer than ten years at this rate",
            "simulate fewer requests, or at a higher rate",
        ));
    }
    Ok(for_s)
}

fn describe(command: &Simulate, traffic: &Traffic) -> String {
    if let Some(schedule) = &command.schedule {
        return schedule.clone();
    }
    let rate = command.rate.as_deref().unwrap_or("");
    match &command.shape {
        Some(shape) => format!(
            "{rate}, {shape}, peak {} times the mean",
            traffic.peak_to_mean
        ),
        None => format!("{rate}, steady"),
    }
}
