//! Any text is the operations of an API, or one error; never a panic.
#![no_main]

use std::sync::LazyLock;

use landfall_blueprint::{Library, OPENAPI};
use landfall_source::Source;
use libfuzzer_sys::fuzz_target;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::new().unwrap());

fuzz_target!(|text: &str| {
    if let Err(problem) = LIBRARY.operations(&Source::new(OPENAPI, text)) {
        assert!(!problem.message.is_empty());
        assert!(problem.help.is_some());
    }
});
