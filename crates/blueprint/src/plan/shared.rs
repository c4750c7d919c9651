//! What all workloads of a blueprint share.

use landfall_decide::{Network, Placement};
use landfall_source::{Diagnostic, Result};
use serde_json::{Value, json};

use super::Planning;

/// Zones of a network, by the letter that names of resources end with.
const ZONES: [&str; 2] = ["A", "B"];

impl Planning<'_, '_> {
    /// Networks are written over two zones: another number would be billed and not made.
    pub(super) fn refuse_other_zones(&self) -> Result<()> {
        let zones = self.topology.zones;
        if self.topology.network == Network::None || zones as usize == ZONES.len() {
            return Ok(());
        }
        let what = format!(
            "the framework asks for {zones} zones, and networks are written over {}",
            ZONES.len()
        );
        let help =
            "set `zones` of the framework's parameters.toml to 2, or decide without a blueprint";
        Err(Box::new(Diagnostic::new(what).help(help)))
    }

    /// What all workloads share.
    pub(super) fn shared(&self) -> Value {
        let settings = self.settings;
        let topology = self.topology;
        json!({
            "profile": topology.profile.word(),
            "sys": {"name": self.decision.name, "region": self.decision.region},
            "net": self.network(),
            "t": {
                "alarms": topology.alarms.iter().chain(&topology.stack_alarms).collect::<Vec<_>>(),
                "tracing": topology.has_tracing,
                "insights": topology.insights.word(),
                "door": topology.front_door.map(landfall_decide::FrontDoor::word),
            },
            "alarms": settings.alarms,
            "logs": {
                "days": topology.log_days,
                "bucket_days": topology.bucket_days,
            },
            "set": {
                "failures": settings.failures,
                "kubernetes": settings.kubernetes.version,
                "cluster_policies": settings.cluster_policies,
                "node_policies": settings.node_policies,
                "api_timeout_ms": settings.functions.api_timeout_s * 1000.0,
            },
        })
    }

    /// The network that the workload stands in.
    fn network(&self) -> Value {
        let topology = self.topology;
        let is_made = topology.network != Network::Existing;
        let is_public = topology.placement == Placement::Public;
        let each = |kind: &str| -> Vec<String> {
            let of_zone = ZONES.iter().enumerate();
            let name = |(place, zone): (usize, &&str)| {
                if is_made {
                    format!("!Ref {kind}Subnet{zone}")
                } else {
                    format!("!Select [{place}, !Ref {kind}SubnetIds]")
                }
            };
            of_zone.map(name).collect()
        };
        let all = |kind: &str| {
            if is_made {
                format!("[{}]", each(kind).join(", "))
            } else {
                format!("!Ref {kind}SubnetIds")
            }
        };
        let nat_zones = ZONES.iter().take(topology.nat_gateways as usize);
        json!({
            "made": is_made,
            "cidr": self.settings.network.cidr,
            "nat_zones": nat_zones.collect::<Vec<_>>(),
            "endpoints": topology.endpoints,
            "vpc": if is_made { "!Ref Vpc" } else { "!Ref VpcId" },
            "cidr_ref": if is_made { "!GetAtt Vpc.CidrBlock" } else { "!Ref VpcCidr" },
            "https_to": "0.0.0.0/0",
            "private": all("Private"),
            "private_each": each("Private"),
            "public": all("Public"),
            "is_public": is_public,
            // Where containers stand, and whether they have an address of their own.
            "compute": all(if is_public { "Public" } else { "Private" }),
            "address": if is_public { "ENABLED" } else { "DISABLED" },
        })
    }
}
