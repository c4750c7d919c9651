//! HCL, laid out as `terraform fmt` lays it out.
//!
//! What is written is a tree of `hcl-edit`, so that every expression has been read by it and every
//! text is written by it; here stands only where lines break and where signs stand below each other.

use hcl_edit::expr::{
    Array, Expression, FuncArgs, FuncCall, Object, ObjectKey, ObjectValue, ObjectValueTerminator,
};
use hcl_edit::structure::{Attribute, Block as Structured, Body};
use hcl_edit::{Decorate as _, Decorated, Ident};
use landfall_source::escape;

use crate::graph::Fault;

/// Widest line, where a value can be parted.
const WIDE: usize = 100;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hcl {
    /// Anything that is written as it stands.
    Plain(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
    /// A call of a function.
    Call(&'static str, Vec<Self>),
}

/// A part of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An argument.
    Value(String, Hcl),
    /// A block within.
    Block(Block),
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Block {
    /// Its type, as `resource`.
    pub(crate) kind: String,
    /// Its labels.
    pub(crate) labels: Vec<String>,
    /// Lines of comment above it.
    pub(crate) above: Vec<String>,
    /// Lines of comment at its beginning.
    pub(crate) within: Vec<String>,
    /// What is in it.
    pub(crate) entries: Vec<Entry>,
}

impl Hcl {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// A text.
    pub(crate) fn text(text: &str) -> Self {
        Self::Plain(quoted(text))
    }

    /// On one line.
    fn line(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::line).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Object(entries) => {
                let entries = entries.iter();
                let entries: Vec<String> = entries
                    .map(|(key, value)| format!("{} = {}", key_text(key), value.line()))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
            Self::Call(name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(Self::line).collect();
                format!("{name}({})", arguments.join(", "))
            }
        }
    }

    /// Whether it stands on one line that begins so far from the left.
    fn is_line(&self, from: usize) -> bool {
        let is_short = from + self.line().chars().count() <= WIDE;
        let is_whole = match self {
            Self::Plain(_) => return true,
            Self::List(items) => items.iter().all(|item| item.is_line(0)),
            Self::Object(entries) => {
                entries.len() < 3
                    && entries
                        .iter()
                        .all(|(_, value)| matches!(value, Self::Plain(_)))
            }
            Self::Call(_, arguments) => arguments.iter().all(|one| match one {
                Self::Object(entries) => entries.is_empty(),
                other => other.is_line(0),
            }),
        };
        is_short && is_whole
    }

    /// As an expression, `depth` blocks deep, on a line that it begins so far from the left.
    fn expression(&self, depth: usize, from: usize) -> Result<Expression, Fault> {
        if self.is_line(from) {
            let line = self.line();
            let mut read: Expression = line
                .parse()
                .map_err(|error| Fault(format!("no expression of HCL: {line}: {error}")))?;
            read.decor_mut().clear();
            return Ok(read);
        }
        Ok(match self {
            Self::Plain(_) => unreachable_plain(),
            Self::List(items) => {
                let mut array = Array::new();
                for item in items {
                    let mut one = item.expression(depth + 1, (depth + 1) * 2)?;
                    one.decor_mut()
                        .set_prefix(format!("\n{}", indent(depth + 1)));
                    array.push(one);
                }
                array.set_trailing_comma(true);
                array.set_trailing(format!("\n{}", indent(depth)));
                array.into()
            }
            Self::Object(entries) => object(entries, depth)?.into(),
            Self::Call(name, arguments) => {
                let mut all = FuncArgs::new();
                for one in arguments {
                    all.push(one.expression(depth, WIDE)?);
                }
                FuncCall::new(ident(name)?, all).into()
            }
        })
    }
}

/// Plain expressions are on one line always.
fn unreachable_plain() -> Expression {
    Expression::null()
}

fn object(entries: &[(String, Hcl)], depth: usize) -> Result<Object, Fault> {
    let mut object = Object::new();
    let keys: Vec<String> = entries.iter().map(|(key, _)| key_text(key)).collect();
    let from = (depth + 1) * 2;
    let lines: Vec<bool> = entries
        .iter()
        .zip(&keys)
        .map(|((_, value), key)| value.is_line(from + key.len() + 3))
        .collect();
    let widths = widths(&keys, &lines);
    for (place, ((key, value), text)) in entries.iter().zip(&keys).enumerate() {
        let width = widths.get(place).copied().unwrap_or(0);
        let mut key = match Ident::try_new(key.as_str()) {
            Ok(name) => ObjectKey::Ident(Decorated::new(name)),
            Err(_) => ObjectKey::Expression(Expression::from(key.as_str())),
        };
        let begin = if place == 0 { "\n" } else { "" };
        key.decor_mut()
            .set_prefix(format!("{begin}{}", indent(depth + 1)));
        key.decor_mut()
            .set_suffix(" ".repeat(width.saturating_sub(text.chars().count()) + 1));
        let mut value = ObjectValue::new(value.expression(depth + 1, from + text.len() + 3)?);
        value.set_terminator(ObjectValueTerminator::Newline);
        object.insert(key, value);
    }
    object.set_trailing(indent(depth));
    Ok(object)
}

/// For each key the width of its run: what stands on one line each, without a break between.
fn widths(keys: &[String], lines: &[bool]) -> Vec<usize> {
    let mut widths: Vec<usize> = keys.iter().map(|key| key.chars().count()).collect();
    let mut place = 0;
    while place < keys.len() {
        let run = lines.iter().skip(place).take_while(|line| **line).count();
        if let Some(part) = widths.get_mut(place..place + run) {
            let most = part.iter().copied().max().unwrap_or(0);
            part.fill(most);
        }
        place += run + 1;
    }
    widths
}

fn key_text(key: &str) -> String {
    match Ident::try_new(key) {
        Ok(_) => key.to_owned(),
        Err(_) => quoted(key),
    }
}

fn ident(name: &str) -> Result<Ident, Fault> {
    Ident::try_new(name).map_err(|_| Fault(format!("`{name}` is no name in HCL")))
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// A text as HCL: quoted, and with nothing in it that HCL would put in.
pub(crate) fn quoted(text: &str) -> String {
    let quoted = escape::quoted(text);
    quoted.replace("${", "$${").replace("%{", "%%{")
}

/// The text of a file of these blocks, below lines of comment.
///
/// # Errors
/// A name or an expression that is none of HCL.
pub(crate) fn file(heading: &[String], blocks: &[Block]) -> Result<String, Fault> {
    let mut body = Body::new();
    for block in blocks {
        let mut made = structured(block, 0)?;
        made.decor_mut()
            .set_prefix(format!("\n{}", comments(&block.above, 0)));
        body.push(made);
    }
    Ok(format!("{}{body}", comments(heading, 0)))
}

fn comments(lines: &[String], depth: usize) -> String {
    let line = |line: &String| format!("{}# {}\n", indent(depth), escape::comment(line));
    lines.iter().map(line).collect()
}

fn structured(block: &Block, depth: usize) -> Result<Structured, Fault> {
    let mut made = Structured::new(ident(&block.kind)?);
    made.labels = block
        .labels
        .iter()
        .map(|label| label.as_str().into())
        .collect();
    made.body = body(block, depth + 1)?;
    // What is said of an empty block stands before its end.
    let rest = if block.entries.is_empty() {
        comments(&block.within, depth + 1)
    } else {
        String::new()
    };
    if block.entries.is_empty() && rest.is_empty() {
        made.body.set_prefer_oneline(true);
    } else {
        made.body
            .decor_mut()
            .set_suffix(format!("{rest}{}", indent(depth)));
    }
    Ok(made)
}

fn body(block: &Block, depth: usize) -> Result<Body, Fault> {
    let entries = &block.entries;
    let keys: Vec<String> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Value(key, _) => key.clone(),
            Entry::Block(_) => String::new(),
        })
        .collect();
    let from = depth * 2;
    let lines: Vec<bool> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Value(key, value) => !is_apart(key) && value.is_line(from + key.len() + 3),
            Entry::Block(_) => false,
        })
        .collect();
    let widths = widths(&keys, &lines);
    let mut body = Body::new();
    let mut was_apart = false;
    for (place, entry) in entries.iter().enumerate() {
        let is_apart = match entry {
            Entry::Value(key, _) => is_apart(key),
            Entry::Block(_) => true,
        };
        let blank = if place > 0 && (is_apart || was_apart) {
            "\n"
        } else {
            ""
        };
        let said = if place == 0 {
            comments(&block.within, depth)
        } else {
            String::new()
        };
        was_apart = is_apart;
        match entry {
            Entry::Value(key, value) => {
                let mut name = Decorated::new(ident(key)?);
                name.decor_mut()
                    .set_prefix(format!("{said}{blank}{}", indent(depth)));
                let width = widths.get(place).copied().unwrap_or(0);
                name.decor_mut()
                    .set_suffix(" ".repeat(width.saturating_sub(key.len()) + 1));
                let value = value.expression(depth, from + key.len() + 3)?;
                body.push(Attribute::new(name, value));
            }
            Entry::Block(inner) => {
                let mut made = structured(inner, depth)?;
                let above = comments(&inner.above, depth);
                made.decor_mut()
                    .set_prefix(format!("{said}{blank}{above}{}", indent(depth)));
                body.push(made);
            }
        }
    }
    Ok(body)
}

