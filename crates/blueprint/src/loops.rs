//! Loops of a template (`Fn::ForEach`), written out as the transform of language extensions does.
//!
//! A loop over what only deploying tells stays as it is, and is named as not looked at.
//!
//! Source: `Fn::ForEach` in the `CloudFormation` template reference (2026-11-29).

use crate::value::{Node, Value};

/// The transform that writes loops out.
const TRANSFORM: &str = "AWS::LanguageExtensions";
/// What the names of loops begin with.
const LOOP: &str = "Fn::ForEach::";
/// Sections that may have loops.
const SECTIONS: [&str; 3] = ["Conditions", "Resources", "Outputs"];
/// Values that all loops of a template become together at most; a loop beyond stays as it is.
const MOST_VALUES: usize = 200_000;

/// The document with its loops written out; none where it has no loop.
pub(crate) fn written_out(document: &Node) -> Option<Node> {
    let transforms = document.get("Transform").map(Node::one_or_more)?;
    let is_asked = transforms.iter().any(|one| one.text() == Some(TRANSFORM));
    if !is_asked || !has_loop(document) {
        return None;
    }
    let mut loops = Loops {
        parameters: document.get("Parameters"),
        names: Vec::new(),
        left: MOST_VALUES,
    };
    let entries = document.entries().iter().map(|(key, node)| {
        let is_written = SECTIONS.contains(&key.as_str());
        let node = if is_written {
            loops.node(node)
        } else {
            node.clone()
        };
        (key.clone(), node)
    });
    let value = Value::Map(entries.collect());
    Some(Node {
        line: document.line,
        value,
    })
}

fn has_loop(document: &Node) -> bool {
    let mut found = false;
    document.walk(&mut |node| {
        found |= match &node.value {
            Value::Map(entries) => entries.iter().any(|(key, _)| key.starts_with(LOOP)),
            Value::Call(name, _) => name.starts_with(LOOP),
            _ => false,
        };
    });
    found
}

/// An entry of a map.
type Entry<'n> = (&'n str, &'n Node);

/// The loops of a template.
struct Loops<'d> {
    parameters: Option<&'d Node>,
    /// The names of the loops around, with what each stands for.
    names: Vec<(String, String)>,
    /// Values that may still be made.
    left: usize,
}

impl Loops<'_> {
    /// A value with its loops written out and the names of loops filled in.
    fn node(&mut self, node: &Node) -> Node {
        let value = match &node.value {
            Value::Map(entries) => {
                let mut out = Vec::with_capacity(entries.len());
                for (key, inner) in entries {
                    self.entry(key, inner, &mut out);
                }
                Value::Map(out)
            }
            Value::Call(name, argument) if name.starts_with(LOOP) => {
                let mut out = Vec::new();
                self.entry(name, argument, &mut out);
                Value::Map(out)
            }
            Value::Call(name, argument) => match self.value_of(name, argument) {
                Some(value) => Value::Text(value.to_owned()),
                None => Value::Call(name.clone(), Box::new(self.node(argument))),
            },
            Value::List(items) => {
                let items = items.iter().map(|item| self.node(item));
                Value::List(items.collect())
            }
            Value::Text(text) => Value::Text(self.filled(text)),
            other => other.clone(),
        };
        Node {
            line: node.line,
            value,
        }
    }

    /// What the name of a loop stands for, where `Ref` asks for one.
    fn value_of(&self, call: &str, argument: &Node) -> Option<&str> {
        let name = argument.text().filter(|_| call == "Ref")?;
        let found = self.names.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// An entry of a map: a loop becomes as many as it has turns.
    fn entry(&mut self, key: &str, node: &Node, out: &mut Vec<(String, Node)>) {
        let turns = key.strip_prefix(LOOP).and_then(|_| self.turns(node));
        let Some((name, values, body)) = turns else {
            let node = self.node(node);
            return out.push((self.filled(key), node));
        };
        for value in values {
            self.names.push((name.clone(), value));
            for (key, inner) in &body {
                self.entry(key, inner, out);
            }
            self.names.pop();
        }
    }

    /// The name of a loop, what it stands for in each turn, and what each turn makes; none where
    /// only deploying tells, or it would be too much.
    fn turns<'n>(&mut self, node: &'n Node) -> Option<(String, Vec<String>, Vec<Entry<'n>>)> {
        let [name, collection, body] = node.items() else {
            return None;
        };
        let name = name.text()?.to_owned();
        let values = self.values(collection)?;
        let body: Vec<Entry<'n>> = match &body.value {
            Value::Map(entries) => entries
                .iter()
                .map(|(key, node)| (key.as_str(), node))
                .collect(),
            // A map of one key that names a function is read as a call of it.
            Value::Call(key, argument) => vec![(key.as_str(), argument)],
            _ => return None,
        };
        self.afford(&body, values.len())?;
        Some((name, values, body))
    }

    /// Takes what so many turns make from what may still be made.
    fn afford(&mut self, body: &[Entry<'_>], turns: usize) -> Option<()> {
        let mut each = 0_usize;
        for (_, node) in body {
            node.walk(&mut |_| each += 1);
        }
        self.left = self.left.checked_sub(each.saturating_mul(turns))?;
        Some(())
    }

    /// The values of a collection: a list of texts and parameters, or a parameter that is a list.
    fn values(&self, node: &Node) -> Option<Vec<String>> {
        if let Some((call, argument)) = node.call() {
            if let Some(value) = self.value_of(call, argument) {
                return Some(vec![value.to_owned()]);
            }
            let default = self.default(call, argument)?;
            let parts = default.split(',').map(|one| one.trim().to_owned());
            return Some(parts.collect());
        }
        let Value::List(items) = &node.value else {
            return None;
        };
        let mut all = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) | Value::Number(text) => all.push(self.filled(text)),
                Value::Call(..) => all.extend(self.values(item)?),
                _ => return None,
            }
        }
        Some(all)
    }

    /// The default of the parameter that `Ref` names.
    fn default(&self, call: &str, argument: &Node) -> Option<&str> {
        let name = argument.text().filter(|_| call == "Ref")?;
        self.parameters?.get(name)?.get("Default")?.text()
    }

    /// A text with the names of loops filled in: `${Name}`, and `&{Name}` for its letters and
    /// digits alone.
    fn filled(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (name, value) in self.names.iter().rev() {
            let whole = format!("${{{name}}}");
            if out.contains(&whole) {
                out = out.replace(&whole, value);
            }
            let plain = format!("&{{{name}}}");
            if out.contains(&plain) {
                let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
                out = out.replace(&plain, &letters);
            }
        }
        out
    }
}
