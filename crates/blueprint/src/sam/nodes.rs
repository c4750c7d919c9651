//! Values that are made, each on the line of what it is made from.

use crate::value::{Node, Value};

/// A text.
pub(super) fn text(line: usize, text: impl Into<String>) -> Node {
    let value = Value::Text(text.into());
    Node { line, value }
}

/// A list.
pub(super) fn list(line: usize, items: Vec<Node>) -> Node {
    let value = Value::List(items);
    Node { line, value }
}

/// A map.
pub(super) fn map<'k>(line: usize, entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let entries = entries.into_iter();
    let value = Value::Map(entries.map(|(key, node)| (key.to_owned(), node)).collect());
    Node { line, value }
}

/// A function of `CloudFormation` with its argument.
pub(super) fn call(line: usize, name: &str, argument: Node) -> Node {
    let value = Value::Call(name.to_owned(), Box::new(argument));
    Node { line, value }
}

/// What `Ref` gives of a resource.
pub(super) fn reference(line: usize, id: &str) -> Node {
    call(line, "Ref", text(line, id))
}

/// An attribute of a resource.
pub(super) fn attribute(line: usize, id: &str, name: &str) -> Node {
    let parts = vec![text(line, id), text(line, name)];
    call(line, "Fn::GetAtt", list(line, parts))
}

/// A text in which `${...}` stands for resources.
pub(super) fn substituted(line: usize, with: impl Into<String>) -> Node {
    call(line, "Fn::Sub", text(line, with))
}

/// A text in which `${...}` stands for these values.
pub(super) fn substituted_by(
    line: usize,
    with: impl Into<String>,
    values: Vec<(String, Node)>,
) -> Node {
    let value = Value::Map(values);
    let parts = vec![text(line, with), Node { line, value }];
    call(line, "Fn::Sub", list(line, parts))
}

/// What holds on a condition alone.
pub(super) fn on_condition(condition: &str, node: Node) -> Node {
    let line = node.line;
    let nothing = reference(line, "AWS::NoValue");
    let parts = vec![text(line, condition), node, nothing];
    call(line, "Fn::If", list(line, parts))
}

/// A statement that allows actions.
pub(super) fn allow(line: usize, actions: &[String], resource: Node) -> Node {
    let actions = actions.iter().map(|action| text(line, action)).collect();
    map(
        line,
        [
            ("Effect", text(line, "Allow")),
            ("Action", list(line, actions)),
            ("Resource", resource),
        ],
    )
}

/// A policy that stands in a role.
pub(super) fn inline(line: usize, name: String, statements: Vec<Node>) -> Node {
    let document = map(line, [("Statement", list(line, statements))]);
    map(
        line,
        [
            ("PolicyName", text(line, name)),
            ("PolicyDocument", document),
        ],
    )
}

/// A policy of a role that lets a service take it.
pub(super) fn trust(line: usize, service: &str) -> Node {
    let service = list(line, vec![text(line, service)]);
    let statement = map(
        line,
        [
            ("Effect", text(line, "Allow")),
            ("Action", list(line, vec![text(line, "sts:AssumeRole")])),
            ("Principal", map(line, [("Service", service)])),
        ],
    );
    map(line, [("Statement", list(line, vec![statement]))])
}

/// A value at a key of a map, made where there is none; none of what is no map.
pub(super) fn entry<'n>(node: &'n mut Node, key: &str, line: usize) -> Option<&'n mut Node> {
    if node.value == Value::Null {
        node.value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = &mut node.value else {
        return None;
    };
    let place = entries.iter().position(|(name, _)| name == key);
    let place = place.unwrap_or_else(|| {
        let value = Value::Null;
        entries.push((key.to_owned(), Node { line, value }));
        entries.len() - 1
    });
    entries.get_mut(place).map(|(_, inner)| inner)
}

/// How many values a node holds.
pub(super) fn size(node: &Node) -> usize {
    let mut count = 0;
    node.walk(&mut |_| count += 1);
    count
}

/// The properties of a resource that is made.
#[derive(Debug, Default)]
pub(super) struct Properties(Vec<(String, Node)>);

impl Properties {
    /// Sets a property.
    pub(super) fn put(&mut self, key: &str, node: Node) {
        self.0.push((key.to_owned(), node));
    }

    /// Sets a property where there is something to set.
    pub(super) fn maybe(&mut self, key: &str, node: Option<&Node>) {
        if let Some(node) = node {
            self.put(key, node.clone());
        }
    }

    /// Takes over those of these names.
    pub(super) fn copy(&mut self, from: &Node, keys: &[&str]) {
        for key in keys {
            self.maybe(key, from.get(key));
        }
    }

    /// All of them.
    pub(super) fn at(self, line: usize) -> Node {
        let value = Value::Map(self.0);
        Node { line, value }
    }
}
