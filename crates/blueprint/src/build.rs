//! Puts the planned workloads together into one graph.

use landfall_decide::{Decision, Tipping};
use landfall_source::{Diagnostic, Result};

use crate::blocks::Library;
use crate::graph::{CONTEXT, Fault, Graph};
use crate::plan::{Planned, Profile};
use crate::value::{Node, Value};

/// Most resources of a stack.
const MOST_RESOURCES: usize = 500;

/// The graph of a decision.
///
/// # Errors
/// A fault in a block; more resources than a stack may have.
pub fn build(
    decision: &Decision,
    planned: &[Planned<'_>],
    profile: Profile,
    library: &Library,
) -> Result<Graph> {
    let mut graph = Graph {
        description: title(decision, planned),
        ..Graph::default()
    };
    for one in planned {
        for block in &one.blocks {
            library.put(&mut graph, block, &one.context).map_err(fault)?;
        }
    }
    graph.closed().map_err(fault)?;
    if graph.resources.len() > MOST_RESOURCES {
        let what = format!(
            "{} resources, and a stack takes {MOST_RESOURCES}",
            graph.resources.len()
        );
        let help = "write a blueprint for each workload: --workload ID";
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    tidy(&mut graph);
    graph.metadata = vec![(CONTEXT.to_owned(), context(decision, planned, profile, &graph))];
    Ok(graph)
}

pub(crate) fn fault(fault: Fault) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(fault.0).help("this is Landfall's own fault; please report it"))
}

fn title(decision: &Decision, planned: &[Planned<'_>]) -> String {
    let parts: Vec<String> = planned
        .iter()
        .map(|one| format!("{} on {}", one.workload.id, one.option.name))
        .collect();
    let text = format!("{}: {}", decision.name, parts.join(", "));
    text.chars().filter(char::is_ascii).take(1000).collect()
}

/// Takes out what holds nothing: lists of skips without one, maps without an entry.
fn tidy(graph: &mut Graph) {
    for one in &mut graph.resources {
        prune(&mut one.metadata);
    }
}

fn prune(node: &mut Node) {
    if let Value::Map(entries) = &mut node.value {
        for (_, inner) in entries.iter_mut() {
            prune(inner);
        }
        entries.retain(|(_, inner)| match &inner.value {
            Value::Map(entries) => !entries.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Null => false,
            _ => true,
        });
    }
}

/// Why this is what it is, for people and tools that read the template.
fn context(decision: &Decision, planned: &[Planned<'_>], profile: Profile, graph: &Graph) -> Node {
    let mut must: Vec<Node> = Vec::new();
    if graph.of_kind("AWS::S3::Bucket").any(|one| one.property("NotificationConfiguration").is_some()) {
        must.push("Results must never be written to the bucket whose uploads start the work".into());
    }
    must.push("Change sizes through the workload file and write the blueprint anew".into());
    Node::map([
        ("arch", title(decision, planned).as_str().into()),
        ("must", Value::List(must).into()),
        (
            "why",
            Value::List(planned.iter().flat_map(whys).map(|text| text.as_str().into()).collect()).into(),
        ),
        ("profile", profile.word().into()),
    ])
}

/// Why a workload runs where it does, what was rejected, and when to look again.
pub(crate) fn whys(one: &Planned<'_>) -> Vec<String> {
    let (workload, option) = (one.workload, one.option);
    let id = &workload.id;
    let mut lines = Vec::new();
    let total = option.monthly.as_ref().map(|monthly| monthly.expected.to_cent());
    let dollars = total.map_or_else(|| "an unknown sum".to_owned(), |total| format!("{total} a month"));
    let verdict = option.verdict.word();
    lines.push(format!("{id} on {} ({verdict}): {dollars}", option.platform));
    for reason in option.reasons.iter().take(3) {
        lines.push(format!("{id}: {} ({})", reason.because, reason.source));
    }
    for other in workload.options.iter().filter(|other| other.platform != option.platform) {
        let against = other.monthly.as_ref().map_or_else(
            || other.reasons.first().map_or("excluded".to_owned(), |reason| reason.because.clone()),
            |monthly| format!("{} a month", monthly.expected.to_cent()),
        );
        lines.push(format!("{id} not on {}: {against}", other.platform));
    }
    lines.extend(workload.tipping.iter().map(|tip| reconsider(id, tip)));
    lines
}

fn reconsider(id: &str, tip: &Tipping) -> String {
    let to = tip.to.as_deref().unwrap_or("nothing");
    format!("{id}: reconsider at {} {}: then {to}", tip.fact.name(), tip.at.show(tip.fact))
}
