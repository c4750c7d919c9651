//! What runs a fleet: an array job of AWS Batch, by the same blocks as any job, and an indexed job of
//! Kubernetes.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use landfall_source::{Diagnostic, Result};

use crate::blocks::Library;
use crate::build::tidied;
use crate::data::file;
use crate::draft::Draft;
use crate::folder::File;
use crate::graph::{CONTEXT, Fault, Graph};
use crate::value::Node;
use crate::write::cloudformation;

/// The id of what runs.
const ID: &str = "fleet";
/// What names of its resources begin with.
const PREFIX: &str = "Fleet";

/// A fleet that is to be run.
#[derive(Debug, Clone)]
pub struct FleetWanted {
    /// Where its workloads are: `s3://bucket/prefix`.
    pub source: String,
    /// The table to write; each shard adds its name to it.
    pub results: String,
    /// How many shards.
    pub shards: u64,
    /// The region of the jobs.
    pub region: String,
    /// Further arguments of `landfall fleet`.
    pub arguments: Vec<String>,
}

/// `data/fleet.toml`.
#[derive(Debug, Deserialize)]
struct Settings {
    job: Job,
    array: Array,
    pods: Pods,
}

#[derive(Debug, Deserialize)]
struct Job {
    vcpus: u64,
    memory_mb: u64,
    timeout_s: u64,
    log_days: u64,
}

#[derive(Debug, Deserialize)]
struct Array {
    least: u64,
    most: u64,
}

#[derive(Debug, Deserialize)]
struct Pods {
    retries: u64,
}

/// Every file of the blueprint of a fleet, in order of path.
///
/// # Errors
/// An address that is none in S3; fewer or more shards than an array job has.
pub fn fleet(wanted: &FleetWanted, library: &Library) -> Result<Vec<File>> {
    let settings = settings()?;
    let array = &settings.array;
    if !(array.least..=array.most).contains(&wanted.shards) {
        let what = format!("an array job has no {} shards", wanted.shards);
        let help = format!("write {} to {}", array.least, array.most);
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    let values = values(wanted, &settings, library)?;
    let title = format!("{} shards of a fleet on AWS Batch", wanted.shards);
    let stack = graph(&title, "fleet", &values, library)?;
    let code = graph(
        "Where the image of the fleet goes",
        "repository",
        &values,
        library,
    )?;
    let heading = "Written by Landfall. Why each part is there stands beside it.";
    let mut files = vec![
        text("code.yaml", cloudformation::template(&code, "")),
        text("template.yaml", cloudformation::template(&stack, heading)),
    ];
    let filled = [
        ("README.md", "files/fleet-README.md"),
        ("deploy.sh", "files/fleet-deploy.sh"),
        ("submit.sh", "files/fleet-submit.sh"),
        ("kubernetes/fleet/fleet.yaml", "kubernetes/fleet.yaml"),
        (
            "kubernetes/fleet/kustomization.yaml",
            "kubernetes/kustomization.yaml",
        ),
        (
            "kubernetes/fleet/namespace.yaml",
            "kubernetes/namespace.yaml",
        ),
        ("kubernetes/fleet/policy.yaml", "kubernetes/policy.yaml"),
    ];
    for (path, template) in filled {
        let mut one = text(path, library.fill(template, &values)?);
        one.is_program = Path::new(path).extension().is_some_and(|end| end == "sh");
        files.push(one);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn text(path: &str, text: String) -> File {
    File {
        path: path.to_owned(),
        text,
        is_program: false,
    }
}

fn settings() -> Result<Settings> {
    let text = file("fleet.toml").unwrap_or_default();
    Ok(toml::from_str(text).map_err(|error| Fault(format!("fleet.toml: {error}")))?)
}

fn graph(title: &str, block: &str, values: &Value, library: &Library) -> Result<Graph> {
    let mut draft = Draft::new(title.to_owned());
    library.put(&mut draft, block, values)?;
    let mut graph = tidied(draft, library)?;
    graph.metadata = vec![(CONTEXT.to_owned(), Node::map([("arch", title.into())]))];
    Ok(graph)
}

/// An address in S3: its bucket, and the rest without a slash at its beginning.
fn address(url: &str) -> Result<(&str, &str)> {
    let refused = |why: &str| {
        let what = format!("`{url}` is no address that jobs can use: {why}");
        Box::new(Diagnostic::new(what).help("write s3://bucket/prefix, in plain letters"))
    };
    let rest = url
        .strip_prefix("s3://")
        .ok_or_else(|| refused("it is not in S3"))?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let is_of_bucket = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '.')
    };
    if bucket.is_empty() || !bucket.chars().all(is_of_bucket) {
        return Err(refused("that is no name of a bucket"));
    }
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.' | '=')
    };
    if !key.chars().all(is_plain) {
        return Err(refused(
            "policies and scripts would read its letters in another way",
        ));
    }
    Ok((bucket, key.trim_start_matches('/')))
}

/// What the blocks and files are filled in with: of the network and the job, what any job of Batch has.
fn values(wanted: &FleetWanted, settings: &Settings, library: &Library) -> Result<Value> {
    let (source_bucket, source) = address(&wanted.source)?;
    let (results_bucket, results) = address(&wanted.results)?;
    let Some((folder, name)) = wanted
        .results
        .rsplit_once('/')
        .filter(|_| results.contains(".parquet"))
    else {
        let what = format!("`{}` names no table", wanted.results);
        let help = "write s3://bucket/prefix/fleet.parquet: each shard adds its name";
        return Err(Box::new(Diagnostic::new(what).help(help)));
    };
    let stem = name.trim_end_matches(".parquet");
    let key = results.strip_suffix(name).unwrap_or(results);
    let mut buckets = vec![source_bucket];
    if results_bucket != source_bucket {
        buckets.push(results_bucket);
    }
    let fixed = ["fleet", &wanted.source, "--out", &wanted.results];
    let command = fixed.into_iter().chain(["--fail-on", "never"]);
    let command = command.chain(wanted.arguments.iter().map(String::as_str));
    let command: Vec<&str> = command.collect();
    let job = &settings.job;
    let why = format!(
        "A shard decides its workloads on {} vCPUs; all shards at once",
        job.vcpus
    );
    Ok(json!({
        "prefix": PREFIX,
        "resources": ["namespace.yaml", "fleet.yaml", "policy.yaml"],
        "env": [],
        "workload": {"id": ID, "size_why": why, "is_function": false},
        "stack": {"RetentionInDays": job.log_days, "alarms": []},
        "network": {
            "made": true,
            "CidrBlock": library.settings().network.cidr,
            "nat_zones": [],
            "endpoints": [],
            "VpcId": "!Ref Vpc",
            "is_public": true,
            "compute": "[!Ref PublicSubnetA, !Ref PublicSubnetB]",
            "AssignPublicIp": "ENABLED",
        },
        "job": {
            "is_fargate": true,
            "is_spot": false,
            "has_gpu": false,
            "why": why,
            "MaxvCpus": job.vcpus * wanted.shards,
            "AttemptDurationSeconds": job.timeout_s,
            "VCPU": job.vcpus,
            "MEMORY": job.memory_mb,
            "CpuArchitecture": "X86_64",
            "EphemeralStorage": null,
        },
        "fleet": {
            "source": format!("{source_bucket}/{source}"),
            "results": format!("{results_bucket}/{key}{stem}"),
            "buckets": buckets,
            "command": command,
            "shards": wanted.shards,
            "retries": settings.pods.retries,
            "region": wanted.region,
            "source_url": wanted.source,
            "results_url": wanted.results,
            "folder_url": format!("{folder}/"),
        },
    }))
}
