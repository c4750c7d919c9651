//! Rows to Parquet, in groups of bounded size.

use std::io::Write;
use std::sync::Arc;

use landfall_source::{Diagnostic, Result};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::columns::{Cell, Column, Kind, Row, Table};
use crate::provenance::Provenance;

/// Rows that are held before they are written: few, because a merge holds a group of each shard.
const GROUP: usize = 1_024;

/// Writes a table.
pub struct Writer<W: Write + Send> {
    file: String,
    table: Table,
    inner: SerializedFileWriter<W>,
    held: Vec<Row>,
}

impl<W: Write + Send> std::fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Writer");
        shown
            .field("file", &self.file)
            .field("held", &self.held.len())
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> Writer<W> {
    /// Begins a table, which messages call `file`.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(file: &str, table: Table, out: W) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_created_by("landfall".to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let begun = schema(table)
            .and_then(|schema| SerializedFileWriter::new(out, schema, Arc::new(properties)));
        Ok(Self {
            file: file.to_owned(),
            table,
            inner: begun.map_err(|error| unwritable(file, &error))?,
            held: Vec::new(),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As [`Writer::new`].
    pub fn push(&mut self, row: Row) -> Result<()> {
        self.held.push(row);
        if self.held.len() >= GROUP {
            self.group()
        } else {
            Ok(())
        }
    }

    /// Ends the table, with what it was made from; gives what it was written to.
    ///
    /// # Errors
    /// As [`Writer::new`].
    pub fn finish(mut self, provenance: &Provenance) -> Result<W> {
        if !self.held.is_empty() {
            self.group()?;
        }
        for pair in provenance.write() {
            self.inner.append_key_value_metadata(pair);
        }
        let written = self.inner.into_inner();
        Ok(written.map_err(|error| unwritable(&self.file, &error))?)
    }

    fn group(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.held);
        let written = put(&mut self.inner, self.table, &rows);
        Ok(written.map_err(|error| unwritable(&self.file, &error))?)
    }
}

fn put<W: Write + Send>(
    inner: &mut SerializedFileWriter<W>,
    table: Table,
    rows: &[Row],
) -> std::result::Result<(), ParquetError> {
    let mut group = inner.next_row_group()?;
    for column in table.columns() {
        let Some(mut writer) = group.next_column()? else {
            break;
        };
        put_column(&mut writer, *column, rows)?;
        writer.close()?;
    }
    group.close()?;
    Ok(())
}

fn put_column(
    writer: &mut SerializedColumnWriter<'_>,
    column: Column,
    rows: &[Row],
) -> std::result::Result<(), ParquetError> {
    match column.kind() {
        Kind::Flag => put_values::<BoolType>(writer, column, rows, |cell| match cell {
            Cell::Flag(flag) => Some(*flag),
            _ => None,
        }),
        Kind::Whole => put_values::<Int64Type>(writer, column, rows, |cell| match cell {
            Cell::Whole(whole) => Some(*whole),
            _ => None,
        }),
        Kind::Number => put_values::<DoubleType>(writer, column, rows, |cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        }),
        Kind::Text => put_values::<ByteArrayType>(writer, column, rows, |cell| match cell {
            Cell::Text(text) => Some(ByteArray::from(text.as_str())),
            _ => None,
        }),
    }
}

/// The values of a column that are not empty, and where they stand.
fn put_values<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    column: Column,
    rows: &[Row],
    value: impl Fn(&Cell) -> Option<T::T>,
) -> std::result::Result<(), ParquetError> {
    let cells: Vec<Option<T::T>> = rows.iter().map(|row| value(row.get(column))).collect();
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let values: Vec<T::T> = cells.into_iter().flatten().collect();
    writer
        .typed::<T>()
        .write_batch(&values, Some(&levels), None)?;
    Ok(())
}

/// The schema: every column may be empty.
fn schema(table: Table) -> std::result::Result<TypePtr, ParquetError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind() {
            Kind::Flag => (Physical::BOOLEAN, None),
            Kind::Whole => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        Type::primitive_type_builder(column.name(), physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let fields: std::result::Result<Vec<TypePtr>, ParquetError> =
        table.columns().iter().map(field).collect();
    let group = Type::group_type_builder(table.name())
        .with_fields(fields?)
        .build()?;
    Ok(Arc::new(group))
}

fn unwritable(file: &str, error: &ParquetError) -> Diagnostic {
    Diagnostic::new(format!("cannot write `{file}`: {error}"))
        .help("check the path, its rights, and that there is space")
}
