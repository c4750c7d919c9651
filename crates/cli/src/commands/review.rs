//! `landfall review`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use landfall_answers::{Changed, Text, review, review_json, review_sarif};
use landfall_report::review::Review as Found;
use landfall_source::{Diagnostic, Source};

use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::review_arguments::{Review, ReviewFailOn, ReviewFormat};
use crate::session::{Machine, Session};
use crate::{files, progress};

pub(crate) fn run(command: &Review, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let base = reviewable(&command.base)?;
    let head = reviewable(&command.head)?;
    let names: BTreeSet<&PathBuf> = base.iter().chain(&head).collect();
    let paths: Vec<(String, PathBuf, PathBuf)> = names
        .into_iter()
        .map(|name| {
            let shown = name
                .components()
                .map(|part| part.as_os_str().to_string_lossy());
            let shown = shown.collect::<Vec<_>>().join("/");
            (shown, command.base.join(name), command.head.join(name))
        })
        .collect();
    let mut changed = Vec::new();
    for (name, before, after) in &paths {
        let (before, after) = (side(name, before), side(name, after));
        if !is_same(before.as_ref(), after.as_ref()) {
            changed.push(Changed {
                name: name.clone(),
                before,
                after,
            });
        }
    }
    let bar = progress::bar("reviewing", changed.len() as u64);
    let found = review(&session, &changed, &command.deciding.plain(), || bar.inc(1))?;
    bar.finish_and_clear();
    let shown = match command.format {
        ReviewFormat::Markdown => found.markdown(),
        ReviewFormat::Json => review_json(&found)?,
        ReviewFormat::Sarif => review_sarif(&found, env!("CARGO_PKG_VERSION"))?,
    };
    output.data(&shown)?;
    Ok(if fails(command.fail_on, &found) {
        Exit::No
    } else {
        Exit::Done
    })
}

fn is_same(one: Option<&Text<Machine<'_>>>, other: Option<&Text<Machine<'_>>>) -> bool {
    match (one, other) {
        (Some(Ok((one, _))), Some(Ok((other, _)))) => one.text() == other.text(),
        _ => false,
    }
}

fn fails(on: ReviewFailOn, found: &Found) -> bool {
    let has_errors =
        !found.unread.is_empty() || found.findings.iter().any(|one| one.level == "error");
    match on {
        ReviewFailOn::Never => false,
        ReviewFailOn::Error => has_errors,
        ReviewFailOn::Changed => has_errors || found.others() > 0,
    }
}

/// Paths of a folder's files that may be reviewed, within the folder.
fn reviewable(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !folder.is_dir() {
        let problem = Diagnostic::new(format!("`{}` is no folder", folder.display()));
        let help = "name a checkout of the repository: git worktree add ../base origin/main";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    let all = files::reviewable(folder)?;
    let within = all
        .iter()
        .map(|path| path.strip_prefix(folder).unwrap_or(path));
    Ok(within.map(Path::to_path_buf).collect())
}

/// A file as it stands on one side; none where it is not there.
fn side<'p>(name: &str, path: &'p Path) -> Option<Text<Machine<'p>>> {
    let read = || {
        let read = files::read(path)?;
        Ok((Source::new(name, read.text()), Machine { file: path }))
    };
    path.is_file().then(read)
}
