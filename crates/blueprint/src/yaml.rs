//! Reads YAML and JSON, with the short forms of `CloudFormation`'s functions.

use std::collections::BTreeMap;

use landfall_source::escape::is_number;
use landfall_source::{Diagnostic, Result, Source};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::value::{Node, Value};

/// Deepest nesting taken; `CloudFormation`'s own templates stay far below.
const DEEPEST: usize = 64;
/// Most values of a file, aliases counted as often as they are used.
const MOST_VALUES: usize = 500_000;

/// Reads the documents of a file.
///
/// # Errors
/// What is no YAML, is nested too deeply or holds too much, with its line.
pub fn read(source: &Source) -> Result<Vec<Node>> {
    let json;
    let text = if source.text().trim_start().starts_with('{') {
        json = as_yaml(source.text());
        json.as_str()
    } else {
        source.text()
    };
    let mut reader = Reader {
        source,
        open: Vec::new(),
        anchors: Vec::new(),
        documents: Vec::new(),
        values: 0,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            problem(
                source,
                error.marker().line(),
                &format!("this is no YAML: {}", error.info()),
                "correct the line, or the one before it",
            )
        })?;
        reader.take(event, span.start.line())?;
    }
    Ok(reader.documents)
}

/// JSON as YAML takes it, line by line the same: no tabs, and characters beyond the first
/// plane as themselves, since YAML has no surrogates.
fn as_yaml(json: &str) -> String {
    let text = json.replace('\t', " ");
    let unit = |escape: &str| u16::from_str_radix(escape.get(2..6)?, 16).ok();
    let is_surrogate = |unit: &u16| (0xd800..0xe000).contains(unit);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let first = escape.get(1..2).filter(|kind| *kind == "u");
        let first = first.and_then(|_| unit(escape)).filter(is_surrogate);
        let Some(first) = first else {
            // Any other escape is kept, with the character that it is of.
            let end = escape
                .char_indices()
                .nth(2)
                .map_or(escape.len(), |(end, _)| end);
            let (kept, left) = escape.split_at(end);
            out.push_str(kept);
            rest = left;
            continue;
        };
        let pair = escape.get(6..).filter(|after| after.starts_with("\\u"));
        let second = pair.and_then(unit).filter(is_surrogate);
        let units = [Some(first), second];
        let read = char::decode_utf16(units.into_iter().flatten()).next();
        let is_pair = matches!(read, Some(Ok(_))) && second.is_some();
        let letter = read.and_then(std::result::Result::ok);
        out.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = escape
            .get(if is_pair { 12 } else { 6 }..)
            .unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn problem(source: &Source, line: usize, what: &str, help: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("{}:{line}: {what}", source.name()));
    problem.help(help)
}

/// A list or map that is not closed yet.
struct Open {
    line: usize,
    anchor: usize,
    tag: Option<String>,
    value: Value,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
    /// The keys that are there, and the place of those merged from another map, which
    /// one that is written out replaces.
    keys: BTreeMap<String, Option<usize>>,
}

