//! Running the program as its users do.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;

/// What a run printed, and how it ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Runs `landfall` in the root of the repository, with some input.
pub(crate) fn landfall_with(arguments: &[&str], input: &str) -> Run {
    let output = Command::cargo_bin("landfall")
        .unwrap()
        .current_dir(root())
        .env("NO_COLOR", "1")
        .env("LANDFALL_DATA", root().join("target/no-such-folder"))
        .args(arguments)
        .write_stdin(input)
        .output()
        .unwrap();
    finished(output)
}

fn finished(output: std::process::Output) -> Run {
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `landfall` with prices kept in a folder.
pub(crate) fn landfall_in(data: &Path, arguments: &[&str]) -> Run {
    let output = Command::cargo_bin("landfall")
        .unwrap()
        .current_dir(root())
        .env("NO_COLOR", "1")
        .env("LANDFALL_DATA", data)
        .args(arguments)
        .output()
        .unwrap();
    finished(output)
}

/// Runs `landfall` in a folder of its user.
pub(crate) fn landfall_inside(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::cargo_bin("landfall")
        .unwrap()
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("LANDFALL_DATA", root().join("target/no-such-folder"))
        .args(arguments)
        .output()
        .unwrap();
    finished(output)
}

/// Runs `landfall` without input.
pub(crate) fn landfall(arguments: &[&str]) -> Run {
    landfall_with(arguments, "")
}

/// The example files, in order of name.
pub(crate) fn examples() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| format!("examples/{}", entry.unwrap().file_name().to_string_lossy()))
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    names.sort();
    names
}

/// One in so many cases is enough, unless everything is asked for.
pub(crate) fn one_in(number: usize) -> usize {
    let is_all = std::env::var_os("LANDFALL_ALL_CASES").is_some();
    if is_all { 1 } else { number }
}

/// Every example; one in `share` of them, unless everything is asked for.
pub(crate) fn some_examples(share: usize) -> Vec<String> {
    examples().into_iter().step_by(one_in(share)).collect()
}

/// Scenarios of the decisions that tests share: what they ask of them does not depend on more.
pub(crate) const SCENARIOS: &str = "200";

/// Every example with its decision in JSON, made once for all tests.
pub(crate) fn decided() -> &'static [(String, Value)] {
    static DECIDED: OnceLock<Vec<(String, Value)>> = OnceLock::new();
    DECIDED.get_or_init(|| {
        let files = examples();
        let mut arguments = vec!["decide", "--format", "json", "--scenarios", SCENARIOS];
        arguments.extend(files.iter().map(String::as_str));
        let run = landfall(&arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(run.out.lines().count(), files.len());
        let read = |line: &str| serde_json::from_str(line).unwrap();
        let documents = run.out.lines().map(read);
        files.iter().cloned().zip(documents).collect()
    })
}