/// Arguments of Terraform's own stand apart from those of the resource.
fn is_apart(key: &str) -> bool {
    matches!(key, "for_each" | "depends_on")
}

/// The parts of a text of HCL.
///
/// # Errors
/// A text that is none.
pub(crate) fn read(text: &str) -> Result<Vec<Entry>, Fault> {
    let body: Body = text
        .parse()
        .map_err(|error| Fault(format!("no HCL: {text}: {error}")))?;
    Ok(entries(&body))
}

fn entries(body: &Body) -> Vec<Entry> {
    let all = body
        .iter()
        .map(|one| match (one.as_attribute(), one.as_block()) {
            (Some(attribute), _) => {
                let value = match &attribute.value {
                    Expression::Array(items) => Hcl::List(
                        items
                            .iter()
                            .map(|item| Hcl::plain(item.to_string().trim()))
                            .collect(),
                    ),
                    other => Hcl::plain(other.to_string().trim()),
                };
                Entry::Value(attribute.key.as_str().to_owned(), value)
            }
            (_, Some(block)) => Entry::Block(Block {
                kind: block.ident.as_str().to_owned(),
                entries: entries(&block.body),
                ..Block::default()
            }),
            (None, None) => Entry::Block(Block::default()),
        });
    all.collect()
}

impl Block {
    /// A block of a type.
    pub(crate) fn of(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            ..Self::default()
        }
    }

    /// Sets an argument; `a.b` is the argument `b` of the block `a`, which is made once.
    pub(crate) fn put(&mut self, path: &str, value: Hcl) {
        let Some((first, rest)) = path.split_once('.') else {
            self.entries.push(Entry::Value(path.to_owned(), value));
            return;
        };
        let is_it = |entry: &Entry| matches!(entry, Entry::Block(inner) if inner.kind == first);
        let place = self.entries.iter().position(is_it).unwrap_or_else(|| {
            self.entries.push(Entry::Block(Self::of(first)));
            self.entries.len() - 1
        });
        if let Some(Entry::Block(inner)) = self.entries.get_mut(place) {
            inner.put(rest, value);
        }
    }

    /// Arguments before blocks, as people write them.
    pub(crate) fn sort(&mut self) {
        self.entries
            .sort_by_key(|entry| matches!(entry, Entry::Block(_)));
        for entry in &mut self.entries {
            if let Entry::Block(inner) = entry {
                inner.sort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_put_nothing_in() {
        assert_eq!(quoted("a \"${b}\" %{ c }"), r#""a \"$${b}\" %%{ c }""#);
        let mut block = Block::of("locals");
        block.put("x", Hcl::text("a \"${b}\" %{ c }"));
        let text = file(&[], &[block]).unwrap();
        assert_eq!(text, "\nlocals {\n  x = \"a \\\"$${b}\\\" %%{ c }\"\n}\n");
    }

    #[test]
    fn what_stands_on_one_line_is_aligned() {
        let mut block = Block::of("resource");
        block.labels = vec!["a_b".to_owned(), "c".to_owned()];
        block.above = vec!["Why".to_owned()];
        block.put("for_each", Hcl::plain("local.zones"));
        block.put("name", Hcl::text("x"));
        block.put("longer_name", Hcl::plain("var.y"));
        let object = |key: &str| {
            Hcl::Object(vec![
                (key.to_owned(), Hcl::plain("1")),
                ("aws:x".to_owned(), Hcl::plain("2")),
            ])
        };
        block.put(
            "all",
            Hcl::Call("jsonencode", vec![Hcl::List(vec![object("b")])]),
        );
        block.put("inner.deep.flag", Hcl::plain("true"));
        block.put("depends_on", Hcl::List(vec![Hcl::plain("a.b"); 30]));
        let text = file(&["Top".to_owned()], &[block]).unwrap();
        let wanted = "# Top\n\n# Why\nresource \"a_b\" \"c\" {\n  for_each = local.zones\n\n  name        = \"x\"\n  longer_name = var.y\n  all         = jsonencode([{ b = 1, \"aws:x\" = 2 }])\n\n  inner {\n    deep {\n      flag = true\n    }\n  }\n\n  depends_on = [\n";
        assert!(text.starts_with(wanted), "{text}");
        assert!(text.ends_with("    a.b,\n  ]\n}\n"), "{text}");
    }
}
