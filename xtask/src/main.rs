//! Developer commands.
//!
//! `cargo xtask docs` writes the documents that are made from data;
//! `cargo xtask docs --check` fails when one is out of date;
//! `cargo xtask test` runs everything that CI runs.

mod checks;
mod docs;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        ["test"] => checks::run(),
        _ => Err("usage: cargo xtask docs [--check] | test".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            checks::say(&format!("error: {problem}"));
            ExitCode::FAILURE
        }
    }
}
