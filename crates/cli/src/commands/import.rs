//! `landfall import`.

use std::path::{Path, PathBuf};

use landfall_answers::{ask, finish, pretty};
use landfall_framework::DEFAULT_PACK;
use landfall_import::{Format, Import, Imported};
use landfall_source::Diagnostic;

use crate::charges::{self, Statement};
use crate::exit::{Exit, Outcome, Problem};
use crate::import_arguments::{Import as Arguments, ImportForm};
use crate::output::Output;
use crate::progress;
use crate::session::Machine;
use crate::{files, writing};

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
    let session = landfall_answers::Session::embedded(DEFAULT_PACK)?;
    let around = Machine {
        file: Path::new("."),
    };
    let asked = progress::while_waiting("looking for open questions", || {
        ask(&imported, &names, &session, &around)
    })?;
    let text = match command.form {
        ImportForm::Toml => landfall_import::toml(&imported, &names, &asked),
        ImportForm::Json => pretty(&landfall_import::json(&imported, &names, &asked))?,
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
    let given: Vec<String> = inputs
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let imported = finish(import, &system_name(inputs), &given)?;
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
