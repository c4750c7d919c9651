//! `AWS::Serverless::Api` and `AWS::Serverless::HttpApi`, with those that events bring without
//! naming one: an API with an `OpenAPI` body, a deployment, a stage.

use std::collections::BTreeMap;

use super::body::{self, Route};
use super::data::Makes;
use super::given::{Given, permission};
use super::made::Made;
use super::nodes::{Properties, map, reference, substituted, substituted_by, text};
use super::starter::starter;
use super::target::Target;
use crate::graph::{Graph, Resource};
use crate::openapi::INTEGRATION;
use crate::value::{Node, Value};

/// The types of SAM.
pub(super) const REST: &str = "AWS::Serverless::Api";
pub(super) const HTTP: &str = "AWS::Serverless::HttpApi";
/// APIs that events bring without naming one, and the stage of the first.
const IMPLICIT_REST: &str = "ServerlessRestApi";
const IMPLICIT_HTTP: &str = "ServerlessHttpApi";
const IMPLICIT_STAGE: &str = "Prod";
const BODY: &str = "DefinitionBody";

/// An API of SAM.
#[derive(Debug)]
struct Api {
    one: Resource,
    body: Option<Node>,
    /// Whether SAM writes the body, from the events that name the API.
    is_ours: bool,
}

/// All of a template.
#[derive(Debug, Default)]
pub(super) struct Apis(BTreeMap<String, Api>);

impl Apis {
    /// Takes one, its globals merged in.
    pub(super) fn add(&mut self, made: &mut Made<'_>, one: Resource) {
        let body = one.property(BODY).cloned();
        let elsewhere = one.property("DefinitionUri");
        let is_ours = body.is_none() && elsewhere.is_none();
        if let Some(elsewhere) = elsewhere {
            let of = format!("of {} in another file", one.kind);
            made.not_read(&one, elsewhere.line, "definition", of);
        }
        if let Some(body) = body.as_ref().filter(|body| body.call().is_some()) {
            let of = format!("of {} that a function gives", one.kind);
            made.not_read(&one, body.line, "definition", of);
        }
        let skeleton = || map(one.line, [("paths", map(one.line, []))]);
        let body = body.or_else(|| is_ours.then(skeleton));
        self.0.insert(one.id.clone(), Api { one, body, is_ours });
    }

    /// The types of APIs that events ask for without naming one, each with the first such event.
    pub(super) fn implicit(made: &mut Made<'_>, resources: &[&Resource]) -> Vec<Resource> {
        let mut found: Vec<Resource> = Vec::new();
        for one in resources {
            let events = one.property("Events").map_or(&[][..], Node::entries);
            for (_, event) in events {
                let kind = event.get("Type").and_then(Node::text).unwrap_or_default();
                let Some((id, kind, key)) = (match made.known.event(kind).map(|row| row.makes) {
                    Some(Makes::Method) => Some((IMPLICIT_REST, REST, "RestApiId")),
                    Some(Makes::Route) => Some((IMPLICIT_HTTP, HTTP, "ApiId")),
                    _ => None,
                }) else {
                    continue;
                };
                let is_named = event
                    .get("Properties")
                    .is_some_and(|node| node.get(key).is_some());
                if is_named || found.iter().any(|one| one.id == id) {
                    continue;
                }
                let line = event.line;
                let stage = ("StageName", text(line, IMPLICIT_STAGE));
                let stage = (kind == REST).then_some(stage);
                found.push(Resource {
                    id: id.to_owned(),
                    line,
                    kind: kind.to_owned(),
                    condition: None,
                    depends_on: Vec::new(),
                    policies: Vec::new(),
                    metadata: map(line, []),
                    properties: map(line, stage),
                });
            }
        }
        found
    }

    /// Makes what SAM makes of an event that is a method or a route.
    pub(super) fn event(
        &mut self,
        made: &mut Made<'_>,
        target: &Target<'_>,
        given: &Given<'_>,
        graph: &Graph,
    ) {
        let Some(id) = self.named(made, target, given, graph) else {
            return;
        };
        let Some(route) = Route::of(given) else {
            let of = format!("of type {} whose path a function gives", given.row.kind);
            return made.not_read(target.of, given.line, "event", of);
        };
        let api = self.0.get_mut(&id);
        if target.is_machine {
            let role = starter(made, target, given);
            if let Some(api) = api.filter(|api| api.is_ours) {
                api.add(made, target, given, &route, Some(role));
            }
            return;
        }
        let is_rest = given.row.makes == Makes::Method;
        let is_covered = api.as_ref().is_some_and(|api| {
            let body = api.body.as_ref();
            let is_default = |body| body::is_default_of(body, &target.placed());
            !is_rest && !route.is_default() && body.is_some_and(is_default)
        });
        if !is_covered {
            let stage = match &api {
                Some(api) if is_rest => stage_suffix(&api.one),
                _ if is_rest => "Stage".to_owned(),
                _ => String::new(),
            };
            lets(made, target, given, &route, (&id, &stage));
        }
        if let Some(api) = api {
            let merges = api.one.property("MergeDefinitions").is_some();
            if api.is_ours || !is_rest || merges {
                api.add(made, target, given, &route, None);
            }
        }
    }

