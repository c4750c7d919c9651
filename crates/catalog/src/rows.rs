//! The rows of a data file in CSV, with problems that name the line.

use jiff::civil::Date;
use landfall_source::{Diagnostic, Result};

/// One row below the header.
#[derive(Debug)]
pub(crate) struct Row<'r> {
    file: &'r str,
    line: usize,
    record: csv::StringRecord,
}

/// Reads every row below the header.
///
/// # Errors
/// The first row that `read` refuses, or that is no CSV.
pub(crate) fn read_rows<T>(
    file: &str,
    text: &str,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut all = Vec::new();
    for (place, record) in rows.records().enumerate() {
        let line = place + 2;
        let record = record.map_err(|error| Box::new(problem(file, line, &error.to_string())))?;
        all.push(read(&Row { file, line, record })?);
    }
    Ok(all)
}

fn problem(file: &str, line: usize, what: &str) -> Diagnostic {
    Diagnostic::new(format!("{file}:{line}: {what}")).help("correct the row")
}

impl Row<'_> {
    /// A cell as it is; empty where there is none.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }

    /// A cell as a text of one's own.
    pub(crate) fn text(&self, column: usize) -> String {
        self.cell(column).to_owned()
    }

    /// A number from 0 on.
    pub(crate) fn number(&self, column: usize) -> Result<f64> {
        let value = self.cell(column).parse::<f64>().ok();
        let value = value.filter(|value| value.is_finite() && *value >= 0.0);
        value.ok_or_else(|| Box::new(self.problem("a cell is not a number")))
    }

    /// A day, as `2026-11-28`.
    pub(crate) fn date(&self, column: usize) -> Result<Date> {
        let date = self.cell(column).parse();
        date.map_err(|_| Box::new(self.problem("a date is not one")))
    }

    /// What is wrong with the row.
    pub(crate) fn problem(&self, what: &str) -> Diagnostic {
        problem(self.file, self.line, what)
    }
}
