//! `Globals`: properties that hold for all resources of a type.
//!
//! Lists are joined, maps merged, and anything else stands where the resource says nothing
//! ("Globals section of the AWS SAM template", AWS SAM Developer Guide, 2026-11-29).

use super::nodes::size;
use crate::graph::Resource;
use crate::value::{Node, Value};

/// A resource with what `Globals` says of its type; none where that is beyond what is
/// left of a budget of values.
pub(super) fn merged(
    one: &Resource,
    ignored: Option<&Node>,
    globals: Option<&Node>,
    left: &mut usize,
) -> Option<Resource> {
    let mut one = one.clone();
    let section = one.kind.rsplit("::").next().unwrap_or_default();
    let Some(global) = globals.and_then(|node| node.get(section)) else {
        return Some(one);
    };
    if ignored.and_then(Node::text) == Some("*") {
        return Some(one);
    }
    *left = left.checked_sub(size(global))?;
    let ignored: Vec<&str> = ignored
        .map_or(&[][..], Node::items)
        .iter()
        .filter_map(Node::text)
        .collect();
    let entries = global.entries().iter();
    let kept = entries.filter(|(key, _)| !ignored.contains(&key.as_str()));
    let mut all = Node {
        line: one.properties.line,
        value: Value::Map(kept.cloned().collect()),
    };
    join(&mut all, &one.properties);
    one.properties = all;
    Some(one)
}

/// Adds what a resource says to what holds for all.
fn join(global: &mut Node, own: &Node) {
    match (&mut global.value, &own.value) {
        (Value::Map(entries), Value::Map(more)) => {
            for (key, node) in more {
                match entries.iter_mut().find(|(name, _)| name == key) {
                    Some((_, there)) => join(there, node),
                    None => entries.push((key.clone(), node.clone())),
                }
            }
        }
        (Value::List(items), Value::List(more)) => items.extend(more.iter().cloned()),
        // A resource that says nothing at all of its properties.
        (Value::Map(_), Value::Null) => {}
        _ => *global = own.clone(),
    }
}
