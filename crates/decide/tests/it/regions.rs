//! Goal: every region of AWS's common partition gets a recommendation, an option is excluded
//! there only where it is known not to be offered, and what is not known is said. Method: all
//! examples in all regions, by closed formulas.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, OptionDecision, Verdict, decide};
use landfall_framework::{Pack, embedded_pack};
use landfall_source::Source;
use landfall_units::Money;
use landfall_workload::System;

struct Bound {
    catalog: Catalog,
    pack: Pack,
}

impl Bound {
    fn new() -> Self {
        let catalog = Catalog::embedded().unwrap();
        let pack = embedded_pack("current", &catalog).unwrap();
        Self { catalog, pack }
    }

    /// A workload file decided in a region, on the pack's day or another.
    fn decide(&self, text: &str, region: &str, day: Option<&str>) -> Decision {
        let lines = text.lines().filter(|line| !line.starts_with("region"));
        let rest = lines.collect::<Vec<_>>().join("\n");
        let text = format!("region = \"{region}\"\n{rest}\n");
        let system = System::parse(&Source::new("region.toml", &text)).unwrap();
        let book = Catalog::prices(region).unwrap();
        let book = book.with_ranges(&self.catalog.spans);
        let inputs = Inputs::by_formulas(&self.pack, &self.catalog, &book);
        let as_of = day.map_or(inputs.as_of, |day| day.parse().unwrap());
        decide(&system, &Inputs { as_of, ..inputs })
    }
}

/// The examples with a wanted name.
fn examples(wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let paths = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = paths.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.retain(|path| wanted(path.file_stem().and_then(|name| name.to_str()).unwrap()));
    let texts = paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    texts.collect()
}

fn because<'o>(option: &'o OptionDecision, rule: &str) -> Option<&'o str> {
    let reason = option.reasons.iter().find(|reason| reason.rule == rule)?;
    Some(&reason.because)
}

fn option<'d>(decision: &'d Decision, id: &str) -> &'d OptionDecision {
    let options = &decision.workloads.first().unwrap().options;
    options.iter().find(|one| one.platform == id).unwrap()
}

/// Examples that between them need most of what a region may lack: a GPU, tables and their
/// streams, a website, a schedule.
const VARIED: [&str; 4] = ["gpu-training", "table-stream", "website", "nightly"];

#[test]
fn every_commercial_region_recommends_something_for_varied_examples() {
    recommends_everywhere(|name| VARIED.iter().any(|one| name.starts_with(one)));
}

#[test]
#[ignore = "takes minutes"]
fn every_commercial_region_recommends_something_for_every_example() {
    recommends_everywhere(|_| true);
}

fn recommends_everywhere(wanted: impl Fn(&str) -> bool) {
    let bound = Bound::new();
    let examples: Vec<String> = examples(wanted);
    assert!(examples.len() >= VARIED.len());
    let commercial = |region: &&str| !region.starts_with("cn-") && !region.starts_with("us-gov-");
    let mut without = Vec::new();
    for region in Catalog::regions().into_iter().filter(commercial) {
        for text in &examples {
            for one in bound.decide(text, region, None).workloads {
                if one.recommended().is_some() {
                    continue;
                }
                // Nothing but a GPU that the region does not sell is a reason.
                let whys = one
                    .options
                    .iter()
                    .filter_map(|one| because(one, "no-configuration"));
                let mut whys = whys.filter(|why| !why.contains("it has no GPU"));
                let gpu = format!("no instance type with a GPU that {region} offers");
                assert!(whys.clone().count() > 0, "{region} {}", one.id);
                assert!(whys.all(|why| why.starts_with(&gpu)), "{region} {}", one.id);
                without.push(region);
            }
        }
    }
    without.dedup();
    assert_eq!(
        without,
        [
            "ap-east-2",
            "ap-southeast-4",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-west-1",
            "mx-central-1"
        ]
    );
}

/// Of the other partitions prices are missing, and no neighbour's stand in for them.
#[test]
fn what_is_not_known_of_china_and_govcloud_is_said() {
    let bound = Bound::new();
    for region in [
        "cn-north-1",
        "cn-northwest-1",
        "us-gov-east-1",
        "us-gov-west-1",
    ] {
        for text in examples(|_| true) {
            for one in bound.decide(&text, region, None).workloads {
                for option in &one.options {
                    let priced = option.monthly.is_some();
                    let open = option.verdict == Verdict::Unpriced;
                    let said = because(option, "unpriced").is_some_and(|why| why.contains(region));
                    assert!(!open || said, "{region} {} {}", one.id, option.platform);
                    assert!(because(option, "price-range").is_none(), "{region}");
                    assert!(!(open && priced), "{region} {}", option.platform);
                }
            }
        }
    }
}

const WEB: &str = "schema = 1\nname = \"web\"\n[[workload]]\nid = \"web\"\ntrigger = \"http\"\n\
                   traffic.volume = \"20M/month\"\nwork.duration.p50 = \"50ms\"\n\
                   work.memory = \"200MB\"\nneeds.kubernetes_api = true\n";

#[test]
fn an_option_is_excluded_only_where_it_is_known_not_to_be_offered() {
    let bound = Bound::new();
    let managed = |region: &str, day: Option<&str>| {
        let decision = bound.decide(WEB, region, day);
        let option = option(&decision, "lambda-managed-instances");
        because(option, "not-in-region").map(str::to_owned)
    };
    let israel = managed("il-central-1", None).unwrap();
    assert_eq!(israel, "not offered in il-central-1 (as of 2026-06-19)");
    assert_eq!(managed("eu-central-1", None), None);
    let early = managed("eu-central-1", Some("2026-01-15")).unwrap();
    assert!(early.contains("as of 2025-11-30"), "{early}");
    // On a day before its launch, that is the reason.
    assert_eq!(managed("eu-central-1", Some("2025-01-15")), None);

    let government = bound.decide(WEB, "us-gov-west-1", None);
    let pods = option(&government, "eks-fargate");
    assert!(because(pods, "not-in-region").is_some() && pods.verdict == Verdict::Excluded);
    // What is not known excludes nothing, and is said.
    let auckland = bound.decide(WEB, "ap-southeast-6", None);
    let pods = option(&auckland, "eks-fargate");
    assert_ne!(pods.verdict, Verdict::Excluded);
    let said = because(pods, "region-unknown").unwrap();
    assert_eq!(said, "whether it is offered in ap-southeast-6 is not known");
    assert!(
        because(
            option(&bound.decide(WEB, "eu-west-1", None), "eks-fargate"),
            "region-unknown"
        )
        .is_none()
    );
}

/// A bill that rests on weak sources says so, with the worst of their grades.
#[test]
fn weak_prices_are_named_where_they_are_much_of_a_bill() {
    let bound = Bound::new();
    let mut seen = 0;
    for region in Catalog::regions() {
        let decision = bound.decide(WEB, region, None);
        for option in &decision.workloads[0].options {
            let Some(bill) = option.bill.as_ref() else {
                continue;
            };
            let Some(total) = bill.total() else { continue };
            let weak: f64 = bill
                .weak()
                .filter_map(|line| line.amount)
                .map(Money::as_f64)
                .sum();
            let said = because(option, "price-grade");
            assert_eq!(
                said.is_some(),
                weak > total.as_f64() * 0.1,
                "{region} {}",
                option.platform
            );
            if let Some(said) = said {
                seen += 1;
                assert!(said.contains("rests on prices of grade C ("), "{said}");
            }
        }
    }
    assert!(seen > 0);
}
