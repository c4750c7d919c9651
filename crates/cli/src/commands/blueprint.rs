//! `landfall blueprint`.

use std::fmt::Write as _;
use std::path::Path;

use landfall_blueprint::{File, Format, Language, Library, Profile, Wanted, Writes, folder, plan};
use landfall_decide::decide;
use landfall_report::markdown;
use landfall_source::Diagnostic;
use similar::TextDiff;

use super::findings;
use crate::arguments::{
    Blueprint, BlueprintCommand, BlueprintFormat, BlueprintLanguage, BlueprintNetwork,
    BlueprintProfile, BlueprintWrites,
};
use crate::exit::{Exit, Outcome, Problem};
use crate::files::{self, Standing};
use crate::output::Output;
use crate::session::Session;

pub(crate) fn run(command: &Blueprint, output: &mut Output) -> Outcome {
    match &command.command {
        Some(BlueprintCommand::Check(check)) => findings::run(check, output),
        Some(BlueprintCommand::Rules) => findings::rules(output),
        None => write(command, output),
    }
}

fn write(command: &Blueprint, output: &mut Output) -> Outcome {
    let (Some(file), Some(out)) = (&command.file, &command.out) else {
        return Err(Problem::Fault("no file and no folder".to_owned()));
    };
    let session = Session::open(&command.deciding.framework)?;
    let decision = session.decide_with(file, &command.deciding, decide)?;
    let library = Library::new().map_err(|fault| Problem::Fault(fault.to_string()))?;
    let wanted = wanted(command);
    let planned = plan(&decision, &wanted, &session.catalog, &library)?;
    let format = match command.format {
        BlueprintFormat::Cloudformation => Format::CloudFormation,
        BlueprintFormat::Cdk => Format::Cdk,
    };
    let record = markdown::decision(&decision, &session.catalog);
    let files = folder(
        &decision,
        &planned,
        wanted.profile,
        format,
        &record,
        &library,
    )?;
    if command.diff {
        return diff(&files, out, output);
    }
    put(&files, out, command.force, output)
}

fn wanted(command: &Blueprint) -> Wanted {
    Wanted {
        profile: match command.profile {
            BlueprintProfile::Starter => Profile::Starter,
            BlueprintProfile::Hardened => Profile::Hardened,
            BlueprintProfile::Governed => Profile::Governed,
        },
        network: command.network == BlueprintNetwork::Made,
        platform: command.platform.clone(),
        workload: command.workload.clone(),
        language: command.language.map(|language| match language {
            BlueprintLanguage::Python => Language::Python,
            BlueprintLanguage::Typescript => Language::TypeScript,
        }),
        writes: command.writes.map(|writes| match writes {
            BlueprintWrites::Nothing => Writes::Nothing,
            BlueprintWrites::Objects => Writes::Objects,
            BlueprintWrites::ObjectsAndTable => Writes::ObjectsAndTable,
            BlueprintWrites::Queue => Writes::Queue,
        }),
    }
}

/// Shows what would change.
fn diff(files: &[File], out: &Path, output: &mut Output) -> Outcome {
    let mut text = String::new();
    for file in files {
        let path = out.join(&file.path);
        let (before, from) = match files::standing(&path, &file.text)? {
            Standing::Same => continue,
            Standing::Missing => (String::new(), "/dev/null".to_owned()),
            Standing::Differs => (
                files::read(&path)?.text().to_owned(),
                path.display().to_string(),
            ),
        };
        let changes = TextDiff::from_lines(before.as_str(), file.text.as_str());
        let shown = changes
            .unified_diff()
            .header(&from, &path.display().to_string())
            .to_string();
        text.push_str(&shown);
    }
    output.data(&text)?;
    Ok(if text.is_empty() {
        Exit::Done
    } else {
        Exit::No
    })
}

/// Writes what is not there; over what differs only if told to, and then all or, where a
/// file cannot be replaced, none.
fn put(files: &[File], out: &Path, force: bool, output: &mut Output) -> Outcome {
    let mut wanting = Vec::new();
    let mut differing = Vec::new();
    for file in files {
        let path = out.join(&file.path);
        match files::standing(&path, &file.text)? {
            Standing::Same => continue,
            Standing::Missing => {}
            Standing::Differs => differing.push(path.display().to_string()),
        }
        wanting.push((path, file));
    }
    if let (false, Some(first)) = (force, differing.first()) {
        let more = match differing.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let problem = Diagnostic::new(format!(
            "`{first}`{more} differs from what would be written"
        ));
        let help = "see what would change with --diff; write over it with --force";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    for (path, file) in &wanting {
        files::write_new(path, &file.text, file.is_program)?;
    }
    let mut said = String::new();
    let _ = writeln!(
        said,
        "{} files in {}, of which {} written",
        files.len(),
        out.display(),
        wanting.len()
    );
    let _ = writeln!(said, "Next: read {}", out.join("README.md").display());
    output.say(&said);
    Ok(Exit::Done)
}
