//! What was counted, and what was found.

use std::path::Path;

use super::call::Ended;
use crate::checks::say;

/// Most findings of a part that are listed one by one.
const MOST_TOLD: usize = 12;

/// One part of the attack.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) part: &'static str,
    runs: u64,
    exits: [u64; 3],
    others: u64,
    lost: u64,
    found: Vec<String>,
}

impl Tally {
    pub(super) fn new(part: &'static str) -> Self {
        Self {
            part,
            ..Self::default()
        }
    }

    /// Counts a run; true when its end is itself a fault.
    pub(super) fn count(&mut self, what: &str, ended: &Ended) -> bool {
        self.runs += 1;
        if let Some(fault) = ended.fault() {
            self.others += 1;
            self.found.push(format!("{what}: {fault}"));
            return true;
        }
        let place = ended.exit.and_then(|code| usize::try_from(code).ok());
        if let Some(exits) = place.and_then(|place| self.exits.get_mut(place)) {
            *exits += 1;
        }
        false
    }

    /// Counts a process that was killed.
    pub(super) const fn killed(&mut self) {
        self.runs += 1;
    }

    /// Something is lost, or another promise broken.
    pub(super) fn broken(&mut self, what: String) {
        self.lost += 1;
        self.found.push(what);
    }

    /// Takes the counts of another worker of the same part.
    pub(super) fn add(&mut self, other: Self) {
        self.runs += other.runs;
        for (mine, theirs) in self.exits.iter_mut().zip(other.exits) {
            *mine += theirs;
        }
        self.others += other.others;
        self.lost += other.lost;
        self.found.extend(other.found);
    }

    pub(super) const fn is_good(&self) -> bool {
        self.others == 0 && self.lost == 0
    }
}

/// Prints what was found and the table of counts; true when all is well.
pub(super) fn show(tallies: &[Tally], found: &Path) -> bool {
    for tally in tallies.iter().filter(|tally| !tally.is_good()) {
        say(&format!("-- {}", tally.part));
        for one in tally.found.iter().take(MOST_TOLD) {
            say(&format!("   {one}"));
        }
        if tally.found.len() > MOST_TOLD {
            say(&format!("   and {} more", tally.found.len() - MOST_TOLD));
        }
    }
    let head = [
        "part", "runs", "exit 0", "exit 1", "exit 2", "other", "lost",
    ];
    let [part, runs, zero, one, two, other, lost] = head;
    say(&format!(
        "{part:<16} {runs:>7} {zero:>7} {one:>7} {two:>7} {other:>7} {lost:>7}"
    ));
    for tally in tallies {
        let [zero, one, two] = tally.exits;
        let Tally {
            part,
            runs,
            others,
            lost,
            ..
        } = tally;
        say(&format!(
            "{part:<16} {runs:>7} {zero:>7} {one:>7} {two:>7} {others:>7} {lost:>7}"
        ));
    }
    let is_good = tallies.iter().all(Tally::is_good);
    if !is_good {
        say(&format!("inputs with a finding are in {}", found.display()));
    }
    is_good
}
