//! Functions: what they may use, what they may do, what calls them.

use landfall_catalog::Catalog;
use landfall_units::Bytes;

use super::Found;
use super::view::{
    FUNCTION, actions, allows, function, is_allow, matches, number, pieces, role, services,
    statements, text,
};
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>, catalog: &Catalog) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            FUNCTION => of_function(found, one, catalog),
            "AWS::Lambda::EventSourceMapping" => mapping(found, one),
            "AWS::Lambda::Permission" => permission(found, one),
            "AWS::ApiGatewayV2::Integration" => {
                let usual_ms = found.value("http-api-timeout");
                integration(found, one, "IntegrationUri", "TimeoutInMillis", usual_ms);
            }
            "AWS::ApiGateway::Method" => {
                let usual_ms = found.value("rest-api-timeout");
                let paths = ["Integration/Uri", "Integration/TimeoutInMillis"];
                integration(found, one, paths[0], paths[1], usual_ms);
            }
            "AWS::S3::Bucket" => recursion(found, one),
            "AWS::Lambda::Alias" => provisioned(found, one),
            _ => {}
        }
    }
}

fn of_function(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    limits(found, one, catalog);
    let (graph, id) = (found.graph, &one.id);
    let Some(role) = role(graph, one, "Role") else {
        return;
    };
    let why = format!("{id} runs under it");
    trusts(found, role, "lambda.amazonaws.com", &why);
    let mut needs: Vec<(&'static str, String, &str)> = Vec::new();
    let network = one.property("VpcConfig");
    if network.is_some_and(|node| node.get("SubnetIds").is_some()) {
        let why = format!("{id} runs in a network");
        needs.push(("ec2:CreateNetworkInterface", why, "VpcConfig"));
    }
    let letters = one.property("DeadLetterConfig/TargetArn");
    if let Some(letters) = letters.and_then(|node| graph.named_by(node)) {
        let action = match letters.kind.as_str() {
            "AWS::SNS::Topic" => "sns:Publish",
            _ => "sqs:SendMessage",
        };
        let why = format!("{id} keeps what failed in {}", letters.id);
        needs.push((action, why, "DeadLetterConfig"));
    }
    for (action, why, path) in needs {
        if allows(graph, role, action) == Some(false) {
            let what = format!("{why}, and {} does not allow {action}", role.id);
            found.at("role-lacks-action", one, path, what);
        }
    }
}

/// Memory and time beyond what a function of its kind may have.
fn limits(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    let (graph, id) = (found.graph, &one.id);
    let kind = match one.property("CapacityProviderConfig") {
        Some(_) => "lambda-managed-instances",
        None => "lambda",
    };
    let limit = |platform: &str, name: &str| {
        let limit = catalog.platform(platform)?.limit(name)?;
        let last = limit.values.iter().max_by_key(|value| value.since)?;
        limit.value_on(last.since)
    };
    let memory = number(graph, one, "MemorySize", found.value("function-memory"));
    let most = limit(kind, "memory").map(|bytes| Bytes::from_f64(bytes).as_mb());
    if let (Some(memory), Some(most)) = (memory, most)
        && memory > most
    {
        let what = format!("{id} asks for {memory} MB, and its kind has {most} MB at the most");
        found.at("function-memory", one, "MemorySize", what);
    }
    let timeout = number(graph, one, "Timeout", found.value("function-timeout"));
    if let (Some(timeout), Some(longest)) = (timeout, limit("lambda", "timeout"))
        && timeout > longest
    {
        let what = format!("{id} asks for {timeout} s, and a function has {longest} s at the most");
        found.at("function-timeout", one, "Timeout", what);
    }
}

/// Notes a role that a service must take and cannot.
pub(super) fn trusts(found: &mut Found<'_>, role: &Resource, service: &str, why: &str) {
    let document = role.property("AssumeRolePolicyDocument");
    let said = statements(document);
    let unreadable = document.is_none_or(|node| node.call().is_some())
        || said.iter().any(|statement| {
            statement.call().is_some()
                || statement
                    .get("Principal")
                    .is_none_or(|node| node.call().is_some() || node.text() == Some("*"))
                || statement.at("Principal/Service").is_some_and(|node| {
                    node.one_or_more()
                        .into_iter()
                        .any(|inner| inner.call().is_some())
                })
        });
    let able = said.iter().any(|statement| {
        is_allow(statement)
            && services(statement)
                .iter()
                .any(|one| one.trim_end_matches(".cn") == service)
    });
    if !unreadable && !able {
        found.at(
            "role-not-trusting",
            role,
            "AssumeRolePolicyDocument",
            format!("{} does not trust {service}, and {why}", role.id),
        );
    }
}

/// What a mapping reads from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Queue,
    Kinesis,
    Table,
}

