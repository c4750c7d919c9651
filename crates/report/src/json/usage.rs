//! A bill for given usage, as JSON.

use landfall_catalog::PriceBook;
use landfall_catalog::bill::{Bill, Total};
use schemars::JsonSchema;
use serde::Serialize;

use super::build::{exact_line, line};
use super::document::BillLineJson;

/// A bill.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BillJson {
    /// Version of this format.
    pub schema: u32,
    /// The region billed in.
    pub region: String,
    /// The latest date of any price of the region.
    pub as_of: Option<String>,
    /// The sum of the lines; null when a price is unknown or a range.
    pub total: Option<f64>,
    /// The sum of the lines that have a price of the region, with the least of the ranges
    /// where a price is unknown: the bill is at least this, and exactly this when `unpriced`
    /// and `ranged` are empty.
    pub at_least: f64,
    /// The least and the most that the bill comes to where prices are ranges; null where
    /// none is, and where a price is unknown.
    pub range: Option<[f64; 2]>,
    /// The lines, each rounded half up to the cent unless exact amounts were asked for.
    pub lines: Vec<BillLineJson>,
    /// Meters whose price is not known for the region, and taken from a range.
    pub ranged: Vec<String>,
    /// Meters without a price, and how to find one.
    pub unpriced: Vec<String>,
}

/// The bill as a document; `exact` leaves its lines unrounded.
pub fn bill(bill: &Bill, book: &PriceBook, exact: bool) -> BillJson {
    let total = if exact { bill.exact_sum() } else { bill.sum() };
    BillJson {
        schema: 1,
        region: book.region().to_owned(),
        as_of: book.as_of().map(|date| date.to_string()),
        total: match total {
            Total::Complete(total) => Some(total.as_f64()),
            _ => None,
        },
        at_least: match total {
            Total::Between { known, .. } => known.as_f64(),
            _ => total.known().as_f64(),
        },
        range: match total {
            Total::Between { low, high, .. } => Some([low.as_f64(), high.as_f64()]),
            _ => None,
        },
        lines: bill
            .lines
            .iter()
            .map(if exact { exact_line } else { line })
            .collect(),
        ranged: bill
            .ranged()
            .map(|line| format!("{} {}", line.service, line.meter))
            .collect(),
        unpriced: bill
            .missing()
            .map(|(service, meter)| format!("{service} {meter}"))
            .collect(),
    }
}

/// The JSON Schema of [`BillJson`], draft 2020-12.
pub fn bill_schema() -> serde_json::Value {
    schemars::schema_for!(BillJson).to_value()
}
