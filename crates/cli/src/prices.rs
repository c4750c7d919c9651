//! The prices of a region: those that come with the program, under those that the
//! user has brought in.

use std::path::PathBuf;

use landfall_catalog::{Catalog, PriceBook};
use landfall_fleet::Fingerprint;
use landfall_source::{Diagnostic, Result};
use landfall_units::is_region_name;

use crate::files;

/// Where brought-in prices are kept: `LANDFALL_DATA`, or `landfall` in the user's
/// data folder.
pub(crate) fn folder() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable("LANDFALL_DATA") {
        return Ok(PathBuf::from(folder));
    }
    if let Some(folder) = variable("XDG_DATA_HOME") {
        return Ok(PathBuf::from(folder).join("landfall"));
    }
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    home.map(|home| PathBuf::from(home).join(".local/share/landfall"))
        .ok_or_else(|| {
            let problem = Diagnostic::new("there is no home folder to keep prices in");
            Box::new(problem.help("set LANDFALL_DATA to a folder"))
        })
}

/// The file of brought-in prices of a region.
pub(crate) fn overlay_path(region: &str) -> Result<PathBuf> {
    Ok(folder()?.join("prices").join(format!("{region}.csv")))
}

/// The prices of a region.
pub(crate) fn book(region: &str) -> Result<PriceBook> {
    let overlay = match overlay_path(region) {
        Ok(path) if is_region_name(region) && path.is_file() => Some(path),
        _ => None,
    };
    let Some(path) = overlay else {
        return Catalog::prices(region);
    };
    let text = files::read_within(&path, LARGEST_OVERLAY_BYTES)?;
    let mut overlay = PriceBook::empty(region);
    overlay.add_csv(text.name(), text.text())?;
    let mut book = Catalog::prices(region).unwrap_or_else(|_| PriceBook::empty(region));
    book.overlay(overlay);
    Ok(book)
}

/// The prices of the other regions that the user has brought in, in order of name.
pub(crate) fn elsewhere(here: &str) -> Result<Vec<PriceBook>> {
    let regions = brought_in().into_iter();
    let others = regions.filter(|region| region != here);
    others.map(|region| book(&region)).collect()
}

/// The regions whose prices the user has brought in, in order of name.
fn brought_in() -> Vec<String> {
    let folder = folder().map(|folder| folder.join("prices"));
    let entries = folder
        .ok()
        .and_then(|folder| std::fs::read_dir(folder).ok());
    let paths = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    let csv = paths.filter(|path| path.extension().is_some_and(|extension| extension == "csv"));
    let names = csv.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let mut regions: Vec<String> = names.filter(|region| is_region_name(region)).collect();
    regions.sort();
    regions
}

/// What tells prices that the user has brought in from others: a fingerprint of their files.
///
/// # Errors
/// One of them cannot be read.
pub(crate) fn fingerprint() -> Result<Fingerprint> {
    let mut texts = Vec::new();
    for region in brought_in() {
        let path = overlay_path(&region)?;
        let text = files::read_within(&path, LARGEST_OVERLAY_BYTES)?;
        texts.push((region, text));
    }
    // Where they lie is another thing on each machine.
    let parts = texts
        .iter()
        .flat_map(|(region, text)| [region.as_bytes(), text.text().as_bytes()]);
    Ok(Fingerprint::of(&parts.collect::<Vec<_>>()))
}

/// The largest file of brought-in prices taken.
pub(crate) const LARGEST_OVERLAY_BYTES: u64 = 64 << 20;
