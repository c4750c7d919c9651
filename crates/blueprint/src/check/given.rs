//! Values of parameters, as they are given when a template is deployed.

use std::collections::BTreeMap;

use crate::graph::{Graph, Resource};
use crate::value::{Node, Value};

/// The values of parameters by name; none of one that is given and only deploying tells.
pub type Given = BTreeMap<String, Option<String>>;

/// A template that another one deploys, from a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nested {
    /// Its path, as seen from the folder of the template that names it.
    pub path: String,
    /// The values of its parameters.
    pub given: Given,
}

/// Puts the given values in place of the defaults of parameters.
pub(super) fn put(document: &mut Node, given: &Given) {
    if given.is_empty() || document.get("Parameters").is_none() {
        return;
    }
    let Some(parameters) = document.at_mut("Parameters") else {
        return;
    };
    let Value::Map(all) = &mut parameters.value else {
        return;
    };
    for (name, node) in all {
        let (Some(value), Value::Map(entries)) = (given.get(name), &mut node.value) else {
            continue;
        };
        entries.retain(|(key, _)| key != "Default");
        if let Some(value) = value {
            let (line, value) = (node.line, Value::Text(value.clone()));
            entries.push(("Default".to_owned(), Node { line, value }));
        }
    }
}

/// The names of a template's parameters.
pub(super) fn names(document: &Node) -> impl Iterator<Item = &str> {
    let all = document.get("Parameters").map_or(&[][..], Node::entries);
    all.iter().map(|(name, _)| name.as_str())
}

/// A nested stack.
pub(super) const STACK: &str = "AWS::CloudFormation::Stack";

/// The templates that a graph deploys from files beside its own.
pub(super) fn nested(graph: &Graph) -> Vec<Nested> {
    let found = graph.resources.iter().filter_map(|one| {
        let path = file_of(one)?;
        let values = one.property("Parameters").map_or(&[][..], Node::entries);
        let given = values.iter().map(|(name, node)| {
            let value = graph.plain(node).and_then(Node::text);
            (name.clone(), value.map(str::to_owned))
        });
        Some(Nested {
            path: path.to_owned(),
            given: given.collect(),
        })
    });
    found.collect()
}

/// Where the template of a nested stack lies on disk; none where it comes from elsewhere.
pub(super) fn file_of(one: &Resource) -> Option<&str> {
    let place = match one.kind.as_str() {
        STACK => one.property("TemplateURL"),
        "AWS::Serverless::Application" => one.property("Location"),
        _ => return None,
    };
    // The CDK says where what it uploads lies on disk.
    let asset = one.metadata.get("aws:asset:path").and_then(Node::text);
    // An address, or what only deploying resolves.
    let is_file = |text: &&str| !text.contains("://") && !text.contains("{{resolve:");
    asset.or_else(|| place?.text().filter(is_file))
}
