//! Parquet as the CSV of the same rows, for what reads recorded traffic.

use std::io::{Error, ErrorKind, Read, Result as Io};

use landfall_source::Result;
use parquet::file::reader::{ChunkReader, FileReader};
use parquet::record::reader::RowIter;

use crate::tables::{broken, cells, next, open};

/// The rows of a Parquet file as lines of CSV, below a line with the names of the columns. A row is
/// held at a time.
pub struct AsCsv {
    rows: RowIter<'static>,
    /// Lines that are made.
    made: Vec<u8>,
    /// How much of them was read.
    read: usize,
    is_over: bool,
}

impl std::fmt::Debug for AsCsv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AsCsv").finish_non_exhaustive()
    }
}

impl AsCsv {
    /// The first bytes of a Parquet file.
    pub const MARK: [u8; 4] = *b"PAR1";

    /// Opens a file, which messages call `file`.
    ///
    /// # Errors
    /// It is no Parquet, or not whole.
    pub fn open<R: ChunkReader + 'static>(file: &str, input: R) -> Result<Self> {
        let reader = open(file, input)?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let fields = schema.root_schema().get_fields();
        let made = line(fields.iter().map(|field| field.name()));
        Ok(Self {
            made: made.map_err(|error| broken(file, &error))?,
            rows: RowIter::from_file_into(Box::new(reader)),
            read: 0,
            is_over: false,
        })
    }

    fn next_line(&mut self) -> Io<Option<Vec<u8>>> {
        let row = next(&mut self.rows).transpose();
        let row = row.map_err(|why| bad(&why))?;
        row.map(|row| line(cells(&row))).transpose()
    }
}

impl Read for AsCsv {
    fn read(&mut self, block: &mut [u8]) -> Io<usize> {
        while self.read == self.made.len() && !self.is_over {
            let next = self.next_line();
            self.is_over = !matches!(next, Ok(Some(_)));
            self.made = next?.unwrap_or_default();
            self.read = 0;
        }
        let rest = self.made.get(self.read..).unwrap_or_default();
        let length = rest.len().min(block.len());
        if let (Some(to), Some(from)) = (block.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.read += length;
        Ok(length)
    }
}

fn line(cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Io<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(|error| bad(&error))
}

fn bad(why: &dyn std::fmt::Display) -> Error {
    let shown: String = why.to_string().chars().take(200).collect();
    Error::new(ErrorKind::InvalidData, format!("broken Parquet: {shown}"))
}
