//! What most tests decide with.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use landfall_catalog::{Catalog, PriceBook};
use landfall_framework::{Pack, embedded_pack};

/// The catalog that ships.
pub(crate) static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());
/// The prices of us-east-1.
pub(crate) static BOOK: LazyLock<PriceBook> =
    LazyLock::new(|| Catalog::prices("us-east-1").unwrap());
/// The framework that ships.
pub(crate) static PACK: LazyLock<Pack> =
    LazyLock::new(|| embedded_pack("current", &CATALOG).unwrap());

/// Whether everything is asked for.
pub(crate) fn is_all() -> bool {
    std::env::var_os("LANDFALL_ALL_CASES").is_some()
}

/// The first so many of what takes long, unless everything is asked for.
pub(crate) fn first<T>(number: usize, all: &[T]) -> &[T] {
    let number = if is_all() { all.len() } else { number };
    all.get(..number).unwrap_or(all)
}

/// Cases of a law: a quarter of them, unless everything is asked for.
pub(crate) fn cases(all: u32) -> u32 {
    if is_all() { all } else { all / 4 }
}
