//! A plan of Terraform (`terraform show -json`), with its modules.
//!
//! Values are those planned; what is known only after the plan is applied is unknown. A
//! resource refers to another by an expression of the configuration.

mod keys;
mod references;
mod triggers;
mod workloads;

use std::collections::{BTreeMap, BTreeSet};

use landfall_source::yaml::Node;

use crate::finding::{Found, Part, Place, Store};
use crate::known::Known;
use crate::settings::{self, Set};
use crate::stores;

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
        refers: references::resolved(&resources, &refers),
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
