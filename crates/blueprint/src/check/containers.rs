//! What runs containers: each kind of resource to its own rules.

use landfall_catalog::Catalog;

use super::view::{flag, text};
use super::{Found, jobs, services, tasks};
use crate::graph::Resource;

pub(super) fn check(found: &mut Found<'_>, catalog: &Catalog) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            tasks::TASK => tasks::task(found, one, catalog),
            "AWS::ECS::Service" => services::service(found, one, catalog),
            "AWS::ECS::CapacityProvider" => services::protection(found, one),
            "AWS::Batch::ComputeEnvironment" => jobs::compute(found, one),
            "AWS::Batch::JobDefinition" => jobs::job(found, one, catalog),
            "AWS::Batch::JobQueue" => jobs::queue(found, one),
            "AWS::Events::Rule" => jobs::sent(found, one),
            "AWS::ElasticLoadBalancingV2::Listener" => certificate(found, one),
            "AWS::EKS::Cluster" => auto_mode(found, one),
            _ => {}
        }
    }
}

fn certificate(found: &mut Found<'_>, one: &Resource) {
    let protocol = text(found.graph, one, "Protocol");
    let none = one
        .property("Certificates")
        .is_none_or(|node| node.call().is_none() && node.items().is_empty());
    if matches!(protocol, Some("HTTPS" | "TLS")) && none {
        found.at(
            "listener-without-certificate",
            one,
            "Protocol",
            format!(
                "{} takes encrypted connections without a certificate",
                one.id
            ),
        );
    }
}

fn auto_mode(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let parts = [
        "ComputeConfig/Enabled",
        "StorageConfig/BlockStorage/Enabled",
        "KubernetesNetworkConfig/ElasticLoadBalancing/Enabled",
    ];
    let on: Option<Vec<bool>> = parts.iter().map(|path| flag(graph, one, path)).collect();
    let Some(on) = on else { return };
    if on.iter().any(|part| *part) {
        if !on.iter().all(|part| *part) {
            found.at(
                "auto-mode-in-parts",
                one,
                "ComputeConfig",
                format!(
                    "{} switches on parts of Auto Mode, which come together or not at all",
                    one.id
                ),
            );
        }
        let addons = one.property("BootstrapSelfManagedAddons");
        if addons.is_none_or(|node| node.flag() == Some(true)) {
            found.at(
                "auto-mode-with-own-addons",
                one,
                "BootstrapSelfManagedAddons",
                format!(
                    "{} runs in Auto Mode and bootstraps add-ons that Auto Mode brings",
                    one.id
                ),
            );
        }
    }
}
