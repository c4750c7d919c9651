//! Bytes to records: gzip or plain, CSV or JSON, lines of bounded length.

use std::io::{BufReader, Chain, Cursor, Error, ErrorKind, Read};

use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use landfall_source::{BoundedLines, Diagnostic, Result};

use super::Refused;

/// The longest line taken: a day of minutes for one function takes some 10 kB.
const LONGEST_LINE_BYTES: usize = 1 << 18;
/// The largest JSON taken.
const LARGEST_JSON_BYTES: u64 = 64 << 20;
/// Most columns of a table.
const MOST_COLUMNS: usize = 2_000;

/// The first bytes again, then the rest.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// Text, whether it was packed or not.
enum Unpacked<R> {
    Plain(Whole<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Whole<R>>>>),
}

impl<R> std::fmt::Debug for Unpacked<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Gzip(_) => "Gzip",
        })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, block: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.read(block),
            Self::Gzip(packed) => packed.read(block).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => {
                    Error::new(ErrorKind::InvalidData, "the gzip data ends too early")
                }
                ErrorKind::InvalidInput | ErrorKind::InvalidData => {
                    Error::new(ErrorKind::InvalidData, format!("broken gzip data: {error}"))
                }
                _ => error,
            }),
        }
    }
}

/// What a file turned out to hold.
pub(super) enum Opened<R> {
    Table(Rows<R>),
    Json(String),
}

/// Looks at the first bytes.
pub(super) fn open<R: Read>(name: &str, mut input: R) -> Result<Opened<R>> {
    let unreadable = |error: &Error| -> Box<Diagnostic> {
        let problem = Diagnostic::new(format!("cannot read `{name}`: {error}"));
        Box::new(problem.help("check that the file is whole"))
    };
    let first = first_bytes(&mut input, 2).map_err(|error| unreadable(&error))?;
    let packed = first == [0x1f, 0x8b];
    let whole = Cursor::new(first).chain(input);
    let mut text = if packed {
        Unpacked::Gzip(Box::new(MultiGzDecoder::new(BufReader::new(whole))))
    } else {
        Unpacked::Plain(whole)
    };
    let mut start = Vec::new();
    // Skips what may stand before an opening brace.
    loop {
        let next = first_bytes(&mut text, 1).map_err(|error| unreadable(&error))?;
        let blank = next.first().is_some_and(u8::is_ascii_whitespace);
        start.extend_from_slice(&next);
        if !blank || start.len() > 64 {
            break;
        }
    }
    if matches!(start.last(), Some(b'{' | b'[')) {
        let mut json = Vec::new();
        Cursor::new(start)
            .chain(text)
            .take(LARGEST_JSON_BYTES + 1)
            .read_to_end(&mut json)
            .map_err(|error| unreadable(&error))?;
        if json.len() as u64 > LARGEST_JSON_BYTES {
            let problem = Diagnostic::new(format!("{name}: the JSON is larger than 64 MB"));
            return Err(Box::new(
                problem.help("ask for a longer period or less time"),
            ));
        }
        let json = String::from_utf8(json).map_err(|error| {
            let good = error
                .as_bytes()
                .iter()
                .take(error.utf8_error().valid_up_to());
            let line = good.filter(|byte| **byte == b'\n').count() as u64 + 1;
            Box::new(fault(name, line, "this is not UTF-8 text").help("save the file as UTF-8"))
        })?;
        return Ok(Opened::Json(json));
    }
    let bounded = BoundedLines::new(Cursor::new(start).chain(text), LONGEST_LINE_BYTES);
    let table = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bounded);
    Ok(Opened::Table(Rows {
        table,
        record: StringRecord::new(),
    }))
}

fn first_bytes(input: &mut impl Read, number: u64) -> std::io::Result<Vec<u8>> {
    let mut first = Vec::new();
    input.take(number).read_to_end(&mut first)?;
    Ok(first)
}

/// The text from its beginning, in lines of bounded length.
type Text<R> = BoundedLines<Chain<Cursor<Vec<u8>>, Unpacked<R>>>;

/// The rows of a table.
pub(super) struct Rows<R> {
    table: csv::Reader<Text<R>>,
    record: StringRecord,
}

impl<R> std::fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

impl<R: Read> Rows<R> {
    /// The names of the columns, in small letters.
    pub(super) fn header(&mut self, name: &str) -> Result<Vec<String>> {
        match self.advance(name) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let problem = fault(name, 1, "the file is empty");
                return Err(Box::new(
                    problem.help("a trace begins with a line of column names"),
                ));
            }
            Err(Refused::Row(problem) | Refused::All(problem)) => return Err(problem),
        }
        if self.record.len() > MOST_COLUMNS {
            let problem = fault(name, 1, "there are too many columns");
            return Err(Box::new(problem.help("check that the file is a trace")));
        }
        let cells = self.record.iter();
        Ok(cells
            .map(|cell| cell.trim().trim_start_matches('\u{feff}').to_lowercase())
            .collect())
    }

    /// Reads the next row and gives its line; none at the end.
    pub(super) fn advance(&mut self, name: &str) -> std::result::Result<Option<u64>, Refused> {
        let line = self.table.position().line();
        match self.table.read_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => Ok(Some(
                self.record.position().map_or(line, csv::Position::line),
            )),
            Err(error) => Err(refused(name, line, &error)),
        }
    }

    /// The row read last.
    pub(super) const fn record(&self) -> &StringRecord {
        &self.record
    }
}

fn refused(name: &str, line: u64, error: &csv::Error) -> Refused {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(line, csv::Position::line);
            Refused::row(name, line, "this is not UTF-8 text")
        }
        csv::ErrorKind::Io(io) => {
            let problem = fault(name, line, &io.to_string());
            Refused::All(Box::new(
                problem.help("check that the file is whole, and a trace"),
            ))
        }
        _ => {
            let problem = fault(name, line, "this is not CSV");
            Refused::All(Box::new(
                problem.help("check that the file is whole, and a trace"),
            ))
        }
    }
}

pub(super) fn fault(name: &str, line: u64, what: &str) -> Diagnostic {
    Diagnostic::new(format!("{name}:{line}: {what}"))
}
