//! One file, or one folder, for each format.

pub(crate) mod access_log;
pub(crate) mod cloudformation;
pub(crate) mod compose;
mod compose_extends;
pub(crate) mod ecs;
pub(crate) mod kubernetes;
pub(crate) mod lambda_log;
pub(crate) mod metrics;
pub(crate) mod serverless;
pub(crate) mod terraform;
