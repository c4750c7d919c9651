//! What has been made so far, and what has not.

use std::collections::BTreeMap;

use super::data::Sam;
use super::globals::merged;
use crate::graph::{Graph, Resource};
use crate::value::{Node, Value};

/// Values that are copied into what is made, of one template: a bound on what a small text
/// can become.
const MOST_VALUES: usize = 500_000;

/// What of a template has not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// What it is: `resource`, `event`, `policy`, `definition`.
    pub(crate) what: &'static str,
    /// Of what: `of AWS::Serverless::GraphQLApi`.
    pub(crate) of: String,
    /// The resource that it belongs to.
    pub(crate) resource: String,
    /// Its line.
    pub(crate) line: usize,
}

/// What SAM refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The resource that it belongs to.
    pub(crate) resource: String,
    /// Its line.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) message: String,
}

/// Resources in the making.
#[derive(Debug)]
pub(super) struct Made<'k> {
    /// What is known of SAM.
    pub(super) known: &'k Sam,
    /// What has not been looked at.
    pub(super) unread: Vec<Unread>,
    /// What SAM refuses.
    pub(super) refused: Vec<Refused>,
    resources: Vec<Resource>,
    places: BTreeMap<String, usize>,
    of: BTreeMap<String, String>,
    /// IDs of what `Function.Alias` and the like stand for.
    names: BTreeMap<String, String>,
    most: usize,
    left: usize,
}

impl<'k> Made<'k> {
    /// Nothing yet, and at most so many resources.
    pub(super) fn new(known: &'k Sam, most: usize) -> Self {
        Self {
            known,
            unread: Vec::new(),
            refused: Vec::new(),
            resources: Vec::new(),
            places: BTreeMap::new(),
            of: BTreeMap::new(),
            names: BTreeMap::new(),
            most,
            left: MOST_VALUES,
        }
    }

    /// Whether there are more resources than a stack takes: then nothing more is made.
    pub(super) fn is_full(&self) -> bool {
        self.resources.len() > self.most
    }

    /// A resource with what `Globals` says of its type; none where the template would
    /// become too large.
    pub(super) fn with_globals(
        &mut self,
        one: &Resource,
        ignored: Option<&Node>,
        globals: Option<&Node>,
    ) -> Option<Resource> {
        merged(one, ignored, globals, &mut self.left)
    }

    /// Whether so many values more may be copied.
    pub(super) fn spend(&mut self, values: usize) -> bool {
        let left = self.left.checked_sub(values);
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    /// Keeps a resource as it is. One of the same ID makes way for it.
    pub(super) fn keep(&mut self, one: Resource) {
        if let Some(there) = self
            .places
            .get(&one.id)
            .and_then(|place| self.resources.get_mut(*place))
        {
            *there = one;
            return;
        }
        self.places.insert(one.id.clone(), self.resources.len());
        self.resources.push(one);
    }

    /// Adds what is made of a resource under its own ID.
    pub(super) fn instead(&mut self, of: &Resource, kind: &str, properties: Node) {
        self.of.insert(of.id.clone(), of.id.clone());
        self.keep(Resource {
            kind: kind.to_owned(),
            properties,
            ..of.clone()
        });
    }

    /// Adds what is made of a resource under another ID.
    pub(super) fn beside(
        &mut self,
        of: &Resource,
        id: &str,
        line: usize,
        kind: &str,
        properties: Node,
    ) {
        let nothing = || Node {
            line,
            value: Value::Map(Vec::new()),
        };
        self.of.insert(id.to_owned(), of.id.clone());
        self.keep(Resource {
            id: id.to_owned(),
            line,
            kind: kind.to_owned(),
            condition: of.condition.clone(),
            depends_on: Vec::new(),
            policies: Vec::new(),
            metadata: nothing(),
            properties,
        });
    }

    /// A resource that is there, to change it.
    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Resource> {
        let place = self.places.get(id)?;
        self.resources.get_mut(*place)
    }

    /// A resource that is there.
    pub(super) fn get(&self, id: &str) -> Option<&Resource> {
        let place = self.places.get(id)?;
        self.resources.get(*place)
    }

    /// Says what `of.name` stands for.
    pub(super) fn named(&mut self, of: &str, name: &str, id: &str) {
        self.names.insert(format!("{of}.{name}"), id.to_owned());
    }

    /// Says that something has not been looked at.
    pub(super) fn not_read(&mut self, one: &Resource, line: usize, what: &'static str, of: String) {
        self.unread.push(Unread {
            what,
            of,
            resource: one.id.clone(),
            line: if line == 0 { one.line } else { line },
        });
    }

    /// Says that SAM refuses something.
    pub(super) fn refuse(&mut self, of: &Resource, line: usize, message: String) {
        self.refused.push(Refused {
            resource: of.id.clone(),
            line: if line == 0 { of.line } else { line },
            message,
        });
    }

    /// The graph with what has been made in it.
    pub(super) fn finish(self, mut graph: Graph) -> (Graph, Vec<Unread>, Vec<Refused>) {
        graph.resources = self.resources;
        graph.made_of = self.of;
        if !self.names.is_empty() {
            for one in &mut graph.resources {
                rename(&mut one.properties, &self.names);
            }
            for item in &mut graph.outputs {
                rename(&mut item.node, &self.names);
            }
        }
        (graph, self.unread, self.refused)
    }
}

/// Puts IDs where `Function.Alias` and the like stand.
fn rename(node: &mut Node, names: &BTreeMap<String, String>) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Map(entries) => entries
            .iter_mut()
            .for_each(|(_, inner)| rename(inner, names)),
        Value::Call(name, argument) => {
            let text = match (name.as_str(), &mut argument.value) {
                ("Ref" | "Fn::Sub", Value::Text(text)) => Some(text),
                ("Fn::Sub", Value::List(items)) => items.first_mut().and_then(|first| {
                    let Value::Text(text) = &mut first.value else {
                        return None;
                    };
                    Some(text)
                }),
                _ => None,
            };
            if let Some(text) = text {
                if name == "Ref" {
                    if let Some(id) = names.get(text.as_str()) {
                        text.clone_from(id);
                    }
                } else {
                    *text = renamed(text, names);
                }
            }
            rename(argument, names);
        }
        _ => {}
    }
}

/// The text of a `Fn::Sub` with IDs where `${Function.Alias}` and the like stand.
fn renamed(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split("${");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str("${");
        let inner = part.split_once('}');
        match inner.and_then(|(name, rest)| Some((names.get(name.trim())?, rest))) {
            Some((id, rest)) => {
                out.push_str(id);
                out.push('}');
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}
