//! `landfall bill`.

use landfall_answers::{Billed, pretty};
use landfall_catalog::bill;
use landfall_catalog::{Catalog, PriceBook};
use landfall_report::{json, text};
use landfall_source::Diagnostic;

use crate::arguments::{Bill, Format};
use crate::charges::{self, Statement};
use crate::exit::{Exit, Outcome};
use crate::files;
use crate::output::Output;
use crate::session::Machine;

pub(crate) fn run(command: &Bill, output: &mut Output) -> Outcome {
    let catalog = Catalog::embedded()?;
    let source = files::read(&command.file)?;
    let around = Machine {
        file: &command.file,
    };
    let billed = landfall_answers::bill(&source, command.region.as_deref(), &catalog, &around)?;
    let Billed { bill: billed, book } = billed;
    if !command.against.is_empty() {
        return against(command, &billed, &book, &catalog, output);
    }
    let shown = match command.format {
        Format::Text => text::bill(&billed, &book, &catalog, command.exact),
        Format::Json => pretty(&json::bill(&billed, &book, command.exact))?,
    };
    output.data(&shown)?;
    Ok(Exit::Done)
}

/// The bill beside what was charged.
fn against(
    command: &Bill,
    billed: &bill::Bill,
    book: &PriceBook,
    catalog: &Catalog,
    output: &mut Output,
) -> Outcome {
    let charges = charges::read(&command.against)?;
    let statement = Statement::of(&charges, Some(book.region()))?;
    let compared = bill::against(billed, &statement.charged, book, catalog).map_err(|error| {
        let what = format!("{}: {error}", command.file.display());
        Box::new(Diagnostic::new(what).help("check the numbers of the usage file and the report"))
    })?;
    let beside = statement.beside();
    let shown = match command.format {
        Format::Text => text::against(&compared, &beside, book),
        Format::Json => pretty(&json::against(&compared, &beside, book))?,
    };
    output.data(&shown)?;
    Ok(Exit::Done)
}
