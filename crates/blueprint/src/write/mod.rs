//! Writers: the same graph in each format.

pub(crate) mod cdk;
pub mod cloudformation;
pub mod diagram;
pub(crate) mod hcl;
pub(crate) mod sam;
pub(crate) mod terraform;
pub(crate) mod terraform_stack;
