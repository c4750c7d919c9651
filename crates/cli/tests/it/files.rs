//! Goal: files are whole and nobody's rows are lost, whoever else writes and whatever ends a
//! process; output that finds no room or no reader is no fault of the program. Method: the
//! commands, several at once, after what a killed one leaves, and on a device that is full.

use std::fs::Permissions;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::{examples, landfall, landfall_in, root};

const FIXTURES: &str = "crates/catalog/tests/price_list";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Everything in a folder whose name is hidden: what a turn to write leaves.
fn hidden(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let end = name.rsplit('.').next().unwrap();
            if ["new", "writing"].contains(&end) {
                found.push(name);
            }
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}

/// Runs `landfall` by a shell with a umask.
fn with_umask(umask: &str, arguments: &str, data: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_landfall");
    Command::new("sh")
        .args(["-c", &format!("umask {umask}; exec {program} {arguments}")])
        .current_dir(root())
        .env("LANDFALL_DATA", data)
        .output()
        .unwrap()
}

#[test]
fn nobody_who_writes_at_the_same_time_loses_a_row() {
    let data = tempfile::tempdir().unwrap();
    let services = ["lambda", "nat", "ec2", "data"];
    let update = |service: &str| {
        let region = ["prices", "update", "--region", "eu-west-1"];
        let rest = ["--service", service, "--from", FIXTURES];
        landfall_in(data.path(), &[&region[..], &rest[..]].concat())
    };
    for _ in 0..5 {
        std::thread::scope(|scope| {
            let runs: Vec<_> = services
                .iter()
                .map(|service| scope.spawn(move || update(service)))
                .collect();
            for run in runs {
                let run = run.join().unwrap();
                let has_none = run.err.contains("nothing in these files");
                assert!(run.code == 0 || has_none, "{}", run.err);
            }
        });
        let path = data.path().join("prices/eu-west-1.csv");
        let kept = std::fs::read_to_string(&path).unwrap();
        for service in ["lambda", "nat", "ec2"] {
            assert!(kept.contains(&format!(",{service},")), "{service} is lost");
        }
        assert_eq!(hidden(data.path()), Vec::<String>::new());
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn decisions_recorded_at_the_same_time_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..6).map(|at| format!("w{at}.toml")).collect();
    for name in &names {
        std::fs::copy(
            root().join("examples/website.toml"),
            folder.path().join(name),
        )
        .unwrap();
    }
    std::thread::scope(|scope| {
        for name in &names {
            let path = folder.path().join(name).display().to_string();
            scope.spawn(move || {
                let run = landfall(&["decide", &path, "--worlds", "0", "--record"]);
                assert_eq!(run.code, 0, "{}", run.err);
            });
        }
    });
    let lock = std::fs::read_to_string(folder.path().join("landfall.lock")).unwrap();
    for name in &names {
        assert!(lock.contains(name.as_str()), "{name} is lost");
    }
    assert_eq!(hidden(folder.path()), Vec::<String>::new());
}

#[test]
fn modes_are_the_users() {
    for (umask, wanted) in [("022", 0o644), ("077", 0o600), ("002", 0o664)] {
        let data = tempfile::tempdir().unwrap();
        let update = format!("prices update --region eu-west-1 --from {FIXTURES}");
        assert!(with_umask(umask, &update, data.path()).status.success());
        let csv = data.path().join("prices/eu-west-1.csv");
        assert_eq!(mode(&csv), wanted, "{umask}");
        std::fs::set_permissions(&csv, Permissions::from_mode(0o640)).unwrap();
        assert!(with_umask(umask, &update, data.path()).status.success());
        assert_eq!(mode(&csv), 0o640, "a mode that was given is kept");
        let out = data.path().join("infra");
        let blueprint = format!(
            "blueprint examples/photo-thumbnails.toml --worlds 0 --out {}",
            out.display()
        );
        let run = with_umask(umask, &blueprint, data.path());
        assert!(run.status.success(), "{run:?}");
        assert_eq!(mode(&out.join("README.md")), wanted);
        let program = wanted | ((wanted & 0o444) >> 2);
        assert_eq!(mode(&out.join("build.sh")), program);
        // A second run mends what cannot be executed, and what is missing.
        std::fs::set_permissions(out.join("build.sh"), Permissions::from_mode(0o600)).unwrap();
        std::fs::remove_file(out.join("README.md")).unwrap();
        let run = with_umask(umask, &blueprint, data.path());
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(said.contains("2 written"), "{said}");
        assert_eq!(mode(&out.join("build.sh")), 0o700);
        assert_eq!(mode(&out.join("README.md")), wanted);
    }
}

