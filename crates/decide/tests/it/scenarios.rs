//! Goal: what a decision says about doubt is true. Method: the shipped examples, decided
//! with other seeds, other numbers of scenarios, in other orders, apart and together, and on
//! both sides of the tipping points named.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use landfall_catalog::Catalog;
use landfall_decide::{BUDGET, Decision, Inputs, SCENARIOS, Tipping, WorkloadDecision, decide};
use landfall_framework::{Law, Pack};
use landfall_source::{Source, Span};
use landfall_units::Range;
use landfall_workload::{FactId, Origin, System, Value};

use crate::bound::{BOOK, CATALOG, PACK, first};

const THUMBNAILS: &str = include_str!("../../../../examples/photo-thumbnails.toml");
const STARTUP: &str = include_str!("../../../../examples/startup.toml");
const REPORT: &str = include_str!("../../../../examples/nightly-report.toml");

fn system(text: &str) -> System {
    System::parse(&Source::new("example.toml", text)).unwrap()
}

fn decided(system: &System, seed: u64, scenarios: usize, budget: Option<u64>) -> Decision {
    let inputs = Inputs {
        seed,
        budget,
        scenarios,
        ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
    };
    decide(system, &inputs)
}

fn wins(one: &WorkloadDecision, platform: &str) -> f64 {
    let option = one
        .options
        .iter()
        .find(|option| option.platform == platform);
    option.unwrap().doubt.map_or(0.0, |doubt| doubt.wins)
}

fn confidence(decision: &Decision, at: usize) -> f64 {
    let one = &decision.workloads[at];
    wins(one, &one.recommended().unwrap().platform)
}

#[test]
fn confidence_is_calibrated() {
    // A thousand truths drawn from the same ranges, for options near 80% and others.
    for text in first(1, &[THUMBNAILS, STARTUP]) {
        let system = system(text);
        let said = decided(&system, 1, SCENARIOS, None);
        let truths = decided(&system, 2, SCENARIOS, None);
        for (said, truth) in said.workloads.iter().zip(&truths.workloads) {
            for option in &said.options {
                let (told, found) = (wins(said, &option.platform), wins(truth, &option.platform));
                assert!(
                    (told - found).abs() <= 0.04,
                    "{} {}: said {told}, wins {found}",
                    said.id,
                    option.platform
                );
            }
        }
    }
}

#[test]
fn more_scenarios_narrow_the_estimate() {
    let system = system(THUMBNAILS);
    let spread = |scenarios: usize| {
        let told: Vec<f64> = (0..8)
            .map(|seed| confidence(&decided(&system, seed, scenarios, None), 0))
            .collect();
        let mean = told.iter().sum::<f64>() / told.len() as f64;
        let squares: f64 = told.iter().map(|one| (one - mean).powi(2)).sum();
        (squares / 7.0).sqrt()
    };
    let (few, many) = (spread(25), spread(400));
    assert!(many < few / 2.0, "{few} with 25 scenarios, {many} with 400");
}

#[test]
fn doubt_has_its_order_and_wins_add_up() {
    for text in [THUMBNAILS, STARTUP, REPORT] {
        for one in &decided(&system(text), 3, SCENARIOS, None).workloads {
            let all: f64 = one
                .options
                .iter()
                .map(|option| wins(one, &option.platform))
                .sum();
            assert!(all <= 1.0 + 1e-9, "{}: {all}", one.id);
            for doubt in one.options.iter().filter_map(|option| option.doubt) {
                assert!(doubt.p10 <= doubt.p90, "{}", one.id);
                assert!((0.0..=1.0).contains(&doubt.misses), "{}", one.id);
                assert!(doubt.regret >= landfall_units::Money::ZERO, "{}", one.id);
            }
            let explained: f64 = one.matters.iter().map(|one| one.share).sum();
            assert!(explained <= 1.15, "{}: {explained}", one.id);
        }
    }
}

#[test]
fn the_order_of_workloads_changes_nothing() {
    let forward = decided(&system(STARTUP), 1, 100, Some(20_000));
    let mut turned = system(STARTUP);
    turned.workloads.reverse();
    let turned = decided(&turned, 1, 100, Some(20_000));
    for one in &forward.workloads {
        let other = turned.workloads.iter().find(|other| other.id == one.id);
        let told = |one: &WorkloadDecision| format!("{:?} {:?}", one.options, one.matters);
        assert_eq!(told(one), told(other.unwrap()), "{}", one.id);
    }
}

#[test]
fn a_system_never_costs_more_than_its_workloads_apart() {
    let together = decided(&system(STARTUP), 1, 100, None);
    let expected = |one: &WorkloadDecision| {
        one.recommended()
            .unwrap()
            .monthly
            .unwrap()
            .expected
            .as_f64()
    };
    let mut cost: f64 = together.workloads.iter().map(expected).sum();
    for thing in &together.shared {
        cost -= thing.saved.as_f64();
    }
    let mut apart = 0.0;
    for workload in system(STARTUP).workloads {
        let mut alone = system(STARTUP);
        alone.workloads = vec![workload];
        apart += expected(&decided(&alone, 1, 100, None).workloads[0]);
    }
    assert!(
        cost <= apart * (1.0 + 1e-9),
        "{cost} together, {apart} apart"
    );
}

