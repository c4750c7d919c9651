//! Any bytes are a file of the Price List or one error; never a panic.
#![no_main]

use std::sync::LazyLock;

use landfall_catalog::Catalog;
use landfall_catalog::price_list::{Matches, Rows, read};
use libfuzzer_sys::fuzz_target;

static MATCHES: LazyLock<Matches> = LazyLock::new(|| Catalog::matches("eu-west-1").unwrap());

fuzz_target!(|bytes: &[u8]| {
    let mut rows = Rows::default();
    let mut input = bytes;
    let _ = read(&mut input, &MATCHES, &mut rows);
});
