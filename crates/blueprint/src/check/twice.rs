//! What may be there once, and is there twice: names, ports, priorities, addresses.

use std::collections::BTreeMap;

use super::Found;
use super::reach::cidr;
use super::view::text;
use crate::graph::{Graph, Resource};
use crate::value::{Node, Value};

/// Types of which no two have one name in an account and a region, and the property with it.
const NAMES: [(&str, &str); 8] = [
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::Kinesis::Stream", "Name"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
];

pub(super) fn check(found: &mut Found<'_>) {
    for (kind, property) in NAMES {
        of_one_value(found, "name-twice", kind, &[property], "the same name");
    }
    let listener = "AWS::ElasticLoadBalancingV2::Listener";
    of_one_value(
        found,
        "listener-twice",
        listener,
        &["LoadBalancerArn", "Port"],
        "the same port of one load balancer",
    );
    let rule = "AWS::ElasticLoadBalancingV2::ListenerRule";
    of_one_value(
        found,
        "priority-twice",
        rule,
        &["ListenerArn", "Priority"],
        "the same priority at one listener",
    );
    addresses(found);
}

/// Resources that are there whatever the conditions, and each once.
fn sure<'g>(graph: &'g Graph, kind: &'g str) -> impl Iterator<Item = &'g Resource> {
    graph.of_kind(kind).filter(|one| one.condition.is_none())
}

/// Two resources with the same values of these properties.
fn of_one_value(
    found: &mut Found<'_>,
    rule: &'static str,
    kind: &str,
    properties: &[&str],
    what: &str,
) {
    let graph = found.graph;
    let mut seen: BTreeMap<String, &Resource> = BTreeMap::new();
    for one in sure(graph, kind) {
        let values: Option<Vec<String>> = properties
            .iter()
            .map(|path| said(one.property(path)?))
            .collect();
        let Some(values) = values else { continue };
        if let Some(first) = seen.get(&values.join("\n")) {
            let message = format!("{} and {} have {what}", first.id, one.id);
            let line = properties.last().map_or(one.line, |path| one.line_of(path));
            found.of_both(rule, one, first, line, message);
        } else {
            seen.insert(values.join("\n"), one);
        }
    }
}

/// A value in words that are the same where it is the same when deployed; none where nobody can
/// tell.
fn said(node: &Node) -> Option<String> {
    match (&node.value, node.call()) {
        (Value::Text(text) | Value::Number(text), _) => Some(text.clone()),
        (_, Some(("Ref" | "Fn::GetAtt" | "Fn::Sub", argument))) => {
            let parts = argument.one_or_more().into_iter().map(Node::text);
            let parts: Option<Vec<&str>> = parts.collect();
            Some(format!("{}\t{}", node.call()?.0, parts?.join("\t")))
        }
        _ => None,
    }
}

/// Subnets whose addresses lie in their network, and in no other subnet.
fn addresses(found: &mut Found<'_>) {
    let graph = found.graph;
    let range = |one: &Resource| cidr(text(graph, one, "CidrBlock")?).map(ends);
    let has_more = graph.of_kind("AWS::EC2::VPCCidrBlock").next().is_some();
    let mut seen: Vec<(&Resource, &Resource, (u32, u32))> = Vec::new();
    for one in sure(graph, "AWS::EC2::Subnet") {
        let network = one.property("VpcId").and_then(|node| graph.named_by(node));
        let (Some(network), Some(own)) = (network, range(one)) else {
            continue;
        };
        if range(network).is_some_and(|whole| !has_more && !within(own, whole)) {
            let what = format!("{} has addresses that {} does not have", one.id, network.id);
            found.at("subnet-beyond-network", one, "CidrBlock", what);
        }
        let other = seen
            .iter()
            .find(|(_, of, range)| of.id == network.id && meet(own, *range));
        if let Some((other, _, _)) = other {
            let what = format!("{} has addresses of {}", one.id, other.id);
            let line = one.line_of("CidrBlock");
            found.of_both("subnets-overlap", one, other, line, what);
        }
        seen.push((one, network, own));
    }
}

/// The first and the last address of a range.
fn ends((address, bits): (u32, u32)) -> (u32, u32) {
    let free = u32::MAX.checked_shr(bits).unwrap_or(0);
    (address & !free, address | free)
}

fn within(inner: (u32, u32), outer: (u32, u32)) -> bool {
    outer.0 <= inner.0 && inner.1 <= outer.1
}

fn meet(one: (u32, u32), other: (u32, u32)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}
