//! What must be reached: files, targets, databases, and what a task needs to start.

use std::collections::BTreeSet;

use super::Found;
use super::reach::{Endpoint, Place, Stopped, Way, endpoint, stopped, way_out};
use super::roles::{of_ecr, secret_service};
use super::view::{FUNCTION, number, text};
use super::zones::mount_targets;
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for runs in runs(graph) {
        files(found, &runs);
        balancers(found, &runs);
        databases(found, &runs);
        starts(found, &runs);
    }
}

/// Something that runs in the network: a function, or tasks of a service or a schedule.
#[derive(Debug)]
struct Runs<'g> {
    one: &'g Resource,
    place: Place<'g>,
    task: Option<&'g Resource>,
    /// The path of the network configuration.
    path: String,
    on_fargate: bool,
    /// Whether it gets a public address; none where the template does not say.
    public: Option<bool>,
}

fn runs(graph: &Graph) -> Vec<Runs<'_>> {
    let mut all = Vec::new();
    for one in &graph.resources {
        match one.kind.as_str() {
            FUNCTION => all.push(Runs {
                one,
                place: Place::of(
                    graph,
                    one.property("VpcConfig/SubnetIds"),
                    one.property("VpcConfig/SecurityGroupIds"),
                ),
                task: None,
                path: "VpcConfig".to_owned(),
                on_fargate: false,
                public: Some(false),
            }),
            "AWS::ECS::Service" => all.push(tasks(graph, one, "", "TaskDefinition")),
            "AWS::Scheduler::Schedule" => {
                let head = "Target/EcsParameters/";
                all.push(tasks(graph, one, head, "TaskDefinitionArn"));
            }
            "AWS::Events::Rule" => {
                let targets = one.property("Targets").map_or(0, |node| node.items().len());
                all.extend((0..targets).map(|place| {
                    let head = format!("Targets/{place}/EcsParameters/");
                    tasks(graph, one, &head, "TaskDefinitionArn")
                }));
            }
            _ => {}
        }
    }
    all
}

/// Tasks whose settings stand under a path of a resource.
fn tasks<'g>(graph: &'g Graph, one: &'g Resource, head: &str, task: &str) -> Runs<'g> {
    let path = format!("{head}NetworkConfiguration/AwsvpcConfiguration");
    let of = |key: &str| one.property(&format!("{path}/{key}"));
    let task = one.property(&format!("{head}{task}"));
    let task = task
        .and_then(|node| graph.named_by(node))
        .filter(|named| named.kind == "AWS::ECS::TaskDefinition");
    let launch = text(graph, one, &format!("{head}LaunchType"));
    let strategy = one.property(&format!("{head}CapacityProviderStrategy"));
    let pools = strategy.map_or(&[][..], Node::items);
    let of_fargate = |item: &Node| {
        let name = item.get("CapacityProvider").and_then(Node::text);
        name.is_some_and(|name| name.starts_with("FARGATE"))
    };
    let public = match of("AssignPublicIp") {
        None => Some(false),
        Some(node) => graph
            .plain(node)
            .and_then(Node::text)
            .map(|said| said == "ENABLED"),
    };
    Runs {
        one,
        place: Place::of(graph, of("Subnets"), of("SecurityGroups")),
        task,
        on_fargate: launch == Some("FARGATE") || !pools.is_empty() && pools.iter().all(of_fargate),
        public,
        path,
    }
}

/// The port that a message is about, and what is stopped there.
fn told(stop: Stopped, at: &str, port: f64, who: &str) -> String {
    match stop {
        Stopped::Nobody => format!("{at} admits nobody on port {port}, and {who}"),
        Stopped::In => format!("{at} does not admit it on port {port}, and {who}"),
        Stopped::Out => format!("nothing lets it out to {at} on port {port}, and {who}"),
    }
}

/// The ids of a place's groups.
fn groups(place: &Place<'_>) -> String {
    let groups = place.groups.as_deref().unwrap_or_default();
    let ids: Vec<&str> = groups.iter().map(|one| one.id.as_str()).collect();
    ids.join(" and ")
}

/// The resource at which a stopped connection is mended.
fn mended<'g>(stop: Stopped, from: &Place<'g>, to: &Place<'g>, or: &'g Resource) -> &'g Resource {
    let place = if stop == Stopped::Out { from } else { to };
    let first = place.groups.as_ref().and_then(|all| all.first());
    first.copied().unwrap_or(or)
}

/// File systems that something mounts: those of the volumes of its task, or of a function.
fn mounted<'g>(graph: &'g Graph, runs: &Runs<'g>) -> Vec<&'g Resource> {
    let volumes = match runs.task {
        Some(task) => task.property("Volumes"),
        None => runs.one.property("FileSystemConfigs"),
    };
    let ids = volumes.map(Graph::references).unwrap_or_default();
    let mut systems: Vec<&Resource> = ids
        .iter()
        .filter_map(|id| graph.get(id))
        .filter_map(|named| match named.kind.as_str() {
            "AWS::EFS::FileSystem" => Some(named),
            "AWS::EFS::AccessPoint" => graph.named_by(named.property("FileSystemId")?),
            _ => None,
        })
        .collect();
    systems.sort_by_key(|one| one.id.as_str());
    systems.dedup_by_key(|one| one.id.as_str());
    systems
}

