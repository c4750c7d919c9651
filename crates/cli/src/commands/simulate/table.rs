//! Functions, simulated: a row for each, in shards.

use std::io::Write;

use landfall_fleet::{Column, Fingerprint, Provenance, Row, Shard, Table, Tally, Writer};
use landfall_simulate::{Detail, Figures, Outcome, each};
use landfall_source::{Diagnostic, Result};

use super::days::Days;
use super::functions::{Chunk, Task, walk};
use super::model::Model;
use crate::exit::{self, Problem};
use crate::fleet::framework;
use crate::output::Output;
use crate::recording::ENDINGS;
use crate::session::Session;
use crate::sharding::{self, Sharded};
use crate::simulate_arguments::Simulate;
use crate::storage::Place;

/// Writes the table of a shard.
pub(super) fn write(
    command: &Simulate,
    session: &Session,
    model: &Model,
    out: &str,
    output: &mut Output,
) -> exit::Outcome {
    let Some(trace) = &command.trace else {
        return Err(Problem::Fault("no trace".to_owned()));
    };
    let place = Place::new(trace);
    let days = if place.is_file(&ENDINGS) {
        Days::of_file(command, place)
    } else {
        Days::find(command, &place)?
    };
    let model_print = format!(
        "{model:?} {} {} {}",
        command.deciding.seed, command.max_events, command.skip_bad_rows
    );
    let about = |shard| Provenance {
        table: Table::Functions,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        options: format!(
            "{}; {}",
            framework(session),
            Fingerprint::of(&[model_print.as_bytes()])
        ),
        shard,
        tally: Tally::default(),
    };
    let work = Functions {
        command,
        model,
        days: &days,
    };
    sharding::write(&command.sharding, None, out, about, &work, output)
}

/// The functions of a trace as the rows of a table.
#[derive(Debug)]
struct Functions<'c> {
    command: &'c Simulate,
    model: &'c Model,
    days: &'c Days,
}

impl Sharded for Functions<'_> {
    fn fingerprints(&self, shard: Shard) -> std::result::Result<Tally, Problem> {
        self.walk(shard, |_, _, _| Ok(()))
    }

    fn rows<W: Write + Send>(
        &self,
        shard: Shard,
        writer: &mut Writer<W>,
    ) -> std::result::Result<Tally, Problem> {
        self.walk(shard, |tally, name, chunk| {
            for row in self.simulated(name, chunk)? {
                tally.rows += 1;
                tally.errors += u64::from(row.text(Column::Error).is_some());
                writer.push(row)?;
            }
            Ok(())
        })
    }
}

impl Functions<'_> {
    /// Hands the functions of a shard on, and counts them.
    fn walk(
        &self,
        shard: Shard,
        mut take: impl FnMut(&mut Tally, &str, Chunk) -> Result<()>,
    ) -> std::result::Result<Tally, Problem> {
        let mut tally = Tally::default();
        let all = walk(
            self.command,
            self.model,
            self.days,
            shard,
            None,
            |name, chunk| {
                tally.items += (chunk.tasks.len() + chunk.bad.len()) as u64;
                tally.inputs = tally.inputs.and(print(&chunk));
                Ok(take(&mut tally, name, chunk)?)
            },
        )?;
        let names = self.days.0.iter().map(|day| day.invocations.file_name());
        let names: Vec<String> = names.collect();
        let all = all.to_be_bytes();
        let parts = std::iter::once(all.as_slice());
        let parts: Vec<&[u8]> = parts.chain(names.iter().map(String::as_bytes)).collect();
        tally.fleet = Fingerprint::of(&parts);
        Ok(tally)
    }

    /// The rows of some functions, in their order.
    fn simulated(&self, name: &str, chunk: Chunk) -> Result<Vec<Row>> {
        let simulated = each(&chunk.tasks, |task| self.rows_of(name, task));
        let mut rows: Vec<Row> = Vec::new();
        for some in simulated {
            rows.extend(some?);
        }
        let bad = chunk.bad.into_iter();
        rows.extend(bad.map(|(place, problem)| failed(begun(name, place), &problem)));
        rows.sort_by_key(Row::order);
        Ok(rows)
    }

    /// A row for each set-up, or one with the reason why there is none.
    fn rows_of(&self, name: &str, task: &Task) -> Result<Vec<Row>> {
        let row = described(name, task);
        let Some(law) = &task.law else {
            let problem = Diagnostic::new("nothing says how long its work takes");
            let problem = problem.help("add it to the durations, or give all of them --duration");
            return Ok(vec![failed(row, &problem)]);
        };
        let outcomes = if task.requests() > self.command.max_events {
            None
        } else {
            let outcomes = task.run(self.command, self.model, law, Detail::Totals)?;
            let is_whole = outcomes.iter().all(|outcome| outcome.cut_s.is_none());
            Some(outcomes).filter(|_| is_whole)
        };
        let Some(outcomes) = outcomes else {
            let most = self.command.max_events;
            let problem = Diagnostic::new(format!("it has more than {most} events"));
            let problem = problem.help("--max-events allows more");
            return Ok(vec![failed(row, &problem)]);
        };
        let limits = self.model.setups.iter().map(|setup| setup.idle_s.1);
        let rows = outcomes.iter().zip(limits).enumerate();
        let rows = rows.map(|(part, (outcome, idle_s))| {
            let mut row = row.clone();
            row.set_count(Column::Part, part as u64);
            row.set_number(Column::IdleLimit, Some(idle_s));
            figures(&mut row, outcome);
            row
        });
        Ok(rows.collect())
    }
}

