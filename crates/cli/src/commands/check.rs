//! `landfall check`, and the lock file that it checks against.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use landfall_answers::{compared, comparison_json, gone};
use landfall_decide::{Decision, decide};
use landfall_report::record::{Lock, Record};
use landfall_report::text::{self, Compared};
use landfall_source::escape::{workflow_message, workflow_property};
use landfall_source::{Diagnostic, Source, Span, plain_document};
use md5::{Digest, Md5};

use crate::arguments::{Check, CheckFormat, Switch};
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::output::Output;
use crate::session::Session;
use crate::writing;

const LOCK: &str = "landfall.lock";
/// The largest lock file taken.
const LARGEST_LOCK_BYTES: u64 = 16 << 20;
const HEAD: &str = "# Recorded decisions: `landfall decide FILE --record` writes, `landfall check \
                    FILE` reads.\n";

/// Where the decisions of a file's folder are kept.
fn lock_path(file: &Path) -> PathBuf {
    file.with_file_name(LOCK)
}

fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn digest(file: &Path) -> Result<String, Problem> {
    let source = files::read(file)?;
    let sum = Md5::digest(source.text().as_bytes());
    let sum = u128::from_be_bytes(sum.into());
    Ok(format!("md5:{sum:032x}"))
}

fn parse_lock(source: &Source) -> Result<Lock, Problem> {
    let read: Result<Lock, _> = toml::from_str(source.text());
    let lock = read.map_err(|error| {
        let what = format!("this is not a lock file: {}", error.message());
        let help = "take back the last change of it, or delete it and record its decisions again \
                    with `landfall decide FILE --record`";
        let span = error.span().map_or_else(Span::default, Span::from);
        let problem = Diagnostic::new(what).at(source, span).help(help);
        Problem::Input(Box::new(problem))
    })?;
    plain_document(source)?;
    Ok(lock)
}

/// Keeps a decision beside its file.
pub(super) fn record(file: &Path, decision: &Decision, output: &mut Output) -> Result<(), Problem> {
    let path = lock_path(file);
    let record = Record::of(decision, &name_of(file), digest(file)?);
    writing::update(&path, LARGEST_LOCK_BYTES, |old| {
        let mut lock = old.map_or_else(|| Ok(Lock::default()), parse_lock)?;
        lock.put(record);
        toml::to_string(&lock)
            .map(|text| format!("{HEAD}{text}"))
            .map_err(|error| Problem::Fault(error.to_string()))
    })?;
    output.say(&format!("recorded in {}\n", path.display()));
    Ok(())
}

pub(crate) fn run(command: &Check, output: &mut Output) -> Outcome {
    let path = lock_path(&command.file);
    let name = name_of(&command.file);
    let lock = parse_lock(&files::read_within(&path, LARGEST_LOCK_BYTES)?)?;
    let recorded = lock.files.iter().find(|one| one.name == name);
    let recorded = recorded.ok_or_else(|| {
        let what = format!("`{}` has no decision for `{name}`", path.display());
        let help = format!(
            "record one: landfall decide {} --record",
            command.file.display()
        );
        Problem::Input(Box::new(Diagnostic::new(what).help(help)))
    })?;
    let session = Session::open(&command.deciding.framework)?;
    let mut deciding = command.deciding.clone();
    deciding.seed = recorded.seed;
    deciding.scenarios = recorded.worlds;
    if !recorded.people {
        deciding.people = Switch::Off;
    }
    let digest = digest(&command.file)?;
    session.decide_with(&command.file, &deciding, |system, inputs| {
        let decision = decide(system, inputs);
        let now = Record::of(&decision, &name, digest);
        let compared = compared(&decision, recorded, &now, system, inputs);
        let gone = gone(&decision, recorded);
        show(command, &compared, &gone, output)
    })?
}

fn show(command: &Check, compared: &[Compared<'_>], gone: &[&str], output: &mut Output) -> Outcome {
    let stands = compared
        .iter()
        .all(|one| one.before.is_some() && !one.has_changed())
        && gone.is_empty();
    let file = command.file.display().to_string();
    let shown = match command.format {
        CheckFormat::Text => {
            let mut text = text::comparison(compared);
            for id in gone {
                let _ = writeln!(text, "{id}: gone from the file");
            }
            text.push_str(if stands {
                "the recommendation is unchanged\n"
            } else {
                "the recommendation has changed: review it, then record it again\n"
            });
            text
        }
        CheckFormat::Json => comparison_json(&file, stands, compared, gone)?,
        CheckFormat::Github => annotations(&file, compared, gone),
    };
    match command.format {
        CheckFormat::Github => output.commands(&shown)?,
        CheckFormat::Text | CheckFormat::Json => output.data(&shown)?,
    }
    Ok(if stands { Exit::Done } else { Exit::No })
}

/// Workflow commands of GitHub Actions: an error for a changed recommendation, a notice for an unchanged one.
fn annotations(file: &str, compared: &[Compared<'_>], gone: &[&str]) -> String {
    let file = workflow_property(file);
    let mut out = String::new();
    for one in compared {
        let level = match (&one.before, one.has_changed()) {
            (None, _) => "warning",
            (_, true) => "error",
            _ => "notice",
        };
        let text = workflow_message(&one.sentence());
        let _ = writeln!(out, "::{level} file={file},title=landfall::{text}");
    }
    for id in gone {
        let text = workflow_message(&format!("{id}: gone from the file"));
        let _ = writeln!(out, "::warning file={file},title=landfall::{text}");
    }
    out
}
