//! What `aws ecs describe-task-definition` and `describe-services` print.

use landfall_source::yaml::Node;
use landfall_workload::FactId;
use std::fmt::Write as _;

use crate::containers::{self, Reading};
use crate::finding::{Found, Part, Place, Store};
use crate::known::Known;
use crate::settings;
use crate::today;

/// Whether a document is one of these.
pub(crate) fn is_description(node: &Node) -> bool {
    let services = node.get("services").map_or(&[][..], Node::items);
    node.at("taskDefinition/containerDefinitions").is_some()
        || (node.get("containerDefinitions").is_some() && node.get("family").is_some())
        || services.iter().any(|one| one.get("serviceName").is_some())
}

/// Reads a description.
pub(crate) fn read(file: &str, node: &Node) -> Part {
    let reading = Reading {
        file,
        known: &Known::plain,
    };
    let mut part = Part::default();
    let definition = node
        .get("taskDefinition")
        .filter(|one| !one.entries().is_empty());
    let is_bare = node.get("containerDefinitions").is_some();
    if let Some(task) = definition.or_else(|| is_bare.then_some(node)) {
        self::task(&reading, task, &mut part);
    }
    for one in node.get("services").map_or(&[][..], Node::items) {
        service(&reading, one, &mut part);
    }
    for failure in node.get("failures").map_or(&[][..], Node::items) {
        let reason = reading.text(failure.get("reason"));
        let reason = reason.map_or(String::new(), |set| format!(": {}", set.value));
        part.unread(format!("a failure{reason}"), reading.place(failure));
    }
    part
}

/// The name in an ARN, without a revision.
fn name_in(arn: &str) -> &str {
    let last = arn.rsplit('/').next().unwrap_or(arn);
    last.split(':').next().unwrap_or(last)
}

fn task(reading: &Reading<'_>, task: &Node, part: &mut Part) {
    let family = reading.text(task.get("family"));
    let name = family.map_or_else(|| "task".to_owned(), |set| set.value);
    let place = reading.place(task);
    if let Some(kind) = containers::store_of(reading, task) {
        part.stores.push(Store {
            name,
            kind: format!("{kind} in a container"),
            place,
        });
        return;
    }
    let mut found = Found::new(&name);
    let size = containers::task(reading, &mut found, task);
    let only = task
        .get("requiresCompatibilities")
        .map_or(&[][..], Node::items);
    let is_fargate = matches!(only, [one] if one.text() == Some("FARGATE"));
    if is_fargate {
        settings::runs_on_fargate(&mut found, &place);
    }
    found.runs(format!("a task of ECS, {size}"), place);
    part.found.push(found);
}

fn service(reading: &Reading<'_>, service: &Node, part: &mut Part) {
    let text = |key: &str| reading.text(service.get(key)).map(|set| set.value);
    let Some(name) = text("serviceName") else {
        return;
    };
    if text("status").is_some_and(|status| status == "INACTIVE") {
        let what = format!("the service {name}, which is not active");
        part.unread(what, reading.place(service));
        return;
    }
    let place = reading.place(service);
    let mut found = Found::new(&name);
    found
        .also
        .extend(text("taskDefinition").map(|arn| name_in(&arn).to_owned()));
    let mut today = containers::capacity(reading, &mut found, service);
    if let Some(count) = text("desiredCount") {
        let _ = write!(today, ", {count} tasks");
        today::tasks(&mut found, reading.number(service.get("desiredCount")));
    }
    if today.starts_with("Fargate") {
        settings::runs_on_fargate(&mut found, &place);
    }
    if text("schedulingStrategy").is_some_and(|strategy| strategy == "DAEMON") {
        found.holds(FactId::Daemon, place.clone());
    }
    let region = text("serviceArn").and_then(|arn| arn.split(':').nth(3).map(str::to_owned));
    if let Some(region) = region.filter(|name| landfall_units::is_region_name(name)) {
        let at = service
            .get("serviceArn")
            .map_or(service.line, |node| node.line);
        part.region = part
            .region
            .take()
            .or(Some((region, Place::line(reading.file, at))));
    }
    for balancer in containers::items(service, "loadBalancers") {
        let port = reading.text(balancer.get("containerPort"));
        let port = port.map_or(String::new(), |set| format!(" on the port {}", set.value));
        let hint = format!("a load balancer stands before it{port}");
        found.ask(FactId::Trigger, hint, reading.place(balancer));
    }
    found.runs(today, place);
    part.found.push(found);
}
