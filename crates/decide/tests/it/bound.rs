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
