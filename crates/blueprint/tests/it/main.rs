//! Blueprints: one module for each promise.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod all;
mod common;
mod mutations;
