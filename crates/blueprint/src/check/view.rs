//! What rules ask of a template.

use std::collections::BTreeMap;

use landfall_catalog::Catalog;

use crate::graph::{Graph, Resource, substituted};
use crate::value::{Node, Value};

/// One function of Lambda.
pub(super) const FUNCTION: &str = "AWS::Lambda::Function";

/// The function that a value names: itself, an alias or a version of it.
pub(super) fn function<'g>(graph: &'g Graph, node: &Node) -> Option<&'g Resource> {
    let mut named = graph.named_by(node);
    if named.is_none()
        && let Some(("Fn::Sub", argument)) = node.call()
    {
        // `${Function.Arn}:live`, or the path of an API's integration.
        let text = argument
            .text()
            .or_else(|| argument.items().first()?.text())?;
        let ids: Vec<&str> = substituted(text).collect();
        named = ids
            .iter()
            .filter_map(|name| graph.get(name.split('.').next()?))
            .find(|one| is_callable(one));
    }
    let one = named?;
    if one.kind == FUNCTION {
        return Some(one);
    }
    if is_callable(one) {
        let inner = one.property("FunctionName")?;
        return graph.named_by(inner).filter(|inner| inner.kind == FUNCTION);
    }
    None
}

fn is_callable(one: &Resource) -> bool {
    matches!(
        one.kind.as_str(),
        FUNCTION | "AWS::Lambda::Alias" | "AWS::Lambda::Version"
    )
}

/// A number behind a property, or what holds where it is left out; none where only
/// deploying tells.
pub(super) fn number(graph: &Graph, one: &Resource, path: &str, missing: f64) -> Option<f64> {
    match one.property(path) {
        None => Some(missing),
        Some(node) => graph.plain(node)?.number(),
    }
}

/// A text behind a property.
pub(super) fn text<'g>(graph: &'g Graph, one: &'g Resource, path: &str) -> Option<&'g str> {
    graph.plain(one.property(path)?)?.text()
}

/// Whether a property says true; none where only deploying tells.
pub(super) fn flag(graph: &Graph, one: &Resource, path: &str) -> Option<bool> {
    match one.property(path) {
        None => Some(false),
        Some(node) => graph.plain(node)?.flag(),
    }
}

/// The role of an ARN property, where it stands in the template.
pub(super) fn role<'g>(graph: &'g Graph, one: &Resource, path: &str) -> Option<&'g Resource> {
    let named = graph.named_by(one.property(path)?)?;
    (named.kind == "AWS::IAM::Role").then_some(named)
}

/// What a text is about where it is written in pieces: constants joined, references as
/// `${Id}`.
pub(super) fn pieces(node: &Node) -> String {
    match (&node.value, node.call()) {
        (Value::Text(text), _) => text.clone(),
        (_, Some(("Ref", argument))) => format!("${{{}}}", argument.text().unwrap_or_default()),
        (_, Some(("Fn::GetAtt", argument))) => {
            let parts: Vec<&str> = argument.items().iter().filter_map(Node::text).collect();
            format!("${{{}}}", parts.join("."))
        }
        (_, Some(("Fn::Sub", argument))) => {
            let text = argument.text().or_else(|| argument.items().first()?.text());
            let text = text.unwrap_or_default();
            let own = argument.items().get(1).map_or(&[][..], Node::entries);
            filled(text, own).unwrap_or_else(|| text.to_owned())
        }
        (_, Some(("Fn::Join", argument))) => {
            let by = argument
                .items()
                .first()
                .and_then(Node::text)
                .unwrap_or_default();
            let parts: Vec<String> = argument
                .items()
                .get(1)
                .map_or(&[][..], Node::items)
                .iter()
                .map(pieces)
                .collect();
            parts.join(by)
        }
        _ => String::new(),
    }
}

/// Letters of an ARN at the most; a text that becomes longer is left as it is.
const LONGEST: usize = 2048;

/// The text of a `Fn::Sub` in which names of its own stand for other values; none where there
/// are none, or it becomes too long.
fn filled(text: &str, own: &[(String, Node)]) -> Option<String> {
    if own.is_empty() || text.len() > LONGEST {
        return None;
    }
    let values = own
        .iter()
        .map(|(name, value)| (name.as_str(), pieces(value)));
    let mut values: BTreeMap<&str, String> = values.collect();
    values.retain(|_, value| !value.is_empty());
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.split_once('}');
        let value = name.and_then(|(name, rest)| Some((values.get(name.trim())?, rest)));
        if let Some((value, rest)) = value {
            out.push_str(value);
            out.push_str(rest);
        } else {
            out.push_str("${");
            out.push_str(part);
        }
        if out.len() > LONGEST {
            return None;
        }
    }
    Some(out)
}

/// CPU units of a task or container, in any spelling that ECS takes: `1024`, `1 vCPU`.
pub(super) fn cpu_units(node: &Node) -> Option<f64> {
    spelled(node, &[("vcpu", 1024.0)])
}

/// Memory in MB, in any spelling that ECS takes: `2048`, `2GB`, `2 GB`.
pub(super) fn memory_mb(node: &Node) -> Option<f64> {
    spelled(node, &[("gb", 1024.0), ("mb", 1.0)])
}

/// A number with one of these units, or alone.
fn spelled(node: &Node, units: &[(&str, f64)]) -> Option<f64> {
    let text = node.text()?.trim().to_ascii_lowercase();
    for (unit, times) in units {
        if let Some(number) = text.strip_suffix(unit) {
            return number.trim().parse::<f64>().ok().map(|one| one * times);
        }
    }
    text.parse().ok()
}

/// Paths of a resource for a path in which `*` stands for every item of a list.
pub(super) fn paths(one: &Resource, path: &str) -> Vec<String> {
    let Some((list, rest)) = path.split_once("/*/") else {
        return vec![path.to_owned()];
    };
    let count = one.property(list).map_or(0, |node| node.items().len());
    (0..count)
        .map(|place| format!("{list}/{place}/{rest}"))
        .collect()
}

/// Whether a task may run on Fargate.
pub(super) fn is_fargate(one: &Resource) -> bool {
    let kinds = one
        .property("RequiresCompatibilities")
        .map_or(&[][..], Node::items);
    kinds.iter().any(|kind| kind.text() == Some("FARGATE"))
}

/// The containers of a task.
pub(super) fn containers(one: &Resource) -> &[Node] {
    one.property("ContainerDefinitions")
        .map_or(&[][..], Node::items)
}

/// Whether a container asks for a GPU.
pub(super) fn wants_gpu(container: &Node) -> bool {
    let needs = container
        .get("ResourceRequirements")
        .map_or(&[][..], Node::items);
    needs
        .iter()
        .any(|need| need.get("Type").and_then(Node::text) == Some("GPU"))
}

/// Whether a platform has a size.
pub(super) fn fits(catalog: &Catalog, platform: &str, vcpus: f64, memory_mb: f64) -> bool {
    let Some(platform) = catalog.platform(platform) else {
        return true;
    };
    let same = |a: f64, b: f64| (a - b).abs() < 0.5e-3;
    platform.sizes.iter().any(|size| {
        same(size.vcpus, vcpus)
            && size
                .memory
                .iter()
                .any(|memory| same(memory.as_mb(), memory_mb))
    })
}
