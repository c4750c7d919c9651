//! Recorded traffic against a function: a trace, a log, a day of many functions.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use landfall_report::simulation::{Billed, Logged, Simulation};
use landfall_simulate::{
    Budget, Counted, Detail, DurationLaw, Law, Outcome, Replay, Run, Streams, each, run_functions,
};
use landfall_source::Result;
use landfall_workload::{FunctionCounts, Layout, Row, Trace, read_durations, read_memory};

use super::begin;
use super::model::{Model, cut, refuse};
use crate::exit::Problem;
use crate::session::Session;
use crate::simulate_arguments::Simulate;
use crate::{files, progress};

pub(super) fn simulate(
    command: &Simulate,
    session: &Session,
    model: &Model,
) -> std::result::Result<Simulation, Problem> {
    let Some(path) = command.replay.as_deref().or(command.trace.as_deref()) else {
        return Err(refuse("no recording is named", "add --trace FILE"));
    };
    let name = path.display().to_string();
    let file = files::open(path)?;
    let length = file.metadata().ok().map(|metadata| metadata.len());
    let bar = progress::bytes(length, &name);
    let trace = Trace::open(&name, bar.wrap_read(file), command.skip_bad_rows)?;
    let layout = trace.layout();
    let result = if layout == Layout::Functions {
        functions(command, session, model, trace)
    } else {
        one(command, session, model, trace)
    };
    bar.finish_and_clear();
    let mut simulation = result?;
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

type Reader = indicatif::ProgressBarIter<File>;

/// The requests of one function.
fn one(
    command: &Simulate,
    session: &Session,
    model: &Model,
    trace: Trace<Reader>,
) -> std::result::Result<Simulation, Problem> {
    let tells = matches!(trace.layout(), Layout::EndTimes | Layout::Log);
    let has_durations = tells || trace.has_durations();
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

/// How a function of many is laid out: its durations, and its memory in MB.
#[derive(Debug)]
struct Known {
    durations: BTreeMap<(String, String), landfall_workload::FunctionDurations>,
    memory: BTreeMap<String, f64>,
}

fn open_text(path: &Path) -> Result<(String, File)> {
    Ok((path.display().to_string(), files::open(path)?))
}

impl Known {
    fn read(command: &Simulate) -> Result<Self> {
        let mut known = Self {
            durations: BTreeMap::new(),
            memory: BTreeMap::new(),
        };
        if let Some(path) = &command.durations {
            let (name, file) = open_text(path)?;
            known.durations = read_durations(&name, file)?;
        }
        if let Some(path) = &command.memory {
            let (name, file) = open_text(path)?;
            known.memory = read_memory(&name, file)?;
        }
        Ok(known)
    }

    fn law(&self, function: &FunctionCounts) -> Option<Law> {
        let key = (function.app.clone(), function.function.clone());
        self.durations.get(&key).map(|durations| {
            Law::from(DurationLaw::new(
                durations.p50_s,
                durations.p99_s.max(durations.p50_s),
                durations.max_s.max(durations.p99_s),
            ))
        })
    }
}

/// Functions simulated side by side at once.
const AT_ONCE: usize = 256;

/// A day of many functions, each with environments of its own.
fn functions(
    command: &Simulate,
    session: &Session,
    model: &Model,
    mut trace: Trace<Reader>,
) -> std::result::Result<Simulation, Problem> {
    let known = Known::read(command)?;
    if model.law.is_none() && known.durations.is_empty() {
        return Err(refuse(
            "the trace does not say how long the work takes",
            "add --durations FILE, or --duration",
        ));
    }
    let mut whole: Vec<Outcome> = model.setups.iter().map(|_| Outcome::default()).collect();
    let mut gb_seconds = (0.0, 0.0);
    let mut seen = Seen::default();
    let mut events = command.max_events;
    loop {
        let chunk = next_functions(&mut trace, seen.number)?;
        if chunk.is_empty() {
            break;
        }
        seen.number += chunk.len() as u64;
        let read = chunk.len();
        // Whole functions, as long as there are events left for them.
        let mut fits = |(_, function): &(u64, FunctionCounts)| {
            let requests: u64 = function.per_minute.iter().copied().map(u64::from).sum();
            let fits = requests <= events;
            events -= if fits { requests } else { 0 };
            fits
        };
        let chunk: Vec<_> = chunk.into_iter().filter(&mut fits).collect();
        seen.too_large += (read - chunk.len()) as u64;
        let outcomes = each(&chunk, |(place, function)| {
            let law = known.law(function).or_else(|| model.law.clone());
            law.map(|law| alone(command, model, function, &law, *place))
                .transpose()
        });
        for ((_, function), outcomes) in chunk.iter().zip(outcomes) {
            let Some(outcomes) = outcomes? else {
                seen.without_law += 1;
                continue;
            };
            if let (Some(first), Some(mb)) = (outcomes.first(), known.memory.get(&function.app)) {
                let counts = first.batches.total().counts;
                gb_seconds.0 += counts.busy_s * mb / 1_024.0;
                gb_seconds.1 += counts.alive_s * mb / 1_024.0;
            }
            seen.cut += u64::from(outcomes.iter().any(|outcome| outcome.cut_s.is_some()));
            for (all, one) in whole.iter_mut().zip(&outcomes) {
                all.add_beside(one);
            }
        }
    }
    let mut simulation = begin(
        command,
        session,
        String::new(),
        model.show(&whole),
        model.laws(),
    );
    simulation.skipped_rows = trace.skipped();
    simulation.notes.extend(seen.notes(command.max_events));
    show_memory(&mut simulation, gb_seconds);
    Ok(simulation)
}

/// The functions of a trace, counted.
#[derive(Debug, Default)]
struct Seen {
    number: u64,
    /// The durations file does not name them.
    without_law: u64,
    /// There are not events enough left for them.
    too_large: u64,
    /// Their events were spent before their end.
    cut: u64,
}

impl Seen {
    /// What is said of them.
    fn notes(&self, most: u64) -> Vec<String> {
        let number = self.number;
        let mut notes = vec![format!(
            "{number} functions, each with environments of its own"
        )];
        let mut note = |number: u64, what: String| {
            if number > 0 {
                notes.push(format!("{number} functions {what}"));
            }
        };
        note(
            self.without_law,
            "left out: the durations file does not name them".to_owned(),
        );
        note(
            self.too_large,
            format!(
                "left out: with them there are more than {most} requests; --max-events \
                 allows more"
            ),
        );
        note(
            self.cut,
            format!(
                "cut: with what is tried again, each has more than {most} events; what they \
                 did until then is counted"
            ),
        );
        notes
    }
}

/// The next functions of a trace, each with its place in it.
fn next_functions(trace: &mut Trace<Reader>, from: u64) -> Result<Vec<(u64, FunctionCounts)>> {
    let mut chunk = Vec::with_capacity(AT_ONCE);
    while chunk.len() < AT_ONCE {
        match trace.next_row()? {
            Some(Row::Function(function)) => chunk.push((from + chunk.len() as u64, function)),
            Some(_) => {}
            None => break,
        }
    }
    Ok(chunk)
}

/// Memory at work and there, in GB-seconds, where the trace tells memory.
fn show_memory(simulation: &mut Simulation, gb_seconds: (f64, f64)) {
    if let Some(run) = simulation.runs.first_mut().filter(|_| gb_seconds.1 > 0.0) {
        for (meter, quantity) in [
            ("memory at work", gb_seconds.0),
            ("memory there", gb_seconds.1),
        ] {
            run.billed.push(Billed {
                meter: meter.to_owned(),
                quantity,
                unit: "GB-seconds".to_owned(),
            });
        }
    }
}

fn alone(
    command: &Simulate,
    model: &Model,
    function: &FunctionCounts,
    law: &Law,
    place: u64,
) -> Result<Vec<Outcome>> {
    let streams = Streams::new(command.deciding.seed)
        .child("function")
        .index(place);
    let mut arrivals = Counted::new(&function.per_minute, streams);
    let run = Run {
        streams,
        for_s: None,
        warm_up_s: model.warm_up_s,
        budget: Budget::events(command.max_events),
        detail: Detail::OverTime,
    };
    run_functions(&mut arrivals, law, &model.setups, &run, &mut |_| ())
}
