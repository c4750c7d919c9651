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
    let page = landfall(&["manual", "blueprint", "check"]).out;
    assert!(
        page.contains(".TH LANDFALL-BLUEPRINT-CHECK 1  \"landfall "),
        "{page}"
    );
    assert!(page.contains("fail\\-on"), "{page}");
    assert_eq!(landfall(&["manual", "decdie"]).code, 2);
}

/// The commands below one, by its help.
fn commands(above: &[String]) -> Vec<Vec<String>> {
    let mut arguments: Vec<&str> = above.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = landfall(&arguments).out;
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list.lines().filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' '));
    let names = names
        .filter_map(|line| line.split(' ').next())
        .filter(|name| *name != "help");
    let below = |name: &str| {
        let mut path = above.to_vec();
        path.push(name.to_owned());
        path
    };
    let own: Vec<Vec<String>> = names.map(below).collect();
    let inner: Vec<Vec<String>> = own.iter().flat_map(|path| commands(path)).collect();
    own.into_iter().chain(inner).collect()
}

/// Goal: help reads well at 80 columns. Lines are as long as they can be, and examples are broken
/// where a shell takes it.
#[test]
fn every_help_fits_a_terminal() {
    let all = commands(&[]);
    assert!(all.len() > 20, "{all:?}");
    for path in all {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = landfall(&arguments).out;
        let lines: Vec<&str> = help.lines().collect();
        for pair in lines.windows(2) {
            let (line, next) = (pair[0], pair[1]);
            assert!(line.chars().count() <= 80, "{path:?}: {line}");
            let is_prose = !line.starts_with(' ') && next.starts_with(char::is_lowercase);
            let word = next.split(' ').next().unwrap_or_default();
            let is_ragged = line.chars().count() + 1 + word.chars().count() <= 79;
            assert!(!(is_prose && is_ragged), "{path:?}: {line}\n{next}");
        }
        let examples = help.split("\nExamples:\n").nth(1).unwrap_or_default();
        for pair in examples.lines().collect::<Vec<_>>().windows(2) {
            let goes_on = pair[1].starts_with("    ");
            let is_broken = pair[0].ends_with('\\') || pair[0].ends_with('|');
            assert_eq!(goes_on, is_broken, "{path:?}: {}\n{}", pair[0], pair[1]);
        }
    }
}

#[test]
fn no_simple_strategy_beats_the_decision() {
    let files = crate::common::some_examples(2);
    let mut arguments = vec!["framework", "baseline", "--scenarios", "100"];
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
