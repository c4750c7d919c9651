//! The ways in which a template of SAM and one of `CloudFormation` say the same.

use std::fmt::Write as _;

use landfall_blueprint::value::{Node, Value};
use landfall_blueprint::{Graph, Resource};

use crate::tools::Result;

const API: &str = "AWS::ApiGatewayV2::Api";
const ROUTE: &str = "AWS::ApiGatewayV2::Route";
const AUTHORIZER: &str = "AWS::ApiGatewayV2::Authorizer";
const PERMISSION: &str = "AWS::Lambda::Permission";
const FUNCTION: &str = "AWS::Lambda::Function";
const VERSION: &str = "AWS::Lambda::Version";
const IAM: &str = "AWS_IAM";

/// Makes the two sides alike where they say the same in two ways.
///
/// * SAM tags what it makes: `lambda:createdBy`, `httpapi:createdBy`.
/// * The code is uploaded by a command, and not named by parameters.
/// * The translator describes no version: one is published for every change.
/// * Of a version, `Delete` is what a template means that says nothing.
/// * An address names its alias by ARN, or by the function and the name of the alias.
/// * A permission for one rule or API of this account names the account in that alone.
/// * An HTTP API has its routes, integrations and authorizer in its body, or beside it.
pub(crate) fn alike(made: &mut Graph, wanted: &mut Graph) -> Result<()> {
    for one in &mut made.resources {
        without_tag(one);
        if one.kind == VERSION {
            let is_usual = |node: &Node| node.text() == Some("Delete");
            one.policies.retain(|(_, node)| !is_usual(node));
        }
    }
    addresses(wanted);
    for one in &mut wanted.resources {
        if one.kind == VERSION {
            take(&mut one.properties, "Description");
        }
    }
    for side in [&mut *made, &mut *wanted] {
        for one in &mut side.resources {
            inlined(&mut one.properties);
            if one.kind == PERMISSION && names_the_account(one) {
                take(&mut one.properties, "SourceAccount");
            }
            if one.kind == FUNCTION {
                uploaded(&mut one.properties);
            }
        }
    }
    out_of_body(made)?;
    beside_it(wanted)
}

/// Takes a property out.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Map(entries) = &mut node.value else {
        return None;
    };
    let place = entries.iter().position(|(name, _)| name == key)?;
    Some(entries.remove(place).1)
}

fn put(node: &mut Node, key: &str, inner: Node) {
    if let Value::Map(entries) = &mut node.value {
        entries.push((key.to_owned(), inner));
    }
}

fn call(name: &str, argument: Node) -> Node {
    Value::Call(name.to_owned(), Box::new(argument)).into()
}

/// Without the tag of SAM.
fn without_tag(one: &mut Resource) {
    let Some(tags) = take(&mut one.properties, "Tags") else {
        return;
    };
    let is_of_sam = |text: Option<&str>| text.is_some_and(|text| text.ends_with(":createdBy"));
    let left = match tags.value {
        Value::List(mut items) => {
            items.retain(|tag| !is_of_sam(tag.get("Key").and_then(Node::text)));
            (!items.is_empty()).then_some(Value::List(items))
        }
        Value::Map(mut entries) => {
            entries.retain(|(key, _)| !is_of_sam(Some(key)));
            (!entries.is_empty()).then_some(Value::Map(entries))
        }
        other => Some(other),
    };
    if let Some(left) = left {
        put(&mut one.properties, "Tags", left.into());
    }
}

/// Where a package is, is not compared; an image is.
fn uploaded(properties: &mut Node) {
    if let Some(code) = properties.at_mut("Code")
        && code.get("S3Key").is_some()
    {
        *code = "a package".into();
    }
}

/// Addresses of an alias, by its ARN.
fn addresses(graph: &mut Graph) {
    let alias = graph.of_kind("AWS::Lambda::Alias").next();
    let alias = alias.map(|one| one.id.clone());
    for one in &mut graph.resources {
        if one.kind != "AWS::Lambda::Url" {
            continue;
        }
        if let (Some(_), Some(alias)) = (take(&mut one.properties, "Qualifier"), &alias) {
            take(&mut one.properties, "TargetFunctionArn");
            put(
                &mut one.properties,
                "TargetFunctionArn",
                call("Ref", alias.as_str().into()),
            );
            // The reference says it.
            one.depends_on.retain(|id| id != alias);
        }
    }
}

/// Whether the source of a permission is one rule or API, of this account.
fn names_the_account(one: &Resource) -> bool {
    let Some((name, argument)) = one.property("SourceArn").and_then(Node::call) else {
        return false;
    };
    let text = argument.one_or_more().first().and_then(|node| node.text());
    name == "Fn::GetAtt"
        || text.is_some_and(|text| {
            text.starts_with("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:")
        })
}

