//! Any text is a system or one error with a message; never a panic.
#![no_main]

use landfall_source::Source;
use landfall_workload::System;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(problem) = System::parse(&Source::new("fuzz.toml", text)) {
        assert!(!problem.message.is_empty());
    }
});
