//! Reads YAML and JSON, every value with its line, with the short forms of
//! `CloudFormation`'s functions.
//!
//! What `PyYAML` reads is read: brackets and quotes may close at the column of their key,
//! and a key that stands twice has the value that stands last.
//!
//! One file, because a reader is one machine: events in, nodes with their lines out.

mod indent;
mod json;
mod value;

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::escape::is_number;
use crate::{Diagnostic, Result, Source};

pub use value::{Node, Value, short};

/// Deepest nesting taken; `CloudFormation`'s own templates stay far below.
const DEEPEST: usize = 64;
/// Most values of a file, aliases counted as often as they are used, and long texts as
/// several.
const MOST_VALUES: usize = 500_000;
/// Bytes of text that count as one value more.
const BYTES_OF_A_VALUE: usize = 64;

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// Its documents.
    pub documents: Vec<Node>,
    /// Keys that stand twice in one map.
    pub repeated: Vec<Repeated>,
}

/// A key that stands twice in one map; the value that stands last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The key.
    pub key: String,
    /// The line of the second, from 1.
    pub line: usize,
}

/// Reads the documents of a file in which no key stands twice in a map.
///
/// # Errors
/// As [`read_documents`], and a key that stands twice.
pub fn read(source: &Source) -> Result<Vec<Node>> {
    let read = read_documents(source)?;
    match read.repeated.first() {
        None => Ok(read.documents),
        Some(Repeated { key, line }) => {
            let what = format!("`{key}` stands here twice");
            Err(problem(source, *line, &what, "remove one of them").into())
        }
    }
}

/// Reads the documents of a file. A text that begins with a bracket is read as JSON, and
/// as YAML where it is none.
///
/// # Errors
/// What is no YAML, is nested too deeply or holds too much, with its line.
pub fn read_documents(source: &Source) -> Result<Documents> {
    let text = source.text().trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        let mut reader = Reader::new(source);
        let json = json::read(text, &mut reader);
        return match json {
            Ok(()) => Ok(reader.read),
            Err(json::Stop::Bound(problem)) => Err(problem),
            Err(json::Stop::NoJson { line, what }) => read_yaml(source, text).map_err(|_| {
                let what = format!("this is no JSON: {what}");
                problem(
                    source,
                    line,
                    &what,
                    "correct the line, or the one before it",
                )
                .into()
            }),
        };
    }
    read_yaml(source, text)
}

/// Reads YAML; where the parser refuses what closes at the column of its key, once more
/// with the lines inside brackets and quotes moved to the right, which changes no value.
fn read_yaml(source: &Source, text: &str) -> Result<Documents> {
    let mut read = read_events(source, text);
    if matches!(&read, Err(Stop::NoYaml { what, .. }) if what.contains("indentation")) {
        match read_events(source, &indent::moved(text)) {
            // What is said is said of the text as it stands.
            Err(Stop::NoYaml { .. }) => {}
            other => read = other,
        }
    }
    read.map_err(|stop| match stop {
        Stop::Bound(problem) => problem,
        Stop::NoYaml { line, what } => {
            let what = format!("this is no YAML: {what}");
            problem(
                source,
                line,
                &what,
                "correct the line, or the one before it",
            )
            .into()
        }
    })
}

/// Why reading stopped.
enum Stop {
    /// A bound of this reader.
    Bound(Box<Diagnostic>),
    /// It is no YAML.
    NoYaml { line: usize, what: String },
}

impl From<Box<Diagnostic>> for Stop {
    fn from(problem: Box<Diagnostic>) -> Self {
        Self::Bound(problem)
    }
}

fn read_events(source: &Source, text: &str) -> std::result::Result<Documents, Stop> {
    let mut reader = Reader::new(source);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = error.marker().line();
            if error.info().contains("recursion limit") {
                return Stop::Bound(too_deep(source, line).into());
            }
            let what = error.info().to_owned();
            Stop::NoYaml { line, what }
        })?;
        reader.take(event, span.start.line())?;
    }
    Ok(reader.read)
}

fn problem(source: &Source, line: usize, what: &str, help: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("{}:{line}: {what}", source.name()));
    problem.help(help)
}

fn too_deep(source: &Source, line: usize) -> Diagnostic {
    let what = format!("nested more than {DEEPEST} deep");
    problem(source, line, &what, "flatten the value")
}

