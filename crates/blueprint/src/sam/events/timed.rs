//! Rules of `EventBridge`, by a schedule or a pattern, and schedules of its scheduler.

use crate::sam::given::{Given, permission};
use crate::sam::made::Made;
use crate::sam::nodes::{Properties, attribute, list, map, reference, substituted_by, text};
use crate::sam::starter::{LETTERS, queue_id, starter};
use crate::sam::target::Target;
use crate::value::Node;

/// A rule and who may call; of a state machine, the role by which it is started.
pub(super) fn rule(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>) {
    let line = given.line;
    let id = target.id(given.name);
    let arn = attribute(line, &id, "Arn");
    let mut aim = Properties::default();
    aim.put("Id", text(line, id.clone()));
    aim.put("Arn", target.arn(line));
    aim.copy(
        given.properties,
        &["Input", "InputPath", "InputTransformer", "RetryPolicy"],
    );
    if let Some(letters) = letters(made, target, given, Some(&arn)) {
        aim.put(LETTERS, letters);
    }
    if target.is_machine {
        match given.get("RoleArn") {
            Some(given) => aim.put("RoleArn", given.clone()),
            None => aim.put("RoleArn", starter(made, target, given)),
        }
    } else {
        permission(made, target, given, &id, "", vec![("SourceArn", arn)]);
    }
    let mut properties = Properties::default();
    properties.maybe("ScheduleExpression", given.get("Schedule"));
    properties.maybe("EventPattern", given.get("Pattern"));
    properties.copy(
        given.properties,
        &["Name", "Description", "EventBusName", "State"],
    );
    properties.maybe("Name", given.get("RuleName"));
    if let Some(enabled) = given.get("Enabled").and_then(Node::flag) {
        let state = if enabled { "ENABLED" } else { "DISABLED" };
        properties.put("State", text(given.line_of("Enabled"), state));
    }
    properties.put("Targets", list(line, vec![aim.at(line)]));
    let kind = "AWS::Events::Rule";
    made.beside(target.of, &id, line, kind, properties.at(line));
}

/// A schedule and the role by which it starts.
pub(super) fn schedule(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>) {
    let line = given.line;
    let id = target.id(given.name);
    let mut aim = Properties::default();
    aim.put("Arn", target.arn(line));
    aim.copy(given.properties, &["Input", "RetryPolicy"]);
    let letters = letters(made, target, given, None);
    let role = match given.get("RoleArn") {
        Some(role) => role.clone(),
        None => starter(made, target, given),
    };
    if let Some(letters) = letters {
        aim.put(LETTERS, letters);
    }
    aim.put("RoleArn", role);
    let mut properties = Properties::default();
    properties.copy(
        given.properties,
        &[
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "FlexibleTimeWindow",
            "StartDate",
            "EndDate",
            "GroupName",
            "KmsKeyArn",
            "Name",
            "State",
            "Description",
        ],
    );
    properties.put("Target", aim.at(line));
    let kind = "AWS::Scheduler::Schedule";
    made.beside(target.of, &id, line, kind, properties.at(line));
}

/// Where goes what cannot be delivered: a queue that is named, or one that is made, which a
/// rule must be let in to.
fn letters(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    rule: Option<&Node>,
) -> Option<Node> {
    let letters = given.get(LETTERS)?;
    let line = letters.line;
    if let Some(arn) = letters.get("Arn") {
        return Some(map(line, [("Arn", arn.clone())]));
    }
    if letters.get("Type").and_then(Node::text) != Some("SQS") {
        let what = format!(
            "{LETTERS} of the event {} of {} has neither an Arn nor the Type SQS",
            given.name, target.of.id
        );
        made.refuse(target.of, line, what);
        return None;
    }
    let id = queue_id(target, given, letters);
    let kind = "AWS::SQS::Queue";
    made.beside(target.of, &id, line, kind, Properties::default().at(line));
    if let Some(rule) = rule {
        let arn = attribute(line, &id, "Arn");
        let service = [("Service", text(line, "events.amazonaws.com"))];
        let document = admitting(line, map(line, service), arn, rule.clone());
        let mut properties = Properties::default();
        properties.put("PolicyDocument", document);
        properties.put("Queues", list(line, vec![reference(line, &id)]));
        let policy = format!("{}QueuePolicy", target.id(given.name));
        let kind = "AWS::SQS::QueuePolicy";
        made.beside(target.of, &policy, line, kind, properties.at(line));
    }
    Some(map(line, [("Arn", attribute(line, &id, "Arn"))]))
}

/// A policy of a queue that lets somebody send to it for a source.
pub(super) fn admitting(line: usize, who: Node, queue: Node, source: Node) -> Node {
    let statement = map(
        line,
        [
            ("Effect", text(line, "Allow")),
            ("Principal", who),
            ("Action", text(line, "sqs:SendMessage")),
            ("Resource", queue),
            (
                "Condition",
                map(
                    line,
                    [("ArnEquals", map(line, [("aws:SourceArn", source)]))],
                ),
            ),
        ],
    );
    map(line, [("Statement", list(line, vec![statement]))])
}

/// The ARN of something in this region and account.
pub(super) fn arn_here(line: usize, rest: &str, values: Vec<(String, Node)>) -> Node {
    let head = "arn:${AWS::Partition}:";
    let place = "${AWS::Region}:${AWS::AccountId}";
    let (service, rest) = rest.split_once(':').unwrap_or((rest, ""));
    substituted_by(line, format!("{head}{service}:{place}:{rest}"), values)
}
