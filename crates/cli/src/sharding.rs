//! The table of a shard, written whole or not at all, and not again where it is there already.

use std::fmt::Write as _;
use std::io::Write;

use clap::{Args, ValueEnum};
use landfall_fleet::{Provenance, Shard, Tally, Writer};
use landfall_source::Diagnostic;

use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::storage::{Place, Seen, Standing};

/// Which shard, and what is done about what is there.
#[derive(Debug, Args)]
pub(crate) struct Sharding {
    /// Do one shard alone: its index, from 0, and the number of shards.
    #[arg(long, value_name = "I/N", value_parser = shard, requires = "out")]
    shard: Option<Shard>,
    /// Do a shard that is there and whole again, and overwrite whatever is at its place.
    #[arg(long, requires = "out")]
    force: bool,
    /// What makes it exit with 1.
    #[arg(long, value_name = "WHAT", default_value = "error")]
    fail_on: FailOn,
}

/// What fails a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Nothing that stands in a row.
    Never,
    /// A row with an error.
    Error,
    /// Also a workload for which nothing can be recommended.
    Unanswered,
}

/// What a table is made of, shard by shard.
pub(crate) trait Sharded {
    /// What the rows of a shard would be made from, without making them.
    fn fingerprints(&self, shard: Shard) -> Result<Tally, Problem>;

    /// Writes the rows of a shard.
    fn rows<W: Write + Send>(&self, shard: Shard, writer: &mut Writer<W>)
    -> Result<Tally, Problem>;
}

/// Writes the table of the shard that is asked for, or that this process has by its environment,
/// unless it is there and whole. `shards` is how many there are, where neither says so.
pub(crate) fn write(
    asked: &Sharding,
    shards: Option<u64>,
    out: &str,
    about: impl FnOnce(Shard) -> Provenance,
    work: &impl Sharded,
    output: &mut Output,
) -> Outcome {
    let variable = |name: &str| std::env::var(name).ok();
    let shard = match asked.shard {
        Some(shard) => shard,
        None => Shard::of_environment(variable, shards)?.unwrap_or(Shard::WHOLE),
    };
    let place = Place::new(&shard.file_name(out));
    let mut about = about(shard);
    let seen = match place.standing()? {
        Standing::Missing => None,
        Standing::Table(there, seen) => {
            if !asked.force && is_done(there.provenance(), &about, work)? {
                let tally = there.provenance().tally;
                output.say(&format!(
                    "{} is there and whole: {}\n",
                    place.name(),
                    counted(&tally)
                ));
                return Ok(exit(asked.fail_on, &tally));
            }
            seen
        }
        Standing::Other(problem, seen) => overwritten(&place, &problem, asked.force, seen)?,
    };
    let table = about.table;
    let tally = place.write(
        table,
        seen.as_ref(),
        |mut writer| -> Result<Tally, Problem> {
            about.tally = work.rows(shard, &mut writer)?;
            writer.finish(&about)?;
            Ok(about.tally)
        },
    )?;
    output.say(&format!("{}: {}\n", place.name(), counted(&tally)));
    Ok(exit(asked.fail_on, &tally))
}

/// Whether a table holds what would be made now.
fn is_done(there: &Provenance, about: &Provenance, work: &impl Sharded) -> Result<bool, Problem> {
    let is_alike = (there.table, &there.version, &there.options, there.shard)
        == (about.table, &about.version, &about.options, about.shard);
    if !is_alike {
        return Ok(false);
    }
    let now = work.fingerprints(about.shard)?;
    Ok((now.fleet, now.inputs) == (there.tally.fleet, there.tally.inputs))
}

/// What is at the place of a table is no table: it is overwritten only where that is asked for.
pub(crate) fn overwritten(
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

pub(crate) fn counted(tally: &Tally) -> String {
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

const fn exit(on: FailOn, tally: &Tally) -> Exit {
    let fails = match on {
        FailOn::Never => false,
        FailOn::Error => tally.errors > 0,
        FailOn::Unanswered => tally.errors + tally.unanswered > 0,
    };
    if fails { Exit::No } else { Exit::Done }
}

/// Reads a shard.
fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).map_err(|problem| {
        let help = problem.help.unwrap_or_default();
        format!("{} (hint: {help})", problem.message)
    })
}
