//! Any text is a usage file that can be billed, or one error; never a panic.
#![no_main]

use std::sync::LazyLock;

use landfall_catalog::bill::{UsageFile, bill};
use landfall_catalog::{Catalog, PriceBook};
use landfall_source::Source;
use landfall_units::Money;
use libfuzzer_sys::fuzz_target;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());
static BOOK: LazyLock<PriceBook> = LazyLock::new(|| Catalog::prices("us-east-1").unwrap());

fuzz_target!(|text: &str| {
    match UsageFile::parse(&Source::new("fuzz.toml", text), &CATALOG) {
        Ok(file) => {
            if let Ok(billed) = bill(&file.usage, &BOOK, &CATALOG.meters) {
                let known = billed.sum().known();
                assert!((Money::ZERO..=Money::MOST).contains(&known));
            }
        }
        Err(problem) => assert!(!problem.message.is_empty()),
    }
});
