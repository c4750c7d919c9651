//! Writers: the same graph in each format.

pub mod cdk;
pub mod cloudformation;
pub mod diagram;
