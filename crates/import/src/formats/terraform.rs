//! A plan of Terraform (`terraform show -json`), with its modules.
//!
//! Values are those planned; what is known only after the plan is applied is unknown. A
//! resource refers to another by an expression of the configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use landfall_source::Source;
use landfall_source::yaml::{Node, Value as Yaml, read_documents};
use landfall_workload::FactId;

use crate::containers::{self, Reading};
use crate::finding::{Found, Part, Place, Store};
use crate::known::Known;
use crate::settings::{self, MB, Set};
use crate::stores;
use crate::today;

/// Most instances of one block that a reference without an index stands for.
const MOST_INSTANCES: usize = 100;

/// Whether a document is a plan, or a state, as Terraform shows it.
pub(crate) fn is_plan(node: &Node) -> bool {
    node.get("format_version").is_some()
        && (node.get("planned_values").is_some() || node.get("values").is_some())
}

/// One resource that will be there.
#[derive(Debug, Clone, Copy)]
struct Resource<'p> {
    /// Its place among the resources.
    at: usize,
    address: &'p str,
    kind: &'p str,
    name: &'p str,
    values: &'p Node,
    node: &'p Node,
}

struct Plan<'p> {
    file: &'p str,
    resources: Vec<Resource<'p>>,
    /// The places of the resources that each refers to.
    refers: Vec<Vec<usize>>,
}

/// Reads a plan.
pub(crate) fn read(file: &str, node: &Node) -> Part {
    let mut resources = Vec::new();
    let values = node.get("planned_values").or_else(|| node.get("values"));
    if let Some(root) = values.and_then(|values| values.get("root_module")) {
        collect(root, &mut resources);
    }
    let deleted = deleted(node);
    resources.retain(|one| !deleted.contains(one.address));
    let mut refers = BTreeMap::new();
    if let Some(root) = node.at("configuration/root_module") {
        expressions(root, "", &mut refers);
    }
    for (at, one) in resources.iter_mut().enumerate() {
        one.at = at;
    }
    let plan = Plan {
        file,
        refers: resolved(&resources, &refers),
        resources,
    };
    let mut part = Part::default();
    if let Some(region) = node.at("configuration/provider_config/aws/expressions/region") {
        let value = region.get("constant_value").and_then(Node::text);
        if let Some(value) = value.filter(|value| landfall_units::is_region_name(value)) {
            part.region = Some((value.to_owned(), Place::line(file, region.line)));
        }
    }
    let mut found: BTreeMap<&str, Found> = BTreeMap::new();
    let used = plan.used_definitions();
    for one in &plan.resources {
        let read = match one.kind {
            "aws_lambda_function" => Some(plan.function(*one, &mut part)),
            "aws_ecs_service" => plan.service(*one, &mut part),
            "aws_ecs_task_definition" if !used.contains(one.address) => Some(plan.job(*one)),
            "aws_batch_job_definition" => Some(plan.batch(*one)),
            _ => None,
        };
        if let Some(read) = read {
            found.insert(one.address, read);
        }
    }
    plan.triggers(&mut found);
    plan.stores(&mut found, &mut part);
    plan.rest(&mut part);
    let order: Vec<&str> = plan.resources.iter().map(|one| one.address).collect();
    part.found = order.iter().filter_map(|one| found.remove(one)).collect();
    part
}

/// The resources of a module and of those in it.
fn collect<'p>(module: &'p Node, resources: &mut Vec<Resource<'p>>) {
    for node in module.get("resources").map_or(&[][..], Node::items) {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let is_managed = text("mode") != Some("data");
        if let (Some(address), Some(kind), Some(values), true) = (
            text("address"),
            text("type"),
            node.get("values"),
            is_managed,
        ) {
            resources.push(Resource {
                at: 0,
                address,
                kind,
                name: text("name").unwrap_or(address),
                values,
                node,
            });
        }
    }
    for child in module.get("child_modules").map_or(&[][..], Node::items) {
        collect(child, resources);
    }
}

/// Resources that the plan takes away.
fn deleted(node: &Node) -> BTreeSet<&str> {
    let changes = node.get("resource_changes").map_or(&[][..], Node::items);
    let is_deleted = |change: &&Node| {
        let actions = change.at("change/actions").map_or(&[][..], Node::items);
        matches!(actions, [one] if one.text() == Some("delete"))
    };
    let deleted = changes.iter().filter(is_deleted);
    deleted
        .filter_map(|change| change.get("address")?.text())
        .collect()
}

