//! Goal: what is offered where is said only where a source says it. Method: every row is held
//! against the prices and platforms of the catalog.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_catalog::{Catalog, Date};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn every_row_speaks_of_regions_that_are_known_and_has_a_source() {
    let catalog = Catalog::embedded().unwrap();
    let regions = Catalog::regions();
    assert!(!catalog.availability.rows().is_empty());
    for row in catalog.availability.rows() {
        assert!(catalog.sources.contains_key(&row.source), "{}", row.source);
        for region in row.regions.iter().chain(&row.absent) {
            assert!(regions.contains(&region.as_str()), "{region}");
        }
        // A platform is nowhere before it is there at all.
        let platform = catalog.platform(&row.what);
        assert!(
            platform.is_none_or(|one| one.since <= row.as_of),
            "{}",
            row.what
        );
    }
}

#[test]
fn a_later_row_overrides_an_earlier_one_and_what_no_row_names_is_not_known() {
    let all = Catalog::embedded().unwrap().availability;
    let managed = |region, date| {
        let known = all.of("lambda-managed-instances", region, day(date));
        known.map(|(is_there, _)| is_there)
    };
    assert_eq!(managed("eu-central-1", "2025-11-29"), None);
    assert_eq!(managed("eu-central-1", "2026-01-01"), Some(false));
    assert_eq!(managed("eu-central-1", "2026-11-29"), Some(true));
    assert_eq!(managed("il-central-1", "2026-11-29"), Some(false));
    assert_eq!(managed("us-gov-west-1", "2026-11-29"), None);
    let today = day("2026-11-29");
    assert!(all.absence("eks-fargate", "us-gov-west-1", today).is_some());
    assert!(all.absence("eks-fargate", "cn-north-1", today).is_none());
    assert!(all.is_open("eks-fargate", "cn-north-1"));
    assert!(all.is_open("fargate", "ap-east-2"));
    // Nothing is said of what no row speaks of.
    assert!(!all.is_open("lambda", "ap-east-2"));
}

/// Where all instance types are known, GPUs and Graviton are there or not; nobody has to guess.
#[test]
fn regions_whose_instances_are_known_have_prices_of_them() {
    let catalog = Catalog::embedded().unwrap();
    let today = day("2026-11-29");
    for region in Catalog::regions() {
        let book = Catalog::prices(region).unwrap();
        let sold = catalog.instances.iter().filter(|one| {
            book.price("ec2", &format!("{}:on-demand", one.name))
                .is_some()
        });
        let arm = sold
            .clone()
            .filter(|one| one.architecture == "arm64")
            .count();
        let known = catalog.availability.knows_instances(region, today);
        assert_eq!(known, !region.starts_with("cn-"), "{region}");
        assert!(!known || sold.count() > 100 && arm > 20, "{region}: {arm}");
    }
}
