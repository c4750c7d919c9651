//! `landfall measure`: the user's own code on this machine.

mod function;
mod into;
mod job;
mod runtime;
mod server;
mod show;
mod throttled;
mod work;

use std::io::{BufReader, stdin};
use std::path::PathBuf;

use landfall_harness::{Gate, Guard, Launch, Trouble, leave_network, stand_gate, stand_guard};
use landfall_source::Diagnostic;

use crate::exit::{Exit, Outcome, Problem};
use crate::files::plain;
use crate::measure_arguments::{Measure, Measured, Running, Words};
use crate::output::Output;

pub(crate) fn run(command: &Measure, output: &mut Output) -> Outcome {
    match &command.what {
        Measured::Function(command) => function::run(command, output),
        Measured::Server(command) => server::run(command, output),
        Measured::Job(command) => job::run(command, output),
        Measured::Guard => {
            stand_guard(BufReader::new(stdin()));
            Ok(Exit::Done)
        }
        Measured::Gate => match stand_gate(stdin()) {
            None => Ok(Exit::Done),
            Some(error) => {
                let help = "check that the program is there and can be executed";
                let problem = Diagnostic::new(error.to_string()).help(help);
                Err(Problem::from(Box::new(problem)))
            }
        },
    }
}

/// The process that ends what we start, when we are gone: this program again.
fn guard() -> Result<Guard, Problem> {
    Guard::start(&own_program()?, &["measure", "guard"]).map_err(of_trouble)
}

/// What waits to be let into a cgroup: this program again.
fn gate() -> Result<Gate, Problem> {
    Ok(Gate::new(&own_program()?, &["measure", "gate"]))
}

fn own_program() -> Result<PathBuf, Problem> {
    std::env::current_exe().map_err(|error| {
        let what = format!("cannot find the program itself: {}", plain(&error));
        Problem::from(Box::new(Diagnostic::new(what).help("start it by its path")))
    })
}

/// Leaves the network where that is asked for, before anything else is started.
fn network(running: &Running) -> Result<(), Problem> {
    if running.no_network {
        leave_network().map_err(of_trouble)?;
    }
    Ok(())
}

/// What was in the way, with what the user's code said last.
fn of_trouble(trouble: Trouble) -> Problem {
    let Trouble { what, help, log } = trouble;
    let problem = Diagnostic::new(what).help(help).quoting(&log);
    Problem::from(Box::new(problem))
}

/// The lines of a log, set apart.
fn indented(log: &str) -> String {
    let lines: Vec<String> = log.lines().map(|line| format!("  | {line}")).collect();
    lines.join("\n")
}

/// The folder in which the user's code runs, as a whole path.
fn folder(running: &Running) -> Result<PathBuf, Problem> {
    let found = std::fs::canonicalize(&running.dir);
    let found = found.ok().filter(|folder| folder.is_dir());
    found.ok_or_else(|| {
        let what = format!("`{}` is no folder", running.dir.display());
        let help = "give the folder of the code with --dir";
        Problem::from(Box::new(Diagnostic::new(what).help(help)))
    })
}

/// How a command is started: a program that stands in the folder is found there.
fn launch(words: &Words, running: &Running) -> Result<Launch, Problem> {
    let folder = folder(running)?;
    let inside = folder.join(&words.program);
    let is_path = words.program.contains('/');
    let program = if is_path && inside.is_file() {
        inside
    } else {
        PathBuf::from(&words.program)
    };
    Ok(Launch {
        program,
        arguments: words.arguments.clone(),
        folder,
        environment: running.environment.clone(),
        shows_log: running.show_log,
    })
}
