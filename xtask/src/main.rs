//! Developer commands.
//!
//! `cargo xtask docs` writes the documents that are made from data;
//! `cargo xtask docs --check` fails when one is out of date;
//! `cargo xtask test` runs everything that CI runs, and `--full` what takes long besides:
//! all blueprints, all pages, both doors, a minute of each fuzzer, the attack;
//! `cargo xtask attack [SEED [INPUTS]]` gives the program what attackers would;
//! `cargo xtask blueprints` holds blueprints against the field's own validators, and `--full`
//! all their variants;
//! `cargo xtask sam` holds what is made of templates with SAM, and those that are written, against
//! AWS's own translator;
//! `cargo xtask pages` looks at the pages of decisions in Chromium;
//! `cargo xtask doors` works with the page of `landfall serve` in Chromium, with its API as it is
//! described and under load, and with the tools for agents by the official client and suite;
//! `cargo xtask measure` runs functions by their real clients under `landfall measure`, and
//! at sizes of memory with what each has on Lambda;
//! `cargo xtask fleet [PROGRAM]` decides 2,000 workloads, whole and in shards, here and in object
//! storage that answers on this machine, and says how fast;
//! `cargo xtask packages` builds the packages of Python and npm, installs them where there is no
//! source, and compares what they print with what the program does;
//! `cargo xtask price-list 500 FILE` makes an offer file to measure the reader with.

mod attack;
mod blueprints;
mod chapters;
mod checks;
mod docs;
mod doors;
mod fleet;
mod measured;
mod node_client;
mod packages;
mod pages;
mod price_list;
mod sam;
mod sam_alike;
mod sam_written;
mod scripts;
mod throttled;
mod tools;
mod words;
mod written;

use std::process::ExitCode;

use self::checks::Extent;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        ["test"] => checks::run(Extent::Usual),
        ["test", "--full"] => checks::run(Extent::Full),
        ["attack", rest @ ..] => tools::build().and_then(|()| attack::run(rest)),
        ["blueprints"] => tools::build().and_then(|()| blueprints::check(Extent::Usual)),
        ["blueprints", "--full"] => {
            tools::build().and_then(|()| blueprints::check(Extent::Full))
        }
        ["sam"] => tools::build()
            .and_then(|()| tools::Places::installed())
            .and_then(|places| tools::timed("SAM", || sam::check(&places)).and_then(|()| {
                tools::timed("SAM, as written", || sam_written::check(&places, Extent::Full))
            })),
        ["pages"] => match pages::browser() {
            Some(browser) => tools::build().and_then(|()| pages::check(&browser, Extent::Full)),
            None => Err("there is no Chromium on this machine".to_owned()),
        },
        ["doors"] => tools::build().and_then(|()| doors::check(pages::browser().as_deref())),
        ["measure"] => tools::build()
            .and_then(|()| measured::check(Extent::Full))
            .and_then(|()| throttled::check()),
        ["fleet"] => tools::build().and_then(|()| fleet::check(None)),
        ["fleet", program] => fleet::check(Some(program)),
        ["packages"] => tools::build().and_then(|()| packages::check()),
        ["packages", "--npm", into, machine, program] => {
            packages::npm(into.as_ref(), machine, program.as_ref())
        }
        ["price-list", megabytes, path] => price_list::make(megabytes, path),
        _ => Err(
            "usage: cargo xtask docs [--check] | test [--full] | attack | blueprints [--full] | sam | pages | doors | measure | fleet [PROGRAM] | packages [--npm DIR MACHINE PROGRAM] | price-list MB FILE"
                .to_owned(),
        ),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            checks::say(&format!("error: {problem}"));
            ExitCode::FAILURE
        }
    }
}
