//! JSON (RFC 8259), handed to the reader of YAML value by value.

use super::{Node, Reader, Value};
use crate::Diagnostic;

/// Why reading stopped.
pub(super) enum Stop {
    /// A bound of the reader.
    Bound(Box<Diagnostic>),
    /// It is no JSON.
    NoJson {
        /// The line, from 1.
        line: usize,
        /// What is there, or is missing.
        what: &'static str,
    },
}

impl From<Box<Diagnostic>> for Stop {
    fn from(problem: Box<Diagnostic>) -> Self {
        Self::Bound(problem)
    }
}

/// Reads one value after another; each is a document.
pub(super) fn read(text: &str, reader: &mut Reader<'_>) -> Result<(), Stop> {
    let mut json = Json {
        text,
        at: 0,
        line: 1,
    };
    loop {
        json.blank();
        if json.next().is_none() {
            return Ok(());
        }
        json.value(reader)?;
        let mut open = reader.open.len();
        while open > 0 {
            json.inside(reader)?;
            open = reader.open.len();
        }
    }
}

struct Json<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Json<'_> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while let Some(letter @ (b' ' | b'\t' | b'\r' | b'\n')) = self.next() {
            self.line += usize::from(letter == b'\n');
            self.at += 1;
        }
    }

    fn stop<T>(&self, what: &'static str) -> Result<T, Stop> {
        Err(Stop::NoJson {
            line: self.line,
            what,
        })
    }

    /// What stands in the list or map that was opened last: one entry, or its end.
    fn inside(&mut self, reader: &mut Reader<'_>) -> Result<(), Stop> {
        let Some(open) = reader.open.last() else {
            return Ok(());
        };
        let (is_map, is_first) = match &open.value {
            Value::Map(entries) => (true, entries.is_empty()),
            Value::List(items) => (false, items.is_empty()),
            _ => (false, true),
        };
        self.blank();
        let end = if is_map { b'}' } else { b']' };
        if self.next() == Some(end) {
            self.at += 1;
            return Ok(reader.close()?);
        }
        if !is_first {
            if self.next() != Some(b',') {
                return self.stop("a comma or a closing bracket is missing");
            }
            self.at += 1;
            self.blank();
        }
        if is_map {
            let line = self.line;
            if self.next() != Some(b'"') {
                return self.stop("a key in double quotes is missing");
            }
            let key = self.string()?;
            reader.count(line, super::weight(&key))?;
            let value = Value::Text(key);
            reader.put(Node { line, value }, 0, None)?;
            self.blank();
            if self.next() != Some(b':') {
                return self.stop("a colon is missing after a key");
            }
            self.at += 1;
            self.blank();
        }
        self.value(reader)
    }

    /// A value; a list or a map is opened only.
    fn value(&mut self, reader: &mut Reader<'_>) -> Result<(), Stop> {
        let line = self.line;
        let value = match self.next() {
            Some(b'{') => {
                self.at += 1;
                return Ok(reader.open(line, 0, None, Value::Map(Vec::new()))?);
            }
            Some(b'[') => {
                self.at += 1;
                return Ok(reader.open(line, 0, None, Value::List(Vec::new()))?);
            }
            Some(b'"') => Value::Text(self.string()?),
            _ => self.word()?,
        };
        if let Value::Text(text) | Value::Number(text) = &value {
            reader.count(line, super::weight(text))?;
        } else {
            reader.count(line, 1)?;
        }
        Ok(reader.put(Node { line, value }, 0, None)?)
    }

    /// A number, true, false or null.
    fn word(&mut self) -> Result<Value, Stop> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
        let word = rest.split(is_end).next().unwrap_or_default();
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ if is_number(word) => Value::Number(word.to_owned()),
            "" => return self.stop("a value is missing"),
            _ => return self.stop("a text without quotes"),
        };
        self.at += word.len();
        Ok(value)
    }

    /// A string, from its first quote on.
    fn string(&mut self) -> Result<String, Stop> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(length) = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ') else {
                return self.stop("a text is not closed");
            };
            out.push_str(rest.get(..length).unwrap_or_default());
            self.at += length;
            match self.next() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                _ => return self.stop("a text ends on another line"),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Stop> {
        let kind = self.text.as_bytes().get(self.at + 1).copied();
        self.at += 2;
        out.push(match kind {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let Some(first) = self.unit(self.at) else {
                    return self.stop("`\\u` takes four digits");
                };
                self.at += 4;
                let is_next = self.text.get(self.at..self.at + 2) == Some("\\u");
                let second = self.unit(self.at + 2).filter(|_| is_next);
                let pair = char::decode_utf16([Some(first), second].into_iter().flatten()).next();
                if (0xd800..0xdc00).contains(&first) && matches!(pair, Some(Ok(_))) {
                    self.at += 6;
                }
                let letter = pair.and_then(Result::ok);
                letter.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return self.stop("no such escape"),
        });
        Ok(())
    }

    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 4)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }
}

/// Whether a word is a number of JSON.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|c| c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'E' | b'+' | b'-'))
        && word.parse::<f64>().is_ok()
}
