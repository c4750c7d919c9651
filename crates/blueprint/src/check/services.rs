//! Services of ECS, what they run on, and who sends them requests.

use landfall_catalog::{Catalog, Instance};

use super::Found;
use super::tasks::of_service;
use super::view::{containers, flag, is_fargate, text, wants_gpu};
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn service(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    let graph = found.graph;
    let Some(task) = of_service(graph, one) else {
        return;
    };
    balancers(found, one, task);
    let mode = text(graph, task, "NetworkMode");
    if mode == Some("awsvpc") && one.property("NetworkConfiguration").is_none() {
        let what = format!("{} runs tasks with awsvpc and says no subnets", one.id);
        found.at("no-network-configuration", one, "", what);
    }
    if text(graph, one, "LaunchType") == Some("FARGATE") {
        service_on_fargate(found, one, task);
    }
    for instances in pools(graph, one, catalog) {
        service_on_hosts(found, one, task, &instances);
    }
}

fn service_on_fargate(found: &mut Found<'_>, one: &Resource, task: &Resource) {
    let (graph, id) = (found.graph, &one.id);
    let kinds = task.property("RequiresCompatibilities");
    if !is_fargate(task) && kinds.is_none_or(|node| node.call().is_none()) {
        let what = format!(
            "{id} runs on Fargate, and {} is not compatible with it",
            task.id
        );
        found.at("fargate-without-compatibility", one, "LaunchType", what);
    }
    if text(graph, one, "SchedulingStrategy") == Some("DAEMON") {
        let what = format!("{id} is a daemon, and Fargate has no hosts for it");
        found.at("daemon-on-fargate", one, "SchedulingStrategy", what);
    }
    let strategies = one.property("PlacementStrategies");
    if strategies.is_some_and(|node| !node.items().is_empty()) {
        let what = format!("{id} places tasks on hosts, and Fargate has none");
        found.at("placement-on-fargate", one, "PlacementStrategies", what);
    }
}

fn service_on_hosts(found: &mut Found<'_>, one: &Resource, task: &Resource, pool: &[&Instance]) {
    const PATH: &str = "RuntimePlatform/CpuArchitecture";
    let Some(first) = pool.first() else { return };
    let has = match first.architecture {
        "arm64" => "ARM64",
        _ => "X86_64",
    };
    let wanted = text(found.graph, task, PATH).filter(|wanted| *wanted != has);
    let alike = |other: &&Instance| other.architecture == first.architecture;
    if let Some(wanted) = wanted.filter(|_| pool.iter().all(alike)) {
        let what = format!(
            "{} is built for {wanted}, and {} runs it on {}, which is {has}",
            task.id, one.id, first.name
        );
        found.at("architecture-mismatch", task, PATH, what);
    }
    let asks = containers(task).iter().any(wants_gpu);
    if asks && pool.iter().all(|other| other.gpus <= 0.0) {
        let what = format!(
            "{} asks for a GPU, and {} runs it on {}, which has none",
            task.id, one.id, first.name
        );
        found.at("gpu-without-gpu-hosts", task, "", what);
    }
}

/// The instances of every pool that a service runs on, where all are known.
fn pools<'c>(graph: &Graph, one: &Resource, catalog: &'c Catalog) -> Vec<Vec<&'c Instance>> {
    let strategy = one
        .property("CapacityProviderStrategy")
        .map_or(&[][..], Node::items);
    let provider = |item: &Node| {
        let provider = graph.named_by(item.get("CapacityProvider")?)?;
        let group =
            graph.named_by(provider.property("AutoScalingGroupProvider/AutoScalingGroupArn")?)?;
        let mut names: Vec<&str> = Vec::new();
        let overrides = group
            .property("MixedInstancesPolicy/LaunchTemplate/Overrides")
            .map_or(&[][..], Node::items);
        for item in overrides {
            names.push(graph.plain(item.get("InstanceType")?)?.text()?);
        }
        if names.is_empty() {
            let place = [
                "LaunchTemplate/LaunchTemplateId",
                "MixedInstancesPolicy/LaunchTemplate/LaunchTemplateSpecification/LaunchTemplateId",
            ];
            let template = place
                .iter()
                .find_map(|path| graph.named_by(group.property(path)?))?;
            names.push(
                graph
                    .plain(template.property("LaunchTemplateData/InstanceType")?)?
                    .text()?,
            );
        }
        names
            .iter()
            .map(|name| catalog.instance(name))
            .collect::<Option<Vec<&Instance>>>()
    };
    strategy.iter().filter_map(provider).collect()
}

