//! Goal: what runs a fleet is built and checked as anything else. Method: the templates are closed, read
//! back and have no finding; the jobs may reach their two prefixes alone; addresses that a policy or a
//! script would read in another way are refused.

use landfall_blueprint::check::Checker;
use landfall_blueprint::{FleetWanted, Graph, Library, fleet, yaml};
use landfall_catalog::Catalog;
use landfall_source::Source;

fn wanted() -> FleetWanted {
    FleetWanted {
        source: "s3://in/services".to_owned(),
        results: "s3://out/results/fleet.parquet".to_owned(),
        shards: 16,
        region: "eu-west-1".to_owned(),
        arguments: vec!["--scenarios".to_owned(), "200".to_owned()],
    }
}

fn text<'f>(files: &'f [landfall_blueprint::File], path: &str) -> &'f str {
    let file = files.iter().find(|file| file.path == path);
    &file.unwrap_or_else(|| panic!("{path}")).text
}

#[test]
fn a_fleet_has_no_finding() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let library = Library::new().unwrap();
    let files = fleet(&wanted(), &library).unwrap_or_else(|problem| panic!("{problem}"));
    for path in ["template.yaml", "code.yaml"] {
        let source = Source::new(path, text(&files, path));
        let read = yaml::read(&source).unwrap();
        let graph = Graph::of(&read[0]).unwrap();
        graph.closed().unwrap_or_else(|fault| panic!("{fault:?}"));
        assert!(graph.openings().is_ok());
        let found = checker.check_graph(&graph, path);
        assert!(found.is_empty(), "{path}: {found:?}");
    }
    let role = yaml::read(&Source::new("t", text(&files, "template.yaml"))).unwrap();
    let graph = Graph::of(&role[0]).unwrap();
    let role = format!("{:?}", graph.get("FleetRole").unwrap().properties);
    for wanted in [
        "s3:::in/services*",
        "s3:::out/results/fleet*",
        "s3:::in",
        "s3:::out",
    ] {
        assert!(role.contains(wanted), "{wanted}: {role}");
    }
    insta::assert_snapshot!(text(&files, "kubernetes/fleet/fleet.yaml"));
    let yaml = text(&files, "kubernetes/fleet/fleet.yaml");
    assert!(yaml::read(&Source::new("fleet.yaml", yaml)).is_ok());
}

#[test]
fn what_jobs_cannot_use_is_refused() {
    let library = Library::new().unwrap();
    let refused = |change: &dyn Fn(&mut FleetWanted)| {
        let mut one = wanted();
        change(&mut one);
        fleet(&one, &library).unwrap_err().to_string()
    };
    for source in [
        "services",
        "gs://in/services",
        "s3://",
        "s3://In/x",
        "s3://in/a*",
        "s3://in/${AWS::AccountId}",
        "s3://in/a'b",
        "s3://in/a b",
        "s3://in/a\nb",
    ] {
        let said = refused(&|one| source.clone_into(&mut one.source));
        assert!(said.contains("no address that jobs can use"), "{said}");
    }
    assert!(
        refused(&|one| "s3://out/results/".clone_into(&mut one.results)).contains("names no table")
    );
    assert!(refused(&|one| one.shards = 1).contains("no 1 shards"));
    assert!(refused(&|one| one.shards = 10_001).contains("no 10001 shards"));
}
