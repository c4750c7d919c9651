//! What rules ask of a template.

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

/// Managed policies of AWS that matter here, and what they allow.
const MANAGED: [(&str, &[&str]); 9] = [
    ("AWSLambdaBasicExecutionRole", &["logs:*"]),
    (
        "AWSLambdaVPCAccessExecutionRole",
        &["logs:*", "ec2:*NetworkInterface*"],
    ),
    (
        "AWSLambdaSQSQueueExecutionRole",
        &[
            "logs:*",
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ],
    ),
    ("AWSLambdaKinesisExecutionRole", &["logs:*", "kinesis:*"]),
    (
        "AWSLambdaDynamoDBExecutionRole",
        &[
            "logs:*",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:DescribeStream",
            "dynamodb:ListStreams",
        ],
    ),
    ("AWSXRayDaemonWriteAccess", &["xray:*"]),
    ("AWSXrayWriteOnlyAccess", &["xray:*"]),
    ("CloudWatchLambdaInsightsExecutionRolePolicy", &["logs:*"]),
    ("AmazonSSMReadOnlyAccess", &["ssm:*"]),
];

/// Whether a role allows an action on anything; none where the template cannot tell,
/// because a policy stands elsewhere.
pub(super) fn allows(graph: &Graph, role: &Resource, action: &str) -> Option<bool> {
    let mut unknown = false;
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
        match MANAGED.iter().find(|(known, _)| Some(*known) == name) {
            Some((_, actions)) if actions.iter().any(|allowed| matches(allowed, action)) => {
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
    let attached = graph.resources.iter().filter(|one| {
        let lists = one
            .property("Roles")
            .map(Node::one_or_more)
            .unwrap_or_default();
        let alone = (one.kind == "AWS::IAM::RolePolicy")
            .then(|| one.property("RoleName"))
            .flatten();
        one.kind.starts_with("AWS::IAM::")
            && lists.into_iter().chain(alone).any(|node| {
                graph
                    .named_by(node)
                    .is_some_and(|named| named.id == role.id)
            })
    });
    for policy in attached {
        if grants(policy.property("PolicyDocument"), action, &mut unknown) {
            return Some(true);
        }
    }
    // A name is all that others need to attach a policy from elsewhere.
    if unknown { None } else { Some(false) }
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
            text.unwrap_or_default().to_owned()
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
