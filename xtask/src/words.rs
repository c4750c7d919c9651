//! The words of texts that people read: those of the glossary, and none of those that it
//! replaced. README, documents, comments, `--help`, report strings and the current
//! framework are read.

use std::path::{Path, PathBuf};

use crate::docs::root;

/// What is not written, and what is written instead.
const REPLACED: [(&str, &str); 34] = [
    ("world", "scenario"),
    ("worlds", "scenarios"),
    ("doubt", "uncertainty"),
    ("doubts", "uncertain inputs"),
    ("doubtful", "uncertain"),
    ("told", "shown, given or said"),
    ("tip", "break-even point"),
    ("tips", "break-even points"),
    ("tipped", "changed"),
    ("tipping", "break-even"),
    ("heir", "successor"),
    ("hang on", "depend on"),
    ("hangs on", "depends on"),
    ("hung on", "depended on"),
    ("land on", "run on"),
    ("lands on", "runs on"),
    ("should land", "should run"),
    ("way out", "fix"),
    ("ways out", "fixes"),
    ("half done", "p50"),
    ("slowest 1 in 100", "p99"),
    ("in 99 of 100 minutes", "p99"),
    ("people's hours", "operations"),
    ("people must put in", "operations"),
    ("beyond reason", "out of range"),
    ("dearer", "more expensive"),
    ("dearest", "most expensive"),
    ("as dear as", "as expensive as"),
    ("stays in the race", "stays possible"),
    ("have to give", "exclude"),
    ("landfall's own", "internal"),
    ("cannot be had", "is not available"),
    ("could not be had", "was not available"),
    ("asks only", "asks for"),
];

/// Files and folders that are read, from the root.
const READ: [&str; 16] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/src",
    "docs/book.toml",
    "docs/schemas",
    "examples",
    "crates/units/src",
    "crates/workload/src",
    "crates/catalog/src",
    "crates/framework/src",
    "xtask/src",
    "crates/report/src",
    "crates/cli/src",
    "crates/framework/packs/current",
    "crates/cli/tests/it/snapshots",
];

/// Fails where a replaced word is written, and says where and what to write instead.
pub(crate) fn check() -> Result<(), String> {
    let mut files = Vec::new();
    for path in READ {
        collect(&root().join(path), &mut files)?;
    }
    files.sort();
    let mut found = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
        let end = path.extension().and_then(|end| end.to_str());
        // The table itself names them.
        let prose = match end {
            _ if path.ends_with("xtask/src/words.rs") => continue,
            Some("rs") => of_rust(&text),
            Some("md") => of_markdown(&text),
            _ => text.lines().map(str::to_owned).collect(),
        };
        let name = path
            .strip_prefix(root())
            .unwrap_or(&path)
            .display()
            .to_string();
        for (line, words) in prose.iter().enumerate() {
            for (word, instead) in in_text(words) {
                found.push(format!("{name}:{}: `{word}`: write {instead}", line + 1));
            }
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(format!(
        "words that the glossary replaced:\n{}",
        found.join("\n")
    ))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let problem = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.is_file() {
        let ends = ["md", "rs", "toml", "json", "snap"];
        let end = path.extension().and_then(|end| end.to_str());
        if end.is_some_and(|end| ends.contains(&end)) {
            files.push(path.to_path_buf());
        }
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(problem)? {
        collect(&entry.map_err(problem)?.path(), files)?;
    }
    Ok(())
}

/// The replaced words of a text. Keys (`worlds`, `--worlds`, `"worlds"`) are no words.
fn in_text(text: &str) -> Vec<(&'static str, &'static str)> {
    let text = text.to_lowercase();
    let is_found = |word: &str| {
        let mut places = text.match_indices(word);
        places.any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text
                .get(at + word.len()..)
                .and_then(|after| after.chars().next());
            let is_part = |c: Option<char>, more: &[char]| {
                c.is_some_and(|c| c.is_alphanumeric() || c == '_' || more.contains(&c))
            };
            let is_key = before == Some('"') && matches!(after, Some('"'));
            !is_part(before, &['-', '.', '`', '/']) && !is_part(after, &['`', '=']) && !is_key
        })
    };
    REPLACED
        .into_iter()
        .filter(|(word, _)| is_found(word))
        .collect()
}

/// A page line by line, without what stands in backticks.
fn of_markdown(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| {
        let parts = line.split('`').step_by(2);
        parts.collect::<Vec<_>>().join(" ")
    });
    lines.collect()
}

/// Comments and texts of a file of Rust, line by line; a text of one word is a key.
fn of_rust(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let texts = code.split('"').skip(1).step_by(2);
        let texts = texts.filter(|text| text.contains(' '));
        // A text that goes on from the line before.
        let goes_on =
            !code.contains(['"', '{', '=', '(', ';', ':', '[']) && code.trim().contains(' ');
        let rest = if goes_on { code } else { "" };
        let without_code = of_markdown(comment).join(" ");
        let all = texts.chain([without_code.as_str(), rest]);
        all.collect::<Vec<_>>().join(" ")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_use_the_words_of_the_glossary() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn replaced_words_are_found_and_keys_are_not() {
        for (text, number) in [
            ("in 8 worlds of 10", 1),
            ("The answer hangs on two unknowns.", 1),
            ("hello-world functions", 0),
            ("--worlds 0", 0),
            ("\"worlds\": 1000", 0),
            ("a stipend, untold", 0),
            ("Doubt is drawn", 1),
        ] {
            assert_eq!(in_text(text).len(), number, "{text}");
        }
        let rust = of_rust("    let told = \"key\"; // Worlds drawn.\n    say(\"it is told\");\n");
        assert_eq!(in_text(&rust[0]).len(), 1, "{rust:?}");
        assert_eq!(in_text(&rust[1]).len(), 1, "{rust:?}");
    }
}
