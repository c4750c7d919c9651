//! Holds blueprints against the field's own validators.
//!
//! Examples are built on what is recommended for them, and patterns as they are: as many as have
//! nearly every property between them. In full, all of them on each platform that is feasible, in each
//! profile; what comes out more than once is looked at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread;

use crate::chapters::run_page;
use crate::checks::{Extent, say};
use crate::docs::root;
use crate::tools::{Places, Result, now, run, timed};
use crate::{node_client, sam, sam_written, scripts, written};

/// Builds everything and holds it against every validator.
pub(crate) fn check(extent: Extent) -> Result<()> {
    let places = Places::installed()?;
    let begun = now();
    let count = written::write(&places.built, extent)?;
    say(&format!(
        "   {count} blueprints written: {:.0?}",
        begun.elapsed()
    ));
    roles(&places, extent)?;
    // Two cores: the long ones side by side.
    let all: [Validators<'_>; 4] = [
        &|| templates(&places),
        &|| security(&places, extent),
        &|| the_rest(&places, extent),
        &|| timed("CDK", || apps(&places, extent)),
    ];
    let results: Vec<Result<()>> = thread::scope(|scope| {
        let running: Vec<_> = all.iter().map(|one| scope.spawn(one)).collect();
        running
            .into_iter()
            .map(|one| {
                one.join()
                    .unwrap_or_else(|_| Err("a validator stopped".to_owned()))
            })
            .collect()
    });
    results.into_iter().collect::<Result<()>>()?;
    timed("SAM, as written", || sam_written::check(&places, extent))?;
    say(&format!("   validators done: {:.0?}", begun.elapsed()));
    Ok(())
}

/// Validators that run beside others.
type Validators<'p> = &'p (dyn Fn() -> Result<()> + Sync);

