//! Goal: every pattern becomes a blueprint in every format and profile, and no rule finds a mistake
//! in it. Method: each pattern is decided as a user's file is; its folder is written in each format,
//! SAM where all are functions; its templates are read back and checked, also what SAM makes. The
//! places that results go to are in the template and told to the code.

use std::collections::BTreeSet;

use landfall_blueprint::check::Checker;
use landfall_blueprint::{
    FedBy, Format, Library, Pattern, Reads, Wanted, Writes, folder, patterns, plan,
};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, Profile, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

use crate::common::is_all;

fn all() -> Vec<Pattern> {
    patterns().unwrap_or_else(|fault| panic!("{fault}"))
}

fn decided(text: &str, profile: Profile, catalog: &Catalog) -> Decision {
    let system = System::parse(&Source::new("workload.toml", text)).unwrap();
    let pack = embedded_pack("current", catalog).unwrap();
    let book = Catalog::prices(system.region()).unwrap();
    let inputs = Inputs {
        profile,
        ..Inputs::by_formulas(&pack, catalog, &book)
    };
    decide(&system, &inputs)
}

#[test]
fn every_pattern_is_written_in_every_format_and_profile_without_a_mistake() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let checker = Checker::new(&catalog).unwrap();
    let mut written = 0;
    for (place, profile) in Profile::ALL.into_iter().enumerate() {
        // Each in one profile, by turns, unless all cases are asked for.
        let turns = all().into_iter().enumerate();
        let turns = turns.filter(|(turn, _)| is_all() || turn % Profile::ALL.len() == place);
        for (_, pattern) in turns {
            let decision = decided(pattern.text, profile, &catalog);
            let name = format!("{} {}", pattern.name, profile.word());
            let planned = plan(&decision, &pattern.wanted, &catalog, &library);
            let planned = planned.unwrap_or_else(|problem| panic!("{name}: {problem}"));
            let are_functions = planned.iter().all(landfall_blueprint::Planned::is_function);
            let pods = planned
                .iter()
                .any(landfall_blueprint::Planned::is_kubernetes);
            for format in Format::ALL {
                if format == Format::Sam && !are_functions {
                    continue;
                }
                let files = folder(&decision, &planned, format, "", &library);
                let files = files.unwrap_or_else(|problem| panic!("{name} {format:?}: {problem}"));
                let manifests = files
                    .iter()
                    .any(|file| file.path.starts_with("kubernetes/"));
                assert_eq!(manifests, pods, "{name} {format:?}");
                for file in files
                    .iter()
                    .filter(|file| file.path.ends_with("template.yaml"))
                {
                    let looked = checker.look(&Source::new(&file.path, &file.text)).unwrap();
                    let looked = looked.unwrap();
                    assert!(
                        looked.findings.is_empty(),
                        "{name} {format:?}: {:?}",
                        looked.findings
                    );
                    assert!(
                        looked.unread.is_empty(),
                        "{name} {format:?}: {:?}",
                        looked.unread
                    );
                }
                written += 1;
            }
        }
    }
    assert!(written > if is_all() { 600 } else { 200 }, "{written}");
}

#[test]
fn patterns_have_names_of_their_own_and_cover_what_can_be_asked_for() {
    let all = all();
    let names: BTreeSet<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    for one in &all {
        assert!(
            !one.says.ends_with('.') && !one.says.is_empty(),
            "{}",
            one.name
        );
    }
    let written: BTreeSet<Writes> = all
        .iter()
        .flat_map(|one| one.wanted.writes.iter().flatten().copied())
        .collect();
    assert_eq!(written, Writes::ALL.into_iter().collect());
    let read: BTreeSet<Reads> = all
        .iter()
        .flat_map(|one| one.wanted.reads.iter().copied())
        .collect();
    assert_eq!(read, Reads::ALL.into_iter().collect());
    let fed: BTreeSet<FedBy> = all.iter().filter_map(|one| one.wanted.fed_by).collect();
    assert_eq!(fed, FedBy::ALL.into_iter().collect());
}

/// What a run asks for comes before what the pattern asks for.
#[test]
fn what_is_asked_for_comes_before_the_pattern() {
    let all = all();
    let pattern = all
        .iter()
        .find(|one| one.name == "queue-to-fargate")
        .unwrap();
    let asked = Wanted {
        writes: Some(vec![Writes::Bus]),
        ..Wanted::default()
    };
    let wanted = pattern.with(asked);
    assert_eq!(wanted.platform.as_deref(), Some("fargate"));
    assert_eq!(wanted.writes, Some(vec![Writes::Bus]));
}

/// Places to write to stand beside each other, on every platform that has them; what cannot stand
/// in front of a trigger is refused.
#[test]
fn places_compose_and_what_has_no_place_is_refused() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let all = all();
    let names = [
        "RESULT_BUCKET",
        "TABLE",
        "OUTPUT_QUEUE",
        "TOPIC",
        "OUTPUT_BUS",
        "OUTPUT_STREAM",
        "DELIVERY_STREAM",
        "STATE_MACHINE",
        "SECRET",
    ];
    let platforms = [
        ("queue-to-lambda", "lambda"),
        ("queue-to-lambda", "fargate"),
        ("queue-to-lambda", "ecs-ec2"),
        ("schedule-to-lambda", "batch-fargate"),
        ("jobs-to-batch", "batch-ec2"),
        ("balancer-to-fargate", "ecs-managed-instances"),
    ];
    for (name, platform) in platforms {
        let pattern = all.iter().find(|one| one.name == name).unwrap();
        let decision = decided(pattern.text, Profile::Starter, &catalog);
        let wanted = Wanted {
            platform: Some(platform.to_owned()),
            writes: Some(Writes::ALL.to_vec()),
            reads: Reads::ALL.to_vec(),
            ..Wanted::default()
        };
        let planned = plan(&decision, &wanted, &catalog, &library).unwrap();
        let files = folder(&decision, &planned, Format::CloudFormation, "", &library).unwrap();
        let template = files
            .iter()
            .find(|file| file.path == "template.yaml")
            .unwrap();
        for variable in names {
            assert!(
                template.text.contains(variable),
                "{name} {platform} {variable}"
            );
        }
        let readme = files.iter().find(|file| file.path == "README.md").unwrap();
        assert!(
            readme.text.contains("the stream by the hour"),
            "{}",
            readme.text
        );
    }
    let pattern = all
        .iter()
        .find(|one| one.name == "schedule-to-lambda")
        .unwrap();
    let decision = decided(pattern.text, Profile::Starter, &catalog);
    let wanted = Wanted {
        fed_by: Some(FedBy::Topic),
        ..Wanted::default()
    };
    let refused = plan(&decision, &wanted, &catalog, &library).unwrap_err();
    assert!(refused.message.contains("--fed-by topic"), "{refused}");
}
