//! A blueprint as files: the template, the code to start with, how to deploy.

use std::collections::{BTreeMap, BTreeSet};

use landfall_decide::Decision;
use landfall_source::Result;
use serde_json::{Value, json};

use crate::Library;
use crate::blocks::{files, pascal};
use crate::build::{build, build_code};
use crate::graph::{Graph, Resource};
use crate::plan::{Language, Planned, Profile};
use crate::value::Node;
use crate::write::{cdk, cloudformation, diagram::Picture};

/// One file of a blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path under the blueprint's folder.
    pub path: String,
    /// What stands in it.
    pub text: String,
    /// Whether it is a program.
    pub is_program: bool,
}

/// In which form the infrastructure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A template of `CloudFormation`.
    CloudFormation,
    /// A CDK app in TypeScript.
    Cdk,
}

/// Every file of a blueprint, in order of path. `record` is the decision as a document.
///
/// # Errors
/// What [`build`] refuses.
pub fn folder(
    decision: &Decision,
    planned: &[Planned<'_>],
    profile: Profile,
    format: Format,
    record: &str,
    library: &Library,
) -> Result<Vec<File>> {
    let graph = build(decision, planned, profile, library)?;
    let code = build_code(decision, planned, library)?;
    let bucket = &library.settings().bucket;
    let ids = planned.iter().map(|one| one.workload.id.len());
    let taken = bucket.beside_names + ids.max().unwrap_or(0);
    let app = slug(&decision.name, bucket.longest_name.saturating_sub(taken));
    let mut out = Out {
        library,
        files: Vec::new(),
    };
    match format {
        Format::CloudFormation => {
            let text = cloudformation::template(&graph, &heading(decision));
            out.text("template.yaml", text);
            out.text("code.yaml", cloudformation::template(&code, ""));
        }
        Format::Cdk => {
            let words = library.words();
            for (path, text) in cdk::app(&graph, &code, &app, &decision.region, words)? {
                out.text(&format!("cdk/{path}"), text);
            }
        }
    }
    out.text("DECISION.md", record.to_owned());
    out.text(".gitignore", out.fill("files/gitignore", &json!({}))?);
    let picture = Picture::of(&graph, library);
    out.text("diagram.svg", picture.svg(&graph.description));
    for one in planned {
        out.starter(one)?;
        if one.is_kubernetes() {
            out.manifests(one)?;
        }
    }
    let facts = facts(
        decision,
        planned,
        &graph,
        &code,
        &app,
        profile,
        format,
        library,
        &picture.mermaid(),
    );
    out.text("README.md", out.fill("files/README.md", &facts)?);
    out.text(
        ".github/workflows/deploy.yml",
        out.fill("files/deploy.yml", &facts)?,
    );
    if planned.iter().any(|one| one.is_image) {
        out.text("compose.yaml", out.fill("files/compose.yaml", &facts)?);
    }
    let build = out.fill("files/build.sh", &facts)?;
    out.files.push(File {
        path: "build.sh".to_owned(),
        text: build,
        is_program: true,
    });
    out.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out.files)
}

fn heading(decision: &Decision) -> String {
    let (name, version) = &decision.framework;
    format!(
        "Written by Landfall. Why each part is there stands beside it; DECISION.md has the\n\
         whole decision (framework {name} {version}, prices of {}, seed {}).",
        decision
            .prices_as_of
            .map_or_else(|| "no day".to_owned(), |day| day.to_string()),
        decision.seed
    )
}

/// A name as stacks take it, of so many letters that names made from it are not too long.
fn slug(name: &str, most: usize) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug: String = words.join("-").chars().take(most.min(30)).collect();
    // A stack's name begins with a letter.
    let slug = slug.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "app".to_owned()
    } else {
        slug.to_owned()
    }
}

struct Out<'l> {
    library: &'l Library,
    files: Vec<File>,
}

