//! Offer files as JSON: products first, then terms, each read one by one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::matches::{Found, Matches, Meter, Product};
use super::rows::{PriceListFault, Rows, Step, end, number};

/// One dimension of a term's price.
#[derive(Debug, Deserialize)]
struct Dimension {
    #[serde(rename = "beginRange", default)]
    begin: String,
    #[serde(rename = "endRange", default)]
    end: String,
    #[serde(default)]
    unit: String,
    #[serde(rename = "pricePerUnit", default)]
    price: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TermAttributes {
    #[serde(rename = "LeaseContractLength")]
    lease: String,
    #[serde(rename = "OfferingClass")]
    class: String,
    #[serde(rename = "PurchaseOption")]
    purchase: String,
}

/// One term of a product.
#[derive(Debug, Deserialize)]
pub(super) struct Term {
    #[serde(rename = "priceDimensions")]
    dimensions: BTreeMap<String, Dimension>,
    #[serde(rename = "termAttributes", default)]
    attributes: TermAttributes,
}

#[derive(Debug, Deserialize)]
struct ProductEntry {
    #[serde(default)]
    attributes: Product,
}

/// Reads an offer file.
pub(super) fn read(
    input: impl Read,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListFault> {
    let failure = RefCell::new(None);
    let reading = Reading {
        matches,
        failure: &failure,
    };
    let mut deserializer = serde_json::Deserializer::from_reader(input);
    let top = Top {
        reading: &reading,
        rows,
    };
    let result = top
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    if let Some(failure) = failure.into_inner() {
        return Err(failure);
    }
    result.map_err(|error| PriceListFault::broken(&error))
}

/// What every level of the file needs; a failure of ours is kept aside, for JSON's
/// errors are texts.
struct Reading<'r> {
    matches: &'r Matches,
    failure: &'r RefCell<Option<PriceListFault>>,
}

impl Reading<'_> {
    fn fail<E: serde::de::Error>(&self, error: PriceListFault) -> E {
        let text = error.to_string();
        self.failure.replace(Some(error));
        E::custom(text)
    }
}

/// The price of a term in its currency: dollars, or yuan in China.
fn price(dimension: &Dimension) -> Option<(&str, &str)> {
    ["USD", "CNY"].into_iter().find_map(|currency| {
        dimension
            .price
            .get(currency)
            .map(|price| (currency, price.as_str()))
    })
}

/// Keeps the prices of a term on demand.
pub(super) fn keep_on_demand(
    meter: &Meter,
    term: &Term,
    rows: &mut Rows,
) -> Result<(), PriceListFault> {
    let mut meter = meter.clone();
    if meter.service == "ec2" {
        meter.name = format!("{}:on-demand", meter.name).into();
    }
    keep_dimensions(&meter, term, rows)
}

fn keep_dimensions(meter: &Meter, term: &Term, rows: &mut Rows) -> Result<(), PriceListFault> {
    for dimension in term.dimensions.values() {
        let Some((currency, text)) = price(dimension) else {
            continue;
        };
        let begin = if dimension.begin.is_empty() {
            "0"
        } else {
            &dimension.begin
        };
        let step = Step {
            from: number(begin, "the beginning of a tier")?,
            to: end(&dimension.end)?,
            price: number(text, "a price")?,
            currency: currency.to_owned(),
        };
        rows.keep(meter, step)?;
    }
    Ok(())
}

