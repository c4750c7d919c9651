//! What decisions are held to: one module for each promise.

mod agree;
mod at_most;
mod confidence;
mod dates;
mod functions;
mod laws;
mod pulled;
mod ramp;
mod regions;
mod search;
mod topology;
mod worlds;
