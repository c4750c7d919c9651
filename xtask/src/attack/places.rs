//! A full disk, and the days of `--as-of`.

use std::path::Path;

use super::call::{Given, Scratch};
use super::tally::Tally;
use crate::tools::Result;

/// Commands that print, each in its own way.
const PRINTING: [&str; 15] = [
    "--help",
    "--version",
    "decide --help",
    "completions zsh",
    "schema workload",
    "framework show",
    "framework test",
    "framework flow",
    "prices show",
    "prices show --regions",
    "bill examples/usage/lambda.toml",
    "blueprint rules",
    "decide examples/website.toml --worlds 0",
    "explain examples/website.toml --worlds 0",
    "simulate --rate 1/s --duration 100ms --for 60s",
];

/// The first and the last year of the days that are decided by.
const YEARS: std::ops::RangeInclusive<u32> = 2006..=2030;

/// Everything that prints, onto a device that is full.
pub(super) fn full_disk(scratch: &Scratch) -> Result<Tally> {
    let mut tally = Tally::new("full disk");
    let full = Path::new("/dev/full");
    if !full.exists() {
        return Ok(tally);
    }
    let files = ["--svg", "--series"]
        .map(|option| format!("simulate --rate 1/s --duration 100ms --for 60s {option} /dev/full"));
    let printing = PRINTING.map(|words| (words.to_owned(), Some(full)));
    for (words, out) in printing.into_iter().chain(files.map(|words| (words, None))) {
        let arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let given = Given {
            out,
            ..Given::default()
        };
        let ended = scratch.run(&arguments, &given)?;
        tally.count(&words, &ended);
        let said = String::from_utf8_lossy(&ended.err);
        if ended.exit != Some(2) || !said.contains("no space is left") {
            tally.broken(format!("{words}: exit {:?}: {said}", ended.exit));
        }
    }
    Ok(tally)
}

/// Decides by the facts of the first and the middle of every month.
pub(super) fn days(scratch: &Scratch, next: &(dyn Fn() -> Option<u64> + Sync)) -> Result<Tally> {
    const EXAMPLES: [&str; 3] = ["photo-thumbnails", "website", "nightly-report"];
    let mut tally = Tally::new("days");
    let months = YEARS.flat_map(|year| (1..=12_u32).map(move |month| (year, month)));
    let days: Vec<String> = months
        .flat_map(|(year, month)| [1, 15].map(|day| format!("{year}-{month:02}-{day:02}")))
        .collect();
    while let Some(day) = next().and_then(|number| days.get(number as usize)) {
        let example = EXAMPLES.get(day.bytes().map(usize::from).sum::<usize>() % EXAMPLES.len());
        let example = example.unwrap_or(&"website");
        let words = format!("decide examples/{example}.toml --worlds 0 --as-of {day}");
        tally.count(&words, &scratch.run_words(&words)?);
    }
    Ok(tally)
}
