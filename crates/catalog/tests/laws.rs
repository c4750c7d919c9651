//! Goal: a bill keeps the laws of money. Method: property tests over usage drawn
//! at random, in a region where every price is known.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use landfall_catalog::bill::{Bill, Total, Usage, UsageFile, bill};
use landfall_catalog::{Catalog, PriceBook};
use landfall_source::Source;
use landfall_units::{Decimal, Money};
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());
static BOOK: LazyLock<PriceBook> = LazyLock::new(|| Catalog::prices("us-east-1").unwrap());

fn parse(text: &str) -> Vec<Usage> {
    let text = format!("schema = 1\n{text}");
    UsageFile::parse(&Source::new("u.toml", &text), &CATALOG)
        .unwrap()
        .usage
}

fn of(usage: &[Usage]) -> Bill {
    bill(usage, &BOOK, &CATALOG.meters).unwrap()
}

/// A table of usage as a function of one amount that may grow.
fn table(which: usize, n: u64) -> String {
    match which {
        0 => format!(
            "[[lambda]]\nrequests = {n}\nduration = \"120ms\"\nmemory = \"1GB\"\nfree_tier = true\n"
        ),
        1 => format!("[[fargate]]\ntasks = {n}\nvcpu = 1\nmemory = \"4GB\"\nhours = 3\n"),
        2 => format!("[[ec2]]\ninstance = \"m7g.large\"\ncount = {n}\nhours = 10\n"),
        3 => format!("[[egress]]\nsize = \"{n}MB\"\nfree_tier = true\n"),
        4 => format!("[[api_gateway]]\nkind = \"rest\"\nrequests = {n}\n"),
        5 => format!("[[sqs]]\nmessages = {n}\nsize = \"70KB\"\n"),
        6 => format!("[[logs]]\ningested = \"{n}KB\"\nstored = \"{n}KB\"\n"),
        7 => format!(
            "[[ec2]]\ninstance = \"c7g.xlarge\"\ncount = {n}\nhours = 2\npurchase = \"spot\"\n"
        ),
        8 => format!(
            "[[lambda_managed_instances]]\ninstance = \"m7g.xlarge\"\ninstances = {n}\nhours = 4\nrequests = {n}\n"
        ),
        _ => format!("[[eventbridge]]\nevents = {n}\nschedules = {n}\n"),
    }
}

proptest! {
    #[test]
    fn a_bill_is_the_sum_of_its_lines_and_never_negative(
        which in 0usize..10, other in 0usize..10, n in 0u64..5_000_000_000,
    ) {
        let usage = [parse(&table(which, n)), parse(&table(other, n / 7))].concat();
        let bill = of(&usage);
        let sum: Money = bill.lines.iter().map(|line| line.amount.unwrap().to_cent()).sum();
        prop_assert_eq!(bill.total().unwrap(), sum);
        prop_assert!(bill.lines.iter().all(|line| line.amount.unwrap() >= Money::ZERO));
        prop_assert!(bill.lines.iter().all(|line| line.free <= line.quantity));
    }

    #[test]
    fn more_usage_never_costs_less(which in 0usize..10, n in 0u64..5_000_000_000, more in 0u64..1_000_000_000) {
        let few = of(&parse(&table(which, n))).exact_sum().complete().unwrap();
        let many = of(&parse(&table(which, n + more))).exact_sum().complete().unwrap();
        prop_assert!(many >= few);
    }

    #[test]
    fn it_does_not_matter_in_how_many_pieces_usage_is_given(
        which in 0usize..10, a in 1u64..2_000_000_000, b in 1u64..2_000_000_000,
    ) {
        let whole = of(&parse(&table(which, a + b)));
        let pieces = of(&[parse(&table(which, a)), parse(&table(which, b))].concat());
        // Sizes in bytes do not split into equal fractions of a GB to the last digit.
        let difference = whole.exact_sum().complete().unwrap() - pieces.exact_sum().complete().unwrap();
        prop_assert!(difference.get().abs() < Decimal::new(1, 12), "{:?}", difference);
        prop_assert_eq!(whole.lines.len(), pieces.lines.len());
    }

    #[test]
    fn within_a_tier_cost_is_linear(which in prop::sample::select(vec![1usize, 2, 7, 8]), n in 1u64..100_000) {
        let one = of(&parse(&table(which, n))).exact_sum().complete().unwrap();
        let three = of(&parse(&table(which, 3 * n))).exact_sum().complete().unwrap();
        prop_assert_eq!(three, one + one + one);
    }

    #[test]
    fn a_missing_price_makes_the_bill_a_least_value(which in 0usize..10, n in 1u64..1_000_000) {
        let usage = parse(&table(which, n));
        let meters: Vec<(String, String)> = of(&usage)
            .lines
            .iter()
            .filter(|line| line.status == Some(landfall_catalog::PriceStatus::Listed))
            .map(|line| (line.service.to_owned(), line.meter.to_string()))
            .collect();
        for (service, meter) in meters {
            let mut book = BOOK.clone();
            book.remove(&service, &meter).unwrap();
            let whole = of(&usage);
            let bill = bill(&usage, &book, &CATALOG.meters).unwrap();
            prop_assert_eq!(bill.total(), None);
            prop_assert!(bill.missing().any(|(s, m)| s == service && m == meter));
            // What is known is told, as a least value: the whole less the lines of the meter.
            let without = whole.lines.iter().filter(|line| {
                bill.lines.iter().any(|one| one.meter == line.meter && one.price.is_some())
            });
            let least: Money = without.map(|line| line.amount.unwrap().to_cent()).sum();
            prop_assert_eq!(bill.sum(), Total::AtLeast(least));
            prop_assert!(least <= whole.total().unwrap());
        }
    }
}

