//! What stands around a workload: network, NAT gateways, addresses, endpoints, front door,
//! keys, alarms, file systems, logs.
//!
//! [`possible`] gives every [`Topology`] that the facts allow for a platform; the decision
//! takes one by cost. The bill takes its standing charges from [`Topology::standing`], the
//! blueprint builds what it says: nothing else decides about any of this.

mod door;
mod make;
mod needs;
mod profile;
mod standing;
mod topology;

pub use door::FrontDoor;
pub use make::possible;
pub use needs::{Asked, Needs, Stance};
pub use profile::Profile;
pub use topology::{Network, Placement, Topology};
