//! A graph in the making: what blocks bring, each thing once.
//!
//! Identities are one to one. A block that is used twice with the same result is there
//! once, so that workloads share a key or a network; two things of one name that differ,
//! or that belong to two workloads, are refused.

use std::collections::BTreeMap;

use landfall_source::{Diagnostic, Result};

use crate::graph::{Fault, Graph, Item, Resource};
use crate::value::{Node, Value};

/// The workload that a block is used for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'o> {
    /// Its id.
    pub(crate) id: &'o str,
    /// What the names of its own resources begin with.
    pub(crate) prefix: &'o str,
}

/// What was brought first under a name, before anything was added to it.
#[derive(Debug)]
struct Brought<T> {
    thing: T,
    owner: String,
    prefix: String,
}

/// Things by name.
#[derive(Debug)]
struct Names<T>(BTreeMap<String, Brought<T>>);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: PartialEq + Clone> Names<T> {
    /// Whether a thing is new; an error where another has its name.
    fn admit(&mut self, name: &str, thing: &T, owner: Owner<'_>) -> Result<bool> {
        let Some(there) = self.0.get(name) else {
            let brought = Brought {
                thing: thing.clone(),
                owner: owner.id.to_owned(),
                prefix: owner.prefix.to_owned(),
            };
            self.0.insert(name.to_owned(), brought);
            return Ok(true);
        };
        let is_own = begins(name, owner.prefix) || begins(name, &there.prefix);
        let is_one = there.owner == owner.id || !is_own;
        if is_one && there.thing == *thing {
            return Ok(false);
        }
        let (first, second) = (&there.owner, owner.id);
        let rename = "give the workload another id in the workload file";
        let (what, help) = match (first == second, is_own) {
            (true, _) => (
                format!("`{second}` would have two different things named {name}"),
                rename,
            ),
            (_, true) => (
                format!("`{first}` and `{second}` would both have {name}"),
                rename,
            ),
            (_, false) => (
                format!("`{first}` and `{second}` would share {name}, and need it in two forms"),
                "write a blueprint for each workload: --workload ID",
            ),
        };
        Err(Box::new(Diagnostic::new(what).help(help)))
    }
}

/// Whether a name of capitalised words begins with those of a prefix.
fn begins(name: &str, prefix: &str) -> bool {
    let rest = name.strip_prefix(prefix).filter(|_| !prefix.is_empty());
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// A graph in the making.
#[derive(Debug, Default)]
pub struct Draft {
    graph: Graph,
    resources: Names<Resource>,
    parameters: Names<Node>,
    outputs: Names<Node>,
}

impl Draft {
    /// Nothing yet, under a description.
    pub fn new(description: String) -> Self {
        Self {
            graph: Graph {
                description,
                ..Graph::default()
            },
            ..Self::default()
        }
    }

    /// The graph, once everything that it refers to is there.
    ///
    /// # Errors
    /// A reference to what is not there, or a circle.
    pub fn finish(self) -> std::result::Result<Graph, Fault> {
        self.graph.closed()?;
        Ok(self.graph)
    }

    /// Adds what a block brings.
    ///
    /// # Errors
    /// Another thing of the same name; a fault in the block.
    pub(crate) fn add(&mut self, document: &Node, block: &str, owner: Owner<'_>) -> Result<()> {
        let brought = Graph::of(&Node::map([
            ("Resources", part(document, "Resources")),
            ("Parameters", part(document, "Parameters")),
            ("Outputs", part(document, "Outputs")),
        ]));
        let brought = brought.unwrap_or_default();
        for one in brought.resources {
            // Where it stood in the block, and why it is there, are no part of what it is.
            let what = Resource {
                line: 0,
                metadata: Value::Map(Vec::new()).into(),
                ..one.clone()
            };
            if self.resources.admit(&one.id, &what, owner)? {
                self.graph.resources.push(one);
            }
        }
        let put = |names: &mut Names<Node>, items: &mut Vec<Item>, new: Vec<Item>| {
            for item in new {
                if names.admit(&item.id, &item.node, owner)? {
                    items.push(item);
                }
            }
            Ok::<(), Box<Diagnostic>>(())
        };
        let graph = &mut self.graph;
        put(
            &mut self.parameters,
            &mut graph.parameters,
            brought.parameters,
        )?;
        put(&mut self.outputs, &mut graph.outputs, brought.outputs)?;
        for change in document.get("Extend").map_or(&[][..], Node::items) {
            extend(graph, change, block)?;
        }
        Ok(())
    }
}

/// Adds to a resource that is there.
fn extend(graph: &mut Graph, change: &Node, block: &str) -> std::result::Result<(), Fault> {
    let text = |key: &str| change.get(key).and_then(Node::text);
    let (Some(id), Some(with)) = (text("of"), change.get("with")) else {
        return Err(Fault(format!(
            "{block}: an extension says what `of` and `with`"
        )));
    };
    let one = graph.resources.iter_mut().find(|one| one.id == id);
    let one = one.ok_or_else(|| Fault(format!("{block}: there is no {id} to extend")))?;
    let at = text("at").unwrap_or("Properties");
    if at == "DependsOn" {
        for needed in with.one_or_more().into_iter().filter_map(Node::text) {
            if one.depends_on.iter().all(|there| there != needed) {
                one.depends_on.push(needed.to_owned());
            }
        }
        return Ok(());
    }
    let (root, path) = at.split_once('/').unwrap_or((at, ""));
    let root = match root {
        "Metadata" => &mut one.metadata,
        _ => &mut one.properties,
    };
    let place = if path.is_empty() {
        Some(root)
    } else {
        root.at_mut(path)
    };
    let place = place.ok_or_else(|| Fault(format!("{block}: {id} has no {at}")))?;
    let is_added = place.merge(with.clone());
    is_added.map_err(|key| Fault(format!("{block}: {id} has another {at}{key} already")))
}

fn part(document: &Node, key: &str) -> Node {
    let empty = || Value::Map(Vec::new()).into();
    document.get(key).cloned().unwrap_or_else(empty)
}