#[test]
fn every_region_reads_and_every_row_has_a_source() {
    for region in Catalog::regions() {
        let book = Catalog::prices(region).unwrap();
        for (service, meter, price) in book.iter() {
            for tier in &price.tiers {
                assert!(
                    CATALOG.sources.contains_key(&*tier.source),
                    "{region} {service} {meter}"
                );
            }
        }
    }
}

/// Holds that usage is refused with these words, its line and a way out.
fn refused(text: &str, wanted: &str) {
    let text = format!("schema = 1\n{text}\n");
    let problem = UsageFile::parse(&Source::new("u.toml", &text), &CATALOG).unwrap_err();
    assert!(
        problem.to_string().contains(wanted),
        "{text}\n  gave {problem}"
    );
    let line = problem.to_string();
    assert!(line.starts_with("u.toml:"), "{line}");
    assert!(problem.help.is_some(), "{line}");
}

#[test]
fn bad_usage_is_refused_with_the_way_out() {
    for (text, wanted) in [
        (
            "[[fargate]]\ntasks = 1\nvcpu = 1\nmemory = \"1GB\"\nhours = 1",
            "it may have 2GB, 3GB",
        ),
        (
            "[[fargate]]\ntasks = 1\nvcpu = 3\nmemory = \"4GB\"\nhours = 1",
            "sizes: 0.25, 0.5, 1",
        ),
        (
            "[[fargate]]\ntasks = 1\nvcpu = 8\nmemory = \"16GB\"\nos = \"windows\"",
            "sizes: 1, 2, 4",
        ),
        (
            "[[lambda]]\nrequests = 1\nduration = \"1s\"\nmemory = \"64MB\"",
            "from 128MB to 10GB",
        ),
        (
            "[[lambda]]\nrequests = -1\nduration = \"1s\"\nmemory = \"128MB\"",
            "below zero",
        ),
        (
            "[[ec2]]\ninstance = \"m7g.lrge\"\nhours = 1",
            "did you mean `m7g.large`?",
        ),
        (
            "[[ec2]]\ninstance = \"m7g.large\"\nhours = 1\npurchase = \"sport\"",
            "did you mean `spot`?",
        ),
        ("[[lamda]]\nrequests = 1", "did you mean `lambda`?"),
        (
            "[[sqs]]\nmessages = 1\nsizes = \"1KB\"",
            "did you mean `size`?",
        ),
    ] {
        refused(text, wanted);
    }
}

