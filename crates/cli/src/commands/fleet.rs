//! `landfall fleet`.

use std::fmt::Write as _;

use landfall_answers::pretty;
use landfall_fleet::{Provenance, Results, Shard, Summary, Tally, decide, fingerprints, merge};
use landfall_source::Diagnostic;

use crate::argument_values::Format;
use crate::exit::{Exit, Outcome, Problem};
use crate::fleet::{Inputs, OnMachine, options};
use crate::fleet_arguments::{Fleet, FleetCommand, FleetFailOn, FleetMerge, FleetSummary};
use crate::output::Output;
use crate::progress;
use crate::session::Session;
use crate::storage::{Place, Seen, Standing};

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
    let variable = |name: &str| std::env::var(name).ok();
    let shard = match command.shard {
        Some(shard) => shard,
        None => Shard::of_environment(variable, command.shards)?.unwrap_or(Shard::WHOLE),
    };
    let session = Session::open(&command.deciding.framework)?;
    let inputs = Inputs::find(&command.inputs)?;
    let mut deciding = command.deciding.plain();
    deciding.estimate = command.estimate;
    let place = Place::new(&shard.file_name(out));
    let mut about = Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        options: options(&session, &deciding)?,
        shard,
        tally: Tally::default(),
    };
    let machine = OnMachine::default();
    let seen = match place.standing()? {
        Standing::Missing => None,
        Standing::Table(there, seen) => {
            if !command.force && is_done(there.provenance(), &about, &inputs, &machine)? {
                let tally = there.provenance().tally;
                output.say(&format!(
                    "{} is there and whole: {}\n",
                    place.name(),
                    counted(&tally)
                ));
                return Ok(exit(command.fail_on, &tally));
            }
            seen
        }
        Standing::Other(problem, seen) => overwritten(&place, &problem, command.force, seen)?,
    };
    let bar = match inputs.known_items() {
        Some(items) => progress::bar("deciding", items.div_ceil(shard.count())),
        None => progress::count("decided"),
    };
    let tally = place.write(seen.as_ref(), |mut writer| -> Result<Tally, Problem> {
        let done = |more| bar.inc(more);
        let items = inputs.items();
        about.tally = decide(
            items,
            shard,
            &session,
            &deciding,
            &machine,
            &mut writer,
            done,
        )?;
        writer.finish(&about)?;
        Ok(about.tally)
    })?;
    bar.finish_and_clear();
    output.say(&format!("{}: {}\n", place.name(), counted(&tally)));
    Ok(exit(command.fail_on, &tally))
}

/// Whether a table holds what would be decided now.
fn is_done(
    there: &Provenance,
    about: &Provenance,
    inputs: &Inputs,
    machine: &OnMachine,
) -> Result<bool, Problem> {
    let is_alike = (&there.version, &there.options, there.shard)
        == (&about.version, &about.options, about.shard);
    if !is_alike {
        return Ok(false);
    }
    let now = fingerprints(inputs.items(), about.shard, machine)?;
    Ok((now.fleet, now.inputs) == (there.tally.fleet, there.tally.inputs))
}

/// What is at the place of a table is no table: it is overwritten only where that is asked for.
fn overwritten(
    place: &Place,
    problem: &Diagnostic,
    force: bool,
    seen: Option<Seen>,
) -> Result<Option<Seen>, Problem> {
    if force {
        return Ok(seen);
    }
    let what = format!(
        "`{}` would be overwritten: {}",
        place.name(),
        problem.message
    );
    let help = "name another file, or overwrite it with --force";
    Err(Problem::Input(Box::new(Diagnostic::new(what).help(help))))
}

fn counted(tally: &Tally) -> String {
    let some = |count: u64, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let mut text = format!(
        "{} of {}",
        some(tally.rows, "row"),
        some(tally.items, "item")
    );
    if tally.errors > 0 {
        let _ = write!(text, ", {} with an error", tally.errors);
    }
    if tally.unanswered > 0 {
        let _ = write!(text, ", {} without a recommendation", tally.unanswered);
    }
    text
}

fn exit(on: FleetFailOn, tally: &Tally) -> Exit {
    let fails = match on {
        FleetFailOn::Never => false,
        FleetFailOn::Error => tally.errors > 0,
        FleetFailOn::Unanswered => tally.errors + tally.unanswered > 0,
    };
    if fails { Exit::No } else { Exit::Done }
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
    let tally = out.write(seen.as_ref(), |writer| -> Result<Tally, Problem> {
        let (_, about) = merge(shards, writer)?;
        Ok(about.tally)
    })?;
    output.say(&format!("{}: {}\n", out.name(), counted(&tally)));
    Ok(Exit::Done)
}

fn summary(command: &FleetSummary, output: &mut Output) -> Outcome {
    let place = Place::new(&command.file);
    let rows = Results::open(&place.name(), place.open()?)?;
    let summary = Summary::of(rows)?;
    output.data(&match command.format {
        Format::Text => summary.text(),
        Format::Json => pretty(&summary)?,
    })?;
    Ok(Exit::Done)
}
