//! A stack of `CloudFormation` under Terraform: our templates unchanged, in resources of type
//! `aws_cloudformation_stack`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::graph::{Fault, Graph, Item};
use crate::plan::Planned;
use crate::value::Node;
use crate::write::hcl::quoted;

/// The bucket that the code goes to.
const BUCKET: &str = "aws_cloudformation_stack.code.outputs[\"CodeBucket\"]";
/// Most characters of the stack's name.
const MOST_APP: usize = 41;
/// Variables that every folder has.
const OWN: [&str; 4] = ["app", "execution_role_arn", "images", "region"];
/// Names that modules keep for themselves.
pub(super) const KEPT: [&str; 8] = [
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "providers",
    "source",
    "version",
];

/// What the files of `data/terraform-stack` say.
///
/// # Errors
/// A parameter whose variable would have the name of another.
pub(crate) fn context(
    graph: &Graph,
    planned: &[Planned<'_>],
    app: &str,
    region: &str,
    code_of: &dyn Fn(&Planned<'_>) -> String,
) -> Result<Value, Fault> {
    let mut taken: BTreeSet<String> = OWN.into_iter().chain(KEPT).map(str::to_owned).collect();
    let (mut parameters, mut variables, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    let mut given = vec![
        ("app".to_owned(), json!(app)),
        ("region".to_owned(), json!(region)),
    ];
    for item in &graph.parameters {
        if let Some(value) = built(item, planned, code_of, BUCKET) {
            parameters.push((item.id.as_str(), value));
            continue;
        }
        let name = snake(&item.id);
        if !taken.insert(name.clone()) {
            return Err(Fault(format!("two variables of Terraform named {name}")));
        }
        let variable = variable(item, &name);
        match variable.get("default") {
            Some(value) => given.push((name.clone(), value.clone())),
            None => asked.push(name.clone()),
        }
        variables.push(variable);
        let value = match kind(&item.node) {
            "list(string)" => format!("join(\",\", var.{name})"),
            _ => format!("var.{name}"),
        };
        parameters.push((item.id.as_str(), value));
    }
    let packages: Vec<&str> = planned
        .iter()
        .filter(|one| !one.is_image)
        .map(|one| one.id.as_str())
        .collect();
    let outputs = graph
        .outputs
        .iter()
        .map(|item| json!({"id": item.id, "name": snake(&item.id), "says": says(item)}));
    let wide = |names: &mut dyn Iterator<Item = usize>| names.max().unwrap_or(0);
    let width = wide(&mut parameters.iter().map(|(id, _)| id.len()));
    let parameters = parameters
        .iter()
        .map(|(id, value)| json!({"id": format!("{id:width$}"), "value": value}));
    let width = wide(&mut given.iter().map(|(name, _)| name.len()));
    let given_lines = given
        .iter()
        .map(|(name, value)| json!({"name": format!("{name:width$}"), "value": value}));
    Ok(json!({
        "parameters": parameters.collect::<Vec<_>>(),
        "variables": variables,
        "asked": asked,
        "given": given_lines.collect::<Vec<_>>(),
        "packages": packages,
        "longest": MOST_APP,
        "outputs": outputs.collect::<Vec<_>>(),
    }))
}

/// The value of a parameter that follows from what is built, with the bucket that the code goes to;
/// none for those that a person gives.
pub(super) fn built(
    item: &Item,
    planned: &[Planned<'_>],
    code_of: &dyn Fn(&Planned<'_>) -> String,
    bucket: &str,
) -> Option<String> {
    if item.id == "CodeBucket" {
        return Some(bucket.to_owned());
    }
    planned.iter().find_map(|one| {
        let rest = item.id.strip_prefix(&code_of(one))?;
        match rest {
            "CodeKey" => Some(format!("aws_s3_object.code[{}].key", quoted(&one.id))),
            "ImageUri" => Some(format!("var.images[{}]", quoted(&one.id))),
            _ => None,
        }
    })
}

pub(super) fn says(item: &Item) -> &str {
    let text = item.node.get("Description").and_then(Node::text);
    text.unwrap_or(&item.id)
}

/// The type of a parameter's variable.
pub(super) fn kind(node: &Node) -> &'static str {
    match node.get("Type").and_then(Node::text) {
        Some("Number") => "number",
        Some(kind) if kind.starts_with("List<") || kind == "CommaDelimitedList" => "list(string)",
        _ => "string",
    }
}

/// A parameter as a variable: its type, default, and the same limits.
pub(super) fn variable(item: &Item, name: &str) -> Value {
    let kind = kind(&item.node);
    let mut all = Map::new();
    all.insert("name".to_owned(), json!(name));
    all.insert("says".to_owned(), json!(says(item)));
    all.insert("type".to_owned(), json!(kind));
    if let Some(default) = item.node.get("Default") {
        all.insert("default".to_owned(), of_type(default, kind));
    }
    let limits = [
        "AllowedPattern",
        "AllowedValues",
        "MinLength",
        "MaxLength",
        "MinValue",
        "MaxValue",
    ];
    let rules = limits.iter().filter_map(|limit| {
        let node = item.node.get(limit)?;
        let (condition, message) = rule(limit, node, name, kind)?;
        Some(json!({"condition": condition, "message": message}))
    });
    all.insert("rules".to_owned(), Value::Array(rules.collect()));
    Value::Object(all)
}

/// A value as a variable of a type takes it.
fn of_type(node: &Node, kind: &str) -> Value {
    let text = node.text().unwrap_or_default();
    match kind {
        "number" => serde_json::from_str(text).unwrap_or(Value::Null),
        "list(string)" => text.split(',').map(str::trim).collect(),
        _ => json!(text),
    }
}

/// A limit of a parameter as a condition, and what is said where it does not hold.
fn rule(limit: &str, node: &Node, name: &str, kind: &str) -> Option<(String, String)> {
    let text = || node.text();
    Some(match limit {
        "AllowedPattern" => {
            let whole = quoted(&format!("^(?:{})$", text()?));
            let condition = match kind {
                "list(string)" => {
                    format!("alltrue([for one in var.{name} : can(regex({whole}, one))])")
                }
                _ => format!("can(regex({whole}, var.{name}))"),
            };
            (condition, format!("It must match {}.", text()?))
        }
        "AllowedValues" => {
            let values: Vec<Value> = node.items().iter().map(|one| of_type(one, kind)).collect();
            let values: Vec<String> = values.iter().map(hcl).collect();
            let all = values.join(", ");
            (
                format!("contains([{all}], var.{name})"),
                format!("It must be one of {all}."),
            )
        }
        "MinLength" => (
            format!("length(var.{name}) >= {}", text()?),
            format!("At least {} letters.", text()?),
        ),
        "MaxLength" => (
            format!("length(var.{name}) <= {}", text()?),
            format!("At most {} letters.", text()?),
        ),
        "MinValue" => (
            format!("var.{name} >= {}", text()?),
            format!("At least {}.", text()?),
        ),
        "MaxValue" => (
            format!("var.{name} <= {}", text()?),
            format!("At most {}.", text()?),
        ),
        _ => return None,
    })
}

/// A value as HCL.
pub(crate) fn hcl(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(hcl).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// A logical id as names are in Terraform: `PhotosTimeZone` as `photos_time_zone`.
pub(crate) fn snake(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    let mut out = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(place + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    // A name does not begin with a digit.
    if out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert_str(0, "n_");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_terraform() {
        assert_eq!(snake("PhotosTimeZone"), "photos_time_zone");
        assert_eq!(snake("AppVPCId"), "app_vpc_id");
        assert_eq!(snake("2ndApiImageUri"), "n_2nd_api_image_uri");
    }
}
