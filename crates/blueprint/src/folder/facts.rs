//! What the documents of a blueprint say.

use std::collections::{BTreeMap, BTreeSet};

use landfall_decide::Decision;
use serde_json::{Value, json};

use super::Format;
use super::bills::bills;
use crate::Library;
use crate::data::pascal;
use crate::graph::Graph;
use crate::plan::context::whole;
use crate::plan::{Language, Planned};
use crate::value::Node;

/// Versions of what the code to start with is built and tested with.
pub(super) fn starter_context(one: &Planned<'_>, library: &Library) -> Value {
    let source = one.code(one.language);
    let has = |name: &str| source.iter().any(|(path, _)| path == name);
    let uses = |name: &str| source.iter().any(|(_, text)| text.contains(name));
    let node = &library.settings().node;
    let mut development = node.development.clone();
    let mut dependencies = BTreeMap::new();
    for (name, version) in &node.packages {
        if uses(&format!("\"{name}\"")) {
            let is_there = one.is_function() && !one.is_image && name.starts_with("@aws-sdk");
            let place = if is_there {
                &mut development
            } else {
                &mut dependencies
            };
            place.insert(name.clone(), version.clone());
        }
    }
    json!({
        "id": one.id,
        "p": pascal(&one.id),
        "is_java": one.language == Language::Java,
        "is_function": one.is_function(),
        "version": one.version,
        "model": has("model.json"),
        "requirements": has("requirements.txt"),
        "server": one.starter() == "server",
        "worker": one.is_worker(),
        "dependencies": dependencies,
        "development": development,
    })
}

#[expect(
    clippy::too_many_arguments,
    reason = "one place gathers what every document says"
)]
pub(super) fn facts(
    decision: &Decision,
    planned: &[Planned<'_>],
    graph: &Graph,
    code: &Graph,
    app: &str,
    format: Format,
    library: &Library,
    mermaid: &str,
) -> Value {
    let parameters: Vec<Value> = graph
        .parameters
        .iter()
        .filter(|item| item.node.get("Default").is_none() && !is_built(&item.id))
        .map(|item| {
            let says = item.node.get("Description").and_then(Node::text);
            json!({"id": item.id, "says": says})
        })
        .collect();
    let arm = planned.iter().all(|one| architecture(one) == "arm64");
    let pods = planned.iter().filter_map(|one| one.context.pods());
    json!({
        "name": decision.name,
        "title": graph.description,
        "app": app,
        "region": decision.region,
        "profile": decision.profile.word(),
        "mermaid": mermaid,
        "cdk": format == Format::Cdk,
        "sam": format == Format::Sam,
        "terraform": format.is_of_terraform(),
        "native": format == Format::Terraform,
        "arm": arm,
        "images": planned.iter().any(|one| one.is_image),
        "packages": planned.iter().any(|one| !one.is_image),
        "kubernetes": planned.iter().any(Planned::is_kubernetes),
        "listens": pods.clone().any(|one| one.listens),
        "given": planned.iter().any(|one| !environment(one, graph).is_empty()),
        "controller": pods.clone().any(|one| one.listens && one.is_fargate),
        "python": planned.iter().any(|one| one.language == Language::Python),
        "typescript": planned.iter().any(|one| one.language == Language::TypeScript),
        "java": planned.iter().any(|one| one.language == Language::Java),
        "parameters": parameters,
        "workloads": planned
            .iter()
            .map(|one| workload(one, library, &environment(one, graph)))
            .collect::<Vec<_>>(),
        "skips": skips(graph),
        "differences": differences(planned),
        "stands": stands(planned),
        "bills": bills(planned, &[graph, code], library),
    })
}

/// Where the workloads stand, each differing way once.
fn stands(planned: &[Planned<'_>]) -> Vec<String> {
    let all = planned
        .iter()
        .filter_map(|one| one.option.topology.as_deref());
    let words: BTreeSet<String> = all.map(landfall_decide::Topology::words).collect();
    words.into_iter().collect()
}

/// Whether build.sh gives a parameter.
fn is_built(id: &str) -> bool {
    id == "CodeBucket" || id.ends_with("CodeKey") || id.ends_with("ImageUri")
}

/// The processor that the code is built for.
fn architecture(one: &Planned<'_>) -> &'static str {
    let configuration = one.option.configuration.as_ref();
    configuration
        .and_then(|found| found.architecture)
        .unwrap_or("x86_64")
}

/// What the documents say of one workload.
fn workload(one: &Planned<'_>, library: &Library, env: &[Value]) -> Value {
    let p = pascal(&one.id);
    let context = starter_context(one, library);
    let image = one.is_image;
    let arch = architecture(one);
    let pods = one.context.pods();
    let mut says = json!({
        "id": one.id,
        "p": p,
        "platform": one.option.name,
        "image": image,
        "is_function": one.is_function(),
        "pods": pods.is_some(),
        "listens": pods.is_some_and(|one| one.listens),
        "env": env,
        "server": context.get("server"),
        "requirements": context.get("requirements"),
        "language": one.language.word(),
        "memory_mb": one.context.memory_mb(),
        "docker": if arch == "arm64" { "linux/arm64" } else { "linux/amd64" },
        "wheels": if arch == "arm64" { "aarch64" } else { "x86_64" },
        "version": one.version,
    });
    whole(&mut says);
    says
}

/// What the code of pods reads from its environment: names, each with the output that holds its
/// value. The block `pod-env` makes them, and says in their descriptions what they are.
pub(super) fn environment(one: &Planned<'_>, graph: &Graph) -> Vec<Value> {
    let given = graph.outputs.iter().filter_map(|output| {
        let says = output.node.get("Description").and_then(Node::text)?;
        let (name, id) = says.split_once(" of the pods of ")?;
        (id == one.id).then(|| json!({"name": name, "output": output.id}))
    });
    given.collect()
}

/// What the file says of workloads and the blueprint does not do, once for all copies.
fn differences(planned: &[Planned<'_>]) -> Vec<Value> {
    let all = planned.iter().flat_map(|one| {
        let id = &one.workload.id;
        let found = one.differences.iter();
        found.map(move |found| {
            json!({
                "id": id,
                "fact": found.fact.name(),
                "says": found.says,
                "does": found.does,
            })
        })
    });
    let mut once: Vec<Value> = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

/// Rules of scanners that resources do not meet, with the reason, each once.
fn skips(graph: &Graph) -> Vec<Value> {
    let mut found: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for one in &graph.resources {
        for (path, reason) in [
            ("checkov/skip", "comment"),
            ("cdk_nag/rules_to_suppress", "reason"),
        ] {
            for skip in one.metadata.at(path).map_or(&[][..], Node::items) {
                let text = |key: &str| skip.get(key).and_then(Node::text).unwrap_or_default();
                let rule = text("id").split('[').next().unwrap_or_default();
                found
                    .entry((rule.to_owned(), text(reason).to_owned()))
                    .or_default()
                    .insert(&one.id);
            }
        }
    }
    let rows = found.into_iter().map(|((rule, reason), resources)| {
        let resources: Vec<&str> = resources.into_iter().collect();
        let named = match resources.as_slice() {
            [first, second, third, rest @ ..] if !rest.is_empty() => {
                format!("{first}, {second}, {third} and {} more", rest.len())
            }
            all => all.join(", "),
        };
        json!({"rule": rule, "reason": reason, "resources": named})
    });
    rows.collect()
}
