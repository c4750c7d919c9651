//! Holds what is made of templates with SAM against what AWS's own translator makes of them.
//!
//! For each template of the project's own: the resources that are made are the same, by type
//! and logical ID; a role may do the same; and `blueprint check` finds the same rules at the
//! same resources as in the expansion.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use landfall_blueprint::check::Checker;
use landfall_blueprint::value::Node;
use landfall_blueprint::{Graph, Resource};
use landfall_catalog::Catalog;
use landfall_source::Source;
use serde_json::Value;

use crate::docs::root;
use crate::tools::{Places, Result, program, run};

const TEMPLATES: &str = "crates/blueprint/tests/sam";
/// Rules of what SAM itself is, of which an expansion has nothing left.
const OF_SAM: [&str; 1] = ["transform-not-checked"];
/// Types whose logical IDs end in a hash of what they hold.
const HASHED: [&str; 3] = [
    "AWS::ApiGateway::Deployment",
    "AWS::Lambda::Version",
    "AWS::Lambda::LayerVersion",
];
/// Letters of such a hash.
const HASH_LENGTH: usize = 10;

/// Types that hold nothing that a rule reads, and are not made.
const NOT_MADE: [&str; 1] = ["AWS::CloudFormation::Stack"];

/// Compares all templates.
pub(crate) fn check(places: &Places) -> Result<String> {
    let out = places.tools.join("sam");
    std::fs::create_dir_all(&out).map_err(|error| error.to_string())?;
    let templates = templates()?;
    let script = places.tools.join("sam.py");
    let words: Vec<String> = [&script, &out]
        .into_iter()
        .chain(&templates)
        .map(|path| path.display().to_string())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(&places.python.join("python3"), &words, &places.tools)?;
    let expanded: Vec<PathBuf> = templates
        .iter()
        .map(|path| out.join(stem(path)).with_extension("json"))
        .collect();
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let checker = Checker::new(&catalog).map_err(|fault| fault.to_string())?;
    let (ours, theirs) = (findings(&templates, &out)?, findings(&expanded, &out)?);
    let mut problems = Vec::new();
    let mut resources = 0;
    for (template, expansion) in templates.iter().zip(&expanded) {
        let name = stem(template);
        let (made, wanted) = (graph(&checker, template)?, graph(&checker, expansion)?);
        resources += wanted.resources.len();
        differences(&name, &kinds(&made), &kinds(&wanted), &mut problems);
        differences(&name, &actions(&made), &actions(&wanted), &mut problems);
        let none = BTreeSet::new();
        let of = |all: &BTreeMap<String, BTreeSet<String>>| all.get(&name).unwrap_or(&none).clone();
        differences(&name, &of(&ours), &of(&theirs), &mut problems);
    }
    let found: usize = theirs.values().map(BTreeSet::len).sum();
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    Ok(format!(
        "{} templates, {resources} resources, {found} findings",
        templates.len()
    ))
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn templates() -> Result<Vec<PathBuf>> {
    let folder = std::fs::read_dir(root().join(TEMPLATES)).map_err(|error| error.to_string())?;
    let mut all: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    all.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    all.sort();
    Ok(all)
}

/// What one side has and the other has not.
fn differences(
    name: &str,
    made: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    problems.extend(
        wanted
            .difference(made)
            .map(|one| format!("{name}: only of the translator: {one}")),
    );
    problems.extend(
        made.difference(wanted)
            .map(|one| format!("{name}: only of this program: {one}")),
    );
}

fn graph(checker: &Checker<'_>, path: &Path) -> Result<Graph> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let source = Source::new(&path.display().to_string(), &text);
    let graphs = checker.graphs(&source).map_err(|problem| problem.message)?;
    let name = stem(path);
    graphs
        .into_iter()
        .next()
        .ok_or_else(|| format!("{name} is no template"))
}

/// The types and logical IDs of all resources, hashes at their end left aside.
fn kinds(graph: &Graph) -> BTreeSet<String> {
    let all = graph.resources.iter();
    let all = all.filter(|one| !NOT_MADE.contains(&one.kind.as_str()));
    all.map(|one| format!("{} {}", one.kind, id_of(one)))
        .collect()
}

fn id_of(one: &Resource) -> &str {
    let id = one.id.as_str();
    if !HASHED.contains(&one.kind.as_str()) {
        return id;
    }
    let cut = id.len().checked_sub(HASH_LENGTH);
    match cut.and_then(|at| Some((id.get(..at)?, id.get(at..)?))) {
        Some((head, hash)) if hash.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) => head,
        _ => id,
    }
}

/// What each role may do: managed policies by name, actions of its own.
fn actions(graph: &Graph) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for role in graph.of_kind("AWS::IAM::Role") {
        let managed = role.property("ManagedPolicyArns").map(Node::one_or_more);
        for policy in managed.unwrap_or_default() {
            let mut name = String::new();
            policy.walk(&mut |node| {
                if let Some(text) = node.text() {
                    let last = text.rsplit('/').next().unwrap_or(text);
                    last.clone_into(&mut name);
                }
            });
            found.insert(format!("role {}: {name}", role.id));
        }
        let inline = role.property("Policies").map_or(&[][..], Node::items);
        for policy in inline {
            let statements = policy.at("PolicyDocument/Statement").map(Node::one_or_more);
            for statement in statements.unwrap_or_default() {
                let actions = statement.get("Action").map(Node::one_or_more);
                let actions = actions.unwrap_or_default().into_iter();
                found.extend(
                    actions
                        .filter_map(Node::text)
                        .map(|action| format!("role {}: {}", role.id, action.to_lowercase())),
                );
            }
        }
    }
    found
}

/// The rules and resources of what is found in each template.
fn findings(paths: &[PathBuf], folder: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let head = [
        "blueprint",
        "check",
        "--format",
        "json",
        "--fail-on",
        "never",
    ];
    let words: Vec<&str> = head
        .into_iter()
        .chain(paths.iter().map(String::as_str))
        .collect();
    let said = run(&program(), &words, folder)?;
    let said: Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let all = said.get("findings").and_then(Value::as_array);
    for one in all.into_iter().flatten() {
        let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
        let rule = text("rule");
        if !OF_SAM.contains(&rule) {
            let of = found.entry(stem(Path::new(text("file")))).or_default();
            of.insert(format!("{rule} at {}", text("resource")));
        }
    }
    Ok(found)
}