/// The recommendation with one fact at a value, everything asked anew.
fn with(system: &System, id: &str, tip: &Tipping, value: f64) -> Option<String> {
    let mut moved = system.clone();
    let one = moved.workloads.iter_mut().find(|one| one.id == id);
    let facts = &mut one.unwrap().facts;
    facts.set(
        tip.fact,
        Value::exact(value),
        Origin::Given(Span::default()),
    );
    let decision = decided(&moved, 1, 300, Some(BUDGET));
    let one = decision.workloads.iter().find(|one| one.id == id);
    let best = one.unwrap().recommended();
    best.map(|option| option.platform.clone())
}

/// A schedule that gives the volume, with little work: other options lie far apart by
/// formulas.
const CRON: &str = r#"
schema = 1
name = "cron"
[[workload]]
id = "cron"
trigger = "schedule"
traffic.schedule = "rate(1 minute)"
work.duration = { p50 = "5s", p99 = "8s", max = "20s" }
work.cpu_share = "50%"
work.memory = "256MB"
package = { kind = "zip", runtime = "python3.13" }
targets.finish_within = "1min"
"#;

/// Decides on both sides of each tipping point of a system; gives their number.
fn sides_differ(text: &str) -> usize {
    // Every quantity moves alone, as `--set` moves it; both sides are decided anew.
    const ASIDE: f64 = 1.1;
    let mut seen = 0;
    let system = system(text);
    for one in decided(&system, 1, 300, Some(BUDGET)).workloads {
        for tip in &one.tipping {
            let (Value::Quantity(at), Some(margin)) = (&tip.at, tip.margin) else {
                continue;
            };
            let (inside, outside) = if margin > 1.0 {
                (at.likely() / ASIDE, at.likely() * ASIDE)
            } else {
                (at.likely() * ASIDE, at.likely() / ASIDE)
            };
            assert_eq!(
                with(&system, &one.id, tip, inside).as_ref(),
                Some(&tip.from),
                "{tip:?}"
            );
            assert_eq!(with(&system, &one.id, tip, outside), tip.to, "{tip:?}");
            seen += 1;
        }
    }
    seen
}

#[test]
fn a_tipping_points_two_sides_differ_as_stated() {
    let texts = [THUMBNAILS, CRON, REPORT];
    let texts = first(2, &texts);
    let seen: usize = texts.iter().map(|text| sides_differ(text)).sum();
    assert!(seen > texts.len(), "only {seen} tipping points were tried");
}

#[test]
#[ignore = "decides some hundred times"]
fn every_examples_tipping_points_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            seen += sides_differ(&std::fs::read_to_string(&path).unwrap());
        }
    }
    assert!(seen >= 20, "only {seen} tipping points were tried");
}

#[test]
fn what_follows_from_a_schedule_has_no_tipping_point() {
    let decision = decided(&system(CRON), 1, 50, Some(BUDGET));
    let tips = &decision.workloads[0].tipping;
    assert!(!tips.is_empty());
    let said = [FactId::Volume, FactId::PeakToMean];
    assert!(tips.iter().all(|tip| !said.contains(&tip.fact)), "{tips:?}");
}

/// A catalog and a framework in which nothing is in doubt: every range is its likely value.
fn without_doubt() -> (Catalog, Pack) {
    let (mut catalog, mut pack) = (CATALOG.clone(), PACK.clone());
    let likely = |range: &mut Range<f64>| *range = Range::exact(range.likely());
    for platform in &mut catalog.platforms {
        for parameter in &mut platform.parameters {
            likely(&mut parameter.value);
        }
    }
    pack.parameters
        .iter_mut()
        .for_each(|one| likely(&mut one.value));
    pack.duties
        .iter_mut()
        .for_each(|one| likely(&mut one.hours));
    pack.priors
        .retain(|one| matches!(one.law, Law::Quantiles(_)));
    (catalog, pack)
}

/// Goal: scenarios pass through what is shown. Method: where nothing is in doubt, every
/// scenario is the likely one, and each option costs in it what its headline says.
#[test]
fn scenarios_pass_through_the_configuration_shown() {
    let (catalog, pack) = without_doubt();
    let inputs = Inputs {
        pack: &pack,
        catalog: &catalog,
        scenarios: 8,
        budget: Some(40_000),
        ..Inputs::by_formulas(&pack, &catalog, &BOOK)
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut options = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|end| end != "toml") {
            continue;
        }
        let mut system = system(&std::fs::read_to_string(&path).unwrap());
        for workload in &mut system.workloads {
            let (filled, _) = landfall_decide::assume::fill(&workload.facts, &pack, &catalog);
            workload.facts = filled.narrowed(|_, range| Some(range.likely()));
        }
        let decision = decide(&system, &inputs);
        for option in decision.workloads.iter().flat_map(|one| &one.options) {
            let (Some(doubt), Some(monthly)) = (option.doubt, option.monthly) else {
                continue;
            };
            let shown = monthly.total.to_cent();
            let drawn = (
                doubt.p10.to_cent(),
                doubt.mean.to_cent(),
                doubt.p90.to_cent(),
            );
            let what = format!("{} {}", path.display(), option.platform);
            assert_eq!(drawn, (shown, shown, shown), "{what}");
            let chosen: Vec<_> = option.tried.iter().filter(|one| one.is_chosen).collect();
            assert_eq!(chosen.len(), 1, "{what}");
            let p99_s = option.forecast.unwrap().latency.p99_s;
            assert!((chosen[0].p99_s - p99_s).abs() < 1e-9, "{what}");
            assert!(chosen[0].compute <= monthly.bill, "{what}");
            options += 1;
        }
    }
    assert!(options > 60, "{options}");
}

