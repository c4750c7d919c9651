//! `landfall blueprint`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use landfall_answers::wanted_network;
use landfall_blueprint::{
    FedBy, File, FleetWanted, Format, Language, Library, Reads, Wanted, Writes, fleet,
};
use landfall_decide::{Decision, Profile, decide};
use landfall_source::{Diagnostic, Source};
use similar::TextDiff;

use super::{findings, patterns};
use crate::arguments::Deciding;
use crate::blueprint_arguments::{
    Blueprint, BlueprintCommand, BlueprintFedBy, BlueprintFormat, BlueprintLanguage,
    BlueprintNetwork, BlueprintReads, BlueprintWrites,
};
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::fleet_arguments::BlueprintFleet;
use crate::output::Output;
use crate::progress;
use crate::session::Session;
use crate::writing::{self, Standing, Turn};

pub(crate) fn run(command: &Blueprint, output: &mut Output) -> Outcome {
    match &command.command {
        Some(BlueprintCommand::Check(check)) => findings::run(check, output),
        Some(BlueprintCommand::Fleet(fleet)) => of_fleet(fleet, output),
        Some(BlueprintCommand::Rules) => findings::rules(output),
        None => write(command, output),
    }
}

/// One file's blueprint, and the folder that it goes to.
struct Built {
    files: Vec<File>,
    /// What a pattern does not say and the decision assumes, a line each.
    assumed: Vec<String>,
    /// What the workload file says and the blueprint does not do, a line each.
    differences: Vec<String>,
    out: PathBuf,
}

