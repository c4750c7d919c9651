//! The field's own tools: where they are installed, with pinned versions, and run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Instant;

use crate::checks::{say, step};
use crate::docs::root;

pub(crate) type Result<T> = std::result::Result<T, String>;

/// Where the validators are installed and the blueprints written.
pub(crate) struct Places {
    pub(crate) tools: PathBuf,
    pub(crate) python: PathBuf,
    pub(crate) built: PathBuf,
}

impl Places {
    /// The places, with everything that is pinned installed.
    pub(crate) fn installed() -> Result<Self> {
        let work = root().join("target/validators");
        let places = Self {
            python: work.join("venv/bin"),
            built: work.join("blueprints"),
            tools: work,
        };
        let begun = now();
        install(&places)?;
        say(&format!("   validators installed: {:.0?}", begun.elapsed()));
        Ok(places)
    }
}

#[expect(clippy::disallowed_methods, reason = "no decision depends on it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The program, as `cargo test` or [`build`] has left it.
pub(crate) fn program() -> PathBuf {
    root().join("target/debug/landfall")
}

/// Builds the program, for a command that does not follow the tests: these build it, too, and
/// with other features of some dependencies, so that building it again after them is building
/// nearly everything again.
pub(crate) fn build() -> Result<()> {
    let arguments = ["build", "--locked", "--quiet", "-p", "landfall"];
    step("the program", "cargo", &arguments)
}

/// Runs a program; what it says comes back when it fails.
pub(crate) fn run(program: &Path, arguments: &[&str], folder: &Path) -> Result<String> {
    let name = program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let output: Output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("cannot run {name}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let said: Vec<&str> = text.lines().take(14).collect();
    let also = String::from_utf8_lossy(&output.stderr);
    let also: Vec<&str> = also.lines().take(20).collect();
    Err(format!(
        "{name}: {}\n{}\n{}",
        output.status,
        said.join("\n"),
        also.join("\n")
    ))
}

/// Programs of ours that run with them.
const OWN: [&str; 14] = [
    "nag.cjs",
    "workflows.cjs",
    "cdk.cjs",
    "pages.cjs",
    "serve.cjs",
    "agents.py",
    "events.cjs",
    "events.json",
    "events.py",
    "conformance.yml",
    "load.py",
    "permissions.py",
    "sam.py",
    "terraform.py",
];

fn install(places: &Places) -> Result<()> {
    let (tools, from) = (&places.tools, root().join("validators"));
    std::fs::create_dir_all(tools).map_err(|error| error.to_string())?;
    let locks = [
        "package.json",
        "package-lock.json",
        ".npmrc",
        "requirements.txt",
    ];
    let mut fresh = false;
    for name in locks {
        let text = std::fs::read(from.join(name)).map_err(|error| format!("{name}: {error}"))?;
        if std::fs::read(tools.join(name)).ok().as_ref() != Some(&text) {
            fresh = true;
        }
    }
    for name in OWN {
        std::fs::copy(from.join(name), tools.join(name))
            .map_err(|error| format!("{name}: {error}"))?;
    }
    if !fresh {
        return Ok(());
    }
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        std::fs::copy(from.join(name), tools.join(name))
            .map_err(|error| format!("{name}: {error}"))?;
    }
    let (node, python) = thread::scope(|scope| {
        let node = scope.spawn(|| {
            run(
                Path::new("npm"),
                &["ci", "--ignore-scripts", "--silent"],
                tools,
            )
        });
        let wanted = from.join("requirements.txt");
        let python = scope.spawn(move || packages(places, &wanted));
        (node.join(), python.join())
    });
    for done in [node, python] {
        done.unwrap_or_else(|_| Err("an installation stopped".to_owned()))?;
    }
    // The last to be copied: it says that all is there.
    let text = "requirements.txt";
    std::fs::copy(from.join(text), tools.join(text)).map_err(|error| error.to_string())?;
    Ok(())
}

/// Installs the packages of Python that a file lists.
fn packages(places: &Places, wanted: &Path) -> Result<String> {
    run(Path::new("python3"), &["-m", "venv", "venv"], &places.tools)?;
    let wanted = wanted.to_string_lossy();
    let pip = ["-m", "pip", "install", "--quiet"];
    let arguments = [&pip[..], &["--disable-pip-version-check", "-r", &wanted]].concat();
    run(&places.python.join("python"), &arguments, &places.tools)
}

/// Does something, and says how long it took.
pub(crate) fn timed(name: &str, work: impl FnOnce() -> Result<String>) -> Result<()> {
    let begun = now();
    let said = work()?;
    say(&format!(
        "   {name}: {:.0?} {}",
        begun.elapsed(),
        said.trim()
    ));
    Ok(())
}
