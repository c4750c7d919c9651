//! The program as its users meet it: one module for each command or promise.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod blueprint;
mod book;
mod charges;
mod common;
mod decide;
mod domains;
mod errors;
mod files;
mod fleet;
mod forms;
mod framework;
#[path = "../../src/download/hostile.rs"]
#[expect(
    dead_code,
    reason = "all of its ways are used where downloads are tested"
)]
mod hostile;
mod house;
mod import;
mod languages;
mod layers;
mod mcp;
#[cfg(target_os = "linux")]
mod measure;
mod prices;
mod review;
mod sarif;
mod serve;
mod simulate;
mod templates;
mod texts;
mod traces;
mod tune;
