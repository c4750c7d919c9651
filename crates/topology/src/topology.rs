//! One way to stand.

use landfall_catalog::Insights;

use crate::door::FrontDoor;
use crate::profile::Profile;

/// Where compute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placement {
    /// Outside any network of the account.
    Outside,
    /// In public subnets, with public addresses and no way in but its front door's.
    Public,
    /// In private subnets.
    Private,
}

impl Placement {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// Whose network it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// There is none.
    None,
    /// It is made with the workload.
    Made,
    /// The account has it, and pays for its NAT gateways already.
    Existing,
}

impl Network {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Made => "made",
            Self::Existing => "existing",
        }
    }
}

/// What stands around one workload on one platform, all copies together.
#[derive(Debug, Clone, PartialEq)]
pub struct Topology {
    /// How much is built.
    pub profile: Profile,
    /// Where compute stands.
    pub placement: Placement,
    /// Whose network it is.
    pub network: Network,
    /// Zones of the network.
    pub zones: u32,
    /// NAT gateways that are made.
    pub nat_gateways: u32,
    /// Interface endpoints that are made, one in each zone, by the name of their service.
    pub endpoints: Vec<String>,
    /// What takes calls.
    pub front_door: Option<FrontDoor>,
    /// Keys of the account's own.
    pub keys: u32,
    /// Queues that work waits in, of one copy.
    pub queues: u32,
    /// Ids of the alarms of one copy.
    pub alarms: Vec<String>,
    /// Ids of the alarms that there are once.
    pub stack_alarms: Vec<String>,
    /// How closely containers are watched.
    pub insights: Insights,
    /// Whether functions are traced.
    pub has_tracing: bool,
    /// Whether there is a shared file system.
    pub has_files: bool,
    /// Days for which logs are kept.
    pub log_days: u32,
    /// Days for which access logs in a bucket are kept.
    pub bucket_days: u32,
    /// Workloads alike.
    pub copies: u32,
}

impl Topology {
    /// Whether traffic to the internet goes through a NAT gateway, of its own or the
    /// account's.
    pub fn goes_through_nat(&self) -> bool {
        let is_private = self.placement == Placement::Private;
        self.nat_gateways > 0 || (is_private && self.network == Network::Existing)
    }

    /// It in a few words: "private subnets behind one NAT gateway".
    pub fn words(&self) -> String {
        match (self.placement, self.network, self.nat_gateways) {
            (Placement::Outside, _, _) => "no network of its own".to_owned(),
            (Placement::Public, _, _) => "public subnets, with public addresses".to_owned(),
            (_, Network::Existing, _) => "private subnets of the account's network".to_owned(),
            (_, _, 0) if self.endpoints.is_empty() => {
                "private subnets without a way to the internet".to_owned()
            }
            (_, _, 0) => format!("private subnets with {}", count(&self.endpoints)),
            (_, _, gateways) => {
                let gateways = match gateways {
                    1 => "one NAT gateway".to_owned(),
                    many => format!("{many} NAT gateways"),
                };
                let beside = if self.endpoints.is_empty() {
                    String::new()
                } else {
                    format!(" and {}", count(&self.endpoints))
                };
                format!("private subnets behind {gateways}{beside}")
            }
        }
    }
}

fn count(endpoints: &[String]) -> String {
    match endpoints {
        [one] => format!("an endpoint for {one}"),
        all => format!("{} endpoints", all.len()),
    }
}
