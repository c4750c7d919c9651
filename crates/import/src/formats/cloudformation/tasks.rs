//! Services and jobs in containers, as `CloudFormation` describes them.

use landfall_source::yaml::Node;
use landfall_workload::FactId;
use std::fmt::Write as _;

use super::template::{Resource, Template};
use crate::containers::{self, Reading};
use crate::finding::{Found, Part};
use crate::names::readable;
use crate::settings;
use crate::today;

fn reading<R>(template: &Template<'_>, act: impl FnOnce(&Reading<'_>) -> R) -> R {
    act(&Reading {
        file: template.file,
        known: &|node| template.known(node),
    })
}

fn named(template: &Template<'_>, one: Resource<'_>, path: &str) -> Found {
    let name = template.text(one, path).filter(|set| set.guess.is_none());
    let readable = readable(one.id, one.node);
    let mut found = Found::new(name.as_ref().map_or(&readable, |set| set.value.as_str()));
    found.also.extend([one.id.to_owned(), readable]);
    found
}

/// The task definition of a service, where the template has it.
pub(super) fn definition<'t>(
    template: &Template<'t>,
    service: Resource<'t>,
) -> Option<Resource<'t>> {
    let ids = template.references(service.at("TaskDefinition")?);
    let found = ids.into_iter().filter_map(|id| template.resource(id));
    found
        .into_iter()
        .find(|one| one.kind == "AWS::ECS::TaskDefinition")
}

/// A service of ECS.
pub(super) fn service(template: &Template<'_>, one: Resource<'_>, part: &mut Part) -> Found {
    let mut found = named(template, one, "ServiceName");
    let Some(properties) = one.node.get("Properties") else {
        return found;
    };
    let mut today = reading(template, |reading| {
        containers::capacity(reading, &mut found, properties)
    });
    if let Some(count) = template.number(one, "DesiredCount") {
        let _ = write!(today, ", {} tasks", count.value);
        today::tasks(&mut found, Some(count));
    }
    match definition(template, one) {
        Some(definition) => today += &task(template, definition, &mut found),
        None => part.unread(
            format!(
                "the task definition of {}, which is not in this template",
                found.name
            ),
            template.place(one.node),
        ),
    }
    let place = template.place(one.node);
    for balancer in one.at("LoadBalancers").map_or(&[][..], Node::items) {
        balanced(template, &mut found, balancer);
    }
    let is_alone = one
        .at("SchedulingStrategy")
        .and_then(|node| template.known(node));
    if is_alone.is_some_and(|known| known.text == "DAEMON") {
        found.holds(FactId::Daemon, place.clone());
    }
    if today.starts_with("Fargate") {
        settings::runs_on_fargate(&mut found, &place);
    }
    found.runs(today, place);
    found
}

/// What a task definition says of the work; its size in words.
fn task(template: &Template<'_>, one: Resource<'_>, found: &mut Found) -> String {
    let Some(properties) = one.node.get("Properties") else {
        return String::new();
    };
    found.also.extend([one.id.to_owned()]);
    let family = template
        .text(one, "Family")
        .filter(|set| set.guess.is_none());
    found.also.extend(family.map(|set| set.value));
    let size = reading(template, |reading| {
        containers::task(reading, found, properties)
    });
    if size.is_empty() {
        size
    } else {
        format!(", {size}")
    }
}

/// A task definition that no service uses: a job.
pub(super) fn job(template: &Template<'_>, one: Resource<'_>) -> Found {
    let mut found = named(template, one, "Family");
    let size = task(template, one, &mut found);
    found.runs(format!("a task of ECS{size}"), template.place(one.node));
    found
}

/// What stands before a service, by its target group.
fn balanced(template: &Template<'_>, found: &mut Found, balancer: &Node) {
    let place = template.place(balancer);
    let group = balancer
        .get("TargetGroupArn")
        .map(|node| template.references(node));
    let group = group.unwrap_or_default();
    let group = group.first().and_then(|id| template.resource(id));
    let group = group.filter(|one| one.kind == "AWS::ElasticLoadBalancingV2::TargetGroup");
    let protocol = group.and_then(|group| template.text(group, "Protocol"));
    settings::balanced(
        found,
        protocol.as_ref().map(|set| set.value.as_str()),
        place,
    );
}

/// A job definition of Batch.
pub(super) fn batch(template: &Template<'_>, one: Resource<'_>, part: &mut Part) -> Found {
    let mut found = named(template, one, "JobDefinitionName");
    let place = template.place(one.node);
    let mut today = "AWS Batch".to_owned();
    if let Some(properties) = one.at("ContainerProperties") {
        settings::package(&mut found, "image", template.place(properties));
        let size = reading(template, |reading| {
            let size = containers::batch_needs(reading, &mut found, properties);
            containers::container(reading, &mut found, properties);
            size
        });
        today += &size;
    } else {
        let what = format!(
            "{}: jobs of several containers, nodes, or on EKS",
            found.name
        );
        part.unread(what, place.clone());
    }
    if let Some(longest) = template.number(one, "Timeout/AttemptDurationSeconds") {
        longest.bounds(&mut found, FactId::DurationMax, 1.0);
    }
    found.runs(today, place);
    found
}
