//! Events that a function reads: queues, streams, topics of Kafka, brokers, clusters.

use crate::sam::given::Given;
use crate::sam::made::Made;
use crate::sam::nodes::{Properties, allow, map, text};
use crate::sam::policies::Role;
use crate::sam::target::Target;
use crate::value::{Node, Value};

/// Properties that are the mapping's own.
const KEYS: [&str; 21] = [
    "StartingPosition",
    "StartingPositionTimestamp",
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KmsKeyArn",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "LoggingConfig",
    "KafkaBootstrapServers",
];

/// A mapping, and what the role needs to read.
pub(super) fn expand(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>, role: &mut Role) {
    let line = given.line;
    let source = given.get(&given.row.source);
    let mut properties = Properties::default();
    properties.put("FunctionName", target.name(line));
    properties.maybe("EventSourceArn", source);
    for key in KEYS {
        if let Some(node) = given.get(key) {
            match key {
                "KafkaBootstrapServers" => {
                    let ends = map(node.line, [(key, node.clone())]);
                    let source = map(node.line, [("Endpoints", ends)]);
                    properties.put("SelfManagedEventSource", source);
                }
                _ => properties.put(key, node.clone()),
            }
        }
    }
    let id = target.id(given.name);
    if let Some(letters) = given.get("DestinationConfig") {
        properties.put("DestinationConfig", without_type(letters));
        failed(made, target, given, letters, role);
    }
    made.beside(
        target.of,
        &id,
        line,
        "AWS::Lambda::EventSourceMapping",
        properties.at(line),
    );
    if let Some(name) = &given.row.managed {
        role.add_managed(line, name);
    }
    let besides = given.row.besides.iter();
    let besides = besides.filter(|row| given.get(&row.with).is_some());
    let mut actions = given.row.allows.clone();
    actions.extend(besides.flat_map(|row| row.actions.iter().cloned()));
    if !actions.is_empty() {
        let statement = allow(line, &actions, text(line, "*"));
        role.add_inline(line, format!("{id}Policy"), vec![statement]);
    }
}

/// The role may write to where failed batches go, where the type of that is said.
fn failed(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    letters: &Node,
    role: &mut Role,
) {
    let Some(to) = letters.get("OnFailure") else {
        return;
    };
    let Some(kind) = to.get("Type").and_then(Node::text) else {
        return;
    };
    let row = made.known.destination(kind);
    match (row, to.get("Destination")) {
        (Some(row), Some(arn)) => {
            let statement = allow(to.line, &row.actions, arn.clone());
            let name = format!("{}FailurePolicy", target.id(given.name));
            role.add_inline(to.line, name, vec![statement]);
        }
        // Kafka takes failed batches without any policy of the role.
        _ if kind == "Kafka" => {}
        _ => {
            let of = format!("of type {kind}");
            made.not_read(target.of, to.line, "destination", of);
        }
    }
}

/// What failed goes where it is said; of what type that is, only SAM wants to know.
fn without_type(letters: &Node) -> Node {
    let mut letters = letters.clone();
    if let Value::Map(sides) = &mut letters.value {
        for (_, side) in sides {
            if let Value::Map(entries) = &mut side.value {
                entries.retain(|(key, _)| key != "Type");
            }
        }
    }
    letters
}
