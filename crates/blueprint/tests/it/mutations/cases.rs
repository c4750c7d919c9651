//! Goal: whole templates with known mistakes are found to have these and no others, written
//! in YAML or in JSON.

use std::collections::BTreeSet;

use landfall_blueprint::check::{Checker, Finding, Level};
use landfall_blueprint::value::{Node, Value};
use landfall_blueprint::yaml;
use landfall_catalog::Catalog;
use landfall_source::Source;
use serde_json::json;

/// Resource, rule and level of each mistake.
type Expected = (&'static str, &'static str, Level);

const MAPPINGS: [Expected; 10] = [
    ("BatchNoWindow", "batch-without-window", Level::Error),
    ("FifoBatch", "value-out-of-bounds", Level::Error),
    ("FifoBatch", "window-on-fifo", Level::Error),
    ("FifoWindow", "window-on-fifo", Level::Error),
    ("MaxOne", "value-out-of-bounds", Level::Error),
    (
        "MaxAboveReserved",
        "concurrency-above-reserved",
        Level::Warning,
    ),
    ("StreamPar", "value-out-of-bounds", Level::Error),
    ("StreamTumble", "window-with-factor", Level::Error),
    ("StreamScaling", "mapping-of-another-source", Level::Error),
    ("StreamTimestamp", "start-without-time", Level::Error),
];

const NETWORK: [Expected; 6] = [
    ("FilesGroup", "files-not-admitted", Level::Error),
    ("TaskGroup", "balancer-not-admitted", Level::Error),
    ("Balancer", "too-few-zones", Level::Error),
    ("Service", "deployment-stuck", Level::Error),
    ("Service", "no-way-out", Level::Error),
    ("Scaling", "least-above-most", Level::Error),
];

/// A template in JSON, with the long forms of functions.
fn as_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => json!(flag),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(as_json).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, inner)| (key.clone(), as_json(inner)))
            .collect(),
        Value::Call(name, argument) => json!({name: as_json(argument)}),
    }
}

/// The resource on whose lines a finding stands.
fn owner(text: &str, line: usize) -> &str {
    let heads = text.lines().take(line).filter(|one| {
        let inner = one.trim_start();
        one.len() - inner.len() == 2 && inner.contains(':')
    });
    let head = heads.last().unwrap().trim_start();
    head.split(':').next().unwrap()
}

#[test]
fn known_templates_have_their_mistakes_in_either_form() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    for (text, expected) in [
        (include_str!("../cases/mappings.yaml"), &MAPPINGS[..]),
        (include_str!("../cases/network.yaml"), &NETWORK[..]),
        (include_str!("../cases/network-right.yaml"), &[][..]),
    ] {
        let found = checker.check(&Source::new("t", text)).unwrap().unwrap();
        let all: BTreeSet<(&str, &str, Level)> = found
            .iter()
            .map(|one| (owner(text, one.line), one.rule.as_str(), one.level))
            .collect();
        let wanted: BTreeSet<Expected> = expected.iter().copied().collect();
        assert_eq!(all, wanted);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        let documents = yaml::read(&Source::new("t", text)).unwrap();
        let json = serde_json::to_string_pretty(&as_json(&documents[0])).unwrap();
        let same = checker.check(&Source::new("t", &json)).unwrap().unwrap();
        let told = |all: &[Finding]| -> BTreeSet<(String, String)> {
            all.iter()
                .map(|one| (one.rule.clone(), one.message.clone()))
                .collect()
        };
        assert_eq!(told(&same), told(&found));
    }
}
