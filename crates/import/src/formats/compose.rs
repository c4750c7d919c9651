//! Docker Compose (the Compose Specification; `version` is obsolete there).

use std::collections::{BTreeMap, BTreeSet};

use landfall_source::yaml::{Node, Value as Yaml};
use landfall_workload::FactId;

use super::compose_extends::extended;
use crate::finding::{Found, Part, Place, Store};
use crate::ports::{Port, published};
use crate::settings::{self, Set};
use crate::sizes::docker_bytes;
use crate::stores;

/// Whether a document is a Compose file.
pub(crate) fn is_compose(node: &Node) -> bool {
    let services = node.get("services").map_or(&[][..], Node::entries);
    let is_service = |(_, one): &(String, Node)| {
        ["image", "build", "extends"]
            .iter()
            .any(|key| one.get(key).is_some())
    };
    let is_other = [
        "provider",
        "functions",
        "Resources",
        "apiVersion",
        "taskDefinition",
    ]
    .iter()
    .any(|key| node.get(key).is_some());
    !is_other && services.iter().any(is_service)
}

/// Reads a Compose file.
pub(crate) fn read(file: &str, node: &Node) -> Part {
    let services = extended(node.get("services").map_or(&[][..], Node::entries));
    let services = services.as_slice();
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for (_, service) in services {
        let mounts = service.get("volumes").map_or(&[][..], Node::items).iter();
        let names: BTreeSet<String> = mounts.filter_map(|one| Some(mount(one)?.0)).collect();
        for name in names {
            *users.entry(name).or_default() += 1;
        }
    }
    let compose = Compose {
        file,
        services,
        volumes: node.get("volumes"),
        users,
    };
    let mut part = Part {
        name: node
            .get("name")
            .and_then(|name| text(Some(name)))
            .map(|known| known.0),
        ..Part::default()
    };
    let stores = compose.stores(&mut part);
    let beside = compose.beside();
    let helped: BTreeMap<&str, usize> = beside.values().copied().collect();
    for (name, service) in compose.services {
        if stores.contains(name.as_str()) || beside.contains_key(name.as_str()) {
            continue;
        }
        let mut found = compose.service(name, service, &stores, &mut part);
        if let Some(line) = helped.get(name.as_str()) {
            found.holds(FactId::Sidecar, Place::line(file, *line));
        }
        part.found.push(found);
    }
    if let Some(included) = node.get("include") {
        part.unread("included files: import them too", compose.place(included));
    }
    part
}

struct Compose<'c> {
    file: &'c str,
    services: &'c [(String, Node)],
    volumes: Option<&'c Node>,
    /// How many services use each volume.
    users: BTreeMap<String, usize>,
}

/// A text with its variables replaced by their defaults, and whether there were any; none
/// where a variable has no default.
fn text(node: Option<&Node>) -> Option<(String, bool)> {
    let text = match &node?.value {
        Yaml::Text(text) | Yaml::Number(text) => text.as_str(),
        Yaml::Bool(true) => "true",
        Yaml::Bool(false) => "false",
        _ => return None,
    };
    let mut out = String::new();
    let mut rest = text;
    let mut is_default = false;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (inside, left) = after.strip_prefix('{')?.split_once('}')?;
        let default = inside.split_once(":-").or_else(|| inside.split_once('-'));
        out.push_str(default?.1);
        is_default = true;
        rest = left;
    }
    out.push_str(rest);
    Some((out, is_default))
}

