//! A function in the making: its own properties, and what it takes in.

use super::work::{Properties, attribute, referred};
use crate::data::pascal;
use crate::graph::{CONTEXT, Resource};
use crate::plan::{Language, Planned};
use crate::sam::Sam;
use crate::value::{Node, Value};

/// The type in the graph.
pub(super) const KIND: &str = "AWS::Lambda::Function";
/// That of SAM.
pub(super) const OF_SAM: &str = "AWS::Serverless::Function";

/// How `sam build` builds the code of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// As its runtime says.
    ByRuntime,
    /// By esbuild.
    Esbuild,
    /// By a Makefile beside the code: there are files beside what a builder takes.
    Makefile,
    /// Not at all: it is an image, which build.sh builds.
    Image,
}

impl Build {
    /// How the code of a workload is built.
    pub(crate) fn of(one: &Planned<'_>) -> Self {
        if one.is_image {
            return Self::Image;
        }
        let code = one.code(one.language);
        let has_model = code.iter().any(|(path, _)| path == "model.json");
        match one.language {
            Language::Python => Self::ByRuntime,
            Language::TypeScript if !has_model => Self::Esbuild,
            Language::TypeScript | Language::Java => Self::Makefile,
        }
    }
}

/// A function in the making.
#[derive(Debug)]
pub(super) struct Function {
    one: Resource,
    /// The ID of the alias by which it is called, in the graph.
    pub(super) alias: Option<String>,
    properties: Vec<(String, Node)>,
    events: Vec<(String, Node)>,
    whys: Vec<String>,
}

