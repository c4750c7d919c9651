//! What APIs call: methods and integrations that stand for themselves, and those in the
//! `OpenAPI` body of an API.

use super::Found;
use super::functions::lets_nobody;
use super::view::{function, pieces, text};
use crate::graph::{Graph, Resource};
use crate::openapi::methods;
use crate::value::Node;

const HTTP: &str = "AWS::ApiGatewayV2::Integration";
const TIMEOUT: &str = "TimeoutInMillis";
const OF_METHOD: &str = "Integration/TimeoutInMillis";

/// Something that an API calls.
#[derive(Debug)]
struct Integration<'g> {
    /// The resource in which it stands.
    one: &'g Resource,
    /// Its name in messages.
    name: String,
    uri: Option<&'g Node>,
    timeout: Option<&'g Node>,
    /// The line on which it begins.
    line: usize,
    /// How long it waits where it says nothing, as a value of the rules.
    usual: &'static str,
    /// The type and property of which the bounds hold for how long it waits, where it stands in
    /// a body.
    bound: Option<(&'static str, &'static str)>,
    /// Whether it calls by a role, and not by leave of what it calls.
    has_role: bool,
}

const METHOD: &str = "AWS::ApiGateway::Method";

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in &graph.resources {
        for integration in integrations(graph, one) {
            within(found, &integration);
            calls(found, &integration);
        }
    }
}

fn integrations<'g>(graph: &'g Graph, one: &'g Resource) -> Vec<Integration<'g>> {
    let alone = |paths: [&str; 3], usual: &'static str| {
        let [uri, timeout, role] = paths.map(|path| one.property(path));
        vec![Integration {
            one,
            name: one.id.clone(),
            uri,
            timeout,
            line: one.line,
            usual,
            bound: None,
            has_role: role.is_some(),
        }]
    };
    match one.kind.as_str() {
        HTTP => {
            let api = one.property("ApiId").and_then(|node| graph.named_by(node));
            let sockets =
                api.is_some_and(|api| text(graph, api, "ProtocolType") == Some("WEBSOCKET"));
            let usual = if sockets {
                "socket-api-timeout"
            } else {
                "http-api-timeout"
            };
            alone(["IntegrationUri", TIMEOUT, "CredentialsArn"], usual)
        }
        METHOD => {
            let uri = "Integration/Uri";
            let role = "Integration/Credentials";
            alone([uri, OF_METHOD, role], "rest-api-timeout")
        }
        "AWS::ApiGateway::RestApi" => in_body(one, "rest-api-timeout", (METHOD, OF_METHOD)),
        "AWS::ApiGatewayV2::Api" => in_body(one, "http-api-timeout", (HTTP, TIMEOUT)),
        _ => Vec::new(),
    }
}

/// The integrations in the body of an API.
fn in_body<'g>(
    one: &'g Resource,
    usual: &'static str,
    bound: (&'static str, &'static str),
) -> Vec<Integration<'g>> {
    let body = one.property("Body").map(methods);
    let all = body.unwrap_or_default().into_iter();
    let all = all.map(|method| Integration {
        one,
        name: format!("{} of {}", method.name, one.id),
        uri: method.integration.get("uri"),
        timeout: method.integration.get("timeoutInMillis"),
        line: method.integration.line,
        usual,
        bound: Some(bound),
        has_role: method.integration.get("credentials").is_some(),
    });
    all.collect()
}

/// How long an integration in a body waits, within what the service takes.
fn within(found: &mut Found<'_>, call: &Integration<'_>) {
    let Some((kind, property)) = call.bound else {
        return;
    };
    let Some(node) = call.timeout else { return };
    let Some(waits) = found.graph.plain(node).and_then(Node::number) else {
        return;
    };
    let known = found.known;
    let rows = known.bounds.iter();
    for row in rows.filter(|row| row.resource == kind && row.property == property) {
        let name = format!("timeoutInMillis of {}", call.name);
        if let Some(what) = row.broken(&name, waits) {
            found.at_line("value-out-of-bounds", call.one, node.line, what);
        }
    }
}

/// What calls a function: long enough, and by its leave.
fn calls(found: &mut Found<'_>, call: &Integration<'_>) {
    let graph = found.graph;
    // An address may be that of anything, whatever is named in it.
    let uri = call.uri.filter(|node| !pieces(node).starts_with("http"));
    let target = uri.and_then(|node| function(graph, node));
    let Some(target) = target else { return };
    gives_up_first(found, call, target);
    if !call.has_role && lets_nobody(graph, target) {
        let what = format!(
            "{} calls {}, which lets nobody call it",
            call.name, target.id
        );
        found.of_both(
            "target-without-permission",
            call.one,
            target,
            call.line,
            what,
        );
    }
}

/// An API that answers before its function does.
fn gives_up_first(found: &mut Found<'_>, call: &Integration<'_>, target: &Resource) {
    let graph = found.graph;
    let number = |node: Option<&Node>, missing: f64| match node {
        None => Some(missing),
        Some(node) => graph.plain(node)?.number(),
    };
    let waits = number(call.timeout, found.value(call.usual));
    let runs = number(target.property("Timeout"), found.value("function-timeout"));
    if let (Some(waits), Some(runs)) = (waits, runs)
        && waits < runs * 1000.0
    {
        let line = call.timeout.map_or(call.line, |node| node.line);
        let what = format!(
            "{} waits {waits} ms, and {} may take {runs} s",
            call.name, target.id
        );
        found.of_both("api-gives-up-first", call.one, target, line, what);
    }
}
