//! Events of services that call a function: buckets, topics, rules of `IoT`, user pools, logs.

use super::timed::{admitting, arn_here};
use crate::graph::Graph;
use crate::sam::given::{Given, permission};
use crate::sam::made::Made;
use crate::sam::nodes::{
    Properties, attribute, entry, list, map, on_condition, reference, size, substituted, text,
};
use crate::sam::policies::Role;
use crate::sam::target::Target;
use crate::value::{Node, Value};

/// The ID of a resource of the template that a property names by `Ref`; what is said where
/// it names none.
fn beside<'g>(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &'g Given<'_>,
    graph: &Graph,
    what: &str,
) -> Option<&'g str> {
    let node = given.get(&given.row.source)?;
    let id = match node.call() {
        Some(("Ref", argument)) => argument.text(),
        _ => None,
    };
    let found = id.filter(|id| graph.get(id).is_some());
    if found.is_none() && graph.has_more {
        let of = format!("of type {}, whose {what} is not read", given.row.kind);
        made.not_read(target.of, node.line, "event", of);
    } else if found.is_none() {
        let what = format!(
            "the event {} of {} names no {what} of this template by !Ref",
            given.name, target.of.id
        );
        made.refuse(target.of, node.line, what);
    }
    found
}

/// Adds an item to a list, made where there is none, unless it has it.
fn push(node: &mut Node, item: Node) {
    if node.value == Value::Null {
        node.value = Value::List(Vec::new());
    }
    if let Value::List(items) = &mut node.value
        && !items.contains(&item)
    {
        items.push(item);
    }
}

/// A bucket that notifies a function, which lets it first.
pub(super) fn notification(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    graph: &Graph,
) {
    let line = given.line;
    let Some(bucket) = beside(made, target, given, graph, "bucket") else {
        return;
    };
    let id = target.id(given.name);
    let more = vec![("SourceAccount", account(line))];
    permission(made, target, given, &id, "", more);
    let lets = format!("{id}Permission");
    let events = given.get("Events").map(Node::one_or_more);
    let events = events.unwrap_or_default();
    let filter = given.get("Filter");
    let each = filter.map_or(0, size) + 16;
    if !made.spend(each.saturating_mul(events.len())) {
        let of = "of type S3 with too many events".to_owned();
        return made.not_read(target.of, line, "event", of);
    }
    let condition = target.of.condition.clone();
    let Some(bucket) = made.get_mut(bucket) else {
        return;
    };
    if let Some(condition) = &condition {
        // No bucket waits for what may not be there but by a reference.
        let tag = [
            (
                "Key",
                text(line, format!("sam:ConditionalDependsOn:{lets}")),
            ),
            ("Value", reference(line, &lets)),
        ];
        if let Some(tags) = entry(&mut bucket.properties, "Tags", line) {
            push(tags, on_condition(condition, map(line, tag)));
        }
    } else if !bucket.depends_on.contains(&lets) {
        bucket.depends_on.push(lets);
    }
    let list = entry(&mut bucket.properties, "NotificationConfiguration", line)
        .and_then(|node| entry(node, "LambdaConfigurations", line));
    let Some(list) = list else { return };
    for event in events {
        let mut one = Properties::default();
        one.put("Function", target.arn(event.line));
        one.maybe("Filter", filter);
        one.put("Event", event.clone());
        let one = one.at(event.line);
        push(
            list,
            match &condition {
                Some(condition) => on_condition(condition, one),
                None => one,
            },
        );
    }
}

/// A topic that a function, or a queue before it, is subscribed to.
pub(super) fn subscription(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    role: &mut Role,
    graph: &Graph,
) {
    let line = given.line;
    let id = target.id(given.name);
    let Some(topic) = given.get("Topic") else {
        return;
    };
    let by_queue = given.get("SqsSubscription");
    let is_queue = |node: &&Node| node.flag() == Some(true) || !node.entries().is_empty();
    let mut properties = Properties::default();
    properties.put("TopicArn", topic.clone());
    let Some(by_queue) = by_queue.filter(is_queue) else {
        let more = vec![("SourceArn", topic.clone())];
        permission(made, target, given, &id, "", more);
        properties.put("Protocol", text(line, "lambda"));
        properties.put("Endpoint", target.arn(line));
        return subscribe(made, target, given, &id, properties);
    };
    let own = format!("{id}Queue");
    let (arn, url, policy) = if by_queue.flag() == Some(true) {
        let mut queue = Properties::default();
        let fifo = graph
            .named_by(topic)
            .and_then(|one| one.property("FifoTopic"));
        queue.maybe("FifoQueue", fifo);
        let kind = "AWS::SQS::Queue";
        made.beside(target.of, &own, line, kind, queue.at(line));
        (attribute(line, &own, "Arn"), reference(line, &own), None)
    } else {
        let named = (by_queue.get("QueueArn"), by_queue.get("QueueUrl"));
        let (Some(arn), Some(url)) = named else {
            let what = format!(
                "the event {} of {} names no QueueArn and QueueUrl of its queue",
                given.name, target.of.id
            );
            return made.refuse(target.of, by_queue.line, what);
        };
        let policy = by_queue.get("QueuePolicyLogicalId").and_then(Node::text);
        (arn.clone(), url.clone(), policy)
    };
    let mut lets = Properties::default();
    // Anybody, for this topic alone.
    let document = admitting(line, text(line, "*"), arn.clone(), topic.clone());
    lets.put("PolicyDocument", document);
    lets.put("Queues", list(line, vec![url]));
    let policy = policy.map_or_else(|| format!("{id}QueuePolicy"), str::to_owned);
    let kind = "AWS::SQS::QueuePolicy";
    made.beside(target.of, &policy, line, kind, lets.at(line));
    properties.put("Protocol", text(line, "sqs"));
    properties.put("Endpoint", arn.clone());
    subscribe(made, target, given, &id, properties);
    let mut mapping = Properties::default();
    mapping.put("FunctionName", target.name(line));
    mapping.put("EventSourceArn", arn);
    mapping.maybe("BatchSize", by_queue.get("BatchSize"));
    let of = format!("{id}EventSourceMapping");
    let kind = "AWS::Lambda::EventSourceMapping";
    made.beside(target.of, &of, line, kind, mapping.at(line));
    let managed = made.known.event("SQS").and_then(|row| row.managed.as_ref());
    if let Some(name) = managed {
        role.add_managed(line, name);
    }
}

