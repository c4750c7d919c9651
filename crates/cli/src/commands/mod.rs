//! One file per command.

pub(crate) mod baseline;
pub(crate) mod bill;
pub(crate) mod blueprint;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod decide;
pub(crate) mod explain;
mod findings;
pub(crate) mod fleet;
pub(crate) mod framework;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod manual;
pub(crate) mod mcp;
#[cfg(target_os = "linux")]
pub(crate) mod measure;
mod memory;
mod patterns;
pub(crate) mod prices;
pub(crate) mod review;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod simulate;
mod templates;
pub(crate) mod tune;
