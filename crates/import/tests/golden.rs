//! Goal: what is read of each format is right, line by line. Method: files in the tools' own
//! shapes, and the workload files that come of them, which people have read.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use landfall_import::{Import, json, toml};
use landfall_source::Source;
use landfall_workload::System;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Imports files of the cases under their names, without folders.
fn imported(files: &[&str]) -> String {
    let mut import = Import::new();
    let mut names = Vec::new();
    for file in files {
        let name = file.rsplit('/').next().unwrap();
        let bytes = std::fs::read(cases().join(file)).unwrap();
        import.read(name, None, bytes.as_slice()).unwrap();
        names.push(name.to_owned());
    }
    let imported = import.finish("Example");
    let text = toml(&imported, &names, &BTreeMap::new());
    if !imported.workloads.is_empty() {
        System::parse(&Source::new("imported.toml", &text)).unwrap();
    }
    let json = json(&imported, &names, &BTreeMap::new()).to_string();
    for secret in ["hunter2", "secret-", "123456789012"] {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
        assert!(!json.contains(secret), "{secret} is in\n{json}");
    }
    text
}

/// Every file of a format has its own snapshot; there are at least four.
fn format(folder: &str) {
    let mut files: Vec<String> = std::fs::read_dir(cases().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.len() >= 4, "{folder} has {} cases", files.len());
    for file in files {
        let text = imported(&[&format!("{folder}/{file}")]);
        insta::assert_snapshot!(format!("{folder}-{file}"), text);
    }
}

#[test]
fn cloudformation() {
    format("cloudformation");
}

#[test]
fn lambda_log() {
    format("lambda-log");
}

#[test]
fn compose() {
    format("compose");
}

#[test]
fn kubernetes() {
    format("kubernetes");
}

#[test]
fn terraform_plan() {
    format("terraform-plan");
}

#[test]
fn ecs() {
    format("ecs");
}

#[test]
fn alb_log() {
    format("alb-log");
}

#[test]
fn access_log() {
    format("access-log");
}

#[test]
fn serverless() {
    format("serverless");
}

#[test]
fn cloudwatch_metrics() {
    format("cloudwatch-metrics");
}

/// Settings come from one, measurements from the other.
#[test]
fn inputs_join_by_name() {
    let joined = imported(&["cloudformation/sam.yaml", "lambda-log/insights.json"]);
    insta::assert_snapshot!("joined-sam-insights", joined);
    let only = imported(&["cloudformation/cdk.template.json", "lambda-log/report.log"]);
    insta::assert_snapshot!("joined-cdk-report", only);
    let ecs = imported(&["ecs/services.json", "ecs/task.json"]);
    insta::assert_snapshot!("joined-ecs", ecs);
}
