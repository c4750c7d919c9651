//! AWS's Price List, read as a stream.
//!
//! [`read`] takes one file in any of the shapes in which AWS gives prices: an offer
//! file as JSON or as CSV, the output of the Query API's `GetProducts`, or a Savings
//! Plans offer. It keeps what the [`Matches`] name for one region, and gives
//! [`Rows`] in the project's own columns. Memory grows with the rows kept, never
//! with the file: an offer file of EC2 is half a gigabyte.
//!
//! What a region's offer has and the table does not know is remembered by usage type
//! ([`Rows::unread`]), so that a change of AWS's names is seen.
//!
//! A row of the list that names a meter twice, at different prices, is refused:
//! there is no telling which one is meant.

mod csv_offer;
mod json_offer;
mod matches;
mod query;
mod rows;
mod savings;
mod unread;

pub use matches::{Matches, Product};
pub use rows::{PriceListError, PriceListFault, Rows};
pub use unread::Unread;

use std::cell::Cell;
use std::io::{BufRead, Read};

/// What the beginning of a Savings Plans offer has, and that of no other.
const SAVINGS_PLANS: [&str; 3] = [
    "AWSComputeSavingsPlan",
    "\"ComputeSavingsPlans\"",
    "\"EC2InstanceSavingsPlans\"",
];
/// Bytes looked at to tell the shape of a file.
const PROBE: usize = 4096;

/// Reads one file of prices for a region into `rows`.
///
/// # Errors
/// The file is in none of AWS's shapes, breaks off, holds a price that is no number,
/// or names a meter twice at different prices: with its line. `rows` must then not be used.
pub fn read(
    input: &mut impl BufRead,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListError> {
    let at_first = |fault| PriceListError::in_line(1, fault);
    let start = input
        .fill_buf()
        .map_err(|error| at_first(PriceListFault::broken(&error)))?;
    let probe = String::from_utf8_lossy(start.get(..PROBE.min(start.len())).unwrap_or(start));
    let probe = probe.trim_start_matches('\u{feff}').trim_start().to_owned();
    if probe.starts_with("sep=") || probe.starts_with("\"FormatVersion\"") {
        return csv_offer::read(input, matches, rows);
    }
    if !probe.starts_with('{') {
        return Err(at_first(PriceListFault::shape(
            "it is neither an offer file nor the Query API's output",
        )));
    }
    if probe.contains("\"offers\"") || probe.contains("\"regions\"") {
        return Err(at_first(PriceListFault::Index));
    }
    let line = Cell::new(1);
    let counted = CountedLines { input, line: &line };
    if probe.contains("\"PriceList\"") {
        return query::read(counted, matches, rows);
    }
    if SAVINGS_PLANS.iter().any(|word| probe.contains(word)) {
        return savings::read(counted, matches, rows);
    }
    json_offer::read(counted, matches, rows)
        .map_err(|fault| PriceListError::in_line(line.get(), fault))
}

/// Counts the lines that go through it. A reader of JSON takes a byte at a time, so that
/// the count is where it stands.
struct CountedLines<'l, R> {
    input: R,
    line: &'l Cell<u64>,
}

impl<R: Read> Read for CountedLines<'_, R> {
    fn read(&mut self, block: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(block)?;
        let bytes = block.get(..read).unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n').skip(1).count();
        self.line.set(self.line.get() + lines as u64);
        Ok(read)
    }
}
