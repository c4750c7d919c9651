//! Any bytes as a trace: packed, plain, JSON, table.

#![no_main]

use landfall_workload::summarise_trace;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let strict = summarise_trace("fuzz.csv", bytes, false);
    let lenient = summarise_trace("fuzz.csv", bytes, true);
    // Skipping bad rows never loses a trace that is good.
    if let (Ok(strict), Ok(lenient)) = (&strict, &lenient) {
        assert_eq!(strict, lenient);
    }
    assert!(strict.is_err() || lenient.is_ok());
});