#[test]
fn environments_are_kept_ready_where_cold_starts_miss_the_target() {
    // An API that answers within half a second and starts in more than one: with little
    // traffic one request in a hundred is cold.
    let at = |a_month: f64| {
        let mut system = system(STARTUP);
        system.workloads.retain(|one| one.id == "api");
        let volume = Value::exact(a_month / landfall_units::SECONDS_PER_MONTH);
        let given = Origin::Given(Span::default());
        system.workloads[0].facts.set(FactId::Volume, volume, given);
        let decision = decided(&system, 1, 100, Some(BUDGET));
        let options = &decision.workloads[0].options;
        let lambda = options.iter().find(|option| option.platform == "lambda");
        lambda.unwrap().clone()
    };
    let (little, much) = (at(30_000.0), at(30_000_000.0));
    let ready = little.configuration.as_ref().unwrap().provisioned;
    assert!(ready.is_some_and(|hours| hours.most() >= 1), "{ready:?}");
    assert!(little.forecast.unwrap().latency.p99_s <= 0.5);
    let billed = little.bill.as_ref().unwrap().lines.iter();
    let held = billed.filter(|line| line.meter.starts_with("provisioned"));
    assert_eq!(held.count(), 2, "{:?}", little.bill);
    assert_eq!(much.configuration.as_ref().unwrap().provisioned, None);
    assert!(much.doubt.unwrap().misses < 0.1, "{:?}", much.doubt);
}

#[test]
fn formulas_stand_in_for_simulation_within_a_tenth() {
    // Scenarios are told by formulas corrected with the simulation of the likely scenario. Here
    // the same option is simulated elsewhere in the range, and held against them.
    let base = system(THUMBNAILS);
    let likely = decided(&base, 1, 0, Some(BUDGET));
    for factor in [0.6, 1.7, 2.5] {
        let mut moved = base.clone();
        let facts = &mut moved.workloads[0].facts;
        let volume = facts.likely(FactId::Volume).unwrap() * factor;
        facts.set(
            FactId::Volume,
            Value::exact(volume),
            Origin::Given(Span::default()),
        );
        let simulated = decided(&moved, 1, 0, Some(BUDGET));
        for platform in ["lambda", "fargate"] {
            let curve = &likely.workloads[0].curve;
            // Between the two points of the curve around it, in proportion of logarithms.
            let a_month = volume * landfall_units::SECONDS_PER_MONTH;
            let above = curve.iter().position(|at| at.a_month >= a_month).unwrap();
            let point = |at: usize| {
                let total = curve[at].totals.iter().find(|(id, _)| id == platform);
                (curve[at].a_month.ln(), total.unwrap().1.as_f64().ln())
            };
            let ((x0, y0), (x1, y1)) = (point(above - 1), point(above));
            let told = (y0 + (y1 - y0) * (a_month.ln() - x0) / (x1 - x0)).exp();
            let options = &simulated.workloads[0].options;
            let option = options.iter().find(|option| option.platform == platform);
            let total = option.unwrap().monthly.unwrap().expected.as_f64();
            assert!(
                (told / total - 1.0).abs() < 0.1,
                "{platform} at {factor}: told {told}, simulated {total}"
            );
        }
    }
}

#[test]
fn reserved_capacity_is_bought_only_where_the_file_says_so() {
    let text = include_str!("../../../../examples/microservices.toml");
    let hosts = |reserves: bool| {
        let mut system = system(text);
        let given = Origin::Given(Span::default());
        let facts = &mut system.workloads[0].facts;
        facts.set(FactId::SpotMarket, Value::Flag(reserves), given);
        let decision = decided(&system, 1, 0, None);
        let options = &decision.workloads[0].options;
        let option = options.iter().find(|option| option.platform == "ecs-ec2");
        option.unwrap().clone()
    };
    let (plain, reserved) = (hosts(false), hosts(true));
    let meters = |option: &landfall_decide::OptionDecision| {
        let lines = option.bill.as_ref().unwrap().lines.iter();
        lines
            .filter(|line| line.meter.ends_with("reserved-1y"))
            .count()
    };
    assert_eq!((meters(&plain), meters(&reserved)), (0, 1));
    assert!(reserved.monthly.unwrap().bill < plain.monthly.unwrap().bill);
}
