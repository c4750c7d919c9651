//! Containers as ECS describes them: in `CloudFormation` with capitals, elsewhere without.

use landfall_source::yaml::Node;
use landfall_workload::{FactId, Value};
use std::fmt::Write as _;

use crate::finding::{Finding, Found, Place, Said};
use crate::known::Known;
use crate::settings::{self, MB, Set};
use crate::stores;

/// How values are read: a file's name, and what a value comes to.
pub(crate) struct Reading<'r> {
    pub(crate) file: &'r str,
    pub(crate) known: &'r dyn Fn(&Node) -> Option<Known>,
}

impl Reading<'_> {
    pub(crate) fn place(&self, node: &Node) -> Place {
        Place::line(self.file, node.line)
    }

    pub(crate) fn text(&self, node: Option<&Node>) -> Option<Set<String>> {
        let node = node?;
        let known = (self.known)(node)?;
        Some(Set {
            value: known.text,
            place: self.place(node),
            guess: known.guess,
        })
    }

    pub(crate) fn number(&self, node: Option<&Node>) -> Option<Set<f64>> {
        let set = self.text(node)?;
        set.map(|text| text.trim().parse().ok().filter(|n: &f64| n.is_finite()))
    }

    pub(crate) fn is_true(&self, node: Option<&Node>) -> bool {
        self.text(node).is_some_and(|set| set.value == "true")
    }
}

/// The value of a key that begins with a small letter in one format and a capital in
/// another.
pub(crate) fn either<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).or_else(|| {
        let mut letters = key.chars();
        let first = letters.next()?.to_ascii_uppercase();
        node.get(&format!("{first}{}", letters.as_str()))
    })
}

/// The same along a path.
pub(crate) fn along<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('/').try_fold(node, either)
}

/// The items of a list under a key.
pub(crate) fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    either(node, key).map_or(&[], Node::items)
}

/// What a task definition says; in a few words how large its tasks are.
pub(crate) fn task(reading: &Reading<'_>, found: &mut Found, task: &Node) -> String {
    let get = |key: &str| either(task, key);
    let mut size = Vec::new();
    if let Some(cpu) = reading
        .text(get("cpu"))
        .and_then(|set| set.map(|text| vcpus(&text)))
    {
        size.push(format!("{} vCPU", cpu.value));
        cpu.is(found, FactId::TodayVcpus, 1.0);
    }
    let memory = reading
        .text(get("memory"))
        .and_then(|set| set.map(|text| megabytes(&text)));
    let containers = items(task, "containerDefinitions");
    if let Some(memory) = memory {
        size.push(format!("{}MB", memory.value));
        memory.clone().is(found, FactId::TodayMemory, MB);
        memory.bounds(found, FactId::Memory, MB);
    } else if let [one] = containers
        && let Some(memory) = reading.number(either(one, "memory"))
    {
        size.push(format!("{}MB", memory.value));
        memory.bounds(found, FactId::Memory, MB);
    }
    if let Some(disk) = reading.number(along(task, "ephemeralStorage/sizeInGiB")) {
        disk.bounds(found, FactId::EphemeralDisk, MB * 1024.0);
    }
    platform(reading, found, either(task, "runtimePlatform"), &mut size);
    volumes(reading, found, items(task, "volumes"));
    if let Some(first) = containers.first() {
        settings::package(found, "image", reading.place(first));
    }
    if containers.len() > 1
        && let Some(second) = containers.get(1)
    {
        found.holds(FactId::Sidecar, reading.place(second));
    }
    let main = main_of(reading, containers);
    for (place, one) in containers.iter().enumerate() {
        container(reading, found, one);
        if place == main {
            ports(reading, found, one);
        }
    }
    size.join(", ")
}

