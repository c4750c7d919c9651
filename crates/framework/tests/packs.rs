//! Goal: the packs that ship are sound. Method: read them, run their own cases,
//! lint them, and count what they promise to hold.

use landfall_catalog::Catalog;
use landfall_framework::{FindingKind, PACKS, embedded_pack, lint};

#[test]
fn the_current_pack_passes_its_cases_and_covers_every_rule_from_both_sides() {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let report = pack.run_cases(&catalog);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert!(report.cases >= 60, "{} cases", report.cases);
    assert!(
        report.never_fired.is_empty(),
        "never shown to hold: {:?}",
        report.never_fired
    );
    assert!(
        report.never_quiet.is_empty(),
        "never shown not to hold: {:?}",
        report.never_quiet
    );
}

#[test]
fn the_current_pack_has_no_error_and_no_contradiction() {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let findings = lint(&pack, &catalog, pack.as_of);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn the_guide_of_2021_keeps_its_contradictions() {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("startup-guide-2021", &catalog).unwrap();
    let found: Vec<String> = lint(&pack, &catalog, pack.as_of)
        .into_iter()
        .filter(|finding| finding.kind == FindingKind::Contradiction)
        .map(|finding| finding.about)
        .collect();
    for id in [
        "2021-eks-just-containers",
        "2021-fargate-hardware",
        "2021-fargate-memory",
        "2021-fargate-windows",
        "2021-ec2-start",
        "2021-lambda-10gb",
    ] {
        assert!(
            found.iter().any(|about| about == id),
            "{id} is not among {found:?}"
        );
    }
}

/// The guide's tables: 5 + 4 and 2 notes for Lambda, 7 + 4 for EC2, 7 + 3 for
/// Fargate, 5 on ECS or EKS, 7 + 3 use cases, and Batch.
#[test]
fn both_packs_carry_every_statement_of_the_guide_once() {
    let catalog = Catalog::embedded().unwrap();
    let mut wanted = Vec::new();
    for (table, rows) in [
        ("lambda/need", 5),
        ("lambda/want", 4),
        ("lambda/new", 2),
        ("lambda/use", 7),
        ("ec2/need", 7),
        ("ec2/want", 4),
        ("fargate/need", 7),
        ("fargate/want", 3),
        ("ecs-eks", 5),
        ("containers/use", 3),
        ("batch", 1),
    ] {
        wanted.extend((1..=rows).map(|row| format!("{table}/{row}")));
    }
    wanted.sort();
    for name in PACKS {
        let pack = embedded_pack(name, &catalog).unwrap();
        let mut found: Vec<String> = pack
            .rules
            .iter()
            .filter_map(|rule| rule.guide.clone())
            .collect();
        found.sort();
        assert_eq!(found, wanted, "{name}");
    }
}