/// What the expressions of every resource refer to, with the module's address before it.
fn expressions(module: &Node, prefix: &str, refers: &mut BTreeMap<String, Vec<String>>) {
    for node in module.get("resources").map_or(&[][..], Node::items) {
        let Some(address) = node.get("address").and_then(Node::text) else {
            continue;
        };
        let mut names = Vec::new();
        if let Some(all) = node.get("expressions") {
            all.walk(&mut |one| {
                for name in one.get("references").map_or(&[][..], Node::items) {
                    names.extend(name.text().map(|name| format!("{prefix}{name}")));
                }
            });
        }
        refers.insert(format!("{prefix}{address}"), names);
    }
    for (name, call) in module.get("module_calls").map_or(&[][..], Node::entries) {
        if let Some(inner) = call.get("module") {
            expressions(inner, &format!("{prefix}module.{name}."), refers);
        }
    }
}

/// What each resource refers to. Of the instances of one block those of the same index are
/// meant, where there are such.
fn resolved(resources: &[Resource<'_>], refers: &BTreeMap<String, Vec<String>>) -> Vec<Vec<usize>> {
    let mut by_block: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for one in resources {
        by_block
            .entry(without_indices(one.address))
            .or_default()
            .push(one.at);
    }
    let index = |address: &str| {
        address
            .rfind('[')
            .map(|at| address.split_at(at).1.to_owned())
    };
    let of = |one: &Resource<'_>| {
        let names = refers.get(&without_indices(one.address));
        let mut found = BTreeSet::new();
        for name in names.map_or(&[][..], Vec::as_slice) {
            let name = without_indices(name);
            let mut part = name.as_str();
            let places = loop {
                if let Some(places) = by_block.get(part) {
                    break places.as_slice();
                }
                match part.rsplit_once('.') {
                    Some((head, _)) => part = head,
                    None => break &[],
                }
            };
            let mine = index(one.address);
            let address = |place: &usize| resources.get(*place).map(|other| other.address);
            let is_same = |place: &&usize| mine.is_some() && address(place).and_then(index) == mine;
            let same: Vec<usize> = places.iter().filter(is_same).copied().collect();
            let first = places.iter().take(MOST_INSTANCES).copied();
            found.extend(if same.is_empty() {
                first.collect()
            } else {
                same
            });
        }
        found.remove(&one.at);
        found.into_iter().collect()
    };
    resources.iter().map(of).collect()
}

