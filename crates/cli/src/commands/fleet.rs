//! `landfall fleet`.

use std::io::Write;

use landfall_answers::{Deciding, pretty};
use landfall_fleet::{
    FunctionsSummary, Provenance, Results, Shard, Summary, Table, Tally, Writer, decide,
    fingerprints, merge,
};
use landfall_source::Diagnostic;

use crate::argument_values::Format;
use crate::exit::{Exit, Outcome, Problem};
use crate::fleet::{Inputs, OnMachine, options};
use crate::fleet_arguments::{Fleet, FleetCommand, FleetMerge, FleetSummary};
use crate::output::Output;
use crate::progress;
use crate::session::Session;
use crate::sharding::{self, Sharded, counted, overwritten};
use crate::storage::{Place, Standing};

pub(crate) fn run(command: &Fleet, output: &mut Output) -> Outcome {
    match &command.command {
        Some(FleetCommand::Merge(command)) => merged(command, output),
        Some(FleetCommand::Summary(command)) => summary(command, output),
        None => decided(command, output),
    }
}

fn decided(command: &Fleet, output: &mut Output) -> Outcome {
    let Some(out) = &command.out else {
        return Err(Problem::Fault("no table".to_owned()));
    };
    let session = Session::open(&command.deciding.framework)?;
    let mut deciding = command.deciding.plain();
    deciding.estimate = command.estimate;
    let options = options(&session, &deciding)?;
    let work = Decided {
        inputs: Inputs::find(&command.inputs)?,
        session,
        deciding,
        machine: OnMachine::default(),
    };
    let about = |shard| Provenance {
        table: Table::Decisions,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        options,
        shard,
        tally: Tally::default(),
    };
    sharding::write(&command.sharding, command.shards, out, about, &work, output)
}

/// The inputs of a fleet as the rows of a table.
#[derive(Debug)]
struct Decided {
    inputs: Inputs,
    session: Session,
    deciding: Deciding,
    machine: OnMachine,
}

impl Sharded for Decided {
    fn fingerprints(&self, shard: Shard) -> Result<Tally, Problem> {
        Ok(fingerprints(self.inputs.items(), shard, &self.machine)?)
    }

    fn rows<W: Write + Send>(
        &self,
        shard: Shard,
        writer: &mut Writer<W>,
    ) -> Result<Tally, Problem> {
        let bar = match self.inputs.known_items() {
            Some(items) => progress::bar("deciding", items.div_ceil(shard.count())),
            None => progress::count("decided"),
        };
        let done = |more| bar.inc(more);
        let items = self.inputs.items();
        let (session, deciding) = (&self.session, &self.deciding);
        let tally = decide(items, shard, session, deciding, &self.machine, writer, done)?;
        bar.finish_and_clear();
        Ok(tally)
    }
}

fn merged(command: &FleetMerge, output: &mut Output) -> Outcome {
    let out = Place::new(&command.out);
    let mut names = Vec::new();
    for shard in &command.shards {
        names.extend(Place::new(shard).files(&["parquet"])?);
    }
    // A folder may hold what an earlier merge has written.
    names.retain(|name| *name != out.name());
    let mut shards = Vec::new();
    for name in &names {
        shards.push(Results::open(name, Place::new(name).open()?)?);
    }
    let seen = match out.standing()? {
        Standing::Missing => None,
        Standing::Table(_, seen) => seen,
        Standing::Other(problem, seen) => overwritten(&out, &problem, command.force, seen)?,
    };
    let Some(table) = shards.first().map(|shard| shard.provenance().table) else {
        let problem = Diagnostic::new("there are no shards");
        let help = "name the tables of the shards, or the folder that they are in";
        return Err(Problem::Input(Box::new(problem.help(help))));
    };
    let tally = out.write(table, seen.as_ref(), |writer| -> Result<Tally, Problem> {
        let (_, about) = merge(shards, writer)?;
        Ok(about.tally)
    })?;
    output.say(&format!("{}: {}\n", out.name(), counted(&tally)));
    Ok(Exit::Done)
}

fn summary(command: &FleetSummary, output: &mut Output) -> Outcome {
    let place = Place::new(&command.file);
    let rows = Results::open(&place.name(), place.open()?)?;
    let is_text = command.format == Format::Text;
    output.data(&match rows.provenance().table {
        Table::Decisions => {
            let summary = Summary::of(rows)?;
            if is_text {
                summary.text()
            } else {
                pretty(&summary)?
            }
        }
        Table::Functions => {
            let summary = FunctionsSummary::of(rows)?;
            if is_text {
                summary.text()
            } else {
                pretty(&summary)?
            }
        }
    })?;
    Ok(Exit::Done)
}