/// What functions are simulated from.
fn print(chunk: &Chunk) -> Fingerprint {
    let tasks = chunk.tasks.iter().map(|task| {
        let counts = task.function.per_minute.iter();
        let counts: Vec<u8> = counts.flat_map(|count| count.to_be_bytes()).collect();
        let known = format!("{:?} {:?}", task.law, task.memory_mb);
        Fingerprint::of(&[
            &task.place.to_be_bytes(),
            task.function.app.as_bytes(),
            task.function.function.as_bytes(),
            &counts,
            known.as_bytes(),
        ])
    });
    let bad = chunk.bad.iter();
    let bad = bad.map(|(place, problem)| {
        Fingerprint::of(&[&place.to_be_bytes(), problem.message.as_bytes()])
    });
    tasks
        .chain(bad)
        .fold(Fingerprint::default(), Fingerprint::and)
}

/// A row of a place in a trace.
fn begun(name: &str, place: u64) -> Row {
    let mut row = Row::default();
    row.set_count(Column::Item, place);
    row.set_count(Column::Part, 0);
    row.set_text(Column::File, Some(name));
    row
}

fn described(name: &str, task: &Task) -> Row {
    let mut row = begun(name, task.place);
    row.set_count(Column::Line, task.line);
    row.set_text(Column::App, Some(&task.function.app));
    row.set_text(Column::Function, Some(&task.function.function));
    row.set_count(Column::Requests, task.requests());
    row.set_number(Column::Memory, task.memory_mb);
    row
}

fn failed(mut row: Row, problem: &Diagnostic) -> Row {
    row.set_text(Column::Error, Some(&problem.message));
    row.set_text(Column::Hint, problem.help.as_deref());
    row
}

fn figures(row: &mut Row, outcome: &Outcome) {
    let figures = Figures::from(outcome);
    let counts = &figures.counts;
    for (column, count) in [
        (Column::Requests, counts.arrived),
        (Column::Served, counts.served),
        (Column::ColdStarts, counts.cold),
        (Column::Throttled, counts.throttled),
        (Column::Lost, counts.failed + counts.expired),
        (Column::MostEnvironments, u64::from(counts.most_alive)),
    ] {
        row.set_count(column, count);
    }
    // A time of nothing is no time.
    let time = |time_s| Some(time_s).filter(|_| counts.served > 0);
    row.set_number(Column::Busy, Some(counts.busy_s));
    row.set_number(Column::Alive, Some(counts.alive_s));
    row.set_number(Column::LatencyP50, time(figures.latency.p50_s));
    row.set_number(Column::LatencyP99, time(figures.latency.p99_s));
}
