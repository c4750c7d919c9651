//! The graph of resources: what a blueprint is written from, and what a template is
//! read into. One form for ours and for anyone's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::value::{Node, Value};

/// A parameter, output, condition or mapping: a name and what stands under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The logical id.
    pub id: String,
    /// What is said of it.
    pub node: Node,
}

/// One resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The logical id.
    pub id: String,
    /// The line on which it begins.
    pub line: usize,
    /// The type, as `AWS::SQS::Queue`.
    pub kind: String,
    /// The condition on which it is made.
    pub condition: Option<String>,
    /// What must be there before it, beyond what it refers to.
    pub depends_on: Vec<String>,
    /// Policies on deletion, replacement, update and creation.
    pub policies: Vec<(String, Node)>,
    /// What is said about it: why it is there, which rules it does not meet.
    pub metadata: Node,
    /// Its properties.
    pub properties: Node,
}

impl Resource {
    /// A property by its path, as `LoadBalancers/0/ContainerName`.
    pub fn property(&self, path: &str) -> Option<&Node> {
        self.properties.at(path)
    }

    /// The line of a property, or of the resource where it has none.
    pub fn line_of(&self, path: &str) -> usize {
        let line = self.property(path).map_or(0, |node| node.line);
        if line == 0 { self.line } else { line }
    }
}

/// The graph.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// What the whole is.
    pub description: String,
    /// What is said about the whole.
    pub metadata: Vec<(String, Node)>,
    /// The transforms that it asks for.
    pub transforms: Vec<String>,
    /// What is given when it is deployed.
    pub parameters: Vec<Item>,
    /// Named conditions.
    pub conditions: Vec<Item>,
    /// Tables of values.
    pub mappings: Vec<Item>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// What it gives back.
    pub outputs: Vec<Item>,
    /// Resources that a transform has made, by ID, and the resource of the template that each
    /// was made of.
    pub made_of: BTreeMap<String, String>,
    /// Whether there may be resources that the graph does not show, because what makes them is
    /// not read.
    pub has_more: bool,
}

/// What is wrong with a graph of our own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key under which a template says why its parts are there.
pub const CONTEXT: &str = "com.aws.cloudformation.Context";

impl Graph {
    /// Reads a template; none where the document is no template.
    pub fn of(document: &Node) -> Option<Self> {
        let resources = document.get("Resources")?;
        let all: Vec<Resource> = resources.entries().iter().filter_map(resource).collect();
        let items = |key: &str| {
            let entries = document.get(key).map_or(&[][..], Node::entries);
            entries
                .iter()
                .map(|(id, node)| Item {
                    id: id.clone(),
                    node: node.clone(),
                })
                .collect()
        };
        let text = |key: &str| document.get(key).and_then(Node::text);
        let transforms = document.get("Transform").map(Node::one_or_more);
        Some(Self {
            description: text("Description").unwrap_or_default().to_owned(),
            metadata: document
                .get("Metadata")
                .map_or_else(Vec::new, |node| node.entries().to_vec()),
            transforms: transforms
                .unwrap_or_default()
                .into_iter()
                .filter_map(|node| Some(node.text()?.to_owned()))
                .collect(),
            parameters: items("Parameters"),
            conditions: items("Conditions"),
            mappings: items("Mappings"),
            resources: all,
            outputs: items("Outputs"),
            made_of: BTreeMap::new(),
            has_more: false,
        })
    }

    /// The resource of an id.
    pub fn get(&self, id: &str) -> Option<&Resource> {
        self.resources.iter().find(|one| one.id == id)
    }

    /// The parameter of an id.
    pub fn parameter(&self, id: &str) -> Option<&Node> {
        let found = self.parameters.iter().find(|one| one.id == id);
        found.map(|item| &item.node)
    }

    /// Resources of a type.
    pub fn of_kind<'g>(&'g self, kind: &'g str) -> impl Iterator<Item = &'g Resource> {
        self.resources.iter().filter(move |one| one.kind == kind)
    }

    /// The resource that a value names: by `Ref`, by `Fn::GetAtt`, or by a `Fn::Sub` of
    /// nothing else.
    pub fn named_by(&self, node: &Node) -> Option<&Resource> {
        let (name, argument) = node.call()?;
        let id = match name {
            "Ref" => argument.text()?,
            "Fn::GetAtt" => argument.items().first()?.text()?,
            "Fn::Sub" => {
                let inner = argument.text()?.strip_prefix("${")?.strip_suffix('}')?;
                inner.split('.').next()?
            }
            _ => return None,
        };
        self.get(id)
    }

    /// The plain value behind a node: itself, or the default of the parameter it names
    /// where deploying cannot be expected to give another type.
    pub fn plain<'g>(&'g self, node: &'g Node) -> Option<&'g Node> {
        match node.call() {
            None => Some(node),
            Some(("Ref", argument)) => self.parameter(argument.text()?)?.get("Default"),
            Some(_) => None,
        }
    }

