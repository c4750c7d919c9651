//! The role by which an event starts its target.

use super::data::Makes;
use super::given::Given;
use super::made::Made;
use super::nodes::{allow, attribute, trust};
use super::policies::Role;
use super::target::Target;
use crate::value::Node;

/// The property that says where goes what cannot be delivered.
pub(super) const LETTERS: &str = "DeadLetterConfig";

/// The role by which an event starts its target.
pub(super) fn starter(made: &mut Made<'_>, target: &Target<'_>, given: &Given<'_>) -> Node {
    let line = given.line;
    let id = format!("{}Role", target.id(given.name));
    let action = if target.is_machine {
        "states:StartExecution"
    } else {
        "lambda:InvokeFunction"
    };
    let mut role = Role::default();
    let statement = allow(line, &[action.to_owned()], target.arn(line));
    role.add_inline(line, format!("{id}Policy"), vec![statement]);
    // A rule is let in by a policy of the queue.
    let of_schedule = given.row.makes == Makes::Schedule;
    if let Some(letters) = given.get(LETTERS).filter(|_| of_schedule) {
        let arn = match letters.get("Arn") {
            Some(arn) => arn.clone(),
            None => attribute(letters.line, &queue_id(target, given, letters), "Arn"),
        };
        if let Some(row) = made.known.destination("SQS") {
            let statement = allow(letters.line, &row.actions, arn);
            role.add_inline(letters.line, format!("{id}Letters"), vec![statement]);
        }
    }
    let who = trust(line, &given.row.principal);
    role.trusting(made, target.of, (&id, line), who);
    attribute(line, &id, "Arn")
}

/// The ID of the queue that is made for what cannot be delivered.
pub(super) fn queue_id(target: &Target<'_>, given: &Given<'_>, letters: &Node) -> String {
    let named = letters.get("QueueLogicalId").and_then(Node::text);
    named.map_or_else(|| format!("{}Queue", target.id(given.name)), str::to_owned)
}
