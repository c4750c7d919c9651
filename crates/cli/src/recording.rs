//! Files of recorded traffic, wherever they lie: text as it is, Parquet as the CSV of its rows.

use std::io::{Cursor, Read, Result as Io};

use indicatif::{ProgressBar, ProgressBarIter};
use landfall_fleet::AsCsv;
use landfall_source::Result;
use landfall_workload::Trace;
use parquet::file::reader::Length;

use crate::storage::Place;
use crate::{files, progress};

/// Endings of files of recorded traffic.
pub(crate) const ENDINGS: [&str; 4] = ["csv", "gz", "json", "parquet"];

/// The text of a recording.
pub(crate) struct Recording {
    text: Box<dyn Read + Send>,
    /// How many bytes it has, where that is known before it is read.
    length: Option<u64>,
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Recording");
        shown.field("length", &self.length).finish_non_exhaustive()
    }
}

/// Opens a recording.
///
/// # Errors
/// It cannot be read, or begins as Parquet and is not whole.
pub(crate) fn open(place: &Place) -> Result<Recording> {
    let name = place.name();
    let unreadable = |error: std::io::Error| Box::new(files::unreadable(&name, &error));
    let mut body = place.open()?;
    let mut mark = Vec::new();
    let mut begin = body.by_ref().take(AsCsv::MARK.len() as u64);
    begin.read_to_end(&mut mark).map_err(unreadable)?;
    Ok(if mark == AsCsv::MARK {
        let body = body.again().map_err(unreadable)?;
        Recording {
            text: Box::new(AsCsv::open(&name, body)?),
            length: None,
        }
    } else {
        // What is no Parquet may be a pipe, which is read once.
        Recording {
            length: Some(Length::len(&body)),
            text: Box::new(Cursor::new(mark).chain(body)),
        }
    })
}

/// A recording that is read as a trace, with a bar over its bytes.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) trace: Trace<ProgressBarIter<Recording>>,
    pub(crate) bar: Shown,
}

/// A bar that goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Shown(ProgressBar);

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Reading {
    /// Opens a recording as a trace.
    ///
    /// # Errors
    /// As [`open`]; its first line is none of a trace.
    pub(crate) fn open(place: &Place, skip_bad_rows: bool) -> Result<Self> {
        let name = place.name();
        let recording = open(place)?;
        let bar = progress::bytes(recording.length, &name);
        let trace = Trace::open(&name, bar.wrap_read(recording), skip_bad_rows)?;
        Ok(Self {
            trace,
            bar: Shown(bar),
        })
    }
}

impl Read for Recording {
    fn read(&mut self, block: &mut [u8]) -> Io<usize> {
        self.text.read(block)
    }
}
