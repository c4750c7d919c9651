//! Everything that is checked, in order, stopping at the first that fails.

use std::io::Write;
use std::process::{Command, Stdio};

/// Seconds that each fuzz target runs.
const FUZZ_SECONDS: &str = "-max_total_time=60";
/// Fuzz targets, as `fuzz/Cargo.toml` names them.
const FUZZ_TARGETS: [&str; 9] = [
    "workload",
    "rules",
    "usage",
    "price_list",
    "trace",
    "trace_rows",
    "template",
    "openapi",
    "import",
];

/// Says something on standard error.
pub(crate) fn say(text: &str) {
    let mut err = std::io::stderr().lock();
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(err, "{text}");
}

/// Does a step, and says how long it took.
fn timed(name: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    say(&format!("== {name}"));
    let begun = crate::tools::now();
    work()?;
    say(&format!("== {name}: {} s", begun.elapsed().as_secs()));
    Ok(())
}

pub(crate) fn step(name: &str, program: &str, arguments: &[&str]) -> Result<(), String> {
    timed(name, || command(name, program, arguments))
}

fn command(name: &str, program: &str, arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(program).args(arguments).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name}: cannot run {program}: {error}")),
    }
}

pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// How much is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What CI runs on each change.
    Usual,
    /// And what takes long and rarely fails: blueprints in all variants, the chapters of the book that
    /// are run, the page of
    /// `landfall serve` and the tools for agents as their users have them, packages, fuzzing, the
    /// attack.
    Full,
}

/// Runs everything of an extent.
pub(crate) fn run(extent: Extent) -> Result<(), String> {
    let cargo = |name: &str, arguments: &[&str]| step(name, "cargo", arguments);
    cargo("format", &["fmt", "--all", "--check"])?;
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    cargo("lints", &clippy)?;
    timed("generated documents", crate::docs::check)?;
    timed("tests", || tests(extent))?;
    timed("documentation", documentation)?;
    for command in ["lint", "test"] {
        let program = crate::tools::program();
        let program = program.to_string_lossy();
        step(
            &format!("framework {command}"),
            &program,
            &["framework", command],
        )?;
    }
    if ["node", "npm", "python3"]
        .iter()
        .all(|tool| answers(tool, &["--version"]))
    {
        let validators = "blueprints, by the field's own validators";
        timed(validators, || crate::blueprints::check(extent))?;
        if cfg!(target_os = "linux") {
            timed("functions, by their clients", || {
                crate::measured::check(extent)
            })?;
            if extent == Extent::Full {
                timed("functions, at sizes of memory", crate::throttled::check)?;
            }
        }
        let browser = crate::pages::browser();
        if extent == Extent::Full {
            let doors = "the page, the API and the tools for agents";
            timed(doors, || crate::doors::check(browser.as_deref()))?;
            timed("packages of Python and npm", crate::packages::check)?;
            if cfg!(target_os = "linux") {
                timed("a fleet", || crate::fleet::check(None))?;
            }
        }
        match browser {
            Some(browser) => {
                timed("pages, in Chromium", || {
                    crate::pages::check(&browser, extent)
                })?;
            }
            None => say("== pages: left out, there is no Chromium"),
        }
    } else {
        say("== blueprints: left out, they need Node.js with npm, and Python");
    }
    if extent == Extent::Full {
        fuzz()?;
        timed("the attack", || crate::attack::run(&[]))?;
    }
    Ok(())
}

/// The documentation of every item.
fn documentation() -> Result<(), String> {
    let mut doc = Command::new("cargo");
    doc.args(["doc", "--workspace", "--no-deps", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings");
    if doc.status().is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err("documentation".to_owned())
    }
}

/// The tests; of the whole extent, those that take long, too, and all cases of the laws.
fn tests(extent: Extent) -> Result<(), String> {
    let mut command = Command::new("cargo");
    command.args(["test", "--workspace", "--locked"]);
    if extent == Extent::Full {
        command.args(["--", "--include-ignored"]);
        command.env("LANDFALL_ALL_CASES", "1");
    }
    if command.status().is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err("tests".to_owned())
    }
}

/// A run of every fuzz target, where there is a nightly toolchain.
fn fuzz() -> Result<(), String> {
    if !answers("cargo", &["+nightly", "--version"]) {
        say("== fuzzing: left out, there is no nightly toolchain");
        return Ok(());
    }
    if !answers("cargo", &["fuzz", "--version"]) {
        step(
            "install cargo-fuzz",
            "cargo",
            &["install", "--locked", "cargo-fuzz"],
        )?;
    }
    for target in FUZZ_TARGETS {
        let arguments = [
            "+nightly",
            "fuzz",
            "run",
            target,
            "--",
            FUZZ_SECONDS,
            "-verbosity=0",
        ];
        step(&format!("fuzz {target}"), "cargo", &arguments)?;
    }
    Ok(())
}
