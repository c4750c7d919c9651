//! What resources are called in Terraform, and which stand once for each zone.

use std::collections::{BTreeMap, BTreeSet};

use super::words::Kind;
use crate::graph::Graph;
use crate::write::terraform_stack::snake;

/// What ids of resources that stand once in each zone end in, in the order of the zones.
pub(super) const ZONES: [(char, usize); 2] = [('A', 0), ('B', 1)];

/// Labels of the resources of a graph.
#[derive(Debug, Default)]
pub(super) struct Names {
    labels: BTreeMap<String, String>,
    /// What ids begin with that stand once in each zone.
    zoned: BTreeSet<String>,
}

impl Names {
    /// Labels for a graph; `taken` are those of another.
    pub(super) fn of(graph: &Graph, taken: &BTreeSet<String>) -> Self {
        let mut labels = BTreeMap::new();
        for one in &graph.resources {
            let label = snake(&one.id);
            let label = if taken.contains(&label) {
                format!("code_{label}")
            } else {
                label
            };
            labels.insert(one.id.clone(), label);
        }
        let zoned = graph.resources.iter().filter_map(|one| {
            let (stem, _) = parted(&one.id)?;
            let is_there = |(letter, _): (char, usize)| {
                graph
                    .get(&format!("{stem}{letter}"))
                    .is_some_and(|other| other.kind == one.kind)
            };
            ZONES.into_iter().all(is_there).then(|| stem.to_owned())
        });
        Self {
            zoned: zoned.collect(),
            labels,
        }
    }

    /// The labels.
    pub(super) fn labels(&self) -> BTreeSet<String> {
        self.labels.values().cloned().collect()
    }

    /// What stands once in each zone.
    pub(super) fn stems(&self) -> Vec<String> {
        self.zoned.iter().cloned().collect()
    }

    /// Writes out a resource that cannot be written once for every zone.
    pub(super) fn write_out(&mut self, stem: &str) {
        self.zoned.remove(stem);
    }

    /// What an id begins with that stands once in each zone, and the place of its zone.
    pub(super) fn zone<'i>(&self, id: &'i str) -> Option<(&'i str, usize)> {
        parted(id).filter(|(stem, _)| self.zoned.contains(*stem))
    }

    /// The label of a resource.
    pub(super) fn label(&self, id: &str) -> String {
        match self.zone(id) {
            Some((stem, _)) => snake(stem),
            None => self.labels.get(id).cloned().unwrap_or_else(|| snake(id)),
        }
    }
}

fn parted(id: &str) -> Option<(&str, usize)> {
    ZONES
        .into_iter()
        .find_map(|(letter, place)| Some((id.strip_suffix(letter)?, place)))
}

/// The key of a zone.
pub(super) fn zone_key(place: usize) -> &'static str {
    if place == 0 { "a" } else { "b" }
}

/// Characters of a mark in a name.
const MARK: usize = 7;
/// Least characters of a label that are worth having in a name.
const READABLE: usize = 4;

/// A name of a resource that begins with that of the app, as an expression: at most so many
/// characters, of which the app's name takes `app` at most. Where it would be too long, the
/// label is cut first and a mark of it added; where not even the mark fits beside the app's name,
/// that is cut and a hash of it added, so that no two apps have the same.
pub(super) fn made(label: &str, kind: &Kind, most: usize, app: usize, is_zoned: bool) -> String {
    let rest = label.replace('_', "-");
    let end = if is_zoned {
        format!("-${{each.key}}{}", kind.end)
    } else {
        kind.end.clone()
    };
    let most = most.saturating_sub(kind.end_width + if is_zoned { 2 } else { 0 });
    if app + 1 + rest.len() <= most {
        return format!("\"${{var.app}}-{rest}{end}\"");
    }
    let mark: String = crate::blocks::mark(label).chars().take(MARK).collect();
    let marked = MARK + 1;
    if app + marked > most {
        let begin = most.saturating_sub(2 * marked);
        return format!(
            "\"${{substr(var.app, 0, {begin})}}-${{substr(sha256(var.app), 0, {MARK})}}-{mark}{end}\""
        );
    }
    let room = most - app - marked;
    let kept: String = rest.chars().take(room.saturating_sub(1)).collect();
    let kept = kept.trim_end_matches('-');
    if kept.len() < READABLE {
        return format!("\"${{var.app}}-{mark}{end}\"");
    }
    format!("\"${{var.app}}-{kept}-{mark}{end}\"")
}
