//! TOML, read strictly, every value with its place.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Result, Source, Span, nearest};
use crate::escape::is_control;

/// Parses a document and passes its top table to `read`; then refuses keys that
/// `read` did not ask for.
///
/// # Errors
/// The first problem: the text is not TOML, a text in it has a control character, `read`
/// refused something, or a key is left over.
pub fn document<T>(source: &Source, read: impl FnOnce(&Table<'_>) -> Result<T>) -> Result<T> {
    let parsed = parse(source)?;
    let span = Span::from(parsed.span());
    let table = Table::new(source, parsed.get_ref(), span, String::new());
    let value = read(&table)?;
    table.finish()?;
    Ok(value)
}

/// Checks that a text is TOML whose texts and keys are plain, for those who read it by
/// other means.
///
/// # Errors
/// The text is not TOML, or a text in it has a control character.
pub fn plain_document(source: &Source) -> Result<()> {
    parse(source).map(|_| ())
}

/// Parses a document, and refuses control characters in its texts and keys, whoever asks
/// for them: a name is one line, and steers no terminal.
fn parse(source: &Source) -> Result<Spanned<DeTable<'_>>> {
    let parsed = DeTable::parse(source.text()).map_err(|error| {
        let message = error
            .message()
            .lines()
            .next()
            .unwrap_or("it is not TOML")
            .to_owned();
        let span = error.span().map_or_else(Span::default, Span::from);
        Diagnostic::new(format!("cannot read this as TOML: {message}")).at(source, span)
    })?;
    for (key, value) in parsed.get_ref() {
        plain_key(source, key)?;
        plain_value(source, value)?;
    }
    Ok(parsed)
}

fn plain_key(source: &Source, key: &Spanned<DeString<'_>>) -> Result<()> {
    plain_text(source, key.get_ref(), key.span().into())
}

/// The parser bounds how deeply values nest.
fn plain_value(source: &Source, value: &Spanned<DeValue<'_>>) -> Result<()> {
    match value.get_ref() {
        DeValue::String(text) => plain_text(source, text, value.span().into()),
        DeValue::Array(items) => items.iter().try_for_each(|item| plain_value(source, item)),
        DeValue::Table(table) => table.iter().try_for_each(|(key, value)| {
            plain_key(source, key)?;
            plain_value(source, value)
        }),
        _ => Ok(()),
    }
}

fn plain_text(source: &Source, text: &str, span: Span) -> Result<()> {
    let Some(letter) = text.chars().find(|letter| is_control(*letter)) else {
        return Ok(());
    };
    let problem = Diagnostic::new(format!("a text has a control character, {letter}"));
    Err(Box::new(
        problem
            .at(source, span)
            .label("not plain text")
            .help("write it in one line, without control characters"),
    ))
}

/// One table of a document, which remembers the keys that were asked for.
#[derive(Debug)]
pub struct Table<'d> {
    source: &'d Source,
    entries: &'d DeTable<'d>,
    span: Span,
    path: String,
    asked: RefCell<BTreeSet<String>>,
}

impl<'d> Table<'d> {
    fn new(source: &'d Source, table: &'d DeTable<'d>, span: Span, path: String) -> Self {
        Self {
            source,
            entries: table,
            span,
            path,
            asked: RefCell::new(BTreeSet::new()),
        }
    }

    /// Where the table stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The table's keys, dotted, from the top: `workload.traffic`; empty at the top.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The table's own keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(|key| key.get_ref().as_ref())
    }

    /// The value of a key, if it is there.
    pub fn get(&self, key: &str) -> Option<Node<'d>> {
        self.asked.borrow_mut().insert(key.to_owned());
        let (name, value) = self.entries.get_key_value(key)?;
        let path = if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        };
        Some(Node {
            source: self.source,
            value,
            key: name.span().into(),
            path,
        })
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// When the key is missing.
    pub fn require(&self, key: &str) -> Result<Node<'d>> {
        self.get(key).ok_or_else(|| {
            Box::new(
                self.problem(format!("`{key}` is missing"))
                    .help(format!("add a line `{key} = …`")),
            )
        })
    }

    /// A key's text that must be there.
    ///
    /// # Errors
    /// When the key is missing or not a text.
    pub fn require_text(&self, key: &str) -> Result<&'d str> {
        self.require(key)?.text()
    }

    /// A key's text, if it is there.
    ///
    /// # Errors
    /// When it is not a text.
    pub fn text(&self, key: &str) -> Result<Option<&'d str>> {
        self.get(key).map(|node| node.text()).transpose()
    }

    /// A key's tables (`[[key]]`); none when it is missing.
    ///
    /// # Errors
    /// When the value is not a list of tables.
    pub fn tables(&self, key: &str) -> Result<Vec<Table<'d>>> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(node) => node.items()?.iter().map(Node::table).collect(),
        }
    }

    /// A key's texts; none when it is missing.
    ///
    /// # Errors
    /// When the value is not a list of texts.
    pub fn texts(&self, key: &str) -> Result<Vec<&'d str>> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(node) => node.items()?.iter().map(Node::text).collect(),
        }
    }

    /// A problem with the table as a whole.
    pub fn problem(&self, message: impl AsRef<str>) -> Diagnostic {
        Diagnostic::new(message).at(self.source, self.span)
    }

    /// Refuses keys that nobody asked for, naming the nearest that would be known.
    ///
    /// # Errors
    /// When there is one.
    pub fn finish(&self) -> Result<()> {
        let asked = self.asked.borrow();
        for (key, _) in self.entries {
            let name: &str = key.get_ref();
            if asked.contains(name) {
                continue;
            }
            let place = if self.path.is_empty() {
                "at the top of the file".to_owned()
            } else {
                format!("in `{}`", self.path)
            };
            let problem = Diagnostic::new(format!("there is no key `{name}` {place}"))
                .at(self.source, key.span().into())
                .label("not known here");
            let help = nearest(name, asked.iter().map(String::as_str)).map_or_else(
                || {
                    let known: Vec<&str> = asked.iter().map(String::as_str).collect();
                    format!("known here: {}", known.join(", "))
                },
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Box::new(problem.help(help)));
        }
        Ok(())
    }
}

