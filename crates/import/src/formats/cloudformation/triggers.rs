//! What starts a function: where it stands, in its own events or elsewhere.

use std::collections::BTreeMap;

use landfall_source::yaml::Node;
use landfall_workload::FactId;

use super::template::{Resource, Template};
use crate::finding::Found;
use crate::settings;

/// The events that SAM puts beside a function.
pub(super) fn of_sam(template: &Template<'_>, one: Resource<'_>, found: &mut Found) {
    for (name, event) in one.at("Events").map_or(&[][..], Node::entries) {
        let kind = event.get("Type").and_then(Node::text).unwrap_or("");
        let place = template.place(event.get("Type").unwrap_or(event));
        let get = |path: &str| event.get("Properties").and_then(|node| node.at(path));
        if is_off(template, get("Enabled"), get("State")) {
            let hint = format!("the event {name} is switched off");
            found.ask(FactId::Trigger, hint, place);
            continue;
        }
        match kind {
            "Api" => http(found, "rest-api", event, template),
            "HttpApi" => http(found, "http-api", event, template),
            "S3" => created(template, found, get("Events"), event),
            "SQS" => {
                settings::trigger(found, "queue", place, None);
                batches(template, found, &get);
            }
            "Kinesis" => {
                settings::trigger(found, "data-stream", place, None);
                batches(template, found, &get);
            }
            "DynamoDB" => {
                settings::trigger(found, "table-stream", place, None);
                batches(template, found, &get);
            }
            "SNS" => {
                // With a subscription of a queue, the function takes from the queue.
                let is_queue = get("SqsSubscription")
                    .is_some_and(|node| template.is_true(Some(node)) || !node.entries().is_empty());
                let word = if is_queue { "queue" } else { "event-bus" };
                settings::trigger(found, word, place, None);
            }
            "EventBridgeRule" | "CloudWatchEvent" => bus(found, get("Pattern"), event, template),
            "Schedule" | "ScheduleV2" => {
                let expression = get("Schedule").or_else(|| get("ScheduleExpression"));
                let zone = get("ScheduleExpressionTimezone");
                scheduled(template, found, expression, zone, event);
            }
            _ => {
                found.is_started(format!("an event {name} of type {kind} starts it"), place);
            }
        }
    }
    if let Some(url) = one.at("FunctionUrlConfig") {
        http(found, "function-url", url, template);
    }
}

fn http(found: &mut Found, door: &'static str, node: &Node, template: &Template<'_>) {
    let place = template.place(node.get("Type").unwrap_or(node));
    settings::trigger(found, "http", place.clone(), None);
    settings::front_door(found, door, place);
}

/// Whether an event is switched off.
fn is_off(template: &Template<'_>, enabled: Option<&Node>, state: Option<&Node>) -> bool {
    let text = |node: Option<&Node>| node.and_then(|node| template.known(node));
    text(enabled).is_some_and(|known| known.text == "false")
        || text(state).is_some_and(|known| known.text == "DISABLED")
}

/// A bucket that notifies: of new objects, or of something else.
fn created(template: &Template<'_>, found: &mut Found, events: Option<&Node>, at: &Node) {
    let names = events.map(Node::one_or_more).unwrap_or_default();
    let is_created = |node: &&Node| {
        template
            .known(node)
            .is_some_and(|known| known.text.starts_with("s3:ObjectCreated"))
    };
    let place = template.place(events.unwrap_or(at));
    if !names.is_empty() && names.iter().all(is_created) {
        settings::trigger(found, "object-created", place, None);
    } else {
        found.is_started("a bucket notifies it, not only of new objects", place);
    }
}

/// A rule of a bus: of new objects in a bucket where its pattern says just that.
fn bus(found: &mut Found, pattern: Option<&Node>, at: &Node, template: &Template<'_>) {
    let texts = |key: &str| -> Vec<String> {
        let values = pattern.and_then(|pattern| pattern.get(key));
        let values = values.map(Node::one_or_more).unwrap_or_default();
        let known = values.iter().filter_map(|node| template.known(node));
        known.map(|known| known.text).collect()
    };
    let is_created = texts("source") == ["aws.s3"] && texts("detail-type") == ["Object Created"];
    let word = if is_created {
        "object-created"
    } else {
        "event-bus"
    };
    settings::trigger(found, word, template.place(pattern.unwrap_or(at)), None);
}

fn scheduled(
    template: &Template<'_>,
    found: &mut Found,
    expression: Option<&Node>,
    zone: Option<&Node>,
    at: &Node,
) {
    let known = expression.and_then(|node| template.text_of(node));
    let zone = zone.and_then(|node| template.known(node));
    match known {
        Some(known) if known.value.starts_with("at(") => {
            let hint = format!("it is started once, {}", known.value);
            found.ask(FactId::Trigger, hint, known.place);
        }
        Some(known) => settings::schedule(found, known, zone.map(|zone| zone.text)),
        None => settings::trigger(found, "schedule", template.place(at), None),
    }
}

