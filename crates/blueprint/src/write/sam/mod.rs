//! A graph of functions as a template of SAM: shorter, and by its transform the same resources
//! with the same properties.
//!
//! A function takes in what SAM makes of its properties and events: its version and alias, its
//! address, what becomes of failed calls, event source mappings, rules, schedules, and an HTTP API
//! with its routes. A resource that says more than SAM can say stays as it is. So do roles: one
//! that SAM makes has a managed policy that lets it write to every log group, and the roles of a
//! blueprint write to one. A policy template stands in a role of SAM's alone, so there is none.
//! So do permissions and notifications of a bucket: SAM's permission names no bucket.
//!
//! From the bottom up: what is left of the graph (`work`), the `function` in the making, what
//! stands `around` it, `events`, `api`, and what functions have in common (`globals`). Sources:
//! "AWS SAM resources and properties" in the AWS SAM Developer Guide (2026-11-29). A check of the
//! developers' compares what AWS's own translator makes of every template with the graph.

mod api;
mod around;
mod events;
mod function;
mod globals;
mod work;

use landfall_source::{Diagnostic, Result};

pub(crate) use function::Build;

use crate::graph::{Graph, Resource};
use crate::plan::Planned;
use crate::sam::Sam;
use crate::value::Node;

/// The transform that a template of SAM asks for.
const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// Properties that a function of SAM does not have together: its instances have the network.
const CAPACITY: &str = "CapacityProviderConfig";
const NETWORK: &str = "VpcConfig";

/// A template of SAM.
#[derive(Debug)]
pub(crate) struct Written {
    /// The graph, with the types of SAM.
    pub(crate) graph: Graph,
    /// What holds for all functions, by property.
    pub(crate) globals: Vec<(String, Node)>,
}

/// Writes a graph with the types of SAM.
///
/// # Errors
/// A workload that is no function; a function that SAM does not take.
pub(crate) fn written(graph: &Graph, planned: &[Planned<'_>], known: &Sam) -> Result<Written> {
    if let Some(one) = planned.iter().find(|one| !one.is_function()) {
        let runs = format!("runs on {}", one.option.name);
        return Err(refused(&one.id, &runs, "SAM describes functions alone"));
    }
    let is_refused = |one: &&Resource| {
        [CAPACITY, NETWORK]
            .iter()
            .all(|key| one.property(key).is_some())
    };
    if let Some(one) = graph.of_kind(function::KIND).find(is_refused) {
        let why = format!("SAM takes no {NETWORK} beside {CAPACITY}");
        return Err(refused(
            &one.id,
            "runs on managed instances in a network",
            &why,
        ));
    }
    let mut work = work::Work::new(graph.clone());
    for one in graph.of_kind(function::KIND) {
        let mut made = function::Function::of(one, planned, known);
        around::published(&mut work, &mut made);
        around::address(&mut work, &mut made);
        around::invoked(&mut work, &mut made, known);
        events::taken(&mut work, &mut made, known);
        api::taken(&mut work, &mut made);
        work.put(made.finish());
    }
    let mut graph = work.finish();
    graph.transforms.push(TRANSFORM.to_owned());
    graph.drop_unread_parameters();
    let globals = globals::shared(&mut graph, known);
    Ok(Written { graph, globals })
}

fn refused(id: &str, does: &str, why: &str) -> Box<Diagnostic> {
    let help = "--format cloudformation, cdk and terraform write it; --workload ID writes one \
                workload, --platform lambda a function where that is feasible";
    Box::new(Diagnostic::new(format!("`{id}` {does}, and {why}")).help(help))
}
