//! What of a template is not looked at, and named for that.

use super::given::{STACK, file_of};
use crate::graph::Graph;
use crate::value::{Node, Value};

/// Something that has not been looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// What it is: `resource`, `event`, `policy`.
    what: &'static str,
    /// Of what: `of AWS::Serverless::GraphQLApi`.
    of: String,
}

impl Unread {
    /// Something of something.
    pub(super) fn new(what: &'static str, of: String) -> Self {
        Self { what, of }
    }

    /// In words, for so many.
    pub fn named(&self, count: usize) -> String {
        let what = match (count, self.what) {
            (1, what) => what.to_owned(),
            (_, "policy") => "policies".to_owned(),
            (_, what) => format!("{what}s"),
        };
        format!("{what} {}", self.of).trim_end().to_owned()
    }
}

/// What a function makes of resources, of macros or loops, with its line.
pub(super) fn in_resources(document: &Node) -> Vec<(Unread, usize)> {
    let Some(resources) = document.get("Resources") else {
        return Vec::new();
    };
    let part = |name: &str, line: usize| {
        // `Fn::ForEach::Name` has a name of its own.
        let mut words = name.split("::");
        let name = format!("Fn::{}", words.nth(1).unwrap_or_default());
        (Unread::new("part", format!("of Resources by {name}")), line)
    };
    match &resources.value {
        Value::Call(name, _) => vec![part(name, resources.line)],
        _ => resources
            .entries()
            .iter()
            .filter(|(key, _)| key.starts_with("Fn::"))
            .map(|(key, node)| part(key, node.line))
            .collect(),
    }
}

/// Nested stacks whose templates lie nowhere on disk.
pub(super) fn nested(graph: &Graph) -> impl Iterator<Item = Unread> {
    let stacks = graph.of_kind(STACK).filter(|one| file_of(one).is_none());
    stacks.map(|_| Unread::new("nested stack", "from an address".to_owned()))
}
