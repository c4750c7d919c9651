//! One thing to decide: a workload file, or a row of a table.

use std::sync::Arc;

use landfall_source::{Diagnostic, Result, Source};

use crate::columns::{Column, Row};
use crate::fingerprint::Fingerprint;
use crate::table::Columns;
use crate::written::Written;

/// One thing to decide.
#[derive(Debug, Clone)]
pub struct Item {
    /// The place in the fleet, from 0.
    pub place: u64,
    /// The workload file, or the table, by the name that its user knows.
    pub file: String,
    /// Its id.
    pub id: String,
    /// Where its text comes from.
    pub text: Text,
}

/// Where the text of an item comes from.
#[derive(Debug, Clone)]
pub enum Text {
    /// From a file, that is read when its turn has come.
    File,
    /// From a row of a table.
    Row(TableRow),
}

/// A row of a table.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Line of CSV or row of Parquet, from 1.
    pub(crate) line: u64,
    pub(crate) columns: Arc<Columns>,
    /// The values of the columns; none where the row itself is broken.
    pub(crate) cells: Result<Vec<String>>,
}

impl Item {
    /// The workload file `name` at a place.
    pub fn file(place: u64, name: &str) -> Self {
        let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
        Self {
            place,
            file: name.to_owned(),
            id: stem.to_owned(),
            text: Text::File,
        }
    }

    /// What it is called, wherever it lies: its place and id.
    pub(crate) fn named(&self) -> Fingerprint {
        Fingerprint::of(&[&self.place.to_be_bytes(), self.id.as_bytes()])
    }

    /// The workload file that it stands for, with the columns that its values are from.
    pub(crate) fn written(&self, read: impl FnOnce() -> Result<Source>) -> Result<Written> {
        match &self.text {
            Text::File => read().map(Written::whole),
            Text::Row(row) => {
                let cells = row.cells.as_ref().map_err(Clone::clone)?;
                Ok(row.columns.written(&self.file, cells))
            }
        }
    }

    /// A row without a decision yet.
    pub(crate) fn row(&self, part: usize) -> Row {
        let mut row = Row::default();
        row.set_count(Column::Item, self.place);
        row.set_count(Column::Part, part as u64);
        row.set_text(Column::File, Some(&self.file));
        row.set_text(Column::Id, Some(&self.id));
        if let Text::Row(from) = &self.text {
            row.set_count(Column::Line, from.line);
        }
        row
    }

    /// The row that says why there is no decision.
    pub(crate) fn failed(&self, problem: &Diagnostic, written: Option<&Written>) -> Row {
        let mut row = self.row(0);
        let place = problem.source.as_ref().zip(problem.span);
        let column = written
            .zip(place)
            .and_then(|(written, (_, span))| written.column(span.start));
        let message = match column {
            Some(column) => format!("column `{column}`: {}", problem.message),
            None => problem.message.clone(),
        };
        row.set_text(Column::Error, Some(&message));
        row.set_text(Column::Hint, problem.help.as_deref());
        if let (Text::File, Some((source, span))) = (&self.text, place) {
            let (line, _) = source.line_column(span.start);
            row.set_count(Column::Line, line as u64);
        }
        row
    }
}
