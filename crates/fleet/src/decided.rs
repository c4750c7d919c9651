//! Items, decided: each becomes one row for each of its workloads, or one with its error.

use std::io::Write;

use landfall_answers::{Around, Deciding, Problem, Session};
use landfall_decide::{Decision, WorkloadDecision};
use landfall_source::{Diagnostic, Result, Source};
use rayon::prelude::*;

use crate::columns::{Cell, Column, Row};
use crate::fingerprint::Fingerprint;
use crate::item::Item;
use crate::shard::Shard;
use crate::tally::Tally;
use crate::writer::Writer;
use crate::written::Written;

/// Items that are held for each thread: enough that one long item does not keep the others waiting.
const HELD_PER_THREAD: usize = 8;

/// What a fleet needs of the machine.
pub trait Fleet: Sync {
    /// What a decision needs of it.
    type Around<'a>: Around
    where
        Self: 'a;

    /// The text of the workload file that an item is.
    ///
    /// # Errors
    /// It cannot be read.
    fn read(&self, item: &Item) -> Result<Source>;

    /// What deciding an item needs of the machine.
    fn around<'a>(&'a self, item: &'a Item) -> Self::Around<'a>;

    /// What else an item is decided by, in bytes: the recorded traffic that it names. It tells items
    /// apart, and nothing else.
    fn beside(&self, item: &Item, source: &Source) -> Vec<u8>;
}

/// Decides the items of a shard, some at once, and writes their rows in the order of the items.
/// `done` is called with how many more are done.
///
/// # Errors
/// The list of items breaks off, or rows cannot be written. What is wrong with one item is in its row.
pub fn decide<W: Write + Send, F: Fleet>(
    items: impl Iterator<Item = Result<Item>>,
    shard: Shard,
    session: &Session,
    deciding: &Deciding,
    fleet: &F,
    writer: &mut Writer<W>,
    mut done: impl FnMut(u64),
) -> Result<Tally> {
    let mut tally = Tally::default();
    let one = |item: &Item| decide_one(item, session, deciding, fleet);
    chunks(items, shard, &mut tally, one, |tally, decided| {
        for (_, rows) in &decided {
            for row in rows {
                tally.rows += 1;
                tally.errors += u64::from(row.text(Column::Error).is_some());
                let is_answered = [Column::Error, Column::Recommended]
                    .iter()
                    .any(|column| row.text(*column).is_some());
                tally.unanswered += u64::from(!is_answered);
            }
        }
        done(decided.len() as u64);
        for row in decided.into_iter().flat_map(|(_, rows)| rows) {
            writer.push(row)?;
        }
        Ok(())
    })?;
    Ok(tally)
}

/// The fingerprints of a shard, without deciding anything: its tally has no rows.
///
/// # Errors
/// The list of items breaks off.
pub fn fingerprints<F: Fleet>(
    items: impl Iterator<Item = Result<Item>>,
    shard: Shard,
    fleet: &F,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let one = |item: &Item| (print(item, &item.written(|| fleet.read(item)), fleet), ());
    chunks(items, shard, &mut tally, one, |_, _| Ok(()))?;
    Ok(tally)
}

/// Does something with every item of a shard, some at once, and hands on what came of them in order.
fn chunks<T: Send>(
    items: impl Iterator<Item = Result<Item>>,
    shard: Shard,
    tally: &mut Tally,
    one: impl Fn(&Item) -> (Fingerprint, T) + Sync,
    mut then: impl FnMut(&mut Tally, Vec<(Fingerprint, T)>) -> Result<()>,
) -> Result<()> {
    let most = rayon::current_num_threads() * HELD_PER_THREAD;
    let mut held: Vec<Item> = Vec::with_capacity(most);
    let mut work = |tally: &mut Tally, held: &mut Vec<Item>| {
        let done: Vec<(Fingerprint, T)> = held.par_iter().map(&one).collect();
        tally.items += held.len() as u64;
        held.clear();
        for (print, _) in &done {
            tally.inputs = tally.inputs.and(*print);
        }
        then(tally, done)
    };
    for item in items {
        let item = item?;
        tally.fleet = tally.fleet.and(item.named());
        if shard.owns(item.place) {
            held.push(item);
        }
        if held.len() == most {
            work(tally, &mut held)?;
        }
    }
    work(tally, &mut held)
}

