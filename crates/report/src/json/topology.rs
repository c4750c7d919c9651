//! What stands around an option.

use landfall_decide::Topology;
use schemars::JsonSchema;
use serde::Serialize;

/// What stands around an option: what the bill has standing charges for, and a blueprint
/// makes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TopologyJson {
    /// `outside` any network of the account, in `public` or in `private` subnets.
    pub placement: String,
    /// The network: `none`, `made` with it, or `existing` in the account.
    pub network: String,
    /// NAT gateways that are made.
    pub nat_gateways: u32,
    /// Interface endpoints that are made, one in each zone.
    pub endpoints: Vec<String>,
    /// Availability zones of the network.
    pub zones: u32,
    /// Keys of KMS.
    pub keys: u32,
    /// Alarms of all copies, and of what they share.
    pub alarms: u32,
    /// Whether there is a shared file system.
    pub file_system: bool,
    /// Days for which logs are kept.
    pub log_days: u32,
    /// Workloads alike.
    pub copies: u32,
}

impl From<&Topology> for TopologyJson {
    fn from(topology: &Topology) -> Self {
        Self {
            placement: topology.placement.word().to_owned(),
            network: topology.network.word().to_owned(),
            nat_gateways: topology.nat_gateways,
            endpoints: topology.endpoints.clone(),
            zones: topology.zones,
            keys: topology.keys,
            alarms: topology
                .own_alarm_count()
                .saturating_add(topology.stack_alarm_count()),
            file_system: topology.has_files,
            log_days: topology.log_days,
            copies: topology.copies,
        }
    }
}
