//! Functions: what they may use, what they may do, what calls them.

use landfall_catalog::Catalog;
use landfall_units::Bytes;

use super::Found;
use super::policies::{actions, allows, documents, is_allow, matches, services, statements};
use super::view::{FUNCTION, function, number, pieces, role, text};
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>, catalog: &Catalog) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            FUNCTION => of_function(found, one, catalog),
            "AWS::Lambda::Permission" => permission(found, one),
            "AWS::Lambda::Url" => url(found, one),
            "AWS::S3::Bucket" => recursion(found, one),
            "AWS::Lambda::Alias" | "AWS::Lambda::Version" => provisioned(found, one),
            _ => {}
        }
    }
}

fn of_function(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    limits(found, one, catalog);
    runtime(found, one, catalog);
    snap_start(found, one);
    kept_ready(found, one);
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
        if allows(found, role, action) == Some(false) {
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

/// A runtime that gets no updates any more, on the day on which that was read.
fn runtime(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    const PATH: &str = "Runtime";
    let Some(runtime) = text(found.graph, one, PATH).and_then(|name| catalog.runtime(name)) else {
        return;
    };
    let since = runtime.deprecated;
    if let Some(since) = since.filter(|_| !runtime.is_supported_on(runtime.date)) {
        let next = runtime.successor.as_ref();
        let next = next.map_or_else(String::new, |next| format!("; {next} takes its place"));
        let what = format!(
            "{} runs on {}, deprecated since {since}{next}",
            one.id, runtime.name
        );
        found.at("runtime-deprecated", one, PATH, what);
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

/// The service in an ARN, in which references stand as `${AWS::Region}`.
pub(super) fn arn_service(arn: &str) -> Option<String> {
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

/// Whether no permission of the template is for a function, nor for one that is named in a way
/// that cannot be read.
pub(super) fn lets_nobody(graph: &Graph, one: &Resource) -> bool {
    let mut all = graph.of_kind("AWS::Lambda::Permission");
    let lets = |permission: &Resource| {
        let named = permission.property("FunctionName");
        let by_name = named.is_none_or(|node| function(graph, node).is_none());
        let named = named.and_then(|node| function(graph, node));
        by_name || named.is_some_and(|named| named.id == one.id)
    };
    !graph.has_more && !all.any(lets)
}

/// A URL without authorization is open only to whom a permission says so.
fn url(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "AuthType";
    let graph = found.graph;
    let target = one.property("TargetFunctionArn");
    let target = target.and_then(|node| function(graph, node));
    let is_open = text(graph, one, PATH) == Some("NONE");
    let Some(target) = target.filter(|_| is_open && !graph.has_more) else {
        return;
    };
    let mut permissions = graph.of_kind("AWS::Lambda::Permission");
    let lets = |permission: &Resource| {
        let named = permission.property("FunctionName");
        let named = named.and_then(|node| function(graph, node));
        let action = text(graph, permission, "Action");
        named.is_none_or(|named| named.id == target.id)
            && action.is_none_or(|action| matches(action, "lambda:InvokeFunctionUrl"))
    };
    if !permissions.any(lets) {
        let what = format!(
            "{} is open, and no permission lets anybody call {}",
            one.id, target.id
        );
        found.at("url-without-permission", one, PATH, what);
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
        for document in documents(graph, role) {
            for statement in statements(Some(document)) {
                let writes = is_allow(statement)
                    && actions(statement).any(|action| matches(action, "s3:PutObject"));
                let resources = statement
                    .get("Resource")
                    .map(Node::one_or_more)
                    .unwrap_or_default();
                let there = resources.iter().any(|node| covers(bucket, node, prefix));
                if writes && there {
                    let message = format!(
                        "{} may write to {}, whose uploads start it",
                        target.id, bucket.id
                    );
                    found.at_line("writes-to-its-trigger", role, statement.line, message);
                }
            }
        }
    }
}

/// Whether a resource of a policy names objects of a bucket under a prefix.
fn covers(bucket: &Resource, node: &Node, prefix: &str) -> bool {
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

/// SnapStart goes neither with a file system nor with a large disk, with provisioned
/// concurrency, nor with an image.
fn snap_start(found: &mut Found<'_>, one: &Resource) {
    const DISK: &str = "EphemeralStorage/Size";
    const PATH: &str = "SnapStart/ApplyOn";
    let graph = found.graph;
    if text(graph, one, PATH) != Some("PublishedVersions") {
        return;
    }
    let most_mb = found.value("snap-start-disk");
    let mut others: Vec<String> = Vec::new();
    if number(graph, one, DISK, most_mb).is_some_and(|disk_mb| disk_mb > most_mb) {
        others.push(format!("a disk of more than {most_mb} MB"));
    }
    let files = one.property("FileSystemConfigs");
    if files.is_some_and(|node| !node.items().is_empty()) {
        others.push("a file system".to_owned());
    }
    if ready(graph, one).next().is_some() {
        others.push("provisioned concurrency".to_owned());
    }
    if !others.is_empty() {
        let what = format!("{} has SnapStart and {}", one.id, others.join(" and "));
        found.at("snap-start-with-others", one, PATH, what);
    }
}

/// Aliases and versions of a function for which environments are kept ready.
fn ready<'g>(graph: &'g Graph, one: &'g Resource) -> impl Iterator<Item = &'g Resource> {
    graph.resources.iter().filter(move |other| {
        matches!(
            other.kind.as_str(),
            "AWS::Lambda::Alias" | "AWS::Lambda::Version"
        ) && other.property("ProvisionedConcurrencyConfig").is_some()
            && other
                .property("FunctionName")
                .and_then(|node| function(graph, node))
                .is_some_and(|named| named.id == one.id)
    })
}

/// What all aliases and versions keep ready comes out of what the function reserves.
fn kept_ready(found: &mut Found<'_>, one: &Resource) {
    const RESERVED: &str = "ReservedConcurrentExecutions";
    const READY: &str = "ProvisionedConcurrencyConfig/ProvisionedConcurrentExecutions";
    let graph = found.graph;
    let Some(reserved) = number(graph, one, RESERVED, f64::INFINITY) else {
        return;
    };
    let kept: f64 = ready(graph, one)
        .filter_map(|other| number(graph, other, READY, 0.0))
        .sum();
    if kept > reserved {
        let what = format!(
            "{} keeps {kept} environments ready and reserves {reserved}",
            one.id
        );
        found.at("provisioned-above-reserved", one, RESERVED, what);
    }
}
