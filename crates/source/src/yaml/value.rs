//! The values of YAML, with the functions of `CloudFormation`.

use std::fmt;

/// A value and the line it stands on; a value of a map stands on its key's line.
#[derive(Debug, Clone)]
pub struct Node {
    /// The line, from 1; 0 for what was not read from a file.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the file.
    Map(Vec<(String, Node)>),
    /// A function of `CloudFormation` with its argument: `Ref`, `Fn::GetAtt`, ...
    Call(String, Box<Node>),
}

/// Two nodes are equal when their values are, wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self { line: 0, value }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned()).into()
    }
}

impl Node {
    /// A map of these entries.
    pub fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Self)>) -> Self {
        let entries = entries.into_iter();
        Value::Map(entries.map(|(key, node)| (key.to_owned(), node)).collect()).into()
    }

    /// The value of a key; none where this is no map or has no such key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find_map(|(name, node)| (name == key).then_some(node))
    }

    /// The value at a path of keys and places, as `Policies/0/PolicyName`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, step| {
            step.parse::<usize>()
                .map_or_else(|_| node.get(step), |place| node.items().get(place))
        })
    }

    /// The same, to change it; a key that is missing is made, with nothing in it.
    pub fn at_mut(&mut self, path: &str) -> Option<&mut Self> {
        path.split('/').try_fold(self, |node, step| {
            if let Ok(place) = step.parse::<usize>() {
                let Value::List(items) = &mut node.value else {
                    return None;
                };
                return items.get_mut(place);
            }
            if node.value == Value::Null {
                node.value = Value::Map(Vec::new());
            }
            let Value::Map(entries) = &mut node.value else {
                return None;
            };
            let place = entries.iter().position(|(key, _)| key == step);
            let place = place.unwrap_or_else(|| {
                entries.push((step.to_owned(), Value::Null.into()));
                entries.len() - 1
            });
            entries.get_mut(place).map(|(_, inner)| inner)
        })
    }

    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list, or the one thing that stands where a list may.
    pub fn one_or_more(&self) -> Vec<&Self> {
        match &self.value {
            Value::List(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            _ => vec![self],
        }
    }

    /// The text; none of what is no text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The number, also where it is written as text.
    pub fn number(&self) -> Option<f64> {
        self.text()?.trim().parse().ok()
    }

    /// True or false, also where it is written as text.
    pub fn flag(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A function's name and argument.
    pub fn call(&self) -> Option<(&str, &Self)> {
        match &self.value {
            Value::Call(name, argument) => Some((name, argument)),
            _ => None,
        }
    }

    /// Adds what another node holds: entries to a map, those of the same key into each
    /// other; items to a list, unless it has them.
    ///
    /// # Errors
    /// The path of a value that is there already, and is another.
    pub fn merge(&mut self, other: Self) -> Result<(), String> {
        match (&mut self.value, other.value) {
            (Value::Map(entries), Value::Map(more)) => {
                for (key, node) in more {
                    match entries.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, mine)) => {
                            mine.merge(node).map_err(|path| format!("/{key}{path}"))?;
                        }
                        None => entries.push((key, node)),
                    }
                }
                Ok(())
            }
            (Value::List(items), Value::List(more)) => {
                for node in more {
                    if !items.contains(&node) {
                        items.push(node);
                    }
                }
                Ok(())
            }
            (mine @ Value::Null, value) => {
                *mine = value;
                Ok(())
            }
            (mine, value) if *mine == value => Ok(()),
            _ => Err(String::new()),
        }
    }

    /// Calls `visit` for this node and every node in it.
    pub fn walk<'n>(&'n self, visit: &mut impl FnMut(&'n Self)) {
        visit(self);
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Value::Map(entries) => entries.iter().for_each(|(_, node)| node.walk(visit)),
            Value::Call(_, argument) => argument.walk(visit),
            _ => {}
        }
    }
}

/// The short form of a function's name, as it stands in a tag.
pub fn short(function: &str) -> &str {
    function.strip_prefix("Fn::").unwrap_or(function)
}

/// A value in a few words, for messages.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Null => f.write_str("nothing"),
            Value::Bool(flag) => write!(f, "{flag}"),
            Value::Number(text) | Value::Text(text) => f.write_str(text),
            Value::List(items) => write!(f, "a list of {}", items.len()),
            Value::Map(entries) => write!(f, "a map of {}", entries.len()),
            Value::Call(name, argument) => match argument.items() {
                [] => write!(f, "!{} {argument}", short(name)),
                items => {
                    write!(f, "!{} ", short(name))?;
                    let parts: Vec<String> = items.iter().map(ToString::to_string).collect();
                    f.write_str(&parts.join("."))
                }
            },
        }
    }
}
