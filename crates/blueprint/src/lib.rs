//! From a decision to infrastructure.

pub mod blocks;
pub mod build;
pub mod check;
mod data;
mod deploying;
pub mod draft;
mod fill;
mod fleet;
pub mod folder;
pub mod graph;
mod loops;
mod node_lock;
mod openapi;
pub mod openings;
mod operations;
mod patterns;
pub mod plan;
pub mod sam;
mod settings;
pub mod write;

pub use blocks::Library;
pub use build::build;
pub use draft::Draft;
pub use fleet::{FleetWanted, fleet};
pub use folder::{File, Format, folder};
pub use graph::{Graph, Resource};
pub use landfall_source::yaml;
pub use landfall_source::yaml as value;
pub use openings::{Opening, Reason};
pub use operations::Operations;
pub use patterns::{OPENAPI, Pattern, patterns};
pub use plan::{
    Difference, FedBy, Honoured, Language, Planned, Reads, Wanted, Writes, honoured, plan,
};