impl Compose<'_> {
    fn place(&self, node: &Node) -> Place {
        Place::line(self.file, node.line)
    }

    fn set(&self, node: Option<&Node>) -> Option<Set<String>> {
        let (value, is_default) = text(node)?;
        Some(Set {
            value,
            place: self.place(node?),
            guess: is_default.then(|| "the default of a variable".to_owned()),
        })
    }

    /// Services that are stores, by name; each is noted.
    fn stores(&self, part: &mut Part) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for (name, service) in self.services {
            let is_built = service.get("build").is_some();
            let image = text(service.get("image"));
            let kind = image.and_then(|(image, _)| stores::of_image(&image));
            if let Some(kind) = kind.filter(|_| !is_built) {
                names.insert(name.as_str());
                part.stores.push(Store {
                    name: name.clone(),
                    kind: kind.to_owned(),
                    place: self.place(service),
                });
            }
        }
        names
    }

    /// Services that share the network of another, helpers beside it: the other, and the line
    /// of the helper.
    fn beside(&self) -> BTreeMap<&str, (&str, usize)> {
        let names: BTreeSet<&str> = self
            .services
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let services = self.services.iter();
        services
            .filter_map(|(name, service)| {
                let mode = service.get("network_mode")?.text()?;
                let of = names.get(mode.strip_prefix("service:")?)?;
                Some((name.as_str(), (*of, service.line)))
            })
            .collect()
    }

    fn service(
        &self,
        name: &str,
        service: &Node,
        stores: &BTreeSet<&str>,
        part: &mut Part,
    ) -> Found {
        let mut found = Found::new(name);
        found
            .also
            .extend(text(service.get("container_name")).map(|known| known.0));
        let place = self.place(service);
        if service
            .get("image")
            .or_else(|| service.get("build"))
            .is_some()
        {
            settings::package(&mut found, "image", place.clone());
        }
        if let Some(base) = service.get("extends") {
            let why = match base.get("file") {
                Some(_) => "it is in another file",
                None => "there is no such service, or it extends this one",
            };
            let what = format!("{name}: what it extends; {why}");
            part.unread(what, self.place(base));
        }
        let mut today = vec!["Compose".to_owned()];
        self.resources(&mut found, service, &mut today, part);
        self.platform(&mut found, service);
        self.rights(&mut found, service);
        self.files(&mut found, service);
        self.reaches(&mut found, service, stores);
        self.starts(&mut found, service);
        if let Some(profiles) = service.get("profiles") {
            let what = format!("{name}: it starts with a profile only");
            part.unused(what, self.place(profiles));
        }
        found.runs(today.join(", "), place);
        found
    }

    /// Limits bound; reservations and replicas are of today.
    fn resources(
        &self,
        found: &mut Found,
        service: &Node,
        today: &mut Vec<String>,
        part: &mut Part,
    ) {
        let at = |path: &str| service.at(path);
        let replicas = at("deploy/replicas").or_else(|| at("scale"));
        if let Some(replicas) = self.set(replicas) {
            today.push(format!("{} replicas", replicas.value));
        }
        let cpus = at("deploy/resources/limits/cpus").or_else(|| at("cpus"));
        if let Some(cpus) = self.set(cpus) {
            let unit = if cpus.value == "1" { "CPU" } else { "CPUs" };
            today.push(format!("at most {} {unit}", cpus.value));
        }
        let limit = at("deploy/resources/limits/memory").or_else(|| at("mem_limit"));
        if let Some(limit) = self.set(limit) {
            today.push(format!("at most {}", limit.value));
            if let Some(bytes) = limit.map(|text| docker_bytes(&text)) {
                bytes.bounds(found, FactId::Memory, 1.0);
            }
        }
        let reserved = at("deploy/resources/reservations/memory").or_else(|| at("mem_reservation"));
        if let Some(reserved) = self.set(reserved) {
            let what = format!("{}: a reservation of {}", found.name, reserved.value);
            part.unused(what, reserved.place);
        }
        let devices = at("deploy/resources/reservations/devices");
        let has_gpu = |device: &&Node| {
            let all = device.get("capabilities").map(Node::one_or_more);
            all.unwrap_or_default()
                .iter()
                .any(|one| one.text() == Some("gpu"))
        };
        let device = devices.and_then(|devices| devices.items().iter().find(has_gpu));
        let nvidia = at("runtime").filter(|node| node.text() == Some("nvidia"));
        if let Some(gpu) = device.or(at("gpus")).or(nvidia) {
            found.holds(FactId::Gpu, self.place(gpu));
        } else {
            let place = self.place(service);
            settings::needs_no(found, FactId::Gpu, &place, "no GPU is handed to it");
        }
        if let Some(mode) = at("deploy/mode").filter(|mode| mode.text() == Some("global")) {
            found.holds(FactId::Daemon, self.place(mode));
        }
    }

    fn platform(&self, found: &mut Found, service: &Node) {
        let Some(set) = self.set(service.get("platform")) else {
            return;
        };
        let mut parts = set.value.split('/');
        let os = match parts.next() {
            Some("linux") => Some("linux"),
            Some("windows") => Some("windows"),
            _ => None,
        };
        if let Some(os) = os {
            settings::os(found, os, set.place.clone(), set.guess.clone());
        }
        if let Some(architecture) = parts.next() {
            let value = vec![architecture.to_owned()];
            let (place, guess) = (set.place, set.guess);
            settings::architectures(
                found,
                Set {
                    value,
                    place,
                    guess,
                },
            );
        }
    }

    fn rights(&self, found: &mut Found, service: &Node) {
        let is_true = |key: &str| {
            let node = service.get(key)?;
            text(Some(node))
                .filter(|known| known.0 == "true")
                .map(|_| node)
        };
        if let Some(node) = is_true("privileged") {
            found.holds(FactId::Privileged, self.place(node));
        }
        let some = |key: &str| {
            let node = service.get(key)?;
            (!node.items().is_empty() || !node.entries().is_empty()).then_some(node)
        };
        if let Some(node) = some("devices") {
            found.holds(FactId::Privileged, self.place(node));
        }
        if let Some(node) = some("sysctls") {
            found.holds(FactId::KernelTuning, self.place(node));
        }
        if let Some(node) = some("cap_add") {
            let hint = "capabilities of the kernel are added";
            found.ask(FactId::Privileged, hint, self.place(node));
        }
        for key in ["network_mode", "pid", "ipc"] {
            if let Some(node) = service.get(key).filter(|node| node.text() == Some("host")) {
                let hint = format!("`{key}` is that of the host");
                found.ask(FactId::CustomHost, hint, self.place(node));
            }
        }
    }

    /// Volumes: of a network, or used by several services, they are shared files; others
    /// may hold state.
    fn files(&self, found: &mut Found, service: &Node) {
        for volume in service.get("volumes").map_or(&[][..], Node::items) {
            let place = self.place(volume);
            let Some((source, target)) = mount(volume) else {
                continue;
            };
            if source.ends_with("docker.sock") {
                let hint = "it commands the Docker of its host";
                found.ask(FactId::CustomHost, hint, place);
                continue;
            }
            let Some(named) = self.volumes.and_then(|volumes| volumes.get(&source)) else {
                continue;
            };
            let options = named.at("driver_opts/type").and_then(Node::text);
            let users = self.users.get(&source).copied().unwrap_or(0);
            if matches!(options, Some("nfs" | "nfs4" | "cifs")) || users > 1 {
                found.holds(FactId::SharedFiles, place);
            } else {
                let hint = format!("the volume {source} is mounted at {target}");
                found.ask(FactId::LocalState, hint, place);
            }
        }
    }

    /// Stores that a service waits for, is linked to, or names in its settings.
    fn reaches(&self, found: &mut Found, service: &Node, stores: &BTreeSet<&str>) {
        for key in ["depends_on", "links"] {
            let Some(node) = service.get(key) else {
                continue;
            };
            let names = node.items().iter().filter_map(|one| {
                let name = one.text()?.split(':').next()?;
                Some((name, one))
            });
            let keys = node
                .entries()
                .iter()
                .map(|(name, one)| (name.as_str(), one));
            if let Some((store, at)) = names.chain(keys).find(|(name, _)| stores.contains(name)) {
                settings::reaches(found, store, self.place(at));
                return;
            }
        }
        let Some(environment) = service.get("environment") else {
            return;
        };
        let items = environment.items().iter();
        let values = items.chain(environment.entries().iter().map(|(_, value)| value));
        for value in values {
            let words = value.text().unwrap_or_default();
            let mut words = words.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')));
            if let Some(store) = words.find(|word| stores.contains(word)) {
                settings::reaches(found, store, self.place(value));
                return;
            }
        }
    }

    /// What starts the work: published ports, with what proves HTTP.
    fn starts(&self, found: &mut Found, service: &Node) {
        let mut ports = Vec::new();
        for port in service.get("ports").map_or(&[][..], Node::items) {
            ports.extend(self.port(port));
        }
        let labels = service
            .get("labels")
            .or_else(|| service.at("deploy/labels"));
        let routed = labels.filter(|labels| {
            let mut keys = labels.entries().iter().map(|(key, _)| key.as_str());
            let mut texts = labels.items().iter().filter_map(Node::text);
            keys.any(|key| key.starts_with("traefik.http.routers"))
                || texts.any(|text| text.starts_with("traefik.http.routers"))
        });
        let checked = service.at("healthcheck/test").filter(|test| {
            let mut all = String::new();
            test.walk(&mut |one| all += one.text().unwrap_or_default());
            all.contains("http://") || all.contains("https://")
        });
        let proof = if let Some(labels) = routed {
            Some((self.place(labels), "a proxy routes HTTP to it"))
        } else if ports.iter().any(|port| !port.is_udp) {
            checked.map(|test| (self.place(test), "its check of health asks by HTTP"))
        } else {
            None
        };
        published(found, &ports, proof);
        if ports.is_empty() {
            for port in service.get("expose").map_or(&[][..], Node::items) {
                let hint = format!("other services reach its port {port}");
                found.ask(FactId::Trigger, hint, self.place(port));
            }
        }
    }

    /// A port in its short or its long form.
    fn port(&self, port: &Node) -> Option<Port> {
        let place = self.place(port);
        if let Some(target) = port.get("target") {
            let protocol = port.get("protocol").and_then(Node::text);
            let app = port.get("app_protocol").and_then(Node::text);
            return Some(Port {
                number: text(Some(target)).and_then(|known| known.0.parse().ok()),
                is_udp: protocol == Some("udp"),
                is_http: app.is_some_and(|app| app.starts_with("http")),
                place,
            });
        }
        let (short, _) = text(Some(port)).or_else(|| {
            // The number in the container is known where only that outside is a variable.
            let last = port.text()?.rsplit(':').next()?.to_owned();
            Some((last, true))
        })?;
        let (numbers, protocol) = short.split_once('/').unwrap_or((&short, "tcp"));
        let inside = numbers.rsplit(':').next()?;
        Some(Port {
            number: inside.split('-').next()?.parse().ok(),
            is_udp: protocol == "udp",
            is_http: false,
            place,
        })
    }
}

/// The source and the target of a mount, in its short or its long form.
fn mount(volume: &Node) -> Option<(String, String)> {
    if let Some(target) = volume.get("target").and_then(Node::text) {
        let source = volume.get("source").and_then(Node::text)?;
        return Some((source.to_owned(), target.to_owned()));
    }
    let mut parts = volume.text()?.split(':');
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}
