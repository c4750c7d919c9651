//! Holds blueprints against the field's own validators.
//!
//! Every example is built on what is recommended for it, and in full on each platform that
//! is feasible, in each profile; what comes out more than once is looked at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread;

use landfall_blueprint::value::Node;
use landfall_blueprint::{
    File, Format, Graph, Language, Library, Resource, Wanted, Writes, folder, plan, yaml,
};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, Profile, decide};
use landfall_framework::embedded_pack;
use landfall_report::markdown;
use landfall_source::{Source, Span};
use landfall_workload::{FactId, Origin, System, Value};

use crate::checks::{Extent, say};
use crate::docs::root;
use crate::tools::{Places, Result, now, run, timed};

/// Builds everything and holds it against every validator.
pub(crate) fn check(extent: Extent) -> Result<()> {
    let places = Places::installed()?;
    let begun = now();
    let written = write(&places.built, extent)?;
    say(&format!(
        "   {written} blueprints written: {:.0?}",
        begun.elapsed()
    ));
    // Two cores: the long ones side by side.
    let all = [templates, security, the_rest, |places: &Places| {
        timed("CDK", || apps(places))
    }];
    let results: Vec<Result<()>> = thread::scope(|scope| {
        let running: Vec<_> = all.iter().map(|one| scope.spawn(|| one(&places))).collect();
        running
            .into_iter()
            .map(|one| {
                one.join()
                    .unwrap_or_else(|_| Err("a validator stopped".to_owned()))
            })
            .collect()
    });
    results.into_iter().collect::<Result<()>>()?;
    say(&format!("   validators done: {:.0?}", begun.elapsed()));
    Ok(())
}

/// Workloads for the patterns that no example has.
const PATTERNS: &str = "crates/blueprint/tests/patterns";

/// In what surroundings decisions are made.
#[derive(Clone, Copy)]
struct Around {
    profile: Profile,
    /// The account has a network.
    existing: bool,
}

