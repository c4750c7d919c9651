//! Goal: what an option needs beyond what an account is given is said. Method: one service, small
//! and large, in regions with other quotas.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_catalog::{Catalog, Counted};
use landfall_decide::{Decision, Inputs, decide};
use landfall_source::Source;
use landfall_workload::System;

use crate::bound::{CATALOG, PACK};

fn decided(rate: &str, duration: &str, region: &str, door: &str) -> Decision {
    decided_as("http", rate, duration, region, door)
}

fn decided_as(trigger: &str, rate: &str, duration: &str, region: &str, more: &str) -> Decision {
    let text = format!(
        "schema = 1\nname = \"quotas\"\nregion = \"{region}\"\n[[workload]]\nid = \"api\"\ntrigger = \
         \"{trigger}\"\n{more}\ntraffic = {{ volume = \"{rate}\", shape = \"steady\", \
         peak_to_mean = 1 }}\nwork = {{ duration = \"{duration}\", cpu_share = 0.7, memory = \"400MB\", \
         request = \"1KB\", response = \"1KB\" }}\n"
    );
    let system = System::parse(&Source::new("quotas.toml", &text)).unwrap();
    let book = Catalog::prices(region).unwrap();
    let book = book.with_ranges(&CATALOG.spans);
    decide(&system, &Inputs::by_formulas(&PACK, &CATALOG, &book))
}

/// The quotas that an option passes, in words.
fn passed(decision: &Decision, id: &str) -> Vec<String> {
    let mut options = decision.workloads.iter().flat_map(|one| &one.options);
    let option = options.find(|one| one.platform == id).unwrap();
    let reasons = option.reasons.iter().filter(|one| one.rule == "quota");
    reasons.map(|one| one.because.clone()).collect()
}

#[test]
fn an_api_has_the_quota_of_its_region() {
    for (rate, region, most) in [
        ("9000/s", "eu-west-1", None),
        ("11000/s", "eu-west-1", Some("10000")),
        ("2000/s", "eu-south-2", None),
        ("9000/s", "eu-south-2", Some("2500")),
    ] {
        let said = passed(
            &decided(rate, "100ms", region, "front_door = \"http-api\""),
            "lambda",
        );
        assert_eq!(
            said.len(),
            usize::from(most.is_some()),
            "{rate} {region}: {said:?}"
        );
        if let (Some(said), Some(most)) = (said.first(), most) {
            let wanted = format!("and {most} are given: ask AWS to raise it");
            assert!(
                said.contains("requests a second") && said.ends_with(&wanted),
                "{said}"
            );
        }
    }
}

#[test]
fn a_service_of_many_tasks_passes_the_quotas_of_tasks_targets_and_addresses() {
    assert_eq!(
        passed(&decided("500/s", "100ms", "us-east-1", ""), "fargate"),
        [""; 0]
    );
    let said = passed(&decided("1M/s", "2s", "us-east-1", ""), "fargate").join("\n");
    for wanted in [
        "targets of an Application",
        "tasks of a service",
        "addresses of a private",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn copies_pass_the_quotas_of_what_they_share() {
    let services = |copies: u32| {
        let more = format!("copies = {copies}\nfront_door = \"alb\"");
        passed(&decided("10/s", "100ms", "us-east-1", &more), "fargate").join("\n")
    };
    assert!(
        !services(100).contains("target groups"),
        "{}",
        services(100)
    );
    let wanted = "101 target groups of an Application Load Balancer";
    assert!(services(101).contains(wanted), "{}", services(101));
    let readers = |trigger: &str, copies: u32| {
        let more = format!("copies = {copies}");
        let decision = decided_as(trigger, "10/s", "100ms", "us-east-1", &more);
        passed(&decision, "lambda").join("\n")
    };
    assert!(!readers("table-stream", 2).contains("readers"));
    assert!(!readers("queue", 3).contains("readers"));
    let said = readers("table-stream", 3);
    assert!(
        said.contains("3 readers of a shard of a table's stream"),
        "{said}"
    );
}

#[test]
fn every_quota_counts_once_in_every_region() {
    let at = ["http-api", "alb", "fargate", "ecs-ec2", "lambda"];
    for region in Catalog::regions() {
        let all: Vec<Counted> = CATALOG
            .surroundings
            .quotas(region, &at)
            .map(|one| one.of)
            .collect();
        assert_eq!(all.len(), 7, "{region}: {all:?}");
    }
}
