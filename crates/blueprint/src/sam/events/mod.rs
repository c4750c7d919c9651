//! `Events` of functions and state machines.

mod mapping;
mod pushed;
mod timed;

use super::apis::Apis;
use super::data::Makes;
use super::given::{Given, permission};
use super::made::Made;
use super::policies::Role;
use super::target::Target;
use crate::graph::Graph;
use crate::openapi::DEFAULT;
use crate::value::{Node, Value};

/// Makes what SAM makes of all events of a function or a state machine.
pub(super) fn expand(
    made: &mut Made<'_>,
    apis: &mut Apis,
    target: &Target<'_>,
    role: &mut Role,
    graph: &Graph,
) {
    let Some(events) = target.of.properties.get("Events") else {
        return;
    };
    if !matches!(events.value, Value::Map(_) | Value::Null) {
        let of = "that a function gives".to_owned();
        return made.not_read(target.of, events.line, "event", of);
    }
    // By path, so that a route for all comes first.
    let order = |(name, node): &(String, Node)| {
        let path = node.at("Properties/Path").and_then(Node::text);
        let is_route = node.get("Type").and_then(Node::text) == Some("HttpApi");
        path.unwrap_or(if is_route { DEFAULT } else { name })
            .to_owned()
    };
    let mut events: Vec<&(String, Node)> = events.entries().iter().collect();
    events.sort_by_cached_key(|event| order(event));
    let nothing = Node::from(Value::Map(Vec::new()));
    for (name, node) in events {
        if made.is_full() {
            return;
        }
        let kind = node.get("Type").and_then(Node::text);
        let owner = if target.is_machine {
            "a state machine"
        } else {
            "a function"
        };
        let known = made.known;
        let row = kind.and_then(|kind| known.event(kind));
        let row = row.filter(|row| !target.is_machine || row.of_machines);
        let Some(row) = row else {
            let of = match kind {
                Some(kind) => format!("of {owner} of type {kind}"),
                None => format!("of {owner} without a type"),
            };
            made.not_read(target.of, node.line, "event", of);
            continue;
        };
        let given = Given {
            name,
            line: node.line,
            properties: node.get("Properties").unwrap_or(&nothing),
            row,
        };
        if is_whole(made, target, &given) {
            one(made, apis, target, &given, role, graph);
        }
    }
}

/// Whether an event has what SAM asks for.
fn is_whole(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>) -> bool {
    if given.properties.call().is_some() {
        let of = format!("of type {} that a function gives", given.row.kind);
        made.not_read(target.of, given.line, "event", of);
        return false;
    }
    let is_missing = |key: &&String| given.get(key).is_none_or(|node| node.value == Value::Null);
    let missing: Vec<&str> = given
        .row
        .requires
        .iter()
        .filter(is_missing)
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return true;
    }
    let what = format!(
        "the event {} of {}, of type {}, does not say {}",
        given.name,
        target.of.id,
        given.row.kind,
        missing.join(" and ")
    );
    made.refuse(target.of, given.line, what);
    false
}

fn one(
    made: &mut Made<'_>,
    apis: &mut Apis,
    target: &Target<'_>,
    given: &Given<'_>,
    role: &mut Role,
    graph: &Graph,
) {
    match given.row.makes {
        Makes::Mapping => mapping::expand(made, target, given, role),
        Makes::Notification => pushed::notification(made, target, given, graph),
        Makes::Subscription => pushed::subscription(made, target, given, role, graph),
        Makes::Method | Makes::Route => apis.event(made, target, given, graph),
        Makes::Rule => timed::rule(made, target, given),
        Makes::Schedule => timed::schedule(made, target, given),
        Makes::TopicRule => pushed::topic_rule(made, target, given),
        Makes::Trigger => pushed::trigger(made, target, given, graph),
        Makes::LogFilter => pushed::log_filter(made, target, given),
        Makes::Permission => {
            permission(made, target, given, &target.id(given.name), "", Vec::new());
        }
    }
}