impl Around {
    const ALL: [Self; 6] = {
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

    fn word(self) -> String {
        let network = if self.existing { "given" } else { "made" };
        format!("{}-{network}", self.profile.word())
    }
}

/// The examples and patterns with their decisions.
fn decisions(catalog: &Catalog, around: Around) -> Result<Vec<(String, Decision)>> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    let pack = embedded_pack("current", catalog).map_err(words)?;
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["examples", PATTERNS] {
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
/// Usually as a user gets it who asks for nothing. In full, on what is recommended: every
/// profile, a network made and one given, and every place that results may go. On each
/// platform: every profile for an example, the first for a pattern. Python is looked at where
/// it is recommended, the other language elsewhere.
fn wanted(
    is_example: bool,
    catalog: &Catalog,
    around: Around,
    extent: Extent,
) -> Vec<(String, Wanted)> {
    let is_first = around.profile == Profile::Starter && !around.existing;
    let word = around.word();
    let mut all = Vec::new();
    if is_first {
        // In the language of the file.
        all.push(("chosen-starter-file".to_owned(), Wanted::default()));
    }
    if extent == Extent::Usual {
        return all;
    }
    let chosen = Wanted {
        language: Some(Language::Python),
        ..Wanted::default()
    };
    all.push((format!("chosen-{word}"), chosen.clone()));
    if is_first {
        for (name, writes) in [
            ("objects", Writes::Objects),
            ("objects-and-table", Writes::ObjectsAndTable),
            ("queue", Writes::Queue),
        ] {
            let wanted = Wanted {
                writes: Some(writes),
                ..chosen.clone()
            };
            all.push((format!("chosen-starter-to-{name}"), wanted));
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

/// Every decision in each of these surroundings.
fn decided(rounds: &[Around], catalog: &Catalog) -> Result<Vec<(Around, (String, Decision))>> {
    let mut all = Vec::new();
    for around in rounds {
        let decided = decisions(catalog, *around)?;
        all.extend(decided.into_iter().map(|one| (*around, one)));
    }
    Ok(all)
}

/// Writes every blueprint that there is to look at; gives their number.
fn write(built: &Path, extent: Extent) -> Result<usize> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    if built.exists() {
        std::fs::remove_dir_all(built).map_err(|error| error.to_string())?;
    }
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let library = Library::new().map_err(|fault| fault.to_string())?;
    let mut seen = BTreeSet::new();
    let rounds = match extent {
        Extent::Usual => &Around::ALL[..1],
        Extent::Full => &Around::ALL[..],
    };
    for (around, (name, decision)) in decided(rounds, &catalog)? {
        let record = markdown::decision(&decision, &catalog);
        for (how, wanted) in wanted(is_example(&name), &catalog, around, extent) {
            let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                continue;
            };
            let write = |format| folder(&decision, &planned, format, &record, &library);
            let files = write(Format::CloudFormation).map_err(words)?;
            let template = files.iter().find(|file| file.path == "template.yaml");
            let text = template.map_or("", |file| file.text.as_str());
            let mut shape = shape(text).map_err(words)?;
            if planned.iter().any(|one| one.language == Language::Java) {
                shape.insert(Language::Java.word().to_owned());
            }
            if !seen.insert(shape) {
                continue;
            }
            let place = built.join(format!("{name}-{how}"));
            put(&place, &files)?;
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
            put(&place, &app)?;
        }
    }
    Ok(seen.len())
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

/// What a validator can tell templates apart by: types, properties and what is skipped,
/// without names and numbers. Templates of one shape are looked at once; the numbers of
/// all of them are held against the rules of `blueprint check` by the crate's tests.
fn shape(
    template: &str,
) -> std::result::Result<BTreeSet<String>, Box<landfall_source::Diagnostic>> {
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
    let documents = yaml::read(&Source::new("template.yaml", template))?;
    let graph = documents.first().and_then(Graph::of).unwrap_or_default();
    let one = |one: &Resource| {
        let mut text = one.kind.clone();
        of(&one.properties, &mut text);
        of(&one.metadata, &mut text);
        text
    };
    Ok(graph.resources.iter().map(one).collect())
}

/// Files of that name under the blueprints, by whole path.
fn named(built: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![built.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().is_some_and(wanted) {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// One of each text among files, so that nothing is looked at twice.
fn distinct(paths: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    paths
        .into_iter()
        .filter(|path| seen.insert(std::fs::read(path).unwrap_or_default()))
        .collect()
}

fn strs(paths: &[String]) -> impl Iterator<Item = &str> {
    paths.iter().map(String::as_str)
}

/// The roles that deploy differ by types of resources alone: those of every recommended
/// starter are looked at.
const ROLES: &str = "-chosen-starter-made/deploy-role.yaml";

/// cfn-lint: errors, warnings, informational and experimental rules.
fn templates(places: &Places) -> Result<()> {
    let all = distinct(named(&places.built, &|path| {
        ["/template.yaml", "/code.yaml", ROLES]
            .iter()
            .any(|name| path.ends_with(name))
    }));
    timed("cfn-lint", || {
        for some in all.chunks(40) {
            let arguments: Vec<&str> = ["-c", "I", "-e", "-f", "parseable", "--"]
                .into_iter()
                .chain(strs(some))
                .collect();
            run(&places.python.join("cfn-lint"), &arguments, &places.built)?;
        }
        Ok(format!("{} templates", all.len()))
    })
}

/// Checkov: templates, manifests, Dockerfiles, workflows. Nothing may fail.
fn security(places: &Places) -> Result<()> {
    let checkov = places.python.join("checkov");
    timed("checkov", || {
        let built = places.built.to_string_lossy();
        let arguments = [
            "-d",
            &built,
            "--framework",
            "cloudformation",
            "kubernetes",
            "dockerfile",
            "github_actions",
            "--compact",
            "--quiet",
            "--skip-download",
            "-o",
            "cli",
            "--skip-path",
            "/cdk/",
            "--skip-path",
            "/src/.*/package",
            "--skip-path",
            "^(?!.*-chosen-starter-made).*deploy-role",
        ];
        run(&checkov, &arguments, &places.built)?;
        Ok(String::new())
    })
}

fn the_rest(places: &Places) -> Result<()> {
    let built = &places.built;
    let node = Path::new("node");
    timed("cdk-nag", || {
        let all = named(built, &|path| path.ends_with("/template.yaml"));
        let program = places.tools.join("nag.cjs");
        let program = program.to_string_lossy();
        let arguments: Vec<&str> = std::iter::once(program.as_ref())
            .chain(strs(&all))
            .collect();
        run(node, &arguments, &places.tools)
    })?;
    timed("workflows", || {
        let all = distinct(named(built, &|path| path.ends_with("/deploy.yml")));
        let program = places.tools.join("workflows.cjs");
        let program = program.to_string_lossy();
        let arguments: Vec<&str> = std::iter::once(program.as_ref())
            .chain(strs(&all))
            .collect();
        run(node, &arguments, &places.tools)?;
        let arguments: Vec<&str> = ["--offline", "--quiet", "--pedantic"]
            .into_iter()
            .chain(strs(&all))
            .collect();
        run(&places.python.join("zizmor"), &arguments, built)?;
        let arguments: Vec<&str> = ["--builtin-schema", "vendor.github-workflows"]
            .into_iter()
            .chain(strs(&all))
            .collect();
        run(&places.python.join("check-jsonschema"), &arguments, built)?;
        Ok(format!("{}", all.len()))
    })?;
    timed("Dockerfiles", || {
        let all = distinct(named(built, &|path| path.ends_with("/Dockerfile")));
        let arguments: Vec<&str> = strs(&all).collect();
        run(&places.python.join("hadolint"), &arguments, built)?;
        Ok(format!("{}", all.len()))
    })?;
    timed("manifests", || {
        let all = distinct(named(built, &|path| {
            path.contains("/kubernetes/")
                && path.rsplit('.').next() == Some("yaml")
                && !path.ends_with("kustomization.yaml")
        }));
        let arguments: Vec<&str> = ["--strict"].into_iter().chain(strs(&all)).collect();
        run(
            &places.python.join("kubernetes-validate"),
            &arguments,
            built,
        )?;
        Ok(format!("{}", all.len()))
    })?;
    timed("permissions", || permissions(places))?;
    timed("build.sh and deploy.sh", || scripts(built))?;
    timed("starters", || starters(places))
}

/// The permissions of deploy-role.yaml: what the validators' own data says of every type
/// of resource that is built.
fn permissions(places: &Places) -> Result<String> {
    let path = root().join("crates/blueprint/data/permissions.toml");
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let kinds: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.split_once("\" = "))
        .map(|(kind, _)| kind)
        .collect();
    let program = places.tools.join("permissions.py");
    let program = program.to_string_lossy();
    let arguments: Vec<&str> = std::iter::once(program.as_ref())
        .chain(kinds.iter().copied())
        .collect();
    let python = places.python.join("python3");
    if run(&python, &arguments, &places.tools)? == text {
        Ok(format!("{} types", kinds.len()))
    } else {
        Err("permissions.toml is not what validators/permissions.py writes".to_owned())
    }
}

/// The scripts of blueprints are read by the shell; of each language that packages code,
/// and of one image, they are run, without an account.
fn scripts(built: &Path) -> Result<String> {
    let mut count = 0;
    for name in ["/build.sh", "/deploy.sh"] {
        for path in distinct(named(built, &|path| path.ends_with(name))) {
            run(Path::new("bash"), &["-n", &path], built)?;
            count += 1;
        }
    }
    let all = distinct(named(built, &|path| {
        path.ends_with("/build.sh") && !path.ends_with("/cdk/build.sh")
    }));
    let marks = ["\nwheels ", "esbuild", "javac", "\nimage "];
    let tried = marks.into_iter().filter_map(|mark| {
        let has =
            |path: &&String| std::fs::read_to_string(path).is_ok_and(|text| text.contains(mark));
        all.iter().find(has)
    });
    let tried: BTreeSet<&Path> = tried.filter_map(|path| Path::new(path).parent()).collect();
    let stubs = root().join("validators/stubs");
    let begin = format!(
        "export PATH={}:$PATH APP=app; ./build.sh && ./deploy.sh",
        stubs.display()
    );
    for place in &tried {
        run(Path::new("bash"), &["-c", &begin], place)?;
    }
    // The scripts of the CDK app stand beside the app; they belong above it.
    if let Some(place) = tried.first() {
        let begin = format!(
            "rm -rf ../../as-cdk && cp -r . ../../as-cdk && cd ../../as-cdk && cp cdk/*.sh . && {begin}"
        );
        run(Path::new("bash"), &["-c", &begin], place)?;
    }
    Ok(format!("{count}"))
}

/// Writes settings of the compiler: those that a blueprint ships, for many at once.
fn project(path: &Path, ships: &str, include: &str, options: &[(&str, &str)]) -> Result<()> {
    let ships = root().join("crates/blueprint/data").join(ships);
    let options: BTreeMap<&str, &str> = options.iter().copied().collect();
    let text = serde_json::json!({
        "extends": ships,
        "include": [include],
        "compilerOptions": options,
    });
    std::fs::write(path, text.to_string()).map_err(|error| error.to_string())
}

/// The command of the CDK on the app of every recommended starter: it warns of nothing.
fn synthesise(places: &Places, apps: &Path) -> Result<()> {
    let command = places.tools.join("node_modules/.bin/cdk");
    for entry in std::fs::read_dir(apps)
        .map_err(|error| error.to_string())?
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with("-chosen-starter-made") {
            continue;
        }
        let app = format!("node {}", entry.path().join("cdk/app.js").display());
        let arguments = [
            "synth",
            "--quiet",
            "--strict",
            "--no-notices",
            "--no-version-reporting",
            "--output",
            "cdk.out",
            "--app",
            &app,
        ];
        run(&command, &arguments, &places.built.join(&name).join("cdk"))?;
    }
    Ok(())
}

/// The apps of the CDK: compiled as one project, and each held against its template.
fn apps(places: &Places) -> Result<String> {
    let out = places.tools.join("apps");
    if out.exists() {
        std::fs::remove_dir_all(&out).map_err(|error| error.to_string())?;
    }
    // All apps at once, so that the library is read once.
    let options = [("rootDir", "blueprints"), ("outDir", "apps")];
    let path = places.tools.join("apps.json");
    project(
        &path,
        "cdk/tsconfig.json",
        "blueprints/*/cdk/*.ts",
        &options,
    )?;
    let compiler = places.tools.join("node_modules/.bin/tsc");
    run(&compiler, &["-p", "apps.json"], &places.tools)?;
    synthesise(places, &out)?;
    let built = places.built.to_string_lossy();
    let program = places.tools.join("cdk.cjs");
    let (program, out) = (program.to_string_lossy(), out.to_string_lossy());
    run(Path::new("node"), &[&program, &built, &out], &places.tools)
}

/// The tests of the code to start with in Java, where there is a JDK.
fn starters_in_java(places: &Places, kinds: &[String]) -> Result<usize> {
    let from = root().join("crates/blueprint/data/starters");
    let mut count = 0;
    for kind in kinds {
        let folder = from.join(kind).join("java");
        if !folder.exists() {
            continue;
        }
        let sources = named(&folder, &|path| path.rsplit('.').next() == Some("java"));
        let classes = places.tools.join("classes").join(kind);
        let out = classes.to_string_lossy();
        let options = [
            "--release",
            "8",
            "-Xlint:all,-options",
            "-Werror",
            "-d",
            &out,
        ];
        let arguments: Vec<&str> = options.into_iter().chain(strs(&sources)).collect();
        run(Path::new("javac"), &arguments, &folder)?;
        run(
            Path::new("java"),
            &["-ea", "-cp", &out, "IndexTest"],
            &folder,
        )?;
        count += 1;
    }
    Ok(count)
}

/// The tests of the code to start with, in every language.
fn starters(places: &Places) -> Result<String> {
    let from = root().join("crates/blueprint/data/starters");
    let into = places.tools.join("starters");
    if into.exists() {
        std::fs::remove_dir_all(&into).map_err(|error| error.to_string())?;
    }
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(&from)
        .map_err(|error| error.to_string())?
        .flatten()
    {
        let kind = entry.file_name().to_string_lossy().into_owned();
        for language in ["python", "typescript"] {
            let place = into.join(&kind).join(language);
            std::fs::create_dir_all(&place).map_err(|error| error.to_string())?;
            for file in std::fs::read_dir(entry.path().join(language))
                .map_err(|error| error.to_string())?
                .flatten()
            {
                std::fs::copy(file.path(), place.join(file.file_name()))
                    .map_err(|error| error.to_string())?;
            }
        }
        kinds.push(kind);
    }
    kinds.sort();
    project(
        &into.join("tsconfig.json"),
        "files/tsconfig.json",
        "**/*.ts",
        &[],
    )?;
    for kind in &kinds {
        run(
            &places.python.join("python3"),
            &["-m", "unittest", "-q"],
            &into.join(kind).join("python"),
        )?;
    }
    run(
        &places.tools.join("node_modules/.bin/tsc"),
        &["-p", "."],
        &into,
    )?;
    run(Path::new("node"), &["--test"], &into)?;
    let in_java = match run(Path::new("javac"), &["-version"], &into) {
        Ok(_) => format!("{} in Java", starters_in_java(places, &kinds)?),
        Err(_) => "no JDK, so none in Java".to_owned(),
    };
    Ok(format!("{} kinds in 2 languages, {in_java}", kinds.len()))
}
