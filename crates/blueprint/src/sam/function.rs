//! `AWS::Serverless::Function`: the function, its role, version, alias, address and what
//! becomes of failed calls.

use super::apis::Apis;
use super::data::When;
use super::events;
use super::made::Made;
use super::nodes::{Properties, allow, attribute, call, map, reference, text};
use super::policies::Role;
use super::target::Target;
use crate::graph::{Graph, Resource};
use crate::value::{Node, Value};

const KIND: &str = "AWS::Lambda::Function";
const ALIAS: &str = "AutoPublishAlias";

/// Properties of SAM that are not the function's.
const OF_SAM: [&str; 21] = [
    "AssumeRolePolicyDocument",
    ALIAS,
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CapacityProviderConfig",
    "CodeUri",
    "DeadLetterQueue",
    "DeploymentPreference",
    "EventInvokeConfig",
    "Events",
    "FunctionUrlConfig",
    "ImageUri",
    "InlineCode",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "RolePath",
    "Tracing",
    "VersionDeletionPolicy",
    "VersionDescription",
];

/// Makes what SAM makes of a function.
pub(super) fn expand(made: &mut Made<'_>, apis: &mut Apis, one: &Resource, graph: &Graph) {
    let mut properties = own(one);
    let mut role = permissions(made, one, graph);
    let target = Target {
        of: one,
        alias: published(made, one, graph),
        is_machine: false,
    };
    address(made, &target);
    invoked(made, &target, &mut role);
    events::expand(made, apis, &target, &mut role, graph);
    let id = format!("{}Role", one.id);
    let line = one.line_of("Role");
    let arn = || attribute(line, &id, "Arn");
    match one.properties.get("Role") {
        None => {
            properties.put("Role", arn());
            role.make(made, one, &id, "lambda.amazonaws.com");
        }
        Some(given) => match conditional(given) {
            None => properties.put("Role", given.clone()),
            Some((condition, [is_left_out, _], parts)) => {
                // The role is made where the condition leaves none.
                let made_on = if is_left_out {
                    condition.clone()
                } else {
                    format!("NOT{condition}")
                };
                let parts = parts.iter().map(|part| part.cloned().unwrap_or_else(arn));
                let parts = std::iter::once(text(line, condition)).chain(parts);
                let value = Value::List(parts.collect());
                properties.put("Role", call(line, "Fn::If", Node { line, value }));
                role.make(made, one, &id, "lambda.amazonaws.com");
                if let Some(role) = made.get_mut(&id) {
                    role.condition = Some(made_on);
                }
            }
        },
    }
    made.instead(one, KIND, properties.at(one.properties.line));
}

/// The condition of a value of which one side is left out, which sides are, and the sides
/// that are not.
type Conditional<'n> = (String, [bool; 2], [Option<&'n Node>; 2]);

fn conditional(node: &Node) -> Option<Conditional<'_>> {
    let ("Fn::If", argument) = node.call()? else {
        return None;
    };
    let [condition, first, second] = argument.items() else {
        return None;
    };
    let is_nothing = |node: &Node| {
        let called = node.call();
        called.is_some_and(|(name, of)| name == "Ref" && of.text() == Some("AWS::NoValue"))
    };
    let left_out = [is_nothing(first), is_nothing(second)];
    let kept = |node, is_left_out: bool| (!is_left_out).then_some(node);
    let parts = [kept(first, left_out[0]), kept(second, left_out[1])];
    let condition = condition.text()?.to_owned();
    (left_out[0] || left_out[1]).then_some((condition, left_out, parts))
}

