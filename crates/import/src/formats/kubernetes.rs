//! Manifests of Kubernetes: documents of one file or of many, lists, what kustomize writes.
//!
//! One file, because kinds of manifests refer to each other by labels, and are read together.

use std::collections::{BTreeMap, BTreeSet};

use landfall_source::yaml::{Node, Value as Yaml};
use landfall_workload::FactId;

use crate::containers::is_agent;
use crate::finding::{Found, Part, Place, Store};
use crate::ports::{Port, published};
use crate::settings::{self, Set};
use crate::sizes;
use crate::stores;

/// Whether a document is a manifest.
pub(crate) fn is_manifest(node: &Node) -> bool {
    let text = |key: &str| node.get(key).and_then(Node::text);
    text("apiVersion").is_some() && text("kind").is_some()
}

/// One object of a manifest.
#[derive(Debug, Clone, Copy)]
struct Object<'m> {
    file: &'m str,
    kind: &'m str,
    name: &'m str,
    node: &'m Node,
}

impl<'m> Object<'m> {
    fn at(&self, path: &str) -> Option<&'m Node> {
        self.node.at(path)
    }

    fn place(&self, node: &Node) -> Place {
        Place::line(self.file, node.line)
    }

    fn text(&self, path: &str) -> Option<Set<String>> {
        self.text_of(self.at(path)?)
    }

    fn text_of(&self, node: &Node) -> Option<Set<String>> {
        let value = match &node.value {
            Yaml::Text(text) | Yaml::Number(text) => text.clone(),
            Yaml::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        // What a tool would still fill in is unknown.
        let is_open = value.contains("{{") || value.contains("${");
        (!is_open).then(|| Set {
            value,
            place: self.place(node),
            guess: None,
        })
    }

    fn namespace(&self) -> Option<&'m str> {
        self.at("metadata/namespace").and_then(Node::text)
    }

    /// Whether it is in a namespace; what names none is where it is put.
    fn is_in(&self, namespace: Option<&str>) -> bool {
        let pair = self.namespace().zip(namespace);
        pair.is_none_or(|(mine, other)| mine == other)
    }

    /// What its pods are made of.
    fn pod(&self) -> Option<&'m Node> {
        match self.kind {
            "Pod" => self.at("spec"),
            "CronJob" => self.at("spec/jobTemplate/spec/template/spec"),
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => {
                self.at("spec/template/spec")
            }
            _ => None,
        }
    }

    /// The labels of its pods.
    fn labels(&self) -> &'m [(String, Node)] {
        let path = match self.kind {
            "Pod" => "metadata/labels",
            "CronJob" => "spec/jobTemplate/spec/template/metadata/labels",
            _ => "spec/template/metadata/labels",
        };
        self.at(path).map_or(&[], Node::entries)
    }

    /// Whether it has no owner: a bare pod, or what owns pods.
    fn is_selected(&self, selector: &Node) -> bool {
        let wanted = selector.entries();
        let labels = self.labels();
        !wanted.is_empty() && wanted.iter().all(|entry| labels.contains(entry))
    }
}

/// Reads the documents of all inputs together: a service may stand in another file.
pub(crate) fn read(documents: &[(String, Node)]) -> Part {
    let mut objects = Vec::new();
    for (file, node) in documents {
        collect(file, node, &mut objects);
    }
    let mut part = Part::default();
    if let Some(first) = objects.get(MOST_OBJECTS) {
        let what = format!("what comes after {MOST_OBJECTS} objects");
        part.unread(what, first.place(first.node));
        objects.truncate(MOST_OBJECTS);
    }
    let manifests = Manifests {
        stores: store_names(&objects),
        routes: routes(&objects),
        objects,
    };
    let mut others: BTreeMap<&str, (usize, Place)> = BTreeMap::new();
    for object in &manifests.objects {
        let Some(pod) = object.pod() else {
            if !READ.contains(&object.kind) {
                let place = object.place(object.node.get("kind").unwrap_or(object.node));
                others.entry(object.kind).or_insert((0, place)).0 += 1;
            }
            continue;
        };
        if let Some(kind) = store_of(pod) {
            part.stores.push(Store {
                name: object.name.to_owned(),
                kind: format!("{kind} ({})", object.kind),
                place: object.place(object.node.get("kind").unwrap_or(object.node)),
            });
            continue;
        }
        part.found
            .push(manifests.workload(object, pod, &mut part.unused));
    }
    for (kind, (count, place)) in others {
        let what = match count {
            1 => kind.to_owned(),
            _ => format!("{count} of {kind}, the first here"),
        };
        part.unread(what, place);
    }
    part
}

