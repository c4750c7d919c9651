//! What the Price List has for a region, and the table of meters does not know.

use super::matches::{Matches, Wanted};
use super::rows::Rows;

/// Meters of a service that were looked for in an offer of the region and not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Service.
    pub service: String,
    /// The offer that was read.
    pub offer: String,
    /// The meters that it did not fill, in order of name.
    pub meters: Vec<String>,
    /// Whether it filled no meter of the service at all.
    pub is_all: bool,
    /// The usage types looked for, each with its operation where that matters.
    pub wanted: Vec<String>,
    /// The usage types seen and not understood, the most alike first.
    pub seen: Vec<String>,
}

impl Rows {
    /// For each offer that has anything for the region, the meters of its services that it
    /// did not fill; of the services named, or of all. A region that lacks an offer lacks the
    /// service: nothing is said of it.
    pub fn unread(&self, matches: &Matches, services: &[String]) -> Vec<Unread> {
        let mut wanted: Vec<Wanted<'_>> = matches.iter().collect();
        wanted.sort_by_key(|one| (one.service, one.offer, one.meter, one.usage));
        let asked =
            |one: &Wanted<'_>| services.is_empty() || services.iter().any(|s| s == one.service);
        wanted
            .chunk_by(|a, b| a.service == b.service && a.offer == b.offer)
            .filter(|group| group.first().is_some_and(asked))
            .filter_map(|group| self.of_group(group))
            .collect()
    }

    /// What one offer lacks of one service.
    fn of_group(&self, group: &[Wanted<'_>]) -> Option<Unread> {
        let first = group.first()?;
        let passed = self.passed(first.offer)?;
        let missing = |one: &&Wanted<'_>| !self.has(one.service, one.meter);
        let lacked: Vec<&Wanted<'_>> = group.iter().filter(missing).collect();
        if lacked.is_empty() {
            return None;
        }
        let mut meters: Vec<String> = lacked.iter().map(|one| one.meter.to_owned()).collect();
        meters.dedup();
        let wanted = lacked
            .iter()
            .map(|one| named(one.usage, one.operation.unwrap_or_default()));
        let wanted: Vec<String> = wanted.collect();
        let mut seen: Vec<String> = passed
            .iter()
            .map(|(usage, operation)| named(usage, operation))
            .collect();
        let likeness = |name: &String| {
            let each = wanted.iter().map(|one| strsim::jaro_winkler(one, name));
            each.max_by(f64::total_cmp).unwrap_or_default()
        };
        seen.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
        Some(Unread {
            service: first.service.to_owned(),
            offer: first.offer.to_owned(),
            meters,
            is_all: lacked.len() == group.len(),
            wanted,
            seen,
        })
    }
}

/// A usage type with its operation, as people report it.
fn named(usage: &str, operation: &str) -> String {
    if operation.is_empty() {
        usage.to_owned()
    } else {
        format!("{usage} ({operation})")
    }
}
