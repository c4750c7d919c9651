//! From what people have to a workload file.
//!
//! An input is bytes under a name: a template, a manifest, a log. [`Import`] tells its
//! format from its content, reads it, and joins it with the others by name. What comes out
//! is [`Imported`]: workloads, and of each a [`Finding`] for every fact that an input
//! settles, with its place and whether it is sure; and what is open, unused and unread.
//!
//! What AWS has charged is no system: [`Charges`] adds up the lines of its reports.
//!
//! A setting is no measurement: timeouts and memory sizes bound from above. What only a
//! deployment or its owner knows is left open, never guessed silently; and no value of an
//! environment variable, secret or account number is taken over.

mod charges;
mod containers;
mod finding;
mod formats;
mod import;
mod known;
mod lines;
mod measured;
mod names;
mod ports;
mod render;
mod samples;
mod set;
mod settings;
mod settle;
mod sizes;
mod sniff;
mod stores;
mod today;

pub use charges::{Charge, ChargeKind, Charges};
pub use finding::{Basis, Finding, Found, Note, Open, Part, Place, Said, Store};
pub use import::{Format, Import};
pub use render::{Asked, json, toml};
pub use settle::{Imported, Workload};
