//! `landfall blueprint check` and `landfall blueprint rules`.

use std::fmt::Write as _;
use std::path::Path;

use landfall_blueprint::check::{Checker, Finding};
use landfall_catalog::Catalog;
use landfall_source::Diagnostic;
use landfall_source::escape::{json_document, visible};
use serde_json::{Value, json};

use crate::arguments::{BlueprintCheck, FindingsFormat};
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::output::Output;
use crate::progress;

/// The largest template taken; a stack itself takes one megabyte.
const LARGEST_BYTES: u64 = 8 << 20;

/// What a file was.
enum Read {
    /// A template, and what is wrong with it.
    Template(Vec<Finding>),
    /// Something else.
    Other,
    /// It could not be read, which is only said of files that were named.
    Broken(Box<Diagnostic>),
}

pub(crate) fn run(command: &BlueprintCheck, output: &mut Output) -> Outcome {
    let catalog = Catalog::embedded()?;
    let checker = Checker::new(&catalog).map_err(|fault| Problem::Fault(fault.to_string()))?;
    let mut named = Vec::new();
    for path in &command.paths {
        if path.is_dir() {
            let found = files::templates(path)?;
            named.extend(found.into_iter().map(|file| (file, false)));
        } else {
            named.push((path.clone(), true));
        }
    }
    let bar = progress::bar("checking", named.len() as u64);
    let mut findings = Vec::new();
    let mut templates = 0_usize;
    for (path, is_named) in &named {
        match read(&checker, path) {
            Read::Template(found) => {
                templates += 1;
                findings.extend(found);
            }
            Read::Other if *is_named => {
                let problem = Diagnostic::new(format!(
                    "`{}` is no CloudFormation template",
                    path.display()
                ));
                let help = "a template has a section `Resources`";
                return Err(Problem::Input(Box::new(problem.help(help))));
            }
            Read::Broken(problem) if *is_named => return Err(Problem::Input(problem)),
            Read::Broken(problem) => {
                output.say(&format!("left out: {problem}\n"));
            }
            Read::Other => {}
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if templates == 0 {
        let problem = Diagnostic::new("there is no CloudFormation template there");
        let help =
            "templates end in .yaml, .yml, .json or .template and have a section `Resources`";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    findings.sort();
    let shown = match command.format {
        FindingsFormat::Text => text(&findings, templates),
        FindingsFormat::Json => pretty(&json!({
            "schema": 1,
            "templates": templates,
            "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        }))?,
        FindingsFormat::Sarif => pretty(&sarif(&checker, &findings))?,
    };
    output.data(&shown)?;
    Ok(if findings.is_empty() {
        Exit::Done
    } else {
        Exit::No
    })
}

fn read(checker: &Checker<'_>, path: &Path) -> Read {
    let source = match files::read_within(path, LARGEST_BYTES) {
        Ok(source) => source,
        Err(problem) => return Read::Broken(problem),
    };
    match checker.check(&source) {
        Ok(Some(found)) => Read::Template(found),
        Ok(None) => Read::Other,
        Err(problem) => Read::Broken(problem),
    }
}

fn finding(one: &Finding) -> Value {
    json!({
        "rule": one.rule,
        "file": one.file,
        "line": one.line,
        "message": one.message,
        "remedy": one.remedy,
    })
}

fn text(findings: &[Finding], templates: usize) -> String {
    let mut out = String::new();
    for one in findings {
        let _ = writeln!(out, "{}:{}: {}", one.file, one.line, one.rule);
        for (head, said) in [("  ", &one.message), ("  way out: ", &one.remedy)] {
            let options = textwrap::Options::new(80)
                .initial_indent(head)
                .subsequent_indent("    ");
            for line in textwrap::wrap(&visible(said), options) {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    let plural = if templates == 1 {
        "template"
    } else {
        "templates"
    };
    let _ = match findings.len() {
        0 => writeln!(out, "{templates} {plural}, nothing found"),
        1 => writeln!(out, "{templates} {plural}, 1 finding"),
        count => writeln!(out, "{templates} {plural}, {count} findings"),
    };
    out
}

fn pretty(document: &Value) -> Result<String, Problem> {
    serde_json::to_string_pretty(document)
        .map(|text| json_document(&text).into_owned() + "\n")
        .map_err(|error| Problem::Fault(error.to_string()))
}

/// SARIF 2.1.0, as code scanners exchange findings.
fn sarif(checker: &Checker<'_>, findings: &[Finding]) -> Value {
    let rules = checker.rules().iter().map(|rule| {
        json!({
            "id": rule.id,
            "shortDescription": {"text": rule.what},
            "help": {"text": rule.remedy},
            "helpUri": rule.documentation,
        })
    });
    let results = findings.iter().map(|one| {
        json!({
            "ruleId": one.rule,
            "level": "error",
            "message": {"text": format!("{}. {}", one.message, one.remedy)},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": one.file},
                "region": {"startLine": one.line.max(1)},
            }}],
        })
    });
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": {"driver": {
                "name": "landfall",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

/// Lists the rules.
pub(crate) fn rules(output: &mut Output) -> Outcome {
    let catalog = Catalog::embedded()?;
    let checker = Checker::new(&catalog).map_err(|fault| Problem::Fault(fault.to_string()))?;
    let mut out = String::new();
    for rule in checker.rules() {
        let _ = writeln!(out, "{}", rule.id);
        for (head, said) in [("  ", &rule.what), ("  way out: ", &rule.remedy)] {
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
