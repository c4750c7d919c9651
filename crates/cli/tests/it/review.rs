//! Goal: a review says what a change does, and nothing else: decisions before and after, findings
//! that are new, files that cannot be read. Method: two folders of examples and a template, one of
//! them changed; the comment as a golden file.

use std::path::Path;

use serde_json::Value;

use crate::common::{Run, landfall, root};
use crate::sarif;

const TEMPLATE: &str = "Resources:
  Work:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: index.handler, Role: !GetAtt Role.Arn, MemorySize: 512, Timeout: 30, Code: {ZipFile: pass}}
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]}}
  Nightly:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: cron(0 9 * * ? *), Targets: [{Id: work, Arn: !GetAtt Work.Arn}]}
";

fn folders(change: impl Fn(&Path)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for side in ["base", "head"] {
        let inner = folder.path().join(side).join("deep");
        std::fs::create_dir_all(&inner).unwrap();
        for example in ["photo-thumbnails", "nightly-report", "website"] {
            let text = root().join(format!("examples/{example}.toml"));
            std::fs::copy(text, inner.join(format!("{example}.toml"))).unwrap();
        }
        std::fs::write(inner.join("template.yaml"), TEMPLATE).unwrap();
        // Other files of the same kinds are none of its business.
        let package = "[package]\nname = \"other\"\n";
        std::fs::write(inner.join("Cargo.toml"), format!("{package}# {side}\n")).unwrap();
        std::fs::write(inner.join("data.json"), format!("[\"{side}\"]")).unwrap();
    }
    change(&folder.path().join("head/deep"));
    folder
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{name}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn reviewed(folder: &tempfile::TempDir, more: &[&str]) -> Run {
    let side = |name: &str| folder.path().join(name).display().to_string();
    let (base, head) = (side("base"), side("head"));
    let mut all = vec!["review", &base, &head, "--scenarios", "50"];
    all.extend(more);
    landfall(&all)
}

#[test]
fn a_change_is_one_comment() {
    let folder = folders(|head| {
        edit(
            head,
            "photo-thumbnails.toml",
            "likely = \"2M/month\"",
            "likely = \"5.9M/month\"",
        );
        edit(head, "template.yaml", "* * ? *", "* * * *");
        edit(head, "website.toml", "schema = 1", "schema = ");
        std::fs::remove_file(head.join("nightly-report.toml")).unwrap();
    });
    let run = reviewed(&folder, &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    insta::assert_snapshot!(run.out);
    for (on, code) in [("never", 0), ("error", 1), ("changed", 1)] {
        assert_eq!(reviewed(&folder, &["--fail-on", on]).code, code, "{on}");
    }

    let json: Value = serde_json::from_str(&reviewed(&folder, &["--format", "json"]).out).unwrap();
    assert_eq!(json["files"], 4);
    let of = |id: &str| {
        let all = json["workloads"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap().clone()
    };
    assert_eq!(of("report")["after"], Value::Null);
    assert_eq!(of("thumbnails")["imported"], false);
    let (before, after) = (&of("thumbnails")["before"], &of("thumbnails")["after"]);
    assert!(before["expected"].as_f64().unwrap() < after["expected"].as_f64().unwrap());
    assert_eq!(json["new_findings"].as_array().unwrap().len(), 1);
    assert_eq!(json["unread"][0]["line"], 3);

    let sarif = sarif::read(&reviewed(&folder, &["--format", "sarif"]).out);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for one in results {
        assert!(
            rules.iter().any(|rule| rule["id"] == one["ruleId"]),
            "{one}"
        );
        let place = &one["locations"][0]["physicalLocation"];
        let file = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(file.starts_with("deep/"), "{file}");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
    }
    let ids: Vec<&str> = results
        .iter()
        .filter_map(|one| one["ruleId"].as_str())
        .collect();
    assert!(
        ids.contains(&"cron-days") && ids.contains(&"not-read"),
        "{ids:?}"
    );
}

#[test]
fn nothing_changed_is_said_so() {
    let folder = folders(|_| ());
    let run = reviewed(&folder, &["--fail-on", "changed"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("nothing changed"), "{}", run.out);
}

/// What cannot be read is not taken to be gone, and not decided.
#[test]
fn a_file_that_cannot_be_read_is_said() {
    let folder = folders(|head| {
        std::fs::write(head.join("website.toml"), [0xff, 0xfe]).unwrap();
        std::fs::write(head.join("data.json"), [0xff, 0xfe]).unwrap();
    });
    let run = reviewed(&folder, &["--format", "json", "--fail-on", "error"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["workloads"].as_array().unwrap().len(), 0, "{json}");
    let unread = json["unread"].as_array().unwrap();
    assert_eq!(unread.len(), 1, "{unread:?}");
    assert_eq!(unread[0]["file"], "deep/website.toml");
    let message = unread[0]["message"].as_str().unwrap();
    assert!(message.contains("UTF-8"), "{message}");
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let run = landfall(&["review", "no/such/folder", "."]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is no folder"), "{}", run.err);
}
