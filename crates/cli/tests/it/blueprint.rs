//! Goal: what `landfall blueprint` writes can be kept under version control: nothing that
//! a person changed is lost, a second run changes nothing, and what `check` finds has a
//! place and a way out. Method: runs in folders of their own.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::common::{Run, landfall, landfall_inside};
use crate::sarif;

fn write(out: &Path, more: &[&str]) -> Run {
    let out = out.to_str().unwrap();
    let arguments = [
        "blueprint",
        "examples/photo-thumbnails.toml",
        "--worlds",
        "0",
        "--out",
        out,
    ];
    landfall(&[&arguments, more].concat())
}

/// Every file below a folder with what stands in it.
fn contents(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_second_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = write(folder.path(), &[]);
    assert_eq!(first.code, 0, "{}", first.err);
    let before = contents(folder.path());
    for name in [
        "template.yaml",
        "code.yaml",
        "DECISION.md",
        "README.md",
        "build.sh",
    ] {
        assert!(
            before.iter().any(|(path, _)| path.ends_with(name)),
            "{name}"
        );
    }
    let second = write(folder.path(), &[]);
    assert!(second.err.contains("of which 0 written"), "{}", second.err);
    assert_eq!(contents(folder.path()), before);
    let diff = write(folder.path(), &["--diff"]);
    assert_eq!((diff.code, diff.out.as_str()), (0, ""));
}

