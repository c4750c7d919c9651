//! Queues, schedules, rules, and who may publish where.

use super::Found;
use super::functions::lets_nobody;
use super::policies::{admits, allows};
use super::view::{flag, role, text};
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            "AWS::SQS::Queue" => queue(found, one),
            "AWS::Events::Rule" => {
                cron(found, one, "ScheduleExpression");
                targets(found, one);
            }
            "AWS::Scheduler::Schedule" => {
                cron(found, one, "ScheduleExpression");
                schedule(found, one);
            }
            "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm" => alarm(found, one),
            "AWS::S3::Bucket" => notifications(found, one),
            "AWS::SNS::Subscription" => subscription(found, one),
            "AWS::ApplicationAutoScaling::ScalableTarget" => {
                let actions = one
                    .property("ScheduledActions")
                    .map_or(&[][..], Node::items);
                for place in 0..actions.len() {
                    cron(found, one, &format!("ScheduledActions/{place}/Schedule"));
                }
            }
            _ => {}
        }
    }
}

fn queue(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let fifo = flag(graph, one, "FifoQueue");
    let letters = one
        .property("RedrivePolicy/deadLetterTargetArn")
        .and_then(|node| graph.named_by(node));
    if let Some(letters) = letters.filter(|letters| letters.kind == "AWS::SQS::Queue")
        && let (Some(mine), Some(theirs)) = (fifo, flag(graph, letters, "FifoQueue"))
        && mine != theirs
    {
        let word = |fifo: bool| if fifo { "FIFO" } else { "standard" };
        found.at(
            "dead-letters-of-another-kind",
            one,
            "RedrivePolicy",
            format!(
                "{} is a {} queue, and its dead letters {} are a {} queue",
                one.id,
                word(mine),
                letters.id,
                word(theirs)
            ),
        );
    }
    let name = one.property("QueueName");
    let ends = name.map(super::view::pieces);
    if let (Some(true), Some(name)) = (fifo, ends)
        && !name.is_empty()
        && !name.ends_with('}')
        && name.rsplit('.').next() != Some("fifo")
    {
        found.at(
            "fifo-name",
            one,
            "QueueName",
            format!(
                "{} is a FIFO queue, and its name does not end in .fifo",
                one.id
            ),
        );
    }
}

fn cron(found: &mut Found<'_>, one: &Resource, path: &str) {
    let Some(expression) = text(found.graph, one, path) else {
        return;
    };
    let Some(inner) = expression
        .strip_prefix("cron(")
        .and_then(|rest| rest.strip_suffix(')'))
    else {
        return;
    };
    let fields: Vec<&str> = inner.split_whitespace().collect();
    match fields.as_slice() {
        [_, _, day, _, weekday, _] => {
            if *day != "?" && *weekday != "?" {
                found.at(
                    "cron-days",
                    one,
                    path,
                    format!("{expression} of {} says both day and weekday", one.id),
                );
            }
        }
        _ => found.at(
            "cron-fields",
            one,
            path,
            format!(
                "{expression} of {} has {} fields, and AWS wants six",
                one.id,
                fields.len()
            ),
        ),
    }
}

/// The customer's key that a queue or topic is encrypted with, or the word for a key of
/// AWS, which admits no service.
fn key_of<'g>(graph: &'g Graph, one: &Resource) -> Option<Result<&'g Resource, &'g str>> {
    let node = graph
        .resources
        .iter()
        .find(|other| other.id == one.id)?
        .property("KmsMasterKeyId")?;
    if let Some(named) = graph.named_by(node) {
        let key = match named.kind.as_str() {
            "AWS::KMS::Key" => named,
            "AWS::KMS::Alias" => graph.named_by(named.property("TargetKeyId")?)?,
            _ => return None,
        };
        return Some(Ok(key));
    }
    let alias = graph.plain(node)?.text()?;
    alias.contains("alias/aws/").then_some(Err(alias))
}

/// A service that publishes to what is encrypted must be admitted by the key.
fn by_key(found: &mut Found<'_>, to: &Resource, service: &str, why: &str) {
    let graph = found.graph;
    match key_of(graph, to) {
        Some(Ok(key)) => {
            let policy = key.property("KeyPolicy");
            if !admits(policy, service, "kms:GenerateDataKey") {
                found.at(
                    "key-refuses-publisher",
                    key,
                    "KeyPolicy",
                    format!("{} does not admit {service}, and {why}", key.id),
                );
            }
        }
        Some(Err(alias)) => found.at(
            "key-refuses-publisher",
            to,
            "KmsMasterKeyId",
            format!(
                "{} is encrypted with {alias}, which admits no service, and {why}",
                to.id
            ),
        ),
        None => {}
    }
}

