//! An HTTP API whose routes all call one function, as an API of SAM and the function's events.
//!
//! SAM writes its routes, integrations and authorizer into the body of the API.

use super::events::named;
use super::function::Function;
use super::work::{Properties, Work, reference, referred, why};
use crate::graph::{Graph, Resource, substituted};
use crate::value::{Node, Value};

const API: &str = "AWS::ApiGatewayV2::Api";
const ROUTE: &str = "AWS::ApiGatewayV2::Route";
const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";
const AUTHORIZER: &str = "AWS::ApiGatewayV2::Authorizer";
const STAGE: &str = "AWS::ApiGatewayV2::Stage";
const OF_SAM: &str = "AWS::Serverless::HttpApi";
const EVENT: &str = "HttpApi";
/// The route for all, which an event without a path and a method is.
const DEFAULT: &str = "$default";
const IAM: &str = "AWS_IAM";

/// An API of the graph as SAM says it.
struct Api {
    one: Resource,
    /// Its stage, which gets another ID.
    stage: String,
    /// What is in its body, and the permission.
    within: Vec<String>,
    /// The properties of each event.
    events: Vec<Vec<(String, Node)>>,
    why: Option<String>,
}

/// Makes events of the routes that call a function.
pub(super) fn taken(work: &mut Work, function: &mut Function) {
    let apis = work.graph().of_kind(API);
    let found: Vec<Api> = apis.filter_map(|one| api(work, one, function)).collect();
    for api in found {
        let mut why = api.why.as_deref();
        for properties in api.events {
            let (name, _) = named(work, function, "Api");
            function.event(&name, EVENT, properties, why.take());
        }
        for id in &api.within {
            work.remove(id);
        }
        work.rename(&api.stage, &stage_of(&api.one.id));
        work.put(api.one);
    }
}

/// The ID of the stage that SAM makes.
fn stage_of(api: &str) -> String {
    format!("{api}ApiGatewayDefaultStage")
}

/// The parts of an API of a type.
fn parts<'g>(graph: &'g Graph, api: &'g Resource, kind: &'g str) -> Vec<&'g Resource> {
    let of_it = |one: &&Resource| {
        let of = one.property("ApiId").and_then(referred);
        of == Some(api.id.as_str())
    };
    graph.of_kind(kind).filter(of_it).collect()
}

/// The one part of an API of a type.
fn only<'g>(graph: &'g Graph, api: &'g Resource, kind: &'g str) -> Option<&'g Resource> {
    match parts(graph, api, kind).as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

fn api(work: &Work, one: &Resource, function: &Function) -> Option<Api> {
    let graph = work.graph();
    let mut given = Properties::of(one);
    given.take_if("ProtocolType", "HTTP")?;
    let mut properties = given.take_all(&["Name"]);
    given.end()?;
    let routes = parts(graph, one, ROUTE);
    let first = *routes.first()?;
    let integration = only(graph, one, INTEGRATION)?;
    let stage = only(graph, one, STAGE)?;
    let how = integrated(integration, function)?;
    let authorizers = parts(graph, one, AUTHORIZER);
    let auth = auth(first, &authorizers)?;
    let events = routes.iter().map(|route| {
        let same = auth_of(route) == auth_of(first);
        let mut event = vec![("ApiId".to_owned(), reference(&one.id))];
        event.extend(called(route, integration)?);
        event.extend(how.iter().cloned());
        same.then_some(event)
    });
    let events: Vec<_> = events.collect::<Option<_>>()?;
    properties.push(("Auth".to_owned(), auth));
    properties.extend(staged(stage)?);
    let permission = permission(graph, one, function)?;
    let within = [integration, permission].into_iter();
    let within = within.chain(routes.iter().copied()).chain(authorizers);
    let mut made = one.clone();
    OF_SAM.clone_into(&mut made.kind);
    made.properties = Value::Map(properties).into();
    let whys = [first, stage].into_iter().filter_map(|one| why(one));
    let why = whys.collect::<Vec<_>>().join(". ");
    work.is_free(&stage_of(&one.id)).then(|| Api {
        one: made,
        stage: stage.id.clone(),
        within: within.map(|one| one.id.clone()).collect(),
        events,
        why: (!why.is_empty()).then_some(why),
    })
}

