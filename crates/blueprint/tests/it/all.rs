//! Goal: every decision can be built. Method: each example and pattern, on each platform that is
//! not excluded, in each profile, with a network made and given (one of these six, unless all
//! cases are asked for). The graph is closed and
//! has an order, in which what no reference tells comes first as well; its template reads
//! back as the same graph; no rule finds a mistake.

use landfall_blueprint::check::{Checker, hidden};
use landfall_blueprint::{Graph, Library, build, plan, write, yaml};
use landfall_catalog::Catalog;
use landfall_source::Source;

use landfall_decide::Decision;

use crate::common::{Set, in_settings, is_all, wanted};

struct Place<'c> {
    catalog: &'c Catalog,
    checker: Checker<'c>,
    library: Library,
}

#[test]
fn every_decision_can_be_built() {
    let catalog = Catalog::embedded().unwrap();
    let place = Place {
        checker: Checker::new(&catalog).unwrap(),
        library: Library::new().unwrap_or_else(|fault| panic!("{fault}")),
        catalog: &catalog,
    };
    let mut built = 0;
    for Set { name, decision, .. } in in_settings() {
        let platforms = place.catalog.platforms.iter();
        let platforms = platforms.map(|platform| Some(platform.id.as_str()));
        for platform in std::iter::once(None).chain(platforms) {
            for workload in &decision.workloads {
                let built_one = holds(&place, &name, &decision, platform, &workload.id);
                built += usize::from(built_one);
            }
        }
    }
    assert!(built > if is_all() { 900 } else { 150 }, "{built}");
}

/// Whether it can be built; what is built holds.
fn holds(
    place: &Place<'_>,
    name: &str,
    decision: &Decision,
    platform: Option<&str>,
    workload: &str,
) -> bool {
    let library = &place.library;
    let wanted = wanted(workload, platform);
    let Ok(planned) = plan(decision, &wanted, place.catalog, library) else {
        return false;
    };
    let graph = build(decision, &planned, library);
    let graph = graph.unwrap_or_else(|problem| panic!("{name} {platform:?}: {problem}"));
    let text = write::cloudformation::template(&graph, "");
    let claims = text.contains("that meets the targets");
    assert!(
        !claims || planned[0].option.meets_targets == Some(true),
        "{name} {platform:?} claims to meet targets"
    );
    let read = yaml::read(&Source::new("template.yaml", &text)).unwrap();
    let again = Graph::of(&read[0]).unwrap();
    assert!(
        write::cloudformation::template(&again, "") == text,
        "{name} {platform:?} does not read back"
    );
    let lost: Vec<_> = hidden(&graph)
        .iter()
        .flat_map(|need| need.missing(&graph))
        .map(str::to_owned)
        .collect();
    assert!(
        lost.is_empty(),
        "{name} {platform:?} does not wait for {lost:?}"
    );
    let found = place.checker.check_graph(&graph, "template.yaml");
    assert!(found.is_empty(), "{name} {platform:?}: {found:?}");
    true
}
