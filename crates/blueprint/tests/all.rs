//! Goal: every decision can be built. Method: each example, on each platform that is
//! not excluded, in each profile, with a network made and given; the graph is closed, has
//! an order, and its template reads back as the same graph.

use std::path::Path;

use landfall_blueprint::{Graph, Library, Profile, Wanted, build, plan, write, yaml};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

fn decisions() -> Vec<(String, Decision)> {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let decided = files.iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let system = System::parse(&Source::new(&name, &text)).unwrap();
        let book = Catalog::prices(system.region()).unwrap();
        let inputs = Inputs {
            pack: &pack,
            catalog: &catalog,
            book: &book,
            as_of: pack.as_of,
            people: true,
            seed: 1,
            worlds: 0,
            budget: None,
        };
        (name, decide(&system, &inputs))
    });
    decided.collect()
}

#[test]
fn every_decision_can_be_built() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let out = std::env::var_os("BLUEPRINTS").map(std::path::PathBuf::from);
    let mut built = 0;
    for (name, decision) in decisions() {
        let platforms = catalog.platforms.iter().map(|platform| Some(platform.id.clone()));
        for platform in std::iter::once(None).chain(platforms) {
            for workload in &decision.workloads {
                for (profile, network) in Profile::ALL.iter().flat_map(|one| [(*one, true), (*one, false)]) {
                    let wanted = Wanted {
                        profile,
                        network,
                        platform: platform.clone(),
                        workload: Some(workload.id.clone()),
                        language: None,
                        writes: None,
                    };
                    let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                        continue;
                    };
                    let graph = build(&decision, &planned, profile, &library);
                    let graph = graph.unwrap_or_else(|problem| panic!("{name} {platform:?}: {problem}"));
                    let text = write::cloudformation::template(&graph, "");
                    let read = yaml::read(&Source::new("template.yaml", &text)).unwrap();
                    let again = Graph::of(&read[0]).unwrap();
                    assert!(
                        write::cloudformation::template(&again, "") == text,
                        "{name} {platform:?} does not read back"
                    );
                    if let Some(out) = &out {
                        let on = platform.as_deref().unwrap_or("chosen");
                        let net = if network { "made" } else { "given" };
                        let file = format!("{name}-{}-{on}-{}-{net}.yaml", workload.id, profile.word());
                        std::fs::write(out.join(file), text).unwrap();
                    }
                    built += 1;
                }
            }
        }
    }
    assert!(built > 300, "{built}");
}
