//! Blueprints: one module for each promise.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

mod addresses;
mod all;
mod applying;
mod circles;
mod common;
mod deploying;
mod fleet;
mod honoured;
mod identities;
mod imports;
mod mutations;
mod names;
mod openings;
mod patterns;
mod running;
mod sam;
mod sam_written;
mod sized;
mod standing;
mod terraform;
mod terraform_kept;
mod terraform_names;
mod terraform_resources;
mod terraform_secure;