/// An address without the indices of `count` and `for_each`.
fn without_indices(address: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for letter in address.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

impl<'p> Plan<'p> {
    fn place(&self, node: &Node) -> Place {
        Place::line(self.file, node.line)
    }

    fn text(&self, one: Resource<'p>, path: &str) -> Option<Set<String>> {
        let node = one.values.at(path)?;
        let known = Known::plain(node)?;
        (!known.text.is_empty()).then(|| Set {
            value: known.text,
            place: self.place(node),
            guess: None,
        })
    }

    fn number(&self, one: Resource<'p>, path: &str) -> Option<Set<f64>> {
        let set = self.text(one, path)?;
        set.map(|text| text.parse().ok().filter(|n: &f64| n.is_finite()))
    }

    /// The resources of some types that one refers to.
    fn referred(&self, one: Resource<'_>, kinds: &[&str]) -> Vec<Resource<'p>> {
        let places = self.refers.get(one.at).map_or(&[][..], Vec::as_slice);
        let all = places
            .iter()
            .filter_map(|place| self.resources.get(*place).copied());
        all.filter(|other| kinds.contains(&other.kind)).collect()
    }

    fn of(&self, kind: &str) -> impl Iterator<Item = Resource<'p>> {
        let all = self.resources.iter().copied();
        all.filter(move |one| one.kind == kind)
    }

    fn named(&self, one: Resource<'p>, path: &str) -> Found {
        let name = self.text(one, path);
        let mut found = Found::new(name.as_ref().map_or(one.name, |set| set.value.as_str()));
        found.also.push(one.address.to_owned());
        // Names that say nothing, and those of several instances, are no names to join by.
        let is_usual = matches!(one.name, "this" | "main" | "default");
        if !is_usual && !one.address.contains('[') {
            found.also.push(one.name.to_owned());
        }
        found
    }

    fn function(&self, one: Resource<'p>, part: &mut Part) -> Found {
        let mut found = self.named(one, "function_name");
        let place = self.place(one.node);
        let mut today = vec!["AWS Lambda".to_owned()];
        if let Some(memory) = self.number(one, "memory_size") {
            today.push(format!("{}MB", memory.value));
            memory.bounds(&mut found, FactId::Memory, MB);
        }
        if let Some(seconds) = self.number(one, "timeout") {
            today.push(format!("timeout {}s", seconds.value));
            seconds.bounds(&mut found, FactId::DurationMax, 1.0);
        }
        if let Some(list) = one
            .values
            .at("architectures")
            .filter(|list| !list.items().is_empty())
        {
            let value: Vec<String> = list
                .items()
                .iter()
                .filter_map(Node::text)
                .map(str::to_owned)
                .collect();
            today.extend(value.clone());
            let place = self.place(list);
            let guess = None;
            settings::architectures(
                &mut found,
                Set {
                    value,
                    place,
                    guess,
                },
            );
        }
        let is_image = self
            .text(one, "package_type")
            .is_some_and(|kind| kind.value == "Image")
            || self.text(one, "image_uri").is_some();
        if is_image {
            settings::package(&mut found, "image", place.clone());
        } else if let Some(runtime) = self.text(one, "runtime") {
            today.push(runtime.value.clone());
            settings::package(&mut found, "zip", runtime.place.clone());
            runtime.text(&mut found, FactId::Runtime);
        }
        if let Some(disk) = self.number(one, "ephemeral_storage/0/size") {
            disk.bounds(&mut found, FactId::EphemeralDisk, MB);
        }
        if let Some(files) = one.values.at("file_system_config/0") {
            found.holds(FactId::SharedFiles, self.place(files));
        }
        if let Some(network) = one.values.at("vpc_config/0") {
            settings::attached(&mut found, self.place(network));
        }
        let reserved = self.number(one, "reserved_concurrent_executions");
        if let Some(reserved) = reserved.filter(|reserved| reserved.value >= 0.0) {
            let what = format!("{}: reserved concurrency {}", found.name, reserved.value);
            part.unused(what, reserved.place);
        }
        settings::measured_architecture(&mut found);
        settings::runs_on_lambda(&mut found, &place);
        found.runs(today.join(", "), place);
        found
    }

    /// Task definitions that a service uses.
    fn used_definitions(&self) -> BTreeSet<&'p str> {
        let services = self.of("aws_ecs_service");
        let used = services.flat_map(|one| self.referred(one, &["aws_ecs_task_definition"]));
        used.map(|one| one.address).collect()
    }

    fn service(&self, one: Resource<'p>, part: &mut Part) -> Option<Found> {
        let mut found = self.named(one, "name");
        let place = self.place(one.node);
        let definitions = self.referred(one, &["aws_ecs_task_definition"]);
        let definition = definitions.first().copied();
        let camel = camel(one.values);
        let reading = Reading {
            file: self.file,
            known: &Known::plain,
        };
        let mut today = containers::capacity(&reading, &mut found, &camel);
        if let Some(count) = self.number(one, "desired_count") {
            let _ = write!(today, ", {} tasks", count.value);
            today::tasks(&mut found, Some(count));
        }
        match definition {
            Some(definition) => {
                let task = self.task(definition);
                if let Some(kind) = containers::store_of(&reading, &task) {
                    part.stores.push(Store {
                        name: one.name.to_owned(),
                        kind: format!("{kind} in a container"),
                        place,
                    });
                    return None;
                }
                found.also.push(definition.name.to_owned());
                found
                    .also
                    .extend(self.text(definition, "family").map(|set| set.value));
                let _ = write!(today, ", {}", containers::task(&reading, &mut found, &task));
            }
            None => part.unread(
                format!(
                    "the task definition of {}, which is not in this plan",
                    found.name
                ),
                place.clone(),
            ),
        }
        self.balanced(one, &mut found);
        if today.starts_with("Fargate") {
            settings::runs_on_fargate(&mut found, &place);
        }
        found.runs(today, place);
        Some(found)
    }

    /// What stands before a service, by the target group that it refers to.
    fn balanced(&self, one: Resource<'p>, found: &mut Found) {
        let Some(balancer) = one.values.at("load_balancer/0") else {
            return;
        };
        let place = self.place(balancer);
        let group = self.referred(one, &["aws_lb_target_group", "aws_alb_target_group"]);
        let protocol = group
            .first()
            .and_then(|group| self.text(*group, "protocol"));
        settings::balanced(
            found,
            protocol.as_ref().map(|set| set.value.as_str()),
            place,
        );
    }

    /// A task definition in the keys of ECS, with its containers, which are a text of JSON.
    fn task(&self, one: Resource<'p>) -> Node {
        let mut task = camel(one.values);
        let text = one.values.get("container_definitions");
        let line = text.map_or(one.node.line, |node| node.line);
        let read = text.and_then(Node::text).and_then(|text| {
            let source = Source::new(self.file, text);
            read_documents(&source).ok()?.documents.into_iter().next()
        });
        if let (Yaml::Map(entries), Some(mut read)) = (&mut task.value, read) {
            at_line(&mut read, line);
            entries.retain(|(key, _)| key != "containerDefinitions");
            entries.push(("containerDefinitions".to_owned(), read));
        }
        task
    }

    fn job(&self, one: Resource<'p>) -> Found {
        let mut found = self.named(one, "family");
        let reading = Reading {
            file: self.file,
            known: &Known::plain,
        };
        let size = containers::task(&reading, &mut found, &self.task(one));
        found.runs(format!("a task of ECS, {size}"), self.place(one.node));
        found
    }

    fn batch(&self, one: Resource<'p>) -> Found {
        let mut found = self.named(one, "name");
        let place = self.place(one.node);
        let text = one.values.get("container_properties");
        let read = text.and_then(Node::text).and_then(|text| {
            let source = Source::new(self.file, text);
            read_documents(&source).ok()?.documents.into_iter().next()
        });
        let mut today = "AWS Batch".to_owned();
        if let Some(mut properties) = read {
            at_line(&mut properties, text.map_or(0, |node| node.line));
            let reading = Reading {
                file: self.file,
                known: &Known::plain,
            };
            settings::package(&mut found, "image", reading.place(&properties));
            today += &containers::batch_needs(&reading, &mut found, &properties);
            containers::container(&reading, &mut found, &properties);
        }
        if let Some(longest) = self.number(one, "timeout/0/attempt_duration_seconds") {
            longest.bounds(&mut found, FactId::DurationMax, 1.0);
        }
        found.runs(today, place);
        found
    }

    fn triggers(&self, found: &mut BTreeMap<&'p str, Found>) {
        for one in &self.resources {
            let mut targets = self.referred(*one, &TARGETS);
            for alias in self.referred(*one, &["aws_lambda_alias"]) {
                targets.extend(self.referred(alias, &TARGETS));
            }
            for target in targets {
                if let Some(function) = found.get_mut(target.address) {
                    self.starts(*one, target, function);
                }
            }
        }
        for one in self.of("aws_batch_job_definition") {
            if let Some(job) = found.get_mut(one.address)
                && !job.knows(FactId::Trigger)
            {
                settings::trigger(job, "batch", self.place(one.node), None);
            }
        }
    }

    /// What a resource that refers to a function says of what starts it.
    fn starts(&self, one: Resource<'p>, target: Resource<'p>, function: &mut Found) {
        let place = self.place(one.node);
        match one.kind {
            "aws_lambda_event_source_mapping" => self.mapped(one, function),
            "aws_lambda_function_url" => {
                settings::trigger(function, "http", place.clone(), None);
                settings::front_door(function, "function-url", place);
            }
            "aws_api_gateway_integration" => {
                settings::trigger(function, "http", place.clone(), None);
                settings::front_door(function, "rest-api", place);
            }
            "aws_apigatewayv2_integration" => {
                let api = self.referred(one, &["aws_apigatewayv2_api"]);
                let protocol = api.first().and_then(|api| self.text(*api, "protocol_type"));
                match protocol.as_ref().map(|set| set.value.as_str()) {
                    Some("WEBSOCKET") => settings::trigger(function, "websocket", place, None),
                    Some(_) => {
                        settings::trigger(function, "http", place.clone(), None);
                        settings::front_door(function, "http-api", place);
                    }
                    None => function.ask(FactId::Trigger, "an API calls it", place),
                }
            }
            "aws_sns_topic_subscription" => settings::trigger(function, "event-bus", place, None),
            "aws_s3_bucket_notification" => {
                let events = one.values.at("lambda_function/0/events");
                let names = events.map(Node::one_or_more).unwrap_or_default();
                let is_created = |node: &&Node| {
                    node.text()
                        .is_some_and(|text| text.starts_with("s3:ObjectCreated"))
                };
                if !names.is_empty() && names.iter().all(is_created) {
                    settings::trigger(function, "object-created", place, None);
                } else {
                    let hint = "a bucket notifies it, not only of new objects";
                    function.ask(FactId::Trigger, hint, place);
                }
            }
            "aws_cloudwatch_event_target" => {
                let rule = self.referred(one, &["aws_cloudwatch_event_rule"]);
                let rule = rule.first();
                let schedule = rule.and_then(|rule| self.text(*rule, "schedule_expression"));
                match (rule, schedule) {
                    (_, Some(schedule)) => settings::schedule(function, schedule, None),
                    (Some(_), None) => settings::trigger(function, "event-bus", place, None),
                    (None, None) => function.ask(FactId::Trigger, "a rule starts it", place),
                }
            }
            "aws_scheduler_schedule" => {
                let zone = self.text(one, "schedule_expression_timezone");
                match self.text(one, "schedule_expression") {
                    Some(schedule) if !schedule.value.starts_with("at(") => {
                        settings::schedule(function, schedule, zone.map(|zone| zone.value));
                    }
                    _ => function.ask(FactId::Trigger, "a schedule starts it", place),
                }
            }
            "aws_lb_target_group_attachment" if target.kind == "aws_lambda_function" => {
                settings::trigger(function, "http", place.clone(), None);
                settings::front_door(function, "alb", place);
            }
            "aws_lambda_permission" => {
                if let Some(who) = self.text(one, "principal") {
                    let hint = format!("{} may invoke it", who.value);
                    function.ask(FactId::Trigger, hint, who.place);
                }
            }
            _ => {}
        }
    }

    /// A queue or a stream that Lambda takes work from.
    fn mapped(&self, one: Resource<'p>, function: &mut Found) {
        let place = self.place(one.node);
        if self
            .text(one, "enabled")
            .is_some_and(|set| set.value == "false")
        {
            let hint = "an event source mapping is switched off";
            function.ask(FactId::Trigger, hint, place);
            return;
        }
        let arn = self
            .text(one, "event_source_arn")
            .map_or(String::new(), |set| set.value);
        let is = |kinds: &[&str], service: &str| {
            arn.contains(service) || !self.referred(one, kinds).is_empty()
        };
        let word = if is(&["aws_sqs_queue"], ":sqs:") {
            "queue"
        } else if is(&["aws_kinesis_stream"], ":kinesis:") {
            "data-stream"
        } else if is(&["aws_dynamodb_table"], ":dynamodb:") {
            "table-stream"
        } else {
            let hint = "an event source starts it that is not in this plan";
            function.ask(FactId::Trigger, hint, place);
            return;
        };
        settings::trigger(function, word, place, None);
        if let Some(size) = self.number(one, "batch_size") {
            size.is(function, FactId::BatchSize, 1.0);
        }
        let window = self.number(one, "maximum_batching_window_in_seconds");
        if let Some(window) = window.filter(|window| window.value > 0.0) {
            window.is(function, FactId::BatchWindow, 1.0);
        }
    }

    /// Stores, and who refers to those in a VPC.
    fn stores(&self, found: &mut BTreeMap<&'p str, Found>, part: &mut Part) {
        let mut private = BTreeSet::new();
        for one in &self.resources {
            let Some((kind, is_private)) = stores::of_terraform(one.kind) else {
                continue;
            };
            part.stores.push(Store {
                name: one.address.to_owned(),
                kind: kind.to_owned(),
                place: self.place(one.node),
            });
            if is_private {
                private.insert(one.at);
            }
        }
        for user in &self.resources {
            let Some(found) = found.get_mut(user.address) else {
                continue;
            };
            let mut all = vec![*user];
            all.extend(self.referred(*user, &["aws_ecs_task_definition"]));
            let places = all
                .iter()
                .filter_map(|one| self.refers.get(one.at))
                .flatten();
            let mut stores = places.filter(|place| private.contains(*place));
            if let Some(store) = stores.next().and_then(|place| self.resources.get(*place)) {
                settings::reaches(found, store.address, self.place(user.node));
            }
        }
    }

    fn rest(&self, part: &mut Part) {
        let mut others: BTreeMap<&str, (usize, Place)> = BTreeMap::new();
        for one in &self.resources {
            if one.kind == "aws_appautoscaling_target" {
                let number = |path| self.number(*one, path).map(|set| set.value);
                if let (Some(least), Some(most)) = (number("min_capacity"), number("max_capacity"))
                {
                    let what = format!("{}: scales from {least} to {most} today", one.address);
                    part.unused(what, self.place(one.node));
                }
            } else if !READ.contains(&one.kind) && stores::of_terraform(one.kind).is_none() {
                let entry = others.entry(one.kind);
                entry.or_insert((0, self.place(one.node))).0 += 1;
            }
        }
        for (kind, (count, place)) in others {
            let what = match count {
                1 => kind.to_owned(),
                _ => format!("{count} of {kind}, the first here"),
            };
            part.unread(what, place);
        }
    }
}

