//! What all workloads of a blueprint share.

use std::collections::{BTreeMap, BTreeSet};

use landfall_decide::{Network, Placement};
use landfall_source::{Diagnostic, Result};

use super::context::{Network as Names, Stack};
use super::families::{Capacity, CapacityKind, Compute};
use super::{Planned, Planning};

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

    /// What all workloads of the stack share.
    pub(super) fn stack(&self) -> Stack {
        let topology = self.topology;
        let alarms = topology.alarms.iter().chain(&topology.stack_alarms);
        Stack {
            profile: topology.profile.word(),
            alarms: alarms.cloned().collect(),
            tracing: topology.has_tracing,
            insights: topology.insights.word(),
            log_days: topology.log_days,
            bucket_days: topology.bucket_days,
            failures: self.settings.failures.clone(),
        }
    }

    /// The network that the workload stands in.
    pub(super) fn network(&self) -> Names {
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
        Names {
            made: is_made,
            cidr: self.settings.network.cidr.clone(),
            nat_zones: nat_zones.copied().collect(),
            endpoints: topology.endpoints.clone(),
            vpc: if is_made { "!Ref Vpc" } else { "!Ref VpcId" },
            range: if is_made {
                "!GetAtt Vpc.CidrBlock"
            } else {
                "!Ref VpcCidr"
            },
            private: all("Private"),
            private_each: each("Private"),
            public: all("Public"),
            is_public,
            compute: all(if is_public { "Public" } else { "Private" }),
            assign_public_ip: if is_public { "ENABLED" } else { "DISABLED" },
        }
    }
}

/// Workloads share hosts of one form. The group has the name that the first of them gives it, so that
/// it keeps its name when their size changes. It is as large as they need it together, for the reasons
/// of all of them. Copies that are sized together count once.
pub(super) fn group_hosts(planned: &mut [Planned<'_>]) {
    let mut groups: BTreeMap<Form, Group> = BTreeMap::new();
    for one in planned.iter() {
        let Compute::Tasks(tasks) = &one.context.compute else {
            continue;
        };
        let config = one.option.configuration.as_ref();
        let is_for_all = config.is_some_and(|config| config.is_for_all_copies);
        let user = if is_for_all {
            &one.workload.id
        } else {
            &one.id
        };
        let capacity = &tasks.capacity;
        let group = groups.entry(form(capacity)).or_insert_with(|| Group {
            name: capacity.group.clone(),
            most: BTreeMap::new(),
            whys: BTreeSet::new(),
        });
        group.most.insert(user.clone(), capacity.most);
        group.whys.insert(capacity.why.clone());
    }
    for one in planned {
        if let Compute::Tasks(tasks) = &mut one.context.compute
            && let Some(group) = groups.get(&form(&tasks.capacity))
        {
            let capacity = &mut tasks.capacity;
            capacity.most = group.most.values().sum();
            let whys: Vec<&str> = group.whys.iter().map(String::as_str).collect();
            capacity.why = whys.join("; ");
            capacity.group.clone_from(&group.name);
        }
    }
}

/// What hosts of one group have in common: who keeps them, the types of instances, whether they are
/// Spot and whether their image is that for GPUs.
type Form = (CapacityKind, Vec<String>, bool, bool);

fn form(capacity: &Capacity) -> Form {
    let instances = capacity.instances.clone();
    (capacity.kind, instances, capacity.is_spot, capacity.has_gpu)
}

/// Hosts of one form.
struct Group {
    name: String,
    /// Hosts at the most, by who uses them.
    most: BTreeMap<String, f64>,
    /// Why they are as large.
    whys: BTreeSet<String>,
}
