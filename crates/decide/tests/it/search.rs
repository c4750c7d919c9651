//! What sizing finds: no neighbour of it does the work for less, and asking for more never
//! costs less.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use landfall_catalog::Date;
use landfall_decide::{BUDGET, Decision, Inputs, OptionDecision, decide};
use landfall_source::Source;
use landfall_workload::{System, TraceSummary};

use crate::bound::{BOOK, CATALOG, PACK, first, is_all};

/// A step in the traffic: 10 requests a second, and more for the hour after noon of each day.
fn stepped_to(high: f64, min_tasks: u32, target: &str) -> System {
    let text = format!(
        r#"
        schema = 1
        name = "step"
        [team]
        engineers = 4
        [[workload]]
        id = "step"
        trigger = "http"
        purpose = "microservice"
        traffic = {{ volume = "10/s", shape = "steady" }}
        work = {{ duration = {{ p50 = "50ms", p99 = "60ms", max = "1s" }}, cpu_share = "90%", threads = 1, memory = "200MB", memory_added = "2MB", init = "2s", request = "1KB", response = "5KB" }}
        package = {{ kind = "image", size = "200MB", os = "linux", architectures = ["x86_64", "arm64"] }}
        targets = {{ latency_p99 = "{target}", success = "99.9%", min_tasks = {min_tasks} }}
        "#
    );
    let mut system = System::parse(&Source::new("step.toml", &text)).unwrap();
    let low = 10.0;
    let mean = (23.0 * low + high) / 24.0;
    let minute = |minute: usize| {
        let is_high = minute / 60 == 12;
        ((if is_high { high } else { low }) / mean) as f32
    };
    let summary = TraceSummary {
        requests: mean * 86_400.0,
        rate_per_s: mean,
        peak_to_mean: high / mean,
        shape: (0..1_440).map(minute).collect(),
        skipped: 0,
    };
    system.workloads[0].learn_trace(&summary);
    system
}

fn stepped(min_tasks: u32, target: &str) -> System {
    stepped_to(50.0, min_tasks, target)
}

fn decided(system: &System) -> Decision {
    let inputs = Inputs {
        budget: Some(BUDGET),
        ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
    };
    decide(system, &inputs)
}

fn option<'d>(decision: &'d Decision, platform: &str) -> &'d OptionDecision {
    let mut options = decision.workloads[0].options.iter();
    options.find(|one| one.platform == platform).unwrap()
}

/// A few small tasks, and not a few of the largest size: the next size is tried before a
/// larger one.
#[test]
fn a_step_in_the_traffic_is_served_by_small_tasks() {
    let decision = decided(&stepped(2, "1s"));
    let fargate = option(&decision, "fargate");
    let configuration = fargate.configuration.as_ref().unwrap();
    let bill = fargate.monthly.unwrap().bill;
    assert!(bill.as_f64() < 286.0, "{bill}");
    assert!(configuration.vcpus.unwrap() <= 2.0);
    assert!(fargate.forecast.is_some_and(|one| one.latency.p99_s <= 1.0));
}

/// Where a step is higher than any size of a task could bridge, tasks stand for it.
#[test]
fn tasks_stand_for_a_high_step() {
    let decision = decided(&stepped_to(500.0, 2, "1s"));
    let fargate = option(&decision, "fargate");
    let configuration = fargate.configuration.as_ref().unwrap();
    assert!(configuration.min_count.unwrap() > 2.0, "{configuration:?}");
    assert!(fargate.forecast.is_some_and(|one| one.latency.p99_s <= 1.0));
}

/// Metrics of 20 s, since June 2026, are read where a step is bridged by fewer tasks that
/// stand; they never make it dearer, and before there are none.
#[test]
fn high_resolution_metrics_are_read_where_they_are_cheaper() {
    let on = |day: Date, high: f64, target: &str| {
        let inputs = Inputs {
            budget: Some(BUDGET),
            as_of: day,
            ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
        };
        let decision = decide(&stepped_to(high, 2, target), &inputs);
        let found = option(&decision, "fargate");
        let bill = found.monthly.unwrap().bill.as_f64();
        let high_resolution = found.configuration.as_ref().unwrap().high_resolution;
        (bill, high_resolution)
    };
    let mut read = 0;
    for &(high, target) in first(1, &[(50.0, "1s"), (60.0, "300ms"), (500.0, "1s")]) {
        let (before, early) = on(Date::constant(2026, 6, 10), high, target);
        let (after, late) = on(Date::constant(2026, 6, 20), high, target);
        assert!(!early, "{high} {target}");
        assert!(
            after <= before * 1.005,
            "{high} {target}: {after} after {before}"
        );
        read += u32::from(late);
        println!("{high} {target}: {before} {after} {late}");
    }
    assert!(read > 0);
}

