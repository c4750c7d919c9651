//! Goal: `landfall import` is the first step for who has something already. Method: run it
//! as people would, into a pipe, a file, and where it must refuse.

use assert_cmd::Command;

use crate::common::{Run, landfall, landfall_with, root};

const CASES: &str = "crates/import/tests/cases";

fn case(name: &str) -> String {
    format!("{CASES}/{name}")
}

fn refused(run: &Run, wanted: &str) {
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains(wanted), "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn what_is_imported_is_decided_through_a_pipe() {
    let template = case("cloudformation/cdk.template.json");
    let log = std::fs::read_to_string(root().join(case("lambda-log/report.log"))).unwrap();
    let imported = landfall_with(&["import", &template, "-"], &log);
    assert_eq!(imported.code, 0, "{}", imported.err);
    for wanted in [
        "# Imported from crates/import/tests/cases/cloudformation/cdk.template.json, standard input.",
        "duration.p50 = \"199.4ms\"                     # standard input, 300 requests, 2026-11-01 to 2026-11-02",
        "# Open, what matters most first:\n#   ",
    ] {
        assert!(imported.out.contains(wanted), "{}", imported.out);
    }
    let decided = landfall_with(&["decide", "-", "--worlds", "0"], &imported.out);
    assert_eq!(decided.code, 0, "{}", decided.err);
    assert!(decided.out.contains("RESIZE: "), "{}", decided.out);
    let wrong = landfall_with(&["decide", "-"], "schema = 1\nnam = \"x\"\n");
    refused(&wrong, "standard input");
    let kept = landfall_with(&["decide", "-", "--record"], &imported.out);
    refused(&kept, "has no file to be kept beside");
}

