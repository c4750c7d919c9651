//! What a topology costs whether or not there is work.

use landfall_catalog::Insights;
use landfall_catalog::bill::{AddressOf, Usage};
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH};

use crate::door::FrontDoor;
use crate::topology::{Network, Topology};

/// A number as a decimal; what no decimal holds is more than the biller takes.
fn decimal(value: f64) -> Decimal {
    landfall_units::decimal(value, 6).unwrap_or(Decimal::MAX)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn month(count: u32) -> Decimal {
    decimal(HOURS_PER_MONTH * f64::from(count))
}

impl Topology {
    /// Standing charges of all copies together: keys, alarms, NAT gateways, endpoints, and
    /// public addresses of gateways and load balancers. Load balancers themselves are billed
    /// with their traffic, containers' own addresses with the time that they run, and
    /// Container Insights with their number.
    pub fn standing(&self) -> Vec<Usage> {
        let mut usage = vec![
            Usage::Kms {
                keys: Decimal::from(self.keys),
                requests: Decimal::ZERO,
            },
            Usage::Alarms {
                count: Decimal::from(self.own_alarm_count()),
                shared: Decimal::from(self.stack_alarm_count()),
            },
            Usage::Nat {
                hours: month(self.nat_gateways),
                processed: Bytes::default(),
            },
            Usage::PublicIpv4 {
                of: AddressOf::Nat,
                hours: month(self.nat_gateways),
            },
            Usage::VpcEndpoint {
                hours: month(self.endpoint_count()),
                processed: Bytes::default(),
            },
        ];
        if let Some((of, addresses)) = self.door_addresses() {
            let hours = month(addresses);
            usage.push(Usage::PublicIpv4 { of, hours });
        }
        usage
    }

    /// Alarms of all copies.
    pub fn own_alarm_count(&self) -> u32 {
        count(self.alarms.len()).saturating_mul(self.copies)
    }

    /// Alarms that there are once.
    pub fn stack_alarm_count(&self) -> u32 {
        count(self.stack_alarms.len())
    }

    /// Interface endpoints, each counted in every zone.
    pub fn endpoint_count(&self) -> u32 {
        count(self.endpoints.len()).saturating_mul(self.zones)
    }

    /// Load balancers of all copies.
    pub const fn balancer_count(&self) -> u32 {
        match self.front_door {
            Some(FrontDoor::Alb) => 1,
            Some(FrontDoor::Nlb) => self.copies,
            _ => 0,
        }
    }

    /// Public addresses of load balancers, one in each zone.
    fn door_addresses(&self) -> Option<(AddressOf, u32)> {
        let of = match self.front_door? {
            FrontDoor::Alb => AddressOf::Balancer,
            FrontDoor::Nlb => AddressOf::OwnBalancer,
            _ => return None,
        };
        Some((of, self.balancer_count().saturating_mul(self.zones)))
    }

    /// Whether the network writes flow logs.
    pub fn has_flow_logs(&self) -> bool {
        self.network == Network::Made
    }

    /// Container Insights of all copies, given how many tasks of them run on average.
    pub fn insights_usage(&self, tasks: f64) -> Option<Usage> {
        (self.insights != Insights::None).then(|| Usage::Insights {
            enhanced: true,
            clusters: Decimal::ONE,
            services: Decimal::from(self.copies),
            tasks: decimal(tasks),
        })
    }
}
