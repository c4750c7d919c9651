//! What is wrong, where, and the way out.

use std::fmt;
use std::sync::Arc;

use crate::escape::{printable, visible};

/// A named text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
}

impl Source {
    /// A text under the name that its user knows it by (usually a path).
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: visible(name).into(),
            text: text.into(),
        }
    }

    /// The text as it may be shown on a terminal; every byte keeps its place.
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        printable(&self.text)
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both from 1; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = self
            .text
            .get(..offset.min(self.text.len()))
            .unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .map_or(0, |last| last.chars().count())
            + 1;
        (line, column)
    }
}

/// A place in a text: bytes from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end.max(range.start),
        }
    }
}

/// One problem with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong; lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// The text it is wrong in.
    pub source: Option<Source>,
    /// Where in that text.
    pub span: Option<Span>,
    /// A few words under the place.
    pub label: String,
    /// The way out.
    pub help: Option<String>,
    /// Lines of another program that say more, shown below the message.
    pub quoted: Vec<String>,
}

/// A value, or the one problem that stopped the reading.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl Diagnostic {
    /// A problem with no place in a text. Whatever a message, label or hint quotes, it
    /// stays on its line and steers no terminal.
    pub fn new(message: impl AsRef<str>) -> Self {
        Self {
            message: visible(message.as_ref()).into_owned(),
            source: None,
            span: None,
            label: String::new(),
            help: None,
            quoted: Vec::new(),
        }
    }

    /// The same with what another program said, line by line, each once.
    #[must_use]
    pub fn quoting(mut self, text: &str) -> Self {
        for line in text.split(['\n', '\r']) {
            let line = visible(line.trim_end()).into_owned();
            if !line.is_empty() && !self.quoted.contains(&line) {
                self.quoted.push(line);
            }
        }
        self
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, source: &Source, span: Span) -> Self {
        self.source = Some(source.clone());
        self.span = Some(span);
        self
    }

    /// The same, with a few words under the place.
    #[must_use]
    pub fn label(mut self, label: impl AsRef<str>) -> Self {
        self.label = visible(label.as_ref()).into_owned();
        self
    }

    /// The same, with the way out.
    #[must_use]
    pub fn help(mut self, help: impl AsRef<str>) -> Self {
        self.help = Some(visible(help.as_ref()).into_owned());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// One line, `file:line: message`, for logs and tests.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            write!(f, "{}", source.name())?;
            if let Some(span) = self.span {
                write!(f, ":{}", source.line_column(span.start).0)?;
            }
            write!(f, ": ")?;
        }
        f.write_str(&self.message)?;
        self.help
            .as_ref()
            .map_or(Ok(()), |help| write!(f, " (hint: {help})"))
    }
}

impl std::error::Error for Diagnostic {}

/// The candidate that was most likely meant by a misspelt word, if any is near.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    const LIKELY: f64 = 0.75;
    let word: String = word.chars().take(64).collect();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKELY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
