//! What policies of IAM allow, and whom.

use super::Found;
use crate::graph::{Graph, Resource};
use crate::value::{Node, Value};

/// Whether a role allows an action on anything; none where the template cannot tell,
/// because a policy stands elsewhere.
pub(super) fn allows(found: &Found<'_>, role: &Resource, action: &str) -> Option<bool> {
    let graph = found.graph;
    let mut unknown = graph.has_more;
    let managed = role.property("ManagedPolicyArns").map(Node::one_or_more);
    for policy in managed.unwrap_or_default() {
        let name = match (&policy.value, policy.call()) {
            (Value::Text(text), _) => text.rsplit('/').next(),
            (_, Some(("Fn::Sub", argument))) => {
                argument.text().and_then(|text| text.rsplit('/').next())
            }
            (_, Some(("Fn::Join", argument))) => argument
                .items()
                .get(1)
                .and_then(|parts| parts.items().last()?.text()?.rsplit('/').next()),
            _ => None,
        };
        let known = found.known.managed.iter();
        match known
            .into_iter()
            .find(|one| Some(one.name.as_str()) == name)
        {
            Some(one) if one.actions.iter().any(|allowed| matches(allowed, action)) => {
                return Some(true);
            }
            Some(_) => {}
            None => match graph.named_by(policy) {
                Some(own) if own.property("PolicyDocument").is_some() => {
                    if grants(own.property("PolicyDocument"), action, &mut unknown) {
                        return Some(true);
                    }
                }
                _ => unknown = true,
            },
        }
    }
    let inline = role.property("Policies");
    if inline.is_some_and(|node| node.call().is_some()) {
        unknown = true;
    }
    for policy in inline.map_or(&[][..], Node::items) {
        if policy.call().is_some() {
            unknown = true;
        }
        if grants(policy.get("PolicyDocument"), action, &mut unknown) {
            return Some(true);
        }
    }
    for policy in attached(graph, role) {
        if grants(policy.property("PolicyDocument"), action, &mut unknown) {
            return Some(true);
        }
    }
    // A name is all that others need to attach a policy from elsewhere.
    if unknown { None } else { Some(false) }
}

/// Policies of a template that name a role as theirs.
fn attached<'g>(graph: &'g Graph, role: &'g Resource) -> impl Iterator<Item = &'g Resource> {
    graph.resources.iter().filter(move |one| {
        let lists = one.property("Roles").map(Node::one_or_more);
        let alone = (one.kind == "AWS::IAM::RolePolicy")
            .then(|| one.property("RoleName"))
            .flatten();
        let mut named = lists.unwrap_or_default().into_iter().chain(alone);
        one.kind.starts_with("AWS::IAM::")
            && named.any(|node| {
                graph
                    .named_by(node)
                    .is_some_and(|named| named.id == role.id)
            })
    })
}

/// The policy documents of a role that stand in the template, wherever they are attached.
pub(super) fn documents<'g>(graph: &'g Graph, role: &'g Resource) -> Vec<&'g Node> {
    let inline = role.property("Policies").map_or(&[][..], Node::items);
    let inline = inline
        .iter()
        .filter_map(|policy| policy.get("PolicyDocument"));
    let managed = role.property("ManagedPolicyArns").map(Node::one_or_more);
    let managed = managed.unwrap_or_default().into_iter();
    let managed = managed.filter_map(|node| graph.named_by(node)?.property("PolicyDocument"));
    let others = attached(graph, role).filter_map(|policy| policy.property("PolicyDocument"));
    inline.chain(managed).chain(others).collect()
}

fn grants(document: Option<&Node>, action: &str, unknown: &mut bool) -> bool {
    statements(document).into_iter().any(|statement| {
        if statement.call().is_some() {
            *unknown = true;
        }
        is_allow(statement)
            && (statement.get("NotAction").is_some()
                || actions(statement).any(|allowed| matches(allowed, action)))
    })
}

/// The statements of a policy document.
pub(super) fn statements(document: Option<&Node>) -> Vec<&Node> {
    let statement = document.and_then(|node| node.get("Statement"));
    statement.map(Node::one_or_more).unwrap_or_default()
}

pub(super) fn is_allow(statement: &Node) -> bool {
    statement.get("Effect").and_then(Node::text) == Some("Allow")
}

/// The actions that a statement names.
pub(super) fn actions(statement: &Node) -> impl Iterator<Item = &str> {
    let named = statement.get("Action").map(Node::one_or_more);
    named.unwrap_or_default().into_iter().filter_map(Node::text)
}

/// Whether a pattern of IAM, as `s3:Put*`, covers an action.
pub(super) fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut rest = action.as_str();
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else {
        return false;
    };
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    let mut last = None;
    for part in parts {
        last = Some(part);
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    match last {
        None => rest.is_empty(),
        Some("") => true,
        Some(end) => action.ends_with(end),
    }
}

/// The services that a statement's principal names.
pub(super) fn services(statement: &Node) -> Vec<String> {
    let named = statement.at("Principal/Service").map(Node::one_or_more);
    let text = |node: &Node| match node.call() {
        Some(("Fn::Sub", argument)) => argument.text().map(str::to_owned),
        Some(_) => None,
        None => node.text().map(str::to_owned),
    };
    named
        .unwrap_or_default()
        .into_iter()
        .filter_map(text)
        .collect()
}

/// Whether anyone may, as far as the principal goes.
pub(super) fn is_anyone(statement: &Node) -> bool {
    let principal = statement.get("Principal");
    let all = |node: &Node| node.text() == Some("*");
    principal.is_some_and(|node| {
        all(node)
            || node
                .entries()
                .iter()
                .any(|(_, inner)| inner.one_or_more().into_iter().any(all))
    })
}

/// Whether a policy lets a service do something; none where the principal is written in
/// a way that cannot be read.
pub(super) fn admits(document: Option<&Node>, service: &str, action: &str) -> bool {
    statements(document).into_iter().any(|statement| {
        let unreadable = statement.call().is_some()
            || statement
                .get("Principal")
                .is_some_and(|node| node.call().is_some())
            || statement.at("Principal/Service").is_some_and(|node| {
                node.one_or_more()
                    .into_iter()
                    .any(|inner| inner.call().is_some_and(|(name, _)| name != "Fn::Sub"))
            });
        unreadable
            || is_allow(statement)
                && (is_anyone(statement) || services(statement).iter().any(|one| one == service))
                && actions(statement).any(|allowed| matches(allowed, action))
    })
}