fn subscribe(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    id: &str,
    mut properties: Properties,
) {
    let keys = [
        "Region",
        "FilterPolicy",
        "FilterPolicyScope",
        "RedrivePolicy",
    ];
    properties.copy(given.properties, &keys);
    let kind = "AWS::SNS::Subscription";
    made.beside(target.of, id, given.line, kind, properties.at(given.line));
}

/// A rule of `IoT` that calls a function.
pub(super) fn topic_rule(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>) {
    let line = given.line;
    let id = target.id(given.name);
    let name = vec![("RuleName".to_owned(), reference(line, &id))];
    let more = vec![
        ("SourceAccount", substituted(line, "${AWS::AccountId}")),
        ("SourceArn", arn_here(line, "iot:rule/${RuleName}", name)),
    ];
    permission(made, target, given, &id, "", more);
    let call = map(line, [("FunctionArn", target.arn(line))]);
    let action = map(line, [("Lambda", call)]);
    let mut payload = Properties::default();
    payload.copy(given.properties, &["Sql", "AwsIotSqlVersion"]);
    payload.put("Actions", list(line, vec![action]));
    let mut properties = Properties::default();
    properties.put("TopicRulePayload", payload.at(line));
    let kind = "AWS::IoT::TopicRule";
    made.beside(target.of, &id, line, kind, properties.at(line));
}

/// A user pool that calls a function.
pub(super) fn trigger(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>, graph: &Graph) {
    const CONFIG: &str = "LambdaConfig";
    let line = given.line;
    let Some(pool) = beside(made, target, given, graph, "user pool") else {
        return;
    };
    let prefix = format!("{}Cognito", target.alias.as_ref().unwrap_or(&target.of.id));
    let more = vec![("SourceArn", attribute(line, pool, "Arn"))];
    permission(made, target, given, &prefix, "", more);
    let triggers = given.get("Trigger").map(Node::one_or_more);
    let mut twice = None;
    if let Some(config) = made
        .get_mut(pool)
        .and_then(|pool| entry(&mut pool.properties, CONFIG, line))
    {
        for one in triggers.unwrap_or_default() {
            let Some(name) = one.text() else { continue };
            let arn = target.arn(one.line);
            match entry(config, name, one.line) {
                Some(there) if there.value == Value::Null => *there = arn,
                Some(_) => twice = Some((one.line, name)),
                None => {}
            }
        }
    }
    if let Some((line, name)) = twice {
        let what = format!("the trigger {name} of {pool} is set twice");
        made.refuse(target.of, line, what);
    }
}

/// A log group whose lines go to a function.
pub(super) fn log_filter(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>) {
    let line = given.line;
    let id = target.id(given.name);
    let Some(group) = given.get("LogGroupName") else {
        return;
    };
    let name = vec![("Name".to_owned(), group.clone())];
    let source = arn_here(line, "logs:log-group:${Name}:*", name);
    permission(made, target, given, &id, "", vec![("SourceArn", source)]);
    let mut properties = Properties::default();
    properties.copy(given.properties, &["LogGroupName", "FilterPattern"]);
    properties.put("DestinationArn", target.arn(line));
    let kind = "AWS::Logs::SubscriptionFilter";
    made.beside(target.of, &id, line, kind, properties.at(line));
    if let Some(one) = made.get_mut(&id) {
        one.depends_on.push(format!("{id}Permission"));
    }
}

/// The account that the template is deployed to.
fn account(line: usize) -> Node {
    reference(line, "AWS::AccountId")
}
