//! How the runtime of a function is started.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use landfall_harness::Launch;
use landfall_source::Diagnostic;

use super::{folder, launch};
use crate::exit::Problem;
use crate::measure_arguments::Function;

/// What a runtime is started with, and what is to be said of it.
pub(super) struct Started {
    pub(super) launch: Launch,
    /// What it is, in words.
    pub(super) words: String,
    pub(super) notes: Vec<String>,
}

/// The runtime of a function.
pub(super) fn started(command: &Function) -> Result<Started, Problem> {
    if let Some(words) = &command.command {
        return Ok(Started {
            launch: launch(words, &command.running)?,
            words: words.program.clone(),
            notes: Vec::new(),
        });
    }
    let runtime = command.runtime.as_deref().unwrap_or_default();
    let folder = folder(&command.running)?;
    let (program, arguments, words, notes) = if runtime.starts_with("python") {
        python(runtime, handler(command)?, &folder)?
    } else if runtime.starts_with("nodejs") {
        node(runtime, handler(command)?, &folder)?
    } else if runtime.starts_with("provided") {
        bootstrap(runtime, &folder)?
    } else {
        let what = format!("`{runtime}` is no runtime that can be started here");
        let help = "python3.*, nodejs* and provided.* can; give another by --command, with its runtime interface client";
        return Err(refuse(what, help));
    };
    Ok(Started {
        launch: Launch {
            program,
            arguments,
            folder,
            environment: command.running.environment.clone(),
            shows_log: command.running.show_log,
        },
        words,
        notes,
    })
}

fn refuse(what: impl AsRef<str>, help: &str) -> Problem {
    Problem::from(Box::new(Diagnostic::new(what).help(help)))
}

fn handler(command: &Function) -> Result<&str, Problem> {
    command.handler.as_deref().ok_or_else(|| {
        let what = "this runtime needs a handler";
        refuse(what, "give it like --handler app.handler")
    })
}

type Found = (PathBuf, Vec<String>, String, Vec<String>);

/// Prints the version of Python, where the client is there.
const ASKED: &str = "import sys, awslambdaric; print('%d.%d' % sys.version_info[:2])";

/// The first interpreter that has the runtime interface client: that of the folder, of the
/// environment that is active, of the runtime's version, any.
fn python(runtime: &str, handler: &str, folder: &Path) -> Result<Found, Problem> {
    let inside = |root: PathBuf| root.join("bin/python");
    let active = std::env::var_os("VIRTUAL_ENV").map(|root| inside(PathBuf::from(root)));
    let mut programs = vec![inside(folder.join(".venv")), inside(folder.join("venv"))];
    programs.extend(active);
    programs.extend([PathBuf::from(runtime), PathBuf::from("python3")]);
    for program in programs {
        let asked = Command::new(&program)
            .args(["-c", ASKED])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output();
        let Some(asked) = asked.ok().filter(|asked| asked.status.success()) else {
            continue;
        };
        let version = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
        let mut notes = Vec::new();
        if format!("python{version}") != runtime {
            notes.push(format!("this is Python {version}, and not {runtime}"));
        }
        let arguments = ["-m", "awslambdaric", handler].map(str::to_owned);
        let words = format!("{runtime}, by awslambdaric on Python {version}");
        return Ok((program, arguments.to_vec(), words, notes));
    }
    let what = format!("no Python with awslambdaric was found for {runtime}");
    let help = "install it: python3 -m venv .venv && .venv/bin/pip install awslambdaric";
    Err(refuse(what, help))
}

/// The runtime interface client beside the code, or in a folder above it.
fn node(runtime: &str, handler: &str, folder: &Path) -> Result<Found, Problem> {
    let places = folder.ancestors();
    let mut clients = places.map(|place| place.join("node_modules/.bin/aws-lambda-ric"));
    let client = clients.find(|client| client.is_file()).ok_or_else(|| {
        let what = format!("aws-lambda-ric was not found for {runtime}");
        refuse(what, "install it: npm install aws-lambda-ric")
    })?;
    let words = format!("{runtime}, by aws-lambda-ric");
    Ok((client, vec![handler.to_owned()], words, Vec::new()))
}

fn bootstrap(runtime: &str, folder: &Path) -> Result<Found, Problem> {
    let program = folder.join("bootstrap");
    if !program.is_file() {
        let what = format!("there is no `bootstrap` in `{}`", folder.display());
        return Err(refuse(what, "give the folder that has it with --dir"));
    }
    let words = format!("{runtime}, by its bootstrap");
    Ok((program, Vec::new(), words, Vec::new()))
}
