//! Hostile texts in every text of every format, through all that is written.

use landfall_source::escape::is_control;

use super::call::{Ended, Given, Scratch};
use super::formats::Format;
use super::tally::Tally;
use crate::tools::Result;

/// Texts that mean something in a language that is written.
const TEXTS: [&str; 16] = [
    "x**// process.exit(1); /*",
    "\\\"); process.exit(1); //",
    "${process.exit(1)}`",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]><!--",
    "# heading\\n[link](javascript:x)",
    "a\\n::error file=x::forged",
    "\\u001b[2J\\u001b]0;title\\u0007",
    "$(touch forged) `touch forged`",
    "a: b\\n- c: !Ref x",
    "%0A::error::forged",
    "\\u202eright to left",
    "'; DROP TABLE x; --",
    "{{ 7 * 7 }} {% raw %}",
    "=cmd|'/c calc'!A1",
];

/// What every command writes of a format, by its name; and, where each run decides, of how many
/// texts one is tried, by one command: a number that shares no factor with those of texts and
/// of commands, so that all take their turn.
const COMMANDS: [(&str, usize, &[&str]); 5] = [
    (
        "workload files",
        1,
        &[
            "decide {file} --worlds 0",
            "decide {file} --worlds 0 --format json",
            "decide {file} --worlds 0 --format markdown",
            "decide {file} --worlds 0 --format html",
            "framework flow {file} --format svg",
            "framework flow {file} --format mermaid",
            "blueprint {file} --worlds 0 --out {dir}/infra --force",
            "blueprint {file} --worlds 0 --out {dir}/infra --force --format cdk",
        ],
    ),
    (
        "usage files",
        1,
        &["bill {file}", "bill {file} --format json"],
    ),
    (
        "templates",
        1,
        &[
            "blueprint check {file}",
            "blueprint check {file} --format json",
            "blueprint check {file} --format sarif",
        ],
    ),
    (
        "imports",
        15,
        &["import {file}", "import {file} --format json"],
    ),
    (
        "lock files",
        5,
        &[
            "check {dir}/in/w.toml",
            "check {dir}/in/w.toml --format json",
            "check {dir}/in/w.toml --format github",
        ],
    ),
];

/// Most places of a file that hostile texts are put in, spread evenly over it.
const PLACES: usize = 400;

/// Every text between quotes in a file, by where it begins and ends.
fn quoted(text: &str) -> Vec<(usize, usize)> {
    let marks: Vec<usize> = text.match_indices('"').map(|(place, _)| place).collect();
    let pairs = marks.chunks_exact(2);
    pairs
        .filter_map(|pair| match pair {
            [start, end] => Some((start + 1, *end)),
            _ => None,
        })
        .collect()
}

/// Puts each hostile text in the place of each text of a good input of a format.
pub(super) fn run(
    format: &Format,
    scratch: &Scratch,
    next: &(dyn Fn() -> Option<u64> + Sync),
) -> Result<Tally> {
    let mut tally = Tally::new("hostile texts");
    let commands = COMMANDS.iter().find(|(name, ..)| *name == format.name);
    let texts = |bytes: &[u8]| quoted(&String::from_utf8_lossy(bytes)).len();
    let wanted = format.seeds.iter().max_by_key(|(name, bytes)| {
        let is_usual = name.ends_with("photo-thumbnails.toml");
        (is_usual, texts(bytes))
    });
    let (Some((_, stride, commands)), Some((name, bytes))) = (commands, wanted) else {
        return Ok(tally);
    };
    for (name, bytes) in &format.beside {
        scratch.put(name, bytes)?;
    }
    let text = String::from_utf8_lossy(bytes);
    let all = quoted(&text);
    let apart = all.len().div_ceil(PLACES).max(1);
    let places: Vec<(usize, usize)> = all.into_iter().step_by(apart).collect();
    let count = places.len() * TEXTS.len();
    while let Some(number) = next() {
        let number = number as usize * stride;
        if number >= count {
            break;
        }
        let place = places.get(number / TEXTS.len());
        let (Some((start, end)), Some(hostile)) = (place, TEXTS.get(number % TEXTS.len())) else {
            break;
        };
        let (before, after) = (text.get(..*start), text.get(*end..));
        let changed = [before.unwrap_or(""), hostile, after.unwrap_or("")].concat();
        scratch.put(name, changed.as_bytes())?;
        let file = scratch.path(name).display().to_string();
        let folder = scratch.folder.display().to_string();
        let some = if *stride > 1 {
            number % commands.len()
        } else {
            0
        };
        let last = if *stride > 1 {
            some + 1
        } else {
            commands.len()
        };
        for command in commands.get(some..last).unwrap_or_default() {
            let words = command.split(' ');
            let arguments: Vec<String> = words
                .map(|word| word.replace("{file}", &file).replace("{dir}", &folder))
                .collect();
            let ended = scratch.run(&arguments, &Given::default())?;
            let what = format!("{command} with {hostile:?} at byte {start}");
            tally.count(&what, &ended);
            if let Some(fault) = forged(command, &ended) {
                tally.broken(format!("{what}: {fault}"));
            }
        }
    }
    for forged in ["forged", "target/forged"] {
        if scratch.root.join(forged).exists() {
            tally.broken("a text was run by a shell".to_owned());
        }
    }
    Ok(tally)
}

/// What a text made of the output that it must not.
fn forged(command: &str, ended: &Ended) -> Option<&'static str> {
    let out = String::from_utf8_lossy(&ended.out);
    let err = String::from_utf8_lossy(&ended.err);
    let is_control = |c: char| is_control(c) && c != '\n' && c != '\t';
    if out.contains(is_control) || err.contains(is_control) {
        return Some("a control character is printed");
    }
    let is_command = |line: &str| line.trim_start().starts_with("::error");
    let is_github = command.contains("github");
    if err.lines().any(is_command) || out.lines().any(is_command) && !is_github {
        return Some("a workflow command is printed");
    }
    if is_github && out.lines().any(|line| !line.starts_with("::")) {
        return Some("a workflow command is broken over lines");
    }
    let is_page = command.contains("html") || command.contains("svg");
    if is_page && (out.contains("<script>alert") || out.contains("<img src=x")) {
        return Some("markup of a text is markup of the page");
    }
    let is_json = command.contains("json") || command.contains("sarif");
    if is_json && ended.exit.is_some_and(|code| code < 2) {
        let read: std::result::Result<serde_json::Value, _> = serde_json::from_slice(&ended.out);
        if read.is_err() {
            return Some("it is no JSON");
        }
    }
    None
}
