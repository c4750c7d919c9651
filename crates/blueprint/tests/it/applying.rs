//! Goal: pods join the target group that was made, and run the image that was pushed, without an
//! edit by hand, in every format. Method: `apply.sh` of a blueprint is run, with an AWS CLI and a
//! Terraform that answer as after a deployment in that format, and a kubectl that keeps what it is
//! given. Every output that it asks for is one that the blueprint gives.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use landfall_blueprint::{Format, Library, Wanted, Writes, folder, plan};
use landfall_catalog::Catalog;
use landfall_decide::Profile;

use crate::common::{decisions_in, example, wanted};

const GROUP: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/pods/0123456789abcdef";

/// A value for the environment of pods.
const VALUE: &str = "https://sqs.us-east-1.amazonaws.com/111122223333/app-QUEUE_x";

/// An AWS CLI after a deployment: the stack, where there is one, names a target group, a cluster
/// and what pods read from their environment, and the repository has one image.
const AWS: &str = r#"#!/bin/sh
case "$FORMAT $*" in
  Terraform*describe-stacks*) exit 254 ;;
  *describe-stacks*TargetGroup*) echo "$GROUP" ;;
  *describe-stacks*Env*) echo "$VALUE" ;;
  *describe-stacks*ClusterName*) echo the-cluster ;;
  *describe-repositories*) echo 111122223333.dkr.ecr.us-east-1.amazonaws.com/the-repository ;;
  *describe-images*) echo sha256:abcdef ;;
esac
"#;

/// A Terraform with the same outputs; of an empty state it says so and does not fail.
const TERRAFORM: &str = r#"#!/bin/sh
[ "$1" = -chdir=terraform ] || exit 1
case "$GROUP $*" in
  *init*) ;;
  None*) echo "Warning: No outputs found" ;;
  *output\ -raw\ *_target_group) printf %s "$GROUP" ;;
  *output\ -raw\ cluster_name) printf %s the-cluster ;;
  *output\ -raw\ *_env_*) printf %s "$VALUE" ;;
  *) exit 1 ;;
esac
"#;

/// A kubectl that keeps what it applies.
const KUBECTL: &str = "#!/bin/sh\nmkdir -p applied && cp -R \"$3\" applied/\n";

fn program(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    let mut may = std::fs::metadata(path).unwrap().permissions();
    may.set_mode(0o755);
    std::fs::set_permissions(path, may).unwrap();
}

/// The blueprint of a service on a platform, written to a folder.
fn written(platform: &str, format: Format) -> (tempfile::TempDir, String) {
    written_of("microservices", platform, None, format)
}

/// The blueprint of the first workload of a system on a platform, which writes to these places.
fn written_of(
    name: &str,
    platform: &str,
    writes: Option<Vec<Writes>>,
    format: Format,
) -> (tempfile::TempDir, String) {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let decision = example(name);
    let id = decision.workloads[0].id.clone();
    let asked = Wanted {
        writes,
        ..wanted(&id, Some(platform))
    };
    let planned = plan(&decision, &asked, &catalog, &library).unwrap();
    let files = folder(&decision, &planned, format, "", &library).unwrap();
    let place = tempfile::tempdir().unwrap();
    for file in &files {
        let path = place.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        program(&path, &file.text);
    }
    (place, planned[0].id.clone())
}

/// Runs `apply.sh` where this target group was made in a format; none was with `None`.
fn apply(place: &Path, group: &str, format: Format) -> Output {
    let tools = place.join("tools");
    std::fs::create_dir_all(&tools).unwrap();
    program(&tools.join("aws"), AWS);
    program(&tools.join("terraform"), TERRAFORM);
    program(&tools.join("kubectl"), KUBECTL);
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("bash");
    let command = command.arg("apply.sh").current_dir(place);
    let command = command.env("PATH", format!("{}:{path}", tools.display()));
    command
        .env("APP", "app")
        .env("GROUP", group)
        .env("VALUE", VALUE)
        .env("FORMAT", format!("{format:?}"))
        .env_remove("TERRAFORM")
        .output()
        .unwrap()
}

/// Formats, with what `apply.sh` reads outputs from.
const FORMATS: [(Format, &str); 2] = [
    (Format::CloudFormation, "template.yaml"),
    (Format::Terraform, "terraform/outputs.tf"),
];

/// What `apply.sh` asks for: the words after `output`, and those that `bind` and `give` hand on.
fn asked(script: &str) -> Vec<&str> {
    let named = script.split("$(output ").skip(1);
    let named = named.filter_map(|rest| rest.split([')', ' ']).next());
    let bound = script.lines().filter_map(|line| line.strip_prefix("bind "));
    let bound = bound.filter_map(|line| line.split(' ').nth(1));
    let given = script.lines().filter_map(|line| line.strip_prefix("give "));
    let given = given.filter_map(|line| line.split(' ').nth(2));
    named
        .filter(|name| !name.starts_with('"'))
        .chain(bound)
        .chain(given)
        .collect()
}