/// Kinds that are read, beside those that have pods.
const READ: [&str; 13] = [
    "ClusterRoleBinding",
    "GRPCRoute",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "Ingress",
    "List",
    "PersistentVolumeClaim",
    "RoleBinding",
    "ScaledJob",
    "ScaledObject",
    "Service",
    "TCPRoute",
    "UDPRoute",
];

fn collect<'m>(file: &'m str, node: &'m Node, objects: &mut Vec<Object<'m>>) {
    let Some(kind) = node.get("kind").and_then(Node::text) else {
        return;
    };
    if kind.ends_with("List")
        && let Some(items) = node.get("items")
    {
        items
            .items()
            .iter()
            .for_each(|item| collect(file, item, objects));
        return;
    }
    let name = node.at("metadata/name").and_then(Node::text).unwrap_or("");
    objects.push(Object {
        file,
        kind,
        name,
        node,
    });
}

fn containers<'p>(pod: &'p Node, key: &str) -> &'p [Node] {
    pod.get(key).map_or(&[], Node::items)
}

/// The container that does the work: the first that is no agent.
fn main_of(pod: &Node) -> Option<&Node> {
    let all = containers(pod, "containers");
    let is_work = |one: &&Node| {
        let image = one.get("image").and_then(Node::text);
        !image.is_some_and(is_agent)
    };
    all.iter().find(is_work).or_else(|| all.first())
}

/// What the main container stores, if it is a store.
fn store_of(pod: &Node) -> Option<&'static str> {
    stores::of_image(main_of(pod)?.get("image")?.text()?)
}

struct Manifests<'m> {
    objects: Vec<Object<'m>>,
    /// Names under which stores are reached.
    stores: BTreeSet<&'m str>,
    /// The routes that lead to each service.
    routes: BTreeMap<&'m str, Vec<Route<'m>>>,
}

/// Most objects that are read together.
const MOST_OBJECTS: usize = 5_000;

/// Names under which stores are reached: their own, and those of services before them.
fn store_names<'m>(objects: &[Object<'m>]) -> BTreeSet<&'m str> {
    let is_store = |one: &&Object<'_>| one.pod().and_then(store_of).is_some();
    let stores: Vec<&Object<'m>> = objects.iter().filter(is_store).collect();
    let mut names: BTreeSet<&str> = stores.iter().map(|store| store.name).collect();
    for service in objects.iter().filter(|one| one.kind == "Service") {
        let selector = service.at("spec/selector");
        let is_before = |store: &&Object<'_>| {
            store.is_in(service.namespace()) && selector.is_some_and(|all| store.is_selected(all))
        };
        if stores.iter().any(is_before) {
            names.insert(service.name);
        }
    }
    names
}

/// What routes of each kind start.
const ROUTES: [(&str, &str); 5] = [
    ("Ingress", "http"),
    ("HTTPRoute", "http"),
    ("GRPCRoute", "http"),
    ("TCPRoute", "tcp"),
    ("UDPRoute", "udp"),
];

/// A way to a service: the namespace in which that is, what it starts, and where it stands.
type Route<'m> = (Option<&'m str>, &'static str, Place);

