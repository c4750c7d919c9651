//! Which rows of the Price List are which meters.

use std::borrow::Cow;
use std::collections::BTreeMap;

use landfall_source::{Result, Source, document};
use serde::Deserialize;

/// The attributes of a product that tell what it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Product {
    /// Usage type, with the region's prefix.
    pub usagetype: String,
    /// Operation.
    pub operation: String,
    /// Region.
    #[serde(rename = "regionCode")]
    pub region: String,
    /// Instance type.
    #[serde(rename = "instanceType")]
    pub instance: String,
    /// Operating system.
    #[serde(rename = "operatingSystem")]
    pub os: String,
    /// Software that comes with it.
    #[serde(rename = "preInstalledSw")]
    pub software: String,
    /// `Used`, or reserved capacity that is not.
    #[serde(rename = "capacitystatus")]
    pub capacity: String,
    /// `OnDemand`, or `CapacityBlock`.
    #[serde(rename = "marketoption")]
    pub market: String,
    /// `Shared`, `Dedicated`, `Host`.
    pub tenancy: String,
    /// Service code, in files that hold several.
    #[serde(rename = "servicecode")]
    pub service: String,
    /// Region from which data goes, in the offer of data transfer, which names no other.
    #[serde(rename = "fromRegionCode")]
    pub from_region: String,
}

impl Product {
    /// The offer that it is of: the file's, or its own in a file of several.
    pub(super) fn offer<'p>(&'p self, file: &'p str) -> &'p str {
        if file.is_empty() { &self.service } else { file }
    }

    /// The region whose price it is.
    fn priced_in(&self) -> &str {
        if self.region.is_empty() {
            &self.from_region
        } else {
            &self.region
        }
    }
}

/// What a row of the list is to the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A meter.
    Meter(Meter),
    /// Of the region, and no meter: a decoy, something that is not billed here, or a
    /// usage type that AWS has renamed.
    Unread,
    /// Of another region, or an instance that is sold in another way.
    Other,
}

#[derive(Debug, Clone)]
struct Entry {
    offer: String,
    /// Whether bills name the service that caused it instead of the offer.
    is_caused: bool,
    operation: Option<String>,
    service: String,
    meter: String,
    unit: String,
}

/// The table of `data/price-list.toml`.
#[derive(Debug, Clone)]
pub struct Matches {
    region: String,
    by_usage: BTreeMap<String, Vec<Entry>>,
}

/// A meter: service, name, unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meter {
    pub(super) service: String,
    pub(super) name: Cow<'static, str>,
    pub(super) unit: String,
}

impl Matches {
    /// Reads the table for one region.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(source: &Source, region: &str) -> Result<Self> {
        let mut by_usage: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        document(source, |top| {
            for table in top.tables("match")? {
                let word = |key: &str| table.require_text(key).map(str::to_owned);
                let entry = Entry {
                    offer: word("offer")?,
                    is_caused: table
                        .get("billed_by_cause")
                        .map(|node| node.flag())
                        .transpose()?
                        .unwrap_or(false),
                    operation: table.text("operation")?.map(str::to_owned),
                    service: word("service")?,
                    meter: word("meter")?,
                    unit: word("unit")?,
                };
                for usage in table.texts("usage")? {
                    by_usage
                        .entry(usage.to_owned())
                        .or_default()
                        .push(entry.clone());
                }
                table.finish()?;
            }
            Ok(())
        })?;
        Ok(Self {
            region: region.to_owned(),
            by_usage,
        })
    }

    /// The region whose rows are kept.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The offers that hold the prices of some services; of all when none is named.
    pub fn offers_for(&self, services: &[String]) -> Vec<&str> {
        let wanted = |service: &str| services.is_empty() || services.iter().any(|s| s == service);
        let mut offers: Vec<&str> = self
            .by_usage
            .values()
            .flatten()
            .filter(|entry| wanted(&entry.service))
            .map(|entry| entry.offer.as_str())
            .collect();
        if wanted("ec2") {
            offers.push("AmazonEC2");
        }
        offers.sort_unstable();
        offers.dedup();
        offers
    }

    /// Whether the table knows rows for a meter, so that an update can fill it.
    pub fn knows(&self, service: &str, meter: &str) -> bool {
        let mut entries = self.by_usage.values().flatten();
        service == "ec2" && meter.contains(':')
            || entries.any(|entry| entry.service == service && entry.meter == meter)
    }

    /// What one unit of a meter is, where the table knows rows for it.
    pub fn unit(&self, service: &str, meter: &str) -> Option<String> {
        let mut entries = self.by_usage.values().flatten();
        let entry = entries.find(|entry| entry.service == service && entry.meter == meter);
        entry.map(|entry| entry.unit.clone())
    }

    /// Whether a usage type can be kept at all: a quick look before the whole one.
    pub(super) fn may_be(&self, usage: &str) -> bool {
        let usage = without_prefix(usage);
        usage.starts_with("BoxUsage") || self.by_usage.contains_key(usage)
    }

    /// What a product is.
    pub(super) fn find(&self, offer: &str, product: &Product) -> Found {
        if product.priced_in() != self.region {
            return Found::Other;
        }
        if let Some(entry) = self.entry(offer, &product.usagetype, &product.operation) {
            return Found::Meter(entry.meter_of());
        }
        if is_plain_instance(offer, product) {
            return Found::Meter(Meter::instance(&product.instance));
        }
        if product.instance.is_empty() {
            Found::Unread
        } else {
            Found::Other
        }
    }

    fn entry(&self, offer: &str, usage: &str, operation: &str) -> Option<&Entry> {
        let entries = self.by_usage.get(without_prefix(usage))?;
        entries.iter().find(|entry| {
            entry.offer == offer && entry.operation.as_ref().is_none_or(|one| one == operation)
        })
    }

    /// The service and the meter that a line of a bill counts on, by the codes of its service
    /// (of which there may be several, or none), its usage type and its operation. None where
    /// it is not known, or might be of several.
    pub fn charged(
        &self,
        services: &[&str],
        usage: &str,
        operation: &str,
    ) -> Option<(String, String)> {
        let entries = self.by_usage.get(without_prefix(usage));
        let fits = |entry: &&Entry| {
            let is_operation = entry.operation.as_ref().is_none_or(|one| one == operation);
            is_operation
                && (services.is_empty()
                    || entry.is_caused
                    || services.contains(&entry.offer.as_str()))
        };
        let mut fitting = entries.into_iter().flatten().filter(fits);
        if let Some(entry) = fitting.next() {
            let found = (entry.service.clone(), entry.meter.clone());
            return fitting.next().is_none().then_some(found);
        }
        let is_ec2 = services.is_empty() || services.contains(&"AmazonEC2");
        let (word, instance) = without_prefix(usage).split_once(':')?;
        let purchase = match (word, operation) {
            ("BoxUsage", PLAIN) => "on-demand",
            // Behind the operation stands the market.
            ("SpotUsage", market) if market.split(':').next() == Some(PLAIN) => "spot",
            _ => return None,
        };
        let meter = format!("{instance}:{purchase}");
        is_ec2.then(|| ("ec2".to_owned(), meter))
    }

    /// The meter that a discounted usage of a Savings Plan is.
    pub(super) fn discounted(&self, offer: &str, usage: &str, operation: &str) -> Option<Meter> {
        if let Some(entry) = self.entry(offer, usage, operation) {
            return Some(entry.meter_of());
        }
        let instance = without_prefix(usage).strip_prefix("BoxUsage:")?;
        (offer == "AmazonEC2" && operation == "RunInstances").then(|| Meter::instance(instance))
    }

    /// Every meter of the table: service, meter, offer, usage type, operation.
    pub(super) fn iter(&self) -> impl Iterator<Item = Wanted<'_>> {
        self.by_usage.iter().flat_map(|(usage, entries)| {
            entries.iter().map(move |entry| Wanted {
                service: &entry.service,
                meter: &entry.meter,
                offer: &entry.offer,
                usage,
                operation: entry.operation.as_deref(),
            })
        })
    }
}