/// A list or map that is not closed yet.
struct Open {
    line: usize,
    anchor: usize,
    tag: Option<String>,
    value: Value,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
    /// The keys that are there, each with its place and whether it is written out: one
    /// that is merged from another map gives way.
    keys: BTreeMap<String, (usize, bool)>,
}

struct Reader<'s> {
    source: &'s Source,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    read: Documents,
    values: usize,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Source) -> Self {
        Self {
            source,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            read: Documents::default(),
            values: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, line: usize) -> Result<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.as_deref().is_some_and(is_text);
                let tag = tag.as_deref().and_then(function);
                let value = scalar(&text, style, tag.is_some() || is_text);
                self.count(line, weight(&text))?;
                self.put(Node { line, value }, anchor, tag.as_deref())
            }
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).map(|(_, size)| *size);
                let size = known.ok_or_else(|| {
                    let what = "this alias names no anchor";
                    problem(self.source, line, what, "define the anchor before it")
                })?;
                self.count(line, size)?;
                let node = self.anchors.get(&anchor).map(|(node, _)| node.clone());
                node.map_or(Ok(()), |node| self.put(node, 0, None))
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = tag.as_deref().and_then(function);
                self.open(line, anchor, tag, Value::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let tag = tag.as_deref().and_then(function);
                self.open(line, anchor, tag, Value::Map(Vec::new()))
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

    fn open(
        &mut self,
        line: usize,
        anchor: usize,
        tag: Option<String>,
        value: Value,
    ) -> Result<()> {
        self.count(line, 1)?;
        if self.open.len() >= DEEPEST {
            return Err(too_deep(self.source, line).into());
        }
        self.open.push(Open {
            line,
            anchor,
            tag,
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
        self.put(node, done.anchor, done.tag.as_deref())
    }

    fn put(&mut self, node: Node, anchor: usize, tag: Option<&str>) -> Result<()> {
        let line = node.line;
        let mut node = match tag {
            Some(name) => Node {
                line,
                value: Value::Call(name.to_owned(), Box::new(argument(name, node))),
            },
            None => node,
        };
        if anchor > 0 {
            let size = size(&node);
            self.count(line, size)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(parent) = self.open.last_mut() else {
            self.read.documents.push(node);
            return Ok(());
        };
        match (&mut parent.value, parent.key.take()) {
            (Value::List(items), _) => items.push(node),
            (Value::Map(entries), Some((key, line))) => {
                if key == "<<" && is_mergeable(&node) {
                    merge(entries, &mut parent.keys, &node);
                    return Ok(());
                }
                node.line = line;
                let place = entries.len();
                match parent.keys.insert(key.clone(), (place, true)) {
                    None => entries.push((key, node)),
                    Some((place, is_written)) => {
                        parent.keys.insert(key.clone(), (place, true));
                        if is_written {
                            self.read.repeated.push(Repeated {
                                key: key.clone(),
                                line,
                            });
                        }
                        if let Some(there) = entries.get_mut(place) {
                            *there = (key, node);
                        }
                    }
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

/// Whether a value is what `<<` takes: a map, or a list of maps.
fn is_mergeable(node: &Node) -> bool {
    let is_map = |node: &Node| matches!(node.value, Value::Map(_));
    is_map(node) || (!node.items().is_empty() && node.items().iter().all(is_map))
}

/// Takes in the entries of other maps whose keys are not there yet.
fn merge(
    entries: &mut Vec<(String, Node)>,
    keys: &mut BTreeMap<String, (usize, bool)>,
    from: &Node,
) {
    for map in from.one_or_more() {
        for (name, inner) in map.entries() {
            if !keys.contains_key(name) {
                keys.insert(name.clone(), (entries.len(), false));
                entries.push((name.clone(), inner.clone()));
            }
        }
    }
}

/// How many values a text counts for.
fn weight(text: &str) -> usize {
    1 + text.len() / BYTES_OF_A_VALUE
}

/// How many values a node counts for, with all that is in it.
fn size(node: &Node) -> usize {
    let mut size = 0;
    node.walk(&mut |one| {
        size += one.text().map_or(1, weight);
        let keys = one.entries().iter();
        size += keys
            .map(|(key, _)| key.len() / BYTES_OF_A_VALUE)
            .sum::<usize>();
    });
    size
}

/// Whether a tag says that a plain scalar is text: `!!str`, or `!`.
fn is_text(tag: &Tag) -> bool {
    let tag = (tag.handle.as_str(), tag.suffix.as_str());
    tag == ("tag:yaml.org,2002:", "str") || matches!(tag, ("!", "") | ("", "!"))
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
    use std::fmt::Write as _;

    use super::*;

    fn text(read: &Documents, path: &str) -> Option<String> {
        let node = read.documents.first()?.at(path)?;
        node.text().map(str::to_owned)
    }

    fn yaml(text: &str) -> Documents {
        read_documents(&Source::new("a.yaml", text)).unwrap()
    }

    #[test]
    fn json_is_read_with_tabs_and_every_character() {
        let read = yaml(r#"{	"a": "\ud83d\ude00 \\ud83d \u00e9 \ud800"}"#);
        assert_eq!(
            text(&read, "a").as_deref(),
            Some("\u{1f600} \\ud83d \u{e9} \u{fffd}")
        );
    }

    #[test]
    fn brackets_and_quotes_may_close_at_the_column_of_their_key() {
        let read = yaml(
            "a:\n  list: [\n    one, 'two # [',\n  ]\n  map: {\n  x: 1, # {\n  y: \"2 }\n  3\"\n  }\n  quoted: \"four\n  five\"\n  block: |\n    [ not a list\n  last: it's [plain\nb: after\n",
        );
        assert_eq!(text(&read, "a/list/1").as_deref(), Some("two # ["));
        assert_eq!(text(&read, "a/map/x").as_deref(), Some("1"));
        assert_eq!(text(&read, "a/map/y").as_deref(), Some("2 } 3"));
        assert_eq!(text(&read, "a/quoted").as_deref(), Some("four five"));
        assert_eq!(text(&read, "a/block").as_deref(), Some("[ not a list\n"));
        assert_eq!(text(&read, "a/last").as_deref(), Some("it's [plain"));
        assert_eq!(text(&read, "b").as_deref(), Some("after"));
        let lines = read.documents.first().unwrap().get("b").unwrap().line;
        assert_eq!(lines, 15);
    }

    #[test]
    fn a_key_that_stands_twice_is_told_and_the_last_counts() {
        for source in ["a: 1\nb: 2\na: 3\n", "{\"a\": 1,\n\"b\": 2,\n\"a\": 3}"] {
            let read = yaml(source);
            assert_eq!(text(&read, "a").as_deref(), Some("3"));
            let key = "a".to_owned();
            assert_eq!(read.repeated, [Repeated { key, line: 3 }]);
            let error = super::read(&Source::new("f", source)).unwrap_err();
            assert!(error.message.starts_with("f:3: `a`"), "{error}");
        }
    }

    #[test]
    fn maps_are_merged_and_give_way_to_what_is_written() {
        let read =
            yaml("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  c: 5\n  <<: [*x, *y]\n  a: 6\n");
        for (key, value) in [("a", "6"), ("b", "2"), ("c", "5")] {
            assert_eq!(text(&read, &format!("z/{key}")).as_deref(), Some(value));
        }
        assert_eq!(read.repeated, []);
    }

    #[test]
    fn bombs_end_with_one_error() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let refs = vec![format!("*a{}", level - 1); 10].join(", ");
            let _ = writeln!(bomb, "a{level}: &a{level} [{refs}]");
        }
        let long = format!(
            "a: &a {}\nb: [{}]\n",
            "x".repeat(500_000),
            "*a, ".repeat(50_000)
        );
        let mut deep_yaml = String::new();
        for depth in 0..100 {
            let _ = writeln!(deep_yaml, "{}a:", " ".repeat(depth));
        }
        for (text, what) in [
            (bomb, "more than 500000 values"),
            (long, "more than 500000 values"),
            (deep_yaml, "nested more than 64 deep"),
            (format!("[{}", "[".repeat(100)), "nested more than 64 deep"),
            (
                format!("{{\"a\": {}", "[".repeat(100_000)),
                "nested more than 64 deep",
            ),
            (
                format!("a: {}", "[".repeat(100_000)),
                "nested more than 64 deep",
            ),
        ] {
            let error = read_documents(&Source::new("f", &text)).unwrap_err();
            assert!(error.message.contains(what), "{error}");
        }
    }
}
