//! The `landfall` command: the one door to files, clock and terminal.

mod argument_values;
mod arguments;
mod blueprint_arguments;
mod charges;
mod commands;
mod deciding;
mod download;
mod excerpt;
mod exit;
mod files;
mod fleet;
mod fleet_arguments;
mod import_arguments;
#[cfg(target_os = "linux")]
mod measure_arguments;
mod output;
mod prices;
mod progress;
mod recording;
mod review_arguments;
mod serve_arguments;
mod session;
mod sharding;
mod simulate_arguments;
mod storage;
mod today;
mod tune_arguments;
mod writing;

use clap::Parser;
use landfall_source::Diagnostic;
use landfall_source::escape::is_control;

use crate::arguments::{Arguments, Command};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;

/// A decision makes and drops many small values, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let mut output = Output::new();
    let result = plain_arguments().and_then(|()| match Arguments::try_parse() {
        Ok(arguments) => run(arguments.command, &mut output),
        Err(answer) => output.usage(&answer),
    });
    let exit = result.unwrap_or_else(|problem| {
        output.problem(&problem);
        Exit::from(&problem)
    });
    Exit::into(exit)
}

/// Refuses arguments that would steer a terminal or forge a line of a log when they are
/// said again.
fn plain_arguments() -> Result<(), Problem> {
    let mut all = std::env::args_os().skip(1);
    let Some(wrong) = all.find(|one| one.to_string_lossy().contains(is_control)) else {
        return Ok(());
    };
    let what = format!(
        "the argument `{}` has a control character",
        wrong.to_string_lossy()
    );
    let help = "write it in one line, without control characters";
    Err(Problem::Input(Box::new(Diagnostic::new(what).help(help))))
}

fn run(command: Command, output: &mut Output) -> Outcome {
    match command {
        Command::Decide(command) => commands::decide::run(&command, output),
        Command::Check(command) => commands::check::run(&command, output),
        Command::Compare(command) => commands::compare::run(&command, output),
        Command::Fleet(command) => commands::fleet::run(&command, output),
        Command::Review(command) => commands::review::run(&command, output),
        Command::Simulate(command) => commands::simulate::run(&command, output),
        Command::Tune(command) => commands::tune::run(&command, output),
        #[cfg(target_os = "linux")]
        Command::Measure(command) => commands::measure::run(&command, output),
        Command::Explain(command) => commands::explain::run(&command, output),
        Command::Blueprint(command) => commands::blueprint::run(&command, output),
        Command::Bill(command) => commands::bill::run(&command, output),
        Command::Prices(command) => commands::prices::run(&command, output),
        Command::Init(command) => commands::init::run(&command, output),
        Command::Import(command) => commands::import::run(&command, output),
        Command::Framework(command) => commands::framework::run(&command, output),
        Command::Serve(command) => commands::serve::run(&command, output),
        Command::Mcp(command) => commands::mcp::run(&command),
        Command::Schema(command) => commands::schema::run(&command, output),
        Command::Completions(command) => commands::completions::run(&command, output),
        Command::Manual(command) => commands::manual::run(&command, output),
    }
}