/// Who mounts a file system must be admitted by its mount targets, and have one in its zone.
fn files(found: &mut Found<'_>, runs: &Runs<'_>) {
    let graph = found.graph;
    let port = found.value("files-port");
    for system in mounted(graph, runs) {
        let targets = mount_targets(graph, system);
        let who = format!("{} mounts {}", runs.one.id, system.id);
        for target in &targets {
            let to = Place::of(
                graph,
                target.property("SubnetId"),
                target.property("SecurityGroups"),
            );
            if let Some(stop) = stopped(graph, &runs.place, &to, port) {
                let at = mended(stop, &runs.place, &to, target);
                let what = told(stop, &groups(&to), port, &who);
                found.at("files-not-admitted", at, "", what);
            }
        }
        let subnets: Option<Vec<&Resource>> = targets
            .iter()
            .map(|target| graph.named_by(target.property("SubnetId")?))
            .collect();
        let zone = |subnet: &Resource| subnet.property("AvailabilityZone").cloned();
        let have: Option<Vec<Node>> = subnets.and_then(|all| all.into_iter().map(zone).collect());
        let Some(have) = have.filter(|have| !have.is_empty()) else {
            continue;
        };
        for subnet in &runs.place.subnets {
            // Zones are compared as they are written, so what is written in another way is
            // left alone.
            if let Some(mine) = zone(subnet)
                && !have.contains(&mine)
                && have.iter().all(|other| alike(other, &mine))
            {
                let what = format!("{who} from {}, whose zone has no mount target", subnet.id);
                found.at("zone-without-mount-target", runs.one, &runs.path, what);
            }
        }
    }
}

/// Whether two zones are written in the same way, so that they differ where they are not
/// equal: both as names, or both as a place in one list.
fn alike(a: &Node, b: &Node) -> bool {
    match (a.call(), b.call()) {
        (None, None) => true,
        (Some(("Fn::Select", one)), Some(("Fn::Select", other))) => {
            one.items().get(1) == other.items().get(1)
        }
        _ => false,
    }
}

/// A load balancer must be admitted where it sends requests.
fn balancers(found: &mut Found<'_>, runs: &Runs<'_>) {
    let graph = found.graph;
    let own_address = runs
        .task
        .is_some_and(|task| text(graph, task, "NetworkMode") == Some("awsvpc"));
    if !own_address {
        return;
    }
    let links = runs.one.property("LoadBalancers");
    for link in links.map_or(&[][..], Node::items) {
        let port = link
            .get("ContainerPort")
            .and_then(|node| graph.plain(node)?.number());
        let group = link
            .get("TargetGroupArn")
            .and_then(|node| graph.named_by(node));
        let (Some(port), Some(group)) = (port, group) else {
            continue;
        };
        for balancer in sends(graph, group) {
            let from = Place::of(
                graph,
                balancer.property("Subnets"),
                balancer.property("SecurityGroups"),
            );
            let who = format!("{} sends requests of {} there", balancer.id, runs.one.id);
            if let Some(stop) = stopped(graph, &from, &runs.place, port)
                && from.groups.is_some()
            {
                let at = mended(stop, &from, &runs.place, runs.one);
                let what = told(stop, &groups(&runs.place), port, &who);
                found.at("balancer-not-admitted", at, "", what);
            }
        }
    }
}

/// The load balancers whose listeners or their rules send to a target group.
fn sends<'g>(graph: &'g Graph, group: &Resource) -> Vec<&'g Resource> {
    let mut all: BTreeSet<&str> = BTreeSet::new();
    let to =
        |node: Option<&Node>| node.is_some_and(|node| Graph::references(node).contains(&group.id));
    let mut listeners: Vec<&Resource> = graph
        .of_kind("AWS::ElasticLoadBalancingV2::Listener")
        .filter(|one| to(one.property("DefaultActions")))
        .collect();
    let rules = graph.of_kind("AWS::ElasticLoadBalancingV2::ListenerRule");
    for rule in rules.filter(|one| to(one.property("Actions"))) {
        let listener = rule.property("ListenerArn");
        listeners.extend(listener.and_then(|node| graph.named_by(node)));
    }
    for listener in listeners {
        let balancer = listener.property("LoadBalancerArn");
        if let Some(balancer) = balancer.and_then(|node| graph.named_by(node)) {
            all.insert(&balancer.id);
        }
    }
    all.into_iter().filter_map(|id| graph.get(id)).collect()
}

