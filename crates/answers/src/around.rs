//! What answers need of the machine.

use landfall_catalog::{Catalog, PriceBook};
use landfall_source::{Result, Source};
use landfall_workload::{TraceSummary, Workload};

/// What answers need of the machine: whoever opens a door says how it is read.
pub trait Around {
    /// The prices of a region.
    ///
    /// # Errors
    /// The region is unknown, or prices that the user brought in cannot be read.
    fn book(&self, region: &str) -> Result<PriceBook>;

    /// The prices that the user brought in of other regions than `here`, in order of name.
    ///
    /// # Errors
    /// They cannot be read.
    fn elsewhere(&self, here: &str) -> Result<Vec<PriceBook>>;

    /// The summary of the recorded traffic `name` that a workload of `file` names.
    ///
    /// # Errors
    /// It cannot be read, or may not be.
    fn trace(&self, name: &str, workload: &Workload, file: &Source) -> Result<TraceSummary>;
}

/// The prices of the region that a file names; an unknown region is an error with its line.
///
/// # Errors
/// As [`Around::book`].
pub fn book_of(file: &Source, region: &str, around: &impl Around) -> Result<PriceBook> {
    let is_known = Catalog::regions().contains(&region);
    around.book(region).map_err(|problem| {
        let named = toml_edit::Document::parse(file.text()).ok();
        let span = named.and_then(|named| named.get("region")?.span());
        match span {
            Some(span) if !is_known && problem.source.is_none() => {
                Box::new(problem.at(file, span.into()))
            }
            _ => problem,
        }
    })
}
