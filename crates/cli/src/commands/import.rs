//! `landfall import`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Parser;
use landfall_decide::questions as open_questions;
use landfall_import::{Asked, Format, Import, Imported};
use landfall_source::{Diagnostic, Source};
use landfall_workload::{DEFAULT_REGION, System, Workload};

use crate::arguments::Deciding;
use crate::charges::{self, Statement};
use crate::exit::{Exit, Outcome, Problem};
use crate::import_arguments::{Import as Arguments, ImportForm};
use crate::output::Output;
use crate::session::Session;
use crate::{files, prices, writing};

/// Most questions of a workload that are written down.
const MOST_QUESTIONS: usize = 8;

pub(crate) fn run(command: &Arguments, output: &mut Output) -> Outcome {
    if let Some(out) = &command.out
        && out.exists()
        && !command.force
    {
        let problem = Diagnostic::new(format!("`{}` is there already", out.display()));
        let help = "name another, or add --force";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    if command.usage {
        return usage(command, output);
    }
    let (imported, names) = read(&command.inputs, command.format)?;
    let unasked = landfall_import::toml(&imported, &names, &BTreeMap::new());
    let system = System::parse(&Source::new("the imported file", &unasked))
        .map_err(|problem| Problem::Fault(problem.to_string()))?;
    let asked = questions(&system)?;
    let text = match command.form {
        ImportForm::Toml => landfall_import::toml(&imported, &names, &asked),
        ImportForm::Json => {
            let json = landfall_import::json(&imported, &names, &asked);
            let text = serde_json::to_string_pretty(&json);
            text.map_err(|error| Problem::Fault(error.to_string()))? + "\n"
        }
    };
    match &command.out {
        None => output.data(&text)?,
        Some(out) => {
            writing::write(out, &text)?;
            let path = out.display();
            output.say(&format!("Written: {path}. Next: landfall decide {path}\n"));
        }
    }
    Ok(Exit::Done)
}

/// Writes a usage file from what was charged.
fn usage(command: &Arguments, output: &mut Output) -> Outcome {
    let charges = charges::read(&command.inputs)?;
    let statement = Statement::of(&charges, command.region.as_deref())?;
    let text = statement.usage_file()?;
    match &command.out {
        None => output.data(&text)?,
        Some(out) => {
            writing::write(out, &text)?;
            let path = out.display();
            output.say(&format!("Written: {path}. Next: landfall bill {path}\n"));
        }
    }
    Ok(Exit::Done)
}

/// Reads every input, and joins them.
pub(super) fn read(
    inputs: &[PathBuf],
    format: Option<Format>,
) -> Result<(Imported, Vec<String>), Problem> {
    let mut import = Import::new();
    let mut names = Vec::new();
    for path in inputs {
        if path.is_dir() {
            for file in files::importable(path)? {
                let name = file.display().to_string();
                match import.read(&name, format, files::open(&file)?) {
                    Ok(()) => names.push(name),
                    // A folder holds other things as well.
                    Err(problem) => import.skip(&name, &problem.message),
                }
            }
        } else if files::is_stdin(path) {
            import.read(files::STDIN, format, std::io::stdin().lock())?;
            names.push(files::STDIN.to_owned());
        } else {
            let name = path.display().to_string();
            import.read(&name, format, files::open(path)?)?;
            names.push(name);
        }
    }
    let imported = import.finish(&system_name(inputs));
    if imported.workloads.is_empty() {
        let inputs: Vec<String> = inputs
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let unread: Vec<&str> = imported
            .unread
            .iter()
            .take(3)
            .map(|note| note.what.as_str())
            .collect();
        let problem = Diagnostic::new(format!("there is no workload in {}", inputs.join(", ")));
        let help = if unread.is_empty() {
            "name a template with functions or services, a manifest, or a log".to_owned()
        } else {
            format!("not read: {}", unread.join("; "))
        };
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    Ok((imported, names))
}

/// What the system is called where no input says it: the folder of the first input.
fn system_name(inputs: &[PathBuf]) -> String {
    let named = inputs.iter().find(|path| !files::is_stdin(path));
    let Some(path) = named else {
        return "Imported".to_owned();
    };
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let folder = if whole.is_dir() {
        Some(whole.as_path())
    } else {
        whole.parent()
    };
    let name = folder.and_then(Path::file_name).or(whole.file_stem());
    name.map_or_else(
        || "Imported".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// What is still open in each workload, in the order in which `init` would ask.
fn questions(system: &System) -> Result<BTreeMap<String, Vec<Asked>>, Problem> {
    let deciding = deciding()?;
    let session = Session::open(&deciding.framework)?;
    let book = prices::book(system.region())
        .or_else(|_| prices::book(DEFAULT_REGION))?
        .with_ranges(&session.catalog.spans);
    let inputs = session.inputs(&book, &[], &deciding);
    let ask = |workload: &Workload| {
        let open = open_questions(&workload.facts, &inputs, &[]);
        let first = open.into_iter().take(MOST_QUESTIONS).map(|next| Asked {
            fact: next.fact,
            ask: next.ask,
        });
        (workload.id.clone(), first.collect())
    };
    Ok(system.workloads.iter().map(ask).collect())
}

/// How questions are weighed: as `init` does where nothing is chosen.
#[derive(Debug, Parser)]
struct Usual {
    #[command(flatten)]
    deciding: Deciding,
}

fn deciding() -> Result<Deciding, Problem> {
    let usual = Usual::try_parse_from(["landfall", "--worlds=0"]);
    let usual = usual.map_err(|error| Problem::Fault(error.to_string()))?;
    Ok(usual.deciding)
}
