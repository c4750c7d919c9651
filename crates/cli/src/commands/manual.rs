//! `landfall manual`.

use clap::CommandFactory;
use clap_mangen::Man;
use landfall_source::Diagnostic;

use crate::arguments::{Arguments, Manual};
use crate::exit::{Exit, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &Manual, output: &mut Output) -> Outcome {
    let mut about = Arguments::command();
    // Options that every command has are on each page, and names are those that are typed.
    about.build();
    for word in &command.command {
        let found = about.find_subcommand(word).cloned();
        about = found.ok_or_else(|| {
            let problem = Diagnostic::new(format!("there is no command `{word}`"));
            Box::new(problem.help("`landfall --help` names the commands"))
        })?;
    }
    let name = about.get_display_name().unwrap_or("landfall").to_owned();
    let mut page = Vec::new();
    Man::new(about)
        .title(name.to_uppercase())
        .source(concat!("landfall ", env!("CARGO_PKG_VERSION")))
        .manual("Landfall")
        .render(&mut page)
        .map_err(|error| Box::new(Diagnostic::new(error.to_string())))?;
    output.data(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