/// How work comes off a queue or a stream.
fn batches<'t>(
    template: &Template<'_>,
    found: &mut Found,
    get: &impl Fn(&str) -> Option<&'t Node>,
) {
    let number = |path: &str| get(path).and_then(|node| template.number_of(node));
    if let Some(size) = number("BatchSize") {
        size.is(found, FactId::BatchSize, 1.0);
    }
    let window = number("MaximumBatchingWindowInSeconds");
    if let Some(window) = window.filter(|window| window.value > 0.0) {
        window.is(found, FactId::BatchWindow, 1.0);
    }
}

/// Calls something with the functions and tasks that a value refers to.
type Target<'a> = dyn FnMut(Option<&Node>, &mut dyn FnMut(&mut Found)) + 'a;

/// What of other resources starts functions and tasks; `found` has those by logical ID.
pub(super) fn of_resources(template: &Template<'_>, found: &mut BTreeMap<String, Found>) {
    let names = behind_aliases(template);
    for one in &template.resources {
        let Some(properties) = one.node.get("Properties") else {
            continue;
        };
        let mut target = |node: Option<&Node>, act: &mut dyn FnMut(&mut Found)| {
            let Some(node) = node else { return };
            for id in template.references(node) {
                let id = names.get(id).copied().unwrap_or(id);
                if let Some(function) = found.get_mut(id) {
                    act(function);
                }
            }
        };
        by_events(template, one, properties, &mut target);
        by_calls(template, one, properties, &mut target);
    }
}

/// Queues, streams, rules, schedules, notifications.
fn by_events(
    template: &Template<'_>,
    one: &Resource<'_>,
    properties: &Node,
    target: &mut Target<'_>,
) {
    let get = |path: &str| properties.at(path);
    match one.kind {
        "AWS::Lambda::EventSourceMapping" => target(get("FunctionName"), &mut |function| {
            mapped(template, function, *one);
        }),
        "AWS::Lambda::Url" => target(get("TargetFunctionArn"), &mut |function| {
            http(function, "function-url", one.node, template);
        }),
        "AWS::Events::Rule" => {
            for aim in get("Targets").map_or(&[][..], Node::items) {
                let jobs = aim.at("EcsParameters/TaskDefinitionArn");
                let queue = aim.at("BatchParameters/JobDefinition");
                target(jobs.or(queue).or(aim.get("Arn")), &mut |function| {
                    ruled(template, function, *one);
                });
            }
        }
        "AWS::Scheduler::Schedule" => {
            let jobs = get("Target/EcsParameters/TaskDefinitionArn");
            // A universal target names what it calls in its input.
            let input = get("Target/Input").filter(|_| get("Target/Arn").is_some_and(is_call));
            target(jobs.or(input).or(get("Target/Arn")), &mut |function| {
                planned(template, function, *one);
            });
        }
        "AWS::S3::Bucket" => {
            let all = get("NotificationConfiguration/LambdaConfigurations");
            for notice in all.map_or(&[][..], Node::items) {
                target(notice.get("Function"), &mut |function| {
                    created(template, function, notice.get("Event"), notice);
                });
            }
        }
        "Custom::S3BucketNotifications" => {
            let all = get("NotificationConfiguration/LambdaFunctionConfigurations");
            for notice in all.map_or(&[][..], Node::items) {
                target(notice.get("LambdaFunctionArn"), &mut |function| {
                    created(template, function, notice.get("Events"), notice);
                });
            }
        }
        "AWS::SNS::Subscription" => target(get("Endpoint"), &mut |function| {
            settings::trigger(function, "event-bus", template.place(one.node), None);
        }),
        "AWS::SNS::Topic" => {
            for subscription in get("Subscription").map_or(&[][..], Node::items) {
                target(subscription.get("Endpoint"), &mut |function| {
                    let place = template.place(subscription);
                    settings::trigger(function, "event-bus", place, None);
                });
            }
        }
        _ => {}
    }
}

/// APIs, balancers, and what calls by itself.
fn by_calls(
    template: &Template<'_>,
    one: &Resource<'_>,
    properties: &Node,
    target: &mut Target<'_>,
) {
    let get = |path: &str| properties.at(path);
    match one.kind {
        "AWS::ApiGateway::Method" => target(get("Integration"), &mut |function| {
            http(function, "rest-api", one.node, template);
        }),
        "AWS::ApiGateway::RestApi" | "AWS::Serverless::Api" => {
            target(get("Body").or(get("DefinitionBody")), &mut |function| {
                http(function, "rest-api", one.node, template);
            });
        }
        "AWS::Serverless::HttpApi" => target(get("DefinitionBody"), &mut |function| {
            http(function, "http-api", one.node, template);
        }),
        "AWS::ApiGatewayV2::Api" => target(get("Body").or(get("Target")), &mut |function| {
            http(function, "http-api", one.node, template);
        }),
        "AWS::ApiGatewayV2::Integration" => target(get("IntegrationUri"), &mut |function| {
            integrated(template, function, *one);
        }),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            for aim in get("Targets").map_or(&[][..], Node::items) {
                target(aim.get("Id"), &mut |function| {
                    http(function, "alb", one.node, template);
                });
            }
        }
        "AWS::Pipes::Pipe" => {
            let job = get("TargetParameters/BatchJobParameters/JobDefinition");
            let task = get("TargetParameters/EcsTaskParameters/TaskDefinitionArn");
            target(job.or(task).or(get("Target")), &mut |function| {
                from_source(template, function, get("Source"), one.node);
            });
        }
        "AWS::StepFunctions::StateMachine" | "AWS::Serverless::StateMachine" => {
            target(Some(properties), &mut |function| {
                let hint = format!("a step of the state machine {} calls it", one.id);
                function.is_started(hint, template.place(one.node));
            });
        }
        "AWS::Cognito::UserPool" => target(get("LambdaConfig"), &mut |function| {
            let hint = format!("the user pool {} calls it", one.id);
            function.is_started(hint, template.place(one.node));
        }),
        "AWS::Lambda::Permission" => target(get("FunctionName"), &mut |function| {
            if let Some(who) = template.text(*one, "Principal") {
                let hint = format!("{} may invoke it", who.value);
                function.ask(FactId::Trigger, hint, who.place);
            }
        }),
        _ => {}
    }
}

