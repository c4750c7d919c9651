//! AWS's Price List, read as a stream.
//!
//! [`read`] takes one file in any of the shapes in which AWS gives prices: an offer
//! file as JSON or as CSV, the output of the Query API's `GetProducts`, or a Savings
//! Plans offer. It keeps what the [`Matches`] name for one region, and gives
//! [`Rows`] in the project's own columns. Memory grows with the rows kept, never
//! with the file: an offer file of EC2 is half a gigabyte.
//!
//! A row of the list that names a meter twice, at different prices, is refused:
//! there is no telling which one is meant.

mod csv_offer;
mod json_offer;
mod matches;
mod query;
mod rows;
mod savings;

pub use matches::{Matches, Product};
pub use rows::{PriceListError, Rows};

use std::io::BufRead;

/// Bytes looked at to tell the shape of a file.
const PROBE: usize = 4096;

/// Reads one file of prices for a region into `rows`.
///
/// # Errors
/// The file is in none of AWS's shapes, breaks off, holds a price that is no number,
/// or names a meter twice at different prices. `rows` must then not be used.
pub fn read(
    input: &mut impl BufRead,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListError> {
    let start = input
        .fill_buf()
        .map_err(|error| PriceListError::broken(&error))?;
    let probe = String::from_utf8_lossy(start.get(..PROBE.min(start.len())).unwrap_or(start));
    let probe = probe.trim_start_matches('\u{feff}').trim_start().to_owned();
    if probe.starts_with("sep=") || probe.starts_with("\"FormatVersion\"") {
        return csv_offer::read(input, matches, rows);
    }
    if !probe.starts_with('{') {
        return Err(PriceListError::shape(
            "it is neither an offer file nor the Query API's output",
        ));
    }
    if probe.contains("\"offers\"") || probe.contains("\"regions\"") {
        return Err(PriceListError::Index);
    }
    if probe.contains("\"PriceList\"") {
        return query::read(input, matches, rows);
    }
    if probe.contains("AWSComputeSavingsPlan") || probe.contains("AWSSavingsPlan") {
        return savings::read(input, matches, rows);
    }
    json_offer::read(input, matches, rows)
}
