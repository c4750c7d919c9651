//! What is wrong with templates.

use std::collections::BTreeMap;

use landfall_blueprint::check::{Checker, Finding, Unread};
use landfall_catalog::Catalog;
use landfall_source::escape::json_document;
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
    let (ignored, findings): (Vec<_>, Vec<_>) = findings.partition(|one| one.ignored.is_some());
    findings_json(1, 0, &findings, &ignored, &looked.unread)
}

/// Findings as JSON, with what has not been looked at.
///
/// # Errors
/// An internal one.
pub fn findings_json(
    templates: usize,
    left_out: usize,
    findings: &[Finding],
    ignored: &[Finding],
    unread: &BTreeMap<Unread, usize>,
) -> Result<String, Problem> {
    let unread = unread
        .iter()
        .map(|(what, count)| json!({"what": what.named(*count), "count": count}));
    let document = json!({
        "schema": 1,
        "templates": templates,
        "left_out": left_out,
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "ignored": ignored.iter().map(finding).collect::<Vec<_>>(),
        "not_looked_at": unread.collect::<Vec<_>>(),
    });
    escaped(&document)
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
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": file},
            "region": {"startLine": line.max(1)},
        }}],
    })
}

/// A document of SARIF 2.1.0, as code scanners exchange findings.
pub fn sarif(version: &str, rules: &[Value], results: &[Value]) -> Value {
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": {"driver": {"name": "landfall", "version": version, "rules": rules}},
            "results": results,
        }],
    })
}