/// One value of a document.
#[derive(Debug, Clone)]
pub struct Node<'d> {
    source: &'d Source,
    value: &'d Spanned<DeValue<'d>>,
    key: Span,
    path: String,
}

impl<'d> Node<'d> {
    /// Where the value stands.
    pub fn span(&self) -> Span {
        self.value.span().into()
    }

    /// Where its key stands.
    pub fn key_span(&self) -> Span {
        self.key
    }

    /// The value's keys, dotted, from the top.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A problem with this value.
    pub fn problem(&self, message: impl AsRef<str>) -> Diagnostic {
        Diagnostic::new(message).at(self.source, self.span())
    }

    fn wrong<T>(&self, wanted: &str) -> Result<T> {
        let found = match self.value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        Err(Box::new(
            self.problem(format!(
                "`{}` must be {wanted}, and this is {found}",
                self.path
            ))
            .label(format!("expected {wanted}")),
        ))
    }

    /// The text: one line, without control characters.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(&self) -> Result<&'d str> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => self.wrong("a text"),
        }
    }

    /// The truth value.
    ///
    /// # Errors
    /// When it is something else.
    pub fn flag(&self) -> Result<bool> {
        match self.value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => self.wrong("true or false"),
        }
    }

    /// True when the value is a table.
    pub fn is_table(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Table(_))
    }

    /// True when the value is `true` or `false`.
    pub fn is_flag(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Boolean(_))
    }

    /// The value as its user would type it: a text, or a plain number.
    ///
    /// # Errors
    /// When it is something else, or a number in another base than ten.
    pub fn typed(&self) -> Result<&'d str> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str()),
            DeValue::Float(number) => Ok(number.as_str()),
            _ => self.wrong("a quantity"),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// When it is something else, or too large.
    pub fn integer(&self) -> Result<i64> {
        match self.value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .or_else(|_| self.wrong("a smaller number")),
            _ => self.wrong("a whole number"),
        }
    }

    /// The table.
    ///
    /// # Errors
    /// When it is something else.
    pub fn table(&self) -> Result<Table<'d>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Ok(Table::new(
                self.source,
                table,
                self.span(),
                self.path.clone(),
            )),
            _ => self.wrong("a table"),
        }
    }

    /// The items of a list.
    ///
    /// # Errors
    /// When it is something else.
    pub fn items(&self) -> Result<Vec<Node<'d>>> {
        match self.value.get_ref() {
            DeValue::Array(items) => Ok(items
                .iter()
                .map(|value| Node {
                    source: self.source,
                    value,
                    key: self.key,
                    path: self.path.clone(),
                })
                .collect()),
            _ => self.wrong("a list"),
        }
    }

    /// The value parsed as something that has a text form of its own.
    ///
    /// # Errors
    /// When it is not such a text; the message is the parser's.
    pub fn parse<T>(&self) -> Result<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.typed()?
            .parse()
            .map_err(|error: T::Err| Box::new(self.problem(format!("`{}`: {error}", self.path))))
    }

    /// The value as one of some words.
    ///
    /// # Errors
    /// When it is not one of them; names the nearest.
    pub fn one_of<'w>(&self, words: &[&'w str]) -> Result<&'w str> {
        let text = self.text()?;
        words
            .iter()
            .copied()
            .find(|word| *word == text)
            .ok_or_else(|| {
                let problem = self.problem(format!("`{}` cannot be `{text}`", self.path));
                let help = nearest(text, words.iter().copied()).map_or_else(
                    || format!("use one of: {}", words.join(", ")),
                    |near| format!("did you mean `{near}`? One of: {}", words.join(", ")),
                );
                Box::new(problem.label("not one of the values").help(help))
            })
    }
}
