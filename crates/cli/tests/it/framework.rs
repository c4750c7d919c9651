//! Goal: the framework can be read, drawn, checked and tested from the command
//! line. Method: each command on both packs; goldens for what people read.

use crate::common::landfall;

#[test]
fn statements_are_shown_and_ticked() {
    let run = landfall(&["framework", "show", "examples/photo-thumbnails.toml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!("show-thumbnails", run.out);
    let plain = landfall(&["framework", "show", "--framework", "startup-guide-2021"]);
    insta::assert_snapshot!("show-2021", plain.out);
    let facts = landfall(&["framework", "show", "--facts"]);
    assert!(facts.out.contains("work.duration.max"), "{}", facts.out);
}

#[test]
fn the_flow_is_drawn_with_the_path_taken() {
    let mermaid = landfall(&["framework", "flow", "examples/gpu-training.toml"]);
    assert_eq!(mermaid.code, 0, "{}", mermaid.err);
    insta::assert_snapshot!("flow-gpu", mermaid.out);
    let svg = landfall(&["framework", "flow", "--format", "svg"]);
    assert!(svg.out.starts_with("<svg ") && svg.out.trim_end().ends_with("</svg>"));
    let opened = svg.out.matches("<text").count();
    assert_eq!(opened, svg.out.matches("</text>").count());
}

#[test]
fn lint_and_test_judge_both_packs() {
    let lint = landfall(&["framework", "lint", "--as-of", "2026-11-23"]);
    assert_eq!((lint.code, lint.out.as_str()), (0, ""), "{}", lint.err);
    let old = landfall(&["framework", "lint", "--framework", "startup-guide-2021"]);
    assert_eq!(old.code, 0);
    assert!(old.out.contains("2021-eks-just-containers"), "{}", old.out);
    let test = landfall(&["framework", "test"]);
    assert_eq!(test.code, 0, "{}", test.out);
    let passed: usize = test.out.split(' ').next().unwrap().parse().unwrap();
    assert!(passed >= 60, "{}", test.out);
}

#[test]
fn help_and_completions_are_there() {
    for arguments in [
        vec!["--help"],
        vec!["decide", "--help"],
        vec!["explain", "--help"],
        vec!["init", "--help"],
        vec!["framework", "--help"],
        vec!["schema", "--help"],
        vec!["serve", "--help"],
        vec!["mcp", "--help"],
        vec!["measure", "function", "--help"],
    ] {
        let run = landfall(&arguments);
        assert_eq!(run.code, 0);
        insta::assert_snapshot!(format!("help-{}", arguments.join("-")), run.out);
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            landfall(&["completions", shell]).out.contains("landfall"),
            "{shell}"
        );
    }
}

#[test]
fn no_simple_strategy_beats_the_decision() {
    let files = crate::common::examples();
    let mut arguments = vec!["framework", "baseline"];
    arguments.extend(files.iter().map(String::as_str));
    let run = landfall(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let rows: Vec<&str> = run.out.lines().filter(|line| line.contains('$')).collect();
    assert!(rows.len() >= 3 * files.len(), "{}", run.out);
    // Nothing that works is cheaper by more than what counts as noise.
    assert!(!run.out.contains(" -$"), "{}", run.out);
    let (_, all) = run.out.split_once("all workloads").unwrap();
    for strategy in ["statements", "fargate-always", "six-rules"] {
        let line = all.lines().find(|line| line.contains(strategy)).unwrap();
        assert!(!line.contains(" $0.00 more"), "{line}");
    }
}
