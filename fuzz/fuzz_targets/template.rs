//! Any text is a template that can be checked, something else, or one error; never a panic.
#![no_main]

use std::sync::LazyLock;

use landfall_blueprint::check::Checker;
use landfall_catalog::Catalog;
use landfall_source::Source;
use libfuzzer_sys::fuzz_target;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());
static CHECKER: LazyLock<Checker<'static>> = LazyLock::new(|| Checker::new(&CATALOG).unwrap());

fuzz_target!(|text: &str| {
    match CHECKER.check(&Source::new("fuzz.yaml", text)) {
        Ok(found) => assert!(found.unwrap_or_default().iter().all(|one| !one.remedy.is_empty())),
        Err(problem) => assert!(!problem.message.is_empty()),
    }
});