/// Who is told the address of a database must be admitted by it.
fn databases(found: &mut Found<'_>, runs: &Runs<'_>) {
    let graph = found.graph;
    if runs.place.groups.is_none() {
        return;
    }
    let env = match runs.task {
        Some(task) => task.property("ContainerDefinitions"),
        None => runs.one.property("Environment"),
    };
    let ids = env.map(addresses).unwrap_or_default();
    for database in ids.iter().filter_map(|id| graph.get(id)) {
        if !matches!(
            database.kind.as_str(),
            "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster"
        ) {
            continue;
        }
        let to = Place::of(
            graph,
            None,
            database
                .property("VPCSecurityGroups")
                .or_else(|| database.property("VpcSecurityGroupIds")),
        );
        let engine = text(graph, database, "Engine").unwrap_or_default();
        let rows = found.known.ports.iter();
        let usual = rows
            .filter(|row| engine.starts_with(&row.engine))
            .map(|row| row.port)
            .next();
        let port = match database.property("Port") {
            Some(_) => number(graph, database, "Port", 0.0),
            None => usual,
        };
        let Some(port) = port else { continue };
        if let Some(stop) = stopped(graph, &runs.place, &to, port) {
            let who = format!("{} is told the address of {}", runs.one.id, database.id);
            let at = mended(stop, &runs.place, &to, database);
            let what = told(stop, &groups(&to), port, &who);
            found.at("database-not-admitted", at, "", what);
        }
    }
}

/// Resources of which a value takes the address of an endpoint.
fn addresses(node: &Node) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    node.walk(&mut |inner| match inner.call() {
        Some(("Fn::GetAtt", argument)) => {
            if let [id, attribute, ..] = argument.items()
                && attribute
                    .text()
                    .is_some_and(|name| name.starts_with("Endpoint"))
            {
                ids.extend(id.text().map(str::to_owned));
            }
        }
        Some(("Fn::Sub", argument)) => {
            let text = argument.text().or_else(|| argument.items().first()?.text());
            for name in crate::graph::substituted(text.unwrap_or_default()) {
                if let Some((id, attribute)) = name.split_once('.')
                    && attribute.starts_with("Endpoint")
                {
                    ids.insert(id.to_owned());
                }
            }
        }
        _ => {}
    });
    ids
}

/// A task on Fargate pulls, logs and takes secrets through its own subnet.
fn starts(found: &mut Found<'_>, runs: &Runs<'_>) {
    let graph = found.graph;
    let Some(task) = runs.task.filter(|_| runs.on_fargate) else {
        return;
    };
    let (services, internet) = wants(graph, task);
    let mut shut: Vec<(&str, Vec<&str>)> = Vec::new();
    for subnet in &runs.place.subnets {
        let reaches = match way_out(graph, subnet) {
            Way::Open => true,
            Way::Public => runs.public != Some(false),
            Way::Closed => false,
        };
        if reaches {
            continue;
        }
        let mut missing: Vec<&str> = internet.iter().copied().collect();
        for service in &services {
            match endpoint(graph, subnet, service) {
                Endpoint::Missing => missing.push(service),
                Endpoint::Unclear => {}
                Endpoint::There(one) => admitted(found, runs, one),
            }
        }
        if !missing.is_empty() {
            shut.push((&subnet.id, missing));
        }
    }
    let Some((_, missing)) = shut.first() else {
        return;
    };
    let subnets: Vec<&str> = shut.iter().map(|(id, _)| *id).collect();
    let what = format!(
        "tasks of {} have no way out of {} to {}",
        runs.one.id,
        subnets.join(" and "),
        missing.join(", ")
    );
    let path = format!("{}/Subnets", runs.path);
    found.at("no-way-out", runs.one, &path, what);
}

/// The endpoints that starting a task asks for, and the registry where it needs another.
fn wants(graph: &Graph, task: &Resource) -> (Vec<&'static str>, Option<&'static str>) {
    let mut services: Vec<&'static str> = Vec::new();
    let mut internet = None;
    let containers = task.property("ContainerDefinitions");
    for container in containers.map_or(&[][..], Node::items) {
        let image = container.get("Image");
        let elsewhere = image.is_some_and(|node| {
            node.call().is_none() && node.text().is_some() && !of_ecr(graph, node)
        });
        if elsewhere {
            internet = Some("the registry of its image");
        } else {
            services.extend(["ecr.api", "ecr.dkr", "s3"]);
        }
        let driver = container.at("LogConfiguration/LogDriver");
        if driver.and_then(Node::text) == Some("awslogs") {
            services.push("logs");
        }
        let secrets = container.get("Secrets").map_or(&[][..], Node::items);
        let from = secrets.iter().filter_map(|one| one.get("ValueFrom"));
        services.extend(from.filter_map(|node| secret_service(graph, node)));
    }
    let mut seen = BTreeSet::new();
    services.retain(|one| seen.insert(*one));
    (services, internet)
}

/// An interface endpoint must admit who needs it.
fn admitted(found: &mut Found<'_>, runs: &Runs<'_>, one: &Resource) {
    let graph = found.graph;
    if text(graph, one, "VpcEndpointType") != Some("Interface") {
        return;
    }
    let to = Place::of(
        graph,
        one.property("SubnetIds"),
        one.property("SecurityGroupIds"),
    );
    let port = found.value("endpoint-port");
    if let Some(stop) = stopped(graph, &runs.place, &to, port) {
        let who = format!("{} needs {} to start", runs.one.id, one.id);
        let at = mended(stop, &runs.place, &to, one);
        let what = told(stop, &groups(&to), port, &who);
        found.at("endpoint-not-admitted", at, "", what);
    }
}