fn balancers(found: &mut Found<'_>, one: &Resource, task: &Resource) {
    let graph = found.graph;
    for (place, balancer) in one
        .property("LoadBalancers")
        .map_or(&[][..], Node::items)
        .iter()
        .enumerate()
    {
        let path = format!("LoadBalancers/{place}");
        let name = balancer
            .get("ContainerName")
            .and_then(|node| graph.plain(node)?.text());
        let known: Vec<(&str, &Node)> = containers(task)
            .iter()
            .filter_map(|container| Some((graph.plain(container.get("Name")?)?.text()?, container)))
            .collect();
        let whole = known.len() == containers(task).len() && !known.is_empty();
        if let (Some(name), true) = (name, whole) {
            match known.iter().find(|(other, _)| *other == name) {
                None => found.at(
                    "container-not-in-task",
                    one,
                    &format!("{path}/ContainerName"),
                    format!(
                        "{} sends requests to container {name}, which {} does not have",
                        one.id, task.id
                    ),
                ),
                Some((_, container)) => port(found, one, task, balancer, container, &path),
            }
        }
        let group = balancer
            .get("TargetGroupArn")
            .and_then(|node| graph.named_by(node));
        if let Some(group) =
            group.filter(|group| group.kind == "AWS::ElasticLoadBalancingV2::TargetGroup")
        {
            let kind = match group.property("TargetType") {
                None => Some("instance"),
                Some(node) => graph.plain(node).and_then(Node::text),
            };
            let mode = text(graph, task, "NetworkMode");
            if mode == Some("awsvpc") && kind == Some("instance") {
                found.at("target-type", group, "TargetType", format!("{} has targets of type instance, and tasks of {} have addresses of their own", group.id, one.id));
            }
            if matches!(mode, Some("bridge" | "host")) && kind == Some("ip") {
                found.at(
                    "target-type",
                    group,
                    "TargetType",
                    format!(
                        "{} has targets of type ip, and tasks of {} have none of their own",
                        group.id, one.id
                    ),
                );
            }
        }
    }
}

fn port(
    found: &mut Found<'_>,
    one: &Resource,
    task: &Resource,
    balancer: &Node,
    container: &Node,
    path: &str,
) {
    let graph = found.graph;
    let wanted = balancer
        .get("ContainerPort")
        .and_then(|node| graph.plain(node)?.number());
    let Some(wanted) = wanted else { return };
    let mappings = container.get("PortMappings");
    if mappings.is_some_and(|node| node.call().is_some()) {
        return;
    }
    let mut unknown = false;
    let open = mappings.map_or(&[][..], Node::items).iter().any(|mapping| {
        let port = mapping
            .get("ContainerPort")
            .and_then(|node| graph.plain(node)?.number());
        unknown |= port.is_none();
        port.is_some_and(|port| (port - wanted).abs() < 0.5)
    });
    if !open && !unknown {
        found.at(
            "port-not-in-task",
            one,
            &format!("{path}/ContainerPort"),
            format!(
                "{} sends requests to port {wanted}, which the container of {} does not open",
                one.id, task.id
            ),
        );
    }
}

pub(super) fn protection(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    if text(
        graph,
        one,
        "AutoScalingGroupProvider/ManagedTerminationProtection",
    ) != Some("ENABLED")
    {
        return;
    }
    let group = one
        .property("AutoScalingGroupProvider/AutoScalingGroupArn")
        .and_then(|node| graph.named_by(node));
    if let Some(group) = group.filter(|group| group.kind == "AWS::AutoScaling::AutoScalingGroup")
        && flag(graph, group, "NewInstancesProtectedFromScaleIn") == Some(false)
    {
        found.at(
            "protection-without-groups",
            one,
            "AutoScalingGroupProvider/ManagedTerminationProtection",
            format!(
                "{} protects instances that {} does not protect from scale-in",
                one.id, group.id
            ),
        );
    }
    let scaling = text(graph, one, "AutoScalingGroupProvider/ManagedScaling/Status");
    if scaling != Some("ENABLED")
        && one
            .property("AutoScalingGroupProvider/ManagedScaling/Status")
            .is_none_or(|node| node.call().is_none())
    {
        found.at(
            "protection-without-scaling",
            one,
            "AutoScalingGroupProvider/ManagedTerminationProtection",
            format!("{} protects instances without managed scaling", one.id),
        );
    }
}
