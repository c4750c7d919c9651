//! `landfall blueprint check` and `landfall blueprint rules`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use landfall_answers::{Checked, escaped, sarif, sarif_result};
use landfall_blueprint::check::{Checker, Finding, Level, Unread};
use landfall_catalog::Catalog;
use landfall_source::Diagnostic;
use landfall_source::escape::visible;
use serde_json::{Value, json};

use super::templates;
use crate::blueprint_arguments::{BlueprintCheck, FailOn, FindingsFormat};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;

pub(crate) fn run(command: &BlueprintCheck, output: &mut Output) -> Outcome {
    let catalog = Catalog::embedded()?;
    let checker = Checker::new(&catalog).map_err(|fault| Problem::Fault(fault.to_string()))?;
    for id in command.ignore.iter().chain(&command.only) {
        known(&checker, id)?;
    }
    let given = templates::given(&command.parameters)?;
    let all = templates::check(&checker, &command.paths, &given)?;
    for one in &all.lost {
        output.say(&format!("left out: {one}\n"));
    }
    let files: BTreeSet<&Path> = all.looked.iter().map(|(path, _)| path.as_path()).collect();
    let templates = files.len();
    let mut findings = Vec::new();
    let mut unread: BTreeMap<Unread, usize> = BTreeMap::new();
    for (_, looked) in &all.looked {
        findings.extend(looked.findings.iter().cloned());
        for (what, count) in &looked.unread {
            *unread.entry(what.clone()).or_default() += count;
        }
    }
    if templates == 0 {
        let problem = Diagnostic::new("there is no CloudFormation template there");
        let help =
            "templates end in .yaml, .yml, .json or .template and have a section `Resources`";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    findings.sort();
    findings.dedup();
    let count = findings.len();
    findings.retain(|one| {
        !command.ignore.contains(&one.rule)
            && (command.only.is_empty() || command.only.contains(&one.rule))
    });
    let left_out = count - findings.len();
    let (ignored, findings): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|one| one.ignored.is_some());
    let found = Checked {
        templates,
        left_out,
        findings,
        ignored,
        unread,
        lost: all.lost,
    };
    let shown = match command.format {
        FindingsFormat::Text => text(&found),
        FindingsFormat::Json => found.json()?,
        FindingsFormat::Sarif => escaped(&in_sarif(&checker, &found))?,
    };
    output.data(&shown)?;
    Ok(if fails(command.fail_on, &found.findings) {
        Exit::No
    } else {
        Exit::Done
    })
}

/// Whether any finding is of the level asked for or above it.
fn fails(on: FailOn, findings: &[Finding]) -> bool {
    let least = match on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Note => Level::Note,
        FailOn::Never => return false,
    };
    findings.iter().any(|one| one.level >= least)
}

/// A rule of this id.
fn known(checker: &Checker<'_>, id: &str) -> Result<(), Problem> {
    if checker.rules().iter().any(|rule| rule.id == id) {
        return Ok(());
    }
    let problem = Diagnostic::new(format!("there is no rule `{id}`"));
    let help = "`landfall blueprint rules` lists them";
    Err(Problem::Input(Box::new(problem.help(help))))
}

/// Findings for people, and a last line that counts them.
fn text(found: &Checked) -> String {
    let mut out = String::new();
    for one in &found.findings {
        let level = one.level.word();
        let _ = writeln!(out, "{}:{}: {level}: {}", one.file, one.line, one.rule);
        for (head, said) in [("  ", &one.message), ("  fix: ", &one.remedy)] {
            let options = textwrap::Options::new(80)
                .initial_indent(head)
                .subsequent_indent("    ");
            for line in textwrap::wrap(&visible(said), options) {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out + &summary(found)
}

/// The last line: how many findings of each level, which are left out, and what has not been
/// looked at.
fn summary(found: &Checked) -> String {
    let counted = |count: usize, word: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {word}{plural}")
    };
    let of = |level: Level| {
        let findings = found.findings.iter();
        findings.filter(|one| one.level == level).count()
    };
    let levels = [Level::Error, Level::Warning, Level::Note];
    let levels: Vec<String> = levels
        .into_iter()
        .filter(|level| of(*level) > 0)
        .map(|level| counted(of(level), level.word()))
        .collect();
    let levels = if levels.is_empty() {
        "nothing found".to_owned()
    } else {
        levels.join(", ")
    };
    let mut out = format!("{}, {levels}", counted(found.templates, "template"));
    let left_out = [
        (found.left_out, "finding", "left out"),
        (found.ignored.len(), "finding", "ignored in the template"),
        (found.lost.len(), "file", "left out"),
    ];
    for (count, of, what) in left_out {
        if count > 0 {
            let _ = write!(out, ", {} {what}", counted(count, of));
        }
    }
    for (what, count) in &found.unread {
        let what = what.named(*count);
        let _ = write!(out, ", {count} {} not looked at", visible(&what));
    }
    out + "\n"
}

/// SARIF 2.1.0, with every rule.
fn in_sarif(checker: &Checker<'_>, found: &Checked) -> Value {
    let rules = checker.rules().iter().map(|rule| {
        json!({
            "id": rule.id,
            "defaultConfiguration": {"level": rule.level.word()},
            "shortDescription": {"text": rule.what},
            "help": {"text": rule.remedy},
            "helpUri": rule.documentation,
        })
    });
    let findings = found.findings.iter().chain(&found.ignored);
    let results = findings.map(|one| {
        let message = format!("{}. {}", one.message, one.remedy);
        let level = one.level.word();
        let mut result = sarif_result(&one.rule, level, &message, &one.file, one.line);
        if let (Some(why), Value::Object(entries)) = (&one.ignored, &mut result) {
            let suppressed = json!([{"kind": "inSource", "justification": why}]);
            entries.insert("suppressions".to_owned(), suppressed);
        }
        result
    });
    let (rules, results): (Vec<Value>, Vec<Value>) = (rules.collect(), results.collect());
    sarif(env!("CARGO_PKG_VERSION"), &rules, &results, &found.lost)
}

/// Lists the rules.
pub(crate) fn rules(output: &mut Output) -> Outcome {
    let catalog = Catalog::embedded()?;
    let checker = Checker::new(&catalog).map_err(|fault| Problem::Fault(fault.to_string()))?;
    let mut out = String::new();
    for rule in checker.rules() {
        let _ = writeln!(out, "{} ({})", rule.id, rule.level.word());
        for (head, said) in [("  ", &rule.what), ("  fix: ", &rule.remedy)] {
            let options = textwrap::Options::new(80)
                .initial_indent(head)
                .subsequent_indent("    ");
            for line in textwrap::wrap(said, options) {
                let _ = writeln!(out, "{line}");
            }
        }
        let _ = writeln!(out, "  {}", rule.documentation);
    }
    output.data(&out)?;
    Ok(Exit::Done)
}
