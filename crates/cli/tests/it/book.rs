//! Goal: the README and the book show what the program prints. Method: every block marked
//! `console` is run in the root of the repository. A line that begins with `$ landfall` is a
//! command, the lines up to the next one are its output; `...` stands for lines left out.
//! `LANDFALL_BOOK=write` writes the output into the pages, except where lines are left out.

use std::path::PathBuf;

use crate::common::{landfall, root};

/// What begins a line with a command.
const PROMPT: &str = "$ landfall ";

/// The README and the pages of the book.
fn pages() -> Vec<PathBuf> {
    let pages = std::fs::read_dir(root().join("docs/src")).unwrap();
    let pages = pages.map(|entry| entry.unwrap().path());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|end| end == "md");
    let mut pages: Vec<PathBuf> = pages.filter(is_page).collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

/// What a command prints.
fn output(command: &str) -> Vec<String> {
    let arguments: Vec<&str> = command.split_whitespace().collect();
    let run = landfall(&arguments);
    assert!(run.code < 2, "{command}: {}", run.err);
    run.out.lines().map(str::to_owned).collect()
}

/// Whether the lines are as shown, where `...` stands for any number of them.
fn matches(shown: &[String], lines: &[String]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => {
            let mut ends = (0..=lines.len()).filter_map(|from| lines.get(from..));
            ends.any(|lines| matches(rest, lines))
        }
        Some((first, rest)) => {
            let found = lines.split_first();
            found.is_some_and(|(line, lines)| line == first && matches(rest, lines))
        }
    }
}

/// A page with the output of its commands as it is now, and whether it was shown so.
fn renewed(text: &str) -> (String, bool, usize) {
    let (mut page, mut is_same, mut number) = (Vec::new(), true, 0);
    let mut lines = text.lines().map(str::to_owned).peekable();
    while let Some(line) = lines.next() {
        page.push(line.clone());
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| line != "```") {
            page.push(line.clone());
            let Some(command) = line.strip_prefix(PROMPT) else {
                continue;
            };
            let mut shown = Vec::new();
            while let Some(line) = lines.next_if(|line| line != "```" && !line.starts_with(PROMPT))
            {
                shown.push(line);
            }
            let found = output(command);
            number += 1;
            if matches(&shown, &found) {
                page.extend(shown);
            } else {
                is_same = false;
                let is_whole = !shown.iter().any(|line| line == "...");
                page.extend(if is_whole { found } else { shown });
            }
        }
    }
    (page.join("\n") + "\n", is_same, number)
}

#[test]
fn the_book_shows_what_the_program_prints() {
    let is_writing = std::env::var_os("LANDFALL_BOOK").is_some_and(|how| how == "write");
    let (mut wrong, mut number) = (Vec::new(), 0);
    for path in pages() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (page, is_same, commands) = renewed(&text);
        number += commands;
        if !is_same {
            if is_writing {
                std::fs::write(&path, page).unwrap();
            }
            wrong.push(path);
        }
    }
    assert!(is_writing || wrong.is_empty(), "out of date: {wrong:?}");
    assert!(number >= 9, "{number} commands");
}
