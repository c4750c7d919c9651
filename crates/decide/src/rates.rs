//! Prices as real numbers, for searching; the bill itself is exact.

use std::collections::BTreeMap;

use crate::unfit::Unfit;
use landfall_catalog::{Catalog, Date, Instance, Platform, PriceBook};

/// The rates of one region that searches compare.
#[derive(Debug, Clone)]
pub(crate) struct Rates<'c> {
    /// Instance types with a price: index, on demand, and Spot where known.
    instances: Vec<InstanceRate<'c>>,
    /// Whether an instance type without a price is not sold in the region.
    knows_instances: bool,
    book: &'c PriceBook,
}

/// An instance type with its prices, in dollars an hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InstanceRate<'c> {
    pub(crate) instance: &'c Instance,
    /// The number of its size: types with as many vCPUs and GPUs, and as much memory, share it.
    pub(crate) size: usize,
    pub(crate) on_demand: f64,
    pub(crate) spot: Option<f64>,
}

impl<'c> Rates<'c> {
    pub(crate) fn new(catalog: &'c Catalog, book: &'c PriceBook, day: Date) -> Self {
        let mut sizes = BTreeMap::new();
        let mut size = |one: &Instance| {
            let key = (one.vcpus.to_bits(), one.memory, one.gpus.to_bits());
            let next = sizes.len();
            *sizes.entry(key).or_insert(next)
        };
        let instances = catalog
            .instances
            .iter()
            .filter(|instance| !instance.is_metal() && !instance.is_burstable())
            .filter_map(|instance| {
                let on_demand = book.rate("ec2", &format!("{}:on-demand", instance.name))?;
                let saving = book.price("ec2", &format!("{}:spot-saving", instance.name));
                let share = saving
                    .and_then(|price| price.first())
                    .map(|tier| tier.price);
                let share: Option<f64> = share.and_then(|share| share.try_into().ok());
                let spot = share.map(|share| on_demand * (1.0 - share));
                Some(InstanceRate {
                    instance,
                    size: size(instance),
                    on_demand,
                    spot,
                })
            })
            .collect();
        Self {
            instances,
            knows_instances: catalog.availability.knows_instances(book.region(), day),
            book,
        }
    }

    /// Why no instance type does, where none does: for work on a GPU, or other work.
    pub(crate) fn no_instance(&self, gpu: bool) -> Unfit {
        Unfit::NoInstance {
            gpu,
            region: self.book.region().to_owned(),
            is_offered: self.knows_instances,
        }
    }

    /// The instance types that a platform may use.
    pub(crate) fn instances_of(
        &self,
        platform: &Platform,
    ) -> impl Iterator<Item = InstanceRate<'c>> + '_ {
        let families = platform.instance_families.clone();
        self.instances
            .iter()
            .copied()
            .filter(move |rate| families.is_empty() || families.contains(&rate.instance.family))
    }

    /// A price, or what is so dear that a candidate with a price wins.
    pub(crate) fn or_dear(&self, service: &str, meter: &str) -> f64 {
        const DEAR: f64 = 1e6;
        self.book.rate(service, meter).unwrap_or(DEAR)
    }

    /// A price; none where the book lacks it.
    pub(crate) fn rate(&self, service: &str, meter: &str) -> Option<f64> {
        self.book.rate(service, meter)
    }

    /// Whether a meter has a price.
    pub(crate) fn has(&self, service: &str, meter: &str) -> bool {
        self.book.rate(service, meter).is_some()
    }
}
