//! What is left of a graph while functions take resources in, and what these are called then.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{CONTEXT, Graph, Resource, substituted};
use crate::value::{Node, Value};

/// A graph in the making.
#[derive(Debug)]
pub(super) struct Work {
    graph: Graph,
    /// IDs that are no more, and those that SAM gives the same resources.
    renamed: BTreeMap<String, String>,
    made: BTreeSet<String>,
}

impl Work {
    /// A graph of which nothing is taken in yet.
    pub(super) fn new(graph: Graph) -> Self {
        Self {
            graph,
            renamed: BTreeMap::new(),
            made: BTreeSet::new(),
        }
    }

    /// The graph as it is left.
    pub(super) const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether no resource has an ID, has had it, or gets it from SAM.
    pub(super) fn is_free(&self, id: &str) -> bool {
        let is_taken = self.renamed.contains_key(id) || self.made.contains(id);
        self.graph.get(id).is_none() && !is_taken
    }

    /// Takes out a resource that SAM makes under an ID of its own.
    pub(super) fn rename(&mut self, id: &str, made: &str) {
        self.graph.resources.retain(|one| one.id != id);
        self.renamed.insert(id.to_owned(), made.to_owned());
        self.made.insert(made.to_owned());
    }

    /// Takes out a resource to which nothing refers.
    pub(super) fn remove(&mut self, id: &str) {
        self.graph.resources.retain(|one| one.id != id);
    }

    /// Whether other resources or outputs refer to a resource, beside those of these IDs.
    pub(super) fn is_needed(&self, id: &str, beside: &[&str]) -> bool {
        let refers = |node: &Node| Graph::references(node).contains(id);
        let others = self.graph.resources.iter();
        let mut others = others.filter(|one| !beside.contains(&one.id.as_str()));
        others.any(|one| refers(&one.properties) || one.depends_on.iter().any(|of| of == id))
            || self.graph.outputs.iter().any(|item| refers(&item.node))
    }

    /// Puts a resource in the place of that of the same ID.
    pub(super) fn put(&mut self, one: Resource) {
        if let Some(there) = self.graph.resources.iter_mut().find(|of| of.id == one.id) {
            *there = one;
        }
    }

    /// The graph, with the IDs that SAM gives wherever one is named.
    pub(super) fn finish(self) -> Graph {
        let mut graph = self.graph;
        for one in &mut graph.resources {
            rename(&mut one.properties, &self.renamed);
            for id in &mut one.depends_on {
                if let Some(made) = self.renamed.get(id) {
                    id.clone_from(made);
                }
            }
        }
        for item in &mut graph.outputs {
            rename(&mut item.node, &self.renamed);
        }
        graph
    }
}

/// The properties of a resource, each taken once. What is left over is what SAM cannot say.
#[derive(Debug)]
pub(super) struct Properties(Vec<(String, Node)>);

impl Properties {
    /// All of a resource.
    pub(super) fn of(one: &Resource) -> Self {
        Self::within(&one.properties)
    }

    /// All of a map.
    pub(super) fn within(map: &Node) -> Self {
        Self(map.entries().to_vec())
    }

    /// Takes one; none where it is not there.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        let place = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(place).1)
    }

    /// Takes one that must be a text that is known.
    pub(super) fn take_if(&mut self, key: &str, is: &str) -> Option<()> {
        (self.take(key)?.text() == Some(is)).then_some(())
    }

    /// Takes those of these names that are there, in this order.
    pub(super) fn take_all(&mut self, keys: &[&str]) -> Vec<(String, Node)> {
        let keys = keys.iter();
        keys.filter_map(|key| Some(((*key).to_owned(), self.take(key)?)))
            .collect()
    }

    /// Nothing, where nothing is left over.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    /// What is left over.
    pub(super) fn rest(self) -> Vec<(String, Node)> {
        self.0
    }
}

/// The ID that `Ref` names.
pub(super) fn referred(node: &Node) -> Option<&str> {
    match node.call()? {
        ("Ref", argument) => argument.text(),
        _ => None,
    }
}

/// The ID and the attribute that `Fn::GetAtt` names.
pub(super) fn attribute(node: &Node) -> Option<(&str, &str)> {
    match (node.call()?.0, node.call()?.1.items()) {
        ("Fn::GetAtt", [id, name]) => Some((id.text()?, name.text()?)),
        _ => None,
    }
}

/// A value of `Ref`.
pub(super) fn reference(id: &str) -> Node {
    Value::Call("Ref".to_owned(), Box::new(id.into())).into()
}

/// Why a resource is there.
pub(super) fn why(one: &Resource) -> Option<&str> {
    one.metadata.at(&format!("{CONTEXT}/why"))?.text()
}

/// Puts the IDs that SAM gives where those of the graph stand.
fn rename(node: &mut Node, to: &BTreeMap<String, String>) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| rename(item, to)),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, inner)| rename(inner, to)),
        Value::Call(name, argument) => {
            let text = match (name.as_str(), &mut argument.value) {
                ("Ref" | "Fn::Sub", Value::Text(text)) => Some(text),
                ("Fn::GetAtt" | "Fn::Sub", Value::List(items)) => {
                    items.first_mut().and_then(|first| match &mut first.value {
                        Value::Text(text) => Some(text),
                        _ => None,
                    })
                }
                _ => None,
            };
            if let Some(text) = text {
                if name == "Fn::Sub" {
                    *text = renamed(text, to);
                } else if let Some(made) = to.get(text.as_str()) {
                    text.clone_from(made);
                }
            }
            rename(argument, to);
        }
        _ => {}
    }
}

/// The text of a `Fn::Sub` with the IDs that SAM gives.
fn renamed(text: &str, to: &BTreeMap<String, String>) -> String {
    let mut out = text.to_owned();
    for name in substituted(text) {
        let id = name.split('.').next().unwrap_or(name);
        if let Some(made) = to.get(id) {
            let (before, after) = (format!("${{{id}"), format!("${{{made}"));
            for end in ["}", "."] {
                out = out.replace(&format!("{before}{end}"), &format!("{after}{end}"));
            }
        }
    }
    out
}
