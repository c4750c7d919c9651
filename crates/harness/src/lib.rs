//! Runs the user's own code on this machine, and counts what it takes.
//!
//! The one door of measuring to processes, sockets and the clock; what needs none of them stands
//! in `landfall_measure`. A [`Function`] is run under the Runtime API of Lambda, a [`Job`] to its
//! end, a [`Server`] under requests. Where [cgroups](Cgroups) allow it, a function is also run with
//! what each size of memory has. Whatever happens, nothing stays behind: everything that is
//! started carries a mark in its environment, stands in a process group of its own, and is ended
//! by its owner, or by a [guard](stand_guard) process that outlives it.
//!
//! Linux only: CPU time and memory are read from `/proc`.

#![cfg(target_os = "linux")]

mod api;
mod cgroup;
mod clock;
mod end;
mod environment;
mod function;
mod gate;
mod guard;
mod job;
mod launched;
mod load;
mod machine;
mod network;
mod proc;
mod run;
mod sequence;
mod server;
mod sizes;
mod trouble;

pub use cgroup::{Cgroups, Lacking, Limits, Throttling};
pub use function::{Function, FunctionFound, Invoked, Start, Together};
pub use gate::{Gate, stand_gate};
pub use guard::{Guard, stand_guard};
pub use job::{Job, JobFound};
pub use launched::Launch;
pub use machine::{Busy, Machine};
pub use network::leave_network;
pub use server::{AtOnce, OpenLoop, Server, ServerFound};
pub use sizes::SizeFound;
pub use trouble::Trouble;
