//! What runs in a plan of Terraform: functions, services and jobs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use landfall_source::Source;
use landfall_source::yaml::{Node, Value as Yaml, read_documents};
use landfall_workload::FactId;

use super::keys::{at_line, camel};
use super::{Plan, Resource};
use crate::containers::{self, Reading};
use crate::finding::{Found, Part, Store};
use crate::known::Known;
use crate::settings::{self, MB, Set};
use crate::today;

impl<'p> Plan<'p> {
    pub(super) fn function(&self, one: Resource<'p>, part: &mut Part) -> Found {
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
    pub(super) fn used_definitions(&self) -> BTreeSet<&'p str> {
        let services = self.of("aws_ecs_service");
        let used = services.flat_map(|one| self.referred(one, &["aws_ecs_task_definition"]));
        used.map(|one| one.address).collect()
    }

    pub(super) fn service(&self, one: Resource<'p>, part: &mut Part) -> Option<Found> {
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
    pub(super) fn balanced(&self, one: Resource<'p>, found: &mut Found) {
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
    pub(super) fn task(&self, one: Resource<'p>) -> Node {
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

    pub(super) fn job(&self, one: Resource<'p>) -> Found {
        let mut found = self.named(one, "family");
        let reading = Reading {
            file: self.file,
            known: &Known::plain,
        };
        let size = containers::task(&reading, &mut found, &self.task(one));
        found.runs(format!("a task of ECS, {size}"), self.place(one.node));
        found
    }

    pub(super) fn batch(&self, one: Resource<'p>) -> Found {
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
}
