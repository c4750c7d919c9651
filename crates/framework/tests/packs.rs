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

/// A pack based on `current`, with files of its own.
fn based(
    files: &[(&str, &str)],
    catalog: &Catalog,
) -> landfall_source::Result<landfall_framework::Pack> {
    let head = "name = \"own\"\nversion = \"1\"\ntitle = \"t\"\nas_of = \"2026-11-29\"\nbase = \
                \"current\"\n";
    let mut sources = vec![landfall_source::Source::new("pack.toml", head)];
    let own = files.iter();
    sources.extend(own.map(|(name, text)| landfall_source::Source::new(name, text)));
    landfall_framework::Pack::parse(&sources, catalog)
}

const GPU: &str = "[[prior]]\nfact = \"needs.gpu\"\nweights = { true = 50, false = 50 }\nwhy = \
                   \"w\"\nsource = \"landfall-reasoning\"\ndate = \"2026-11-29\"\ngrade = \"C\"\n";

#[test]
fn a_pack_with_one_row_keeps_all_others_of_its_base() {
    let catalog = Catalog::embedded().unwrap();
    let current = embedded_pack("current", &catalog).unwrap();
    let parameter = "[[parameter]]\nname = \"zones\"\nunit = \"count\"\nvalue = \"3\"\nmeaning = \
                     \"m\"\nsource = \"landfall-judgement\"\n";
    let own = based(
        &[("priors.toml", GPU), ("parameters.toml", parameter)],
        &catalog,
    )
    .unwrap();
    assert_eq!(own.parameters.len(), current.parameters.len());
    assert!((own.parameter("zones").unwrap().likely() - 3.0).abs() < 1e-9);
    let of_gpu = |pack: &landfall_framework::Pack| {
        let gpu = landfall_workload::FactId::Gpu;
        pack.priors.iter().filter(|row| row.fact == gpu).count()
    };
    assert_eq!(of_gpu(&own), 1);
    assert_eq!(
        own.priors.len() - 1,
        current.priors.len() - of_gpu(&current)
    );
    // In the same order of facts.
    let order = |pack: &landfall_framework::Pack| {
        let mut facts: Vec<_> = pack.priors.iter().map(|row| row.fact).collect();
        facts.dedup();
        facts
    };
    assert_eq!(order(&own), order(&current));
    assert_eq!(own.assumptions, current.assumptions);
}

#[test]
fn a_prior_that_cannot_fit_is_refused() {
    let catalog = Catalog::embedded().unwrap();
    let late = format!(
        "{GPU}{}",
        GPU.replace(
            "weights",
            "when = { fact = \"purpose\", is = \"website\" }\nweights"
        )
    );
    let quantity = GPU.replace(
        "weights",
        "when = { fact = \"work.memory\", above = \"1GB\" }\nweights",
    );
    for (text, said) in [
        (late, "after one for all workloads"),
        (quantity, "asks of the quantity"),
    ] {
        let refused = based(&[("priors.toml", &text)], &catalog).unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
}
