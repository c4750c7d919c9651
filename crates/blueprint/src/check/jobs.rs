//! AWS Batch: where jobs run, and what Fargate refuses them.

use landfall_catalog::Catalog;

use super::Found;
use super::view::{fits, flag, text};
use crate::graph::Resource;
use crate::value::Node;

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
    let needs = one
        .property("ContainerProperties/ResourceRequirements")
        .map_or(&[][..], Node::items);
    let of = |wanted: &str| {
        let need = needs
            .iter()
            .find(|need| need.get("Type").and_then(Node::text) == Some(wanted));
        need.and_then(|need| graph.plain(need.get("Value")?)?.number())
    };
    if needs
        .iter()
        .any(|need| need.get("Type").and_then(Node::text) == Some("GPU"))
    {
        found.at(
            "gpu-on-fargate",
            one,
            "ContainerProperties/ResourceRequirements",
            format!("{id} asks for a GPU, and Fargate has none"),
        );
    }
    if let (Some(vcpus), Some(memory)) = (of("VCPU"), of("MEMORY"))
        && !fits(catalog, "batch-fargate", vcpus, memory)
    {
        found.at(
            "fargate-size",
            one,
            "ContainerProperties/ResourceRequirements",
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
