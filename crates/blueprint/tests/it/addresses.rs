//! Goal: the quota of addresses is that of the network that is made. Method: the range of a
//! template, and how it is cut into subnets.

use landfall_blueprint::{Library, write};
use landfall_catalog::{Catalog, Counted};

use crate::common::{decisions, starter};

/// Addresses of a subnet that are AWS's own (`CreateSubnet`, EC2 API reference).
const OF_AWS: u64 = 5;

#[test]
fn a_private_subnet_has_as_many_addresses_as_the_quota_says() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let graph = starter(&decisions(), "microservices", "fargate", &catalog, &library);
    let text = write::cloudformation::template(&graph, "");
    let words: Vec<&str> = text.split_whitespace().collect();
    let cuts = words
        .windows(8)
        .filter(|words| words.first() == Some(&"!Cidr"))
        .map(|words| words.last().unwrap().parse().unwrap());
    let bits: Vec<u32> = cuts.collect();
    assert!(bits.len() >= 2, "{text}");
    let mut quotas = catalog.surroundings.quotas("us-east-1", &["fargate"]);
    let quota = quotas.find(|row| row.of == Counted::Addresses).unwrap();
    for bits in bits {
        assert_eq!(quota.most, 2_u64.pow(bits) - OF_AWS);
    }
}