#[test]
fn what_differs_is_written_over_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[]);
    let path = folder.path().join("template.yaml");
    std::fs::write(&path, "mine\n").unwrap();
    let before = contents(folder.path());
    let refused = write(folder.path(), &["--profile", "hardened"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("differs from what would be written"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(contents(folder.path()), before, "nothing is half-written");
    let diff = write(folder.path(), &["--diff"]);
    assert_eq!(diff.code, 1);
    assert!(diff.out.contains("-mine"), "{}", diff.out);
    let forced = write(folder.path(), &["--force"]);
    assert_eq!(forced.code, 0, "{}", forced.err);
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .contains("AWS::Lambda::Function")
    );
}

#[test]
fn several_files_get_a_folder_each() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let files = ["examples/website.toml", "examples/nightly-report.toml"];
    let run = landfall(&[&["blueprint"], &files[..], &["--worlds", "0", "--out", out]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    for name in ["website", "nightly-report"] {
        assert!(
            folder.path().join(name).join("template.yaml").exists(),
            "{name}"
        );
    }
    let twice = landfall(&["blueprint", files[0], files[0], "--out", out]);
    assert_eq!(twice.code, 2);
    assert!(
        twice.err.contains("two files would be written"),
        "{}",
        twice.err
    );
}

#[test]
fn what_cannot_run_there_is_not_built() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("infra");
    let arguments = [
        "blueprint",
        "examples/gpu-training.toml",
        "--platform",
        "lambda",
        "--out",
    ];
    let run = landfall(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cannot run on lambda"), "{}", run.err);
    assert!(!out.exists());
}

#[test]
fn what_sam_does_not_describe_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("infra");
    let containers = write(&out, &["--format", "sam", "--platform", "fargate"]);
    assert_eq!(containers.code, 2, "{}", containers.err);
    let says = "`thumbnails` runs on Fargate (ECS), and SAM describes functions alone";
    assert!(containers.err.contains(says), "{}", containers.err);
    let help = "--format cloudformation, cdk and terraform write it";
    assert!(containers.err.contains(help), "{}", containers.err);
    assert!(!out.exists());

    let functions = write(&out, &["--format", "sam"]);
    assert_eq!(functions.code, 0, "{}", functions.err);
    let template = std::fs::read_to_string(out.join("template.yaml")).unwrap();
    assert!(template.contains("Type: AWS::Serverless::Function"));
    assert!(out.join("samconfig.toml").exists());
    let checked = landfall(&["blueprint", "check", out.to_str().unwrap()]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[test]
fn what_the_file_says_and_is_not_made_is_printed_and_in_the_readme() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("infra");
    let arguments = [
        "blueprint",
        "examples/microservices.toml",
        "--worlds",
        "0",
        "--out",
    ];
    let run = landfall(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let readme = std::fs::read_to_string(out.join("README.md")).unwrap();
    let said = "needs.sidecar = true";
    assert_eq!(run.err.matches(said).count(), 1, "{}", run.err);
    assert_eq!(readme.matches(said).count(), 1, "{readme}");
    // Twelve copies are billed together, and twelve are written.
    assert!(readme.contains("12 copies together"), "{readme}");
    // The file's runtime is Java, and so are the code and its image.
    assert!(out.join("src/service-12/Index.java").exists());
    let image = std::fs::read_to_string(out.join("src/service-1/Dockerfile")).unwrap();
    assert!(image.contains("amazoncorretto:21"), "{image}");
}

#[test]
fn a_runtime_without_code_to_start_with_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ruby.toml");
    let text =
        std::fs::read_to_string(crate::common::root().join("examples/photo-thumbnails.toml"));
    let text = text.unwrap().replace("python3.13", "ruby3.4");
    std::fs::write(&file, text).unwrap();
    let out = folder.path().join("infra");
    let arguments = [
        "blueprint",
        file.to_str().unwrap(),
        "--worlds",
        "0",
        "--out",
        out.to_str().unwrap(),
    ];
    let run = landfall(&arguments);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("ruby3.4") && run.err.contains("--language python"),
        "{}",
        run.err
    );
    assert!(!out.exists());
    let run = landfall(&[&arguments[..], &["--language", "python"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("package.runtime = ruby3.4"), "{}", run.err);
}

const MISTAKES: &str = r"
Resources:
  Alarms:
    Type: AWS::Logs::LogGroup
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: cron(0 3 * * *)
";

#[test]
fn findings_have_a_place_and_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    std::fs::write(&path, MISTAKES).unwrap();
    let name = path.to_str().unwrap();
    let text = landfall(&["blueprint", "check", name]);
    assert_eq!(text.code, 1, "{}", text.err);
    assert!(
        text.out.contains("template.yaml:8: error: cron-fields"),
        "{}",
        text.out
    );
    assert!(text.out.contains("fix: "), "{}", text.out);
    let last = "1 template, 1 error, 1 note\n";
    assert!(text.out.ends_with(last), "{}", text.out);
    let json = landfall(&["blueprint", "check", name, "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(document["schema"], 1);
    let findings = document["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings
        .iter()
        .filter_map(|one| one["rule"].as_str())
        .collect();
    assert_eq!(rules, ["logs-kept-for-ever", "cron-fields"]);
    for one in findings {
        let keys: Vec<&str> = one
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let wanted = [
            "rule", "level", "file", "line", "message", "remedy", "resource",
        ];
        assert_eq!(keys, wanted);
    }
    assert_eq!(findings[0]["resource"], "Alarms");
    let sarif = landfall(&["blueprint", "check", name, "--format", "sarif"]);
    let document = sarif::read(&sarif.out);
    assert_eq!(document["version"], "2.1.0");
    let region = &document["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 8);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<&str> = results
        .iter()
        .filter_map(|one| one["level"].as_str())
        .collect();
    assert_eq!(levels, ["note", "error"]);
}

/// What fails a check is asked for by level and by rule.
#[test]
fn a_check_fails_on_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    std::fs::write(&path, MISTAKES).unwrap();
    let name = path.to_str().unwrap();
    for (more, code, last) in [
        (&["--fail-on", "note"][..], 1, "1 error, 1 note\n"),
        (&["--fail-on", "error"][..], 1, "1 error, 1 note\n"),
        (&["--fail-on", "never"][..], 0, "1 error, 1 note\n"),
        (
            &["--ignore", "cron-fields"][..],
            0,
            "1 note, 1 finding left out\n",
        ),
        (
            &["--only", "logs-kept-for-ever"][..],
            0,
            "1 note, 1 finding left out\n",
        ),
        (
            &["--only", "logs-kept-for-ever", "--fail-on", "note"][..],
            1,
            "1 note, 1 finding left out\n",
        ),
    ] {
        let run = landfall(&[&["blueprint", "check", name], more].concat());
        assert_eq!(run.code, code, "{more:?}: {}", run.out);
        assert!(run.out.ends_with(last), "{more:?}: {}", run.out);
    }
    let run = landfall(&["blueprint", "check", name, "--ignore", "cron"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("there is no rule `cron`"), "{}", run.err);
}

/// What a template ignores with a reason fails nothing, and every form says that it is there.
#[test]
fn what_a_template_ignores_is_counted_and_suppressed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    let ignore = "Metadata: {landfall: {ignore: [{rule: cron-fields, why: it is old}]}}\n";
    std::fs::write(&path, format!("{ignore}{MISTAKES}")).unwrap();
    let name = path.to_str().unwrap();
    let text = landfall(&["blueprint", "check", name]);
    assert_eq!(text.code, 0, "{}", text.out);
    let last = "1 template, 1 note, 1 finding ignored in the template\n";
    assert!(text.out.ends_with(last), "{}", text.out);
    let json = landfall(&["blueprint", "check", name, "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(document["findings"].as_array().unwrap().len(), 1);
    assert_eq!(document["ignored"][0]["ignored"], "it is old");
    let sarif = landfall(&["blueprint", "check", name, "--format", "sarif"]);
    let document = sarif::read(&sarif.out);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let suppressed: Vec<&Value> = results
        .iter()
        .filter_map(|one| one.get("suppressions"))
        .collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0][0]["justification"], "it is old");
}

/// Of SAM, what is made is checked, and what is not looked at is named in every form.
#[test]
fn what_is_not_looked_at_is_named() {
    const SAM: &str = "
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {MemorySize: 200000}}
Resources:
  One: {Type: AWS::Serverless::GraphQLApi}
  Two: {Type: AWS::Serverless::GraphQLApi}
  Clock:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [NotYetPolicy: {}]
      Events: {Night: {Type: Schedule, Properties: {Schedule: cron(0 3 * * *)}}}
";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    std::fs::write(&path, SAM).unwrap();
    let name = path.to_str().unwrap();
    let text = landfall(&["blueprint", "check", name]);
    assert_eq!(text.code, 1, "{}", text.out);
    for place in [
        ":3: error: function-memory",
        ":11: error: cron-fields",
        ":5: note: transform-not-checked",
    ] {
        assert!(text.out.contains(place), "{}", text.out);
    }
    let last = "1 template, 2 errors, 3 notes, 1 policy from the template NotYetPolicy not looked \
                at, 2 resources of AWS::Serverless::GraphQLApi not looked at\n";
    assert!(text.out.ends_with(last), "{}", text.out);
    let json = landfall(&["blueprint", "check", name, "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    let wanted = serde_json::json!([
        {"what": "policy from the template NotYetPolicy", "count": 1},
        {"what": "resources of AWS::Serverless::GraphQLApi", "count": 2},
    ]);
    assert_eq!(document["not_looked_at"], wanted);
    let made = document["findings"].as_array().unwrap().last().unwrap();
    assert_eq!(made["resource"], "ClockNight");
}

/// What is not read is counted and named in every form: a file of a folder, and what a template
/// deploys that is not there, cannot be read, is no template, or comes from an address.
#[test]
fn files_that_are_left_out_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let stack = |place: &str| {
        format!("{{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {place}}}}}")
    };
    let places = [
        "inner/broken.yaml",
        "inner/lost.yaml",
        "inner/other.yaml",
        // No name of a file: standard input is not read.
        "'-'",
        "/dev/stdin",
        "https://bucket.s3.amazonaws.com/one.yaml",
        "'{{resolve:ssm:/template}}'",
    ];
    let mut parent = "Resources:\n".to_owned();
    for (number, place) in places.into_iter().enumerate() {
        writeln!(parent, "  Stack{number}: {}", stack(place)).unwrap();
    }
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    write("parent.yaml", &parent);
    write("inner/broken.yaml", "Resources: [\n");
    write("inner/other.yaml", "a: 1\n");
    write("beside.yaml", "Resources: {\n");
    let deployed = ["broken.yaml", "lost.yaml", "other.yaml", "-", "/dev/stdin"];
    let of_folder = [&deployed[..], &["beside.yaml"]].concat();
    let check = |named: &str, format: &str| {
        let arguments = ["blueprint", "check", named, "--format", format];
        landfall_inside(folder.path(), &arguments)
    };
    for (named, wanted) in [("parent.yaml", deployed.to_vec()), (".", of_folder)] {
        let run = check(named, "text");
        assert_eq!(run.code, 0, "{}", run.err);
        let last = format!(
            "1 template, nothing found, {} files left out, 2 nested stacks from an address not looked at\n",
            wanted.len()
        );
        assert_eq!(run.out, last, "{}", run.err);
        let document: Value = serde_json::from_str(&check(named, "json").out).unwrap();
        let sarif = sarif::read(&check(named, "sarif").out);
        let notices = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        let left_out = document["files_left_out"].as_array().unwrap();
        assert_eq!(left_out.len(), wanted.len());
        assert_eq!(notices.as_array().unwrap().len(), wanted.len());
        let broken = left_out
            .iter()
            .find(|one| one["file"].as_str().unwrap().ends_with("broken.yaml"));
        assert!(broken.unwrap()["line"].as_u64().is_some(), "{left_out:?}");
        let twice = run
            .err
            .lines()
            .find(|line| line.matches(".yaml:").count() > 1);
        assert_eq!(twice, None);
        for name in wanted {
            let is_of = |one: &&Value| one["file"].as_str().unwrap().ends_with(name);
            assert_eq!(left_out.iter().filter(is_of).count(), 1, "{name}");
            assert!(run.err.contains(name), "{}", run.err);
        }
    }
}

#[test]
fn what_is_no_template_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.yaml");
    std::fs::write(&other, "a: 1\n").unwrap();
    let broken = folder.path().join("broken.yaml");
    std::fs::write(&broken, "Resources: [\n").unwrap();
    for (path, says) in [
        (other.as_path(), "is no CloudFormation template"),
        (broken.as_path(), "this is no YAML"),
        (Path::new("/no/such/file"), "there is no such file"),
        (folder.path(), "there is no CloudFormation template there"),
    ] {
        let run = landfall(&["blueprint", "check", path.to_str().unwrap()]);
        assert_eq!(run.code, 2, "{}", path.display());
        assert!(run.err.contains(says), "{}", run.err);
    }
}

/// The shards of a stream and the batches of each at once are decided, and written so.
#[test]
fn a_stream_has_the_shards_that_were_decided() {
    let file = "crates/decide/tests/cases/stream-shards.toml";
    let decided = landfall(&["decide", file, "--format", "json", "--worlds", "0"]);
    let decided: Value = serde_json::from_str(&decided.out).unwrap();
    let options = decided["workloads"][0]["options"].as_array().unwrap();
    let of_lambda = |option: &&Value| option["platform"] == "lambda";
    let settings = &options.iter().find(of_lambda).unwrap()["configuration"];
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let arguments = ["blueprint", file, "--platform", "lambda", "--worlds", "0"];
    let run = landfall(&[&arguments[..], &["--out", out]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let template = std::fs::read_to_string(folder.path().join("template.yaml")).unwrap();
    let written = |key: &str| {
        let mut lines = template.lines().map(str::trim);
        let value = lines.find_map(|line| line.strip_prefix(key));
        value.and_then(|value| value.trim().parse::<f64>().ok())
    };
    for (key, decided) in [
        ("ShardCount:", "shards"),
        ("ParallelizationFactor:", "parallelization"),
        ("BatchSize:", "batch"),
    ] {
        assert!(settings[decided].is_f64(), "{settings}");
        assert_eq!(written(key), settings[decided].as_f64(), "{key}");
    }
}

#[test]
fn a_pattern_needs_no_file_and_leaves_one_to_go_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("infra");
    let out = out.to_str().unwrap();
    let asked = ["--scenarios", "0", "--out", out, "--format", "sam"];
    let volume = [
        "--set",
        "workload.orders.traffic.volume=9M/month",
        "--region",
        "eu-west-1",
    ];
    let pattern = ["blueprint", "--pattern", "topic-to-lambda"];
    let run = landfall(&[&pattern[..], &asked, &volume].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("the decision assumes"), "{}", run.err);
    let read = |name: &str| std::fs::read_to_string(Path::new(out).join(name)).unwrap();
    assert!(read("template.yaml").contains("AWS::SNS::Subscription"));
    let file = read("workload.toml");
    assert!(
        file.contains("\"9M/month\"") && file.contains("\"eu-west-1\""),
        "{file}"
    );
    // The command in the file gives the same again.
    let command = file
        .lines()
        .find_map(|line| line.strip_prefix("#   landfall "))
        .unwrap();
    let inside: Vec<String> = command
        .split(' ')
        .map(|word| match word {
            "workload.toml" => format!("{out}/workload.toml"),
            "." => out.to_owned(),
            word => word.to_owned(),
        })
        .collect();
    let mut inside: Vec<&str> = inside.iter().map(String::as_str).collect();
    inside.extend(["--scenarios", "0"]);
    let again = landfall(&inside);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{}", again.err);
}

#[test]
fn an_api_lets_the_operations_of_a_file_through() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let pattern = ["blueprint", "--pattern", "rest-api-from-openapi", "--out"];
    let run = landfall(&[&pattern[..], &[out.to_str().unwrap()]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let template = read("template.yaml");
    for method in ["GET", "POST", "DELETE"] {
        assert!(
            template.contains(&format!("HttpMethod: {method}\n")),
            "{template}"
        );
    }
    assert!(template.contains("PathPart: '{id}'") && !template.contains("HttpMethod: ANY"));
    assert!(read("workload.toml").contains(" --openapi openapi.yaml --diff"));

    // As the head of the workload file says, and with a path more.
    let arguments = [
        "blueprint",
        "workload.toml",
        "--out",
        ".",
        "--platform",
        "lambda",
    ];
    let arguments = [
        &arguments[..],
        &["--writes", "nothing", "--openapi", "openapi.yaml"],
    ]
    .concat();
    let run = landfall_inside(&out, &[&arguments[..], &["--diff"]].concat());
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let more = read("openapi.yaml") + "  /customers: {get: {}}\n";
    std::fs::write(out.join("openapi.yaml"), &more).unwrap();
    let run = landfall_inside(&out, &[&arguments[..], &["--diff"]].concat());
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("PathPart: customers"), "{}", run.out);

    // What is wrong with the file has its line, and work without an API is refused.
    std::fs::write(out.join("openapi.yaml"), more + "  /a b: {get: {}}\n").unwrap();
    let run = landfall_inside(&out, &arguments);
    assert_eq!(run.code, 2);
    let line = read("openapi.yaml").lines().count();
    assert!(
        run.err.contains(&format!("openapi.yaml:{line}: `a b`")),
        "{}",
        run.err
    );
    std::fs::write(
        out.join("openapi.yaml"),
        "openapi: 3.0.0\npaths: {/: {get: {}}}\n",
    )
    .unwrap();
    let queue = [
        "blueprint",
        "--pattern",
        "queue-to-lambda",
        "--out",
        "other",
    ];
    let run = landfall_inside(&out, &[&queue[..], &["--openapi", "openapi.yaml"]].concat());
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("has no API in front of a function"),
        "{}",
        run.err
    );
}

#[test]
fn patterns_are_listed_and_a_typo_gets_a_suggestion() {
    let list = landfall(&["blueprint", "--pattern", "list"]);
    assert_eq!(list.code, 0, "{}", list.err);
    assert!(list.out.lines().count() > 45, "{}", list.out);
    assert!(list.out.contains("queue-to-fargate"), "{}", list.out);
    let typo = landfall(&[
        "blueprint",
        "--pattern",
        "queue-to-lamda",
        "--out",
        "target/none",
    ]);
    assert_eq!(typo.code, 2);
    assert!(
        typo.err.contains("did you mean `queue-to-lambda`?"),
        "{}",
        typo.err
    );
    let nowhere = landfall(&["blueprint", "--pattern", "queue-to-lambda"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("--out DIR"), "{}", nowhere.err);
    let both = landfall(&["blueprint", "--pattern", "list", "examples/website.toml"]);
    assert_eq!(both.code, 2);
}