#[test]
fn what_a_killed_process_leaves_is_removed_by_the_next() {
    let data = tempfile::tempdir().unwrap();
    let prices = data.path().join("prices");
    let out = data.path().join("infra");
    for folder in [&prices, &out] {
        std::fs::create_dir(folder).unwrap();
    }
    for name in ["prices/.eu-west-1.csv", "infra/.landfall"] {
        for end in [".new", ".writing"] {
            std::fs::write(data.path().join(format!("{name}{end}")), "half").unwrap();
        }
    }
    let update = format!("prices update --region eu-west-1 --from {FIXTURES}");
    let blueprint = format!(
        "blueprint examples/photo-thumbnails.toml --worlds 0 --out {}",
        out.display()
    );
    for command in [update, blueprint] {
        let run = with_umask("022", &command, data.path());
        assert!(run.status.success(), "{run:?}");
    }
    assert_eq!(hidden(data.path()), Vec::<String>::new());
}

#[test]
fn a_link_is_written_through_and_a_device_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (
        folder.path().join("target.svg"),
        folder.path().join("link.svg"),
    );
    std::fs::write(&target, "old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let simulate = |svg: &str| {
        landfall(&[
            "simulate",
            "--rate",
            "1/s",
            "--duration",
            "100ms",
            "--for",
            "60s",
            "--svg",
            svg,
        ])
    };
    let run = simulate(&link.display().to_string());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        std::fs::read_to_string(&target)
            .unwrap()
            .starts_with("<svg")
    );
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    if cfg!(target_os = "linux") {
        let run = simulate("/dev/full");
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("no space is left"), "{}", run.err);
        let kind = std::fs::metadata("/dev/full").unwrap().file_type();
        assert!(kind.is_char_device());
    }
}

/// Commands that print data, each in its own way.
fn printing() -> Vec<Vec<String>> {
    let example = examples().swap_remove(0);
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let all = [
        "--help",
        "--version",
        "decide --help",
        "completions bash",
        "manual",
        "manual blueprint check",
        "schema workload",
        "framework show",
        "framework test",
        "framework flow",
        "prices show",
        "prices check eu-west-1",
        "bill examples/usage/lambda.toml",
        "blueprint rules",
    ];
    let mut all: Vec<Vec<String>> = all.iter().map(|text| words(text)).collect();
    all.push(words(&format!("decide {example} --worlds 0")));
    all.push(words(&format!("explain {example} --worlds 0")));
    all
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_no_fault_of_the_program() {
    for arguments in printing() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let run = Command::new(env!("CARGO_BIN_EXE_landfall"))
            .args(&arguments)
            .current_dir(root())
            .stdout(Stdio::from(full.unwrap()))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("no space is left on the device"), "{said}");
        assert!(said.contains("hint:") && !said.contains("report"), "{said}");
    }
}

#[test]
fn a_reader_that_goes_away_changes_nothing_else() {
    for arguments in printing() {
        let wanted = Command::new(env!("CARGO_BIN_EXE_landfall"))
            .args(&arguments)
            .current_dir(root())
            .output()
            .unwrap();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Command::new(env!("CARGO_BIN_EXE_landfall"))
            .args(&arguments)
            .current_dir(root())
            .stdout(writer)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), wanted.status.code(), "{arguments:?}");
        assert_eq!(run.stderr, wanted.stderr, "{arguments:?}");
    }
}

/// The kind: nobody else writes to standard output.
#[test]
fn one_place_prints() {
    let mut folders = vec![root().join("crates/cli/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let is_output = path.ends_with("src/output.rs");
            assert!(
                is_output || !text.contains("stdout()"),
                "{}",
                path.display()
            );
            let is_writing = path.ends_with("src/writing.rs");
            for way in ["fs::write(", "fs::rename(", "fs::copy("] {
                let is_part = way == "fs::rename(" && path.ends_with("download/mod.rs");
                let is_test = path.ends_with("download/tests.rs");
                assert!(
                    is_writing || is_part || is_test || !text.contains(way),
                    "{} writes by itself: {way}",
                    path.display()
                );
            }
        }
    }
}