fn is_call(node: &Node) -> bool {
    node.text()
        .is_some_and(|arn| arn.contains(":scheduler:::aws-sdk:"))
}

/// Versions, aliases and nothing else: what stands for a function under another ID.
fn behind_aliases<'t>(template: &Template<'t>) -> BTreeMap<&'t str, &'t str> {
    let mut names = BTreeMap::new();
    for _ in 0..2 {
        for one in &template.resources {
            if !matches!(one.kind, "AWS::Lambda::Alias" | "AWS::Lambda::Version") {
                continue;
            }
            let function = one.at("FunctionName").map(|node| template.references(node));
            if let Some(function) = function.unwrap_or_default().first() {
                let known = names.get(function).copied().unwrap_or(*function);
                names.insert(one.id, known);
            }
        }
    }
    names
}

/// A queue or a stream that Lambda takes work from.
fn mapped(template: &Template<'_>, function: &mut Found, one: Resource<'_>) {
    let get = |path: &str| one.at(path);
    if is_off(template, get("Enabled"), None) {
        let hint = format!("the event source mapping {} is switched off", one.id);
        function.ask(FactId::Trigger, hint, template.place(one.node));
        return;
    }
    from_source(template, function, get("EventSourceArn"), one.node);
    batches(template, function, &get);
}

/// What an event source is: by the resource that it names, or by its ARN.
fn from_source(template: &Template<'_>, function: &mut Found, source: Option<&Node>, at: &Node) {
    let place = template.place(source.unwrap_or(at));
    let kinds = source.map(|source| {
        let ids = template.references(source);
        let kinds = ids.iter().filter_map(|id| template.resource(id));
        let kinds: Vec<&str> = kinds.map(|one| one.kind).collect();
        (kinds, Template::texts(source))
    });
    let (kinds, arn) = kinds.unwrap_or_default();
    let is = |kind: &str, service: &str| {
        kinds.iter().any(|one| one.starts_with(kind)) || arn.contains(service)
    };
    let word = if is("AWS::SQS::Queue", ":sqs:") {
        "queue"
    } else if is("AWS::Kinesis::Stream", ":kinesis:") {
        "data-stream"
    } else if is("AWS::DynamoDB::", ":dynamodb:") {
        "table-stream"
    } else {
        function.is_started(
            "an event source starts it that is not in this template",
            place,
        );
        return;
    };
    settings::trigger(function, word, place, None);
}

/// A rule: by a schedule, or by events.
fn ruled(template: &Template<'_>, function: &mut Found, one: Resource<'_>) {
    if is_off(template, None, one.at("State")) {
        let hint = format!("the rule {} is switched off", one.id);
        function.ask(FactId::Trigger, hint, template.place(one.node));
    } else if let Some(expression) = one.at("ScheduleExpression") {
        scheduled(template, function, Some(expression), None, one.node);
    } else {
        bus(function, one.at("EventPattern"), one.node, template);
    }
}

fn planned(template: &Template<'_>, function: &mut Found, one: Resource<'_>) {
    if is_off(template, None, one.at("State")) {
        let hint = format!("the schedule {} is switched off", one.id);
        function.ask(FactId::Trigger, hint, template.place(one.node));
        return;
    }
    let zone = one.at("ScheduleExpressionTimezone");
    scheduled(
        template,
        function,
        one.at("ScheduleExpression"),
        zone,
        one.node,
    );
}

/// An integration of an HTTP or a WebSocket API.
fn integrated(template: &Template<'_>, function: &mut Found, one: Resource<'_>) {
    let api = one.at("ApiId").map(|node| template.references(node));
    let api = api.and_then(|ids| template.resource(ids.first()?));
    let protocol = api.and_then(|api| template.text(api, "ProtocolType"));
    match protocol.as_ref().map(|set| set.value.as_str()) {
        Some("WEBSOCKET") => {
            settings::trigger(function, "websocket", template.place(one.node), None);
        }
        Some(_) => http(function, "http-api", one.node, template),
        None => {
            let place = template.place(one.node);
            function.is_started("an API that is not in this template calls it", place);
        }
    }
}
