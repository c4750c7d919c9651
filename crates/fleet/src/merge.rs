//! The rows of all shards, in the order of one run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::Write;

use landfall_source::{Diagnostic, Result};

use crate::columns::Row;
use crate::provenance::Provenance;
use crate::reader::Results;
use crate::shard::Shard;
use crate::tally::Tally;
use crate::writer::Writer;

/// Writes the rows of all shards of a fleet in the order in which one run would have written them, and
/// what they were made from as of one run. One group of rows of each shard is held at a time.
///
/// # Errors
/// Shards are of different fleets, one is missing or there twice; one cannot be read, or is not in
/// order; the table cannot be written.
pub fn merge<W: Write + Send>(
    shards: Vec<Results>,
    mut writer: Writer<W>,
) -> Result<(W, Provenance)> {
    let whole = complete(&shards)?;
    let mut shards = shards;
    let mut next: BinaryHeap<Reverse<((i64, i64), usize)>> = BinaryHeap::new();
    let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
    for (place, shard) in shards.iter_mut().enumerate() {
        if let Some(row) = shard.next().transpose()? {
            next.push(Reverse((row.order(), place)));
            rows.insert(place, row);
        }
    }
    let mut written = 0;
    while let Some(Reverse((order, place))) = next.pop() {
        if let Some(row) = rows.remove(&place) {
            writer.push(row)?;
            written += 1;
        }
        let Some(shard) = shards.get_mut(place) else {
            continue;
        };
        if let Some(row) = shard.next().transpose()? {
            if row.order() <= order {
                let what = format!("`{}`: its rows are not in order", shard.file());
                return Err(Box::new(
                    Diagnostic::new(what).help("make this shard anew, with --force"),
                ));
            }
            next.push(Reverse((row.order(), place)));
            rows.insert(place, row);
        }
    }
    if written != whole.tally.rows {
        let what = format!("{written} rows, where the shards say {}", whole.tally.rows);
        return Err(Box::new(
            Diagnostic::new(what).help("make the shards anew, with --force"),
        ));
    }
    let out = writer.finish(&whole)?;
    Ok((out, whole))
}

/// What the whole was made from, if each of its shards is there once.
fn complete(shards: &[Results]) -> Result<Provenance> {
    let Some(first) = shards.first() else {
        let problem = Diagnostic::new("there are no shards");
        return Err(Box::new(problem.help("name the tables of the shards")));
    };
    let mut there: BTreeMap<u64, &str> = BTreeMap::new();
    let mut tally = Tally {
        fleet: first.provenance().tally.fleet,
        ..Tally::default()
    };
    for one in shards {
        let (about, of) = (one.provenance(), first.provenance());
        if !about.is_beside(of) {
            let what = format!(
                "`{}` and `{}` are of different fleets",
                first.file(),
                one.file()
            );
            let help = "make all shards from the same inputs, with the same options and version";
            return Err(Box::new(Diagnostic::new(what).help(help)));
        }
        if let Some(other) = there.insert(about.shard.index(), one.file()) {
            let what = format!(
                "shard {} is there twice: `{other}` and `{}`",
                about.shard,
                one.file()
            );
            return Err(Box::new(Diagnostic::new(what).help("name each shard once")));
        }
        tally = tally.and(&about.tally);
    }
    let of = first.provenance().shard.count();
    let missing = (0..of).filter(|index| !there.contains_key(index));
    let missing: Vec<String> = missing
        .take(10)
        .map(|index| format!("{index}/{of}"))
        .collect();
    if !missing.is_empty() {
        let what = format!("shards are missing: {}", missing.join(", "));
        let help = "make them with --shard, then merge again";
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    Ok(Provenance {
        shard: Shard::WHOLE,
        tally,
        ..first.provenance().clone()
    })
}