#[test]
fn usage_beyond_its_bounds_is_refused_with_the_way_out() {
    for (text, wanted) in [
        ("[[alb]]\nhours = \"9e99\"", "hours"),
        (
            "region = \"\"\n[[nat]]\nhours = 1",
            "this is not the name of a region",
        ),
        ("[[logs]]\nfrom = \"lamda\"", "did you mean `lambda`?"),
        ("[[nat]]\nhours = 1000001", "it may be at most 1000000"),
        (
            "[[nat]]\nhours = 1\nprocessed = \"2000PB\"",
            "it may be at most",
        ),
        (
            "[[sqs]]\nmessages = 1\nsize = \"2PB\"",
            "the size of a message of SQS is beyond",
        ),
        (
            "[[s3]]\nputs = 10000000000001",
            "it may be at most 10000000000000",
        ),
        (
            "[[lambda]]\nmemory = \"1GB\"\nduration = \"400d\"",
            "it may be at most 31622400",
        ),
        ("[[nat]]\nhours = \"x\"", "write it like"),
        (
            "[[lambda_managed_instances]]\ninstance = \"m7g.large\"\nprice_per_hour = 0",
            "a price is above $0",
        ),
        (
            "[[lambda_managed_instances]]\ninstance = \"m7g.large\"\nprice_per_hour = \"$1e25\"",
            "write it like \"$0.34\"",
        ),
    ] {
        refused(text, wanted);
    }
}

#[test]
fn start_up_is_that_of_the_nearest_measurement() {
    let catalog = Catalog::embedded().unwrap();
    let law = |runtime, package, architecture, memory_mb| {
        catalog.init_law(runtime, Some(package), architecture, memory_mb)
    };
    let python = law("python3.13", "zip", "x86_64", 600.0).unwrap();
    assert_eq!(
        (python.runtime.as_str(), python.memory_mb),
        ("python3.13", 512.0)
    );
    // Published for that cell: 92, 118 and 187 ms.
    assert!((python.p50_s - 0.092).abs() < 0.001, "{python:?}");
    assert!((python.p99_s - 0.187).abs() < 0.001, "{python:?}");
    let image = law("python3.13", "image", "x86_64", 600.0).unwrap();
    assert!(image.p50_s > python.p50_s, "{image:?}");
    let rust = law("rust", "zip", "arm64", 100.0).unwrap();
    assert_eq!(rust.runtime, "rust (prov.al2023)");
    assert!(law("cobol", "zip", "x86_64", 512.0).is_none());
    for law in &catalog.init_laws {
        assert!(0.0 < law.p50_s && law.p50_s <= law.p99_s, "{law:?}");
        assert!(catalog.sources.contains_key(&law.source), "{law:?}");
    }
    for one in &catalog.snapstart {
        assert!(one.restore_p50_s <= one.restore_p99_s, "{one:?}");
    }
    // Published for Java 17: 601 and 939 ms, without a fee; Python pays for its snapshot.
    let java = catalog.snapstart("java17").unwrap();
    assert!((java.restore_p50_s - 0.601).abs() < 1e-9 && !java.is_billed);
    assert!(catalog.snapstart("python3.13").unwrap().is_billed);
    assert!(catalog.snapstart("nodejs22.x").is_none());
}

#[test]
fn runtimes_have_a_source_and_lead_to_the_newest() {
    let catalog = Catalog::embedded().unwrap();
    for one in &catalog.runtimes {
        assert!(catalog.sources.contains_key(&one.source), "{one:?}");
        if let Some(name) = &one.successor {
            let newest = catalog.runtime(name).unwrap();
            assert!(newest.successor.is_none(), "{one:?}");
        }
        assert!(one.name.starts_with(&one.language), "{one:?}");
    }
    for language in ["python", "nodejs", "java", "dotnet", "ruby", "provided"] {
        let newest = catalog.newest_runtime(language).unwrap();
        assert!(newest.is_supported_on(newest.date), "{newest:?}");
    }
    let version = |name: &str| catalog.runtime(name).unwrap().version().to_owned();
    let versions = ["python3.14", "nodejs24.x", "java21", "java8.al2"].map(version);
    assert_eq!(versions, ["3.14", "24", "21", "8.al2"]);
    // Published: Node.js 20 is deprecated from 30 April 2026 on.
    let node = catalog.runtime("nodejs20.x").unwrap();
    assert!(node.is_supported_on("2026-04-29".parse().unwrap()));
    assert!(!node.is_supported_on("2026-04-30".parse().unwrap()));
}