/// The ways to services, by their names.
fn routes<'m>(objects: &[Object<'m>]) -> BTreeMap<&'m str, Vec<Route<'m>>> {
    let mut routes: BTreeMap<&str, Vec<Route<'m>>> = BTreeMap::new();
    for (kind, trigger) in ROUTES {
        for route in objects.iter().filter(|one| one.kind == kind) {
            let Some(spec) = route.at("spec") else {
                continue;
            };
            let mut add = |name: Option<&'m Node>, namespace: Option<&'m str>| {
                if let Some((name, text)) = name.and_then(|name| Some((name, name.text()?))) {
                    let namespace = namespace.or_else(|| route.namespace());
                    let way = (namespace, trigger, route.place(name));
                    routes.entry(text).or_default().push(way);
                }
            };
            // `service.name` of an Ingress, `serviceName` of its first versions, and the
            // `backendRefs` of routes.
            spec.walk(&mut |node| {
                add(node.at("service/name"), None);
                add(node.get("serviceName"), None);
                for backend in node.get("backendRefs").map_or(&[][..], Node::items) {
                    let namespace = backend.get("namespace").and_then(Node::text);
                    add(backend.get("name"), namespace);
                }
            });
        }
    }
    routes
}

impl<'m> Manifests<'m> {
    /// Objects of some kinds in the namespace of another.
    fn beside<'s>(
        &'s self,
        object: &'s Object<'_>,
        kinds: &'s [&str],
    ) -> impl Iterator<Item = &'s Object<'m>> + 's {
        let all = self.of(kinds);
        all.filter(|one| one.is_in(object.namespace()))
    }

    fn of<'s>(&'s self, kinds: &'s [&str]) -> impl Iterator<Item = &'s Object<'m>> + 's {
        self.objects
            .iter()
            .filter(move |one| kinds.contains(&one.kind))
    }

    fn workload(
        &self,
        object: &Object<'_>,
        pod: &Node,
        unused: &mut Vec<crate::finding::Note>,
    ) -> Found {
        let mut found = Found::new(object.name);
        let place = object.place(object.node.get("kind").unwrap_or(object.node));
        let mut today = vec![format!("Kubernetes {}", object.kind)];
        if let Some(replicas) = object.text("spec/replicas") {
            today.push(format!("{} replicas", replicas.value));
        }
        let main = main_of(pod);
        if let Some(main) = main {
            settings::package(&mut found, "image", object.place(main));
            limits(object, &mut found, main, &mut today);
        }
        let number = containers(pod, "containers").len();
        let native = containers(pod, "initContainers")
            .iter()
            .find(|one| one.get("restartPolicy").and_then(Node::text) == Some("Always"));
        let second = containers(pod, "containers").get(1).filter(|_| number > 1);
        if let Some(helper) = second.or(native) {
            found.holds(FactId::Sidecar, object.place(helper));
        }
        rights(object, &mut found, pod);
        where_it_runs(object, &mut found, pod);
        self.files(object, &mut found, pod);
        self.reaches(object, &mut found, pod);
        self.asks_cluster(object, &mut found, pod);
        match object.kind {
            "CronJob" => cron(object, &mut found),
            "Job" => job(object, &mut found, "spec"),
            "DaemonSet" => found.holds(FactId::Daemon, place.clone()),
            _ => {}
        }
        self.starts(object, &mut found, pod);
        for scaler in self.beside(object, &["HorizontalPodAutoscaler"]) {
            let target = scaler.at("spec/scaleTargetRef/name").and_then(Node::text);
            if target == Some(object.name) {
                let text = |path: &str| scaler.text(path).map_or("?".to_owned(), |set| set.value);
                let (least, most) = (text("spec/minReplicas"), text("spec/maxReplicas"));
                unused.push(crate::finding::Note {
                    what: format!("{}: scales from {least} to {most} replicas", object.name),
                    place: scaler.place(scaler.node.get("kind").unwrap_or(scaler.node)),
                });
            }
        }
        found.runs(today.join(", "), place);
        found
    }

    /// Volumes: claims of many nodes are shared files; others hold state.
    fn files(&self, object: &Object<'_>, found: &mut Found, pod: &Node) {
        if let Some(templates) = object.at("spec/volumeClaimTemplates")
            && !templates.items().is_empty()
        {
            found.holds(FactId::LocalState, object.place(templates));
        }
        for volume in containers(pod, "volumes") {
            let place = object.place(volume);
            if volume.get("hostPath").is_some() {
                let hint = "a folder of the host is mounted";
                found.ask(FactId::CustomHost, hint, place);
            } else if volume.get("nfs").is_some() {
                found.holds(FactId::SharedFiles, place);
            } else if let Some(claim) = volume.at("persistentVolumeClaim/claimName") {
                let name = claim.text().unwrap_or_default();
                let mut claims = self.beside(object, &["PersistentVolumeClaim"]);
                let modes = claims.find(|one| one.name == name);
                let modes = modes.and_then(|claim| claim.at("spec/accessModes"));
                let is_shared = modes.is_some_and(|modes| {
                    let mut modes = modes.items().iter().filter_map(Node::text);
                    modes.any(|mode| matches!(mode, "ReadWriteMany" | "ReadOnlyMany"))
                });
                if is_shared {
                    found.holds(FactId::SharedFiles, place);
                } else {
                    let hint = format!("the volume claim {name} is mounted");
                    found.ask(FactId::LocalState, hint, place);
                }
            }
        }
    }

    /// Stores in the same manifests that a container names in its settings.
    fn reaches(&self, object: &Object<'_>, found: &mut Found, pod: &Node) {
        for variable in containers(pod, "containers")
            .iter()
            .flat_map(|one| containers(one, "env"))
        {
            let Some(value) = variable.get("value") else {
                continue;
            };
            let text = value.text().unwrap_or_default();
            let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
            if let Some(store) = words.find(|word| self.stores.contains(word)) {
                settings::reaches(found, store, object.place(value));
                return;
            }
        }
    }

    /// Rights that its service account is given in the cluster.
    fn asks_cluster(&self, object: &Object<'_>, found: &mut Found, pod: &Node) {
        let Some(account) = pod.get("serviceAccountName").and_then(Node::text) else {
            return;
        };
        for binding in self.of(&["RoleBinding", "ClusterRoleBinding"]) {
            for subject in binding.at("subjects").map_or(&[][..], Node::items) {
                let text = |key: &str| subject.get(key).and_then(Node::text);
                let is_account = text("kind") == Some("ServiceAccount");
                if is_account && text("name") == Some(account) && object.is_in(text("namespace")) {
                    let set = Set {
                        value: true,
                        place: binding.place(subject),
                        guess: Some("its service account has rights in the cluster".to_owned()),
                    };
                    set.flag(found, FactId::KubernetesApi);
                    return;
                }
            }
        }
    }

    /// What starts the work: a route, a service, a scaler that watches a queue.
    fn starts(&self, object: &Object<'_>, found: &mut Found, pod: &Node) {
        for scaler in self.beside(object, &["ScaledObject", "ScaledJob"]) {
            let target = scaler.at("spec/scaleTargetRef/name").and_then(Node::text);
            if target != Some(object.name) {
                continue;
            }
            for trigger in scaler.at("spec/triggers").map_or(&[][..], Node::items) {
                let kind = trigger.get("type").and_then(Node::text).unwrap_or("");
                let place = scaler.place(trigger);
                match kind {
                    "aws-sqs-queue" => settings::trigger(found, "queue", place, None),
                    "aws-kinesis-stream" => settings::trigger(found, "data-stream", place, None),
                    "aws-dynamodb-streams" => {
                        settings::trigger(found, "table-stream", place, None);
                    }
                    _ => {
                        let hint = format!("it is scaled by {kind}");
                        found.ask(FactId::Trigger, hint, place);
                    }
                }
            }
        }
        for service in self.beside(object, &["Service"]) {
            let selector = service.at("spec/selector");
            if selector.is_some_and(|selector| object.is_selected(selector)) {
                self.served(object, found, pod, service);
            }
        }
    }

    /// What a service before it says.
    fn served(&self, object: &Object<'_>, found: &mut Found, pod: &Node, service: &Object<'_>) {
        let ways = self.routes.get(service.name);
        let mut ways = ways.map_or(&[][..], Vec::as_slice).iter();
        if let Some((_, trigger, place)) = ways.find(|(at, ..)| service.is_in(*at)) {
            if matches!(*trigger, "tcp" | "udp") {
                found.holds(FactId::NonHttpListener, place.clone());
            }
            match *trigger {
                "http" => settings::balanced_http(found, place.clone()),
                other => settings::trigger(found, other, place.clone(), None),
            }
            let mut ports = service.at("spec/ports").map_or(&[][..], Node::items).iter();
            let is_udp = |port: &&Node| port.get("protocol").and_then(Node::text) == Some("UDP");
            if let Some(port) = ports.find(is_udp) {
                found.holds(FactId::NonHttpListener, service.place(port));
            }
            return;
        }
        let ports: Vec<Port> = service
            .at("spec/ports")
            .map_or(&[][..], Node::items)
            .iter()
            .map(|port| {
                let text = |key: &str| port.get(key).and_then(Node::text);
                let app = text("appProtocol").unwrap_or_default();
                Port {
                    number: text("port").and_then(|number| number.parse().ok()),
                    is_udp: text("protocol") == Some("UDP"),
                    is_http: app.starts_with("http") || app.starts_with("kubernetes.io/h2c"),
                    place: service.place(port),
                }
            })
            .collect();
        let kind = service.at("spec/type").and_then(Node::text);
        let is_probed = ["readinessProbe", "livenessProbe", "startupProbe"]
            .iter()
            .find_map(|probe| main_of(pod)?.get(probe)?.get("httpGet"));
        let is_tcp = ports.iter().any(|port| !port.is_udp);
        let proof = is_probed.filter(|_| is_tcp).map(|probe| {
            let place = object.place(probe);
            (
                place,
                "a service stands before it, and its probe asks by HTTP",
            )
        });
        if matches!(kind, Some("LoadBalancer" | "NodePort")) || proof.is_some() {
            published(found, &ports, proof);
        } else if let Some(port) = ports.first() {
            let number = port
                .number
                .map_or(String::new(), |number| format!(" {number}"));
            let hint = format!("the service {} hands it the port{number}", service.name);
            found.ask(FactId::Trigger, hint, port.place.clone());
        }
    }
}

