//! The program as its users meet it: one module for each command or promise.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod blueprint;
mod common;
mod decide;
mod domains;
mod errors;
mod forms;
mod framework;
mod house;
mod prices;
mod simulate;