fn print(item: &Item, written: &Result<Written>, fleet: &impl Fleet) -> Fingerprint {
    let place = item.place.to_be_bytes();
    let (text, beside) = match written {
        Ok(written) => {
            let source = &written.source;
            (source.text().to_owned(), fleet.beside(item, source))
        }
        Err(problem) => (problem.to_string(), Vec::new()),
    };
    Fingerprint::of(&[&place, item.id.as_bytes(), text.as_bytes(), &beside])
}

fn decide_one<F: Fleet>(
    item: &Item,
    session: &Session,
    deciding: &Deciding,
    fleet: &F,
) -> (Fingerprint, Vec<Row>) {
    let written = item.written(|| fleet.read(item));
    let print = print(item, &written, fleet);
    let written = match written {
        Ok(written) => written,
        Err(problem) => return (print, vec![item.failed(&problem, None)]),
    };
    let around = fleet.around(item);
    let rows = match session.prepare(&written.source, deciding, &around) {
        Ok(prepared) => rows(item, &session.decide(&prepared, deciding)),
        Err(Problem::Input(problem)) => vec![item.failed(&problem, Some(&written))],
        Err(Problem::Fault(what)) => {
            let problem = Diagnostic::new(format!("an internal error: {what}"));
            vec![item.failed(&problem.help("please report it"), None)]
        }
    };
    (print, rows)
}

fn rows(item: &Item, decision: &Decision) -> Vec<Row> {
    let workloads = decision.workloads.iter().enumerate();
    let row = |(part, one): (usize, &WorkloadDecision)| {
        let mut row = item.row(part);
        row.set_text(Column::Region, Some(&decision.region));
        fill(&mut row, one);
        row
    };
    workloads.map(row).collect()
}

fn fill(row: &mut Row, one: &WorkloadDecision) {
    row.set_text(Column::Workload, Some(&one.id));
    row.set(Column::Provisional, Cell::Flag(one.is_provisional));
    if let Some(best) = one.recommended() {
        row.set_text(Column::Recommended, Some(&best.platform));
        let monthly = best.monthly.as_ref();
        let dollars = [
            (Column::MonthlyBill, monthly.map(|sums| sums.bill)),
            (Column::MonthlyPeople, monthly.map(|sums| sums.people)),
            (Column::MonthlyExpected, monthly.map(|sums| sums.expected)),
            (Column::AlreadyPaid, monthly.map(|sums| sums.already_paid)),
            (Column::MonthlyLow, best.doubt.map(|doubt| doubt.p10)),
            (Column::MonthlyHigh, best.doubt.map(|doubt| doubt.p90)),
        ];
        for (column, money) in dollars {
            row.set_number(column, money.map(|money| money.to_cent().as_f64()));
        }
        row.set_number(Column::Confidence, best.doubt.map(|doubt| doubt.wins));
        if let Some(meets) = best.meets_targets {
            row.set(Column::MeetsTargets, Cell::Flag(meets));
        }
    }
    let second = one.runner_up().map(|option| option.platform.as_str());
    row.set_text(Column::RunnerUp, second);
    row.set_number(Column::Margin, one.margin);
    if let Some(most) = one.matters.first() {
        row.set_text(Column::MattersMost, Some(&most.input));
        row.set_number(Column::MattersShare, Some(most.share));
    }
    if let Some(first) = one.unknown.iter().find(|unknown| unknown.is_worth_asking) {
        row.set_text(Column::AskFirst, Some(first.fact.name()));
        row.set_number(
            Column::AskWorth,
            first.worth.map(|worth| worth.to_cent().as_f64()),
        );
    }
    let today = one.today.as_ref().and_then(|today| today.bill);
    row.set_number(Column::Today, today.map(|bill| bill.to_cent().as_f64()));
}
