//! Rows to Parquet, in groups of bounded size.

use std::io::Write;
use std::sync::Arc;

use landfall_source::{Diagnostic, Result};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::columns::{Cell, Column, Kind, Row};
use crate::provenance::Provenance;

/// Rows that are held before they are written: few, because a merge holds a group of each shard.
const GROUP: usize = 1_024;

/// Writes a table of decisions.
pub struct Writer<W: Write + Send> {
    file: String,
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
    pub fn new(file: &str, out: W) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_created_by("landfall".to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let begun = schema()
            .and_then(|schema| SerializedFileWriter::new(out, schema, Arc::new(properties)));
        Ok(Self {
            file: file.to_owned(),
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
        let written = put(&mut self.inner, &rows);
        Ok(written.map_err(|error| unwritable(&self.file, &error))?)
    }
}

fn put<W: Write + Send>(
    inner: &mut SerializedFileWriter<W>,
    rows: &[Row],
) -> std::result::Result<(), ParquetError> {
    let mut group = inner.next_row_group()?;
    for column in Column::ALL {
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
    let cells = || rows.iter().map(|row| row.get(column));
    let levels: Vec<i16> = cells()
        .map(|cell| i16::from(*cell != Cell::Empty))
        .collect();
    let levels = Some(levels.as_slice());
    match column.kind() {
        Kind::Flag => {
            let values: Vec<bool> = cells()
                .filter_map(|cell| {
                    if let Cell::Flag(flag) = cell {
                        Some(*flag)
                    } else {
                        None
                    }
                })
                .collect();
            writer
                .typed::<BoolType>()
                .write_batch(&values, levels, None)?;
        }
        Kind::Whole => {
            let values: Vec<i64> = cells()
                .filter_map(|cell| {
                    if let Cell::Whole(whole) = cell {
                        Some(*whole)
                    } else {
                        None
                    }
                })
                .collect();
            writer
                .typed::<Int64Type>()
                .write_batch(&values, levels, None)?;
        }
        Kind::Number => {
            let values: Vec<f64> = cells()
                .filter_map(|cell| {
                    if let Cell::Number(number) = cell {
                        Some(*number)
                    } else {
                        None
                    }
                })
                .collect();
            writer
                .typed::<DoubleType>()
                .write_batch(&values, levels, None)?;
        }
        Kind::Text => {
            let values: Vec<ByteArray> = cells()
                .filter_map(|cell| {
                    if let Cell::Text(text) = cell {
                        Some(text.as_str().into())
                    } else {
                        None
                    }
                })
                .collect();
            writer
                .typed::<ByteArrayType>()
                .write_batch(&values, levels, None)?;
        }
    }
    Ok(())
}

/// The schema: every column may be empty.
fn schema() -> std::result::Result<TypePtr, ParquetError> {
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
        Column::ALL.iter().map(field).collect();
    let group = Type::group_type_builder("decisions")
        .with_fields(fields?)
        .build()?;
    Ok(Arc::new(group))
}

fn unwritable(file: &str, error: &ParquetError) -> Diagnostic {
    Diagnostic::new(format!("cannot write `{file}`: {error}"))
        .help("check the path, its rights, and that there is space")
}
