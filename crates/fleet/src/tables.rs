//! Rows of CSV and Parquet as items, one after the other.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use landfall_source::{BoundedLines, Diagnostic, Result};
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};

use crate::item::{Item, TableRow, Text};
use crate::table::Columns;

/// The longest line of a CSV.
const LONGEST_LINE: usize = 1 << 16;

/// The rows of a CSV as items, from a place in the fleet on.
///
/// # Errors
/// It has no header, or one that means nothing. Rows that are broken are items with their error.
pub fn csv_items<R: Read>(
    file: &str,
    input: R,
    first: u64,
) -> Result<impl Iterator<Item = Result<Item>> + use<R>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(BoundedLines::new(input, LONGEST_LINE));
    let header = reader.headers().map_err(|error| unreadable(file, &error))?;
    let columns = Arc::new(Columns::read(file, header.iter())?);
    let file = file.to_owned();
    let mut place = first;
    let mut is_over = false;
    Ok(std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let mut record = csv::StringRecord::new();
        let cells = match reader.read_record(&mut record) {
            Ok(false) => return None,
            Ok(true) if record.len() == columns.count() => {
                Ok(record.iter().map(str::to_owned).collect())
            }
            Ok(true) => {
                let what = format!(
                    "{} cells, where the header has {}",
                    record.len(),
                    columns.count()
                );
                Err(Box::new(
                    Diagnostic::new(what).help("give each column a cell"),
                ))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => Err(Box::new(
                Diagnostic::new("this is not UTF-8 text").help("save it as UTF-8"),
            )),
            Err(error) => {
                is_over = true;
                return Some(Err(unreadable(&file, &error).into()));
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let item = item(&file, place, line, &columns, cells);
        place += 1;
        Some(Ok(item))
    }))
}

/// The rows of Parquet as items, from a place in the fleet on.
///
/// # Errors
/// It is no Parquet, or its columns mean nothing.
pub fn parquet_items<R: ChunkReader + 'static>(
    file: &str,
    input: R,
    first: u64,
) -> Result<impl Iterator<Item = Result<Item>> + use<R>> {
    let reader = open(file, input)?;
    let meta = reader.metadata().file_metadata();
    let fields = meta.schema_descr().root_schema().get_fields();
    let columns = Arc::new(Columns::read(
        file,
        fields.iter().map(|field| field.name()),
    )?);
    let file = file.to_owned();
    let mut rows = RowIter::from_file_into(Box::new(reader));
    let mut place = first;
    let mut is_over = false;
    let items = std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let row = match next(&mut rows)? {
            Ok(row) => row,
            Err(why) => {
                is_over = true;
                return Some(Err(broken(&file, &why).into()));
            }
        };
        let item = item(&file, place, place - first + 1, &columns, Ok(cells(&row)));
        place += 1;
        Some(Ok(item))
    });
    Ok(items)
}

fn item(
    file: &str,
    place: u64,
    line: u64,
    columns: &Arc<Columns>,
    cells: Result<Vec<String>>,
) -> Item {
    let id = cells
        .as_ref()
        .map_or("", |cells| columns.id(cells))
        .to_owned();
    Item {
        place,
        file: file.to_owned(),
        id,
        text: Text::Row(TableRow {
            line,
            columns: Arc::clone(columns),
            cells,
        }),
    }
}

/// The cells of a row, as a CSV would have them.
pub(crate) fn cells(row: &Row) -> Vec<String> {
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        // As seconds, which is how a trace counts.
        Field::TimestampMillis(ms) => format!("{:?}", *ms as f64 / 1e3),
        Field::TimestampMicros(us) => format!("{:?}", *us as f64 / 1e6),
        // The shortest digits that are read as the same number.
        Field::Double(number) => format!("{number:?}"),
        Field::Float(number) => format!("{number:?}"),
        Field::ListInternal(list) => {
            let words = list.elements().iter().map(|one| match one {
                Field::Str(text) => text.clone(),
                other => other.to_string(),
            });
            words.collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    row.get_column_iter()
        .map(|(_, field)| cell(field))
        .collect()
}

fn unreadable(file: &str, error: &csv::Error) -> Diagnostic {
    let line = error.position().map(csv::Position::line);
    let what = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8 text".to_owned(),
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => "this is no CSV".to_owned(),
    };
    match line {
        Some(line) => Diagnostic::new(format!("{file}:{line}: {what}")),
        None => Diagnostic::new(format!("cannot read `{file}`: {what}")),
    }
    .help("check that the file is whole")
}

pub(crate) fn broken(file: &str, why: &dyn std::fmt::Display) -> Diagnostic {
    let shown: String = why.to_string().chars().take(200).collect();
    Diagnostic::new(format!("cannot read `{file}`: {shown}"))
        .help("check that it is Parquet, and whole")
}

/// Why a file cannot be read of which one part says another thing than the next.
const CONTRADICTS: &str = "its pages contradict each other";

/// Opens Parquet, which messages call `file`. The reader of the format panics where parts contradict each
/// other.
pub(crate) fn open<R: ChunkReader + 'static>(
    file: &str,
    input: R,
) -> Result<SerializedFileReader<R>> {
    let opened = catch_unwind(AssertUnwindSafe(|| SerializedFileReader::new(input)));
    let reader = opened.map_err(|_| broken(file, &CONTRADICTS))?;
    Ok(reader.map_err(|error| broken(file, &error))?)
}

/// The next row of Parquet, or why it cannot be read; none at the end.
pub(crate) fn next(rows: &mut RowIter<'static>) -> Option<std::result::Result<Row, String>> {
    match catch_unwind(AssertUnwindSafe(|| rows.next())) {
        Ok(row) => row.map(|row| row.map_err(|error| error.to_string())),
        Err(_) => Some(Err(CONTRADICTS.to_owned())),
    }
}
