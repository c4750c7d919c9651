//! Tables of `DynamoDB`: keys, and how they are paid for.

use std::collections::BTreeSet;

use super::Found;
use super::view::text;
use crate::graph::Resource;
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in graph.of_kind("AWS::DynamoDB::Table") {
        attributes(found, one);
        throughput(found, one);
    }
}

/// Attributes that are defined are those of keys, and the other way round.
fn attributes(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "AttributeDefinitions";
    let names = |node: Option<&Node>| -> Option<BTreeSet<String>> {
        let items = node.map_or(&[][..], Node::items).iter();
        items
            .map(|item| Some(item.get("AttributeName")?.text()?.to_owned()))
            .collect()
    };
    let is_list = |path: &str| one.property(path).is_none_or(|node| node.call().is_none());
    let parts = [
        "KeySchema",
        PATH,
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
    ];
    if !parts.into_iter().all(is_list) || one.property(PATH).is_none() {
        return;
    }
    let mut keys = names(one.property("KeySchema"));
    for index in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        for item in one.property(index).map_or(&[][..], Node::items) {
            let of_index = item.get("KeySchema").filter(|node| node.call().is_none());
            let of_index = of_index.and_then(|node| names(Some(node)));
            keys = keys.zip(of_index).map(|(mut all, more)| {
                all.extend(more);
                all
            });
        }
    }
    let (Some(keys), Some(defined)) = (keys, names(one.property(PATH))) else {
        return;
    };
    let lacking: Vec<&str> = keys.difference(&defined).map(String::as_str).collect();
    let unused: Vec<&str> = defined.difference(&keys).map(String::as_str).collect();
    let id = &one.id;
    let what = match (lacking.as_slice(), unused.as_slice()) {
        ([], []) => return,
        ([], unused) => format!("{id} defines {}, which no key of it has", unused.join(", ")),
        (lacking, _) => format!(
            "{id} has keys of {}, which it does not define",
            lacking.join(", ")
        ),
    };
    found.at("table-attributes", one, PATH, what);
}

/// A table is paid for by request or by throughput, which must be said.
fn throughput(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "ProvisionedThroughput";
    let mode = match one.property("BillingMode") {
        None => Some("PROVISIONED"),
        Some(_) => text(found.graph, one, "BillingMode"),
    };
    let said = one.property(PATH);
    let what = match (mode, said) {
        (Some("PROVISIONED"), None) => format!("{} is billed by throughput and says none", one.id),
        (Some("PAY_PER_REQUEST"), Some(node)) if node.call().is_none() => {
            format!("{} is billed by request and says a throughput", one.id)
        }
        _ => return,
    };
    found.at("table-throughput", one, PATH, what);
}