/// What running an instance is called, with Linux and nothing else installed.
const PLAIN: &str = "RunInstances";

impl Entry {
    fn meter_of(&self) -> Meter {
        Meter {
            service: self.service.clone(),
            name: Cow::Owned(self.meter.clone()),
            unit: self.unit.clone(),
        }
    }
}

impl Meter {
    fn instance(name: &str) -> Self {
        Self {
            service: "ec2".to_owned(),
            name: Cow::Owned(name.to_owned()),
            unit: "h".to_owned(),
        }
    }
}

/// A usage type that the table looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted<'m> {
    pub(super) service: &'m str,
    pub(super) meter: &'m str,
    pub(super) offer: &'m str,
    pub(super) usage: &'m str,
    pub(super) operation: Option<&'m str>,
}

/// Linux, shared, used, on demand, nothing installed: what `RunInstances` bills.
fn is_plain_instance(offer: &str, product: &Product) -> bool {
    offer == "AmazonEC2"
        && !product.instance.is_empty()
        && product.os == "Linux"
        && product.software == "NA"
        && product.capacity == "Used"
        && (product.market.is_empty() || product.market == "OnDemand")
        && product.tenancy == "Shared"
        && product.operation == PLAIN
        && without_prefix(&product.usagetype).starts_with("BoxUsage")
}

/// A usage type without the prefix of its region: capitals and one digit (`USE1-`), or the
/// old one of Ireland (`EU-`). `TS-` and `IA-` are no regions: what follows them is another
/// thing, at another price.
pub(super) fn without_prefix(usage: &str) -> &str {
    let Some((prefix, rest)) = usage.split_once('-') else {
        return usage;
    };
    let letters = prefix.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_new = (2..=3).contains(&letters.len())
        && prefix.len() == letters.len() + 1
        && letters.chars().all(|c| c.is_ascii_uppercase());
    if is_new || prefix == "EU" {
        rest
    } else {
        usage
    }
}

#[cfg(test)]
mod tests {
    use super::without_prefix;

    #[test]
    fn prefixes_of_regions_are_known_from_names() {
        for (usage, wanted) in [
            ("Lambda-GB-Second", "Lambda-GB-Second"),
            ("EUC1-Lambda-GB-Second", "Lambda-GB-Second"),
            ("EU-Request", "Request"),
            ("USE1-Fargate-ARM-GB-Hours", "Fargate-ARM-GB-Hours"),
            ("NatGateway-Hours", "NatGateway-Hours"),
            ("APS3-NatGateway-Bytes", "NatGateway-Bytes"),
            ("LCUUsage", "LCUUsage"),
            ("TS-LoadBalancerUsage", "TS-LoadBalancerUsage"),
            ("IA-WriteRequestUnits", "IA-WriteRequestUnits"),
            ("APN2-IA-ReadRequestUnits", "IA-ReadRequestUnits"),
            ("EBS:VolumeUsage.gp3", "EBS:VolumeUsage.gp3"),
        ] {
            assert_eq!(without_prefix(usage), wanted);
        }
    }
}
