//! Writes the blueprints that the validators look at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use landfall_blueprint::value::Node;
use landfall_blueprint::{
    File, FleetWanted, Format, Language, Library, Resource, Wanted, Writes, build, fleet, folder,
    patterns, plan,
};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, Profile, decide};
use landfall_framework::embedded_pack;
use landfall_report::markdown;
use landfall_source::{Source, Span};
use landfall_workload::{FactId, Origin, System, Value};

use crate::checks::Extent;
use crate::docs::root;
use crate::tools::Result;

/// Workloads that no example has: those of patterns that ship, and those of tests.
const WORKLOADS: [&str; 3] = ["examples", PATTERNS, "crates/blueprint/tests/patterns"];
/// Where the workloads of patterns stand.
const PATTERNS: &str = "crates/blueprint/data/patterns";
/// A system of two functions, for what they have in common in a template of SAM.
pub(crate) const FUNCTIONS: &str = "crates/blueprint/tests/functions";
/// An example, and a platform with pods that is nowhere recommended: one of its workloads is looked at
/// there, whatever the extent.
const PODS: (&str, &str) = ("microservices", "eks-ec2");

/// What names begin with of what is recommended, and of what patterns ask for.
const CHOSEN: &str = "chosen-";
const PATTERN: &str = "pattern-";

/// In what surroundings decisions are made.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    profile: Profile,
    /// The account has a network.
    existing: bool,
}

impl Around {
    pub(crate) const ALL: [Self; 6] = {
        let [starter, hardened, governed] = Profile::ALL;
        let (existing, made) = (true, false);
        [
            Self {
                profile: starter,
                existing: made,
            },
            Self {
                profile: starter,
                existing,
            },
            Self {
                profile: hardened,
                existing: made,
            },
            Self {
                profile: hardened,
                existing,
            },
            Self {
                profile: governed,
                existing: made,
            },
            Self {
                profile: governed,
                existing,
            },
        ]
    };

    pub(crate) fn word(self) -> String {
        let network = if self.existing { "given" } else { "made" };
        format!("{}-{network}", self.profile.word())
    }
}

/// The examples and patterns with their decisions.
fn decisions(
    catalog: &Catalog,
    around: Around,
    folders: &[&str],
) -> Result<Vec<(String, Decision)>> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    let pack = embedded_pack("current", catalog).map_err(words)?;
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(root().join(folder)).map_err(|error| error.to_string())?;
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    let mut decided = Vec::new();
    for path in files {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let mut system = System::parse(&Source::new(&name, &text)).map_err(words)?;
        for workload in &mut system.workloads {
            let (fact, value) = (FactId::ExistingNetwork, Value::Flag(around.existing));
            workload
                .facts
                .set(fact, value, Origin::Given(Span::default()));
        }
        let book = Catalog::prices(system.region()).map_err(words)?;
        let inputs = Inputs {
            profile: around.profile,
            ..Inputs::by_formulas(&pack, catalog, &book)
        };
        decided.push((name, decide(&system, &inputs)));
    }
    Ok(decided)
}

fn is_example(name: &str) -> bool {
    root().join(format!("examples/{name}.toml")).exists()
}

/// Everything that is asked of a decision, with a name for each.
///
/// Usually what patterns ask for, what a user gets who asks for nothing, and pods once. In full, on what is
/// recommended: every profile, a network made and one given, and every place that results may
/// go. On each platform: every profile for an example, the first for a pattern. Python is looked
/// at where it is recommended, the other language elsewhere.
fn wanted(
    (name, decision): (&str, &Decision),
    catalog: &Catalog,
    around: Around,
    extent: Extent,
) -> Vec<(String, Wanted)> {
    let is_example = is_example(name);
    let is_first = around.profile == Profile::Starter && !around.existing;
    let word = around.word();
    let mut all = of_patterns(name, around);
    if is_first {
        // In the language of the file.
        all.push((format!("{CHOSEN}starter-file"), Wanted::default()));
    }
    if extent == Extent::Usual {
        if name == PODS.0 {
            let pods = Wanted {
                platform: Some(PODS.1.to_owned()),
                workload: decision.workloads.first().map(|one| one.id.clone()),
                ..Wanted::default()
            };
            all.push((format!("{}-{word}", PODS.1), pods));
        }
        return all;
    }
    let chosen = Wanted {
        language: Some(Language::Python),
        ..Wanted::default()
    };
    all.push((format!("{CHOSEN}{word}"), chosen.clone()));
    if is_first {
        for writes in Writes::ALL {
            let wanted = Wanted {
                writes: Some(vec![writes]),
                ..chosen.clone()
            };
            all.push((format!("to-{}", writes.word()), wanted));
        }
    }
    if !around.existing && (is_example || is_first) {
        for platform in &catalog.platforms {
            let wanted = Wanted {
                platform: Some(platform.id.clone()),
                language: Some(Language::TypeScript),
                ..Wanted::default()
            };
            all.push((format!("{}-{word}", platform.id), wanted));
        }
    }
    all
}

