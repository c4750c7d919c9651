//! Goal: pods join the target group that the stack has made, and run the image that was pushed,
//! without an edit by hand. Method: `apply.sh` of a blueprint is run, with an AWS CLI that
//! answers as after a deployment and a kubectl that keeps what it is given.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use landfall_blueprint::{Format, Library, folder, plan};
use landfall_catalog::Catalog;

use crate::common::{example, wanted};

const GROUP: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/pods/0123456789abcdef";

/// An AWS CLI after a deployment: the stack names a target group and a cluster, and the
/// repository has one image.
const AWS: &str = r#"#!/bin/sh
case "$*" in
  *describe-stacks*TargetGroup*) echo "$GROUP" ;;
  *describe-stacks*ClusterName*) echo the-cluster ;;
  *describe-repositories*) echo 111122223333.dkr.ecr.us-east-1.amazonaws.com/the-repository ;;
  *describe-images*) echo sha256:abcdef ;;
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
fn written(platform: &str) -> (tempfile::TempDir, String) {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let decision = example("microservices");
    let id = decision.workloads[0].id.clone();
    let asked = wanted(&id, Some(platform));
    let planned = plan(&decision, &asked, &catalog, &library).unwrap();
    let files = folder(&decision, &planned, Format::CloudFormation, "", &library).unwrap();
    let place = tempfile::tempdir().unwrap();
    for file in &files {
        let path = place.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        program(&path, &file.text);
    }
    (place, planned[0].id.clone())
}

/// Runs `apply.sh` where the stack has this target group.
fn apply(place: &Path, group: &str) -> Output {
    let tools = place.join("tools");
    std::fs::create_dir_all(&tools).unwrap();
    program(&tools.join("aws"), AWS);
    program(&tools.join("kubectl"), KUBECTL);
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("bash");
    let command = command.arg("apply.sh").current_dir(place);
    let command = command.env("PATH", format!("{}:{path}", tools.display()));
    command
        .env("APP", "app")
        .env("GROUP", group)
        .output()
        .unwrap()
}

#[test]
fn pods_join_their_target_group_without_a_hand_edit() {
    for platform in ["eks-ec2", "eks-fargate"] {
        let (place, id) = written(platform);
        let ran = apply(place.path(), GROUP);
        assert!(ran.status.success(), "{platform}: {ran:?}");
        let applied = place.path().join("applied").join(&id);
        let text = |name: &str| std::fs::read_to_string(applied.join(name)).unwrap();
        let deployment = text("deployment.yaml");
        assert!(
            deployment.contains(&format!("\n  targetGroupARN: {GROUP}\n")),
            "{platform}: {deployment}"
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

#[test]
fn nothing_is_applied_before_the_stack_is_there() {
    let (place, _) = written("eks-ec2");
    let ran = apply(place.path(), "None");
    assert!(!ran.status.success());
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("deploy it first"), "{said}");
    assert!(!place.path().join("applied").exists());
}