fn source_of(graph: &Graph, one: &Resource) -> Option<Source> {
    let arn = one.property("EventSourceArn")?;
    if let Some(named) = graph.named_by(arn) {
        return match named.kind.as_str() {
            "AWS::SQS::Queue" => Some(Source::Queue),
            "AWS::Kinesis::Stream" => Some(Source::Kinesis),
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => Some(Source::Table),
            _ => None,
        };
    }
    match arn_service(&pieces(graph.plain(arn).unwrap_or(arn))).as_deref() {
        Some("sqs") => Some(Source::Queue),
        Some("kinesis") => Some(Source::Kinesis),
        Some("dynamodb") => Some(Source::Table),
        _ => None,
    }
}

fn mapping(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let Some(source) = source_of(graph, one) else {
        return;
    };
    if source == Source::Queue {
        of_streams(found, one);
    } else {
        of_queues(found, one);
    }
    let named = one.property("EventSourceArn");
    let named = named.and_then(|node| graph.named_by(node));
    if let Some(table) = named.filter(|named| named.kind == "AWS::DynamoDB::Table")
        && table.property("StreamSpecification").is_none()
    {
        let what = format!("{} follows {}, which has no stream", one.id, table.id);
        found.at("table-without-stream", one, "EventSourceArn", what);
    }
    let target = one.property("FunctionName");
    let Some(target) = target.and_then(|node| function(graph, node)) else {
        return;
    };
    if source == Source::Queue
        && let Some(queue) = named
    {
        visibility(found, queue, target);
    }
    if let Some(role) = role(graph, target, "Role") {
        reads(found, one, source, (target, role));
    }
}

/// What belongs to streams, said of a queue.
fn of_streams(found: &mut Found<'_>, one: &Resource) {
    const KEYS: [&str; 8] = [
        "StartingPosition",
        "StartingPositionTimestamp",
        "BisectBatchOnFunctionError",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "TumblingWindowInSeconds",
        "DestinationConfig",
    ];
    for key in KEYS.iter().filter(|key| one.property(key).is_some()) {
        let what = format!(
            "{} reads a queue and says {key}, which belongs to streams",
            one.id
        );
        found.at("mapping-of-another-source", one, key, what);
    }
}

/// What belongs to queues, said of a stream, and what a stream needs.
fn of_queues(found: &mut Found<'_>, one: &Resource) {
    const KEY: &str = "ScalingConfig";
    if one.property(KEY).is_some() {
        let what = format!(
            "{} reads a stream and says {KEY}, which belongs to queues",
            one.id
        );
        found.at("mapping-of-another-source", one, KEY, what);
    }
    if one.property("StartingPosition").is_none() {
        let what = format!("{} reads a stream and does not say where to begin", one.id);
        found.at("stream-without-start", one, "", what);
    }
}

