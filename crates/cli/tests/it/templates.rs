//! Goal: what `landfall blueprint check` reads besides one template: values of parameters, templates
//! that others deploy, what the CDK has synthesised. Method: folders of small templates.

use crate::common::landfall;

/// A template whose function is too large or not, by a parameter.
const SIZED: &str = "Parameters:\n  Memory: {Type: Number, Default: 512}\n  Stage: {Type: String, Default: a}\nResources:\n  F: {Type: AWS::Lambda::Function, Properties: {Role: r, MemorySize: !Ref Memory}}\n";

#[test]
fn parameters_are_read_in_the_forms_of_the_aws_cli() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let template = path("t.yaml");
    std::fs::write(&template, SIZED).unwrap();
    let check = |values: &[&str]| {
        let options = values.iter().flat_map(|one| ["--parameters", one]);
        let arguments: Vec<&str> = ["blueprint", "check", &template]
            .into_iter()
            .chain(options)
            .collect();
        landfall(&arguments)
    };
    assert_eq!(check(&[]).code, 0);
    for (name, text) in [
        (
            "list.json",
            "[{\"ParameterKey\": \"Memory\", \"ParameterValue\": \"20000\"}]",
        ),
        ("texts.json", "[\"Stage=b\", \"Memory=20000\"]"),
        ("map.json", "{\"Parameters\": {\"Memory\": 20000}}"),
        ("lines.txt", "# sizes\nStage=b\nMemory=20000\n"),
    ] {
        let file = path(name);
        std::fs::write(&file, text).unwrap();
        for asked in [file.clone(), format!("file://{file}")] {
            let run = check(&[&asked]);
            assert_eq!(run.code, 1, "{name}: {}{}", run.out, run.err);
            assert!(run.out.contains("function-memory"), "{name}: {}", run.out);
            // What stands on the command line later counts.
            assert_eq!(check(&[&asked, "Memory=1024"]).code, 0, "{name}");
        }
    }
    let short = check(&["ParameterKey=Memory,ParameterValue=20000"]);
    assert_eq!(short.code, 1, "{}", short.err);
    let typo = check(&["Memori=1"]);
    assert_eq!(typo.code, 2);
    assert!(typo.err.contains("did you mean `Memory`?"), "{}", typo.err);
    let nothing = path("nothing.json");
    std::fs::write(&nothing, "[3]").unwrap();
    let refused = check(&[&nothing]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("these are no parameters"),
        "{}",
        refused.err
    );
}

#[test]
fn stacks_within_stacks_are_checked_with_what_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("inner")).unwrap();
    let outer = |memory: &str| {
        format!(
            "Resources:\n  Inner: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: inner/t.yaml, Parameters: {{Memory: {memory}}}}}}}\n  Lost: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: lost.yaml}}}}\n"
        )
    };
    std::fs::write(path("inner/t.yaml"), SIZED).unwrap();
    for (memory, code) in [
        ("20000", 1),
        ("1024", 0),
        ("!GetAtt Lost.Outputs.Memory", 0),
    ] {
        std::fs::write(path("outer.yaml"), outer(memory)).unwrap();
        for asked in [folder.path().to_path_buf(), path("outer.yaml")] {
            let run = landfall(&["blueprint", "check", asked.to_str().unwrap()]);
            assert_eq!(run.code, code, "{memory}: {}{}", run.out, run.err);
            assert!(run.out.contains("2 templates"), "{memory}: {}", run.out);
        }
    }
    // One that deploys itself is looked at, and the check ends.
    let itself = "Resources:\n  Me: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./me.yaml}}\n";
    std::fs::write(path("me.yaml"), itself).unwrap();
    let run = landfall(&["blueprint", "check", path("me.yaml").to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn what_the_cdk_has_synthesised_is_read_by_its_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cdk.out");
    std::fs::create_dir_all(out.join("assembly-Stage")).unwrap();
    let manifest =
        |artifacts: &str| format!("{{\"version\": \"36.0.0\", \"artifacts\": {{{artifacts}}}}}");
    let write = |path: &str, text: &str| std::fs::write(out.join(path), text).unwrap();
    let stack = |name: &str| {
        format!(
            "\"{name}\": {{\"type\": \"aws:cloudformation:stack\", \"properties\": {{\"templateFile\": \"{name}.template.json\"}}}}"
        )
    };
    let stage = "\"Stage\": {\"type\": \"cdk:cloud-assembly\", \"properties\": {\"directoryName\": \"assembly-Stage\"}}";
    write(
        "manifest.json",
        &manifest(&format!("{}, {stage}", stack("App"))),
    );
    write("assembly-Stage/manifest.json", &manifest(&stack("Inner")));
    let template = "{\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\", \"Properties\": {\"Role\": \"r\", \"MemorySize\": 20000}}}}";
    write("assembly-Stage/Inner.template.json", template);
    // Left from an earlier run: no stack has it.
    write("Old.template.json", template);
    let nested = "{\"Resources\": {\"N\": {\"Type\": \"AWS::CloudFormation::Stack\", \"Metadata\": {\"aws:asset:path\": \"Part.nested.template.json\"}, \"Properties\": {\"TemplateURL\": {\"Fn::Sub\": \"https://x/y\"}}}}}";
    write("App.template.json", nested);
    write(
        "Part.nested.template.json",
        "{\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\", \"Properties\": {\"Role\": \"r\", \"Timeout\": 901}}}}",
    );
    for asked in [out.as_path(), folder.path()] {
        let run = landfall(&["blueprint", "check", asked.to_str().unwrap()]);
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        assert!(run.out.contains("3 templates, 2 errors"), "{}", run.out);
        assert!(!run.out.contains("Old.template"), "{}", run.out);
    }
}
