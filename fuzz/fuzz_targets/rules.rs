//! Any text is a file of rules or one error with a message; never a panic.
#![no_main]

use std::sync::LazyLock;

use landfall_catalog::Catalog;
use landfall_framework::Pack;
use landfall_source::Source;
use libfuzzer_sys::fuzz_target;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());

const HEAD: &str = "name = \"fuzz\"\nversion = \"0\"\ntitle = \"fuzz\"\nas_of = \"2026-11-23\"\n";

fuzz_target!(|text: &str| {
    let files = [Source::new("pack.toml", HEAD), Source::new("rules/fuzz.toml", text)];
    if let Err(problem) = Pack::parse(&files, &CATALOG) {
        assert!(!problem.message.is_empty());
    }
});
