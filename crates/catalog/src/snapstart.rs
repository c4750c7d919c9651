//! How long environments of functions take to come back from a snapshot.

use jiff::civil::Date;
use landfall_source::Result;

use crate::rows::read_rows;

/// A runtime that Lambda can restore from a snapshot instead of starting it.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapStart {
    /// The runtime, as Lambda names it.
    pub runtime: String,
    /// Whether the snapshot and its restores are billed.
    pub is_billed: bool,
    /// The first day on which snapshots are taken of its language.
    pub since: Date,
    /// Median of a restore, in seconds.
    pub restore_p50_s: f64,
    /// 99th percentile, in seconds.
    pub restore_p99_s: f64,
    /// Whether it was measured for this runtime; else taken over from the newest that was.
    pub is_measured: bool,
    /// The id of its source.
    pub source: String,
    /// The last day measured.
    pub date: Date,
}

/// Reads `snapstart.csv`.
pub(crate) fn read_snapstart(name: &str, text: &str) -> Result<Vec<SnapStart>> {
    read_rows(name, text, |row| {
        let seconds = |column: usize| match row.number(column)? {
            milliseconds if milliseconds > 0.0 => Ok(milliseconds / 1e3),
            _ => Err(Box::new(row.problem("a duration is not above 0"))),
        };
        Ok(SnapStart {
            runtime: row.text(0),
            is_billed: row.cell(1) == "yes",
            since: row.date(2)?,
            restore_p50_s: seconds(3)?,
            restore_p99_s: seconds(4)?,
            is_measured: row.cell(5) == "measured",
            source: row.text(6),
            date: row.date(7)?,
        })
    })
}
