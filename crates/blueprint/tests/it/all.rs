//! Goal: every decision can be built. Method: each example and pattern, on each platform that is
//! not excluded, in each profile, with a network made and given. The graph is closed and
//! has an order, in which what no reference tells comes first as well; its template reads
//! back as the same graph; no rule finds a mistake.

use landfall_blueprint::check::{Checker, hidden};
use landfall_blueprint::{Graph, Library, Profile, build, plan, write, yaml};
use landfall_catalog::Catalog;
use landfall_source::Source;

use crate::common::{decisions, wanted};

#[test]
fn every_decision_can_be_built() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let mut built = 0;
    for (name, decision) in decisions() {
        let platforms = catalog
            .platforms
            .iter()
            .map(|platform| Some(platform.id.clone()));
        for platform in std::iter::once(None).chain(platforms) {
            for workload in &decision.workloads {
                for (profile, network) in Profile::ALL
                    .iter()
                    .flat_map(|one| [(*one, true), (*one, false)])
                {
                    let wanted = wanted(&workload.id, platform.as_deref(), profile, network);
                    let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                        continue;
                    };
                    let graph = build(&decision, &planned, profile, &library);
                    let graph =
                        graph.unwrap_or_else(|problem| panic!("{name} {platform:?}: {problem}"));
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
                    let found = checker.check_graph(&graph, "template.yaml");
                    assert!(found.is_empty(), "{name} {platform:?}: {found:?}");
                    built += 1;
                }
            }
        }
    }
    assert!(built > 900, "{built}");
}
