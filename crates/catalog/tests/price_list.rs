//! Goal: prices come out of every shape of AWS's Price List as they stand there,
//! and whatever is broken or ambiguous is refused. Method: small files written in
//! those shapes, whole, cut off and mangled.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;

use landfall_catalog::price_list::{PriceListError, PriceListFault, Rows, read};
use landfall_catalog::{Catalog, PriceBook};
use proptest::prelude::*;

const LAMBDA: &str = include_str!("price_list/lambda.json");
const EC2: &str = include_str!("price_list/ec2.csv");
const QUERY: &str = include_str!("price_list/query.json");
const SAVINGS: &str = include_str!("price_list/savings.json");

fn rows(text: &str) -> Result<Rows, PriceListError> {
    let matches = Catalog::matches("eu-west-1").unwrap();
    let mut rows = Rows::default();
    read(&mut text.as_bytes(), &matches, &mut rows)?;
    Ok(rows)
}

fn book(text: &str) -> PriceBook {
    let csv =
        rows(text)
            .unwrap()
            .to_csv("eu-west-1", "aws-price-list", "2026-11-01".parse().unwrap());
    let mut book = PriceBook::empty("eu-west-1");
    book.add_csv("rows.csv", &csv).unwrap();
    book
}

#[test]
fn an_offer_file_as_json() {
    let book = book(LAMBDA);
    let duration = book.price("lambda", "duration-x86_64").unwrap();
    let prices: Vec<String> = duration
        .tiers
        .iter()
        .map(|tier| tier.price.to_string())
        .collect();
    assert_eq!(prices, ["0.0000166667", "0.000015", "0.0000133334"]);
    assert_eq!(book.rate("lambda", "requests"), Some(2e-7));
    // Managed instances and other regions are not Lambda's own meters here.
    assert_eq!(book.iter().count(), 2);
}

#[test]
fn an_offer_file_as_csv() {
    let book = book(EC2);
    assert_eq!(book.rate("ec2", "m7g.large:on-demand"), Some(0.0912));
    assert_eq!(book.rate("ec2", "m7g.large:reserved-1y"), Some(0.0603));
    assert_eq!(book.rate("nat", "hour"), Some(0.048));
    // No capacity block, no dedicated metal, no upfront payment.
    assert_eq!(book.iter().count(), 3);
    let with_separator = format!("sep=,\n{EC2}");
    assert_eq!(rows(&with_separator).unwrap().len(), 3);
}

#[test]
fn the_query_api_and_savings_plans() {
    assert_eq!(book(QUERY).rate("fargate", "vcpu-x86_64"), Some(0.04048));
    let savings = book(SAVINGS);
    assert_eq!(
        savings.rate("fargate", "vcpu-x86_64:savings-3y"),
        Some(0.024_288)
    );
    assert_eq!(
        savings.rate("fargate", "vcpu-x86_64:savings-1y-all"),
        Some(0.031_574_4)
    );
    assert_eq!(
        savings.rate("ec2", "m7g.large:savings-1y-partial"),
        Some(0.0655)
    );
    assert_eq!(
        savings.rate("ec2", "m7g.large:instance-savings-3y"),
        Some(0.0415)
    );
    // Of the tiers of a usage type, the first; nothing of other regions, of Windows, of
    // dedicated hosts, or of plans for machine learning.
    assert_eq!(
        savings.rate("lambda", "duration-x86_64:savings-1y-partial"),
        Some(1.4e-5)
    );
    assert_eq!(savings.iter().count(), 5);
    let mixed = SAVINGS.replacen("\"products\"", "\"late\"", 1);
    assert!(
        rows(&mixed)
            .unwrap_err()
            .to_string()
            .contains("before its products")
    );
}

#[test]
fn two_prices_for_one_meter_are_refused() {
    let text = LAMBDA.replace("\"2E-7\"", "\"3E-7\"");
    let error = rows(&text).unwrap_err();
    assert!(
        matches!(*error.fault, PriceListFault::Ambiguous { .. }),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "lambda requests has two prices, $0.0000002 and $0.0000003: it is not known which is meant"
    );
}

