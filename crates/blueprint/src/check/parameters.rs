//! Values of parameters that their own template refuses.

use super::Found;
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for item in &graph.parameters {
        let Some(value) = item
            .node
            .get("Default")
            .filter(|value| value.text().is_some())
        else {
            continue;
        };
        let text = value.text().unwrap_or_default();
        let Some(why) = refused(&item.node, text) else {
            continue;
        };
        let is_open = item.node.get("NoEcho").and_then(Node::flag) != Some(true);
        let shown = if is_open {
            format!(" {text}")
        } else {
            String::new()
        };
        let what = format!("{} has the value{shown}, and {why}", item.id);
        found.note(value.line, "parameter-refused", what);
    }
}

/// Why a value is refused; none where it is taken.
fn refused(parameter: &Node, value: &str) -> Option<String> {
    let kind = parameter.get("Type").and_then(Node::text)?;
    let limit = |key: &str| parameter.get(key).and_then(Node::number);
    // Of a list each item is held against what is allowed.
    let values: Vec<&str> = match kind {
        "CommaDelimitedList" => value.split(',').map(str::trim).collect(),
        "String" | "Number" => vec![value],
        _ => return None,
    };
    if let Some(allowed) = parameter.get("AllowedValues") {
        let texts: Option<Vec<&str>> = allowed.items().iter().map(said).collect();
        let texts = texts.filter(|texts| !texts.is_empty())?;
        let is_allowed = |one: &&str| {
            let number = one.parse::<f64>().ok().filter(|_| kind == "Number");
            texts
                .iter()
                .any(|text| text == one || (number.is_some() && text.parse::<f64>().ok() == number))
        };
        if !values.iter().all(is_allowed) {
            return Some(format!("its AllowedValues are {}", texts.join(", ")));
        }
    }
    let length = value.chars().count() as f64;
    let number = value.parse::<f64>().ok();
    match kind {
        "String" if limit("MinLength").is_some_and(|least| length < least) => {
            Some("that is shorter than its MinLength".to_owned())
        }
        "String" if limit("MaxLength").is_some_and(|most| length > most) => {
            Some("that is longer than its MaxLength".to_owned())
        }
        "Number" if number.is_none() => Some("its type is Number".to_owned()),
        "Number" if limit("MinValue").is_some_and(|least| number < Some(least)) => {
            Some("that is below its MinValue".to_owned())
        }
        "Number" if limit("MaxValue").is_some_and(|most| number > Some(most)) => {
            Some("that is above its MaxValue".to_owned())
        }
        _ => None,
    }
}

/// A value as `CloudFormation` compares it.
fn said(node: &Node) -> Option<&str> {
    match node.flag() {
        Some(true) => Some("true"),
        Some(false) => Some("false"),
        None => node.text(),
    }
}
