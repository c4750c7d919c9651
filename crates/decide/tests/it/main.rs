//! What decisions are held to: one module for each promise.

mod agree;
mod at_most;
mod bound;
mod commitments;
mod confidence;
mod dates;
mod functions;
mod laws;
mod pulled;
mod quotas;
mod ramp;
mod regions;
mod scenarios;
mod search;
mod topology;
