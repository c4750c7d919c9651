//! Goal: whatever comes, there is one clear error or a workload file that is read again.
//! Method: a thousand mutations of the cases of each format, and hostile files.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use landfall_import::{Format, Import, toml};
use landfall_source::Source;
use landfall_workload::System;
use proptest::prelude::*;

fn folder(format: Format) -> Vec<Vec<u8>> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(cases.join(format.name()))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

/// One error with the file's name, or a file that can be read again.
fn survive(bytes: &[u8], format: Option<Format>) {
    let mut import = Import::new();
    if let Err(problem) = import.read("odd.file", format, bytes) {
        assert!(problem.message.contains("odd.file"), "{problem}");
        assert!(problem.help.is_some(), "{problem}");
        assert!(!problem.message.contains('\n'), "{problem}");
        return;
    }
    let imported = import.finish("x");
    let text = toml(&imported, &["odd.file".to_owned()], &BTreeMap::new());
    if !imported.workloads.is_empty() {
        let read = System::parse(&Source::new("imported.toml", &text));
        assert!(read.is_ok(), "{}\n{text}", read.unwrap_err());
    }
}

#[derive(Debug, Clone)]
enum Change {
    Cut(usize),
    Remove(usize, usize),
    Put(usize, Vec<u8>),
    Twice(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let words: Vec<&'static [u8]> = vec![
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"'",
        b":",
        b": ",
        b"\n",
        b"  ",
        b"- ",
        b"&a ",
        b"*a",
        b"<<: *a",
        b"!Ref ",
        b"!If [a, ",
        b"${",
        b"null",
        b"-1",
        b"1e999",
        b"9999999999999999999",
        b"\xff",
        b"\t",
        b"\x1b[31m",
        b"NaN",
        b"0",
        b"0.0001",
        b"|",
        b"#",
        b"Type",
        b"=",
        b",",
    ];
    prop_oneof![
        any::<usize>().prop_map(Change::Cut),
        (any::<usize>(), 1_usize..80).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<usize>(), prop::sample::select(words))
            .prop_map(|(at, word)| Change::Put(at, word.to_vec())),
        (any::<usize>(), 1_usize..200).prop_map(|(at, length)| Change::Twice(at, length)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let place = |at: usize| at % (bytes.len() + 1);
        match change {
            Change::Cut(at) => {
                // Most cuts near the end, so that something is left.
                let at = place(*at);
                bytes.truncate(at.max(bytes.len() / 2));
            }
            Change::Remove(at, length) => {
                let start = place(*at);
                let end = (start + length).min(bytes.len());
                bytes.drain(start..end);
            }
            Change::Put(at, word) => {
                let at = place(*at);
                bytes.splice(at..at, word.iter().copied());
            }
            Change::Twice(at, length) => {
                let start = place(*at);
                let end = (start + length).min(bytes.len());
                let part = bytes.get(start..end).unwrap_or_default().to_vec();
                bytes.splice(start..start, part);
            }
        }
    }
    bytes
}

#[test]
fn a_thousand_mutations_of_each_format() {
    for format in Format::ALL {
        let files = folder(format);
        let config = ProptestConfig {
            cases: 1_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let strategy = (
            prop::sample::select(files),
            prop::collection::vec(change(), 1..6),
            any::<bool>(),
        );
        runner
            .run(&strategy, |(bytes, changes, is_named)| {
                survive(&changed(bytes, &changes), is_named.then_some(format));
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn no_format_takes_what_is_of_another() {
    for format in Format::ALL {
        for file in folder(format) {
            for other in Format::ALL {
                survive(&file, Some(other));
            }
        }
    }
}

#[test]
fn hostile_files_end_with_one_error() {
    let mut bomb =
        "Resources: {A: {Type: AWS::X::Y}}\na0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let all = vec![format!("*a{}", level - 1); 8].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{all}]");
    }
    let deep = format!("Resources:\n  A: {}", "[".repeat(100));
    for text in [bomb.as_str(), &deep, "", "\0", "{", "- 1\n- 2\n", "a: b\n"] {
        let problem = Import::new().read("odd.file", None, text.as_bytes());
        let problem = problem.unwrap_err();
        assert!(problem.message.contains("odd.file"), "{problem}");
    }
    // A gzip bomb of one endless line, and one that is cut off.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b'x'; 1 << 20];
    for _ in 0..100 {
        bomb.write_all(&block).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let problem = Import::new().read("odd.file", None, bomb.as_slice());
    assert!(problem.unwrap_err().message.contains("larger than"));
    let cut = bomb.get(..bomb.len() / 2).unwrap();
    assert!(Import::new().read("odd.file", None, cut).is_err());
}
