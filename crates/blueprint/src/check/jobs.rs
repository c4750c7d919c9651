//! AWS Batch: where jobs run, and what Fargate refuses them.

use landfall_catalog::Catalog;

use super::Found;
use super::view::{fits, flag, text};
use crate::graph::{Graph, Resource};
use crate::value::Node;

/// What a job asks for.
const NEEDS: &str = "ContainerProperties/ResourceRequirements";

pub(super) fn compute(found: &mut Found<'_>, one: &Resource) {
    const HOSTS: [&str; 9] = [
        "InstanceTypes",
        "MinvCpus",
        "DesiredvCpus",
        "InstanceRole",
        "LaunchTemplate",
        "Ec2Configuration",
        "AllocationStrategy",
        "ImageId",
        "BidPercentage",
    ];
    let graph = found.graph;
    let kind = text(graph, one, "ComputeResources/Type").unwrap_or_default();
    if kind.starts_with("FARGATE") {
        for key in HOSTS {
            let path = format!("ComputeResources/{key}");
            if one.property(&path).is_some() {
                found.at(
                    "hosts-on-fargate",
                    one,
                    &path,
                    format!("{} runs on Fargate and says {key}", one.id),
                );
            }
        }
    }
}

pub(super) fn job(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    let graph = found.graph;
    let kinds = one
        .property("PlatformCapabilities")
        .map_or(&[][..], Node::items);
    if !kinds.iter().any(|kind| kind.text() == Some("FARGATE")) {
        return;
    }
    let id = &one.id;
    let needs = one.property(NEEDS).map_or(&[][..], Node::items);
    if needs
        .iter()
        .any(|need| need.get("Type").and_then(Node::text) == Some("GPU"))
    {
        found.at(
            "gpu-on-fargate",
            one,
            NEEDS,
            format!("{id} asks for a GPU, and Fargate has none"),
        );
    }
    if let (Some(vcpus), Some(memory)) = (asked(graph, one, "VCPU"), asked(graph, one, "MEMORY"))
        && !fits(catalog, "batch-fargate", vcpus, memory)
    {
        found.at(
            "fargate-size",
            one,
            NEEDS,
            format!(
                "{id} asks for {vcpus} vCPUs with {memory} MB, a size that Fargate does not have"
            ),
        );
    }
    if flag(graph, one, "ContainerProperties/Privileged") == Some(true) {
        found.at(
            "privileged-on-fargate",
            one,
            "ContainerProperties/Privileged",
            format!("{id} is privileged, which Fargate refuses"),
        );
    }
    if one
        .property("ContainerProperties")
        .is_some_and(|node| node.call().is_none())
        && one
            .property("ContainerProperties/ExecutionRoleArn")
            .is_none()
    {
        found.at(
            "no-execution-role",
            one,
            "ContainerProperties",
            format!("{id} runs on Fargate without an execution role"),
        );
    }
}

/// Environments of Fargate, or of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fargate,
    Hosts,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Fargate => "Fargate",
            Self::Hosts => "hosts",
        }
    }

    /// What an environment is; none where only deploying tells.
    fn of_environment(graph: &Graph, one: &Resource) -> Option<Self> {
        match text(graph, one, "ComputeResources/Type")? {
            "FARGATE" | "FARGATE_SPOT" => Some(Self::Fargate),
            "EC2" | "SPOT" => Some(Self::Hosts),
            _ => None,
        }
    }

    /// What a job may run on, where it is one of both.
    fn of_job(graph: &Graph, one: &Resource) -> Option<Self> {
        let Some(node) = one.property("PlatformCapabilities") else {
            // What runs on several nodes, or on EKS, says it elsewhere.
            let is_plain = one.property("ContainerProperties").is_some();
            return is_plain.then_some(Self::Hosts);
        };
        let kinds: Option<Vec<&str>> = node
            .items()
            .iter()
            .map(|one| graph.plain(one)?.text())
            .collect();
        match kinds?.as_slice() {
            ["FARGATE"] => Some(Self::Fargate),
            ["EC2"] => Some(Self::Hosts),
            _ => None,
        }
    }
}

/// The environments of a queue, where all of them are in the template.
fn environments<'g>(graph: &'g Graph, queue: &Resource) -> Option<Vec<&'g Resource>> {
    let order = queue.property("ComputeEnvironmentOrder")?.items().iter();
    let named = order.map(|item| graph.named_by(item.get("ComputeEnvironment")?));
    let all: Vec<&Resource> = named.collect::<Option<_>>()?;
    let are = |one: &&Resource| one.kind == "AWS::Batch::ComputeEnvironment";
    (!all.is_empty() && all.iter().all(are)).then_some(all)
}

pub(super) fn queue(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let all = environments(graph, one).unwrap_or_default();
    let kinds: Vec<Kind> = all
        .iter()
        .filter_map(|one| Kind::of_environment(graph, one))
        .collect();
    if kinds.contains(&Kind::Fargate) && kinds.contains(&Kind::Hosts) {
        let what = format!("{} has environments of Fargate and of hosts", one.id);
        found.at("environments-mixed", one, "ComputeEnvironmentOrder", what);
    }
}

/// Jobs that a rule of EventBridge sends to a queue.
pub(super) fn sent(found: &mut Found<'_>, rule: &Resource) {
    let graph = found.graph;
    let targets = rule.property("Targets").map_or(&[][..], Node::items);
    for target in targets {
        let job = target
            .get("BatchParameters")
            .and_then(|node| graph.named_by(node.get("JobDefinition")?))
            .filter(|job| job.kind == "AWS::Batch::JobDefinition");
        let queue = target.get("Arn").and_then(|node| graph.named_by(node));
        let all = queue.and_then(|queue| environments(graph, queue));
        let (Some(job), Some(queue), Some(all)) = (job, queue, all) else {
            continue;
        };
        let kinds: Option<Vec<Kind>> = all
            .iter()
            .map(|one| Kind::of_environment(graph, one))
            .collect();
        let kind = Kind::of_job(graph, job);
        if let (Some(kind), Some(kinds)) = (kind, kinds)
            && kinds.iter().all(|of| *of != kind)
        {
            let (wants, has) = (
                kind.word(),
                if kind == Kind::Hosts {
                    Kind::Fargate
                } else {
                    Kind::Hosts
                },
            );
            let what = format!(
                "{} is a job of {wants}, and {} sends it to {}, which runs on {}",
                job.id,
                rule.id,
                queue.id,
                has.word()
            );
            found.at("job-on-another-kind", job, "PlatformCapabilities", what);
        }
        let most = all.iter().map(|one| {
            let most = one.property("ComputeResources/MaxvCpus")?;
            graph.plain(most)?.number()
        });
        let most = most.collect::<Option<Vec<f64>>>();
        let most = most.and_then(|all| all.into_iter().reduce(f64::max));
        if let (Some(vcpus), Some(most)) = (asked(graph, job, "VCPU"), most)
            && vcpus > most
        {
            let what = format!(
                "{} asks for {vcpus} vCPUs, and {} has environments with {most} at the most",
                job.id, queue.id
            );
            found.at("job-beyond-environment", job, NEEDS, what);
        }
    }
}

/// How much of something a job asks for: `VCPU`, `MEMORY`.
fn asked(graph: &Graph, job: &Resource, wanted: &str) -> Option<f64> {
    let needs = job.property(NEEDS)?.items();
    let need = needs
        .iter()
        .find(|need| need.get("Type").and_then(Node::text) == Some(wanted))?;
    graph.plain(need.get("Value")?)?.number()
}