/// What patterns ask of the decision of their file, with a name for each, in a network that is made.
fn of_patterns(name: &str, around: Around) -> Vec<(String, Wanted)> {
    if around.existing {
        return Vec::new();
    }
    let all = patterns().unwrap_or_default().into_iter();
    let of_file = all.filter(|one| one.workload == name);
    let wanted = of_file.map(|one| {
        (
            format!("{PATTERN}{}-{}", one.name, around.word()),
            Wanted {
                language: Some(Language::Python),
                ..one.wanted
            },
        )
    });
    wanted.collect()
}

/// Every decision in each of these surroundings, also of workload files in other folders.
pub(crate) fn decided(
    rounds: &[Around],
    catalog: &Catalog,
    besides: &[&str],
) -> Result<Vec<(Around, (String, Decision))>> {
    let folders = [&WORKLOADS[..], besides].concat();
    let mut all = Vec::new();
    for around in rounds {
        let decided = decisions(catalog, *around, &folders)?;
        all.extend(decided.into_iter().map(|one| (*around, one)));
    }
    Ok(all)
}

/// A fleet, as the jobs that run it are looked at.
fn jobs() -> FleetWanted {
    FleetWanted {
        source: "s3://workloads/services".to_owned(),
        results: "s3://workloads/results/fleet.parquet".to_owned(),
        shards: 16,
        region: "us-east-1".to_owned(),
        arguments: Vec::new(),
    }
}

/// A blueprint that may be looked at.
struct Candidate<'d> {
    place: PathBuf,
    /// An example or a pattern as it is, in one of the profiles.
    is_asked: bool,
    decision: &'d Decision,
    wanted: Wanted,
    /// What it is made of, as far as an extent looks at it; with the languages of its code.
    parts: BTreeSet<String>,
}

/// Writes every blueprint that there is to look at; gives their number.
pub(crate) fn write(built: &Path, extent: Extent) -> Result<usize> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    if built.exists() {
        std::fs::remove_dir_all(built).map_err(|error| error.to_string())?;
    }
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let library = Library::new().map_err(|fault| fault.to_string())?;
    let rounds = match extent {
        Extent::Usual => &Around::ALL[..1],
        Extent::Full => &Around::ALL[..],
    };
    put(
        &built.join("fleet"),
        &fleet(&jobs(), &library).map_err(words)?,
    )?;
    let decided = decided(rounds, &catalog, &[])?;
    let mut candidates = Vec::new();
    for (around, (name, decision)) in &decided {
        for (how, wanted) in wanted((name, decision), &catalog, *around, extent) {
            let Ok(planned) = plan(decision, &wanted, &catalog, &library) else {
                continue;
            };
            let graph = build(decision, &planned, &library).map_err(words)?;
            let resources = graph.resources.iter();
            let mut parts: BTreeSet<String> = match extent {
                Extent::Usual => resources.flat_map(paths).collect(),
                Extent::Full => resources.map(shape).collect(),
            };
            parts.extend(planned.iter().map(|one| one.language.word().to_owned()));
            // Manifests are in no graph.
            let writes = wanted.writes.as_ref().is_some_and(|all| !all.is_empty());
            let pods = planned.iter().filter(|one| one.is_kubernetes());
            parts.extend(pods.map(|one| {
                let (platform, blocks) = (&one.option.platform, one.blocks.join(" "));
                format!("pods on {platform} of {blocks}, which write: {writes}")
            }));
            candidates.push(Candidate {
                is_asked: [CHOSEN, PATTERN].iter().any(|word| how.starts_with(word)),
                place: built.join(format!("{name}-{how}")),
                decision,
                wanted,
                parts,
            });
        }
    }
    let chosen = match extent {
        Extent::Usual => with_every_part(Vec::new(), candidates, NEW_PARTS),
        Extent::Full => {
            let (asked, others) = candidates.into_iter().partition(|one| one.is_asked);
            with_every_part(of_every_shape(asked), others, 1)
        }
    };
    for one in &chosen {
        write_one(one, &catalog, &library)?;
    }
    Ok(chosen.len())
}

/// One of each shape.
fn of_every_shape(candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let mut seen = BTreeSet::new();
    let all = candidates.into_iter();
    all.filter(|one| seen.insert(one.parts.clone())).collect()
}