/// Architecture and operating system.
fn platform(
    reading: &Reading<'_>,
    found: &mut Found,
    platform: Option<&Node>,
    size: &mut Vec<String>,
) {
    let Some(platform) = platform else { return };
    if let Some(set) = reading.text(either(platform, "cpuArchitecture")) {
        size.extend(settings::architecture(&set.value).map(str::to_owned));
        let list = set.map(|text| Some(vec![text]));
        if let Some(list) = list {
            settings::architectures(found, list);
        }
    }
    if let Some(set) = reading.text(either(platform, "operatingSystemFamily")) {
        let is_windows = set.value.to_ascii_uppercase().starts_with("WINDOWS");
        let word = if is_windows { "windows" } else { "linux" };
        settings::os(found, word, set.place, set.guess);
    }
}

/// Volumes: shared file systems are a need, folders of the host ask for a host.
fn volumes(reading: &Reading<'_>, found: &mut Found, volumes: &[Node]) {
    for volume in volumes {
        let is = |key: &str| either(volume, key).is_some();
        if is("efsVolumeConfiguration")
            || is("eFSVolumeConfiguration")
            || volume.get("EFSVolumeConfiguration").is_some()
            || is("fsxWindowsFileServerVolumeConfiguration")
            || is("s3filesVolumeConfiguration")
        {
            found.holds(FactId::SharedFiles, reading.place(volume));
        } else if let Some(path) = along(volume, "host/sourcePath") {
            let hint = "a folder of the host is mounted";
            found.ask(FactId::CustomHost, hint, reading.place(path));
        }
    }
}

/// What one container needs.
pub(crate) fn container(reading: &Reading<'_>, found: &mut Found, one: &Node) {
    if let Some(node) = either(one, "privileged").filter(|node| reading.is_true(Some(node))) {
        found.holds(FactId::Privileged, reading.place(node));
    }
    for need in items(one, "resourceRequirements") {
        let kind = reading.text(either(need, "type"));
        if kind.is_some_and(|kind| kind.value == "GPU") {
            found.holds(FactId::Gpu, reading.place(need));
        }
    }
    if let Some(node) = either(one, "systemControls").filter(|node| !node.items().is_empty()) {
        found.holds(FactId::KernelTuning, reading.place(node));
    }
    let devices = along(one, "linuxParameters/devices");
    if let Some(node) = devices.filter(|node| !node.items().is_empty()) {
        found.holds(FactId::Privileged, reading.place(node));
    }
}

/// Images of agents that stand beside the work.
const AGENTS: [&str; 12] = [
    "xray",
    "envoy",
    "datadog",
    "fluent",
    "cloudwatch-agent",
    "otel",
    "opentelemetry",
    "newrelic",
    "istio",
    "linkerd",
    "vector",
    "statsd",
];

/// Whether an image is one of an agent.
pub(crate) fn is_agent(image: &str) -> bool {
    AGENTS.iter().any(|agent| image.contains(agent))
}

/// Which of several containers does the work: the first that is no agent.
fn main_of(reading: &Reading<'_>, containers: &[Node]) -> usize {
    let is_work = |one: &Node| {
        let image = reading.text(either(one, "image"));
        !image.is_some_and(|image| is_agent(&image.value))
    };
    containers.iter().position(is_work).unwrap_or(0)
}

/// The ports that a container listens on.
fn ports(reading: &Reading<'_>, found: &mut Found, one: &Node) {
    for port in items(one, "portMappings") {
        let protocol = reading.text(either(port, "protocol"));
        if let Some(protocol) = protocol.filter(|protocol| protocol.value == "udp") {
            found.holds(FactId::NonHttpListener, protocol.place.clone());
            let number = reading.number(either(port, "containerPort"));
            let number = number.map_or(String::new(), |n| format!(" {}", n.value));
            let hint = format!("it listens on the UDP port{number}");
            found.ask(FactId::Trigger, hint, protocol.place);
        } else if let Some(number) = reading.number(either(port, "containerPort")) {
            let hint = format!("it listens on the port {}", number.value);
            found.ask(FactId::Trigger, hint, number.place);
        }
    }
}

