//! What an event starts: a function, an alias of it, or a state machine.

use super::nodes::{attribute, reference};
use crate::graph::Resource;
use crate::value::Node;

/// What an event starts.
#[derive(Debug)]
pub(super) struct Target<'r> {
    /// The resource of SAM.
    pub(super) of: &'r Resource,
    /// The ID of the alias that is called in its place.
    pub(super) alias: Option<String>,
    /// Whether it is a state machine.
    pub(super) is_machine: bool,
}

impl Target<'_> {
    /// Its ARN.
    pub(super) fn arn(&self, line: usize) -> Node {
        match (&self.alias, self.is_machine) {
            (Some(alias), _) => reference(line, alias),
            (None, true) => reference(line, &self.of.id),
            (None, false) => attribute(line, &self.of.id, "Arn"),
        }
    }

    /// Its name, or its ARN where it has none.
    pub(super) fn name(&self, line: usize) -> Node {
        reference(line, self.alias.as_ref().unwrap_or(&self.of.id))
    }

    /// What stands for its ARN in a text of `Fn::Sub`.
    pub(super) fn placed(&self) -> String {
        match &self.alias {
            Some(alias) => format!("${{{alias}}}"),
            None => format!("${{{}.Arn}}", self.of.id),
        }
    }

    /// The ID of what an event brings.
    pub(super) fn id(&self, event: &str) -> String {
        format!("{}{event}", self.of.id)
    }
}
