//! What AWS's transform of SAM makes of a template: the graph of resources that is deployed,
//! each on the line of the property of SAM that it comes from.
//!
//! Made are the resources that rules read. What is not made is named: types of resources and
//! of events that are not known here, policy templates without a row, definitions in another
//! file. What no rule reads is left out without a word: custom domains, usage plans, settings
//! of gradual deployments, answers to CORS. A value that only deploying tells stays as it is.
//!
//! From the bottom up: values (`nodes`), rows (`data`), `globals`, what is `made`, what an event
//! starts (`target`) and is (`given`), roles (`policies`, `starter`), `body`, `apis`, `events`,
//! `function` and `others`.
//!
//! Sources: "AWS SAM resources and properties" and "Generated resources for AWS SAM" in the AWS
//! SAM Developer Guide (2026-11-29). A check of the developers' compares what is made with what
//! AWS's own translator makes.

mod apis;
mod body;
mod data;
mod events;
mod function;
mod given;
mod globals;
mod made;
mod nodes;
mod others;
mod policies;
mod starter;
mod target;

use std::collections::BTreeMap;

use apis::Apis;
use made::{Made, Refused, Unread};

pub use data::{
    Besides, Destination, Event, Globals, Makes, Managed, Sam, Statement, Template, When,
};

use crate::graph::{Graph, Resource};
use crate::value::Node;

/// What the types of SAM begin with.
const TYPES: &str = "AWS::Serverless::";
const FUNCTION: &str = "AWS::Serverless::Function";
const MACHINE: &str = "AWS::Serverless::StateMachine";
const TABLE: &str = "AWS::Serverless::SimpleTable";
const LAYER: &str = "AWS::Serverless::LayerVersion";
const CONNECTOR: &str = "AWS::Serverless::Connector";

/// A template after the transform.
#[derive(Debug)]
pub(crate) struct Expanded {
    /// The graph of resources.
    pub(crate) graph: Graph,
    /// What has not been looked at.
    pub(crate) unread: Vec<Unread>,
    /// What SAM refuses.
    pub(crate) refused: Vec<Refused>,
}

/// What is made of a template; of more resources than `most`, nothing more is made.
pub(crate) fn expand(document: &Node, graph: Graph, known: &Sam, most: usize) -> Expanded {
    let is_sam = |one: &Resource| one.kind.starts_with(TYPES);
    let written = document.get("Resources").map_or(&[][..], Node::entries);
    let attribute = |key: &'static str| {
        let named = written.iter();
        named.filter_map(move |(id, node)| Some((id.as_str(), node.get(key)?)))
    };
    let connectors: Vec<(&str, &Node)> = attribute("Connectors").collect();
    let is_plain = !graph.resources.iter().any(is_sam) && connectors.is_empty();
    if is_plain || graph.resources.len() > most {
        return Expanded {
            graph,
            unread: Vec::new(),
            refused: Vec::new(),
        };
    }
    let globals = document.get("Globals");
    let ignored: BTreeMap<&str, &Node> = attribute("IgnoreGlobals").collect();
    let mut made = Made::new(known, most);
    let mut own = Vec::new();
    for one in &graph.resources {
        if !is_sam(one) {
            made.keep(one.clone());
            continue;
        }
        let ignored = ignored.get(one.id.as_str()).copied();
        match made.with_globals(one, ignored, globals) {
            Some(one) => own.push(one),
            None => leave(&mut made, one),
        }
    }
    for (id, node) in connectors {
        if let Some(one) = graph.get(id) {
            made.not_read(one, node.line, "connector", String::new());
        }
    }
    resources(&mut made, own, &graph, globals);
    let unsure = made.unread.iter().any(|one| one.what == "connector");
    let (mut graph, unread, refused) = made.finish(graph);
    graph.has_more |= unsure;
    Expanded {
        graph,
        unread,
        refused,
    }
}

/// A resource that is not looked at.
fn leave(made: &mut Made<'_>, one: &Resource) {
    if one.kind == CONNECTOR {
        made.not_read(one, one.line, "connector", String::new());
    } else {
        made.not_read(one, one.line, "resource", format!("of {}", one.kind));
    }
    made.keep(one.clone());
}

/// Makes what SAM makes of its resources, APIs last, when all events have been added.
fn resources(made: &mut Made<'_>, own: Vec<Resource>, graph: &Graph, globals: Option<&Node>) {
    let mut apis = Apis::default();
    let (with_api, others): (Vec<Resource>, Vec<Resource>) =
        own.into_iter().partition(apis::is_api);
    for one in with_api {
        apis.add(made, one);
    }
    let all: Vec<&Resource> = others.iter().collect();
    for one in Apis::implicit(made, &all) {
        match made.with_globals(&one, None, globals) {
            Some(one) => apis.add(made, one),
            None => made.not_read(&one, one.line, "resource", format!("of {}", one.kind)),
        }
    }
    for one in &others {
        if made.is_full() {
            made.keep(one.clone());
            continue;
        }
        match one.kind.as_str() {
            FUNCTION => function::expand(made, &mut apis, one, graph),
            MACHINE => others::machine(made, &mut apis, one, graph),
            TABLE => others::table(made, one),
            LAYER => others::layer(made, one),
            _ => leave(made, one),
        }
    }
    for id in apis.ids() {
        apis.expand(made, &id);
    }
}
