//! What the tests of blueprints share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use landfall_blueprint::{Graph, Library, Planned, Wanted, build, plan};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, Profile, decide};
use landfall_framework::embedded_pack;
use landfall_source::{Source, Span};
use landfall_workload::{FactId, Origin, System, Value};

/// Every example and every pattern that no example has, decided as a starter in a network of
/// its own.
pub(crate) fn decisions() -> Vec<(String, Arc<Decision>)> {
    decisions_of(Profile::Starter, false)
}

/// Profiles, each with whether the account has a network. The first and the last bring
/// everything, unless all cases are asked for.
pub(crate) fn settings() -> Vec<(Profile, bool)> {
    if is_all() {
        let profiles = Profile::ALL.iter();
        profiles
            .flat_map(|one| [(*one, false), (*one, true)])
            .collect()
    } else {
        vec![(Profile::Starter, false), (Profile::Governed, true)]
    }
}

/// A decision, with the words for the setting that it was made in.
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) setting: String,
    pub(crate) decision: Arc<Decision>,
}

/// Every decision in each of the settings; in one of them, by turns, unless all cases are asked for.
pub(crate) fn in_settings() -> Vec<Set> {
    let mut all = Vec::new();
    for (place, (profile, existing)) in settings().into_iter().enumerate() {
        let network = if existing { "given" } else { "made" };
        let decided = decisions_of(profile, existing).into_iter().enumerate();
        let decided = decided.filter(|(turn, _)| is_all() || turn % settings().len() == place);
        all.extend(decided.map(|(_, (name, decision))| Set {
            name,
            setting: format!("{} {network}", profile.word()),
            decision,
        }));
    }
    all
}

/// Whether everything is asked for.
pub(crate) fn is_all() -> bool {
    std::env::var_os("LANDFALL_ALL_CASES").is_some()
}

/// The same in a profile, in a network that is made or that the account has.
pub(crate) fn decisions_of(profile: Profile, existing: bool) -> Vec<(String, Arc<Decision>)> {
    decisions_named(profile, existing, |_| true)
}

/// A system of two functions, decided as a starter in a network of its own.
pub(crate) fn two_functions() -> Arc<Decision> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/functions/two-functions.toml");
    decisions_in(&[path], Profile::Starter, false).remove(0).1
}

/// One example, decided as a starter in a network of its own.
pub(crate) fn example(name: &str) -> Arc<Decision> {
    let found = decisions_named(Profile::Starter, false, |other| other == name);
    found.into_iter().next().unwrap().1
}

fn decisions_named(
    profile: Profile,
    existing: bool,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<(String, Arc<Decision>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../../examples", "data/patterns", "tests/patterns"].map(|one| here.join(one));
    let entries = folders
        .iter()
        .flat_map(|one| std::fs::read_dir(one).unwrap());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        let is_file = path.extension().is_some_and(|one| one == "toml");
        is_file && is_wanted(&path.file_stem().unwrap().to_string_lossy())
    });
    files.sort();
    decisions_in(&files, profile, existing)
}

/// Decisions that have been made, by file, profile and whether the account has a network: tests ask
/// for the same ones.
static MADE: LazyLock<Mutex<BTreeMap<Asked, Made>>> = LazyLock::new(Mutex::default);
type Asked = (PathBuf, String, bool);
type Made = Arc<OnceLock<Arc<Decision>>>;

pub(crate) fn decisions_in(
    files: &[PathBuf],
    profile: Profile,
    existing: bool,
) -> Vec<(String, Arc<Decision>)> {
    let decided = files.iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let key = (path.clone(), format!("{profile:?}"), existing);
        let made = Arc::clone(MADE.lock().unwrap().entry(key).or_default());
        let decision = made.get_or_init(|| Arc::new(decided(path, &name, profile, existing)));
        (name, Arc::clone(decision))
    });
    decided.collect()
}

fn decided(path: &Path, name: &str, profile: Profile, existing: bool) -> Decision {
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let mut system = System::parse(&Source::new(name, &text)).unwrap();
    for workload in &mut system.workloads {
        let facts = &mut workload.facts;
        facts.set(
            FactId::ExistingNetwork,
            Value::Flag(existing),
            Origin::Given(Span::default()),
        );
    }
    let book = Catalog::prices(system.region()).unwrap();
    let inputs = Inputs {
        profile,
        ..Inputs::by_formulas(&pack, &catalog, &book)
    };
    decide(&system, &inputs)
}

/// What is asked for when one workload is built on one platform.
pub(crate) fn wanted(workload: &str, platform: Option<&str>) -> Wanted {
    Wanted {
        platform: platform.map(str::to_owned),
        workload: Some(workload.to_owned()),
        ..Wanted::default()
    }
}

/// The graph of one workload of an example on a platform, as a starter.
pub(crate) fn starter(
    decisions: &[(String, Arc<Decision>)],
    example: &str,
    platform: &str,
    catalog: &Catalog,
    library: &Library,
) -> Graph {
    let (_, decision) = decisions.iter().find(|(name, _)| name == example).unwrap();
    let id = &decision.workloads[0].id;
    let wanted = Wanted {
        copies: Some(1),
        ..wanted(id, Some(platform))
    };
    let planned: Vec<Planned<'_>> = plan(decision, &wanted, catalog, library).unwrap();
    build(decision, &planned, library).unwrap()
}