/// Limits bound; requests are of today.
fn limits(object: &Object<'_>, found: &mut Found, main: &Node, today: &mut Vec<String>) {
    let of = |part: &str, key: &str| {
        let node = main.get("resources")?.get(part)?.get(key)?;
        object.text_of(node)
    };
    let shown = |part: &str| {
        let parts: Vec<String> = ["cpu", "memory"]
            .iter()
            .filter_map(|key| of(part, key).map(|set| format!("{key} {}", set.value)))
            .collect();
        (!parts.is_empty()).then(|| format!("{part} {}", parts.join(" and ")))
    };
    today.extend(shown("requests"));
    today.extend(shown("limits"));
    for (key, fact) in [
        ("memory", FactId::Memory),
        ("ephemeral-storage", FactId::EphemeralDisk),
    ] {
        if let Some(bytes) =
            of("limits", key).and_then(|set| set.map(|text| sizes::kubernetes(&text)))
        {
            bytes.bounds(found, fact, 1.0);
        }
    }
    let resources = main.get("resources");
    let devices = resources.and_then(|resources| {
        let all = resources
            .entries()
            .iter()
            .flat_map(|(_, part)| part.entries());
        let mut all = all.filter(|(key, _)| {
            key.ends_with("/gpu") || key.starts_with("nvidia.com/") || key.contains("neuron")
        });
        all.next().map(|(_, node)| node)
    });
    if let Some(node) = devices {
        found.holds(FactId::Gpu, object.place(node));
    } else {
        let place = object.place(main);
        settings::needs_no(found, FactId::Gpu, &place, "no GPU is handed to it");
    }
}