#[test]
fn every_output_that_is_asked_for_is_given() {
    for (format, path) in FORMATS {
        for platform in ["eks-ec2", "eks-fargate"] {
            let (place, _) = written(platform, format);
            let read = |path: &str| std::fs::read_to_string(place.path().join(path)).unwrap();
            let (script, outputs) = (read("apply.sh"), read(path));
            let asked = asked(&script);
            assert!(asked.len() > 1, "{asked:?}");
            let (_, outputs) = outputs.split_once("Outputs:").unwrap_or(("", &outputs));
            for name in asked {
                let is_there = outputs.contains(&format!("\n  {name}:"))
                    || outputs.contains(&format!("output \"{name}\" {{"));
                assert!(is_there, "{format:?} {platform}: {name}");
            }
        }
    }
}

#[test]
fn pods_join_their_target_group_without_a_hand_edit() {
    for (format, _) in FORMATS {
        for platform in ["eks-ec2", "eks-fargate"] {
            let (place, id) = written(platform, format);
            let ran = apply(place.path(), GROUP, format);
            assert!(ran.status.success(), "{format:?} {platform}: {ran:?}");
            let applied = place.path().join("applied").join(&id);
            let text = |name: &str| std::fs::read_to_string(applied.join(name)).unwrap();
            let deployment = text("deployment.yaml");
            assert!(
                deployment.contains(&format!("\n  targetGroupARN: {GROUP}\n")),
                "{format:?} {platform}: {deployment}"
            );
            let image = text("kustomization.yaml");
            let name = "newName: 111122223333.dkr.ecr.us-east-1.amazonaws.com/the-repository";
            assert!(
                image.contains(name) && image.contains("digest: sha256:abcdef\n"),
                "{image}"
            );
            // What is under version control stays as it is.
            let kept = place
                .path()
                .join("kubernetes")
                .join(&id)
                .join("deployment.yaml");
            let kept = std::fs::read_to_string(kept).unwrap();
            assert!(!kept.contains("arn:"), "{kept}");
        }
    }
}

#[test]
fn code_of_pods_is_told_where_its_work_is_and_where_results_go() {
    let writes = vec![Writes::Queue, Writes::Table];
    let names = ["QUEUE_URL", "OUTPUT_QUEUE", "TABLE"];
    for (format, path) in FORMATS {
        let (place, id) = written_of("orders", "eks-ec2", Some(writes.clone()), format);
        let read = |path: &str| std::fs::read_to_string(place.path().join(path)).unwrap();
        let (script, outputs) = (read("apply.sh"), read(path));
        let asked = asked(&script);
        assert_eq!(asked.len(), 1 + names.len(), "{asked:?}");
        assert!(asked.iter().all(|name| outputs.contains(name)), "{asked:?}");
        let ran = apply(place.path(), GROUP, format);
        assert!(ran.status.success(), "{format:?}: {ran:?}");
        let applied = place.path().join("applied").join(&id);
        let text = |name: &str| std::fs::read_to_string(applied.join(name)).unwrap();
        let (kept, pods) = (text("kustomization.yaml"), text("deployment.yaml"));
        for name in names {
            assert!(
                kept.contains(&format!("\n      - {name}={VALUE}\n")),
                "{kept}"
            );
        }
        assert!(
            kept.contains(&format!("\n  - name: {id}\n    literals:\n")),
            "{kept}"
        );
        let from = format!("envFrom: [{{configMapRef: {{name: {id}}}}}]");
        assert!(pods.contains(&from), "{pods}");
    }
}

/// Whatever the names: an output of `service-envoy` begins as the environment of `service` does.
#[test]
fn pods_are_given_nothing_of_others() {
    let text = include_str!("../../data/patterns/service.toml");
    let (_, workload) = text.split_once("[[workload]]").unwrap();
    let other = workload.replace("\"service\"", "\"service-envoy\"");
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("two.toml");
    std::fs::write(&file, format!("{text}\n[[workload]]{other}")).unwrap();
    let (_, decision) = decisions_in(&[file], Profile::Starter, false).remove(0);
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let asked = Wanted {
        platform: Some("eks-ec2".to_owned()),
        writes: Some(vec![Writes::Table]),
        ..Wanted::default()
    };
    let planned = plan(&decision, &asked, &catalog, &library).unwrap();
    let files = folder(&decision, &planned, Format::CloudFormation, "", &library).unwrap();
    let script = files.iter().find(|file| file.path == "apply.sh").unwrap();
    let lines = script.text.lines();
    let given: Vec<&str> = lines.filter(|line| line.starts_with("give ")).collect();
    let wanted = [
        "give service TABLE ServiceEnvTable",
        "give service-envoy TABLE ServiceEnvoyEnvTable",
    ];
    assert_eq!(given, wanted);
}

#[test]
fn nothing_is_applied_before_what_it_needs_is_there() {
    for (format, _) in FORMATS {
        let (place, _) = written("eks-ec2", format);
        let ran = apply(place.path(), "None", format);
        assert!(!ran.status.success(), "{format:?}");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(said.contains("deploy it first"), "{said}");
        assert!(!place.path().join("applied").exists());
    }
}
