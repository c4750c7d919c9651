//! Findings for code scanners are SARIF 2.1.0 as its schema says. The schema is the one in the
//! package of the crate that makes types of it; the crate itself is never compiled.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::root;

/// Reads a document, and holds it to the schema.
pub(crate) fn read(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    document
}

fn schema() -> Value {
    let metadata = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--locked"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata.get("packages").and_then(Value::as_array).unwrap();
    let is_it = |one: &&Value| one.get("name").is_some_and(|name| name == "serde-sarif");
    let package = packages.iter().find(is_it).unwrap();
    let manifest = package
        .get("manifest_path")
        .and_then(Value::as_str)
        .unwrap();
    let path = Path::new(manifest)
        .with_file_name("src")
        .join("schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let document = |level: &str| {
        format!(
            r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "x"}}}},
                "results": [{{"message": {{"text": "x"}}, "level": "{level}"}}]}}]}}"#
        )
    };
    read(&document("error"));
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let fatal = serde_json::from_str(&document("fatal")).unwrap();
    assert!(!validator.is_valid(&fatal));
}
