//! Recorded traffic, boiled down to what the steady-state arithmetic needs.

use std::io::Read;

use landfall_source::{BoundedLines, Diagnostic, Result};

/// What a trace says of the traffic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TraceSummary {
    /// Requests in the trace.
    pub requests: f64,
    /// Mean rate, per second.
    pub rate_per_s: f64,
    /// The busiest minute over the mean minute.
    pub peak_to_mean: f64,
}

/// Longest trace read, in minutes (ten years), so that memory stays bounded.
const LONGEST_MIN: usize = 10 * 366 * 1_440;

/// The longest line taken.
const LONGEST_LINE_BYTES: usize = 1 << 16;

/// Reads a trace: `timestamp[,duration]` with one row a request (seconds from
/// any start), or `period,count` with one row a minute. Streams; memory grows
/// with the minutes covered only.
///
/// # Errors
/// A header of neither form, or the first bad row, named by file and line.
pub fn summarise_trace(name: &str, input: impl Read) -> Result<TraceSummary> {
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(BoundedLines::new(input, LONGEST_LINE_BYTES));
    let header = match rows.headers() {
        Ok(header) => header.clone(),
        Err(error) => return fault(name, 1, &error.to_string()),
    };
    let columns: Vec<String> = header
        .iter()
        .map(|cell| cell.trim().to_lowercase())
        .collect();
    let find = |wanted: &str| columns.iter().position(|column| column == wanted);
    let minutes = match (
        find("timestamp"),
        find("period").or(find("minute")),
        find("count"),
    ) {
        (Some(at), _, None) => per_request(name, &mut rows, at)?,
        (_, Some(_), Some(count)) => per_minute(name, &mut rows, count)?,
        _ => {
            return Err(Box::new(
                Diagnostic::new(format!("{name}:1: these columns are no trace known here"))
                    .help("begin with `timestamp[,duration]` or with `period,count`"),
            ));
        }
    };
    let requests: f64 = minutes.iter().sum();
    if requests <= 0.0 {
        return Err(Box::new(Diagnostic::new(format!(
            "{name}: the trace holds no request"
        ))));
    }
    let mean = requests / minutes.len() as f64;
    let peak = minutes.iter().copied().fold(0.0, f64::max);
    Ok(TraceSummary {
        requests,
        rate_per_s: mean / 60.0,
        peak_to_mean: peak / mean,
    })
}

fn fault<T>(name: &str, line: u64, what: &str) -> Result<T> {
    let problem = Diagnostic::new(format!("{name}:{line}: {what}"));
    Err(Box::new(problem.help("correct or remove the row")))
}

/// Walks the rows of a trace, passing line and cell of one column on.
fn each_cell(
    name: &str,
    rows: &mut csv::Reader<impl Read>,
    column: usize,
    mut take: impl FnMut(u64, f64) -> Result<()>,
) -> Result<()> {
    let mut record = csv::StringRecord::new();
    loop {
        let line = rows.position().line();
        match rows.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => return fault(name, line, &error.to_string()),
        }
        let line = record.position().map_or(line, csv::Position::line);
        let cell = record.get(column).unwrap_or("").trim();
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => take(line, number)?,
            _ => return fault(name, line, &format!("`{cell}` is not a number from 0 up")),
        }
    }
}

fn per_minute(name: &str, rows: &mut csv::Reader<impl Read>, column: usize) -> Result<Vec<f64>> {
    let mut minutes = Vec::new();
    each_cell(name, rows, column, |line, count| {
        if minutes.len() >= LONGEST_MIN {
            return fault(name, line, "the trace is longer than ten years");
        }
        minutes.push(count);
        Ok(())
    })?;
    Ok(minutes)
}

fn per_request(name: &str, rows: &mut csv::Reader<impl Read>, column: usize) -> Result<Vec<f64>> {
    let mut minutes: Vec<f64> = Vec::new();
    let mut start_s = None;
    each_cell(name, rows, column, |line, at_s| {
        let start = *start_s.get_or_insert(at_s);
        if at_s < start {
            return fault(name, line, "its time lies before the first row's");
        }
        let minute = ((at_s - start) / 60.0) as usize;
        if minute >= LONGEST_MIN {
            return fault(name, line, "the trace is longer than ten years");
        }
        if minute >= minutes.len() {
            minutes.resize(minute + 1, 0.0);
        }
        if let Some(count) = minutes.get_mut(minute) {
            *count += 1.0;
        }
        Ok(())
    })?;
    Ok(minutes)
}