impl Out<'_> {
    fn text(&mut self, path: &str, text: String) {
        self.files.push(File {
            path: path.to_owned(),
            text,
            is_program: false,
        });
    }

    fn fill(&self, name: &str, context: &Value) -> Result<String> {
        Ok(self.library.fill(name, context)?)
    }

    /// The code to start with, its tests, and how to package it.
    fn starter(&mut self, one: &Planned<'_>) -> Result<()> {
        let (id, kind) = (&one.workload.id, one.starter());
        let language = one.language.word();
        for (path, text) in files(&format!("starters/{kind}/{language}")) {
            self.text(&format!("src/{id}/{path}"), text.to_owned());
        }
        let context = starter_context(one, self.library);
        if one.language == Language::TypeScript {
            self.text(
                &format!("src/{id}/package.json"),
                self.fill("files/package.json", &context)?,
            );
            self.text(
                &format!("src/{id}/tsconfig.json"),
                self.fill("files/tsconfig.json", &context)?,
            );
        }
        if one.is_image {
            let name = format!("files/Dockerfile-{language}");
            self.text(&format!("src/{id}/Dockerfile"), self.fill(&name, &context)?);
        }
        Ok(())
    }

    /// The manifests of a workload under Kubernetes.
    fn manifests(&mut self, one: &Planned<'_>) -> Result<()> {
        let form = match one.trigger {
            "schedule" => "cronjob",
            "batch" => "job",
            _ => "deployment",
        };
        let port = matches!(one.trigger, "http" | "websocket" | "tcp" | "udp");
        let mut context = one.context.clone();
        let share = self.library.settings().kubernetes.node_share;
        let number = |path: &str| {
            one.context
                .pointer(path)
                .and_then(Value::as_f64)
                .unwrap_or(0.0)
        };
        if let Value::Object(known) = &mut context {
            known.insert("port".to_owned(), json!(port));
            known.insert(
                "http".to_owned(),
                json!(matches!(one.trigger, "http" | "websocket")),
            );
            known.insert(
                "protocol".to_owned(),
                json!(if one.trigger == "udp" { "UDP" } else { "TCP" }),
            );
            known.insert("spread".to_owned(), json!(form == "deployment"));
            known.insert(
                "restart".to_owned(),
                json!(if form == "deployment" { "" } else { "Never" }),
            );
            known.insert(
                "k".to_owned(),
                json!({
                    "cpu": format!("{:.0}m", number("/c/vcpus") * share * 1000.0),
                    "memory": format!("{:.0}Mi", number("/c/memory_mb") * share),
                    "least": number("/c/min").max(1.0) as u64,
                    "cron": cron(one.context.pointer("/w/schedule").and_then(Value::as_str).unwrap_or_default()),
                }),
            );
        }
        let folder = format!("kubernetes/{}", one.workload.id);
        let mut names = vec!["namespace.yaml".to_owned(), format!("{form}.yaml")];
        if form != "deployment" {
            names.push("policy.yaml".to_owned());
        }
        for name in &names {
            let text = self.fill(&format!("kubernetes/{name}"), &context)?;
            self.text(&format!("{folder}/{name}"), text);
        }
        if let Value::Object(known) = &mut context {
            known.insert("resources".to_owned(), json!(names));
        }
        let text = self.fill("kubernetes/kustomization.yaml", &context)?;
        self.text(&format!("{folder}/kustomization.yaml"), text);
        Ok(())
    }
}

/// A schedule of EventBridge in the five fields of Kubernetes.
fn cron(schedule: &str) -> String {
    if let Some(rate) = schedule.strip_prefix("rate(") {
        let mut words = rate.trim_end_matches(')').split(' ');
        let count = words.next().unwrap_or("1");
        return match words.next().unwrap_or("day").trim_end_matches('s') {
            "minute" => format!("*/{count} * * * *"),
            "hour" => format!("0 */{count} * * *"),
            _ => format!("0 0 */{count} * *"),
        };
    }
    let inner = schedule.trim_start_matches("cron(").trim_end_matches(')');
    let fields: Vec<&str> = inner.split_whitespace().take(5).collect();
    let fields: Vec<String> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| match (place, *field) {
            (_, "?") => "*".to_owned(),
            // Weekdays count from 1 there and from 0 here.
            (4, days) => days
                .chars()
                .map(|c| {
                    c.to_digit(10)
                        .map_or(c, |d| char::from_digit((d + 6) % 7, 10).unwrap_or(c))
                })
                .collect(),
            (_, field) => field.to_owned(),
        })
        .collect();
    fields.join(" ")
}

/// Versions of what the code to start with is built and tested with.
fn starter_context(one: &Planned<'_>, library: &Library) -> Value {
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
        "id": one.workload.id,
        "is_function": one.is_function(),
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
fn facts(
    decision: &Decision,
    planned: &[Planned<'_>],
    graph: &Graph,
    code: &Graph,
    app: &str,
    profile: Profile,
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
        "profile": profile.word(),
        "mermaid": mermaid,
        "cdk": format == Format::Cdk,
        "arm": arm,
        "images": planned.iter().any(|one| one.is_image),
        "kubernetes": planned.iter().any(Planned::is_kubernetes),
        "python": planned.iter().any(|one| one.language == Language::Python),
        "typescript": planned.iter().any(|one| one.language == Language::TypeScript),
        "parameters": parameters,
        "workloads": planned.iter().map(|one| workload(one, &[graph, code], library)).collect::<Vec<_>>(),
        "skips": skips(graph),
        "beside": beside(planned, graph, library),
    })
}

/// Resources that are billed by the hour and stand in no line of the decision's bill: a
/// decision counts public addresses where a blueprint keeps tasks private.
fn beside(planned: &[Planned<'_>], graph: &Graph, library: &Library) -> Vec<String> {
    let settings = library.settings();
    let lines = planned.iter().filter_map(|one| one.option.bill.as_ref());
    let billed: BTreeSet<String> = lines
        .flat_map(|bill| &bill.lines)
        .map(|line| format!("{} {}", line.service, line.item()))
        .collect();
    let is_free = |one: &Resource| {
        let kind = one.property("VpcEndpointType").and_then(Node::text);
        kind == Some("Gateway")
    };
    let found = graph.resources.iter().filter(|one| {
        let item = settings.hourly.get(&one.kind);
        item.is_some_and(|item| !billed.contains(item)) && !is_free(one)
    });
    found.map(|one| one.id.clone()).collect()
}

/// Whether build.sh gives a parameter.
fn is_built(id: &str) -> bool {
    id == "CodeBucket" || id.ends_with("CodeKey") || id.ends_with("ImageUri")
}

/// What the documents say of one workload; its resources stand in any of the graphs.
fn workload(one: &Planned<'_>, graphs: &[&Graph], library: &Library) -> Value {
    let billed = &library.settings().billed;
    let all = || graphs.iter().flat_map(|graph| &graph.resources);
    let p = pascal(&one.workload.id);
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
        "id": one.workload.id,
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
        "python": library.settings().runtimes.get("python").map_or("", |runtime| runtime.trim_start_matches("python")),
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
