//! `serverless.yml` of the Serverless Framework.

use landfall_source::yaml::{Node, Value as Yaml};
use landfall_workload::FactId;

use super::cloudformation;
use crate::finding::{Found, Part, Place};
use crate::known::Known;
use crate::settings::{self, MB, Set};

/// Most variables that are looked up for one value.
const MOST_LOOKUPS: usize = 16;

/// Whether a document is of this framework.
pub(crate) fn is_service(node: &Node) -> bool {
    node.get("provider").is_some()
        && node.get("functions").is_some()
        && node.get("service").is_some()
}

/// Reads a service; its `resources` are a template.
pub(crate) fn read(file: &str, node: &Node) -> Part {
    let service = Service { file, node };
    let mut part = Part::default();
    let name = node.get("service");
    let name = name.map(|name| name.get("name").unwrap_or(name));
    part.name = name
        .and_then(|name| service.known(name))
        .map(|known| known.text);
    if node.get("Resources").is_none()
        && let Some(resources) = node.get("resources")
    {
        let all = match &resources.value {
            Yaml::List(items) => items.iter().collect(),
            _ => vec![resources],
        };
        for one in all {
            let more = cloudformation::read(file, one);
            part.found.extend(more.found);
            part.stores.extend(more.stores);
            part.unused.extend(more.unused);
            part.unread.extend(more.unread);
            if one.get("Resources").is_none() {
                part.unread("resources of another file", service.place(one));
            }
        }
    }
    if let Some(region) = node.at("provider/region")
        && let Some(known) = service.known(region)
        && known.guess.is_none()
        && landfall_units::is_region_name(&known.text)
    {
        part.region = Some((known.text, service.place(region)));
    }
    let functions = node.get("functions");
    let all = match functions.map(|node| &node.value) {
        Some(Yaml::List(items)) => items.iter().collect(),
        Some(_) => functions.into_iter().collect(),
        None => Vec::new(),
    };
    for group in all {
        if group.entries().is_empty() {
            part.unread("functions of another file", service.place(group));
        }
        for (name, function) in group.entries() {
            let found = service.function(name, function, &mut part);
            part.found.push(found);
        }
    }
    part
}

struct Service<'s> {
    file: &'s str,
    node: &'s Node,
}