/// The function's own properties.
fn own(one: &Resource) -> Properties {
    let mut properties = Properties::default();
    for (key, node) in one.properties.entries() {
        if !OF_SAM.contains(&key.as_str()) && key != "Role" {
            properties.put(key, node.clone());
        }
    }
    let given = &one.properties;
    let code = [
        ("InlineCode", "ZipFile"),
        ("CodeUri", "S3Key"),
        ("ImageUri", "ImageUri"),
    ];
    let code = code.iter().find_map(|(key, name)| {
        let node = given.get(key)?;
        Some(match (&node.value, *name) {
            (Value::Map(_), _) => node.clone(),
            (_, name) => map(node.line, [(name, node.clone())]),
        })
    });
    if let Some(code) = code {
        properties.put("Code", code);
    }
    if let Some(mode) = given.get("Tracing") {
        properties.put("TracingConfig", map(mode.line, [("Mode", mode.clone())]));
    }
    if let Some(letters) = given.get("DeadLetterQueue") {
        let to = letters.get("TargetArn").cloned();
        let to = to.map(|arn| map(letters.line, [("TargetArn", arn)]));
        properties.maybe("DeadLetterConfig", to.as_ref());
    }
    if let Some(capacity) = given.get("CapacityProviderConfig") {
        let mut inner = Properties::default();
        for (key, node) in capacity.entries() {
            let key = if key == "Arn" {
                "CapacityProviderArn"
            } else {
                key
            };
            inner.put(key, node.clone());
        }
        let inner = (
            "LambdaManagedInstancesCapacityProviderConfig",
            inner.at(capacity.line),
        );
        properties.put("CapacityProviderConfig", map(capacity.line, [inner]));
    }
    properties
}

/// What the role may do before any event asks for more.
fn permissions(made: &mut Made<'_>, one: &Resource, graph: &Graph) -> Role {
    let mut role = Role::default();
    let given = &one.properties;
    let known = made.known;
    let mut add = |when: When, key: &str| {
        role.add_managed(one.line_of(key), known.managed(when));
    };
    match given.get("DurableConfig") {
        Some(_) => add(When::Durable, "DurableConfig"),
        None => add(When::Usual, "Policies"),
    }
    let tracing = given.get("Tracing");
    let mode = tracing.and_then(|node| graph.plain(node)?.text());
    if tracing.is_some() && mode != Some("Disabled") {
        add(When::Traced, "Tracing");
    }
    if given.get("VpcConfig").is_some() {
        add(When::Network, "VpcConfig");
    }
    if let Some(letters) = given.get("DeadLetterQueue") {
        let kind = letters.get("Type").and_then(Node::text).unwrap_or_default();
        match (made.known.destination(kind), letters.get("TargetArn")) {
            (Some(row), Some(arn)) if row.makes.is_some() => {
                let statement = allow(letters.line, &row.actions, arn.clone());
                let name = "DeadLetterQueuePolicy".to_owned();
                role.add_inline(letters.line, name, vec![statement]);
            }
            (_, None) => {
                let what = format!("DeadLetterQueue of {} has no TargetArn", one.id);
                made.refuse(one, letters.line, what);
            }
            _ if letters.get("Type").is_none_or(|node| node.call().is_none()) => {
                let what = format!(
                    "DeadLetterQueue of {} has a Type of neither SQS nor SNS",
                    one.id
                );
                made.refuse(one, letters.line, what);
            }
            _ => {}
        }
    }
    if let Some(policies) = given.get("Policies") {
        role.add_policies(made, one, policies);
    }
    role
}

/// A version and an alias of it, where one is published; the ID of the alias.
fn published(made: &mut Made<'_>, one: &Resource, graph: &Graph) -> Option<String> {
    let given = one.properties.get(ALIAS);
    let ready = one.properties.get("ProvisionedConcurrencyConfig");
    let Some(given) = given else {
        if let Some(ready) = ready {
            let what = format!("{} keeps environments ready and publishes no alias", one.id);
            made.refuse(one, ready.line, what);
        }
        return None;
    };
    let line = given.line;
    // The name may be known only when deploying.
    let name = graph.plain(given).and_then(Node::text).unwrap_or_default();
    let version = format!("{}Version", one.id);
    let letters = name.replace('-', "D").replace('_', "U");
    let alias = format!("{}Alias{letters}", one.id);
    let mut properties = Properties::default();
    properties.put("FunctionName", reference(line, &one.id));
    made.beside(
        one,
        &version,
        line,
        "AWS::Lambda::Version",
        properties.at(line),
    );
    let mut properties = Properties::default();
    properties.put("Name", given.clone());
    properties.put("FunctionName", reference(line, &one.id));
    properties.put("FunctionVersion", attribute(line, &version, "Version"));
    properties.maybe("ProvisionedConcurrencyConfig", ready);
    made.beside(one, &alias, line, "AWS::Lambda::Alias", properties.at(line));
    made.named(&one.id, "Version", &version);
    made.named(&one.id, "Alias", &alias);
    Some(alias)
}