/// A service that starts in minutes holds capacity for what arrives in the meantime: it meets
/// its target, and never costs less than one that starts at once.
#[test]
fn a_slow_start_is_held_for() {
    let slow = include_str!("../cases/slow-start.toml");
    let quick = slow.replace("4min", "2s");
    let steep = slow
        .replace("20M/month", "200M/month")
        .replace("\"diurnal\"", "\"business-hours\"")
        .replace("peak_to_mean = 3", "peak_to_mean = 12");
    let steep_and_quick = steep.replace("4min", "2s");
    let pairs = [(slow, quick.as_str()), (&steep, &steep_and_quick)];
    for &(slow, quick) in first(1, &pairs) {
        let [slow, quick] = [slow, quick]
            .map(|text| decided(&System::parse(&Source::new("case.toml", text)).unwrap()));
        for platform in ["fargate", "ecs-ec2", "eks-ec2"] {
            let (slow, quick) = (option(&slow, platform), option(&quick, platform));
            assert_eq!(slow.meets_targets, Some(true), "{platform}");
            let (bill, other) = (slow.monthly.unwrap().bill, quick.monthly.unwrap().bill);
            let ratio = bill.as_f64() / other.as_f64();
            assert!(ratio >= 0.99, "{platform}: {bill} and {other}");
        }
    }
}

/// Bills of every option in an order of more and more asked for.
fn never_cheaper(asked: &[System]) {
    let mut before: Vec<(String, f64)> = Vec::new();
    for system in asked {
        let decision = decided(system);
        for (platform, least) in &mut before {
            let now = option(&decision, platform);
            // What misses its targets is no answer to compare.
            if let Some(monthly) = now.monthly.filter(|_| now.meets_targets == Some(true)) {
                let bill = monthly.bill.as_f64();
                assert!(bill >= *least * 0.995, "{platform}: {bill} after {least}");
                *least = bill;
            }
        }
        if before.is_empty() {
            let options = decision.workloads[0].options.iter();
            let met = options.filter(|one| one.meets_targets == Some(true));
            let bills =
                met.filter_map(|one| Some((one.platform.clone(), one.monthly?.bill.as_f64())));
            before = bills.collect();
        }
    }
    assert!(before.len() >= 5, "{before:?}");
}

#[test]
fn a_tighter_target_never_makes_it_cheaper() {
    let targets = if is_all() {
        &["10s", "2s", "1s", "300ms"][..]
    } else {
        &["10s", "1s"]
    };
    let asked: Vec<System> = targets.iter().map(|target| stepped(2, target)).collect();
    never_cheaper(&asked);
}

#[test]
fn more_tasks_kept_never_make_it_cheaper() {
    let tasks = if is_all() {
        &[1, 2, 4, 12][..]
    } else {
        &[1, 12]
    };
    let asked: Vec<System> = tasks.iter().map(|tasks| stepped(*tasks, "1s")).collect();
    never_cheaper(&asked);
}

/// Of about the cheapest the fewest copies: a few tasks for 20,000 connections, and for 500
/// requests a second half as many as of the smallest size; larger ones cost more than that is
/// worth. For ten times as many, a few more and larger ones.
#[test]
fn a_few_larger_copies_stand_for_many_small_ones() {
    let rest500 = include_str!("../cases/rest500.toml");
    let rest5000 = rest500.replace("\"500/s\"", "\"5000/s\"");
    for (text, most) in [
        (include_str!("../cases/chat20k.toml"), 8.0),
        (rest500, 84.0),
        (rest5000.as_str(), 130.0),
    ] {
        let decision = decided(&System::parse(&Source::new("case.toml", text)).unwrap());
        for platform in ["fargate", "ecs-ec2", "ecs-managed-instances"] {
            let configuration = option(&decision, platform).configuration.as_ref().unwrap();
            let copies = configuration.max_count.unwrap();
            assert!(copies <= most, "{platform}: {configuration:?}");
        }
    }
}
