//! `landfall blueprint --pattern`: the workload files that ship.

use std::fmt::Write as _;

use landfall_answers::apply;
use landfall_blueprint::{File, OPENAPI, Pattern, Wanted, patterns};
use landfall_decide::Decision;
use landfall_source::Source;

use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::session::no_such;

/// The name that lists all.
pub(crate) const LIST: &str = "list";
/// The workload file of a pattern, in its folder.
pub(crate) const FILE: &str = "workload.toml";

fn all() -> Result<Vec<Pattern>, Problem> {
    patterns().map_err(|fault| Problem::Fault(fault.to_string()))
}

/// Columns of a line.
const COLUMNS: usize = 80;

/// Prints every pattern, with what it is beside it.
pub(crate) fn list(output: &mut Output) -> Outcome {
    let all = all()?;
    let width = all.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for one in &all {
        let begin = format!("{:width$}  ", one.name);
        let next = " ".repeat(begin.len());
        let lines = textwrap::Options::new(COLUMNS)
            .initial_indent(&begin)
            .subsequent_indent(&next);
        let _ = writeln!(out, "{}", textwrap::fill(&one.says, lines));
    }
    output.data(&out)?;
    Ok(Exit::Done)
}

/// The pattern of this name.
pub(crate) fn named(name: &str) -> Result<Pattern, Problem> {
    let all = all()?;
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let problem = no_such("pattern", name, &names);
    all.into_iter().find(|one| one.name == name).ok_or(problem)
}

/// The workload file of a pattern with the changes of this run, as it is decided.
pub(crate) fn source(pattern: &Pattern, changes: &[String]) -> Result<Source, Problem> {
    apply(&Source::new(FILE, pattern.text), changes)
}

/// The files of a pattern as they are written: the workload file with the command that writes the
/// blueprint anew, and the operations of its API, unless others were named.
pub(crate) fn files(
    pattern: &Pattern,
    wanted: &Wanted,
    source: &Source,
    named: Option<&str>,
    more: &str,
) -> Vec<File> {
    let text = named.or(pattern.openapi);
    let openapi = text.map(|text| written(OPENAPI, text.to_owned()));
    let workload = file(pattern, wanted, source, openapi.as_ref(), more);
    std::iter::once(workload).chain(openapi).collect()
}

fn written(path: &str, text: String) -> File {
    File {
        path: path.to_owned(),
        text,
        is_program: false,
    }
}

fn file(
    pattern: &Pattern,
    wanted: &Wanted,
    source: &Source,
    openapi: Option<&File>,
    more: &str,
) -> File {
    let mut command = format!("landfall blueprint {FILE} --out .{more}");
    let mut add = |option: &str, words: Vec<&str>| {
        if !words.is_empty() {
            let _ = write!(command, " --{option} {}", words.join(","));
        }
    };
    add(
        "platform",
        wanted.platform.iter().map(String::as_str).collect(),
    );
    if let Some(writes) = &wanted.writes {
        let mut words: Vec<&str> = writes.iter().map(|one| one.word()).collect();
        if words.is_empty() {
            words.push("nothing");
        }
        add("writes", words);
    }
    add("reads", wanted.reads.iter().map(|one| one.word()).collect());
    add(
        "fed-by",
        wanted.fed_by.iter().map(|one| one.word()).collect(),
    );
    add(
        "openapi",
        openapi.iter().map(|one| one.path.as_str()).collect(),
    );
    let text = format!(
        "# Written from the pattern {}. Change it, then see what the blueprint would become, in\n\
         # this folder:\n#\n#   {command} --diff\n#\n{}",
        pattern.name,
        source.text()
    );
    written(FILE, text)
}

/// What the pattern's file does not say and the decision assumes, a line each.
pub(crate) fn assumed(decision: &Decision) -> Vec<String> {
    let all = decision.workloads.iter().flat_map(|workload| {
        let id = &workload.id;
        workload.assumed.iter().map(move |one| {
            let (fact, value) = (one.fact.name(), one.value.show(one.fact));
            format!("{id}: {fact} = {value}: {}", one.why)
        })
    });
    all.collect()
}
