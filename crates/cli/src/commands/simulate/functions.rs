//! Many functions, each with environments of its own: added up, or a row for each.

use landfall_fleet::Shard;
use landfall_report::simulation::{Billed, Simulation};
use landfall_simulate::{Budget, Counted, Detail, Law, Outcome, Run, Streams, each, run_functions};
use landfall_source::{Diagnostic, Result};
use landfall_workload::{FunctionCounts, FunctionRow, Layout};

use super::begin;
use super::days::{Days, Known};
use super::model::{Model, refuse};
use crate::exit::Problem;
use crate::recording::Reading;
use crate::session::Session;
use crate::simulate_arguments::Simulate;

/// Functions simulated side by side at once.
const AT_ONCE: usize = 256;

/// A function of a trace.
#[derive(Debug)]
pub(super) struct Task {
    /// Its place among all functions of all days, from 0.
    pub(super) place: u64,
    /// Its line in the trace.
    pub(super) line: u64,
    pub(super) function: FunctionCounts,
    /// How long its work takes, where that is known.
    pub(super) law: Option<Law>,
    /// The memory of its application, where that is known.
    pub(super) memory_mb: Option<f64>,
}

impl Task {
    pub(super) fn requests(&self) -> u64 {
        self.function
            .per_minute
            .iter()
            .copied()
            .map(u64::from)
            .sum()
    }

    /// Runs it on each set-up. What one does depends on its place alone, and not on which others are
    /// run beside it.
    pub(super) fn run(
        &self,
        command: &Simulate,
        model: &Model,
        law: &Law,
        detail: Detail,
    ) -> Result<Vec<Outcome>> {
        let streams = Streams::new(command.deciding.seed)
            .child("function")
            .index(self.place);
        let mut arrivals = Counted::new(&self.function.per_minute, streams);
        let run = Run {
            streams,
            for_s: None,
            warm_up_s: model.warm_up_s,
            budget: Budget::events(command.max_events),
            detail,
        };
        run_functions(&mut arrivals, law, &model.setups, &run, &mut |_| ())
    }
}

/// What is read of a trace at once.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) tasks: Vec<Task>,
    /// Rows that cannot be right, with their places.
    pub(super) bad: Vec<(u64, Box<Diagnostic>)>,
}

impl Chunk {
    fn is_full(&self) -> bool {
        self.tasks.len() + self.bad.len() >= AT_ONCE
    }

    fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.bad.is_empty()
    }
}

/// Hands the functions of a shard on, some at once, with the name of the file that they are from.
/// Gives the number of all functions, of whichever shard. The first file may be open already.
pub(super) fn walk(
    command: &Simulate,
    model: &Model,
    days: &Days,
    shard: Shard,
    mut first: Option<Reading>,
    mut take: impl FnMut(&str, Chunk) -> std::result::Result<(), Problem>,
) -> std::result::Result<u64, Problem> {
    let mut place = 0;
    for day in &days.0 {
        let known = Known::read(day)?;
        let name = day.invocations.name();
        let mut reading = match first.take() {
            Some(reading) => reading,
            None => Reading::open(&day.invocations, command.skip_bad_rows)?,
        };
        let trace = &mut reading.trace;
        if trace.layout() != Layout::Functions {
            let what = format!("`{name}` holds {}", trace.layout().words());
            return Err(refuse(
                &what,
                "a table of functions needs requests by function and minute",
            ));
        }
        if model.law.is_none() && !known.tells_durations() {
            return Err(refuse(
                &format!("`{name}` does not say how long the work takes"),
                "add --durations FILE, or --duration",
            ));
        }
        let mut chunk = Chunk::default();
        while let Some(row) = trace.next_function(shard.owns(place))? {
            match row {
                FunctionRow::Passed => {}
                FunctionRow::Bad(problem) => chunk.bad.push((place, problem)),
                FunctionRow::Counts(line, function) => chunk.tasks.push(Task {
                    place,
                    line,
                    law: known.law(&function).or_else(|| model.law.clone()),
                    memory_mb: known.memory_mb(&function),
                    function,
                }),
            }
            place += 1;
            if chunk.is_full() {
                take(&name, std::mem::take(&mut chunk))?;
            }
        }
        if !chunk.is_empty() {
            take(&name, chunk)?;
        }
    }
    Ok(place)
}

/// Days of many functions, added up.
pub(super) fn simulate(
    command: &Simulate,
    session: &Session,
    model: &Model,
    days: &Days,
    first: Option<Reading>,
) -> std::result::Result<Simulation, Problem> {
    let mut whole = Whole {
        outcomes: model.setups.iter().map(|_| Outcome::default()).collect(),
        events: command.max_events,
        ..Whole::default()
    };
    let functions = walk(command, model, days, Shard::WHOLE, first, |_, chunk| {
        whole.add(command, model, chunk)
    })?;
    let shown = model.show(&whole.outcomes);
    let mut simulation = begin(command, session, String::new(), shown, model.laws());
    simulation.skipped_rows = whole.bad;
    let notes = whole.notes(functions - whole.bad, command.max_events);
    simulation.notes.extend(notes);
    show_memory(&mut simulation, whole.gb_seconds);
    Ok(simulation)
}

/// All functions together.
#[derive(Debug, Default)]
struct Whole {
    /// By set-up.
    outcomes: Vec<Outcome>,
    /// Memory at work and there, in GB-seconds, on the first set-up.
    gb_seconds: (f64, f64),
    /// Events that are left.
    events: u64,
    /// Rows that cannot be right.
    bad: u64,
    /// Functions of which nothing says how long their work takes.
    without_law: u64,
    /// Functions for which there are not events enough left.
    too_large: u64,
    /// Functions whose events were spent before their end.
    cut: u64,
}

impl Whole {
    fn add(
        &mut self,
        command: &Simulate,
        model: &Model,
        chunk: Chunk,
    ) -> std::result::Result<(), Problem> {
        self.bad += chunk.bad.len() as u64;
        let bad = chunk.bad.into_iter().next();
        if let Some((_, problem)) = bad.filter(|_| !command.skip_bad_rows) {
            return Err(Problem::Input(problem));
        }
        // Whole functions, as long as there are events left for them.
        let mut tasks = chunk.tasks;
        tasks.retain(|task| {
            let fits = task.requests() <= self.events;
            self.events -= if fits { task.requests() } else { 0 };
            self.too_large += u64::from(!fits);
            fits
        });
        let outcomes = each(&tasks, |task| {
            let law = task.law.as_ref();
            law.map(|law| task.run(command, model, law, Detail::OverTime))
                .transpose()
        });
        for (task, outcomes) in tasks.iter().zip(outcomes) {
            let Some(outcomes) = outcomes? else {
                self.without_law += 1;
                continue;
            };
            if let (Some(first), Some(mb)) = (outcomes.first(), task.memory_mb) {
                let counts = first.batches.total().counts;
                self.gb_seconds.0 += counts.busy_s * mb / 1_024.0;
                self.gb_seconds.1 += counts.alive_s * mb / 1_024.0;
            }
            self.cut += u64::from(outcomes.iter().any(|outcome| outcome.cut_s.is_some()));
            for (all, one) in self.outcomes.iter_mut().zip(&outcomes) {
                all.add_beside(one);
            }
        }
        Ok(())
    }

    /// What is said of so many functions.
    fn notes(&self, functions: u64, most: u64) -> Vec<String> {
        let mut notes = vec![format!(
            "{functions} functions, each with environments of its own"
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
