//! Goal: `--as-of` decides by the facts of that day. Method: workloads that stand
//! on one side of a change, decided on both.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_catalog::Catalog;
use landfall_decide::{Inputs, Verdict, WorkloadDecision, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

fn on(day: &str, lines: &str) -> WorkloadDecision {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let book = Catalog::prices("us-east-1").unwrap();
    let text = format!("schema = 1\nname = \"dated\"\n[[workload]]\nid = \"one\"\n{lines}\n");
    let system = System::parse(&Source::new("dated.toml", &text)).unwrap();
    let as_of = day.parse().unwrap();
    let inputs = Inputs {
        as_of,
        ..Inputs::by_formulas(&pack, &catalog, &book)
    };
    decide(&system, &inputs).workloads.remove(0)
}

fn verdict(decision: &WorkloadDecision, id: &str) -> Verdict {
    decision
        .options
        .iter()
        .find(|option| option.platform == id)
        .unwrap()
        .verdict
}

#[test]
fn large_tasks_came_in_2026() {
    let lines = "trigger = \"http\"\nwork.memory = \"180GB\"\nneeds.gpu = false";
    assert_eq!(
        verdict(&on("2021-09-01", lines), "fargate"),
        Verdict::Excluded
    );
    assert_eq!(
        verdict(&on("2026-06-23", lines), "fargate"),
        Verdict::Excluded
    );
    assert_ne!(
        verdict(&on("2026-06-24", lines), "fargate"),
        Verdict::Excluded
    );
}

#[test]
fn windows_came_to_fargate_in_october_2021() {
    let lines = "trigger = \"http\"\npackage.os = \"windows\"";
    assert_eq!(
        verdict(&on("2021-09-01", lines), "fargate"),
        Verdict::Excluded
    );
    assert_ne!(
        verdict(&on("2021-10-28", lines), "fargate"),
        Verdict::Excluded
    );
}

#[test]
fn managed_instances_came_in_2025() {
    let lines = "trigger = \"http\"";
    for (day, lambda, ecs) in [
        ("2021-09-01", false, false),
        ("2025-10-01", false, true),
        ("2025-12-01", true, true),
    ] {
        let decision = on(day, lines);
        let is_out = |id| verdict(&decision, id) == Verdict::Excluded;
        assert_eq!(!is_out("lambda-managed-instances"), lambda, "{day}");
        assert_eq!(!is_out("ecs-managed-instances"), ecs, "{day}");
    }
}
