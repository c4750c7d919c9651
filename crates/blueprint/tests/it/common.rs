//! What the tests of blueprints share.

use std::path::Path;

use landfall_blueprint::{Graph, Library, Planned, Profile, Wanted, build, plan};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

/// Every example and every pattern that no example has, decided.
pub(crate) fn decisions() -> Vec<(String, Decision)> {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("../../examples"), here.join("tests/patterns")];
    let entries = folders
        .iter()
        .flat_map(|one| std::fs::read_dir(one).unwrap());
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    let decided = files.iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let system = System::parse(&Source::new(&name, &text)).unwrap();
        let book = Catalog::prices(system.region()).unwrap();
        let inputs = Inputs::by_formulas(&pack, &catalog, &book);
        (name, decide(&system, &inputs))
    });
    decided.collect()
}

/// What is asked for when one workload is built on one platform.
pub(crate) fn wanted(
    workload: &str,
    platform: Option<&str>,
    profile: Profile,
    network: bool,
) -> Wanted {
    Wanted {
        profile,
        network,
        platform: platform.map(str::to_owned),
        workload: Some(workload.to_owned()),
        language: None,
        writes: None,
    }
}

/// The graph of one workload of an example on a platform, as a starter.
pub(crate) fn starter(
    decisions: &[(String, Decision)],
    example: &str,
    platform: &str,
    catalog: &Catalog,
    library: &Library,
) -> Graph {
    let (_, decision) = decisions.iter().find(|(name, _)| name == example).unwrap();
    let id = &decision.workloads[0].id;
    let wanted = wanted(id, Some(platform), Profile::Starter, true);
    let planned: Vec<Planned<'_>> = plan(decision, &wanted, catalog, library).unwrap();
    build(decision, &planned, Profile::Starter, library).unwrap()
}
