//! The two forms of a table: CSV, read as it comes, and Parquet, whose index is at its end.

use std::io::{BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use landfall_source::{BoundedLines, Diagnostic, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::columns::Columns;
use super::{Charges, broken};

/// The longest line of a CSV: tags and descriptions are long.
const LONGEST_ROW: usize = 1 << 20;
/// The largest file of Parquet: it is read from its end, so that it is held as a whole.
const LARGEST_BYTES: u64 = 1 << 30;

/// Reads a CSV.
pub(super) fn read_csv(name: &str, input: impl BufRead, charges: &mut Charges) -> Result<()> {
    let lines = BoundedLines::new(input, LONGEST_ROW);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(true)
        .from_reader(lines);
    let header = reader.headers().map_err(|error| unreadable(name, &error))?;
    let names: Vec<&str> = header
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}'))
        .collect();
    let columns = Columns::find(&names).map_err(|missing| no_report(name, missing))?;
    let mut record = csv::StringRecord::new();
    loop {
        let is_row = reader.read_record(&mut record);
        if !is_row.map_err(|error| unreadable(name, &error))? {
            return Ok(());
        }
        let place = record.position().map_or(0, csv::Position::line);
        let line = columns.line(|place| record.get(place).unwrap_or_default());
        let line = line.map_err(|(what, text)| no_number(name, place, what, text))?;
        charges.add(name, place, &line)?;
    }
}

/// Reads Parquet: only the columns that are looked at.
pub(super) fn read_parquet(name: &str, input: impl Read, charges: &mut Charges) -> Result<()> {
    let mut bytes = Vec::new();
    let read = input.take(LARGEST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| broken(name, &error))?;
    if bytes.len() as u64 > LARGEST_BYTES {
        let what = format!("`{name}` is larger than {} MB", LARGEST_BYTES >> 20);
        let help = "export it in several files, or as CSV, which is read as it comes";
        return Err(Diagnostic::new(what).help(help).into());
    }
    // The reader of the format panics where pages contradict each other.
    let rows = AssertUnwindSafe(|| read_rows(name, Bytes::from(bytes), charges));
    catch_unwind(rows)
        .unwrap_or_else(|_| Err(broken(name, &"its pages contradict each other").into()))
}

fn read_rows(name: &str, bytes: Bytes, charges: &mut Charges) -> Result<()> {
    let reader = SerializedFileReader::new(bytes);
    let reader = reader.map_err(|error| broken(name, &error))?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let fields = schema.root_schema().get_fields();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let all = Columns::find(&names).map_err(|missing| no_report(name, missing))?;
    // Columns that hold lists or maps are none of those that are looked at.
    let used: Vec<Arc<Type>> = (0..)
        .zip(fields)
        .filter(|(place, field)| all.uses(*place) && field.is_primitive())
        .map(|(_, field)| Arc::clone(field))
        .collect();
    let names: Vec<String> = used.iter().map(|field| field.name().to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = Columns::find(&names).map_err(|missing| no_report(name, missing))?;
    let wanted = Type::group_type_builder(schema.root_schema().name())
        .with_fields(used)
        .build();
    let rows = wanted.and_then(|wanted| reader.get_row_iter(Some(wanted)));
    let rows = rows.map_err(|error| broken(name, &error))?;
    for (place, row) in (1..).zip(rows) {
        let row = row.map_err(|error| broken(name, &error))?;
        let cells = cells(&row);
        let line = columns.line(|place| cells.get(place).map_or("", String::as_str));
        let line = line.map_err(|(what, text)| no_number(name, place, what, text))?;
        charges.add(name, place, &line)?;
    }
    Ok(())
}

/// The cells of a row, as a CSV would have them.
fn cells(row: &Row) -> Vec<String> {
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        // The shortest digits that are read as the same number.
        Field::Double(number) => format!("{number:?}"),
        Field::Float(number) => format!("{number:?}"),
        Field::TimestampMillis(ms) => instant(ms.div_euclid(1_000)),
        Field::TimestampMicros(micros) => instant(micros.div_euclid(1_000_000)),
        other => other.to_string(),
    };
    row.get_column_iter()
        .map(|(_, field)| cell(field))
        .collect()
}

/// A time as a CSV would have it.
fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |at| at.to_string())
}

fn unreadable(name: &str, error: &csv::Error) -> Diagnostic {
    let line = error.position().map(csv::Position::line);
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("{len} cells, where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8 text".to_owned(),
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => "this is no CSV".to_owned(),
    };
    match line {
        Some(line) => Diagnostic::new(format!("{name}:{line}: {what}")),
        None => Diagnostic::new(format!("cannot read `{name}`: {what}")),
    }
    .help("check that the file is whole")
}

fn no_report(name: &str, missing: &str) -> Diagnostic {
    let what = format!("`{name}` is no report of charges: it has no column `{missing}`");
    Diagnostic::new(what).help(
        "give a Cost and Usage Report (legacy or 2.0) or an export in the format of FOCUS, as \
         CSV or Parquet",
    )
}

fn no_number(name: &str, line: u64, what: &str, text: &str) -> Diagnostic {
    let shown: String = text.chars().take(40).collect();
    let problem = Diagnostic::new(format!(
        "{name}:{line}: `{shown}` is no number, where {what} should be"
    ));
    problem.help("check that the file is whole")
}
