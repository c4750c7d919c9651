//! Goal: a bound is one thing everywhere: rules hold it against their limits, sizing takes
//! the documented default below it, and the decision says so. Method: workloads with bounds
//! from milliseconds to hours and from 1 MB to 64 GB.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use landfall_decide::{Decision, Inputs, WorkloadDecision, decide};
use landfall_source::Source;
use landfall_units::Range;
use landfall_workload::{FactId, System, Value};
use proptest::prelude::*;

use crate::bound::{BOOK, CATALOG, PACK, cases};

fn decided(lines: &str) -> Decision {
    let text = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n{lines}\n");
    let system = System::parse(&Source::new("case.toml", &text)).unwrap();
    decide(&system, &Inputs::by_formulas(&PACK, &CATALOG, &BOOK))
}

fn assumed(one: &WorkloadDecision, fact: FactId) -> (Range<f64>, &str) {
    let found = one.assumed.iter().find(|assumed| assumed.fact == fact);
    let found = found.unwrap();
    match &found.value {
        Value::Quantity(range) => (*range, found.why.as_str()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rules_hold_a_bound_against_their_limits() {
    let within = decided("trigger = \"queue\"\nwork.duration.max = { at_most = \"15min\" }");
    let beyond = decided("trigger = \"queue\"\nwork.duration.max = { at_most = \"20min\" }");
    let asks = |decision: &Decision| {
        let unknown = &decision.workloads[0].unknown;
        unknown.iter().any(|one| one.fact == FactId::DurationMax)
    };
    assert!(!asks(&within), "nothing up to 15 minutes is too long");
    assert!(asks(&beyond), "20 minutes at most may be too long, or not");
}

#[test]
fn defaults_lie_below_a_bound_and_say_so() {
    let decision = decided(
        "trigger = \"queue\"\nwork.memory = { at_most = \"128MB\" }\nwork.duration.max = { at_most = \"300ms\" }",
    );
    let one = &decision.workloads[0];
    let (memory, why) = assumed(one, FactId::Memory);
    assert!((memory.high() - 128.0 * 1_048_576.0).abs() < 1.0);
    assert!(why.ends_with("; the file says at most 128MB"), "{why}");
    let (_, why) = assumed(one, FactId::DurationP50);
    assert!(why.ends_with("; the file says at most 300ms"), "{why}");
    // What is below its bound anyway is as without it.
    let wide = decided("trigger = \"queue\"\nwork.memory = { at_most = \"8GB\" }");
    let none = decided("trigger = \"queue\"");
    assert_eq!(
        assumed(&wide.workloads[0], FactId::Memory),
        assumed(&none.workloads[0], FactId::Memory)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(24)))]

    #[test]
    fn nothing_assumed_is_above_its_bound(
        ms in 1_u32..4_000_000,
        mb in 1_u32..65_536,
        p50 in prop::option::of(0.01..1.0),
        trigger in prop::sample::select(vec!["http", "queue", "schedule", "batch"]),
    ) {
        let p50 = p50.map_or(String::new(), |share: f64| {
            format!("work.duration.p50 = \"{}us\"\n", (share * f64::from(ms) * 1e3).ceil())
        });
        let decision = decided(&format!(
            "trigger = \"{trigger}\"\n{p50}work.duration.max = {{ at_most = \"{ms}ms\" }}\nwork.memory = {{ at_most = \"{mb}MB\" }}"
        ));
        let one = &decision.workloads[0];
        let most_s = f64::from(ms) / 1e3;
        let mut last = [0.0; 3];
        for fact in [FactId::DurationP50, FactId::DurationP99, FactId::DurationMax] {
            if fact == FactId::DurationP50 && !p50.is_empty() {
                continue;
            }
            let (range, _) = assumed(one, fact);
            prop_assert!(range.high() <= most_s * (1.0 + 1e-9), "{}", fact.name());
            let now = [range.low(), range.likely(), range.high()];
            for (before, now) in last.iter().zip(now) {
                prop_assert!(*before <= now, "{} is out of order", fact.name());
            }
            last = now;
        }
        let (memory, _) = assumed(one, FactId::Memory);
        prop_assert!(memory.high() <= f64::from(mb) * 1_048_576.0 * (1.0 + 1e-9));
        prop_assert!(memory.low() > 0.0);
    }
}