/// How the function is called.
fn integrated(one: &Resource, function: &Function) -> Option<Vec<(String, Node)>> {
    let mut given = Properties::of(one);
    given.take("ApiId")?;
    given.take_if("IntegrationType", "AWS_PROXY")?;
    let is_it = function.is_called_by(&given.take("IntegrationUri")?);
    let how = given.take_all(&["PayloadFormatVersion", "TimeoutInMillis"]);
    given.end()?;
    is_it.then_some(how)
}

/// The path and the method of a route that goes to the integration.
fn called(route: &Resource, integration: &Resource) -> Option<Vec<(String, Node)>> {
    let target = route.property("Target")?.call()?;
    let is_it = substituted(target.1.text()?).eq([integration.id.as_str()]);
    let key = route.property("RouteKey")?.text()?;
    let path = match key.split_once(' ') {
        Some((method, path)) => vec![
            ("Path".to_owned(), path.into()),
            ("Method".to_owned(), method.into()),
        ],
        None if key == DEFAULT => Vec::new(),
        None => return None,
    };
    is_it.then_some(path)
}

/// What a route says of who may call.
fn auth_of(route: &Resource) -> [Option<&Node>; 2] {
    ["AuthorizationType", "AuthorizerId"].map(|key| route.property(key))
}

/// Who may call, for all routes.
fn auth(route: &Resource, authorizers: &[&Resource]) -> Option<Node> {
    let [kind, by] = auth_of(route);
    match (kind?.text()?, authorizers) {
        (IAM, []) => Some(Node::map([
            ("EnableIamAuthorizer", Value::Bool(true).into()),
            ("DefaultAuthorizer", IAM.into()),
        ])),
        ("JWT", [one]) if by.and_then(referred) == Some(&one.id) => {
            let mut given = Properties::of(one);
            given.take("ApiId")?;
            given.take_if("AuthorizerType", "JWT")?;
            let name = given.take("Name")?;
            let source = given.take("IdentitySource")?;
            let [source] = source.items() else {
                return None;
            };
            let mut tokens = Properties::within(&given.take("JwtConfiguration")?);
            given.end()?;
            let of = [
                ("issuer", tokens.take("Issuer")?),
                ("audience", tokens.take("Audience")?),
            ];
            tokens.end()?;
            let by = Node::map([
                ("IdentitySource", source.clone()),
                ("JwtConfiguration", Node::map(of)),
            ]);
            Some(Node::map([
                ("Authorizers", Node::map([(name.text()?, by)])),
                ("DefaultAuthorizer", name.clone()),
            ]))
        }
        _ => None,
    }
}

/// What the stage says: that of SAM deploys by itself, too.
fn staged(one: &Resource) -> Option<Vec<(String, Node)>> {
    let mut given = Properties::of(one);
    given.take("ApiId")?;
    given.take_if("StageName", DEFAULT)?;
    given.take("AutoDeploy")?.flag().filter(|is_on| *is_on)?;
    let says = given.take_all(&["DefaultRouteSettings", "AccessLogSettings"]);
    given.end()?;
    Some(says)
}

/// The permission by which the API, and nothing else, calls the function.
fn permission<'g>(graph: &'g Graph, api: &Resource, function: &Function) -> Option<&'g Resource> {
    let mut all = graph.of_kind("AWS::Lambda::Permission");
    all.find(|one| {
        let (to, from) = (one.property("FunctionName"), one.property("SourceArn"));
        to.is_some_and(|node| function.is_called_by(node))
            && from.is_some_and(|node| Graph::references(node).contains(&api.id))
    })
}
