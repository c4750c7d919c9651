//! Availability zones: in how many of them something must stand, and where only once.

use super::Found;
use super::known::Zones;
use super::reach::named;
use super::view::text;
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in &graph.resources {
        for row in &found.known.zones {
            if row.resource == one.kind {
                zones(found, one, row);
            }
        }
        if one.kind == "AWS::EFS::FileSystem" {
            mount_zones(found, one);
        }
    }
}

/// The mount targets of a file system.
pub(super) fn mount_targets<'g>(graph: &'g Graph, system: &'g Resource) -> Vec<&'g Resource> {
    graph
        .of_kind("AWS::EFS::MountTarget")
        .filter(|target| {
            let of = target.property("FileSystemId");
            of.and_then(|node| graph.named_by(node))
                .is_some_and(|named| named.id == system.id)
        })
        .collect()
}

/// Subnets in as many zones as the service asks for.
fn zones(found: &mut Found<'_>, one: &Resource, row: &Zones) {
    let graph = found.graph;
    let kind = match one.property("Type") {
        None => "",
        Some(_) => match text(graph, one, "Type") {
            Some(kind) => kind,
            None => return,
        },
    };
    if row.unless.iter().any(|other| other == kind) {
        return;
    }
    let list = one.property(&row.property);
    let Some(subnets) = named(graph, list) else {
        return;
    };
    let zones: Option<Vec<&Node>> = subnets
        .iter()
        .filter(|subnet| subnet.kind == "AWS::EC2::Subnet")
        .map(|subnet| subnet.property("AvailabilityZone"))
        .collect();
    let Some(zones) = zones.filter(|zones| zones.len() == subnets.len()) else {
        return;
    };
    let mut kinds: Vec<&Node> = Vec::new();
    for zone in &zones {
        if !kinds.contains(zone) {
            kinds.push(zone);
        }
    }
    let (id, least) = (&one.id, row.least);
    if kinds.len() < least {
        let what = format!("{id} has subnets in 1 availability zone and asks for {least}");
        found.at("too-few-zones", one, &row.property, what);
    } else if row.distinct && kinds.len() < zones.len() {
        let what = format!("{id} has two subnets in one availability zone");
        found.at("too-few-zones", one, &row.property, what);
    }
}

/// A file system has one mount target in a zone.
fn mount_zones(found: &mut Found<'_>, system: &Resource) {
    let graph = found.graph;
    let mut seen: Vec<&Node> = Vec::new();
    for target in mount_targets(graph, system) {
        let subnet = target
            .property("SubnetId")
            .and_then(|node| graph.named_by(node));
        let Some(zone) = subnet.and_then(|one| one.property("AvailabilityZone")) else {
            continue;
        };
        if seen.contains(&zone) {
            let what = format!("{} is a second one of {} in its zone", target.id, system.id);
            found.at("mount-targets-in-one-zone", target, "SubnetId", what);
        }
        seen.push(zone);
    }
}