#[test]
fn a_bad_row_of_prices_is_named_with_its_line_and_the_way_out() {
    let header = "region,service,meter,unit,from,to,price,currency,status,grade,source,date";
    let good = "eu-west-1,nat,hour,h,0,,0.048,USD,listed,A,s,2026-01-01";
    let read = |text: &str| PriceBook::empty("eu-west-1").add_csv("p.csv", text);
    read(&format!("{header}\n{good}\n")).unwrap();
    for (column, value, wanted) in [
        (0, "us-east-1", "the region is `us-east-1`"),
        (1, "", "names no service"),
        (2, "", "names no service, no meter"),
        (3, "", "no unit"),
        (4, "x", "`x` is no number"),
        (4, "5", "does not follow the last"),
        (5, "x", "`x` is no number"),
        (5, "0", "the tier ends where it begins"),
        (6, "", "`` is no number"),
        (6, "-1", "a price of -1 is out of range"),
        (6, "0", "a price of 0 is out of range"),
        (6, "10000000000000000000000000", "is out of range"),
        (6, "1e25", "is out of range"),
        (7, "EUR", "`EUR` is no currency here"),
        (8, "sure", "there is no status `sure`"),
        (9, "E", "there is no grade `E`"),
        (11, "today", "`today` is no date"),
        (11, "2026-01-01,1", "the row has 13 cells, not 12"),
    ] {
        let mut cells: Vec<&str> = good.split(',').collect();
        cells[column] = value;
        let text = format!(
            "{header}\n{good}\n{}\n",
            cells.join(",").replace(",hour,", ",data,")
        );
        let problem = read(&text).unwrap_err();
        let shown = problem.to_string();
        assert!(shown.starts_with("p.csv:3: "), "{shown}");
        assert!(shown.contains(wanted), "{shown}, not {wanted}");
        assert!(problem.help.is_some_and(|help| !help.is_empty()), "{shown}");
    }
    let problem = read("a,b\n1,2\n").unwrap_err();
    assert!(problem.to_string().starts_with("p.csv:1: "), "{problem}");
    assert!(problem.help.unwrap().contains(header));
}

#[test]
fn only_the_name_of_a_region_has_prices() {
    for wrong in ["", ".", "..", "us-east-1/", "/", "us-est-1"] {
        let problem = Catalog::prices(wrong).unwrap_err();
        assert!(problem.help.is_some(), "{problem}");
    }
}

#[test]
fn logs_of_functions_have_a_price_of_their_own_and_at_most_the_common_one() {
    let logs = "[[logs]]\nfrom = \"lambda\"\ningested = \"60TB\"\n";
    let tiered = of(&parse(logs));
    assert_eq!(tiered.lines.len(), 4);
    assert_eq!(tiered.total(), Some("$12800".parse().unwrap()));
    // Where only the common price is known it is taken, as an assumption.
    let mut book = BOOK.clone();
    book.remove("logs", "ingested-lambda").unwrap();
    let flat = bill(&parse(logs), &book, &CATALOG.meters).unwrap();
    assert_eq!(flat.total(), Some("$30720".parse().unwrap()));
    assert_eq!(
        flat.lines[0].status,
        Some(landfall_catalog::PriceStatus::Assumed)
    );
    book.remove("logs", "ingested").unwrap();
    let none = bill(&parse(logs), &book, &CATALOG.meters).unwrap();
    assert_eq!(none.sum(), Total::AtLeast(Money::ZERO));
}

#[test]
fn logs_are_billed_in_binary_gigabytes_wherever_their_price_is_known() {
    // Published: $0.76 a GB in Tokyo.
    let book = Catalog::prices("ap-northeast-1").unwrap();
    let usage = parse("[[logs]]\ningested = \"1TB\"\n");
    let total = bill(&usage, &book, &CATALOG.meters).unwrap().total();
    assert_eq!(total, Some("$778.24".parse().unwrap()));
}
