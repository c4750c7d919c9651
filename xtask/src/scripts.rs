//! Runs the scripts of blueprints, without an account.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::blueprints::{distinct, named};
use crate::checks::Extent;
use crate::docs::root;
use crate::tools::{Result, run};

/// The scripts of blueprints are read by the shell; of each language that packages code,
/// and of one image, they are run, without an account.
pub(crate) fn check(built: &Path, extent: Extent) -> Result<String> {
    let mut count = 0;
    for name in ["/build.sh", "/deploy.sh", "/apply.sh", "/submit.sh"] {
        for path in distinct(named(built, &|path| path.ends_with(name))) {
            run(Path::new("bash"), &["-n", &path], built)?;
            count += 1;
        }
    }
    let all = distinct(named(built, &|path| {
        path.ends_with("/build.sh") && !path.ends_with("/cdk/build.sh")
    }));
    // Of Java and of the CDK in full alone.
    let is_full = extent == Extent::Full;
    let marks = ["\nwheels ", "esbuild", "\nimage ", "javac"];
    let marks = marks.into_iter().take(if is_full { 4 } else { 3 });
    let tried = marks.filter_map(|mark| {
        let has =
            |path: &&String| std::fs::read_to_string(path).is_ok_and(|text| text.contains(mark));
        all.iter().find(has)
    });
    let tried: BTreeSet<&Path> = tried.filter_map(|path| Path::new(path).parent()).collect();
    let stubs = root().join("validators/stubs");
    let around = format!("export PATH={}:$PATH APP=app", stubs.display());
    let begin = format!("{around}; ./build.sh && ./deploy.sh");
    for place in &tried {
        run(Path::new("bash"), &["-c", &begin], place)?;
    }
    // The scripts of the CDK app stand beside the app; they belong above it.
    if let Some(place) = tried.first().filter(|_| is_full) {
        let begin = format!(
            "rm -rf ../../as-cdk && cp -r . ../../as-cdk && cd ../../as-cdk && cp cdk/*.sh . && {begin}"
        );
        run(Path::new("bash"), &["-c", &begin], place)?;
    }
    let configured = configured(built, &around)?;
    let functions = functions(built, &begin)?;
    Ok(format!(
        "{count}, run in {} folders",
        tried.len() + configured + functions
    ))
}

/// The scripts of a template of SAM, for one folder with a package: what is deployed names the package
/// that was uploaded.
fn functions(built: &Path, begin: &str) -> Result<usize> {
    let all = named(built, &|path| path.ends_with("/sam/deploy.sh"));
    let has_package =
        |path: &&String| std::fs::read_to_string(path).is_ok_and(|text| text.contains("\nupload "));
    let Some(path) = all.iter().find(has_package) else {
        return Err("no template of SAM has a package".to_owned());
    };
    let of_sam = Path::new(path).parent().unwrap_or(built);
    let whole = of_sam.parent().unwrap_or(built);
    let place = built.with_file_name("as-sam");
    let [to, whole, of_sam] = [place.as_path(), whole, of_sam].map(|one| one.display().to_string());
    let copied = format!("rm -rf {to} && cp -r {whole} {to} && cp -r {of_sam}/. {to}/");
    run(Path::new("bash"), &["-c", &copied], built)?;
    run(Path::new("bash"), &["-c", begin], &place)?;
    let deployed = std::fs::read_to_string(place.join("out/template.yaml"));
    let deployed = deployed.map_err(|error| error.to_string())?;
    let places = deployed.lines().filter(|line| line.contains(" CodeUri: "));
    let (uploaded, left): (Vec<&str>, Vec<&str>) =
        places.partition(|line| line.contains(" CodeUri: s3://"));
    if uploaded.is_empty() || !left.is_empty() {
        return Err(format!("{of_sam}: {left:?} is deployed from no upload"));
    }
    Ok(1)
}

/// The scripts of a configuration of Terraform, for one folder with images and one with pods: a plan
/// changes no file, and the rest runs.
fn configured(built: &Path, around: &str) -> Result<usize> {
    let all = named(built, &|path| path.ends_with("/native/deploy.sh"));
    let has = |path: &String, name: &str| Path::new(path).with_file_name(name).exists();
    let pushes =
        |path: &&String| std::fs::read_to_string(path).is_ok_and(|text| text.contains("\npush "));
    let images = all.iter().filter(pushes);
    let (pods, plain): (Vec<&String>, Vec<&String>) =
        images.partition(|path| has(path, "apply.sh"));
    let tried: Vec<&String> = pods
        .first()
        .into_iter()
        .chain(plain.first())
        .copied()
        .collect();
    for path in &tried {
        let native = Path::new(path).parent().unwrap_or(built);
        let whole = native.parent().unwrap_or(built);
        let place = built.with_file_name("as-native");
        let places = [place.as_path(), whole, native].map(|one| one.display().to_string());
        // What both formats have stands in the folder above.
        let [to, whole, native] = &places;
        let copied = format!(
            "rm -rf {to} && cp -r {whole} {to} && rm -rf {to}/terraform {to}/native && cp -r {native}/. {to}/"
        );
        run(Path::new("bash"), &["-c", &copied], built)?;
        let step = |script: &str| {
            run(
                Path::new("bash"),
                &["-c", &format!("{around}; {script}")],
                &place,
            )
        };
        step("./build.sh")?;
        let before = tree(&place);
        step("./deploy.sh plan")?;
        if tree(&place) != before {
            return Err(format!("{native}: `deploy.sh plan` has changed a file"));
        }
        step("./deploy.sh")?;
        if place.join("apply.sh").exists() {
            step("./apply.sh")?;
        }
    }
    Ok(tried.len())
}

/// Every file of a folder.
fn tree(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = named(place, &|_| true).into_iter();
    all.map(|path| {
        let bytes = std::fs::read(&path).unwrap_or_default();
        (path, bytes)
    })
    .collect()
}
