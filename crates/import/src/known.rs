//! A text that a file gives, after its references are followed.

use landfall_source::yaml::{Node, Value};

/// A value that a template comes to.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) text: String,
    /// Why it is a guess, if it is.
    pub(crate) guess: Option<String>,
}

impl Known {
    /// A value that stands there as it is, in a format without references; none for a list, a
    /// map, or nothing.
    pub(crate) fn plain(node: &Node) -> Option<Self> {
        let text = match &node.value {
            Value::Text(text) | Value::Number(text) => text.clone(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        Some(Self { text, guess: None })
    }
}
