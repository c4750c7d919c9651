//! What the documents of a blueprint say.

use std::collections::{BTreeMap, BTreeSet};

use landfall_decide::Decision;
use serde_json::{Value, json};

use super::Format;
use crate::Library;
use crate::data::{files, pascal};
use crate::graph::{Graph, Resource};
use crate::plan::{Language, Planned};
use crate::value::Node;

/// Versions of what the code to start with is built and tested with.
pub(super) fn starter_context(one: &Planned<'_>, library: &Library) -> Value {
    let kind = one.starter();
    let folder = format!("starters/{kind}/{}", one.language.word());
    let has = |name: &str| files(&folder).iter().any(|(path, _)| path == name);
    let source = files(&folder);
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
        "is_function": one.is_function(),
        "version": one.version,
        "model": has("model.json"),
        "requirements": has("requirements.txt"),
        "server": kind == "server",
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
    let arm = planned
        .iter()
        .all(|one| one.context.pointer("/fn/arch") == Some(&json!("arm64")));
    json!({
        "name": decision.name,
        "title": graph.description,
        "app": app,
        "region": decision.region,
        "profile": decision.profile.word(),
        "mermaid": mermaid,
        "cdk": format == Format::Cdk,
        "arm": arm,
        "images": planned.iter().any(|one| one.is_image),
        "packages": planned.iter().any(|one| !one.is_image),
        "kubernetes": planned.iter().any(Planned::is_kubernetes),
        "python": planned.iter().any(|one| one.language == Language::Python),
        "typescript": planned.iter().any(|one| one.language == Language::TypeScript),
        "java": planned.iter().any(|one| one.language == Language::Java),
        "parameters": parameters,
        "workloads": planned.iter().map(|one| workload(one, &[graph, code], library)).collect::<Vec<_>>(),
        "skips": skips(graph),
        "differences": planned.iter().flat_map(differences).collect::<Vec<_>>(),
        "stands": stands(planned),
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

/// What the documents say of one workload; its resources stand in any of the graphs.
fn workload(one: &Planned<'_>, graphs: &[&Graph], library: &Library) -> Value {
    let billed = &library.settings().billed;
    let all = || graphs.iter().flat_map(|graph| &graph.resources);
    let p = pascal(&one.id);
    let lines: Vec<Value> = one.option.bill.iter().flat_map(|bill| &bill.lines).map(|line| {
        let own = billed.get(&format!("{} {}", line.service, line.item()));
        let kinds = own.or_else(|| billed.get(line.service)).map_or(&[][..], Vec::as_slice);
        let is_for = |resource: &&Resource| kinds.contains(&resource.kind);
        let own: Vec<&str> = all().filter(is_for).filter(|resource| resource.id.starts_with(&p)).map(|resource| resource.id.as_str()).collect();
        let shared: Vec<&str> = all().filter(is_for).map(|resource| resource.id.as_str()).collect();
        let named = if own.is_empty() { shared } else { own };
        json!({
            "service": line.service,
            "item": line.item(),
            "resources": if named.is_empty() { "what it transfers".to_owned() } else { named.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ") },
            "amount": line.amount.map_or_else(|| "no price".to_owned(), |amount| amount.to_cent().to_string()),
        })
    }).collect();
    let context = starter_context(one, library);
    let image = one.is_image;
    let arch = one
        .option
        .configuration
        .as_ref()
        .and_then(|found| found.architecture)
        .unwrap_or("x86_64");
    let memory = one.context.pointer(if one.is_function() {
        "/fn/memory_mb"
    } else {
        "/c/memory_mb"
    });
    json!({
        "id": one.id,
        "p": p,
        "platform": one.option.name,
        "total": one.option.monthly.as_ref().map_or_else(|| "no price".to_owned(), |monthly| format!("{} a month, of which {} is the bill", monthly.total.to_cent(), monthly.bill.to_cent())),
        "lines": lines,
        "image": image,
        "is_function": one.is_function(),
        "server": context.get("server"),
        "requirements": context.get("requirements"),
        "language": one.language.word(),
        "memory_mb": memory,
        "docker": if arch == "arm64" { "linux/arm64" } else { "linux/amd64" },
        "wheels": if arch == "arm64" { "aarch64" } else { "x86_64" },
        "version": one.version,
    })
}

/// What the file says of a workload and the blueprint does not do.
fn differences<'a>(one: &'a Planned<'_>) -> impl Iterator<Item = Value> + 'a {
    let all = one.differences.iter();
    all.map(|found| {
        json!({
            "id": one.id,
            "fact": found.fact.name(),
            "says": found.says,
            "does": found.does,
        })
    })
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
