//! Savings Plans offers: lists where other offers have maps.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::matches::{Matches, Meter};
use super::rows::{PriceListError, PriceListFault, Rows, Step, number};

/// The largest file taken: those of single regions have some tens of MB.
const LARGEST_BYTES: u64 = 512 << 20;

#[derive(Debug, Deserialize)]
struct Offer {
    #[serde(default)]
    products: Vec<Plan>,
    terms: Terms,
}

#[derive(Debug, Deserialize)]
struct Plan {
    sku: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Terms {
    #[serde(rename = "savingsPlan")]
    plans: Vec<PlanTerm>,
}

#[derive(Debug, Deserialize)]
struct PlanTerm {
    sku: String,
    #[serde(rename = "leaseContractLength")]
    lease: Lease,
    rates: Vec<Rate>,
}

#[derive(Debug, Deserialize)]
struct Lease {
    duration: u32,
    unit: String,
}

#[derive(Debug, Deserialize)]
struct Rate {
    #[serde(rename = "discountedUsageType")]
    usage: String,
    #[serde(rename = "discountedOperation", default)]
    operation: String,
    #[serde(rename = "discountedServiceCode")]
    service: String,
    #[serde(rename = "discountedRegionCode", default)]
    region: String,
    #[serde(rename = "discountedRate")]
    discounted: Discounted,
}

#[derive(Debug, Deserialize)]
struct Discounted {
    price: String,
    currency: String,
}

/// Keeps the rates of plans without upfront payment, as `<meter>:savings-1y`.
pub(super) fn read(
    input: impl Read,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListError> {
    let offer: Offer = serde_json::from_reader(input.take(LARGEST_BYTES)).map_err(|error| {
        PriceListError::in_line(error.line() as u64, PriceListFault::broken(&error))
    })?;
    let no_upfront: Vec<&str> = offer
        .products
        .iter()
        .filter(|plan| {
            plan.attributes
                .get("purchaseOption")
                .is_some_and(|one| one == "No Upfront")
        })
        .map(|plan| plan.sku.as_str())
        .collect();
    for (place, term) in offer.terms.plans.iter().enumerate() {
        if no_upfront.contains(&term.sku.as_str()) && term.lease.unit == "year" {
            keep(term, matches, rows).map_err(|fault| PriceListError::in_entry(place, fault))?;
        }
    }
    Ok(())
}

/// Keeps the rates of one plan.
fn keep(term: &PlanTerm, matches: &Matches, rows: &mut Rows) -> Result<(), PriceListFault> {
    for rate in &term.rates {
        if !rate.region.is_empty() && rate.region != matches.region() {
            continue;
        }
        let found = matches.discounted(&rate.service, &rate.usage, &rate.operation);
        let Some(meter) = found else { continue };
        let named = format!("{}:savings-{}y", meter.name, term.lease.duration);
        let named = Meter {
            name: named.into(),
            ..meter
        };
        let step = Step {
            from: 0.into(),
            to: None,
            price: number(&rate.discounted.price, "a price")?,
            currency: rate.discounted.currency.clone(),
        };
        rows.keep(&named, step)?;
    }
    Ok(())
}
