//! Goal: the scripts of a configuration of Terraform run, and a plan changes nothing. Method:
//! `deploy.sh plan`, `deploy.sh` and `apply.sh` are run with the programs of `validators/stubs`, for a
//! folder with images, and for one with pods; the folder is compared before and after the plan.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use landfall_blueprint::{Format, Library, folder, plan};
use landfall_catalog::Catalog;

use crate::common::{example, wanted};

/// Every file of a folder.
fn tree(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![place.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                found.insert(path.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

/// The blueprint of a service on a platform, and what build.sh leaves.
fn written(platform: &str) -> tempfile::TempDir {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let decision = example("microservices");
    let id = decision.workloads[0].id.clone();
    let planned = plan(&decision, &wanted(&id, Some(platform)), &catalog, &library).unwrap();
    let files = folder(&decision, &planned, Format::Terraform, "", &library).unwrap();
    let place = tempfile::tempdir().unwrap();
    for file in &files {
        let path = place.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &file.text).unwrap();
        let mode = if file.is_program { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    std::fs::create_dir_all(place.path().join("out")).unwrap();
    for one in &planned {
        let image = place.path().join(format!("out/{}.tar", one.id));
        std::fs::write(image, "").unwrap();
    }
    place
}

/// Runs a script of the folder.
fn ran(place: &Path, script: &[&str]) -> Output {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../validators/stubs");
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("bash");
    let command = command.args(script).current_dir(place);
    let command = command.env("PATH", format!("{}:{path}", stubs.display()));
    let command = command.env("APP", "app").env_remove("TERRAFORM");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{script:?}: {output:?}");
    output
}

/// The images that deploy.sh has named.
fn images(place: &Path) -> Option<String> {
    std::fs::read_to_string(place.join("terraform/images.auto.tfvars.json")).ok()
}

#[test]
fn a_plan_changes_no_file_and_the_rest_runs() {
    for platform in ["fargate", "eks-ec2"] {
        let place = written(platform);
        let place = place.path();
        let before = tree(place);
        ran(place, &["deploy.sh", "plan"]);
        assert!(
            tree(place) == before,
            "{platform}: a plan has changed a file"
        );
        ran(place, &["deploy.sh"]);
        let named = images(place).unwrap();
        assert!(named.contains("the-repository@sha256:abab"), "{named}");
        // What was deployed is what is planned for, and stays as it is.
        let before = tree(place);
        ran(place, &["deploy.sh", "plan"]);
        assert!(
            tree(place) == before,
            "{platform}: a plan has changed a file"
        );
        if platform == "eks-ec2" {
            ran(place, &["apply.sh"]);
        }
    }
}
