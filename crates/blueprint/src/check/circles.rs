//! Things that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use crate::graph::{Graph, Item, Resource};
use crate::value::{Node, Value};

/// The rule.
const RULE: &str = "circle";
/// Circles that are told of one template.
const MOST: usize = 20;

type Needs<'g> = BTreeMap<&'g str, BTreeSet<String>>;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    let needs: Needs<'_> = graph
        .resources
        .iter()
        .map(|one| (one.id.as_str(), needs(one)))
        .collect();
    for circle in circles(needs) {
        if let Some(one) = circle.first().and_then(|id| graph.get(id)) {
            found.at(RULE, one, "", told(&circle));
        }
    }
    let needs = graph.conditions.iter();
    let needs: Needs<'_> = needs
        .map(|item| (item.id.as_str(), conditions(item)))
        .collect();
    for circle in circles(needs) {
        let mut items = graph.conditions.iter();
        let first = items.find(|item| Some(&item.id) == circle.first());
        let line = first.map_or(0, |item| item.node.line);
        let message = format!("the conditions: {}", told(&circle));
        found.note(line, RULE, message);
    }
}

/// `A needs B, B needs A`.
fn told(circle: &[String]) -> String {
    let next = circle.iter().cycle().skip(1);
    let pairs = circle.iter().zip(next);
    let pairs: Vec<String> = pairs
        .map(|(one, next)| format!("{one} needs {next}"))
        .collect();
    pairs.join(", ")
}

/// What a resource waits for whatever the conditions: what stands in a `Fn::If` may not.
fn needs(one: &Resource) -> BTreeSet<String> {
    fn collect(node: &Node, found: &mut BTreeSet<String>) {
        match &node.value {
            Value::Call(name, _) if name == "Fn::If" => {}
            Value::Call(name, argument) => {
                if matches!(name.as_str(), "Ref" | "Fn::GetAtt" | "Fn::Sub") {
                    let alone: Node = Value::Call(name.clone(), argument.clone()).into();
                    found.extend(Graph::references(&alone));
                } else {
                    collect(argument, found);
                }
            }
            Value::List(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Map(entries) => entries.iter().for_each(|(_, inner)| collect(inner, found)),
            _ => {}
        }
    }
    let mut found: BTreeSet<String> = one.depends_on.iter().cloned().collect();
    collect(&one.properties, &mut found);
    found
}

/// The conditions that a condition is made of.
fn conditions(item: &Item) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    item.node.walk(&mut |node| match &node.value {
        Value::Call(name, argument) if name == "Condition" => {
            found.extend(argument.text().map(str::to_owned));
        }
        Value::Map(entries) => {
            if let [(key, inner)] = entries.as_slice()
                && key == "Condition"
            {
                found.extend(inner.text().map(str::to_owned));
            }
        }
        _ => {}
    });
    found
}

/// What needs what, both ways.
struct Web {
    needs: BTreeMap<String, BTreeSet<String>>,
    needed_by: BTreeMap<String, BTreeSet<String>>,
}

impl Web {
    /// Takes a thing away; gives those that need nothing any more.
    fn take(&mut self, id: &str) -> Vec<String> {
        let mut free = Vec::new();
        if self.needs.remove(id).is_none() {
            return free;
        }
        for other in self.needed_by.remove(id).unwrap_or_default() {
            if let Some(all) = self.needs.get_mut(&other) {
                all.remove(id);
                if all.is_empty() {
                    free.push(other);
                }
            }
        }
        free
    }
}

/// Circles among things that need each other, of which no two share a thing: all there
/// are, up to [`MOST`].
fn circles(all: Needs<'_>) -> Vec<Vec<String>> {
    let known: BTreeSet<&str> = all.keys().copied().collect();
    let mut web = Web {
        needs: BTreeMap::new(),
        needed_by: BTreeMap::new(),
    };
    let mut free: Vec<String> = Vec::new();
    for (id, mut others) in all {
        others.retain(|other| known.contains(other.as_str()));
        for other in &others {
            let by = web.needed_by.entry(other.clone()).or_default();
            by.insert(id.to_owned());
        }
        if others.is_empty() {
            free.push(id.to_owned());
        }
        web.needs.insert(id.to_owned(), others);
    }
    let mut found = Vec::new();
    while found.len() < MOST {
        // What needs nothing that is left stands in no circle.
        while let Some(id) = free.pop() {
            free.extend(web.take(&id));
        }
        let Some(circle) = first(&web.needs) else {
            break;
        };
        for id in &circle {
            free.extend(web.take(id));
        }
        found.push(circle);
    }
    found
}

/// A circle, where everything left needs something that is left.
fn first(needs: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut path: Vec<String> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut next = needs.keys().next()?.clone();
    loop {
        if let Some(place) = places.get(&next) {
            let mut circle = path.split_off(*place);
            // It begins with its first name, wherever it was found.
            let least = circle.iter().enumerate().min_by_key(|(_, id)| *id);
            let least = least.map_or(0, |(place, _)| place);
            circle.rotate_left(least);
            return Some(circle);
        }
        places.insert(next.clone(), path.len());
        path.push(next.clone());
        next = needs.get(&next)?.iter().next()?.clone();
    }
}