/// What a role must allow for its function to read a source.
fn reads(
    found: &mut Found<'_>,
    one: &Resource,
    source: Source,
    (target, role): (&Resource, &Resource),
) {
    let (graph, id) = (found.graph, &one.id);
    let needed = match source {
        Source::Queue => [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ],
        Source::Kinesis => [
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:DescribeStream",
        ],
        Source::Table => [
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:DescribeStream",
        ],
    };
    let lacks = |action: &&str| allows(graph, role, action) == Some(false);
    let lacking: Vec<&str> = needed.into_iter().filter(lacks).collect();
    if !lacking.is_empty() {
        let what = format!(
            "{} reads through {id}, and {} does not allow {}",
            target.id,
            role.id,
            lacking.join(", ")
        );
        found.at("role-lacks-action", one, "EventSourceArn", what);
    }
    let letters = one.property("DestinationConfig/OnFailure/Destination");
    let Some(letters) = letters.and_then(|node| graph.named_by(node)) else {
        return;
    };
    let action = match letters.kind.as_str() {
        "AWS::SQS::Queue" => "sqs:SendMessage",
        "AWS::SNS::Topic" => "sns:Publish",
        _ => return,
    };
    if lacks(&action) {
        let what = format!(
            "{id} keeps what failed in {}, and {} does not allow {action}",
            letters.id, role.id
        );
        found.at("role-lacks-action", one, "DestinationConfig", what);
    }
}

/// A message that comes back while it is worked on is worked on twice.
fn visibility(found: &mut Found<'_>, queue: &Resource, target: &Resource) {
    const PATH: &str = "VisibilityTimeout";
    let graph = found.graph;
    let times = found.value("visibility-times");
    let hidden = number(graph, queue, PATH, found.value("queue-visibility"));
    let runs = number(graph, target, "Timeout", found.value("function-timeout"));
    if let (Some(hidden), Some(runs)) = (hidden, runs)
        && hidden < times * runs
    {
        let what = format!(
            "{} hides messages for {hidden} s, less than {times} times the {runs} s that {} \
             may take",
            queue.id, target.id
        );
        found.at("visibility-too-short", queue, PATH, what);
    }
}

/// The service in an ARN, in which references stand as `${AWS::Region}`.
fn arn_service(arn: &str) -> Option<String> {
    let plain = arn.replace("AWS::", "");
    plain.split(':').nth(2).map(str::to_owned)
}

/// The service that must be let in for a source; none where it cannot be told.
fn principal_of(graph: &Graph, arn: &Node) -> Option<&'static str> {
    if let Some(named) = graph.named_by(arn) {
        return match named.kind.as_str() {
            "AWS::S3::Bucket" => Some("s3.amazonaws.com"),
            "AWS::SNS::Topic" => Some("sns.amazonaws.com"),
            "AWS::Events::Rule" => Some("events.amazonaws.com"),
            "AWS::Cognito::UserPool" => Some("cognito-idp.amazonaws.com"),
            _ => None,
        };
    }
    match arn_service(&pieces(arn))?.as_str() {
        "s3" => Some("s3.amazonaws.com"),
        "sns" => Some("sns.amazonaws.com"),
        "events" => Some("events.amazonaws.com"),
        "execute-api" => Some("apigateway.amazonaws.com"),
        "cognito-idp" => Some("cognito-idp.amazonaws.com"),
        _ => None,
    }
}

fn permission(found: &mut Found<'_>, one: &Resource) {
    let (graph, id) = (found.graph, &one.id);
    let Some(principal) = text(graph, one, "Principal") else {
        return;
    };
    let arn = one.property("SourceArn");
    if let Some(wanted) = arn.and_then(|node| principal_of(graph, node))
        && principal.ends_with(".amazonaws.com")
        && principal != wanted
    {
        found.at(
            "permission-principal",
            one,
            "Principal",
            format!("{id} lets {principal} call for a source of {wanted}"),
        );
    }
    if principal == "s3.amazonaws.com" && one.property("SourceAccount").is_none() {
        found.at(
            "permission-without-account",
            one,
            "",
            format!("{id} lets a bucket call whose name does not say its account"),
        );
    }
}

