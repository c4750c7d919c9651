//! A table, read again row by row.

use landfall_source::{Diagnostic, Result};
use parquet::basic::Type as Physical;
use parquet::file::reader::{ChunkReader, FileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;

use crate::columns::{Cell, Kind, Row, Table};
use crate::provenance::Provenance;
use crate::tables::{broken, next, open};

/// A table that a [`Writer`](crate::Writer) has written. One group of rows is held at a time.
pub struct Results {
    file: String,
    provenance: Provenance,
    rows: RowIter<'static>,
    is_over: bool,
}

impl std::fmt::Debug for Results {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Results");
        shown.field("file", &self.file).finish_non_exhaustive()
    }
}

impl Results {
    /// Opens a table, which messages call `file`.
    ///
    /// # Errors
    /// It is no Parquet or not whole, none of the tables, or of another format.
    pub fn open<R: ChunkReader + 'static>(file: &str, input: R) -> Result<Self> {
        let reader = open(file, input)?;
        let meta = reader.metadata().file_metadata();
        let provenance = Provenance::read(file, meta.key_value_metadata())?;
        let columns = meta.schema_descr().columns();
        let expected = provenance.table.columns();
        let is_alike = columns.len() == expected.len()
            && columns.iter().zip(expected).all(|(found, column)| {
                found.name() == column.name() && found.physical_type() == physical(column.kind())
            });
        if !is_alike {
            let what = format!(
                "`{file}` has other columns than a table of {}",
                provenance.table.name()
            );
            return Err(Box::new(
                Diagnostic::new(what).help("make it anew, with --force"),
            ));
        }
        Ok(Self {
            file: file.to_owned(),
            provenance,
            rows: RowIter::from_file_into(Box::new(reader)),
            is_over: false,
        })
    }

    /// What it was made from.
    pub const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// What messages call it.
    pub fn file(&self) -> &str {
        &self.file
    }
}

impl Iterator for Results {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        match next(&mut self.rows)? {
            Ok(found) => Some(Ok(row(self.provenance.table, &found))),
            Err(why) => {
                self.is_over = true;
                Some(Err(broken(&self.file, &why).into()))
            }
        }
    }
}

const fn physical(kind: Kind) -> Physical {
    match kind {
        Kind::Flag => Physical::BOOLEAN,
        Kind::Whole => Physical::INT64,
        Kind::Number => Physical::DOUBLE,
        Kind::Text => Physical::BYTE_ARRAY,
    }
}

fn row(table: Table, found: &parquet::record::Row) -> Row {
    let mut row = Row::default();
    for (column, (_, field)) in table.columns().iter().zip(found.get_column_iter()) {
        let cell = match field {
            Field::Bool(flag) => Cell::Flag(*flag),
            Field::Long(whole) => Cell::Whole(*whole),
            Field::Double(number) => Cell::Number(*number),
            Field::Str(text) => Cell::Text(text.clone()),
            _ => Cell::Empty,
        };
        row.set(*column, cell);
    }
    row
}
