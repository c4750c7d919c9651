//! Goal: the house stands as ARCHITECTURE.md says. Method: read the manifests and
//! the sources, and hold them against each invariant.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::common::root;

/// The rooms from the bottom up: each may use those before it.
pub(crate) const ROOMS: [&str; 18] = [
    "units",
    "source",
    "workload",
    "import",
    "catalog",
    "framework",
    "topology",
    "simulate",
    "measure",
    "decide",
    "report",
    "blueprint",
    "answers",
    "python",
    "fleet",
    "serve",
    "harness",
    "cli",
];

/// Rooms that stand side by side: neither may use the other.
const APART: [(&str, &str); 9] = [
    ("workload", "catalog"),
    ("import", "catalog"),
    ("framework", "topology"),
    ("framework", "simulate"),
    ("topology", "simulate"),
    ("framework", "measure"),
    ("topology", "measure"),
    ("simulate", "measure"),
    ("report", "blueprint"),
];

pub(crate) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn room_sources(room: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&root().join("crates").join(room).join("src"), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn dependencies_run_one_way() {
    for (place, room) in ROOMS.iter().enumerate() {
        let manifest = root().join("crates").join(room).join("Cargo.toml");
        let text = std::fs::read_to_string(manifest).unwrap();
        for line in text.lines().filter(|line| line.starts_with("landfall-")) {
            let used = line
                .trim_start_matches("landfall-")
                .split(['.', ' '])
                .next()
                .unwrap();
            let below = ROOMS.iter().position(|other| *other == used).unwrap();
            assert!(below < place, "{room} uses {used}, which is not below it");
            let apart = APART
                .iter()
                .any(|(a, b)| (*a, *b) == (used, room) || (*b, *a) == (used, room));
            assert!(!apart, "{room} uses {used}, beside which it should stand");
        }
    }
}

#[test]
fn only_the_command_line_touches_the_world() {
    const DOORS: [&str; 9] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "stdin()",
        "stdout()",
        "SystemTime",
        "Instant",
    ];
    for room in ROOMS.iter().filter(|room| **room != "cli") {
        for (path, text) in room_sources(room) {
            for door in DOORS {
                // What `serve` and `harness` are for; no harness reads the environment.
                let is_its_own = match *room {
                    "serve" => door == "std::net",
                    "harness" => !["std::env", "stdin()", "stdout()"].contains(&door),
                    _ => false,
                };
                let is_opened = text.contains(door) && !is_its_own;
                assert!(!is_opened, "{} opens {door}", path.display());
            }
        }
    }
}

/// Numbers of the catalog's data, as they are written there, that a line of Rust
/// could only repeat: at least three digits that matter, and not a unit.
fn catalog_numbers() -> BTreeSet<String> {
    const UNITS: [&str; 9] = [
        "1000", "1024", "3600", "60000", "2000", "100", "128", "256", "512",
    ];
    let mut found = BTreeSet::new();
    let data = root().join("crates/catalog/data");
    let mut texts = vec![
        std::fs::read_to_string(data.join("meters.toml")).unwrap(),
        std::fs::read_to_string(data.join("prices/us-east-1/services.csv")).unwrap(),
    ];
    for entry in std::fs::read_dir(data.join("platforms")).unwrap() {
        texts.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    for text in texts {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let values = line.replace(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'), " ");
            for word in values.split_whitespace().filter(|word| !word.contains('-')) {
                let digits = word.replace('.', "");
                let matter = digits.trim_matches('0');
                if matter.len() >= 3 && !UNITS.contains(&word) && word.parse::<f64>().is_ok() {
                    found.insert(word.to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn no_number_about_aws_stands_in_the_code() {
    let numbers = catalog_numbers();
    for wanted in ["1769", "10240", "0.0000166667", "0.04048", "0.0225"] {
        assert!(
            numbers.contains(wanted),
            "{wanted} is not found in the data: {numbers:?}"
        );
    }
    for room in ROOMS {
        for (path, text) in room_sources(room) {
            for (row, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap().replace('_', "");
                let literals =
                    code.replace(|c: char| !(c.is_ascii_alphanumeric() || c == '.'), " ");
                for literal in literals
                    .split_whitespace()
                    .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
                {
                    let bare = literal.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                    let bare = bare.trim_end_matches(".0");
                    assert!(
                        !numbers.contains(bare),
                        "{}:{}: {bare} is a number of the catalog",
                        path.display(),
                        row + 1
                    );
                }
            }
        }
    }
}

#[test]
fn files_stay_small() {
    for room in ROOMS {
        for (path, text) in room_sources(room) {
            let lines = text.lines().count();
            assert!(lines <= 800, "{} has {lines} lines", path.display());
            let head = text.lines().take_while(|line| line.starts_with("//!"));
            let says_why = head
                .into_iter()
                .any(|line| line.starts_with("//! One file, because "));
            let is_small = lines <= 500;
            assert!(
                is_small != says_why,
                "{} has {lines} lines: beyond 500, and only there, its head says why it is whole",
                path.display()
            );
        }
    }
}

#[test]
fn every_room_is_on_the_map() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for room in ROOMS {
        assert!(
            map.contains(&format!("`{room}`")),
            "{room} is not in ARCHITECTURE.md"
        );
    }
}

/// The commands that are there on Linux alone are the same wherever they are named: elsewhere the
/// program would not compile, which no test here sees.
#[test]
fn commands_of_linux_alone_are_so_everywhere() {
    let of_linux = |file: &str, begins: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(root().join("crates/cli/src").join(file)).unwrap();
        let lines = text.lines().map(str::trim);
        let pairs = lines.clone().zip(lines.skip(1));
        let next = pairs.filter(|(line, _)| *line == "#[cfg(target_os = \"linux\")]");
        let names = next.filter_map(|(_, line)| line.strip_prefix(begins));
        let names = names.map(|rest| rest.chars().take_while(char::is_ascii_alphabetic));
        names
            .map(|name| name.collect::<String>().to_lowercase())
            .collect()
    };
    let matched = of_linux("main.rs", "Command::");
    assert!(!matched.is_empty());
    assert_eq!(of_linux("commands/mod.rs", "pub(crate) mod "), matched);
    let listed = of_linux("arguments.rs", "");
    assert!(matched.is_subset(&listed), "{listed:?}");
}

/// `cargo binstall` looks for the archives that the release makes, and for each of them.
#[test]
fn archives_of_a_release_are_where_they_are_looked_for() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let workflow = read(".github/workflows/release.yml");
    let made: BTreeSet<String> = workflow
        .split("{machine: ")
        .skip(1)
        .map(|rest| rest.split(',').next().unwrap().to_owned())
        .collect();
    let manifest: toml::Value = toml::from_str(&read("crates/cli/Cargo.toml")).unwrap();
    let overrides = &manifest["package"]["metadata"]["binstall"]["overrides"];
    let looked_for = overrides.as_table().unwrap().values().map(|of| {
        let (url, program) = (
            of["pkg-url"].as_str().unwrap(),
            of["bin-dir"].as_str().unwrap(),
        );
        let name = url.rsplit_once("/landfall-").unwrap().1;
        let machine = name.strip_suffix(".tar.gz").unwrap();
        assert!(
            program.starts_with(&format!("landfall-{machine}/")),
            "{program}"
        );
        machine.to_owned()
    });
    assert_eq!(looked_for.collect::<BTreeSet<String>>(), made);
    assert!(!made.is_empty());
}
