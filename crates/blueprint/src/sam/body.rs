//! The `OpenAPI` body of an API: what events add to it.

use super::given::Given;
use super::nodes::{entry, on_condition};
use crate::openapi::{ANY, DEFAULT, INTEGRATION, name};
use crate::value::{Node, Value};

/// A path and a method.
#[derive(Debug)]
pub(super) struct Route<'e> {
    path: &'e str,
    method: String,
}

impl<'e> Route<'e> {
    /// What an event says; without a path and a method it is the route for all. None where only
    /// deploying tells.
    pub(super) fn of(given: &'e Given<'_>) -> Option<Self> {
        let said = |key: &str, usual: &'e str| match given.get(key) {
            None => Some(usual),
            Some(node) => node.text(),
        };
        let method = said("Method", "any")?.to_ascii_lowercase();
        Some(Self {
            path: said("Path", DEFAULT)?,
            method: if method == "any" {
                ANY.to_owned()
            } else {
                method
            },
        })
    }

    /// Whether it is the route for all.
    pub(super) fn is_default(&self) -> bool {
        self.path == DEFAULT
    }

    /// In words.
    pub(super) fn name(&self) -> String {
        name(&self.method, self.path)
    }

    /// What an ARN of calls ends in.
    pub(super) fn arn(&self) -> String {
        let method = match self.method.as_str() {
            ANY => "*".to_owned(),
            method => method.to_ascii_uppercase(),
        };
        if self.is_default() {
            return format!("/{method}");
        }
        // Names of parameters stand in braces, where an ARN has a star.
        let mut path = String::new();
        for (place, part) in self.path.split('{').enumerate() {
            let rest = part.split_once('}');
            match rest.filter(|_| place > 0) {
                Some((_, rest)) => {
                    path.push('*');
                    path.push_str(rest);
                }
                None => path.push_str(part),
            }
        }
        format!("/{method}{path}")
    }
}

/// Adds a method to a body; whether it had none for the route.
pub(super) fn add(
    body: &mut Node,
    route: &Route<'_>,
    method: Node,
    condition: Option<&str>,
    line: usize,
) -> bool {
    let paths = entry(body, "paths", line);
    let path = paths.and_then(|paths| entry(paths, route.path, line));
    let Some(there) = path.and_then(|path| entry(path, &route.method, line)) else {
        return true;
    };
    let is_new = there.get(INTEGRATION).is_none() && there.call().is_none();
    match condition {
        Some(condition) => *there = on_condition(condition, method),
        None if there.entries().is_empty() => *there = method,
        None => {
            if let Value::Map(entries) = &mut there.value {
                entries.retain(|(key, _)| key != INTEGRATION);
                entries.extend(method.entries().iter().cloned());
            }
        }
    }
    is_new
}

/// Whether the route for all calls this function already.
pub(super) fn is_default_of(body: &Node, function: &str) -> bool {
    let paths = body.get("paths").and_then(|paths| paths.get(DEFAULT));
    let uri = paths
        .and_then(|path| path.get(ANY)?.get(INTEGRATION)?.get("uri"))
        .and_then(Node::call);
    uri.is_some_and(|(_, text)| text.text().is_some_and(|text| text.contains(function)))
}