impl Service<'_> {
    fn place(&self, node: &Node) -> Place {
        Place::line(self.file, node.line)
    }

    /// What a value comes to; none where only a deployment tells.
    fn known(&self, node: &Node) -> Option<Known> {
        let mut text = match &node.value {
            Yaml::Text(text) | Yaml::Number(text) => text.clone(),
            Yaml::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        let mut guess = None;
        for _ in 0..MOST_LOOKUPS {
            // The innermost variable is the last that begins.
            let Some((before, after)) = text.rsplit_once("${") else {
                return Some(Known { text, guess });
            };
            let (inside, rest) = after.split_once('}')?;
            let found = self.variable(inside)?;
            guess = guess.or(found.guess);
            text = format!("{before}{}{rest}", found.text);
            if text.len() > 10_000 {
                return None;
            }
        }
        None
    }

    /// A variable: another value of the file, or the default after its comma.
    fn variable(&self, inside: &str) -> Option<Known> {
        let mut sources = inside.split(',').map(str::trim);
        let first = sources.next()?;
        if let Some(path) = first.strip_prefix("self:") {
            let path = path.replace('.', "/");
            if let Some(node) = self.node.at(path.trim_start_matches('/')) {
                let text = match &node.value {
                    Yaml::Text(text) | Yaml::Number(text) => text.clone(),
                    Yaml::Bool(flag) => flag.to_string(),
                    _ => return None,
                };
                return Some(Known { text, guess: None });
            }
        }
        let default = sources.next()?;
        let is_source = default.contains(':');
        (!is_source).then(|| Known {
            text: default.trim_matches(['\'', '"']).to_owned(),
            guess: Some(format!("the default of ${{{first}}}")),
        })
    }

    fn set(&self, node: Option<&Node>) -> Option<Set<String>> {
        let node = node?;
        let known = self.known(node)?;
        Some(Set {
            value: known.text,
            place: self.place(node),
            guess: known.guess,
        })
    }

    fn number(&self, node: Option<&Node>) -> Option<Set<f64>> {
        let set = self.set(node)?;
        set.map(|text| text.trim().parse().ok().filter(|n: &f64| n.is_finite()))
    }

    fn function(&self, name: &str, function: &Node, part: &mut Part) -> Found {
        let own = |key: &str| function.at(key);
        let provider = |key: &str| self.node.get("provider").and_then(|node| node.at(key));
        let either = |key: &str| own(key).or_else(|| provider(key));
        let given = self.set(own("name")).filter(|set| set.guess.is_none());
        let mut found = Found::new(given.as_ref().map_or(name, |set| set.value.as_str()));
        found.also.push(name.to_owned());
        // The framework names a function by service, stage and key.
        let stage = self
            .set(provider("stage"))
            .filter(|set| set.guess.is_none());
        if let (Some(service), Some(stage)) = (part.name.as_ref(), stage) {
            found.also.push(format!("{service}-{}-{name}", stage.value));
        }
        let place = self.place(function);
        let mut today = vec!["AWS Lambda".to_owned()];
        if let Some(memory) = self.number(either("memorySize")) {
            today.push(format!("{}MB", memory.value));
            memory.bounds(&mut found, FactId::Memory, MB);
        }
        if let Some(seconds) = self.number(either("timeout")) {
            today.push(format!("timeout {}s", seconds.value));
            seconds.bounds(&mut found, FactId::DurationMax, 1.0);
        }
        if let Some(set) = self.set(either("architecture")) {
            today.push(set.value.clone());
            if let Some(list) = set.map(|text| Some(vec![text])) {
                settings::architectures(&mut found, list);
            }
        }
        if let Some(image) = own("image") {
            settings::package(&mut found, "image", self.place(image));
        } else if let Some(runtime) = self.set(either("runtime")) {
            today.push(runtime.value.clone());
            settings::package(&mut found, "zip", runtime.place.clone());
            runtime.text(&mut found, FactId::Runtime);
        }
        if let Some(disk) = self.number(own("ephemeralStorageSize")) {
            disk.bounds(&mut found, FactId::EphemeralDisk, MB);
        }
        if let Some(files) = own("fileSystemConfig") {
            found.holds(FactId::SharedFiles, self.place(files));
        }
        let network = either("vpc").filter(|node| node.get("subnetIds").is_some());
        if let Some(network) = network {
            settings::attached(&mut found, self.place(network));
        }
        for key in ["reservedConcurrency", "provisionedConcurrency"] {
            if let Some(set) = self.set(own(key)) {
                part.unused(format!("{}: {key} {}", found.name, set.value), set.place);
            }
        }
        settings::measured_architecture(&mut found);
        settings::runs_on_lambda(&mut found, &place);
        found.runs(today.join(", "), place);
        if let Some(url) = own("url").filter(|node| node.value != Yaml::Bool(false)) {
            settings::trigger(&mut found, "http", self.place(url), None);
            settings::front_door(&mut found, "function-url", self.place(url));
        }
        for event in own("events").map_or(&[][..], Node::items) {
            self.event(&mut found, event);
        }
        found
    }

    /// One event: a key, with its settings or without.
    fn event(&self, found: &mut Found, event: &Node) {
        let (kind, inner) = match event.entries().first() {
            Some((kind, inner)) => (kind.as_str(), Some(inner)),
            None => (event.text().unwrap_or_default(), None),
        };
        let place = self.place(inner.unwrap_or(event));
        let get = |key: &str| inner.and_then(|inner| inner.get(key));
        if self
            .set(get("enabled"))
            .is_some_and(|set| set.value == "false")
        {
            let hint = format!("an event {kind} is switched off");
            found.ask(FactId::Trigger, hint, place);
            return;
        }
        match kind {
            "http" | "httpApi" | "alb" => {
                let door = match kind {
                    "http" => "rest-api",
                    "httpApi" => "http-api",
                    _ => "alb",
                };
                settings::trigger(found, "http", place.clone(), None);
                settings::front_door(found, door, place);
            }
            "websocket" => settings::trigger(found, "websocket", place, None),
            "s3" => {
                // A bucket by its name alone notifies of new objects.
                let event = self.set(get("event")).map(|set| set.value);
                if event.is_none_or(|event| event.starts_with("s3:ObjectCreated")) {
                    settings::trigger(found, "object-created", place, None);
                } else {
                    found.is_started("a bucket notifies it, not only of new objects", place);
                }
            }
            "sqs" => self.pulled(found, "queue", &get, place),
            "stream" => {
                let kind = self.set(get("type")).map(|set| set.value);
                let mut text = String::new();
                if let Some(inner) = inner {
                    inner.walk(&mut |one| text += one.text().unwrap_or_default());
                }
                if kind.as_deref() == Some("dynamodb") || text.contains(":dynamodb:") {
                    self.pulled(found, "table-stream", &get, place);
                } else if kind.as_deref() == Some("kinesis") || text.contains(":kinesis:") {
                    self.pulled(found, "data-stream", &get, place);
                } else {
                    found.is_started("a stream starts it", place);
                }
            }
            "sns" | "eventBridge" | "cloudwatchEvent" => match self.set(get("schedule")) {
                Some(schedule) => settings::schedule(found, schedule, None),
                None => settings::trigger(found, "event-bus", place, None),
            },
            "schedule" => self.scheduled(found, inner, place),
            _ => {
                found.is_started(format!("an event {kind} starts it"), place);
            }
        }
    }

    fn scheduled(&self, found: &mut Found, inner: Option<&Node>, place: Place) {
        let rate = inner.and_then(|inner| inner.get("rate")).or(inner);
        let zone = inner.and_then(|inner| self.set(inner.get("timezone")));
        let rates: Vec<&Node> = rate.map(Node::one_or_more).unwrap_or_default();
        if let [one] = rates.as_slice() {
            match self.set(Some(one)) {
                Some(set) => settings::schedule(found, set, zone.map(|zone| zone.value)),
                None => settings::trigger(found, "schedule", place, None),
            }
        } else {
            settings::trigger(found, "schedule", place.clone(), None);
            let hint = format!("it has {} schedules", rates.len());
            found.ask(FactId::Volume, hint, place);
        }
    }

    /// How work comes off a queue or a stream.
    fn pulled<'n>(
        &self,
        found: &mut Found,
        word: &'static str,
        get: &impl Fn(&str) -> Option<&'n Node>,
        place: Place,
    ) {
        settings::trigger(found, word, place, None);
        if let Some(size) = self.number(get("batchSize")) {
            size.is(found, FactId::BatchSize, 1.0);
        }
        let window = get("maximumBatchingWindow").or_else(|| get("batchWindow"));
        if let Some(window) = self.number(window).filter(|window| window.value > 0.0) {
            window.is(found, FactId::BatchWindow, 1.0);
        }
    }
}
