//! What is wrong with templates.

use std::collections::BTreeMap;
use std::fmt;

use landfall_blueprint::check::{Checker, Finding, Nested, Unread};
use landfall_catalog::Catalog;
use landfall_source::escape::{json_document, visible};
use landfall_source::{Diagnostic, Source};
use serde_json::{Value, json};

use crate::problem::Problem;

/// A finding as JSON.
pub fn finding(one: &Finding) -> Value {
    let mut document = json!({
        "rule": one.rule,
        "level": one.level.word(),
        "file": one.file,
        "line": one.line,
        "message": one.message,
        "remedy": one.remedy,
    });
    if let Value::Object(entries) = &mut document {
        if !one.resource.is_empty() {
            entries.insert("resource".to_owned(), json!(one.resource));
        }
        if let Some(why) = &one.ignored {
            entries.insert("ignored".to_owned(), json!(why));
        }
    }
    document
}

/// The findings of one template as JSON.
///
/// # Errors
/// It cannot be read, or is no template.
pub fn checked(template: &Source, catalog: &Catalog) -> Result<String, Problem> {
    let checker = Checker::new(catalog).map_err(|fault| Problem::Fault(fault.to_string()))?;
    let Some(looked) = checker.look(template)? else {
        let problem = Diagnostic::new(format!(
            "`{}` is no CloudFormation template",
            template.name()
        ));
        let help = "a template has a section `Resources`";
        return Err(Problem::Input(Box::new(problem.help(help))));
    };
    let findings = looked.findings.into_iter();
    let (ignored, findings) = findings.partition(|one| one.ignored.is_some());
    Checked {
        templates: 1,
        findings,
        ignored,
        unread: looked.unread,
        lost: looked.nested.into_iter().map(not_given).collect(),
        ..Checked::default()
    }
    .json()
}

/// A template that another one deploys, where only the other one is given.
fn not_given(nested: Nested) -> Lost {
    Lost {
        file: nested.path,
        line: None,
        message: "the template deploys it, and it is not given".to_owned(),
    }
}

/// What has been found in templates, and what has not been looked at.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many templates have been looked at.
    pub templates: usize,
    /// Findings that were not asked for.
    pub left_out: usize,
    /// Findings in all templates.
    pub findings: Vec<Finding>,
    /// Findings that the templates ignore.
    pub ignored: Vec<Finding>,
    /// Parts of templates that have not been looked at, and how often each occurs.
    pub unread: BTreeMap<Unread, usize>,
    /// Files that have not been looked at.
    pub lost: Vec<Lost>,
}

/// A file that has not been looked at, and why.
#[derive(Debug)]
pub struct Lost {
    /// Its name.
    pub file: String,
    /// The line that the reason is of, from 1.
    pub line: Option<usize>,
    /// The reason.
    pub message: String,
}

impl Lost {
    /// A file that cannot be read. Its name stands once, where the problem names it, too.
    pub fn because(file: String, problem: &Diagnostic) -> Self {
        let place = problem.source.as_ref().zip(problem.span);
        let line = place.map(|(source, span)| source.line_column(span.start).0);
        let named = problem
            .message
            .strip_prefix(&format!("{}:", visible(&file)));
        let named = named.and_then(|rest| {
            let (line, what) = rest.split_once(": ")?;
            Some((line.parse().ok()?, what))
        });
        let (line, what) = match named {
            Some((line, what)) => (Some(line), what),
            None => (line, problem.message.as_str()),
        };
        let hint = problem.help.as_ref();
        let hint = hint.map_or_else(String::new, |help| format!(" (hint: {help})"));
        Self {
            file,
            line,
            message: format!("{what}{hint}"),
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl Checked {
    /// The findings as JSON, with what has not been looked at.
    ///
    /// # Errors
    /// An internal one.
    pub fn json(&self) -> Result<String, Problem> {
        let unread = self.unread.iter();
        let unread =
            unread.map(|(what, count)| json!({"what": what.named(*count), "count": count}));
        let lost = self.lost.iter().map(|one| match one.line {
            Some(line) => json!({"file": one.file, "line": line, "message": one.message}),
            None => json!({"file": one.file, "message": one.message}),
        });
        let document = json!({
            "schema": 1,
            "templates": self.templates,
            "left_out": self.left_out,
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
            "ignored": self.ignored.iter().map(finding).collect::<Vec<_>>(),
            "not_looked_at": unread.collect::<Vec<_>>(),
            "files_left_out": lost.collect::<Vec<_>>(),
        });
        escaped(&document)
    }
}

/// A document as JSON for people, whose strings steer no terminal.
///
/// # Errors
/// An internal one.
pub fn escaped(document: &Value) -> Result<String, Problem> {
    serde_json::to_string_pretty(document)
        .map(|text| json_document(&text).into_owned() + "\n")
        .map_err(|error| Problem::Fault(error.to_string()))
}

/// A result of SARIF 2.1.0 at a line of a file.
pub fn sarif_result(rule: &str, level: &str, message: &str, file: &str, line: usize) -> Value {
    json!({
        "ruleId": rule,
        "level": level,
        "message": {"text": message},
        "locations": [place(file, line)],
    })
}

/// A document of SARIF 2.1.0, as code scanners exchange findings; with files that have not been
/// looked at.
pub fn sarif(version: &str, rules: &[Value], results: &[Value], lost: &[Lost]) -> Value {
    let mut run = json!({
        "tool": {"driver": {"name": "landfall", "version": version, "rules": rules}},
        "results": results,
    });
    let notices = lost.iter().map(|one| {
        json!({
            "level": "warning",
            "message": {"text": format!("not looked at: {}", one.message)},
            "locations": [place(&one.file, one.line.unwrap_or(1))],
        })
    });
    let notices: Vec<Value> = notices.collect();
    if let (false, Value::Object(entries)) = (notices.is_empty(), &mut run) {
        let invocation =
            json!({"executionSuccessful": true, "toolExecutionNotifications": notices});
        entries.insert("invocations".to_owned(), json!([invocation]));
    }
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [run],
    })
}

/// A line of a file, as SARIF has it.
fn place(file: &str, line: usize) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": file},
        "region": {"startLine": line.max(1)},
    }})
}
