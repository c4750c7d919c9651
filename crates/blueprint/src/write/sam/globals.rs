//! `Globals`: what all functions of a template have in common, said once.

use super::function::OF_SAM;
use crate::graph::Graph;
use crate::sam::Sam;
use crate::value::{Node, Value};

/// Takes what every function says alike out of the functions, where there are several.
pub(super) fn shared(graph: &mut Graph, known: &Sam) -> Vec<(String, Node)> {
    let functions: Vec<&Node> = graph.of_kind(OF_SAM).map(|one| &one.properties).collect();
    let [first, others @ ..] = functions.as_slice() else {
        return Vec::new();
    };
    if others.is_empty() {
        return Vec::new();
    }
    let is_shared = |(key, node): &&(String, Node)| {
        known.globals.function.contains(key)
            && others.iter().all(|other| other.get(key) == Some(node))
    };
    let shared: Vec<(String, Node)> = first.entries().iter().filter(is_shared).cloned().collect();
    for one in &mut graph.resources {
        if let (OF_SAM, Value::Map(entries)) = (one.kind.as_str(), &mut one.properties.value) {
            entries.retain(|(key, _)| shared.iter().all(|(name, _)| name != key));
        }
    }
    shared
}