/// Texts of `Fn::Sub` without values of their own, where these are plain or references.
fn inlined(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(inlined),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, inner)| inlined(inner)),
        Value::Call(_, argument) => inlined(argument),
        _ => {}
    }
    let Some(("Fn::Sub", argument)) = node.call() else {
        return;
    };
    let [text, values] = argument.items() else {
        return;
    };
    let Some(mut text) = text.text().map(str::to_owned) else {
        return;
    };
    for (key, value) in values.entries() {
        let with = match value.call() {
            Some(("Ref", id)) => format!("${{{}}}", id.text().unwrap_or_default()),
            _ => value.text().unwrap_or_default().to_owned(),
        };
        text = text.replace(&format!("${{{key}}}"), &with);
    }
    *node = call("Fn::Sub", text.as_str().into());
}

/// A route with what it calls and who may call it, as one resource in both forms.
fn route(api: &str, key: &str, entries: Vec<(&str, Node)>) -> Resource {
    let mut properties = vec![("Api", api.into()), ("RouteKey", key.into())];
    properties.extend(entries);
    Resource {
        id: format!("{api} {key}"),
        line: 0,
        kind: ROUTE.to_owned(),
        condition: None,
        depends_on: Vec::new(),
        policies: Vec::new(),
        metadata: Node::map([]),
        properties: Node::map(properties),
    }
}

/// Takes routes out of the bodies of APIs.
fn out_of_body(graph: &mut Graph) -> Result<()> {
    let mut routes = Vec::new();
    for one in &mut graph.resources {
        if one.kind != API {
            continue;
        }
        let Some(body) = take(&mut one.properties, "Body") else {
            continue;
        };
        let missing = |what: &str| format!("the body of {} has no {what}", one.id);
        let name = body.at("info/title").ok_or_else(|| missing("title"))?;
        put(&mut one.properties, "Name", name.clone());
        put(&mut one.properties, "ProtocolType", "HTTP".into());
        let paths = body.get("paths").ok_or_else(|| missing("paths"))?;
        for (path, methods) in paths.entries() {
            for (method, node) in methods.entries() {
                let key = match (path.as_str(), method.as_str()) {
                    ("$default", _) => path.clone(),
                    (path, "x-amazon-apigateway-any-method") => format!("ANY {path}"),
                    (path, method) => format!("{} {path}", method.to_ascii_uppercase()),
                };
                let how = node.get("x-amazon-apigateway-integration");
                let how = how.ok_or_else(|| missing("integration"))?;
                let security = node.get("security").map_or(&[][..], Node::items);
                let [by] = security else {
                    return Err(format!("{key} of {} is open", one.id));
                };
                let by = by.entries().first().map_or("", |(name, _)| name.as_str());
                let scheme = body.at("components/securitySchemes");
                let scheme = scheme.and_then(|all| all.get(by));
                let scheme = scheme.ok_or_else(|| missing("authorizer"))?;
                routes.push(route(&one.id, &key, described(how, scheme, by)?));
            }
        }
    }
    graph.resources.extend(routes);
    Ok(())
}

/// How a route of a body calls its function, and who may call it.
fn described(how: &Node, scheme: &Node, by: &str) -> Result<Vec<(&'static str, Node)>> {
    let uri = how.get("uri").and_then(Node::call);
    let uri = uri.and_then(|(_, text)| text.text()).unwrap_or_default();
    let function = uri
        .split_once("/functions/${")
        .and_then(|(_, rest)| rest.strip_suffix("}/invocations"))
        .ok_or_else(|| format!("{uri} is no function"))?;
    let copy = |key: &str| how.get(key).cloned().unwrap_or_else(|| "".into());
    let mut all = vec![
        ("Calls", called(function)),
        ("Type", copy("type")),
        ("PayloadFormatVersion", copy("payloadFormatVersion")),
        ("TimeoutInMillis", copy("timeoutInMillis")),
    ];
    let authorizer = scheme.get("x-amazon-apigateway-authorizer");
    if let Some(authorizer) = authorizer {
        let of = |path: &str| authorizer.at(path).cloned().unwrap_or_else(|| "".into());
        all.extend([
            ("By", of("type")),
            ("Issuer", of("jwtConfiguration/issuer")),
            ("Audience", of("jwtConfiguration/audience")),
            ("IdentitySource", of("identitySource")),
        ]);
    } else if by == IAM && is_signed(scheme) {
        all.push(("By", IAM.into()));
    } else {
        return Err(format!("{by} is no authorizer"));
    }
    Ok(all)
}

