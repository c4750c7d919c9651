//! Task definitions of ECS: sizes, what Fargate refuses, files and memory.

use landfall_catalog::Catalog;

use super::Found;
use super::view::{containers, cpu_units, fits, is_fargate, memory_mb, role, text, wants_gpu};
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) const TASK: &str = "AWS::ECS::TaskDefinition";
/// CPU units of one vCPU.
const UNITS: f64 = 1024.0;

/// The task definition of a service, where it stands in the template.
pub(super) fn of_service<'g>(graph: &'g Graph, service: &Resource) -> Option<&'g Resource> {
    let named = graph.named_by(service.property("TaskDefinition")?)?;
    (named.kind == TASK).then_some(named)
}

pub(super) fn task(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    let graph = found.graph;
    let id = &one.id;
    if is_fargate(one) {
        task_on_fargate(found, one, catalog);
        for place in 0..containers(one).len() {
            container_on_fargate(found, one, place);
        }
    }
    let secrets = containers(one).iter().any(|container| {
        let secrets = container.get("Secrets");
        secrets.is_some_and(|node| !node.items().is_empty())
    });
    if secrets && one.property("ExecutionRoleArn").is_none() {
        let what = format!("{id} takes secrets without an execution role that may read them");
        found.at("no-execution-role", one, "", what);
    }
    volumes(found, one);
    memory(found, one);
    for path in ["ExecutionRoleArn", "TaskRoleArn"] {
        if let Some(role) = role(graph, one, path) {
            let why = format!("{id} runs under it");
            super::functions::trusts(found, role, "ecs-tasks.amazonaws.com", &why);
        }
    }
}

fn task_on_fargate(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    let (graph, id) = (found.graph, &one.id);
    if let Some(mode) = text(graph, one, "NetworkMode").filter(|mode| *mode != "awsvpc") {
        let what = format!("{id} runs on Fargate with network mode {mode}");
        found.at("fargate-network", one, "NetworkMode", what);
    }
    if one.property("NetworkMode").is_none() {
        let what = format!("{id} runs on Fargate without network mode awsvpc");
        found.at("fargate-network", one, "", what);
    }
    let of = |path: &str| graph.plain(one.property(path)?);
    let said = (
        of("Cpu").and_then(cpu_units),
        of("Memory").and_then(memory_mb),
    );
    if let (Some(cpu), Some(memory)) = said
        && !fits(catalog, "fargate", cpu / UNITS, memory)
    {
        let what = format!(
            "{id} asks for {cpu} CPU units with {memory} MB, a size that Fargate does not have"
        );
        found.at("fargate-size", one, "Cpu", what);
    }
    let volumes = one.property("Volumes").map_or(&[][..], Node::items);
    for (place, volume) in volumes.iter().enumerate() {
        if volume.at("Host/SourcePath").is_some() {
            let what = format!("{id} mounts a path of its host, and Fargate has none to offer");
            found.at(
                "host-path-on-fargate",
                one,
                &format!("Volumes/{place}"),
                what,
            );
        }
    }
}

fn container_on_fargate(found: &mut Found<'_>, one: &Resource, place: usize) {
    let id = &one.id;
    let path = |key: &str| format!("ContainerDefinitions/{place}/{key}");
    let Some(container) = containers(one).get(place) else {
        return;
    };
    if wants_gpu(container) {
        let what = format!("{id} asks for a GPU, and Fargate has none");
        found.at("gpu-on-fargate", one, &path("ResourceRequirements"), what);
    }
    if container.get("Privileged").and_then(Node::flag) == Some(true) {
        let what = format!("{id} has a privileged container, which Fargate refuses");
        found.at("privileged-on-fargate", one, &path("Privileged"), what);
    }
    let driver = container.at("LogConfiguration/LogDriver");
    let driver = driver.and_then(Node::text);
    if let Some(other) = driver.filter(|name| !found.is_listed("fargate-log-drivers", name)) {
        let what = format!("{id} writes logs by {other}, which Fargate does not have");
        found.at(
            "log-driver-on-fargate",
            one,
            &path("LogConfiguration"),
            what,
        );
    }
    if driver == Some("awslogs") && one.property("ExecutionRoleArn").is_none() {
        let what = format!("{id} writes logs from Fargate without an execution role");
        found.at("no-execution-role", one, &path("LogConfiguration"), what);
    }
}

fn volumes(found: &mut Found<'_>, one: &Resource) {
    for (place, volume) in one
        .property("Volumes")
        .map_or(&[][..], Node::items)
        .iter()
        .enumerate()
    {
        let Some(files) = volume.get("EFSVolumeConfiguration") else {
            continue;
        };
        let iam = files.at("AuthorizationConfig/IAM").and_then(Node::text) == Some("ENABLED");
        let point = files.at("AuthorizationConfig/AccessPointId").is_some();
        let transit = files.get("TransitEncryption");
        let is_on = transit.and_then(Node::text) == Some("ENABLED");
        if (iam || point) && !is_on && transit.is_none_or(|node| node.call().is_none()) {
            found.at(
                "files-in-the-clear",
                one,
                &format!("Volumes/{place}"),
                format!(
                    "{} mounts files by IAM or an access point without encryption on the way",
                    one.id
                ),
            );
        }
    }
}

fn memory(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let whole = one.property("Memory");
    let whole = whole.and_then(|node| memory_mb(graph.plain(node)?));
    let Some(whole) = whole else { return };
    let of = |container: &Node, key: &str| {
        container
            .get(key)
            .and_then(|node| graph.plain(node)?.number())
    };
    let hard = |container: &Node| {
        of(container, "MemoryReservation")
            .or_else(|| of(container, "Memory"))
            .unwrap_or(0.0)
    };
    let sum: f64 = containers(one).iter().map(hard).sum();
    if sum > whole {
        found.at(
            "containers-beyond-task",
            one,
            "Memory",
            format!(
                "the containers of {} take {sum} MB, and the task has {whole} MB",
                one.id
            ),
        );
    }
}
