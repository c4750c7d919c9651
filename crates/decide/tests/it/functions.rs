//! Goal: what runs on Lambda is decided by what Lambda does. Method: workloads that once
//! showed a fault, with budget and simulation as the command has them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use landfall_decide::{BUDGET, Decision, Inputs, OptionDecision, decide};
use landfall_source::Source;
use landfall_workload::System;

use crate::bound::{BOOK, CATALOG, PACK};

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
    // With all of it on demand the month comes to $666. What is kept ready by the hour saves a
    // part of that: start-ups are not felt.
    let total = option.monthly.unwrap().total.as_f64();
    assert!((600.0..640.0).contains(&total), "{total}");
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
    let hours = found.provisioned.unwrap();
    assert!(hours.is_always(), "{hours:?}");
    let (kept, mean) = (hours.mean(), found.mean_count.unwrap());
    assert!(kept > 0.7 * mean && kept < 1.2 * mean, "{kept} of {mean}");
    let held = quantity(option, "provisioned-arm64") + quantity(option, "provisioned-x86_64");
    let ready = quantity(option, "provisioned-duration");
    assert!(ready > 0.8 * held && ready <= held, "{ready} {held}");
    // The rest spills over.
    assert!(quantity(option, "duration") > 0.0);
}

/// Where the load goes through the day, as many environments are kept ready as pay in each hour:
/// the hours are those of the workload's zone, and what is billed for being kept is their mean.
#[test]
fn what_is_kept_ready_goes_with_the_hours_of_the_day() {
    let at = |zone: &str| {
        let shape = format!("shape = \"diurnal\"\ntime_zone = \"{zone}\"");
        decided(&SPILLOVER.replace("shape = \"diurnal\"", &shape))
    };
    let here = at("UTC");
    let option = lambda(&here);
    let found = option.configuration.clone().unwrap();
    let hours = found.provisioned.unwrap();
    let (two, night) = (hours.ready[14], hours.ready[2]);
    assert!(two == hours.most() && 4 * night < two, "{hours:?}");
    let memory = found.memory_mb.unwrap() / 1024.0;
    let held = quantity(option, "provisioned-arm64") + quantity(option, "provisioned-x86_64");
    let kept = hours.mean() * memory * 730.0 * 3_600.0;
    assert!((held / kept - 1.0).abs() < 1e-3, "{held} {kept}");
    // Hours are those of the zone: two in the afternoon there is five in the morning here.
    let east = at("Asia/Tokyo");
    let there = lambda(&east).configuration.clone().unwrap().provisioned;
    let there = there.unwrap();
    assert_eq!(there.most(), there.ready[14]);
    assert!((there.begins_s - 9.0 * 3_600.0).abs() < 1e-9);
}

/// Start-ups of seconds that are felt: as many are kept ready as each hour needs to be in time,
/// which is none at night.
#[test]
fn start_ups_that_are_felt_are_kept_away_hour_by_hour() {
    for a_month in ["5k", "10k", "20k"] {
        let text = SPILLOVER
            .replace("226M", a_month)
            .replace("227M", a_month)
            .replace("228M", a_month)
            .replace("init = \"900ms\"", "init = \"4s\"");
        let decision = decided(&text);
        let option = lambda(&decision);
        let hours = option.configuration.clone().unwrap().provisioned.unwrap();
        assert!(
            hours.ready[14] >= 1 && hours.ready[2] == 0,
            "{a_month} {hours:?}"
        );
        assert!(
            hours.mean() < 0.6 * f64::from(hours.most()),
            "{a_month} {hours:?}"
        );
        let p99_s = option.forecast.unwrap().latency.p99_s;
        assert!(p99_s <= 1.0, "{a_month} {p99_s}");
    }
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
    println!("10,000 events of 2 s: p99 {p99_s:.1} s, {least_s:.1} to {most_s:.1} s");
    assert!(p99_s < 180.0 && most_s < 600.0, "{p99_s} {most_s}");
    let total = option.monthly.unwrap().total.as_f64();
    assert!((50.0..65.0).contains(&total), "{total}");
    let because = option.reasons.iter().find(|one| one.rule == "lambda-burst");
    assert!(because.is_some());
}