fn integration(found: &mut Found<'_>, one: &Resource, uri: &str, path: &str, usual_ms: f64) {
    let graph = found.graph;
    let target = one.property(uri).and_then(|node| function(graph, node));
    let Some(target) = target else { return };
    let waits = number(graph, one, path, usual_ms);
    let runs = number(graph, target, "Timeout", found.value("function-timeout"));
    if let (Some(waits), Some(runs)) = (waits, runs)
        && waits < runs * 1000.0
    {
        let at = if one.property(path).is_some() {
            path
        } else {
            ""
        };
        found.at(
            "api-gives-up-first",
            one,
            at,
            format!(
                "{} waits {waits} ms, and {} may take {runs} s",
                one.id, target.id
            ),
        );
    }
}

/// A function that writes where its own trigger listens starts itself.
fn recursion(found: &mut Found<'_>, bucket: &Resource) {
    let graph = found.graph;
    let configurations = bucket
        .property("NotificationConfiguration/LambdaConfigurations")
        .map_or(&[][..], Node::items);
    for configuration in configurations {
        let Some(target) = configuration
            .get("Function")
            .and_then(|node| function(graph, node))
        else {
            continue;
        };
        let rules = configuration
            .at("Filter/S3Key/Rules")
            .map_or(&[][..], Node::items);
        let prefix = rules.iter().find(|rule| {
            rule.get("Name")
                .and_then(Node::text)
                .is_some_and(|name| name.eq_ignore_ascii_case("prefix"))
        });
        let prefix = prefix
            .and_then(|rule| rule.get("Value")?.text())
            .unwrap_or_default();
        let suffix = rules.iter().any(|rule| {
            rule.get("Name")
                .and_then(Node::text)
                .is_some_and(|name| name.eq_ignore_ascii_case("suffix"))
        });
        let created = configuration
            .get("Event")
            .and_then(Node::text)
            .is_none_or(|event| event.contains("ObjectCreated"));
        let Some(role) = role(graph, target, "Role") else {
            continue;
        };
        if !created || suffix {
            continue;
        }
        for policy in role.property("Policies").map_or(&[][..], Node::items) {
            for statement in statements(policy.get("PolicyDocument")) {
                let writes = is_allow(statement)
                    && actions(statement).any(|action| matches(action, "s3:PutObject"));
                let resources = statement
                    .get("Resource")
                    .map(Node::one_or_more)
                    .unwrap_or_default();
                let there = resources
                    .iter()
                    .any(|node| covers(graph, bucket, node, prefix));
                if writes && there {
                    let message = format!(
                        "{} may write to {}, whose uploads start it",
                        target.id, bucket.id
                    );
                    found.noted.push((
                        statement.line.max(role.line),
                        "writes-to-its-trigger",
                        message,
                    ));
                }
            }
        }
    }
}

/// Whether a resource of a policy names objects of a bucket under a prefix.
fn covers(graph: &Graph, bucket: &Resource, node: &Node, prefix: &str) -> bool {
    let whole = pieces(node);
    let name = bucket
        .property("BucketName")
        .map(pieces)
        .filter(|name| !name.is_empty());
    let mut starts = vec![
        format!("${{{}.Arn}}/", bucket.id),
        format!("arn:aws:s3:::${{{}}}/", bucket.id),
        format!("arn:${{AWS::Partition}}:s3:::${{{}}}/", bucket.id),
    ];
    if let Some(name) = name {
        starts.push(format!("arn:aws:s3:::{name}/"));
        starts.push(format!("arn:${{AWS::Partition}}:s3:::{name}/"));
    }
    let key = starts
        .iter()
        .find_map(|start| whole.strip_prefix(start.as_str()));
    let _ = graph;
    key.is_some_and(|key| {
        let fixed = key.split(['*', '?']).next().unwrap_or_default();
        key.contains('*') && (fixed.starts_with(prefix) || prefix.starts_with(fixed))
    })
}

/// Environments are kept ready for a version, never for what changes.
fn provisioned(found: &mut Found<'_>, one: &Resource) {
    let wants = one.property("ProvisionedConcurrencyConfig").is_some();
    if wants && text(found.graph, one, "FunctionVersion") == Some("$LATEST") {
        found.at(
            "provisioned-latest",
            one,
            "FunctionVersion",
            format!("{} keeps environments ready for $LATEST", one.id),
        );
    }
}
