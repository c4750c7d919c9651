//! The output of the Query API's `GetProducts`: a list of JSON documents in strings.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::json_offer::{Term, keep_on_demand, keep_reserved};
use super::matches::{Found, Matches, Product};
use super::rows::{PriceListError, PriceListFault, Rows};

/// The largest answer taken: a page has at most 100 products.
const LARGEST_BYTES: u64 = 64 << 20;

#[derive(Debug, Deserialize)]
struct Page {
    #[serde(rename = "PriceList")]
    list: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Item {
    product: ItemProduct,
    #[serde(rename = "serviceCode", default)]
    service: String,
    #[serde(default)]
    terms: Terms,
}

#[derive(Debug, Deserialize)]
struct ItemProduct {
    #[serde(default)]
    attributes: Product,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Terms {
    #[serde(rename = "OnDemand")]
    on_demand: BTreeMap<String, Term>,
    #[serde(rename = "Reserved")]
    reserved: BTreeMap<String, Term>,
}

pub(super) fn read(
    input: impl Read,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListError> {
    let page: Page = serde_json::from_reader(input.take(LARGEST_BYTES)).map_err(|error| {
        PriceListError::in_line(error.line() as u64, PriceListFault::broken(&error))
    })?;
    for (place, text) in page.list.iter().enumerate() {
        item(text, matches, rows).map_err(|fault| PriceListError::in_entry(place, fault))?;
    }
    Ok(())
}

/// One product, a document of its own.
fn item(text: &str, matches: &Matches, rows: &mut Rows) -> Result<(), PriceListFault> {
    let item: Item = serde_json::from_str(text).map_err(|error| PriceListFault::broken(&error))?;
    let product = &item.product.attributes;
    let offer = product.offer(&item.service);
    let meter = match matches.find(offer, product) {
        Found::Meter(meter) => meter,
        Found::Unread => {
            rows.pass(offer, Some((&product.usagetype, &product.operation)));
            return Ok(());
        }
        Found::Other => return Ok(()),
    };
    rows.pass(offer, None);
    for term in item.terms.on_demand.values() {
        keep_on_demand(&meter, term, rows)?;
    }
    for term in item.terms.reserved.values() {
        keep_reserved(&meter, term, rows)?;
    }
    Ok(())
}