fn is_signed(scheme: &Node) -> bool {
    let kind = scheme.get("x-amazon-apigateway-authtype");
    kind.and_then(Node::text) == Some("awsSigv4")
}

/// What `${Id}` and `${Id.Arn}` of a text name, as a value.
fn called(placed: &str) -> Node {
    match placed.split_once('.') {
        Some((id, name)) => call(
            "Fn::GetAtt",
            Value::List(vec![id.into(), name.into()]).into(),
        ),
        None => call("Ref", placed.into()),
    }
}

/// Takes together the routes, integrations and authorizers that stand beside HTTP APIs for
/// functions.
fn beside_it(graph: &mut Graph) -> Result<()> {
    let mut routes = Vec::new();
    let mut gone = Vec::new();
    for one in graph.of_kind(ROUTE) {
        let Some(api) = one.property("ApiId").and_then(|node| graph.named_by(node)) else {
            continue;
        };
        let target = one.property("Target").and_then(Node::call);
        let target = target.and_then(|(_, text)| text.text()).unwrap_or_default();
        let integration = target
            .strip_prefix("integrations/${")
            .and_then(|rest| graph.get(rest.strip_suffix('}')?))
            .ok_or_else(|| format!("{} calls nothing", one.id))?;
        let is_http = api.property("ProtocolType").and_then(Node::text) == Some("HTTP");
        let Some(function) = integration.property("IntegrationUri").filter(|_| is_http) else {
            continue;
        };
        let copy = |key: &str| {
            let node = integration.property(key);
            node.cloned().unwrap_or_else(|| "".into())
        };
        let kind = copy("IntegrationType");
        let kind = kind.text().unwrap_or_default().to_ascii_lowercase();
        let mut all = vec![
            ("Calls", function.clone()),
            ("Type", kind.as_str().into()),
            ("PayloadFormatVersion", copy("PayloadFormatVersion")),
            ("TimeoutInMillis", copy("TimeoutInMillis")),
        ];
        if let Some(by) = one.property("AuthorizerId") {
            let by = graph.named_by(by).filter(|by| by.kind == AUTHORIZER);
            let by = by.ok_or_else(|| format!("{} has no authorizer", one.id))?;
            let of = |path: &str| by.property(path).cloned().unwrap_or_else(|| "".into());
            let kind = of("AuthorizerType");
            let kind = kind.text().unwrap_or_default().to_ascii_lowercase();
            all.extend([
                ("By", kind.as_str().into()),
                ("Issuer", of("JwtConfiguration/Issuer")),
                ("Audience", of("JwtConfiguration/Audience")),
                ("IdentitySource", of("IdentitySource/0")),
            ]);
            gone.push(by.id.clone());
        } else {
            let kind = one.property("AuthorizationType");
            all.push(("By", kind.cloned().unwrap_or_else(|| "".into())));
        }
        gone.extend([one.id.clone(), integration.id.clone()]);
        let key = one.property("RouteKey").and_then(Node::text);
        routes.push(route(&api.id, key.unwrap_or_default(), all));
    }
    graph.resources.retain(|one| !gone.contains(&one.id));
    graph.resources.extend(routes);
    Ok(())
}

/// A value as a text, its keys in order, and each ID as `name` gives it.
pub(crate) fn told(node: &Node, name: &dyn Fn(&str) -> String) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(text) | Value::Text(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| told(item, name)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let mut entries: Vec<String> = entries
                .iter()
                .map(|(key, inner)| format!("{key}: {}", told(inner, name)))
                .collect();
            entries.sort_unstable();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Call(function, argument) => match (function.as_str(), argument.items()) {
            ("Ref", _) => format!("!Ref {}", name(argument.text().unwrap_or_default())),
            ("Fn::GetAtt", [id, of]) => format!(
                "!GetAtt {}.{}",
                name(id.text().unwrap_or_default()),
                told(of, name)
            ),
            ("Fn::Sub", []) => {
                let text = argument.text().unwrap_or_default();
                format!("!Sub {}", placed(text, name))
            }
            _ => format!("!{function} {}", told(argument, name)),
        },
    }
}

/// A text of `Fn::Sub` with each ID as `name` gives it.
fn placed(text: &str, name: &dyn Fn(&str) -> String) -> String {
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inner, rest) = part.split_once('}').unwrap_or((part, ""));
        let (id, of) = inner.split_once('.').unwrap_or((inner, ""));
        let dot = if of.is_empty() { "" } else { "." };
        let _ = write!(out, "${{{}{dot}{of}}}{rest}", name(id));
    }
    out
}
