//! What calls a function, as its events: queues, streams, rules, schedules.

use super::function::Function;
use super::work::{Properties, Work, attribute, why};
use crate::graph::Resource;
use crate::sam::Sam;
use crate::value::{Node, Value};

/// The types of events of SAM for rules and schedules.
const RULE: &str = "EventBridgeRule";
const SCHEDULE: &str = "ScheduleV2";
const PERMISSION: &str = "AWS::Lambda::Permission";

/// An event that stands for a resource.
struct Event {
    /// The ID of the resource.
    of: String,
    /// The permission that SAM makes with it.
    permission: Option<String>,
    name: String,
    kind: String,
    properties: Vec<(String, Node)>,
    why: Option<String>,
}

/// Makes events of what calls a function.
pub(super) fn taken(work: &mut Work, function: &mut Function, known: &Sam) {
    let resources = work.graph().resources.iter();
    let found = resources.filter_map(|one| match one.kind.as_str() {
        "AWS::Lambda::EventSourceMapping" => mapping(work, one, function, known),
        "AWS::Events::Rule" => rule(work, one, function),
        "AWS::Scheduler::Schedule" => schedule(one, function),
        _ => None,
    });
    let found: Vec<Event> = found.collect();
    for event in found {
        let (name, made) = named(work, function, &event.name);
        let why = event.why.as_deref();
        function.event(&name, &event.kind, event.properties, why);
        work.rename(&event.of, &made);
        if let Some(permission) = &event.permission {
            work.remove(permission);
        }
    }
}

/// A name for an event, which no other of the function has, and the ID of what SAM makes of it, which
/// no other resource has.
pub(super) fn named(work: &Work, function: &Function, name: &str) -> (String, String) {
    let mut chosen = name.to_owned();
    let mut count = 1;
    loop {
        let made = format!("{}{chosen}", function.id());
        let is_free = work.is_free(&made) && work.is_free(&format!("{made}Permission"));
        if is_free && !function.has_event(&chosen) {
            return (chosen, made);
        }
        count += 1;
        chosen = format!("{name}{count}");
    }
}

fn event(one: &Resource, name: &str, kind: &str, properties: Vec<(String, Node)>) -> Event {
    Event {
        of: one.id.clone(),
        permission: None,
        name: name.to_owned(),
        kind: kind.to_owned(),
        properties,
        why: why(one).map(str::to_owned),
    }
}

/// What Lambda reads: the event is that of the source, and has the properties of the mapping.
fn mapping(work: &Work, one: &Resource, function: &Function, known: &Sam) -> Option<Event> {
    let mut given = Properties::of(one);
    let is_it = function.is_called_by(&given.take("FunctionName")?);
    let source = given.take("EventSourceArn")?;
    let kind = &work.graph().named_by(&source)?.kind;
    let row = known.event_of(kind)?;
    let mut properties = vec![(row.source.clone(), source)];
    properties.extend(given.rest());
    is_it.then(|| event(one, &row.source, &row.kind, properties))
}

/// A rule with one target. SAM's permission is for that rule alone, so it names no account.
fn rule(work: &Work, one: &Resource, function: &Function) -> Option<Event> {
    let mut given = Properties::of(one);
    let targets = given.take("Targets")?;
    let [target] = targets.items() else {
        return None;
    };
    let mut properties = given.take_all(&["EventBusName", "State"]);
    properties.push(("Pattern".to_owned(), given.take("EventPattern")?));
    given.end()?;
    let mut target = Properties::within(target);
    let is_it = function.is_called_by(&target.take("Arn")?);
    let id = target.take("Id")?;
    properties.extend(target.take_all(&["Input", "RetryPolicy", "DeadLetterConfig"]));
    properties.push(("Target".to_owned(), Node::map([("Id", id)])));
    target.end()?;
    let permission = permission(work, one, function)?;
    is_it.then(|| Event {
        permission: Some(permission),
        ..event(one, "Rule", RULE, properties)
    })
}

/// The ID of the permission by which a rule, and nothing else, calls a function.
fn permission(work: &Work, rule: &Resource, function: &Function) -> Option<String> {
    let is_it = |one: &&Resource| {
        let (to, from) = (one.property("FunctionName"), one.property("SourceArn"));
        to.is_some_and(|node| function.is_called_by(node))
            && from.and_then(attribute) == Some((rule.id.as_str(), "Arn"))
    };
    let found = work.graph().of_kind(PERMISSION).find(is_it)?;
    (!work.is_needed(&found.id, &[])).then(|| found.id.clone())
}

/// A schedule by a role of its own.
fn schedule(one: &Resource, function: &Function) -> Option<Event> {
    let mut given = Properties::of(one);
    let mut target = Properties::within(&given.take("Target")?);
    let is_it = function.is_called_by(&target.take("Arn")?);
    let mut properties = given.rest();
    let to = ["RoleArn", "Input", "RetryPolicy", "DeadLetterConfig"];
    properties.extend(target.take_all(&to));
    target.end()?;
    // Without it SAM takes the ID of the resource, which another stack may have, too.
    if properties.iter().all(|(key, _)| key != "Name") {
        properties.push(("OmitName".to_owned(), Value::Bool(true).into()));
    }
    is_it.then(|| event(one, "Schedule", SCHEDULE, properties))
}