/// Rights on the host.
fn rights(object: &Object<'_>, found: &mut Found, pod: &Node) {
    let all = containers(pod, "containers").iter();
    for one in all.chain(containers(pod, "initContainers")) {
        let node = one.at("securityContext/privileged");
        if let Some(node) = node.filter(|node| node.flag() == Some(true)) {
            found.holds(FactId::Privileged, object.place(node));
        }
        let added = one.at("securityContext/capabilities/add");
        if let Some(node) = added.filter(|node| !node.items().is_empty()) {
            let hint = "capabilities of the kernel are added";
            found.ask(FactId::Privileged, hint, object.place(node));
        }
    }
    let sysctls = pod.at("securityContext/sysctls");
    if let Some(node) = sysctls.filter(|node| !node.items().is_empty()) {
        found.holds(FactId::KernelTuning, object.place(node));
    }
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if let Some(node) = pod.get(key).filter(|node| node.flag() == Some(true)) {
            let hint = format!("`{key}` is set");
            found.ask(FactId::CustomHost, hint, object.place(node));
        }
    }
}

/// Operating system and architecture, by the nodes that are asked for.
fn where_it_runs(object: &Object<'_>, found: &mut Found, pod: &Node) {
    let selector = pod.get("nodeSelector");
    let wanted = |label: &str| -> Option<Set<Vec<String>>> {
        let key = format!("kubernetes.io/{label}");
        if let Some(node) = selector.and_then(|selector| selector.get(&key)) {
            let set = object.text_of(node)?;
            return set.map(|text| Some(vec![text]));
        }
        let terms = pod.at(
            "affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms",
        )?;
        let [term] = terms.items() else { return None };
        let expressions = term.get("matchExpressions")?.items().iter();
        let mut expressions = expressions.filter(|one| {
            let text = |key: &str| one.get(key).and_then(Node::text);
            text("key") == Some(key.as_str()) && text("operator") == Some("In")
        });
        let values = expressions.next()?.get("values")?;
        let value = values
            .items()
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned);
        Some(Set {
            value: value.collect(),
            place: object.place(values),
            guess: None,
        })
    };
    if let Some(set) = wanted("arch") {
        settings::architectures(found, set);
    }
    let os = wanted("os").or_else(|| {
        let set = object.text_of(pod.at("os/name")?)?;
        set.map(|text| Some(vec![text]))
    });
    if let Some(set) = os {
        let word = match set.value.as_slice() {
            [one] if one == "windows" => "windows",
            [one] if one == "linux" => "linux",
            _ => return,
        };
        settings::os(found, word, set.place, None);
    }
}

