//! Given usage, priced.

use landfall_catalog::bill::{self, Bill, UsageFile};
use landfall_catalog::{Catalog, PriceBook};
use landfall_source::{Diagnostic, Source};

use crate::around::{Around, book_of};
use crate::problem::Problem;

/// A bill, with the prices that it was made by.
#[derive(Debug)]
pub struct Billed {
    /// The bill.
    pub bill: Bill,
    /// The prices of the region, and ranges where there are none.
    pub book: PriceBook,
}

/// Prices the usage of a file, in a region instead of the file's where one is named.
///
/// # Errors
/// The first thing that is wrong with the file, with its line; an unknown region; a sum that
/// is out of bounds.
pub fn bill(
    file: &Source,
    region: Option<&str>,
    catalog: &Catalog,
    around: &impl Around,
) -> Result<Billed, Problem> {
    let usage = UsageFile::parse(file, catalog)?;
    let book = match region {
        Some(region) => around.book(region)?,
        None => book_of(file, &usage.region, around)?,
    };
    let book = book.with_ranges(&catalog.spans);
    let bill = bill::bill(&usage.usage, &book, &catalog.meters).map_err(|error| {
        let what = format!("{}: {error}", file.name());
        Box::new(Diagnostic::new(what).help("check the numbers and units of the usage file"))
    })?;
    Ok(Billed { bill, book })
}
