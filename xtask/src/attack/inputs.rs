//! Mutated inputs of every format.

use std::path::Path;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::call::{Given, Scratch};
use super::formats::Format;
use super::mutate::mutate;
use super::tally::Tally;
use crate::tools::Result;

/// One mutated input, and the command that reads it.
struct Made {
    name: String,
    bytes: Vec<u8>,
    command: &'static str,
}

/// The input of a number: the same for the same seed.
fn make(format: &Format, seed: u64, number: u64) -> Option<Made> {
    let mut random = Pcg64Mcg::seed_from_u64(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut pick = |count: usize| random.random_range(0..count.max(1));
    let (name, bytes) = format.seeds.get(pick(format.seeds.len()))?;
    let (_, other) = format.seeds.get(pick(format.seeds.len()))?;
    let command = format.commands.get(pick(format.commands.len()))?;
    Some(Made {
        name: name.clone(),
        bytes: mutate(bytes, other, &mut random),
        command,
    })
}

/// The arguments of a command, with what stands for the input filled in.
fn arguments(made: &Made, scratch: &Scratch) -> Vec<String> {
    let file = scratch.path(&made.name).display().to_string();
    let folder = scratch.folder.display().to_string();
    // No argument holds a zero or has no end.
    let text: String = String::from_utf8_lossy(&made.bytes)
        .chars()
        .filter(|c| *c != '\0')
        .take(10_000)
        .collect();
    let words = made.command.trim_end_matches(" <").split(' ');
    words
        .map(|word| {
            let word = word.replace("{file}", &file).replace("{dir}", &folder);
            word.replace("{text}", &text)
        })
        .collect()
}

/// Runs the inputs of a format whose numbers `next` gives, until there is none.
pub(super) fn run(
    format: &Format,
    seed: u64,
    scratch: &Scratch,
    found: &Path,
    next: &(dyn Fn() -> Option<u64> + Sync),
) -> Result<Tally> {
    let mut tally = Tally::new(format.name);
    for (name, bytes) in &format.beside {
        scratch.put(name, bytes)?;
    }
    while let Some(number) = next() {
        let Some(made) = make(format, seed, number) else {
            continue;
        };
        scratch.put(&made.name, &made.bytes)?;
        let path = scratch.path(&made.name);
        let is_input = made.command.ends_with('<');
        let given = Given {
            input: is_input.then_some(path.as_path()),
            ..Given::default()
        };
        let ended = scratch.run(&arguments(&made, scratch), &given)?;
        let what = format!("{number:05}: {}", made.command);
        if tally.count(&what, &ended) {
            keep(found, format.name, number, &made)?;
        }
        restore(format, &made.name, scratch)?;
    }
    Ok(tally)
}

/// Keeps an input with a finding, and the command beside it.
fn keep(found: &Path, format: &str, number: u64, made: &Made) -> Result<()> {
    let base = made.name.rsplit('/').next().unwrap_or(&made.name);
    let name = format!("{}-{number:05}", format.replace(' ', "-"));
    std::fs::create_dir_all(found)
        .and_then(|()| std::fs::write(found.join(format!("{name}-{base}")), &made.bytes))
        .and_then(|()| std::fs::write(found.join(format!("{name}.command")), made.command))
        .map_err(|error| format!("{}: {error}", found.display()))
}

/// Puts back what stood where the input was.
fn restore(format: &Format, name: &str, scratch: &Scratch) -> Result<()> {
    if let Some((_, bytes)) = format.beside.iter().find(|(other, _)| other == name) {
        return scratch.put(name, bytes);
    }
    // It may have been replaced or removed by the command.
    let _ = std::fs::remove_file(scratch.path(name));
    Ok(())
}
