//! A graph as a `CloudFormation` template.

use std::fmt::Write as _;

use landfall_source::escape::{self, is_control, yaml};

use crate::graph::{CONTEXT, Graph, Item, Resource};
use crate::value::{Node, Value, short};

/// Writes the template. What is said of a part under
/// [`CONTEXT`] stands above it as a comment too.
pub fn template(graph: &Graph, comment: &str) -> String {
    with_globals(graph, comment, &[])
}

/// Writes the template, and what of SAM holds for all its functions.
pub(crate) fn with_globals(graph: &Graph, comment: &str, globals: &[(String, Node)]) -> String {
    let mut out = String::new();
    for line in comment.lines() {
        let _ = writeln!(out, "# {}", escape::comment(line));
    }
    let _ = writeln!(out, "AWSTemplateFormatVersion: '2010-09-09'");
    for transform in &graph.transforms {
        let _ = writeln!(out, "Transform: {}", yaml(transform));
    }
    let _ = writeln!(out, "Description: {}", yaml(&graph.description));
    if !graph.metadata.is_empty() {
        let _ = writeln!(out, "Metadata:");
        let metadata: Node = Value::Map(graph.metadata.clone()).into();
        block(&mut out, &metadata, 1);
    }
    items(&mut out, "Parameters", &graph.parameters);
    if !globals.is_empty() {
        let _ = writeln!(out, "\nGlobals:\n  Function:");
        for (key, node) in globals {
            entry(&mut out, key, node, 2);
        }
    }
    let _ = writeln!(out, "\nResources:");
    for one in &graph.resources {
        resource(&mut out, one);
    }
    items(&mut out, "\nOutputs", &graph.outputs);
    out
}

fn items(out: &mut String, title: &str, items: &[Item]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}:");
    for item in items {
        let _ = writeln!(out, "  {}:", yaml(&item.id));
        block(out, &item.node, 2);
    }
}

fn resource(out: &mut String, one: &Resource) {
    let why = one.metadata.at(&format!("{CONTEXT}/why"));
    if let Some(why) = why.and_then(Node::text) {
        let _ = writeln!(out, "\n  # {}", escape::comment(why));
    } else {
        out.push('\n');
    }
    let _ = writeln!(out, "  {}:", yaml(&one.id));
    let _ = writeln!(out, "    Type: {}", yaml(&one.kind));
    match one.depends_on.as_slice() {
        [] => {}
        [only] => {
            let _ = writeln!(out, "    DependsOn: {}", yaml(only));
        }
        all => {
            let _ = writeln!(out, "    DependsOn:");
            for id in all {
                let _ = writeln!(out, "      - {}", yaml(id));
            }
        }
    }
    for (key, node) in &one.policies {
        entry(out, key, node, 2);
    }
    for (key, node) in [("Metadata", &one.metadata), ("Properties", &one.properties)] {
        if !node.entries().is_empty() {
            let _ = writeln!(out, "    {key}:");
            block(out, node, 3);
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// The entries of a map or the items of a list, each on a line of its own.
fn block(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(entries) => {
            for (key, inner) in entries {
                entry(out, key, inner, depth);
            }
        }
        Value::List(items) => {
            for item in items {
                list_item(out, item, depth);
            }
        }
        _ => {}
    }
}

fn entry(out: &mut String, key: &str, node: &Node, depth: usize) {
    indent(out, depth);
    let _ = write!(out, "{}:", yaml(key));
    rest(out, node, depth);
}

/// What stands after a key or a tag: the value itself, or a block below it.
fn rest(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(entries) if entries.is_empty() => out.push_str(" {}\n"),
        Value::List(items) if items.is_empty() => out.push_str(" []\n"),
        Value::Map(_) | Value::List(_) => {
            out.push('\n');
            block(out, node, depth + 1);
        }
        Value::Text(text) if is_long(text) => {
            out.push_str(" |\n");
            for line in text.lines() {
                if !line.is_empty() {
                    indent(out, depth + 1);
                }
                let _ = writeln!(out, "{line}");
            }
        }
        Value::Call(name, argument) => {
            let _ = write!(out, " !{}", short(name));
            match (name.as_str(), argument.items()) {
                ("Fn::GetAtt", items) => {
                    let parts: Vec<&str> = items.iter().filter_map(Node::text).collect();
                    let _ = writeln!(out, " {}", yaml(&parts.join(".")));
                }
                _ if argument.call().is_some() => {
                    // A tag cannot follow a tag: the inner function takes its long form.
                    out.push('\n');
                    indent(out, depth + 1);
                    long(out, argument, depth + 1);
                }
                _ => rest(out, argument, depth),
            }
        }
        _ => {
            let _ = writeln!(out, " {}", plain(node));
        }
    }
}

fn long(out: &mut String, node: &Node, depth: usize) {
    if let Some((name, argument)) = node.call() {
        let _ = write!(out, "{name}:");
        match (name, argument.items()) {
            ("Fn::GetAtt", items) => {
                let parts = items.iter().filter_map(Node::text).map(in_list);
                let _ = writeln!(out, " [{}]", parts.collect::<Vec<_>>().join(", "));
            }
            _ => rest(out, argument, depth),
        }
    }
}

fn list_item(out: &mut String, item: &Node, depth: usize) {
    indent(out, depth);
    match &item.value {
        Value::Map(entries) if !entries.is_empty() => {
            // The first entry stands beside the dash.
            let mut inner = String::new();
            block(&mut inner, item, depth + 1);
            let text = inner.get((depth + 1) * 2..).unwrap_or_default();
            let _ = write!(out, "- {text}");
        }
        Value::List(items) if !items.is_empty() => {
            let mut inner = String::new();
            block(&mut inner, item, depth + 1);
            let text = inner.get((depth + 1) * 2..).unwrap_or_default();
            let _ = write!(out, "- {text}");
        }
        _ => {
            out.push('-');
            rest(out, item, depth);
        }
    }
}

/// A scalar in a list on one line.
fn in_list(text: &str) -> String {
    if escape::is_word(text) {
        text.to_owned()
    } else {
        escape::quoted(text)
    }
}

fn is_long(text: &str) -> bool {
    let steers = |letter: char| is_control(letter) && letter != '\n';
    text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && !text.contains(steers)
}

fn plain(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(text) => text.clone(),
        Value::Text(text) => yaml(text),
        _ => String::new(),
    }
}
