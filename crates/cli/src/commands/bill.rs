//! `landfall bill`.

use landfall_catalog::bill::{self, UsageFile};
use landfall_catalog::{Catalog, PriceBook};
use landfall_report::{json, text};
use landfall_source::Diagnostic;

use crate::arguments::{Bill, Format};
use crate::charges::{self, Statement};
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::output::Output;
use crate::prices;

pub(crate) fn run(command: &Bill, output: &mut Output) -> Outcome {
    let catalog = Catalog::embedded()?;
    let source = files::read(&command.file)?;
    let file = UsageFile::parse(&source, &catalog)?;
    let book = match &command.region {
        Some(region) => prices::book(region)?,
        None => prices::book_of(&source, &file.region)?,
    };
    let book = book.with_ranges(&catalog.spans);
    let billed = bill::bill(&file.usage, &book, &catalog.meters).map_err(|error| {
        let what = format!("{}: {error}", command.file.display());
        Box::new(Diagnostic::new(what).help("check the numbers and units of the usage file"))
    })?;
    if !command.against.is_empty() {
        return against(command, &billed, &book, &catalog, output);
    }
    let shown = match command.format {
        Format::Text => text::bill(&billed, &book, &catalog, command.exact),
        Format::Json => serde_json::to_string_pretty(&json::bill(&billed, &book, command.exact))
            .map(|text| text + "\n")
            .map_err(|error| Problem::Fault(error.to_string()))?,
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
        Format::Json => {
            let json = json::against(&compared, &beside, book);
            let shown = serde_json::to_string_pretty(&json);
            shown.map_err(|error| Problem::Fault(error.to_string()))? + "\n"
        }
    };
    output.data(&shown)?;
    Ok(Exit::Done)
}