/// A service that publishes must be let in by a policy of the queue or topic.
fn by_policy(found: &mut Found<'_>, to: &Resource, service: &str, why: &str, one: &Resource) {
    let graph = found.graph;
    if graph.has_more {
        return;
    }
    let (kind, list, action) = match to.kind.as_str() {
        "AWS::SQS::Queue" => ("AWS::SQS::QueuePolicy", "Queues", "sqs:SendMessage"),
        "AWS::SNS::Topic" => ("AWS::SNS::TopicPolicy", "Topics", "sns:Publish"),
        _ => return,
    };
    let inline = if kind == "AWS::SQS::QueuePolicy" {
        "AWS::SQS::QueueInlinePolicy"
    } else {
        "AWS::SNS::TopicInlinePolicy"
    };
    let mine = |policy: &&Resource| {
        [list, "Queue", "TopicArn"]
            .iter()
            .filter_map(|path| policy.property(path))
            .any(|node| Graph::references(node).contains(&to.id))
    };
    let policies = graph
        .of_kind(kind)
        .chain(graph.of_kind(inline))
        .filter(mine);
    if !policies
        .into_iter()
        .any(|policy| admits(policy.property("PolicyDocument"), service, action))
    {
        found.at(
            "policy-refuses-publisher",
            one,
            "",
            format!("{why}, and no policy of {} lets {service} {action}", to.id),
        );
    }
}

fn targets(found: &mut Found<'_>, one: &Resource) {
    const EVENTS: &str = "events.amazonaws.com";
    let graph = found.graph;
    for target in one.property("Targets").map_or(&[][..], Node::items) {
        for (node, what) in [
            (target.get("Arn"), "sends events to"),
            (
                target.at("DeadLetterConfig/Arn"),
                "keeps what it cannot deliver in",
            ),
        ] {
            let Some(to) = node.and_then(|node| graph.named_by(node)) else {
                continue;
            };
            let why = format!("{} {what} {}", one.id, to.id);
            if matches!(to.kind.as_str(), "AWS::SQS::Queue" | "AWS::SNS::Topic")
                && target.get("RoleArn").is_none()
            {
                by_policy(found, to, EVENTS, &why, one);
                by_key(found, to, EVENTS, &why);
            }
            let is_function = to.kind == super::view::FUNCTION;
            if is_function && target.get("RoleArn").is_none() && lets_nobody(graph, to) {
                found.at(
                    "target-without-permission",
                    one,
                    "Targets",
                    format!("{why}, which lets nobody call it"),
                );
            }
        }
    }
}

fn schedule(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let Some(role) = role(graph, one, "Target/RoleArn") else {
        return;
    };
    super::functions::trusts(
        found,
        role,
        "scheduler.amazonaws.com",
        &format!("{} starts its target under it", one.id),
    );
    let mut needs: Vec<&str> = Vec::new();
    if one.property("Target/EcsParameters").is_some() {
        needs.extend(["ecs:RunTask", "iam:PassRole"]);
    } else if let Some(to) = one
        .property("Target/Arn")
        .and_then(|node| graph.named_by(node))
    {
        needs.extend(match to.kind.as_str() {
            super::view::FUNCTION => Some("lambda:InvokeFunction"),
            "AWS::SQS::Queue" => Some("sqs:SendMessage"),
            "AWS::SNS::Topic" => Some("sns:Publish"),
            "AWS::StepFunctions::StateMachine" => Some("states:StartExecution"),
            _ => None,
        });
    }
    let letters = one
        .property("Target/DeadLetterConfig/Arn")
        .and_then(|node| graph.named_by(node));
    if letters.is_some_and(|letters| letters.kind == "AWS::SQS::Queue") {
        needs.push("sqs:SendMessage");
    }
    let lacks: Vec<&str> = needs
        .into_iter()
        .filter(|action| allows(found, role, action) == Some(false))
        .collect();
    if !lacks.is_empty() {
        found.at(
            "role-lacks-action",
            one,
            "Target",
            format!(
                "{} starts its target under {}, which does not allow {}",
                one.id,
                role.id,
                lacks.join(", ")
            ),
        );
    }
}

fn alarm(found: &mut Found<'_>, one: &Resource) {
    const ALARMS: &str = "cloudwatch.amazonaws.com";
    let graph = found.graph;
    let mut told: Vec<&Resource> = Vec::new();
    for key in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        let actions = one.property(key).map_or(&[][..], Node::items);
        told.extend(actions.iter().filter_map(|node| graph.named_by(node)));
    }
    told.sort_by(|a, b| a.id.cmp(&b.id));
    told.dedup_by(|a, b| a.id == b.id);
    for topic in told
        .into_iter()
        .filter(|topic| topic.kind == "AWS::SNS::Topic")
    {
        by_key(found, topic, ALARMS, &format!("alarms go to {}", topic.id));
    }
}

fn notifications(found: &mut Found<'_>, one: &Resource) {
    const BUCKETS: &str = "s3.amazonaws.com";
    let graph = found.graph;
    for (list, key) in [
        ("QueueConfigurations", "Queue"),
        ("TopicConfigurations", "Topic"),
    ] {
        let path = format!("NotificationConfiguration/{list}");
        for configuration in one.property(&path).map_or(&[][..], Node::items) {
            let Some(to) = configuration.get(key).and_then(|node| graph.named_by(node)) else {
                continue;
            };
            let why = format!("{} notifies {}", one.id, to.id);
            by_policy(found, to, BUCKETS, &why, one);
            by_key(found, to, BUCKETS, &why);
        }
    }
}

fn subscription(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    if text(graph, one, "Protocol") != Some("sqs") {
        return;
    }
    let queue = one
        .property("Endpoint")
        .and_then(|node| graph.named_by(node));
    if let Some(queue) = queue.filter(|queue| queue.kind == "AWS::SQS::Queue") {
        let why = format!("{} sends to {}", one.id, queue.id);
        by_policy(found, queue, "sns.amazonaws.com", &why, one);
        by_key(found, queue, "sns.amazonaws.com", &why);
    }
}