/// Keeps the hourly rate of a reserved term without upfront payment.
pub(super) fn keep_reserved(
    meter: &Meter,
    term: &Term,
    rows: &mut Rows,
) -> Result<(), PriceListFault> {
    let attributes = &term.attributes;
    if meter.service != "ec2" || attributes.purchase != "No Upfront" {
        return Ok(());
    }
    let class = match attributes.class.as_str() {
        "standard" => "reserved",
        "convertible" => "convertible",
        _ => return Ok(()),
    };
    let length = match attributes.lease.as_str() {
        "1yr" => "1y",
        "3yr" => "3y",
        _ => return Ok(()),
    };
    for dimension in term
        .dimensions
        .values()
        .filter(|dimension| dimension.unit == "Hrs")
    {
        let Some((currency, text)) = price(dimension) else {
            continue;
        };
        let named = Meter {
            name: format!("{}:{class}-{length}", meter.name).into(),
            ..meter.clone()
        };
        let price = number(text, "a price")?;
        let step = Step {
            from: 0.into(),
            to: None,
            price,
            currency: currency.to_owned(),
        };
        rows.keep(&named, step)?;
    }
    Ok(())
}

struct Top<'r> {
    reading: &'r Reading<'r>,
    rows: &'r mut Rows,
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an offer file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut offer = String::new();
        let mut products: Option<BTreeMap<String, Meter>> = None;
        let mut has_terms = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "offerCode" => offer = map.next_value()?,
                "products" => {
                    let reading = self.reading;
                    products = Some(map.next_value_seed(Products {
                        reading,
                        offer: &offer,
                        rows: &mut *self.rows,
                    })?);
                }
                "terms" => {
                    let Some(products) = &products else {
                        let error = PriceListFault::shape("its terms come before its products");
                        return Err(self.reading.fail(error));
                    };
                    has_terms = true;
                    let reading = self.reading;
                    map.next_value_seed(Terms {
                        reading,
                        products,
                        rows: &mut *self.rows,
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if products.is_none() || !has_terms {
            let error = PriceListFault::shape("it has no `products` and `terms`");
            return Err(self.reading.fail(error));
        }
        Ok(())
    }
}

struct Products<'r> {
    reading: &'r Reading<'r>,
    offer: &'r str,
    rows: &'r mut Rows,
}

impl<'de> DeserializeSeed<'de> for Products<'_> {
    type Value = BTreeMap<String, Meter>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Products<'_> {
    type Value = BTreeMap<String, Meter>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("products by SKU")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kept = BTreeMap::new();
        while let Some(sku) = map.next_key::<String>()? {
            let entry: ProductEntry = map.next_value()?;
            let product = &entry.attributes;
            let offer = product.offer(self.offer);
            match self.reading.matches.find(offer, product) {
                Found::Meter(meter) => {
                    self.rows.pass(offer, None);
                    kept.insert(sku, meter);
                }
                Found::Unread => self
                    .rows
                    .pass(offer, Some((&product.usagetype, &product.operation))),
                Found::Other => {}
            }
        }
        Ok(kept)
    }
}

struct Terms<'r> {
    reading: &'r Reading<'r>,
    products: &'r BTreeMap<String, Meter>,
    rows: &'r mut Rows,
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
        f.write_str("terms by kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(kind) = map.next_key::<String>()? {
            let keep: Keep = match kind.as_str() {
                "OnDemand" => keep_on_demand,
                "Reserved" => keep_reserved,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let (reading, products) = (self.reading, self.products);
            map.next_value_seed(BySku {
                reading,
                products,
                rows: &mut *self.rows,
                keep,
            })?;
        }
        Ok(())
    }
}

type Keep = fn(&Meter, &Term, &mut Rows) -> Result<(), PriceListFault>;

struct BySku<'r> {
    reading: &'r Reading<'r>,
    products: &'r BTreeMap<String, Meter>,
    rows: &'r mut Rows,
    keep: Keep,
}

impl<'de> DeserializeSeed<'de> for BySku<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for BySku<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("terms by SKU")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(sku) = map.next_key::<String>()? {
            let Some(meter) = self.products.get(&sku) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let terms: BTreeMap<String, Term> = map.next_value()?;
            for term in terms.values() {
                if let Err(error) = (self.keep)(meter, term, self.rows) {
                    return Err(self.reading.fail(error));
                }
            }
        }
        Ok(())
    }
}
