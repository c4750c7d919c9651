//! Writers: the same graph in each format.

pub mod cloudformation;
pub mod diagram;
