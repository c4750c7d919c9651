//! `OpenAPI` definitions of APIs: what their methods call.

use crate::value::Node;

/// The key under which a method says what it calls.
pub(crate) const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// The key of the method that stands for all.
pub(crate) const ANY: &str = "x-amazon-apigateway-any-method";
/// The path of a route for what no other takes.
pub(crate) const DEFAULT: &str = "$default";

/// A method of a definition that calls something.
#[derive(Debug)]
pub(crate) struct Method<'d> {
    /// Its method and path, as `GET /orders`.
    pub(crate) name: String,
    /// What it calls, and how.
    pub(crate) integration: &'d Node,
}

/// The methods of a definition that call something.
pub(crate) fn methods(definition: &Node) -> Vec<Method<'_>> {
    let paths = definition.get("paths").map_or(&[][..], Node::entries);
    let methods = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.entries().iter();
        methods.filter_map(move |(method, node)| {
            Some(Method {
                name: name(method, path),
                integration: node.get(INTEGRATION)?,
            })
        })
    });
    methods.collect()
}

/// A method and a path in words.
pub(crate) fn name(method: &str, path: &str) -> String {
    match (method, path) {
        (ANY, DEFAULT) => DEFAULT.to_owned(),
        (ANY, path) => format!("ANY {path}"),
        (method, path) => format!("{} {path}", method.to_ascii_uppercase()),
    }
}