    /// The ID of the API that an event names, or of the one that it brings.
    fn named(
        &self,
        made: &mut Made<'_>,
        target: &Target<'_>,
        given: &Given<'_>,
        graph: &Graph,
    ) -> Option<String> {
        let (key, implicit) = key_of(given);
        let named = given.get(key);
        let id = match named.map(|node| (node.call(), node.text())) {
            None => Some(implicit),
            Some((Some(("Ref", id)), _)) => id.text(),
            Some((_, text)) => text,
        };
        let found = id.filter(|id| self.0.contains_key(*id) || made.get(id).is_some());
        if found.is_none() && graph.has_more {
            let of = format!("of type {}, whose API is not read", given.row.kind);
            made.not_read(target.of, given.line_of(key), "event", of);
        } else if found.is_none() {
            let what = format!(
                "the event {} of {} names no API of this template",
                given.name, target.of.id
            );
            made.refuse(target.of, given.line_of(key), what);
        }
        found.map(str::to_owned)
    }

    /// The IDs of all.
    pub(super) fn ids(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Makes what SAM makes of one API, once all events have been added.
    pub(super) fn expand(&mut self, made: &mut Made<'_>, id: &str) {
        let Some(api) = self.0.remove(id) else { return };
        if api.one.kind == REST {
            rest(made, &api);
        } else {
            http(made, &api);
        }
    }
}

/// The property by which an event names its API, and the API that it brings otherwise.
fn key_of(given: &Given<'_>) -> (&'static str, &'static str) {
    if given.row.makes == Makes::Method {
        ("RestApiId", IMPLICIT_REST)
    } else {
        ("ApiId", IMPLICIT_HTTP)
    }
}

/// Lets an API call a function for a route.
fn lets(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    route: &Route<'_>,
    (id, stage): (&str, &str),
) {
    let line = given.line;
    let named = given.get(key_of(given).0).cloned();
    let api = named.unwrap_or_else(|| reference(line, id));
    let source = substituted_by(
        line,
        format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:\
             ${{__ApiId__}}/${{__Stage__}}{}",
            route.arn()
        ),
        vec![
            ("__ApiId__".to_owned(), api),
            ("__Stage__".to_owned(), text(line, "*")),
        ],
    );
    let more = vec![("SourceArn", source)];
    permission(made, target, given, &target.id(given.name), stage, more);
}

/// What the ID of a permission for a REST API ends in.
fn stage_suffix(one: &Resource) -> String {
    let stage = one.property("StageName").and_then(Node::text);
    alphanumeric(stage.unwrap_or("Stage"))
}

/// SAM ends an ID in a hash where a name has other characters; here they are left out.
fn alphanumeric(name: &str) -> String {
    if name.chars().all(char::is_alphanumeric) {
        name.to_owned()
    } else {
        String::new()
    }
}

impl Api {
    /// Adds a path and a method to the body.
    fn add(
        &mut self,
        made: &mut Made<'_>,
        target: &Target<'_>,
        given: &Given<'_>,
        route: &Route<'_>,
        role: Option<Node>,
    ) {
        let Some(body) = &mut self.body else { return };
        let line = given.line;
        let mut integration = Properties::default();
        if let Some(role) = role {
            let uri =
                "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution";
            integration.put("type", text(line, "aws"));
            integration.put("uri", substituted(line, uri));
            integration.put("credentials", role);
        } else {
            let uri = format!(
                "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/\
                 functions/{}/invocations",
                target.placed()
            );
            integration.put("type", text(line, "aws_proxy"));
            integration.put("uri", substituted(line, uri));
            integration.maybe("timeoutInMillis", given.get("TimeoutInMillis"));
        }
        integration.put("httpMethod", text(line, "POST"));
        if self.one.kind == HTTP {
            let version = given.get("PayloadFormatVersion").cloned();
            let version = version.unwrap_or_else(|| text(line, "2.0"));
            integration.put("payloadFormatVersion", version);
        }
        let method = map(line, [(INTEGRATION, integration.at(line))]);
        let condition = target.of.condition.as_deref();
        let is_new = body::add(body, route, method, condition, line);
        if !is_new && self.is_ours {
            let what = format!(
                "the event {} of {} is {} of {} once more",
                given.name,
                target.of.id,
                route.name(),
                self.one.id
            );
            made.refuse(target.of, line, what);
        }
    }
}

/// Properties of an API of SAM that the API has, too.
const OF_REST: [&str; 12] = [
    "Name",
    "Description",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "DisableExecuteApiEndpoint",
    "FailOnWarnings",
    "ApiKeySourceType",
    "Mode",
    "Policy",
    "EndpointConfiguration",
    "SecurityPolicy",
    "EndpointAccessMode",
];