/// What an image tells of a container that is a store.
pub(crate) fn store_of(reading: &Reading<'_>, task: &Node) -> Option<&'static str> {
    let [one] = items(task, "containerDefinitions") else {
        return None;
    };
    stores::of_image(&reading.text(either(one, "image"))?.value)
}

/// Units of CPU as ECS writes them: `1024`, `1 vCPU`, `.5 vcpu`.
pub(crate) fn vcpus(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.strip_suffix("vcpu") {
        Some(number) => number.trim().parse().ok(),
        None => lower.parse::<f64>().ok().map(|units| units / 1024.0),
    }
}

/// Memory as ECS writes it: `2048`, `2 GB`.
pub(crate) fn megabytes(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.strip_suffix("gb") {
        Some(number) => number.trim().parse::<f64>().ok().map(|gb| gb * 1024.0),
        None => lower.trim_end_matches("mb").trim().parse().ok(),
    }
}

/// Where capacity comes from, as `launchType` and capacity providers name it.
pub(crate) fn capacity(reading: &Reading<'_>, found: &mut Found, service: &Node) -> String {
    let providers: Vec<(String, Place)> = items(service, "capacityProviderStrategy")
        .iter()
        .filter_map(|one| reading.text(either(one, "capacityProvider")))
        .map(|set| (set.value, set.place))
        .collect();
    if let Some((_, place)) = providers.iter().find(|(name, _)| name == "FARGATE_SPOT") {
        let said = Said::Value(Value::Flag(true));
        let finding = Finding::setting(FactId::Interruptible, said, place.clone());
        found.say(finding.guessed("it runs on Spot capacity today"));
    }
    let names: Vec<&str> = providers.iter().map(|(name, _)| name.as_str()).collect();
    let launch = reading.text(either(service, "launchType"));
    match launch.as_ref().map(|set| set.value.as_str()) {
        Some("FARGATE") => "Fargate".to_owned(),
        Some("EC2") => "ECS on EC2".to_owned(),
        Some("EXTERNAL") => {
            if let Some(set) = launch {
                found.holds(FactId::OnPremises, set.place);
            }
            "ECS on machines outside AWS".to_owned()
        }
        _ if !names.is_empty() && names.iter().all(|name| name.starts_with("FARGATE")) => {
            format!("Fargate ({})", names.join(", "))
        }
        _ if !names.is_empty() => format!("ECS ({})", names.join(", ")),
        _ => "ECS".to_owned(),
    }
}

/// What a container of Batch is given.
pub(crate) fn batch_needs(reading: &Reading<'_>, found: &mut Found, properties: &Node) -> String {
    let mut size = String::new();
    for need in items(properties, "resourceRequirements") {
        let kind = reading.text(either(need, "type"));
        let value = either(need, "value");
        let (Some(kind), Some(value)) = (kind, reading.number(value)) else {
            continue;
        };
        match kind.value.as_str() {
            "VCPU" => {
                let _ = write!(size, ", {} vCPU", value.value);
            }
            "MEMORY" => {
                let _ = write!(size, ", {}MB", value.value);
                value.bounds(found, FactId::Memory, MB);
            }
            _ => {}
        }
    }
    if let Some(memory) = reading.number(either(properties, "memory")) {
        memory.bounds(found, FactId::Memory, MB);
    }
    let disk = along(properties, "ephemeralStorage/sizeInGiB");
    if let Some(disk) = reading.number(disk) {
        disk.bounds(found, FactId::EphemeralDisk, MB * 1024.0);
    }
    for volume in items(properties, "volumes") {
        let files = volume.get("EfsVolumeConfiguration");
        if files.or(volume.get("efsVolumeConfiguration")).is_some() {
            found.holds(FactId::SharedFiles, reading.place(volume));
        }
    }
    if let Some(platform) = either(properties, "runtimePlatform") {
        let architecture = reading.text(either(platform, "cpuArchitecture"));
        if let Some(list) = architecture.and_then(|set| set.map(|text| Some(vec![text]))) {
            settings::architectures(found, list);
        }
    }
    size
}
