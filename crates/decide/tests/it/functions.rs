//! Goal: what runs on Lambda is decided by what Lambda does. Method: workloads that once
//! showed a fault, with budget and simulation as the command has them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::LazyLock;

use landfall_catalog::{Catalog, PriceBook};
use landfall_decide::{BUDGET, Decision, Inputs, OptionDecision, decide};
use landfall_framework::{Pack, embedded_pack};
use landfall_source::Source;
use landfall_workload::System;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());
static BOOK: LazyLock<PriceBook> = LazyLock::new(|| Catalog::prices("us-east-1").unwrap());
static PACK: LazyLock<Pack> = LazyLock::new(|| embedded_pack("current", &CATALOG).unwrap());

fn decided(text: &str) -> Decision {
    let system = System::parse(&Source::new("case.toml", text)).unwrap();
    let inputs = Inputs {
        budget: Some(BUDGET),
        ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
    };
    decide(&system, &inputs)
}

fn lambda(decision: &Decision) -> &OptionDecision {
    let options = &decision.workloads[0].options;
    let found = options.iter().find(|option| option.platform == "lambda");
    found.unwrap()
}

/// What a meter of Lambda counts.
fn quantity(option: &OptionDecision, meter: &str) -> f64 {
    let lines = &option.bill.as_ref().unwrap().lines;
    let of = lines
        .iter()
        .filter(|line| line.service == "lambda" && line.meter.starts_with(meter));
    of.map(|line| f64::try_from(line.quantity).unwrap()).sum()
}

const SPILLOVER: &str = include_str!("../cases/provisioned-spillover.toml");
const BURST: &str = include_str!("../cases/burst.toml");

/// 25 million GB-seconds at 38 at once on average: environments kept ready can do no more than
/// they last, and the rest is billed on demand.
#[test]
fn what_is_kept_ready_does_no_more_than_it_can() {
    let decision = decided(SPILLOVER);
    let option = lambda(&decision);
    let held = quantity(option, "provisioned-arm64") + quantity(option, "provisioned-x86_64");
    let ready = quantity(option, "provisioned-duration");
    let on_demand = quantity(option, "duration");
    assert!(ready <= held, "{ready} {held}");
    let work = on_demand + ready;
    assert!((24e6..27e6).contains(&work), "{work}");
    // With all of it on demand the month comes to $666; what is kept ready never makes it
    // dearer, since start-ups are not felt.
    let total = option.monthly.unwrap().total.as_f64();
    assert!((640.0..670.0).contains(&total), "{total}");
    let found = option.configuration.clone().unwrap();
    let (mean, p99, most) = (
        found.mean_count.unwrap(),
        found.p99_count.unwrap(),
        found.max_count.unwrap(),
    );
    assert!((33.0..40.0).contains(&mean), "{mean}");
    assert!(mean < p99 && p99 <= most && most > 230.0, "{p99} {most}");
}

/// Where the load never falls, environments that are kept ready always work, and cost less.
#[test]
fn what_always_works_is_kept_ready() {
    let steady = SPILLOVER
        .replace("diurnal", "steady")
        .replace("peak_to_mean = 5.7", "peak_to_mean = 1");
    let decision = decided(&steady);
    let option = lambda(&decision);
    let found = option.configuration.clone().unwrap();
    let (kept, mean) = (found.provisioned.unwrap(), found.mean_count.unwrap());
    assert!(kept > 0.7 * mean && kept < 1.2 * mean, "{kept} of {mean}");
    let held = quantity(option, "provisioned-arm64") + quantity(option, "provisioned-x86_64");
    let ready = quantity(option, "provisioned-duration");
    assert!(ready > 0.8 * held && ready <= held, "{ready} {held}");
    // The rest spills over.
    assert!(quantity(option, "duration") > 0.0);
}

/// 10,000 events of 2 s at once and 1,000 environments: half a minute of work. What waits is
/// tried again with back-off, so that the slowest are done within minutes, not a quarter of an
/// hour; how quickly is known as a range.
#[test]
fn a_burst_of_events_is_done_within_minutes() {
    let decision = decided(BURST);
    let recommended = decision.workloads[0].recommended().unwrap();
    assert_eq!(recommended.platform, "lambda");
    let option = lambda(&decision);
    let forecast = option.forecast.unwrap();
    let p99_s = forecast.latency.p99_s;
    let (least_s, most_s) = forecast.p99_range_s.unwrap();
    assert!(least_s > 20.0 && least_s < p99_s && p99_s < most_s);
    assert!(p99_s < 180.0 && most_s < 600.0, "{p99_s} {most_s}");
    let total = option.monthly.unwrap().total.as_f64();
    assert!((50.0..65.0).contains(&total), "{total}");
    let because = option.reasons.iter().find(|one| one.rule == "lambda-burst");
    assert!(because.is_some());
}