/// What runs today is taken over, and billed beside the recommendation.
#[test]
fn what_runs_today_is_billed_beside_the_recommendation() {
    let (services, task) = (case("ecs/services.json"), case("ecs/task.json"));
    let imported = landfall(&["import", &services, &task]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    let today = "[workload.today]\nplatform = \"fargate\"";
    assert!(imported.out.contains(today), "{}", imported.out);
    let file = |today: &str| {
        format!(
            "schema = 1\nname = \"x\"\nregion = \"us-east-1\"\n[[workload]]\nid = \"web\"\n\
             trigger = \"http\"\n[workload.traffic]\nvolume = \"3M/month\"\n[workload.work]\n\
             duration = {{ p50 = \"120ms\", p99 = \"600ms\" }}\n[workload.today]\n{today}"
        )
    };
    let decide = |today: &str| {
        let run = landfall_with(&["decide", "-", "--worlds", "0"], &file(today));
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    let tasks = "platform = \"fargate\"\ntasks = 3\nvcpus = 1\nmemory = \"2GB\"\n";
    let shown = decide(tasks);
    let first: Vec<&str> = shown.lines().take(3).collect();
    let wanted = "  today       Fargate (ECS), 3 tasks of 1 vCPU, 2GB, x86_64: $";
    assert!(first[1].starts_with(wanted), "{shown}");
    assert!(first.concat().contains("as recommended: $"), "{shown}");
    let function = "platform = \"lambda\"\nmemory = \"3GB\"\narchitecture = \"arm64\"\n";
    let shown = decide(function);
    assert!(
        shown.contains("  today       Lambda, 3GB, arm64: $"),
        "{shown}"
    );
    // It decides nothing; without the size of a task there is nothing to bill.
    let without = decide("platform = \"fargate\"\ntasks = 3\n");
    assert!(!without.contains("  today "), "{without}");
    let rest = |text: &str| {
        text.lines()
            .skip_while(|line| !line.starts_with("$ a month"))
            .take(8)
            .collect::<String>()
    };
    assert_eq!(rest(&shown), rest(&without));
}

#[test]
fn json_is_for_programs() {
    let template = case("cloudformation/sam.yaml");
    let run = landfall(&["import", &template, "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let read: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(read["schema"], 1);
    let facts = read["workloads"][0]["facts"].as_array().unwrap();
    let memory = facts.iter().find(|one| one["fact"] == "work.memory");
    let memory = memory.unwrap();
    assert_eq!(memory["is"], "at-most");
    assert_eq!(memory["value"], "1GB");
    assert_eq!(memory["sure"], true);
}

#[test]
fn nothing_is_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("workload.toml");
    let out = out.to_str().unwrap();
    let template = case("cloudformation/sam.yaml");
    let first = landfall(&["import", &template, "--out", out]);
    assert_eq!(first.code, 0, "{}", first.err);
    std::fs::write(out, "mine").unwrap();
    refused(
        &landfall(&["import", &template, "--out", out]),
        "is there already",
    );
    assert_eq!(std::fs::read_to_string(out).unwrap(), "mine");
    let forced = landfall(&["import", &template, "--out", out, "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.err);
}

#[test]
fn what_cannot_be_imported_is_one_error() {
    refused(
        &landfall_with(&["import", "-"], "a: b\n"),
        "error: no known format matches `standard input`",
    );
    // A file that is named as a document is told where it is none.
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.yaml");
    std::fs::write(&wrong, "a:\n  b: [1\n").unwrap();
    let wrong = wrong.display().to_string();
    let told = format!("{wrong}:3: this is no YAML");
    refused(&landfall(&["import", &wrong]), &told);
    // Prose and code are of no format; a template with a mistake is one.
    for text in [
        "README.md",
        "Cargo.toml",
        "crates/cli/src/main.rs",
        "LICENSE",
    ] {
        let run = landfall(&["import", text]);
        refused(&run, &format!("error: no known format matches `{text}`"));
        assert!(run.err.contains("--as FORMAT"), "{}", run.err);
        assert!(run.err.contains("cloudformation"), "{}", run.err);
    }
    let broken = "Resources:\n  A: {Type: AWS::Lambda::Function\n";
    refused(&landfall_with(&["import", "-"], broken), "standard input:");
    refused(&landfall(&["import", "no-such.yaml"]), "no-such.yaml");
    refused(
        &landfall(&["import", "README.md", "--as", "cloudformatoin"]),
        "one of: cloudformation",
    );
    refused(&landfall(&["import"]), "FILE|DIR|-");
    let empty = "AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n";
    refused(
        &landfall_with(&["import", "-"], empty),
        "there is no workload in -",
    );
}

/// What a template says is not asked; what is answered stands beside it.
#[test]
fn init_asks_only_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("workload.toml");
    let out = out.to_str().unwrap();
    let template = case("cloudformation/cdk.template.json");
    let run = landfall_with(&["init", out, "--from", &template], "no\n\n\n");
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("RESIZE"), "{}", run.err);
    assert!(!run.err.contains("What starts the work?"), "{}", run.err);
    let text = std::fs::read_to_string(out).unwrap();
    let need = text
        .lines()
        .find(|line| line.starts_with("kubernetes_api = false"));
    assert!(
        need.is_some_and(|line| line.ends_with("# answered")),
        "{text}"
    );
    assert!(text.contains("trigger = \"object-created\""), "{text}");
    refused(
        &landfall(&["init", "other.toml", "--from", "-"]),
        "standard input has the answers",
    );
}

/// A folder is searched; what is something else is said not to be read.
#[test]
fn a_folder_is_searched() {
    let folder = tempfile::tempdir().unwrap();
    let template = std::fs::read(root().join(case("cloudformation/cdk.template.json"))).unwrap();
    std::fs::write(folder.path().join("a.template.json"), template).unwrap();
    std::fs::write(folder.path().join("package.json"), "{\"name\": \"x\"}").unwrap();
    let output = Command::cargo_bin("landfall")
        .unwrap()
        .current_dir(folder.path())
        .args(["import", "."])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(out.contains("id = \"resize\""), "{out}");
    assert!(
        out.contains("no known format matches `./package.json`"),
        "{out}"
    );
}
