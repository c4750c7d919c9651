//! `CloudFormation` and SAM, in YAML or JSON; what `cdk synth` writes is the same.

mod functions;
mod tasks;
mod template;
mod triggers;

use std::collections::{BTreeMap, BTreeSet};

use landfall_source::yaml::Node;
use landfall_workload::FactId;

use crate::finding::{Found, Part, Place, Store};
use crate::{settings, stores};

use template::Resource;
pub(crate) use template::Template;

/// Types of resources that are read, beside functions and stores.
const READ: [&str; 20] = [
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::Batch::JobDefinition",
    "AWS::Cognito::UserPool",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Events::Rule",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
    "AWS::Pipes::Pipe",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
    "AWS::StepFunctions::StateMachine",
    "Custom::S3BucketNotifications",
];

/// Whether a document is a template.
pub(crate) fn is_template(node: &Node) -> bool {
    let is_resource = |(_, one): &(String, Node)| {
        let kind = one.get("Type").and_then(Node::text);
        kind.is_some_and(|kind| kind.contains("::"))
    };
    let resources = node.get("Resources").map_or(&[][..], Node::entries);
    resources.iter().any(is_resource)
        || (node.get("AWSTemplateFormatVersion").is_some() && node.get("Resources").is_some())
}

/// Reads a template.
pub(crate) fn read(file: &str, node: &Node) -> Part {
    let template = Template::of(file, node);
    let mut part = Part::default();
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let helpers = helpers(&template);
    let used = used_definitions(&template);
    for one in &template.resources {
        let id = one.id.to_owned();
        match one.kind {
            kind if functions::is_function(kind) => {
                if helpers.contains(one.id) {
                    let what = format!("{}: a function that only deploying calls", one.id);
                    part.unused(what, template.place(one.node));
                } else {
                    found.insert(id, functions::read(&template, *one, &mut part));
                }
            }
            "AWS::ECS::Service" if !stored(&template, *one, &mut part) => {
                found.insert(id, tasks::service(&template, *one, &mut part));
            }
            "AWS::ECS::TaskDefinition" if !used.contains(one.id) => {
                found.insert(id, tasks::job(&template, *one));
            }
            "AWS::Batch::JobDefinition" => {
                found.insert(id, tasks::batch(&template, *one, &mut part));
            }
            _ => {}
        }
    }
    triggers::of_resources(&template, &mut found);
    for one in &template.resources {
        if one.kind == "AWS::Batch::JobDefinition"
            && let Some(job) = found.get_mut(one.id)
            && !job.knows(FactId::Trigger)
        {
            settings::trigger(job, "batch", template.place(one.node), None);
        }
    }
    reach(&template, &mut found, &mut part);
    rest(&template, &mut part);
    // In the order of the file.
    let order: Vec<&str> = template.resources.iter().map(|one| one.id).collect();
    part.found = order.iter().filter_map(|id| found.remove(*id)).collect();
    part
}

/// Functions that custom resources call, and nothing else refers to: helpers of deploying.
fn helpers<'t>(template: &Template<'t>) -> BTreeSet<&'t str> {
    let mut helpers = BTreeSet::new();
    for one in &template.resources {
        if one.kind == "AWS::CloudFormation::CustomResource" || one.kind.starts_with("Custom::") {
            let token = one.at("ServiceToken");
            helpers.extend(
                token
                    .map(|node| template.references(node))
                    .unwrap_or_default(),
            );
        }
    }
    helpers
}

/// Task definitions that a service uses.
fn used_definitions<'t>(template: &Template<'t>) -> BTreeSet<&'t str> {
    let services = template.resources.iter();
    let services = services.filter(|one| one.kind == "AWS::ECS::Service");
    services
        .filter_map(|one| tasks::definition(template, *one))
        .map(|definition| definition.id)
        .collect()
}

/// Whether a service is a store in a container, which is then noted.
fn stored(template: &Template<'_>, service: Resource<'_>, part: &mut Part) -> bool {
    let definition = tasks::definition(template, service);
    let kind = definition.and_then(|one| {
        let reading = crate::containers::Reading {
            file: template.file,
            known: &|node| template.known(node),
        };
        crate::containers::store_of(&reading, one.node.get("Properties")?)
    });
    let Some(kind) = kind else { return false };
    part.stores.push(Store {
        name: service.id.to_owned(),
        kind: format!("{kind} in a container"),
        place: template.place(service.node),
    });
    true
}

/// Stores, and who reaches those that stand in a VPC.
fn reach(template: &Template<'_>, found: &mut BTreeMap<String, Found>, part: &mut Part) {
    let mut private: BTreeMap<&str, &str> = BTreeMap::new();
    for one in &template.resources {
        let Some((kind, is_private)) = stores::of_resource(one.kind) else {
            continue;
        };
        part.stores.push(Store {
            name: one.id.to_owned(),
            kind: kind.to_owned(),
            place: template.place(one.node),
        });
        if is_private {
            private.insert(one.id, kind);
        }
    }
    if private.is_empty() {
        return;
    }
    for (id, one) in found.iter_mut() {
        let Some(resource) = template.resource(id) else {
            continue;
        };
        let definition = (resource.kind == "AWS::ECS::Service")
            .then(|| tasks::definition(template, resource))
            .flatten();
        for node in [Some(resource.node), definition.map(|one| one.node)] {
            let Some(node) = node else { continue };
            let reached = template.references(node);
            let reached = reached.iter().find(|id| private.contains_key(*id));
            if let Some(store) = reached {
                let place = line_of(node, store).map_or_else(
                    || template.place(node),
                    |line| Place::line(template.file, line),
                );
                settings::reaches(one, store, place);
                break;
            }
        }
    }
}

/// The line on which a value refers to a resource.
fn line_of(node: &Node, id: &str) -> Option<usize> {
    let mut line = None;
    node.walk(&mut |one| {
        let is_it = one.call().is_some_and(|(_, argument)| {
            let texts = Template::texts(argument);
            texts
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word == id)
        });
        if is_it && line.is_none() {
            line = Some(one.line);
        }
    });
    line
}

/// What is not read: nested stacks by name, other types by number.
fn rest(template: &Template<'_>, part: &mut Part) {
    let mut others: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in &template.resources {
        match one.kind {
            "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" => {
                let url = one.at("TemplateURL").or_else(|| one.at("Location"));
                let url = url.and_then(|node| template.known(node));
                let name = url.map_or(String::new(), |known| format!(" ({})", known.text));
                let what = format!("the nested stack {}{name}: import its template too", one.id);
                part.unread(what, template.place(one.node));
            }
            kind if functions::is_function(kind) || stores::of_resource(kind).is_some() => {}
            kind if READ.contains(&kind) => {}
            "AWS::ApplicationAutoScaling::ScalableTarget" => {
                let number = |path| template.number(*one, path).map(|set| set.value);
                if let (Some(least), Some(most)) = (number("MinCapacity"), number("MaxCapacity")) {
                    let what = format!("{}: scales from {least} to {most} today", one.id);
                    part.unused(what, template.place(one.node));
                }
            }
            kind => {
                let entry = others.entry(kind).or_insert((0, one.node.line));
                entry.0 += 1;
            }
        }
    }
    for (kind, (count, line)) in others {
        let what = match count {
            1 => kind.to_owned(),
            _ => format!("{count} of {kind}, the first here"),
        };
        part.unread(what, Place::line(template.file, line));
    }
}