fn rest(made: &mut Made<'_>, api: &Api) {
    let (one, line) = (&api.one, api.one.line);
    let mut properties = Properties::default();
    properties.copy(&one.properties, &OF_REST);
    if let Some(body) = &api.body {
        properties.put("Body", with_authorizers(body, one));
    }
    made.instead(one, "AWS::ApiGateway::RestApi", properties.at(line));
    let deployment = format!("{}Deployment", one.id);
    let mut properties = Properties::default();
    properties.put("RestApiId", reference(line, &one.id));
    let kind = "AWS::ApiGateway::Deployment";
    made.beside(one, &deployment, line, kind, properties.at(line));
    let given = one.property("StageName");
    let line = one.line_of("StageName");
    let name = given.and_then(Node::text).unwrap_or_default();
    let stage = format!("{}{}Stage", one.id, alphanumeric(name));
    let mut properties = Properties::default();
    properties.put("RestApiId", reference(line, &one.id));
    properties.put("DeploymentId", reference(line, &deployment));
    properties.maybe("StageName", given);
    let kind = "AWS::ApiGateway::Stage";
    made.beside(one, &stage, line, kind, properties.at(line));
    made.named(&one.id, "Stage", &stage);
    made.named(&one.id, "Deployment", &deployment);
    for (name, authorizer) in authorizers(one) {
        let is_off = authorizer.get("DisableFunctionDefaultPermissions");
        if is_off.and_then(Node::flag) != Some(true) {
            authorizes(made, one, name, authorizer);
        }
    }
}

fn http(made: &mut Made<'_>, api: &Api) {
    const DEFAULT: &str = "$default";
    let (one, line) = (&api.one, api.one.line);
    let mut properties = Properties::default();
    properties.copy(
        &one.properties,
        &["FailOnWarnings", "DisableExecuteApiEndpoint"],
    );
    if let Some(body) = &api.body {
        properties.put("Body", with_authorizers(body, one));
    }
    made.instead(one, "AWS::ApiGatewayV2::Api", properties.at(line));
    let given = one.property("StageName");
    let name = given.map_or(DEFAULT, |node| node.text().unwrap_or_default());
    let line = one.line_of("StageName");
    let stage = match name {
        DEFAULT => format!("{}ApiGatewayDefaultStage", one.id),
        name => format!("{}{}Stage", one.id, alphanumeric(name)),
    };
    let mut properties = Properties::default();
    properties.put("ApiId", reference(line, &one.id));
    properties.put(
        "StageName",
        given.cloned().unwrap_or_else(|| text(line, DEFAULT)),
    );
    let kind = "AWS::ApiGatewayV2::Stage";
    made.beside(one, &stage, line, kind, properties.at(line));
    made.named(&one.id, "Stage", &stage);
    for (name, authorizer) in authorizers(one) {
        let is_on = authorizer.get("EnableFunctionDefaultPermissions");
        if is_on.and_then(Node::flag) == Some(true) {
            authorizes(made, one, name, authorizer);
        }
    }
}

/// The authorizers of an API, by name.
fn authorizers(one: &Resource) -> &[(String, Node)] {
    let all = one.property("Auth/Authorizers");
    all.map_or(&[][..], Node::entries)
}

/// Lets an API call its authorizer, where that is a function.
fn authorizes(made: &mut Made<'_>, one: &Resource, name: &str, authorizer: &Node) {
    let Some(function) = authorizer.get("FunctionArn") else {
        return;
    };
    let line = function.line;
    let mut properties = Properties::default();
    properties.put("Action", text(line, "lambda:InvokeFunction"));
    properties.put("FunctionName", function.clone());
    properties.put("Principal", text(line, "apigateway.amazonaws.com"));
    let source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:\
                  ${__ApiId__}/authorizers/*";
    let values = vec![("__ApiId__".to_owned(), reference(line, &one.id))];
    properties.put("SourceArn", substituted_by(line, source, values));
    let id = format!("{}{name}AuthorizerPermission", one.id);
    let kind = "AWS::Lambda::Permission";
    made.beside(one, &id, line, kind, properties.at(line));
}

/// A body with what its authorizers refer to.
fn with_authorizers(body: &Node, one: &Resource) -> Node {
    let mut body = body.clone();
    let mut all = Properties::default();
    for (name, authorizer) in authorizers(one) {
        let line = authorizer.line;
        let mut uses = Properties::default();
        if let Some(arn) = authorizer.get("FunctionArn") {
            let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/\
                       functions/${__FunctionArn__}/invocations";
            let values = vec![("__FunctionArn__".to_owned(), arn.clone())];
            uses.put("authorizerUri", substituted_by(line, uri, values));
        }
        uses.maybe("providerARNs", authorizer.get("UserPoolArn"));
        uses.maybe("jwtConfiguration", authorizer.get("JwtConfiguration"));
        let uses = uses.at(line);
        all.put(name, map(line, [("x-amazon-apigateway-authorizer", uses)]));
    }
    if let (Value::Map(entries), false) = (&mut body.value, authorizers(one).is_empty()) {
        entries.push(("securityDefinitions".to_owned(), all.at(one.line)));
    }
    body
}

/// Whether a resource of SAM is an API.
pub(super) fn is_api(one: &Resource) -> bool {
    matches!(one.kind.as_str(), REST | HTTP)
}
