//! What services refuse, by the rows of `data/rules-limits.toml`: numbers out of bounds,
//! and pairs the wrong way round.

use super::mappings::source_of;
use super::view::paths;
use super::{Bound, Found, Pair};
use crate::graph::Resource;

pub(super) fn check(found: &mut Found<'_>) {
    let (graph, known) = (found.graph, found.known);
    for one in &graph.resources {
        for bound in known.bounds.iter().filter(|row| row.resource == one.kind) {
            within(found, one, bound);
        }
        for pair in known.pairs.iter().filter(|row| row.resource == one.kind) {
            ordered(found, one, pair);
        }
    }
}

/// A number within what its property takes.
fn within(found: &mut Found<'_>, one: &Resource, bound: &Bound) {
    let graph = found.graph;
    if let Some(of) = &bound.of
        && source_of(graph, one).is_none_or(|source| !source.is(of))
    {
        return;
    }
    for path in paths(one, &bound.property) {
        let value = one.property(&path);
        let Some(value) = value.and_then(|node| graph.plain(node)?.number()) else {
            continue;
        };
        let name = path.rsplit('/').next().unwrap_or(&path);
        let name = format!("{name} of {}", one.id);
        let Some(what) = bound.broken(&name, value) else {
            continue;
        };
        found.at("value-out-of-bounds", one, &path, what);
    }
}

/// A least that is not above its most.
fn ordered(found: &mut Found<'_>, one: &Resource, pair: &Pair) {
    let graph = found.graph;
    let of = |path: &str| {
        one.property(path)
            .and_then(|node| graph.plain(node)?.number())
    };
    let highs = paths(one, &pair.high);
    for (low, high) in paths(one, &pair.low).iter().zip(&highs) {
        if let (Some(least), Some(most)) = (of(low), of(high))
            && least > most
        {
            let name = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_owned();
            let what = format!(
                "{} of {} is {least}, above its {} of {most}",
                name(low),
                one.id,
                name(high)
            );
            found.at("least-above-most", one, low, what);
        }
    }
}
