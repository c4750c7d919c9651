//! Savings Plans offers: lists where other offers have maps, read one plan at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use landfall_units::Decimal;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::matches::{Matches, Meter};
use super::rows::{PriceListError, PriceListFault, Rows, Step, number};
use crate::savings_plans::{PlanKind, SavingsPlan, Term, Upfront};

#[derive(Debug, Deserialize)]
struct PlanProduct {
    sku: String,
    #[serde(rename = "productFamily", default)]
    family: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

impl PlanProduct {
    /// The kind of plan, and how it is paid; none for plans of other services.
    fn kind(&self) -> Option<(PlanKind, Upfront)> {
        let kind = match self.family.as_str() {
            "EC2InstanceSavingsPlans" => PlanKind::Ec2Instance,
            "ComputeSavingsPlans" | "" => PlanKind::Compute,
            _ => return None,
        };
        let upfront = match self.attributes.get("purchaseOption")?.as_str() {
            "No Upfront" => Upfront::None,
            "Partial Upfront" => Upfront::Partial,
            "All Upfront" => Upfront::All,
            _ => return None,
        };
        Some((kind, upfront))
    }
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

/// Keeps the rates of every Compute and EC2 Instance Savings Plan, each as a meter of its own:
/// `vcpu-x86_64:savings-1y`, `m7g.large:instance-savings-3y-all`.
pub(super) fn read(
    input: impl Read,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListError> {
    let failure = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_reader(input);
    let offer = Offer {
        matches,
        rows,
        failure: &failure,
    };
    let result = offer
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    if let Some(failure) = failure.into_inner() {
        return Err(failure);
    }
    result.map_err(|error| {
        PriceListError::in_line(error.line() as u64, PriceListFault::broken(&error))
    })
}

/// The plans of an offer, by their SKU.
type Kinds = BTreeMap<String, (PlanKind, Upfront)>;

struct Offer<'r> {
    matches: &'r Matches,
    rows: &'r mut Rows,
    /// A failure of ours is kept aside, for JSON's errors are texts.
    failure: &'r RefCell<Option<PriceListError>>,
}

impl<'de> DeserializeSeed<'de> for Offer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Offer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an offer of Savings Plans")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut kinds: Option<Kinds> = None;
        let mut has_terms = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "products" => {
                    let products: Vec<PlanProduct> = map.next_value()?;
                    let known = products.into_iter();
                    kinds = Some(
                        known
                            .filter_map(|one| Some((one.kind()?, one.sku)))
                            .map(|(kind, sku)| (sku, kind))
                            .collect(),
                    );
                }
                "terms" => {
                    has_terms = true;
                    map.next_value_seed(Terms {
                        offer: &mut *self.rows,
                        matches: self.matches,
                        failure: self.failure,
                        kinds: kinds.as_ref(),
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_terms {
            return Ok(());
        }
        Err(serde::de::Error::custom("it has no `terms`"))
    }
}

/// `terms`, and in it the list `savingsPlan`.
struct Terms<'r> {
    offer: &'r mut Rows,
    matches: &'r Matches,
    failure: &'r RefCell<Option<PriceListError>>,
    /// None where the terms come before the products.
    kinds: Option<&'r Kinds>,
}

impl<'de> DeserializeSeed<'de> for Terms<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Terms<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("terms of Savings Plans")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut list = PlanTerms { terms: self };
        while let Some(key) = map.next_key::<String>()? {
            if key == "savingsPlan" {
                map.next_value_seed(&mut list)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The plans, one after the other.
struct PlanTerms<'r> {
    terms: Terms<'r>,
}

impl<'de> DeserializeSeed<'de> for &mut PlanTerms<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut PlanTerms<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Savings Plans")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let terms = &mut self.terms;
        let mut place = 0;
        while let Some(term) = list.next_element::<PlanTerm>()? {
            let kept = match terms.kinds {
                Some(kinds) => keep(&term, kinds, terms.matches, terms.offer),
                None => Err(PriceListFault::shape("its terms come before its products")),
            };
            if let Err(fault) = kept {
                let text = fault.to_string();
                terms
                    .failure
                    .replace(Some(PriceListError::in_entry(place, fault)));
                return Err(serde::de::Error::custom(text));
            }
            place += 1;
        }
        Ok(())
    }
}

/// Keeps the rates of one plan. Where a usage type comes in tiers, a plan's rate is that of
/// the first, the dearest.
fn keep(
    term: &PlanTerm,
    kinds: &Kinds,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListFault> {
    let years = match (term.lease.unit.as_str(), term.lease.duration) {
        ("year", 1) => Term::OneYear,
        ("year", 3) => Term::ThreeYears,
        _ => return Ok(()),
    };
    let Some((kind, upfront)) = kinds.get(&term.sku).copied() else {
        return Ok(());
    };
    let plan = SavingsPlan {
        kind,
        term: years,
        upfront,
    };
    let mut rates: BTreeMap<Meter, (Decimal, &str)> = BTreeMap::new();
    for rate in &term.rates {
        if !rate.region.is_empty() && rate.region != matches.region() {
            continue;
        }
        let found = matches.discounted(&rate.service, &rate.usage, &rate.operation);
        let Some(meter) = found else { continue };
        let price = number(&rate.discounted.price, "a price")?;
        let named = Meter {
            name: plan.meter(&meter.name).into(),
            ..meter
        };
        let kept = rates
            .entry(named)
            .or_insert((price, rate.discounted.currency.as_str()));
        kept.0 = kept.0.max(price);
    }
    for (meter, (price, currency)) in rates {
        let step = Step {
            from: 0.into(),
            to: None,
            price,
            currency: currency.to_owned(),
        };
        rows.keep(&meter, step)?;
    }
    Ok(())
}
