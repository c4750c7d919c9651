//! Tasks, services, and what they run on.

use landfall_catalog::{Catalog, Instance};

use super::Found;
use super::view::{cpu_units, flag, memory_mb, role, text};
use crate::graph::{Graph, Resource};
use crate::value::Node;

const TASK: &str = "AWS::ECS::TaskDefinition";
const SERVICE: &str = "AWS::ECS::Service";
/// CPU units of one vCPU.
const UNITS: f64 = 1024.0;

pub(super) fn check(found: &mut Found<'_>, catalog: &Catalog) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            TASK => task(found, one, catalog),
            SERVICE => service(found, one, catalog),
            "AWS::ECS::CapacityProvider" => protection(found, one),
            "AWS::Batch::ComputeEnvironment" => compute(found, one),
            "AWS::Batch::JobDefinition" => job(found, one, catalog),
            "AWS::ElasticLoadBalancingV2::Listener" => certificate(found, one),
            "AWS::EKS::Cluster" => auto_mode(found, one),
            _ => {}
        }
    }
}

fn is_fargate(one: &Resource) -> bool {
    let kinds = one
        .property("RequiresCompatibilities")
        .map_or(&[][..], Node::items);
    kinds.iter().any(|kind| kind.text() == Some("FARGATE"))
}

fn containers(one: &Resource) -> &[Node] {
    one.property("ContainerDefinitions")
        .map_or(&[][..], Node::items)
}

fn gpus(container: &Node) -> bool {
    let needs = container
        .get("ResourceRequirements")
        .map_or(&[][..], Node::items);
    needs
        .iter()
        .any(|need| need.get("Type").and_then(Node::text) == Some("GPU"))
}

fn task(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
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
    if gpus(container) {
        let what = format!("{id} asks for a GPU, and Fargate has none");
        found.at("gpu-on-fargate", one, &path("ResourceRequirements"), what);
    }
    if container.get("Privileged").and_then(Node::flag) == Some(true) {
        let what = format!("{id} has a privileged container, which Fargate refuses");
        found.at("privileged-on-fargate", one, &path("Privileged"), what);
    }
    let driver = container.at("LogConfiguration/LogDriver");
    if driver.and_then(Node::text) == Some("awslogs") && one.property("ExecutionRoleArn").is_none()
    {
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

/// Whether a platform has a size.
fn fits(catalog: &Catalog, platform: &str, vcpus: f64, memory_mb: f64) -> bool {
    let Some(platform) = catalog.platform(platform) else {
        return true;
    };
    let same = |a: f64, b: f64| (a - b).abs() < 0.5e-3;
    platform.sizes.iter().any(|size| {
        same(size.vcpus, vcpus)
            && size
                .memory
                .iter()
                .any(|memory| same(memory.as_mb(), memory_mb))
    })
}

fn service(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
    let graph = found.graph;
    let task = one
        .property("TaskDefinition")
        .and_then(|node| graph.named_by(node))
        .filter(|task| task.kind == TASK);
    let Some(task) = task else { return };
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
    let wants_gpu = containers(task).iter().any(gpus);
    if wants_gpu && pool.iter().all(|other| other.gpus <= 0.0) {
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

fn protection(found: &mut Found<'_>, one: &Resource) {
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

fn compute(found: &mut Found<'_>, one: &Resource) {
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

fn job(found: &mut Found<'_>, one: &Resource, catalog: &Catalog) {
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

fn certificate(found: &mut Found<'_>, one: &Resource) {
    let protocol = text(found.graph, one, "Protocol");
    let none = one
        .property("Certificates")
        .is_none_or(|node| node.call().is_none() && node.items().is_empty());
    if matches!(protocol, Some("HTTPS" | "TLS")) && none {
        found.at(
            "listener-without-certificate",
            one,
            "Protocol",
            format!(
                "{} takes encrypted connections without a certificate",
                one.id
            ),
        );
    }
}

fn auto_mode(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let parts = [
        "ComputeConfig/Enabled",
        "StorageConfig/BlockStorage/Enabled",
        "KubernetesNetworkConfig/ElasticLoadBalancing/Enabled",
    ];
    let on: Option<Vec<bool>> = parts.iter().map(|path| flag(graph, one, path)).collect();
    let Some(on) = on else { return };
    if on.iter().any(|part| *part) {
        if !on.iter().all(|part| *part) {
            found.at(
                "auto-mode-in-parts",
                one,
                "ComputeConfig",
                format!(
                    "{} switches on parts of Auto Mode, which come together or not at all",
                    one.id
                ),
            );
        }
        let addons = one.property("BootstrapSelfManagedAddons");
        if addons.is_none_or(|node| node.flag() == Some(true)) {
            found.at(
                "auto-mode-with-own-addons",
                one,
                "BootstrapSelfManagedAddons",
                format!(
                    "{} runs in Auto Mode and bootstraps add-ons that Auto Mode brings",
                    one.id
                ),
            );
        }
    }
}