    /// Ids that a node refers to, among resources and parameters alike.
    pub fn references(node: &Node) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        node.walk(&mut |inner| match inner.call() {
            Some(("Ref", argument)) => found.extend(argument.text().map(str::to_owned)),
            Some(("Fn::GetAtt", argument)) => {
                found.extend(
                    argument
                        .items()
                        .first()
                        .and_then(Node::text)
                        .map(str::to_owned),
                );
            }
            Some(("Fn::Sub", argument)) => {
                let (text, own) = match argument.items() {
                    [text, own, ..] => (text.text(), own.entries()),
                    _ => (argument.text(), &[][..]),
                };
                for name in substituted(text.unwrap_or_default()) {
                    let id = name.split('.').next().unwrap_or(name);
                    if own.iter().all(|(key, _)| key != id) {
                        found.insert(id.to_owned());
                    }
                }
            }
            _ => {}
        });
        found
    }

    /// What a resource needs first: what it refers to and what it names as needed.
    pub fn needs(&self, one: &Resource) -> BTreeSet<String> {
        let mut needs = Self::references(&one.properties);
        needs.extend(one.depends_on.iter().cloned());
        needs.retain(|id| *id != one.id && self.get(id).is_some());
        needs
    }

    /// The resources in an order in which each comes after all it needs.
    ///
    /// # Errors
    /// A circle: the ids that are left.
    pub fn order(&self) -> Result<Vec<&Resource>, Fault> {
        let mut waiting: BTreeMap<&str, BTreeSet<String>> = self
            .resources
            .iter()
            .map(|one| (one.id.as_str(), self.needs(one)))
            .collect();
        let mut order = Vec::with_capacity(self.resources.len());
        while !waiting.is_empty() {
            let ready: Vec<&Resource> = self
                .resources
                .iter()
                .filter(|one| waiting.get(one.id.as_str()).is_some_and(BTreeSet::is_empty))
                .collect();
            if ready.is_empty() {
                let left: Vec<&str> = waiting.keys().copied().collect();
                return Err(Fault(format!("a circle among {}", left.join(", "))));
            }
            for one in &ready {
                waiting.remove(one.id.as_str());
            }
            for needs in waiting.values_mut() {
                needs.retain(|id| ready.iter().all(|one| one.id != *id));
            }
            order.extend(ready);
        }
        Ok(order)
    }

    /// Everything that a resource stands on, at any remove.
    pub fn stands_on(&self, id: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![id.to_owned()];
        while let Some(next) = open.pop() {
            let Some(one) = self.get(&next) else { continue };
            for needed in self.needs(one) {
                if found.insert(needed.clone()) {
                    open.push(needed);
                }
            }
        }
        found
    }

    /// Takes out the parameters that nothing reads.
    pub(crate) fn drop_unread_parameters(&mut self) {
        let outputs = self.outputs.iter().map(|item| &item.node);
        let nodes = self.resources.iter().map(|one| &one.properties);
        let named: BTreeSet<String> = nodes.chain(outputs).flat_map(Self::references).collect();
        self.parameters.retain(|item| named.contains(&item.id));
    }

    /// Whether every reference names something that is there.
    ///
    /// # Errors
    /// The first that does not.
    pub fn closed(&self) -> Result<(), Fault> {
        let known = |id: &str| {
            id.starts_with("AWS::") || self.get(id).is_some() || self.parameter(id).is_some()
        };
        let outputs = self.outputs.iter().map(|item| (&item.id, &item.node));
        let resources = self.resources.iter().map(|one| (&one.id, &one.properties));
        for (id, node) in resources.chain(outputs) {
            if let Some(lost) = Self::references(node).iter().find(|name| !known(name)) {
                return Err(Fault(format!("{id} refers to {lost}, which is not there")));
            }
        }
        for one in &self.resources {
            if let Some(lost) = one.depends_on.iter().find(|name| self.get(name).is_none()) {
                return Err(Fault(format!(
                    "{} depends on {lost}, which is not there",
                    one.id
                )));
            }
        }
        self.order().map(|_| ())
    }
}

/// What stands in the `${...}` of a text for `Fn::Sub`; `${!x}` is plain text.
pub(crate) fn substituted(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("${").skip(1);
    let inner = parts.filter_map(|part| part.split_once('}').map(|(name, _)| name.trim()));
    inner.filter(|name| !name.starts_with('!'))
}

fn resource((id, node): &(String, Node)) -> Option<Resource> {
    const POLICIES: [&str; 4] = [
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "CreationPolicy",
        "UpdatePolicy",
    ];
    let kind = node.get("Type")?.text()?.to_owned();
    let depends_on = node.get("DependsOn").map(Node::one_or_more);
    let empty = || Node {
        line: node.line,
        value: Value::Map(Vec::new()),
    };
    let part = |key: &str| node.get(key).cloned().unwrap_or_else(empty);
    Some(Resource {
        id: id.clone(),
        line: node.line,
        kind,
        condition: node
            .get("Condition")
            .and_then(Node::text)
            .map(str::to_owned),
        depends_on: depends_on
            .unwrap_or_default()
            .into_iter()
            .filter_map(|one| Some(one.text()?.to_owned()))
            .collect(),
        policies: POLICIES
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), node.get(key)?.clone())))
            .collect(),
        metadata: part("Metadata"),
        properties: part("Properties"),
    })
}