/// Files of that name under the blueprints, by whole path.
pub(crate) fn named(built: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
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
pub(crate) fn distinct(paths: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    paths
        .into_iter()
        .filter(|path| seen.insert(std::fs::read(path).unwrap_or_default()))
        .collect()
}

/// A file of the project itself.
fn own(path: &str) -> String {
    root().join(path).to_string_lossy().into_owned()
}

fn strs(paths: &[String]) -> impl Iterator<Item = &str> {
    paths.iter().map(String::as_str)
}

/// Where the roles that deploy are put to be looked at.
const ROLES: &str = "roles";

/// Roles that deploy differ by types of resources alone: in full those of all starters are looked
/// at, usually the one of each format that may do the most. Puts them into a folder of their own.
fn roles(places: &Places, extent: Extent) -> Result<()> {
    for format in ["", "sam/", "native/"] {
        let mut all = named(&places.built, &|path| {
            path.ends_with(&format!("/{format}deploy-role.yaml"))
                && path.contains("-starter-")
                && (!format.is_empty() || !path.contains("/sam/") && !path.contains("/native/"))
        });
        all = distinct(all);
        let size = |path: &String| std::fs::metadata(path).map_or(0, |found| found.len());
        all.sort_by_key(|path| std::cmp::Reverse(size(path)));
        if extent == Extent::Usual {
            all.truncate(1);
        }
        if all.is_empty() {
            return Err(format!("no blueprint has {format}deploy-role.yaml"));
        }
        for (number, path) in all.iter().enumerate() {
            let name = format!("{}{number}", format.replace('/', "-"));
            let to = places.built.join(ROLES).join(name);
            std::fs::create_dir_all(&to).map_err(|error| error.to_string())?;
            std::fs::copy(path, to.join("deploy-role.yaml")).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// cfn-lint: errors, warnings, informational and experimental rules.
fn templates(places: &Places) -> Result<()> {
    let roles = format!("/{ROLES}/");
    let all = distinct(named(&places.built, &|path| {
        let is_template = ["/template.yaml", "/code.yaml"]
            .iter()
            .any(|name| path.ends_with(name));
        is_template || path.contains(&roles)
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

/// Checkov: templates, manifests, Dockerfiles, workflows; in full, what is hardened for Terraform,
/// too. Nothing may fail.
fn security(places: &Places, extent: Extent) -> Result<()> {
    let checkov = places.python.join("checkov");
    if extent == Extent::Full {
        timed("checkov, for Terraform", || {
            let is_hardened = |path: &str| {
                path.ends_with("/native/terraform/main.tf") && path.contains("-hardened-")
            };
            let all = named(&places.built, &is_hardened);
            let hardened = places.tools.join("hardened");
            if hardened.exists() {
                std::fs::remove_dir_all(&hardened).map_err(|error| error.to_string())?;
            }
            for path in &all {
                let from = Path::new(path).parent().unwrap_or(&places.built);
                let own = from.strip_prefix(&places.built).unwrap_or(from);
                copied(from, &hardened.join(own))?;
            }
            let folder = hardened.to_string_lossy();
            let fixed = ["--framework", "terraform", "--compact", "--quiet"];
            let besides = ["--skip-download", "-o", "cli", "-d", &folder];
            let arguments = [&fixed[..], &besides[..]].concat();
            run(&checkov, &arguments, &hardened)?;
            Ok(format!("{} folders", all.len()))
        })?;
    }
    let skipped = format!("^(?!.*{ROLES}/).*deploy-role");
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
            &skipped,
        ];
        run(&checkov, &arguments, &places.built)?;
        Ok(String::new())
    })
}

/// Copies the files of a folder.
fn copied(from: &Path, to: &Path) -> Result<()> {
    let words = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(to).map_err(words)?;
    for file in std::fs::read_dir(from).map_err(words)?.flatten() {
        std::fs::copy(file.path(), to.join(file.file_name())).map_err(words)?;
    }
    Ok(())
}

fn the_rest(places: &Places, extent: Extent) -> Result<()> {
    let built = &places.built;
    let node = Path::new("node");
    timed("cdk-nag", || {
        // It reads templates of CloudFormation alone; what SAM makes of the others is the same.
        let is_read = |path: &str| path.ends_with("/template.yaml") && !path.contains("/sam/");
        let all = named(built, &is_read);
        let program = places.tools.join("nag.cjs");
        let program = program.to_string_lossy();
        let arguments: Vec<&str> = std::iter::once(program.as_ref())
            .chain(strs(&all))
            .collect();
        run(node, &arguments, &places.tools)
    })?;
    timed("workflows", || {
        let mut all = distinct(named(built, &|path| path.ends_with("/deploy.yml")));
        // And the project's own.
        all.push(own(".github/workflows/release.yml"));
        let action = own("action.yml");
        let program = places.tools.join("workflows.cjs");
        let program = program.to_string_lossy();
        let arguments: Vec<&str> = std::iter::once(program.as_ref())
            .chain(strs(&all))
            .collect();
        run(node, &arguments, &places.tools)?;
        let arguments: Vec<&str> = ["--offline", "--quiet", "--pedantic", &action]
            .into_iter()
            .chain(strs(&all))
            .collect();
        run(&places.python.join("zizmor"), &arguments, built)?;
        let arguments: Vec<&str> = ["--builtin-schema", "vendor.github-workflows"]
            .into_iter()
            .chain(strs(&all))
            .collect();
        let schema = places.python.join("check-jsonschema");
        run(&schema, &arguments, built)?;
        let arguments = ["--builtin-schema", "vendor.github-actions", &action];
        run(&schema, &arguments, built)?;
        Ok(format!("{}", all.len() + 1))
    })?;
    timed("Dockerfiles", || {
        let mut all = distinct(named(built, &|path| path.ends_with("/Dockerfile")));
        all.push(own("Dockerfile"));
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
    timed("Terraform's formatter", || formatted(built))?;
    timed("Terraform", || valid(places))?;
    timed("permissions", || permissions(places))?;
    timed("SAM", || sam::check(places))?;
    timed("build.sh and deploy.sh", || scripts::check(built, extent))?;
    timed("starters", || starters(places))?;
    if extent == Extent::Full {
        timed("the book's way to a stack", || {
            run_page(places, "deploying.md", &[])
        })?;
    }
    Ok(())
}

/// Terraform, or `OpenTofu`, finds nothing to format, where one of them is installed.
fn formatted(built: &Path) -> Result<String> {
    let programs = ["terraform", "tofu"].map(Path::new);
    let mut programs = programs.into_iter();
    let Some(program) = programs.find(|one| run(one, &["version"], built).is_ok()) else {
        return Ok("left out: neither `terraform` nor `tofu` is installed".to_owned());
    };
    run(
        program,
        &["fmt", "-check", "-recursive", "-diff", "."],
        built,
    )?;
    let count = named(built, &|path| path.ends_with("/main.tf")).len();
    Ok(format!("{count} folders"))
}

/// Terraform's own `validate`, by the program where one is installed and else by a library, against
/// the schema of the provider of AWS.
fn valid(places: &Places) -> Result<String> {
    let built = &places.built;
    let programs = ["terraform", "tofu"];
    let is_there = |one: &&str| run(Path::new(one), &["version"], built).is_ok();
    let program = programs.into_iter().find(is_there).unwrap_or("-");
    let all = named(built, &|path| path.ends_with("/terraform/main.tf"));
    let folders: Vec<String> = all
        .iter()
        .filter_map(|path| Some(path.strip_suffix("/main.tf")?.to_owned()))
        .collect();
    let script = places.tools.join("terraform.py");
    let kept = places.tools.join("terraform-schema.json");
    let (script, kept) = (script.to_string_lossy(), kept.to_string_lossy());
    let python = places.python.join("python3");
    let refused = places.tools.join("refused");
    std::fs::create_dir_all(&refused).map_err(|error| error.to_string())?;
    std::fs::write(refused.join("main.tf"), REFUSED).map_err(|error| error.to_string())?;
    let refused = refused.to_string_lossy();
    let arguments = [script.as_ref(), program, kept.as_ref(), refused.as_ref()];
    let Err(said) = run(&python, &arguments, &places.tools) else {
        return Err("terraform.py finds nothing where there is something".to_owned());
    };
    for (line, word) in REFUSED.lines().enumerate() {
        let Some((_, word)) = word.split_once("# refused: ") else {
            continue;
        };
        let place = format!("main.tf:{}: ", line + 1);
        let is_found = |one: &str| one.contains(&place) && one.contains(word);
        if !said.lines().any(is_found) {
            return Err(format!(
                "terraform.py does not find {word} in {place}\n{said}"
            ));
        }
    }
    let arguments: Vec<&str> = [script.as_ref(), program, kept.as_ref()]
        .into_iter()
        .chain(strs(&folders))
        .collect();
    run(&python, &arguments, &places.tools)
}

/// What the schema refuses, each at its line: an attribute that is only read, an argument that is
/// unknown, one that is missing.
const REFUSED: &str = r#"
resource "aws_lb" "one" {
  arn_suffix = "x" # refused: arn_suffix
  internal   = true
}

resource "aws_sqs_queue" "one" {
  no_such_argument = 1 # refused: no_such_argument
}

resource "aws_iam_role" "one" { # refused: assume_role_policy
  name = "x"
}

resource "aws_eks_cluster" "one" {
  name     = "x"
  role_arn = "x"
  vpc_config {
    cluster_security_group_id = "x" # refused: cluster_security_group_id
    subnet_ids                = ["x"]
  }
}
"#;

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

/// The command of the CDK on the app of every recommended starter, usually on one: it warns of
/// nothing.
fn synthesise(places: &Places, apps: &Path, extent: Extent) -> Result<()> {
    let command = places.tools.join("node_modules/.bin/cdk");
    let entries = std::fs::read_dir(apps).map_err(|error| error.to_string())?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names
        .filter(|name| name.contains("-chosen-starter-"))
        .collect();
    names.sort();
    if extent == Extent::Usual {
        names.truncate(1);
    }
    if names.is_empty() {
        return Err("no starter is there to be synthesised".to_owned());
    }
    for name in names {
        let app = format!("node {}", apps.join(&name).join("cdk/app.js").display());
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
fn apps(places: &Places, extent: Extent) -> Result<String> {
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
    synthesise(places, &out, extent)?;
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
        // A worker and what it does with a message stand in one folder.
        let (whole, parts) = match kind.strip_prefix("work-") {
            Some(of) => (format!("worker-{of}"), vec!["worker", &kind]),
            None if kind == "worker" => continue,
            None => (kind.clone(), vec![kind.as_str()]),
        };
        for language in ["python", "typescript"] {
            for part in &parts {
                let place = into.join(&whole).join(language);
                copied(&from.join(part).join(language), &place)?;
            }
        }
        kinds.push(whole);
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
    let events = events(places, &into)?;
    let in_java = match run(Path::new("javac"), &["-version"], &into) {
        Ok(_) => format!("{} in Java", starters_in_java(places, &kinds)?),
        Err(_) => "no JDK, so none in Java".to_owned(),
    };
    let count = kinds.len();
    Ok(format!("{count} kinds in 2 languages, {in_java}; {events}"))
}

/// Awkward events for the code to start with, by the clients that functions have on Lambda; that for
/// Node.js has a stand-in where it cannot be compiled.
fn events(places: &Places, starters: &Path) -> Result<String> {
    let python = places.python.join("python3");
    let script = places.tools.join("events.py").display().to_string();
    let folder = starters.display().to_string();
    let stand_in = places.tools.join("events.cjs").display().to_string();
    let (client, by) = match node_client::installed(places)? {
        Ok(client) => {
            let bin = client.folder.join("node_modules/.bin/aws-lambda-ric");
            let path = format!("PATH={}", client.path);
            (
                vec!["env".to_owned(), path, bin.display().to_string()],
                "aws-lambda-ric",
            )
        }
        Err(_) => (
            vec!["node".to_owned(), stand_in],
            "a stand-in for aws-lambda-ric",
        ),
    };
    let mut arguments = vec![script.as_str(), folder.as_str()];
    arguments.extend(client.iter().map(String::as_str));
    let said = run(&python, &arguments, &places.tools)?;
    Ok(format!("{} by awslambdaric and {by}", said.trim()))
}