/// A blueprint with fewer new parts than this is left to the full run.
const NEW_PARTS: usize = 5;

/// Those that are chosen, and few more that have nearly every part between them: the next is the one
/// with the most parts that none before has, as long as these are so many.
fn with_every_part<'d>(
    mut chosen: Vec<Candidate<'d>>,
    mut candidates: Vec<Candidate<'d>>,
    least: usize,
) -> Vec<Candidate<'d>> {
    let parts = chosen.iter().flat_map(|one| one.parts.iter().cloned());
    let mut seen: BTreeSet<String> = parts.collect();
    loop {
        let new = |one: &Candidate<'_>| one.parts.difference(&seen).count();
        let next = (0..candidates.len())
            .rev()
            .max_by_key(|place| candidates.get(*place).map_or(0, new));
        match next {
            Some(place) if candidates.get(place).is_some_and(|one| new(one) >= least) => {
                let one = candidates.swap_remove(place);
                seen.extend(one.parts.iter().cloned());
                chosen.push(one);
            }
            _ => return chosen,
        }
    }
}

/// Writes a blueprint in every format that it has.
fn write_one(one: &Candidate<'_>, catalog: &Catalog, library: &Library) -> Result<()> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    let Candidate {
        place,
        decision,
        wanted,
        ..
    } = one;
    let planned = plan(decision, wanted, catalog, library).map_err(words)?;
    let record = markdown::decision(decision, catalog);
    let write = |format| folder(decision, &planned, format, &record, library);
    let files = write(Format::CloudFormation).map_err(words)?;
    put(place, &files)?;
    // What the app has besides: it stands beside the template, to be compared.
    let mut app = write(Format::Cdk).map_err(words)?;
    let is_new = |file: &File| {
        files
            .iter()
            .all(|other| other.path != file.path || other.text != file.text)
    };
    app.retain(is_new);
    for file in app.iter_mut().filter(|file| !file.path.starts_with("cdk/")) {
        file.path = format!("cdk/{}", file.path);
    }
    put(place, &app)?;
    let mut stacks = write(Format::TerraformStack).map_err(words)?;
    stacks.retain(|file| file.path.starts_with("terraform/"));
    put(place, &stacks)?;
    // SAM describes functions alone.
    if let Ok(mut functions) = write(Format::Sam) {
        functions.retain(is_new);
        for file in &mut functions {
            file.path = format!("sam/{}", file.path);
        }
        put(place, &functions)?;
    }
    // The configuration of resources has the same path as that of stacks.
    let mut native = write(Format::Terraform).map_err(words)?;
    native.retain(is_new);
    for file in &mut native {
        file.path = format!("native/{}", file.path);
    }
    put(place, &native)
}

fn put(place: &Path, files: &[File]) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for file in files {
        let path = place.join(&file.path);
        let parent = path.parent().unwrap_or(place);
        std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        std::fs::write(&path, &file.text).map_err(|error| error.to_string())?;
        if file.is_program {
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&path, mode).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// The properties of a resource, and the rules that it does not meet, each by its path.
fn paths(one: &Resource) -> BTreeSet<String> {
    fn of(node: &Node, path: &str, found: &mut BTreeSet<String>) {
        for (key, inner) in node.entries() {
            of(inner, &format!("{path}/{key}"), found);
        }
        for item in node.items() {
            of(item, path, found);
        }
        if let Some((name, argument)) = node.call() {
            of(argument, &format!("{path} {name}"), found);
        }
        // Rules have their names there.
        let rule = node.text().filter(|_| path.ends_with("/id"));
        found.insert(format!("{path} {}", rule.unwrap_or_default()));
    }
    let mut found = BTreeSet::new();
    of(&one.properties, &one.kind, &mut found);
    of(&one.metadata, &format!("{} says", one.kind), &mut found);
    found
}

/// What a validator can tell resources apart by: the type, properties and what is skipped, without
/// names and numbers. The numbers of all templates are held against the rules of `blueprint check`
/// by the crate's tests.
fn shape(one: &Resource) -> String {
    fn of(node: &Node, out: &mut String) {
        for (key, inner) in node.entries() {
            out.push_str(key);
            out.push('{');
            of(inner, out);
            out.push('}');
        }
        let items: BTreeSet<String> = node
            .items()
            .iter()
            .map(|item| {
                let mut inner = String::new();
                of(item, &mut inner);
                inner
            })
            .collect();
        for item in items {
            out.extend(["[", item.as_str(), "]"]);
        }
        if let Some((name, argument)) = node.call() {
            out.push_str(name);
            of(argument, out);
        }
    }
    let mut text = one.kind.clone();
    of(&one.properties, &mut text);
    of(&one.metadata, &mut text);
    text
}
