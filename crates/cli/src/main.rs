//! The `landfall` command: the one door to files, clock and terminal.

mod arguments;
mod changes;
mod commands;
mod download;
mod exit;
mod files;
mod output;
mod prices;
mod progress;
mod session;
mod today;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::output::Output;

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new();
    let result = match arguments.command {
        Command::Decide(command) => commands::decide::run(&command, &mut output),
        Command::Check(command) => commands::check::run(&command, &mut output),
        Command::Compare(command) => commands::compare::run(&command, &mut output),
        Command::Simulate(command) => commands::simulate::run(&command, &mut output),
        Command::Explain(command) => commands::explain::run(&command, &mut output),
        Command::Blueprint(command) => commands::blueprint::run(&command, &mut output),
        Command::Bill(command) => commands::bill::run(&command, &mut output),
        Command::Prices(command) => commands::prices::run(&command, &mut output),
        Command::Init(command) => commands::init::run(&command, &mut output),
        Command::Framework(command) => commands::framework::run(&command, &mut output),
        Command::Schema(command) => commands::schema::run(&command, &mut output),
        Command::Completions(command) => commands::completions::run(&command, &mut output),
    };
    let exit = result.unwrap_or_else(|problem| {
        output.problem(&problem);
        problem.exit()
    });
    Exit::into(exit)
}