/// Types of resources that others start.
const TARGETS: [&str; 3] = [
    "aws_batch_job_definition",
    "aws_ecs_task_definition",
    "aws_lambda_function",
];

/// Types of resources that are read, beside stores and scaling targets.
const READ: [&str; 20] = [
    "aws_alb_target_group",
    "aws_api_gateway_integration",
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_integration",
    "aws_batch_job_definition",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_ecs_service",
    "aws_ecs_task_definition",
    "aws_lambda_alias",
    "aws_lambda_event_source_mapping",
    "aws_lambda_function",
    "aws_lambda_function_url",
    "aws_lambda_permission",
    "aws_lb_target_group",
    "aws_lb_target_group_attachment",
    "aws_s3_bucket_notification",
    "aws_scheduler_schedule",
    "aws_sns_topic_subscription",
    "aws_iam_role",
];

/// The keys of Terraform as ECS has them, and blocks of one as what they hold.
fn camel(node: &Node) -> Node {
    let value = match &node.value {
        Yaml::Map(entries) => Yaml::Map(
            entries
                .iter()
                .map(|(key, inner)| (ecs_key(key), camel(inner)))
                .collect(),
        ),
        Yaml::List(items) => Yaml::List(items.iter().map(camel).collect()),
        other => other.clone(),
    };
    let mut node = Node {
        line: node.line,
        value,
    };
    for key in [
        "runtimePlatform",
        "ephemeralStorage",
        "efsVolumeConfiguration",
    ] {
        if let Yaml::Map(entries) = &mut node.value
            && let Some((_, block)) = entries.iter_mut().find(|(name, _)| name == key)
        {
            match block.items().first().cloned() {
                Some(first) => *block = first,
                // A block that is not there is an empty list.
                None if matches!(block.value, Yaml::List(_)) => block.value = Yaml::Null,
                None => {}
            }
        }
    }
    if let Yaml::Map(entries) = &mut node.value {
        entries.retain(|(_, inner)| inner.value != Yaml::Null);
    }
    node
}

fn ecs_key(key: &str) -> String {
    match key {
        "volume" => return "volumes".to_owned(),
        "size_in_gib" => return "sizeInGiB".to_owned(),
        _ => {}
    }
    let mut out = String::new();
    let mut is_start = false;
    for letter in key.chars() {
        match letter {
            '_' => is_start = true,
            letter if is_start => {
                out.push(letter.to_ascii_uppercase());
                is_start = false;
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Puts a value that stands in a text on the line of the text.
fn at_line(node: &mut Node, line: usize) {
    node.line = line;
    match &mut node.value {
        Yaml::List(items) => items.iter_mut().for_each(|item| at_line(item, line)),
        Yaml::Map(entries) => entries
            .iter_mut()
            .for_each(|(_, inner)| at_line(inner, line)),
        _ => {}
    }
}
