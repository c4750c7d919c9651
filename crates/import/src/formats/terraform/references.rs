//! What the resources of a plan refer to, among the instances of modules and of blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::Resource;

/// Most instances of one block that a reference without an index stands for.
const MOST_INSTANCES: usize = 100;

/// What each resource refers to. Of several instances of a block, those are meant that are in the
/// same instance of a module, and have the index that the expression names, or else the same index,
/// where there are such.
pub(super) fn resolved(
    resources: &[Resource<'_>],
    refers: &BTreeMap<String, Vec<String>>,
) -> Vec<Vec<usize>> {
    let mut by_block: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for one in resources {
        let block = without_indices(one.address);
        by_block.entry(block).or_default().push(one.at);
    }
    let of = |one: &Resource<'_>| {
        let names = refers.get(&without_indices(one.address));
        let names = names.map_or(&[][..], Vec::as_slice);
        let blocks = names.iter().filter_map(|name| block(name, &by_block));
        let blocks: BTreeSet<(&str, Option<&str>)> = blocks.collect();
        let mut found = BTreeSet::new();
        for (block, named) in &blocks {
            // An expression with an index refers to the block as a whole, too.
            let is_named = blocks
                .iter()
                .any(|(other, at)| other == block && at.is_some());
            if named.is_none() && is_named {
                continue;
            }
            let places = by_block.get(*block).map_or(&[][..], Vec::as_slice);
            found.extend(meant(one, *named, places, resources));
        }
        found.remove(&one.at);
        found.into_iter().collect()
    };
    resources.iter().map(of).collect()
}

/// The instances of a block that one resource means.
fn meant(
    one: &Resource<'_>,
    named: Option<&str>,
    places: &[usize],
    resources: &[Resource<'_>],
) -> Vec<usize> {
    let address = |place: &usize| resources.get(*place).map_or("", |other| other.address);
    let narrowed = |places: Vec<usize>, fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let some = places.iter().filter(|place| fits(address(place)));
        let some: Vec<usize> = some.copied().collect();
        if some.is_empty() { places } else { some }
    };
    let beside = narrowed(places.to_vec(), &|other| are_together(one.address, other));
    let wanted = named.or_else(|| index(one.address));
    let mut meant = narrowed(beside, &|other| wanted.is_some() && index(other) == wanted);
    meant.truncate(MOST_INSTANCES);
    meant
}

/// The block that an expression refers to, and the index that it names.
fn block<'n>(
    name: &'n str,
    by_block: &'n BTreeMap<String, Vec<usize>>,
) -> Option<(&'n str, Option<&'n str>)> {
    let mut part = name;
    loop {
        if let Some((block, _)) = by_block.get_key_value(&without_indices(part)) {
            return Some((block, index(part)));
        }
        let last = *steps(part).last()?;
        part = part.get(..part.len() - last.len())?.strip_suffix('.')?;
    }
}

/// Whether two addresses are in the same instances of the modules that both are in.
fn are_together(one: &str, other: &str) -> bool {
    let both = steps(one).into_iter().zip(steps(other));
    let mut shared = both.take_while(|(a, b)| without_indices(a) == without_indices(b));
    // The last step is the block's own.
    let own = steps(one).len().min(steps(other).len()).saturating_sub(1);
    shared.by_ref().take(own).all(|(a, b)| a == b)
}

/// The index of the last step of an address: `["a"]`, `[0]`.
fn index(address: &str) -> Option<&str> {
    let last = *steps(address).last()?;
    last.find('[').and_then(|at| last.get(at..))
}

/// The parts of an address between its points; a point in an index is none.
fn steps(address: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = address.split(|letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == '.' && depth == 0
    });
    parts.collect()
}

/// An address without the indices of `count` and `for_each`.
fn without_indices(address: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for letter in address.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}