struct Reader<'s> {
    source: &'s Source,
    open: Vec<Open>,
    anchors: Vec<(usize, Node, usize)>,
    documents: Vec<Node>,
    values: usize,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref().and_then(function);
                let value = scalar(&text, style, tag.is_some());
                self.count(line, 1)?;
                self.put(Node { line, value }, anchor, tag.as_deref(), 1)
            }
            Event::Alias(anchor) => {
                let known = self.anchors.iter().find(|(id, ..)| *id == anchor);
                let (node, size) = known
                    .map(|(_, node, size)| (node.clone(), *size))
                    .ok_or_else(|| {
                        problem(
                            self.source,
                            line,
                            "this alias names no anchor",
                            "define the anchor before it",
                        )
                    })?;
                self.count(line, size)?;
                self.put(node, 0, None, size)
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(line, anchor, tag.as_deref(), Value::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.open(line, anchor, tag.as_deref(), Value::Map(Vec::new()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => Ok(()),
        }
    }

    fn count(&mut self, line: usize, more: usize) -> Result<()> {
        self.values += more;
        if self.values > MOST_VALUES {
            let what = format!("more than {MOST_VALUES} values");
            return Err(problem(self.source, line, &what, "split the file").into());
        }
        Ok(())
    }

    fn open(&mut self, line: usize, anchor: usize, tag: Option<&Tag>, value: Value) -> Result<()> {
        self.count(line, 1)?;
        if self.open.len() >= DEEPEST {
            let what = format!("nested more than {DEEPEST} deep");
            return Err(problem(self.source, line, &what, "flatten the value").into());
        }
        self.open.push(Open {
            line,
            anchor,
            tag: tag.and_then(function),
            value,
            key: None,
            keys: BTreeMap::new(),
        });
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let Some(done) = self.open.pop() else {
            return Ok(());
        };
        let node = Node {
            line: done.line,
            value: long_form(done.value),
        };
        let mut size = 0;
        if done.anchor > 0 {
            node.walk(&mut |_| size += 1);
        }
        self.put(node, done.anchor, done.tag.as_deref(), size)
    }

    fn put(&mut self, node: Node, anchor: usize, tag: Option<&str>, size: usize) -> Result<()> {
        let line = node.line;
        let mut node = match tag {
            Some(name) => Node {
                line,
                value: Value::Call(name.to_owned(), Box::new(argument(name, node))),
            },
            None => node,
        };
        if anchor > 0 {
            self.anchors.push((anchor, node.clone(), size));
        }
        let Some(parent) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match (&mut parent.value, parent.key.take()) {
            (Value::List(items), _) => items.push(node),
            (Value::Map(entries), Some((key, line))) => {
                node.line = line;
                if key == "<<" && matches!(node.value, Value::Map(_)) {
                    for (name, inner) in node.entries() {
                        if !parent.keys.contains_key(name) {
                            parent.keys.insert(name.clone(), Some(entries.len()));
                            entries.push((name.clone(), inner.clone()));
                        }
                    }
                } else if let Some(Some(place)) = parent.keys.insert(key.clone(), None) {
                    if let Some(merged) = entries.get_mut(place) {
                        *merged = (key, node);
                    }
                } else if parent.keys.len() == entries.len() {
                    let what = format!("`{key}` stands here twice");
                    return Err(problem(self.source, line, &what, "remove one of them").into());
                } else {
                    entries.push((key, node));
                }
            }
            (_, None) => {
                let key = node.text().map(str::to_owned).or(match node.value {
                    Value::Bool(flag) => Some(flag.to_string()),
                    Value::Null => Some("null".to_owned()),
                    _ => None,
                });
                let key = key.ok_or_else(|| {
                    problem(self.source, line, "a key must be text", "write a plain key")
                })?;
                parent.key = Some((key, line));
            }
            _ => {}
        }
        Ok(())
    }
}

/// The function that a tag stands for; none for YAML's own tags.
fn function(tag: &Tag) -> Option<String> {
    if tag.handle != "!" || tag.suffix.is_empty() {
        return None;
    }
    Some(match tag.suffix.as_str() {
        plain @ ("Ref" | "Condition") => plain.to_owned(),
        other => format!("Fn::{other}"),
    })
}

/// A function's argument in one form: `A.B` of `Fn::GetAtt` becomes a list.
fn argument(name: &str, node: Node) -> Node {
    let line = node.line;
    match (name, node.text().and_then(|text| text.split_once('.'))) {
        ("Fn::GetAtt", Some((id, attribute))) => {
            let part = |text: &str| Node {
                line,
                value: Value::Text(text.to_owned()),
            };
            Node {
                line,
                value: Value::List(vec![part(id), part(attribute)]),
            }
        }
        _ => node,
    }
}

/// `{Ref: X}` and `{Fn::Y: Z}` as calls, like their short forms.
fn long_form(value: Value) -> Value {
    match value {
        Value::Map(mut entries) if entries.len() == 1 => match entries.pop() {
            Some((key, node)) if key == "Ref" || key.starts_with("Fn::") => {
                let node = argument(&key, node);
                Value::Call(key, Box::new(node))
            }
            Some(entry) => Value::Map(vec![entry]),
            None => Value::Map(entries),
        },
        other => other,
    }
}

/// A scalar as `CloudFormation` takes it; a quoted one is text.
fn scalar(text: &str, style: ScalarStyle, tagged: bool) -> Value {
    if style != ScalarStyle::Plain || tagged {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_with_tabs_and_every_character() {
        let text = r#"{	"a": "\ud83d\ude00 \\ud83d \u00e9 \ud800"}"#;
        let read = read(&Source::new("a.json", text)).unwrap();
        let value = read
            .first()
            .and_then(|node| node.get("a"))
            .and_then(Node::text);
        assert_eq!(value, Some("\u{1f600} \\ud83d \u{e9} \u{fffd}"));
    }
}
