//! How long environments of functions take to come back from a snapshot.

use jiff::civil::Date;
use landfall_source::{Diagnostic, Result};

/// A runtime that Lambda can restore from a snapshot instead of starting it.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapStart {
    /// The runtime, as Lambda names it.
    pub runtime: String,
    /// Whether the snapshot and its restores are billed.
    pub is_billed: bool,
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
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut read = Vec::new();
    for (row, record) in rows.records().enumerate() {
        let problem = |what: &str| {
            Box::new(Diagnostic::new(format!("{name}:{}: {what}", row + 2)).help("correct the row"))
        };
        let record = record.map_err(|error| problem(&error.to_string()))?;
        let cell = |column: usize| record.get(column).unwrap_or("");
        let seconds = |column: usize| {
            let value = cell(column).parse::<f64>().ok();
            let value = value.filter(|value| value.is_finite() && *value > 0.0);
            let value = value.ok_or_else(|| problem("a duration is not one"))?;
            Ok::<f64, Box<Diagnostic>>(value / 1e3)
        };
        let (restore_p50_s, restore_p99_s) = (seconds(2)?, seconds(3)?);
        let date = cell(6)
            .parse()
            .map_err(|_| problem("the date is not one"))?;
        read.push(SnapStart {
            runtime: cell(0).to_owned(),
            is_billed: cell(1) == "yes",
            restore_p50_s,
            restore_p99_s,
            is_measured: cell(4) == "measured",
            source: cell(5).to_owned(),
            date,
        });
    }
    Ok(read)
}