#[test]
fn what_is_no_price_list_is_named() {
    for (text, wanted) in [
        ("", "neither an offer file"),
        ("hello", "neither an offer file"),
        ("{\"offers\": {}}", "an index of the Price List"),
        ("{\"a\": 1}", "no `products` and `terms`"),
        (
            "{\"terms\": {}, \"products\": {}}",
            "terms come before its products",
        ),
        ("\"FormatVersion\",\"v1.0\"\n\"x\"\n", "is the header"),
    ] {
        let error = rows(text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{text:?} gave {error}");
    }
    let wrong = LAMBDA.replace("0.0000166667", "cheap");
    assert!(
        rows(&wrong)
            .unwrap_err()
            .to_string()
            .contains("`cheap` is no number")
    );
    let below = LAMBDA.replace("0.0000166667", "-1");
    assert!(
        rows(&below)
            .unwrap_err()
            .to_string()
            .contains("`-1` is no number")
    );
}

#[test]
fn every_fault_has_its_place_and_a_way_out() {
    let mut seen = std::collections::BTreeSet::new();
    let line_of = |text: &str, word: &str| {
        let before = text.split(word).next().unwrap();
        before.matches('\n').count() as u64 + 1
    };
    let cheap = LAMBDA.replace("0.0000166667", "cheap");
    let twice = LAMBDA.replace("\"2E-7\"", "\"3E-7\"");
    let cut = LAMBDA.split("\"terms\"").next().unwrap();
    let row = EC2.replace("0.0912", "cheap");
    for (text, least, most) in [
        (
            cheap.as_str(),
            line_of(&cheap, "cheap"),
            line_of(&cheap, "cheap") + 30,
        ),
        (twice.as_str(), 1, twice.lines().count() as u64),
        (
            cut,
            cut.lines().count() as u64,
            cut.lines().count() as u64 + 1,
        ),
        (row.as_str(), line_of(&row, "cheap"), line_of(&row, "cheap")),
        ("hello", 1, 1),
        ("{\"offers\": {}}", 1, 1),
        ("{\n\"a\": 1}", 2, 2),
        ("\"FormatVersion\",\"v1.0\"\n\"x\"\n", 2, 2),
    ] {
        let error = rows(text).unwrap_err();
        let line = error.line.unwrap();
        assert!(
            (least..=most).contains(&line),
            "{error}: line {line}, not {least} to {most}"
        );
        assert!(!error.hint().is_empty());
        seen.insert(match *error.fault {
            PriceListFault::Shape(_) => "shape",
            PriceListFault::Index => "index",
            PriceListFault::Broken(_) => "broken",
            PriceListFault::Ambiguous { .. } => "ambiguous",
            PriceListFault::Number { .. } => "number",
        });
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    for (text, word) in [(QUERY, "0.0404800000"), (SAVINGS, "0.0242880000")] {
        let found = text.contains(word);
        let word = if found { word } else { "0.0" };
        let error = rows(&text.replacen(word, "x", 1)).unwrap_err();
        assert!(error.line.is_some() || error.entry.is_some(), "{error}");
    }
}

proptest! {
    #[test]
    fn a_file_cut_off_is_broken_never_half_read(cut in 1usize..4000) {
        for text in [LAMBDA, QUERY, SAVINGS] {
            let end = text.trim_end().len() - 1 - cut % (text.trim_end().len() - 1);
            prop_assert!(rows(text.get(..end).unwrap()).is_err());
        }
    }

    #[test]
    fn mangled_files_never_panic(
        which in 0usize..4, edits in prop::collection::vec((0usize..5000, any::<char>()), 1..5),
    ) {
        let text = [LAMBDA, EC2, QUERY, SAVINGS][which];
        let mut letters: Vec<char> = text.chars().collect();
        for (at, letter) in edits {
            let place = at % letters.len();
            letters[place] = letter;
        }
        let _ = rows(&letters.into_iter().collect::<String>());
    }
}

/// An offer file in CSV: usage type, operation and price of each row.
fn offer(code: &str, rows: &[(&str, &str, &str)]) -> String {
    let mut text = format!(
        "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"made for tests\"\n\
         \"Publication Date\",\"2026-11-01T00:00:00Z\"\n\"Version\",\"20261101000000\"\n\
         \"OfferCode\",\"{code}\"\n\
         \"SKU\",\"OfferTermCode\",\"TermType\",\"StartingRange\",\"EndingRange\",\"Unit\",\
         \"PricePerUnit\",\"Currency\",\"serviceCode\",\"Region Code\",\"usageType\",\"operation\"\n"
    );
    for (place, (usage, operation, price)) in rows.iter().enumerate() {
        let _ = writeln!(
            text,
            "\"S{place}\",\"J\",\"OnDemand\",\"0\",\"Inf\",\"u\",\"{price}\",\"USD\",\"{code}\",\
             \"eu-west-1\",\"{usage}\",\"{operation}\""
        );
    }
    text
}

/// Offer, its rows, and the meters that are taken of them at their prices.
type Alike = (
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
    &'static [(&'static str, &'static str, f64)],
);

const ALIKE: &[Alike] = &[
    (
        "AWSELB",
        &[
            ("EU-LCUUsage", "LoadBalancing:Application", "0.008"),
            ("EU-Outposts-LCUUsage", "LoadBalancing:Application", "0.009"),
            ("EU-ReservedLCUUsage", "LoadBalancing:Application", "0.006"),
            (
                "EU-TS-LoadBalancerUsage",
                "LoadBalancing:Application",
                "0.005",
            ),
            // As us-east-1 writes it: `TS` is no region.
            ("TS-LoadBalancerUsage", "LoadBalancing:Application", "0.006"),
            (
                "EU-LoadBalancerUsage",
                "LoadBalancing:Application",
                "0.0252",
            ),
        ],
        &[("alb", "lcu", 0.008), ("alb", "hour", 0.0252)],
    ),
    (
        "AmazonEC2",
        &[
            ("EU-NatGateway-Hours", "NatGateway", "0.048"),
            ("EU-RegionalNatGateway-Hours", "NatGateway", "0.05"),
            ("EU-NatGateway-Prvd-Bytes", "NatGateway", "0.02"),
            ("EU-RegionalNatGateway-Bytes", "NatGateway", "0.03"),
            ("EU-NatGateway-Bytes", "NatGateway", "0.047"),
            ("EU-EBS:VolumeP-IOPS.gp3", "", "0.0055"),
            ("EU-EBS:VolumeP-IOPS.io2", "", "0.072"),
            ("EU-EBS:VolumeP-Throughput.gp3", "", "45.056"),
            ("EU-EBS:SnapshotUsage", "CreateSnapshot", "0.05"),
            ("EU-EBS:SnapshotUsageUnderBilling", "", "0.04"),
        ],
        &[
            ("nat", "hour", 0.048),
            ("nat", "data", 0.047),
            ("ebs", "gp3-iops", 0.0055),
            ("ebs", "gp3-throughput", 45.056),
            ("ebs", "snapshot", 0.05),
        ],
    ),
    (
        "AWSQueueService",
        &[
            ("EU-Requests-Tier1", "", "0.0000004"),
            ("EU-Requests-Fair-Tier1", "", "0.0000001"),
            ("EU-Requests-FIFO-Tier1", "", "0.0000005"),
        ],
        &[("sqs", "standard", 4e-7), ("sqs", "fifo", 5e-7)],
    ),
    (
        "AmazonS3",
        &[
            ("EU-Requests-Tier1", "", "0.000005"),
            ("EU-Requests-Annotation-Tier1", "", "0.000001"),
        ],
        &[("s3", "put", 5e-6)],
    ),
    (
        "AmazonDynamoDB",
        &[
            (
                "WriteRequestUnits",
                "PayPerRequestThroughput",
                "0.000000625",
            ),
            (
                "IA-WriteRequestUnits",
                "PayPerRequestThroughput",
                "0.00000078",
            ),
        ],
        &[("dynamodb", "write", 6.25e-7)],
    ),
    (
        "AWSDataTransfer",
        &[
            ("EU-DataTransfer-Out-Bytes", "", "0.09"),
            ("EU-DataTransfer-xAZ-Out-Bytes", "", "0"),
        ],
        &[("data-transfer", "internet-out", 0.09)],
    ),
    (
        "AmazonCloudWatch",
        &[
            ("EU-CW:AlarmMonitorUsage", "", "0.1"),
            ("EU-CW:HighResAlarmMonitorUsage", "", "0.3"),
        ],
        &[("cloudwatch", "alarm", 0.1)],
    ),
];

/// Usage types that look like a meter's, beside the one that is it.
#[test]
fn rows_that_look_alike_are_not_taken() {
    for (code, rows, taken) in ALIKE {
        let book = book(&offer(code, rows));
        for (service, meter, price) in *taken {
            assert_eq!(book.rate(service, meter), Some(*price), "{code} {meter}");
        }
        assert_eq!(book.iter().count(), taken.len(), "{code}");
    }
}

/// Offers that the region has, and in which nothing of a service was understood.
#[test]
fn what_was_not_understood_is_named_the_most_alike_first() {
    let matches = Catalog::matches("eu-west-1").unwrap();
    let text = offer(
        "AWSELB",
        &[
            ("EU-TS-LoadBalancerUsage", "LoadBalancing:Application", "1"),
            ("EU-AlbHours", "LoadBalancing:Application", "0.0252"),
            ("EU-LCUUsage", "LoadBalancing:Network", "0.006"),
            ("EU-LCUUsage", "LoadBalancing:Shared", "0.008"),
        ],
    );
    let read = rows(&text).unwrap();
    let all = read.unread(&matches, &[]);
    let services: Vec<_> = all
        .iter()
        .map(|one| (one.service.as_str(), one.is_all))
        .collect();
    // Offers that were not read lack nothing.
    assert_eq!(services, [("alb", true), ("nlb", false)]);
    let alb = &all[0];
    assert_eq!(alb.meters, ["hour", "lcu"]);
    assert_eq!(
        alb.wanted,
        [
            "LoadBalancerUsage (LoadBalancing:Application)",
            "LCUUsage (LoadBalancing:Application)"
        ]
    );
    // The most alike first: whoever looks for a renamed usage type finds it on top.
    assert_eq!(
        alb.seen,
        [
            "TS-LoadBalancerUsage (LoadBalancing:Application)",
            "LCUUsage (LoadBalancing:Shared)",
            "AlbHours (LoadBalancing:Application)",
        ]
    );
    assert_eq!(read.unread(&matches, &["nlb".to_owned()]).len(), 1);
    // Rows of another region say nothing of this one.
    let elsewhere = rows(&text.replace("eu-west-1", "eu-west-2")).unwrap();
    assert!(elsewhere.unread(&matches, &[]).is_empty());
    // A file that fills everything leaves nothing to say, and JSON is noted like CSV.
    let lambda = rows(LAMBDA).unwrap().unread(&matches, &[]);
    assert!(lambda.iter().all(|one| !one.is_all), "{lambda:?}");
    let renamed = LAMBDA
        .replace("Lambda-GB-Second", "Lambda-Second")
        .replace("-Request", "-Call");
    let lambda = rows(&renamed).unwrap().unread(&matches, &[]);
    assert!(lambda[0].is_all && !lambda[0].seen.is_empty(), "{lambda:?}");
}

/// The offer of data transfer names the region from which data goes, and no other.
#[test]
fn data_transfer_is_of_the_region_it_leaves() {
    let text = offer(
        "AWSDataTransfer",
        &[("EU-DataTransfer-Out-Bytes", "", "0.09")],
    );
    let text = text.replace("\"Region Code\"", "\"From Region Code\"");
    assert_eq!(
        book(&text).rate("data-transfer", "internet-out"),
        Some(0.09)
    );
    let json = r#"{"offerCode": "AWSDataTransfer", "products": {"A": {"attributes": {
        "fromRegionCode": "eu-west-1", "usagetype": "EU-DataTransfer-Out-Bytes"}}},
        "terms": {"OnDemand": {"A": {"A.J": {"priceDimensions": {"A.J.6": {"beginRange": "0",
        "endRange": "Inf", "pricePerUnit": {"USD": "0.09"}}}}}}}}"#;
    assert_eq!(book(json).rate("data-transfer", "internet-out"), Some(0.09));
}
