//! Secrets in the open, and logs: their keys, and how long they are kept.

use super::Found;
use crate::graph::Resource;
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            "AWS::Lambda::Function" => {
                for (name, value) in one
                    .property("Environment/Variables")
                    .map_or(&[][..], Node::entries)
                {
                    secret(found, one, name, value, value.line);
                }
            }
            "AWS::ECS::TaskDefinition" => {
                for container in one
                    .property("ContainerDefinitions")
                    .map_or(&[][..], Node::items)
                {
                    variables(found, one, container.get("Environment"));
                }
            }
            "AWS::Batch::JobDefinition" => {
                variables(found, one, one.property("ContainerProperties/Environment"));
            }
            "AWS::Logs::LogGroup" => logs(found, one),
            _ => {}
        }
    }
}

fn logs(found: &mut Found<'_>, one: &Resource) {
    if one.property("RetentionInDays").is_none() {
        let message = format!("{} keeps its logs for ever", one.id);
        found.at("logs-kept-for-ever", one, "", message);
    }
    let key = one.property("KmsKeyId").and_then(Node::call);
    // `Ref` gives the ID of a key.
    let id = key.filter(|(name, _)| *name == "Ref");
    let id = id.and_then(|(_, argument)| argument.text());
    let key = id.and_then(|id| found.graph.get(id));
    if let Some(key) = key.filter(|key| key.kind == "AWS::KMS::Key") {
        let message = format!(
            "{} names {} by its ID, and CloudWatch Logs takes an ARN",
            one.id, key.id
        );
        found.at("log-key-by-id", one, "KmsKeyId", message);
    }
}

fn variables(found: &mut Found<'_>, one: &Resource, list: Option<&Node>) {
    for variable in list.map_or(&[][..], Node::items) {
        if let (Some(name), Some(value)) = (
            variable.get("Name").and_then(Node::text),
            variable.get("Value"),
        ) {
            secret(found, one, name, value, variable.line);
        }
    }
}

/// Words that end the name of a secret, and those after which it is but a name of one.
const SECRETS: [&str; 9] = [
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "SECRET_KEY",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_TOKEN",
    "AUTH_TOKEN",
];

fn secret(found: &mut Found<'_>, one: &Resource, name: &str, value: &Node, line: usize) {
    let upper = name.to_ascii_uppercase().replace('-', "_");
    let is_secret = SECRETS.iter().any(|word| {
        upper == *word
            || upper.ends_with(&format!("_{word}"))
            || upper.ends_with(word) && *word == "PASSWORD"
    });
    if !is_secret {
        return;
    }
    let open = match value.call() {
        Some(("Ref", argument)) => argument.text().is_some_and(|id| {
            let parameter = found.graph.parameter(id);
            // A parameter of the Parameter Store or of Secrets Manager names what it is.
            parameter.is_some_and(|node| node.get("Type").and_then(Node::text) == Some("String"))
        }),
        Some(_) => false,
        None => value.text().is_some_and(|text| {
            !text.is_empty()
                && !text.contains("{{resolve:")
                && !text.starts_with("arn:")
                && !text.starts_with('/')
        }),
    };
    if open {
        let what = format!(
            "{name} of {} stands in the environment for everyone to read",
            one.id
        );
        found.at_line("secret-in-the-open", one, line, what);
    }
}