impl Function {
    /// One of the graph, that takes nothing in yet.
    pub(super) fn of(one: &Resource, planned: &[Planned<'_>], known: &Sam) -> Self {
        let of = planned
            .iter()
            .find(|of| format!("{}Function", pascal(&of.id)) == one.id);
        let mut given = one.clone();
        let mut properties = Vec::new();
        for (key, node) in one.properties.entries() {
            let said = match key.as_str() {
                "Code" => code(node, of),
                "TracingConfig" => said("Tracing", node, "Mode"),
                "DeadLetterConfig" => letters(node, known),
                "CapacityProviderConfig" => capacity(node),
                _ => None,
            };
            properties.push(said.unwrap_or_else(|| (key.clone(), node.clone())));
        }
        if let Some(build) = of.and_then(built) {
            // What SAM reads stands before what people and scanners do.
            let mut entries = build;
            entries.extend(given.metadata.entries().iter().cloned());
            given.metadata = Value::Map(entries).into();
        }
        Self {
            one: given,
            alias: None,
            properties,
            events: Vec::new(),
            whys: Vec::new(),
        }
    }

    /// Its ID.
    pub(super) fn id(&self) -> &str {
        &self.one.id
    }

    /// Whether a value names it, in itself.
    pub(super) fn is_named_by(&self, node: &Node) -> bool {
        referred(node) == Some(self.id()) || attribute(node) == Some((self.id(), "Arn"))
    }

    /// Whether a value names what SAM lets events call: its alias where it has one, else itself.
    pub(super) fn is_called_by(&self, node: &Node) -> bool {
        match &self.alias {
            Some(alias) => referred(node) == Some(alias),
            None => self.is_named_by(node),
        }
    }

    /// Says something more of it, which stands for a resource with its reason.
    pub(super) fn put(&mut self, key: &str, node: Node, why: Option<&str>) {
        self.whys.extend(why.map(str::to_owned));
        self.properties.push((key.to_owned(), node));
    }

    /// Whether it has an event of this name.
    pub(super) fn has_event(&self, name: &str) -> bool {
        self.events.iter().any(|(other, _)| other == name)
    }

    /// Adds an event, which stands for a resource with its reason.
    pub(super) fn event(
        &mut self,
        name: &str,
        kind: &str,
        properties: Vec<(String, Node)>,
        why: Option<&str>,
    ) {
        self.whys.extend(why.map(|why| format!("{name}: {why}")));
        let event = Node::map([
            ("Type", kind.into()),
            ("Properties", Value::Map(properties).into()),
        ]);
        self.events.push((name.to_owned(), event));
    }

    /// The resource of SAM.
    pub(super) fn finish(self) -> Resource {
        let mut one = self.one;
        OF_SAM.clone_into(&mut one.kind);
        let mut properties = self.properties;
        if !self.events.is_empty() {
            properties.push(("Events".to_owned(), Value::Map(self.events).into()));
        }
        one.properties = Value::Map(properties).into();
        if let Some(why) = one.metadata.at_mut(&format!("{CONTEXT}/why")) {
            let first = why.text().map(str::to_owned);
            let all: Vec<String> = first.into_iter().chain(self.whys).collect();
            *why = all.join(". ").as_str().into();
        }
        one
    }
}

/// A part of a property under a name of SAM, where there is nothing beside it.
fn said(name: &str, node: &Node, part: &str) -> Option<(String, Node)> {
    let mut given = Properties::within(node);
    let inner = given.take(part)?;
    given.end()?;
    Some((name.to_owned(), inner))
}

/// The instances that a function runs on.
fn capacity(node: &Node) -> Option<(String, Node)> {
    let (key, inner) = said(
        "CapacityProviderConfig",
        node,
        "LambdaManagedInstancesCapacityProviderConfig",
    )?;
    let mut given = Properties::within(&inner);
    let mut all = vec![("Arn".to_owned(), given.take("CapacityProviderArn")?)];
    all.extend(given.rest());
    Some((key, Value::Map(all).into()))
}

/// Where the code is: in a folder of the blueprint, or the image that a parameter names.
fn code(node: &Node, of: Option<&Planned<'_>>) -> Option<(String, Node)> {
    if let Some(found) = said("ImageUri", node, "ImageUri") {
        return Some(found);
    }
    let folder = format!("src/{}/", of?.id);
    Some(("CodeUri".to_owned(), folder.as_str().into()))
}

/// Where go events that failed: SAM wants to know what that is.
fn letters(node: &Node, known: &Sam) -> Option<(String, Node)> {
    let (_, arn) = said("", node, "TargetArn")?;
    let kind = known.destination_of("AWS::SQS::Queue")?.kind.as_str();
    let letters = Node::map([("Type", kind.into()), ("TargetArn", arn)]);
    Some(("DeadLetterQueue".to_owned(), letters))
}

/// What `sam build` must know besides the runtime.
fn built(one: &Planned<'_>) -> Option<Vec<(String, Node)>> {
    let method = |name: &str| ("BuildMethod".to_owned(), name.into());
    match Build::of(one) {
        Build::ByRuntime | Build::Image => None,
        Build::Makefile => Some(vec![method("makefile")]),
        Build::Esbuild => {
            let list = |text: &str| Value::List(vec![text.into()]).into();
            let target = format!("node{}", one.version);
            let properties = Node::map([
                ("EntryPoints", list("index.ts")),
                ("External", list("@aws-sdk/*")),
                ("Target", target.as_str().into()),
                ("UseNpmCi", Value::Bool(true).into()),
            ]);
            let properties = ("BuildProperties".to_owned(), properties);
            Some(vec![method("esbuild"), properties])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Managed instances have another name for their ARN in SAM; what stands beside it stays.
    #[test]
    fn instances_are_named_as_in_sam() {
        let inner = Node::map([
            ("CapacityProviderArn", "arn".into()),
            ("PerExecutionEnvironmentMaxConcurrency", "8".into()),
        ]);
        let given = Node::map([("LambdaManagedInstancesCapacityProviderConfig", inner)]);
        let (key, said) = capacity(&given).unwrap();
        assert_eq!(key, "CapacityProviderConfig");
        assert_eq!(said.get("Arn"), Some(&"arn".into()));
        assert_eq!(said.entries().len(), 2);
        assert_eq!(capacity(&Node::map([("Another", given)])), None);
    }
}
