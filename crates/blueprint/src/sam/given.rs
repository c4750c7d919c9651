//! An event as it is given, and who is let call for it.

use super::data::Event;
use super::made::Made;
use super::nodes::{Properties, text};
use super::target::Target;
use crate::value::Node;

/// One event of a function or a state machine.
#[derive(Debug)]
pub(super) struct Given<'e> {
    /// Its name.
    pub(super) name: &'e str,
    /// Its line.
    pub(super) line: usize,
    /// Its properties.
    pub(super) properties: &'e Node,
    /// What is known of its type.
    pub(super) row: &'e Event,
}

impl Given<'_> {
    /// A property.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.properties.get(key)
    }

    /// The line of a property, or of the event where it has none.
    pub(super) fn line_of(&self, key: &str) -> usize {
        self.get(key).map_or(self.line, |node| node.line)
    }
}

/// Lets the service of an event call its function.
pub(super) fn permission(
    made: &mut Made<'_>,
    target: &Target<'_>,
    given: &Given<'_>,
    prefix: &str,
    suffix: &str,
    more: Vec<(&str, Node)>,
) {
    let line = given.line;
    let mut properties = Properties::default();
    properties.put("Action", text(line, "lambda:InvokeFunction"));
    properties.put("FunctionName", target.name(line));
    properties.put("Principal", text(line, &given.row.principal));
    for (key, node) in more {
        properties.put(key, node);
    }
    let id = format!("{prefix}Permission{suffix}");
    let kind = "AWS::Lambda::Permission";
    made.beside(target.of, &id, line, kind, properties.at(line));
}
