//! Goal: what a region lacks is a range, never a wall and never free. Method: every region
//! is filled, and what is filled is held against the rows of all others.

use std::collections::BTreeMap;

use landfall_catalog::bill::{Total, UsageFile, bill};
use landfall_catalog::{Catalog, PriceStatus};
use landfall_source::Source;
use landfall_units::{Decimal, Money};

/// Regions of AWS's common partition.
fn commercial() -> Vec<&'static str> {
    let all = Catalog::regions().into_iter();
    all.filter(|one| !one.starts_with("cn-") && !one.starts_with("us-gov-"))
        .collect()
}

#[test]
fn every_commercial_region_has_a_price_or_a_range_of_every_meter_with_a_span() {
    let catalog = Catalog::embedded().unwrap();
    for region in Catalog::regions() {
        let known = Catalog::prices(region).unwrap();
        let filled = known.clone().with_ranges(&catalog.spans);
        for (service, meter, price) in known.iter() {
            let after = filled.price(service, meter).unwrap();
            assert_eq!(
                &after.tiers[..price.tiers.len()],
                &price.tiers[..],
                "{region}"
            );
        }
        if !commercial().contains(&region) {
            assert_eq!(known, filled, "{region}");
            continue;
        }
        assert_eq!(known.as_of(), filled.as_of(), "{region}");
        for span in &catalog.spans.rows {
            let price = filled.price(&span.service, &span.meter);
            let price = price.unwrap_or_else(|| panic!("{region} {}", span.meter));
            assert_eq!(*price.unit, *span.unit, "{region} {}", span.meter);
            for pair in price.tiers.windows(2) {
                assert_eq!(pair[0].to, Some(pair[1].from), "{region} {}", span.meter);
            }
            for tier in &price.tiers {
                let is_range = tier.status == PriceStatus::Range;
                assert_eq!(tier.span.is_some(), is_range, "{region} {}", span.meter);
                if let Some((low, high)) = tier.span {
                    assert!(Decimal::ZERO < low && low <= tier.price && tier.price <= high);
                }
            }
        }
    }
}

/// A span of many regions is what their rows say; one of few is that or wider.
#[test]
fn spans_are_those_of_the_rows() {
    const MANY: u32 = 8;
    let catalog = Catalog::embedded().unwrap();
    let mut seen: BTreeMap<(String, String, Decimal), Vec<Decimal>> = BTreeMap::new();
    for region in commercial() {
        for (service, meter, price) in Catalog::prices(region).unwrap().iter() {
            let sure = |status| matches!(status, PriceStatus::Listed | PriceStatus::Conflict);
            for tier in price.tiers.iter().filter(|tier| sure(tier.status)) {
                let key = (service.to_owned(), meter.to_owned(), tier.from);
                seen.entry(key).or_default().push(tier.price);
            }
        }
    }
    assert!(catalog.spans.rows.len() > 60);
    for span in &catalog.spans.rows {
        let key = (span.service.clone(), span.meter.clone(), span.from);
        let prices = &seen[&key];
        let (low, high) = (prices.iter().min().unwrap(), prices.iter().max().unwrap());
        let name = format!("{} {}", span.service, span.meter);
        assert_eq!(span.regions as usize, prices.len(), "{name}");
        if span.regions >= MANY || span.unit == "fraction" {
            assert_eq!((&span.low, &span.high), (low, high), "{name}");
        } else {
            assert!(span.low <= *low && span.high >= *high, "{name}");
        }
        assert!(catalog.sources.contains_key(&span.source), "{name}");
    }
}

#[test]
fn a_bill_with_ranges_is_between_its_ends() {
    const USAGE: &str = "
[[lambda]]
requests = \"10M\"
duration = \"100ms\"
memory = \"512MB\"
[[alb]]
hours = 730
processed = \"100GB\"
";
    let catalog = Catalog::embedded().unwrap();
    let mut ranged = 0;
    for region in commercial() {
        let text = format!("schema = 1\nfree_tier = false\nregion = \"{region}\"\n{USAGE}");
        let file = UsageFile::parse(&Source::new("usage.toml", &text), &catalog).unwrap();
        let book = Catalog::prices(region).unwrap();
        let known = bill(&file.usage, &book, &catalog.meters).unwrap();
        let book = book.with_ranges(&catalog.spans);
        let whole = bill(&file.usage, &book, &catalog.meters).unwrap();
        match (known.exact_sum(), whole.exact_sum()) {
            (Total::Complete(before), Total::Complete(after)) => assert_eq!(before, after),
            (
                Total::AtLeast(before),
                Total::Between {
                    likely,
                    known,
                    low,
                    high,
                },
            ) => {
                ranged += 1;
                assert_eq!(before, known, "{region}");
                assert!(
                    Money::ZERO < low && low <= likely && likely <= high,
                    "{region}"
                );
                assert!(known < low, "{region}");
            }
            (before, after) => panic!("{region}: {before:?} became {after:?}"),
        }
    }
    assert!(ranged > 10, "{ranged}");
}

/// A volume beyond the last tier that is known is a range too, never without a price.
#[test]
fn no_price_of_a_commercial_region_ends() {
    let catalog = Catalog::embedded().unwrap();
    for region in commercial() {
        let filled = Catalog::prices(region).unwrap();
        let filled = filled.with_ranges(&catalog.spans);
        for (service, meter, price) in filled.iter() {
            let end = price.tiers.last().and_then(|last| last.to);
            assert_eq!(end, None, "{region} {service} {meter}");
        }
    }
}
