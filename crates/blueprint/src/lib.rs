//! From a decision to infrastructure.

pub mod blocks;
pub mod build;
pub mod check;
pub mod draft;
mod fill;
pub mod folder;
pub mod graph;
pub mod plan;
mod settings;
pub mod value;
pub mod write;
pub mod yaml;

pub use blocks::Library;
pub use build::build;
pub use draft::Draft;
pub use folder::{File, Format, folder};
pub use graph::{Graph, Resource};
pub use plan::{Language, Planned, Profile, Wanted, Writes, plan};