fn cron(object: &Object<'_>, found: &mut Found) {
    let is_off = object.at("spec/suspend").and_then(Node::flag) == Some(true);
    if let Some(schedule) = object.text("spec/schedule") {
        if is_off {
            let hint = format!("it is suspended; its schedule is {}", schedule.value);
            found.ask(FactId::Trigger, hint, schedule.place);
        } else {
            let zone = object.text("spec/timeZone").map(|zone| zone.value);
            settings::schedule(found, schedule, zone);
        }
    }
    bound_job(object, found, "spec/jobTemplate/spec");
}

fn job(object: &Object<'_>, found: &mut Found, spec: &str) {
    let place = object.place(object.node.get("kind").unwrap_or(object.node));
    settings::trigger(found, "batch", place, None);
    bound_job(object, found, spec);
}

/// How long a job may take.
fn bound_job(object: &Object<'_>, found: &mut Found, spec: &str) {
    for path in [
        "activeDeadlineSeconds",
        "template/spec/activeDeadlineSeconds",
    ] {
        let set = object.text(&format!("{spec}/{path}"));
        let seconds = set.and_then(|set| set.map(|text| text.parse::<f64>().ok()));
        if let Some(seconds) = seconds {
            seconds.bounds(found, FactId::DurationMax, 1.0);
        }
    }
}