fn write(command: &Blueprint, output: &mut Output) -> Outcome {
    if command.pattern.as_deref() == Some(patterns::LIST) {
        return patterns::list(output);
    }
    let Some(out) = &command.out else {
        let problem = Diagnostic::new("a pattern needs a folder to be written to");
        let help = "name one with --out DIR; `--pattern list` shows all patterns";
        return Err(Problem::Input(Box::new(problem.help(help))));
    };
    let session = Session::open(&command.deciding.framework)?;
    let library = Library::new().map_err(|fault| Problem::Fault(fault.to_string()))?;
    let bar = progress::bar("building", command.files.len() as u64);
    let mut all = Vec::new();
    if let Some(name) = &command.pattern {
        all.push(build_pattern(
            command,
            name,
            out.clone(),
            &session,
            &library,
        )?);
    }
    for file in &command.files {
        let out = match command.files.as_slice() {
            [_] => out.clone(),
            _ => out.join(file.file_stem().unwrap_or_default()),
        };
        if all.iter().any(|built: &Built| built.out == out) {
            let problem =
                Diagnostic::new(format!("two files would be written to `{}`", out.display()));
            let help = "write them one by one, each to a folder of its own";
            return Err(Problem::Input(Box::new(problem.help(help))));
        }
        all.push(build(command, file, out, &session, &library)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    if command.diff {
        return diff(&all, output);
    }
    put(&all, command.force, output)
}

fn build(
    command: &Blueprint,
    file: &Path,
    out: PathBuf,
    session: &Session,
    library: &Library,
) -> Result<Built, Problem> {
    let decision = session.decide_with(file, &deciding(command), decide)?;
    let wanted = wanted(command, library)?;
    built(command, &decision, &wanted, out, session, library)
}

/// A pattern's blueprint, with its workload file.
fn build_pattern(
    command: &Blueprint,
    name: &str,
    out: PathBuf,
    session: &Session,
    library: &Library,
) -> Result<Built, Problem> {
    let pattern = patterns::named(name)?;
    // What changes the file stands in it.
    let mut deciding = deciding(command);
    let region = deciding.region.take();
    deciding
        .changes
        .extend(region.map(|one| format!("region=\"{one}\"")));
    let source = patterns::source(&pattern, &deciding.changes)?;
    deciding.changes.clear();
    let decision = session.decide_source(&source, &out, &deciding)?;
    let wanted = pattern.with(wanted(command, library)?);
    let mut built = built(command, &decision, &wanted, out, session, library)?;
    let more = more(command);
    let named = openapi(command)?;
    let named = named.as_ref().map(Source::text);
    let files = patterns::files(&pattern, &wanted, &source, named, &more);
    built.files.extend(files);
    built.assumed = patterns::assumed(&decision);
    Ok(built)
}

/// The form, the profile and the language, where they are not the usual ones.
fn more(command: &Blueprint) -> String {
    let mut more = String::new();
    let of = |value: Option<String>| value.unwrap_or_default();
    let named =
        |value: Option<clap::builder::PossibleValue>| value.map(|one| one.get_name().to_owned());
    if command.format != BlueprintFormat::Cloudformation {
        let _ = write!(
            more,
            " --format {}",
            of(named(command.format.to_possible_value()))
        );
    }
    if command.deciding.profile != Profile::default() {
        let _ = write!(more, " --profile {}", command.deciding.profile.word());
    }
    if let Some(language) = command.language {
        let _ = write!(
            more,
            " --language {}",
            of(named(language.to_possible_value()))
        );
    }
    more
}

fn built(
    command: &Blueprint,
    decision: &Decision,
    wanted: &Wanted,
    out: PathBuf,
    session: &Session,
    library: &Library,
) -> Result<Built, Problem> {
    let format = match command.format {
        BlueprintFormat::Cloudformation => Format::CloudFormation,
        BlueprintFormat::Sam => Format::Sam,
        BlueprintFormat::Cdk => Format::Cdk,
        BlueprintFormat::Terraform => Format::Terraform,
        BlueprintFormat::TerraformStack => Format::TerraformStack,
    };
    let built = landfall_answers::build(decision, wanted, format, session, library)?;
    Ok(Built {
        files: built.files,
        assumed: Vec::new(),
        differences: built.differences,
        out,
    })
}

/// How it is decided: whose network it is decides what is billed, too.
fn deciding(command: &Blueprint) -> Deciding {
    let mut deciding = command.deciding.clone();
    if let Some(network) = command.network {
        let is_given = network == BlueprintNetwork::Given;
        deciding.changes.push(wanted_network(is_given));
    }
    deciding
}

/// The OpenAPI file that is named.
fn openapi(command: &Blueprint) -> Result<Option<Source>, Problem> {
    let named = command.openapi.as_deref();
    Ok(named.map(files::read).transpose()?)
}

fn wanted(command: &Blueprint, library: &Library) -> Result<Wanted, Problem> {
    let openapi = openapi(command)?;
    let operations = openapi.map(|source| library.operations(&source));
    Ok(Wanted {
        operations: operations.transpose()?,
        copies: command.copies,
        platform: command.platform.clone(),
        workload: command.workload.clone(),
        language: command.language.map(|language| match language {
            BlueprintLanguage::Python => Language::Python,
            BlueprintLanguage::Typescript => Language::TypeScript,
            BlueprintLanguage::Java => Language::Java,
        }),
        writes: writes(&command.writes)?,
        reads: command
            .reads
            .iter()
            .map(|one| match one {
                BlueprintReads::Secret => Reads::Secret,
            })
            .collect(),
        fed_by: command.fed_by.map(|one| match one {
            BlueprintFedBy::Api => FedBy::Api,
            BlueprintFedBy::Queue => FedBy::Queue,
            BlueprintFedBy::Topic => FedBy::Topic,
            BlueprintFedBy::StateMachine => FedBy::StateMachine,
        }),
    })
}

/// The places that results go to, each once; none where nothing is said.
fn writes(asked: &[BlueprintWrites]) -> Result<Option<Vec<Writes>>, Problem> {
    if asked.contains(&BlueprintWrites::Nothing) && asked.len() > 1 {
        let problem = Diagnostic::new("--writes nothing stands beside other places");
        let help = "name the places, or nothing alone";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    let mut all = Vec::new();
    for one in asked {
        let place = match one {
            BlueprintWrites::Nothing => continue,
            BlueprintWrites::Objects => Writes::Objects,
            BlueprintWrites::Table => Writes::Table,
            BlueprintWrites::Queue => Writes::Queue,
            BlueprintWrites::Topic => Writes::Topic,
            BlueprintWrites::Bus => Writes::Bus,
            BlueprintWrites::Stream => Writes::Stream,
            BlueprintWrites::Archive => Writes::Archive,
            BlueprintWrites::StateMachine => Writes::StateMachine,
        };
        if !all.contains(&place) {
            all.push(place);
        }
    }
    Ok((!asked.is_empty()).then_some(all))
}

/// What runs a fleet.
fn of_fleet(command: &BlueprintFleet, output: &mut Output) -> Outcome {
    let library = Library::new().map_err(|fault| Problem::Fault(fault.to_string()))?;
    let wanted = FleetWanted {
        source: command.source.clone(),
        results: command.results.clone(),
        shards: command.shards,
        region: command.region.clone(),
        arguments: command.arguments.clone(),
    };
    let all = [Built {
        files: fleet(&wanted, &library)?,
        differences: Vec::new(),
        assumed: Vec::new(),
        out: command.out.clone(),
    }];
    if command.diff {
        return diff(&all, output);
    }
    put(&all, command.force, output)
}

/// Shows what would change.
fn diff(all: &[Built], output: &mut Output) -> Outcome {
    let mut text = String::new();
    for (path, file) in targets(all) {
        let (before, from) = match writing::standing(&path, &file.text, file.is_program)? {
            Standing::Same => continue,
            Standing::NotExecutable => {
                let _ = writeln!(text, "{}: made executable", path.display());
                continue;
            }
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

/// Every file with its path.
fn targets(all: &[Built]) -> impl Iterator<Item = (PathBuf, &File)> {
    let files = |built: &'_ Built| -> Vec<PathBuf> {
        built
            .files
            .iter()
            .map(|file| built.out.join(&file.path))
            .collect()
    };
    all.iter()
        .flat_map(move |built| files(built).into_iter().zip(&built.files))
}

/// Writes what is not there; over what differs only with `--force`, and then all or, where a
/// file cannot be replaced, none.
fn put(all: &[Built], force: bool, output: &mut Output) -> Outcome {
    // In the order of their names, so that no two processes wait for each other.
    let mut folders: Vec<&Path> = all.iter().map(|built| built.out.as_path()).collect();
    folders.sort_unstable();
    let mut turns: Vec<(&Path, Turn)> = Vec::new();
    for folder in folders {
        turns.push((folder, writing::folder(folder)?));
    }
    let mut wanting = Vec::new();
    let mut differing = Vec::new();
    for (path, file) in targets(all) {
        match writing::standing(&path, &file.text, file.is_program)? {
            Standing::Same => continue,
            Standing::Missing | Standing::NotExecutable => {}
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
        let turn = turns.iter().find(|(folder, _)| path.starts_with(folder));
        if let (Some((_, turn)), Some(folder)) = (turn, path.parent()) {
            writing::make_folder(folder)?;
            turn.put(path, &file.text, file.is_program)?;
        }
    }
    let mut said = String::new();
    for built in all {
        if !built.assumed.is_empty() {
            said.push_str("the pattern does not say, and the decision assumes:\n");
        }
        for line in &built.assumed {
            let _ = writeln!(said, "  {line}");
        }
        if !built.differences.is_empty() {
            said.push_str("the file says, and the blueprint does not do:\n");
        }
        for line in &built.differences {
            let _ = writeln!(said, "  {line}");
        }
        let is_new = |path: &PathBuf| path.starts_with(&built.out);
        let _ = writeln!(
            said,
            "{} files in {}, of which {} written; next: read {}",
            built.files.len(),
            built.out.display(),
            wanting.iter().filter(|(path, _)| is_new(path)).count(),
            built.out.join("README.md").display()
        );
    }
    output.say(&said);
    Ok(Exit::Done)
}