/// The address of a function, and who may call it.
fn address(made: &mut Made<'_>, target: &Target<'_>) {
    let one = target.of;
    let Some(url) = one.properties.get("FunctionUrlConfig") else {
        return;
    };
    let line = url.line;
    let to = match &target.alias {
        Some(alias) => reference(line, alias),
        None => reference(line, &one.id),
    };
    let mut properties = Properties::default();
    properties.put("TargetFunctionArn", to.clone());
    properties.copy(url, &["AuthType", "Cors", "InvokeMode"]);
    let id = format!("{}Url", one.id);
    made.beside(one, &id, line, "AWS::Lambda::Url", properties.at(line));
    if url.get("AuthType").and_then(Node::text) != Some("NONE") {
        return;
    }
    let id = format!("{}UrlPublicPermissions", one.id);
    for (id, action) in [
        (id, "lambda:InvokeFunctionUrl"),
        (
            format!("{}URLInvokeAllowPublicAccess", one.id),
            "lambda:InvokeFunction",
        ),
    ] {
        let mut properties = Properties::default();
        properties.put("Action", text(line, action));
        properties.put("FunctionName", to.clone());
        properties.put("Principal", text(line, "*"));
        let kind = "AWS::Lambda::Permission";
        made.beside(one, &id, line, kind, properties.at(line));
    }
}

/// What becomes of calls that nobody waits for.
fn invoked(made: &mut Made<'_>, target: &Target<'_>, role: &mut Role) {
    let one = target.of;
    let Some(config) = one.properties.get("EventInvokeConfig") else {
        return;
    };
    let line = config.line;
    let id = format!("{}EventInvokeConfig", one.id);
    let mut to = Properties::default();
    for side in ["OnSuccess", "OnFailure"] {
        let path = format!("DestinationConfig/{side}");
        let Some(given) = config.at(&path) else {
            continue;
        };
        let arn = destination(made, one, given, &format!("{id}{side}"), role);
        if let Some(arn) = arn {
            to.put(side, map(given.line, [("Destination", arn)]));
        }
    }
    let qualifier = match &target.alias {
        Some(_) => one.properties.get(ALIAS).cloned(),
        None => Some(text(line, "$LATEST")),
    };
    let mut properties = Properties::default();
    properties.put("FunctionName", reference(line, &one.id));
    properties.maybe("Qualifier", qualifier.as_ref());
    properties.put("DestinationConfig", to.at(line));
    properties.copy(
        config,
        &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"],
    );
    let kind = "AWS::Lambda::EventInvokeConfig";
    made.beside(one, &id, line, kind, properties.at(line));
}

/// The ARN of a destination, which is made where none is named; the role may use it.
fn destination(
    made: &mut Made<'_>,
    one: &Resource,
    given: &Node,
    id: &str,
    role: &mut Role,
) -> Option<Node> {
    let line = given.line;
    let kind = given.get("Type").and_then(Node::text).unwrap_or_default();
    let Some(row) = made.known.destination(kind) else {
        let what = format!("a destination of {} has no Type that SAM takes", one.id);
        made.refuse(one, line, what);
        return None;
    };
    let arn = match (given.get("Destination"), &row.makes) {
        (Some(arn), _) => match (conditional(arn), &row.makes) {
            (Some((condition, _, parts)), Some(makes)) => {
                let of = format!("{id}{}", row.suffix);
                made.beside(one, &of, line, makes, Properties::default().at(line));
                let part =
                    |part: Option<&Node>| part.cloned().unwrap_or_else(|| arn_of(line, &of, makes));
                let [first, second] = parts.map(part);
                let parts = vec![text(line, condition), first, second];
                let value = Value::List(parts);
                call(line, "Fn::If", Node { line, value })
            }
            _ => arn.clone(),
        },
        (None, Some(makes)) => {
            let of = format!("{id}{}", row.suffix);
            made.beside(one, &of, line, makes, Properties::default().at(line));
            arn_of(line, &of, makes)
        }
        (None, None) => {
            let what = format!("a destination of {} names no Destination", one.id);
            made.refuse(one, line, what);
            return None;
        }
    };
    let statement = allow(line, &row.actions, arn.clone());
    role.add_inline(line, format!("{id}Policy"), vec![statement]);
    Some(arn)
}

/// The ARN of a queue or a topic.
fn arn_of(line: usize, id: &str, kind: &str) -> Node {
    match kind {
        "AWS::SNS::Topic" => reference(line, id),
        _ => attribute(line, id, "Arn"),
    }
}
