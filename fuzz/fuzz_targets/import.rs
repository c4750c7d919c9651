//! Any bytes are an input that workloads are imported from, which gives a file that can be read
//! again, or one error; never a panic.
#![no_main]

use std::collections::BTreeMap;

use landfall_import::{Import, toml};
use landfall_source::Source;
use landfall_workload::System;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut import = Import::new();
    if let Err(problem) = import.read("fuzz", None, bytes) {
        assert!(!problem.message.is_empty());
        return;
    }
    let imported = import.finish("fuzz");
    let text = toml(&imported, &["fuzz".to_owned()], &BTreeMap::new());
    if !imported.workloads.is_empty() {
        assert!(System::parse(&Source::new("fuzz.toml", &text)).is_ok());
    }
});
