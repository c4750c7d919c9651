//! Goal: bad input gets one clear error with file, line and remedy, exit code 2,
//! and nothing half-written. Method: the ways in which people go wrong.

use crate::common::{landfall, landfall_with, root};

#[test]
fn bad_input_ends_with_2_and_names_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let typo = write(
        "typo.toml",
        b"schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\ntriger = \"http\"\n",
    );
    let latin = write("latin.toml", b"schema = 1\nname = \"caf\xe9\"\n");
    let empty = write("empty.toml", b"");
    let trace = write(
        "trace.toml",
        b"schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\ntraffic.trace = \"none.csv\"\n",
    );
    let somewhere = folder.path().join("empty");
    std::fs::create_dir(&somewhere).unwrap();
    let somewhere = somewhere.display().to_string();
    for (arguments, wanted) in [
        (vec!["decide", "nowhere.toml"], "there is no such file"),
        (vec!["decide", &typo], "did you mean `trigger`?"),
        (vec!["decide", &typo], "typo.toml:5:1"),
        (
            vec!["decide", &latin],
            "latin.toml:2: this is not UTF-8 text",
        ),
        (vec!["decide", &empty], "`schema` is missing"),
        (vec!["decide", &somewhere], "is a folder"),
        (vec!["decide", &trace], "none.csv"),
        (
            vec!["decide", "examples/website.toml", "--region", "us-est-1"],
            "did you mean `us-east-1`?",
        ),
        (
            vec!["decide", "examples/website.toml", "--framework", "curent"],
            "did you mean `current`?",
        ),
        (
            vec!["decide", "examples/website.toml", "--framework", &somewhere],
            "has no `pack.toml`",
        ),
        (
            vec!["decide", "examples/website.toml", "--platform", "fargat"],
            "did you mean `fargate`?",
        ),
        (
            vec!["explain", "examples/website.toml", "--why-not", "lamda"],
            "did you mean `lambda`?",
        ),
        (
            vec!["explain", "examples/startup.toml", "--workload", "apis"],
            "did you mean `api`?",
        ),
        (
            vec!["decide", "examples/website.toml", "--as-of", "yesterday"],
            "--as-of",
        ),
        (vec!["decid"], "decide"),
    ] {
        let run = landfall(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(wanted), "{arguments:?} gave\n{}", run.err);
        assert!(
            run.out.is_empty(),
            "{arguments:?} printed data: {}",
            run.out
        );
        assert!(!run.err.contains("panicked"), "{}", run.err);
    }
}

#[test]
fn a_file_of_100_mb_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.toml");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(100 << 20).unwrap();
    let run = landfall(&["decide", &path.display().to_string()]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is larger than 1 MB"), "{}", run.err);
}

#[test]
fn a_broken_rule_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let current = root().join("crates/framework/packs/current");
    for name in [
        "sources.toml",
        "questions.toml",
        "duties.toml",
        "assumptions.toml",
        "priors.toml",
        "parameters.toml",
        "pack.toml",
    ] {
        std::fs::copy(current.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    let rules = folder.path().join("rules/ours.toml");
    let rule = |when: &str| {
        format!(
            "[[rule]]\nid = \"ours\"\nplatforms = [\"lambda\"]\neffect = \"excludes\"\nwhen = {when}\nbecause = \"x\"\nsource = \"lambda-quotas\"\n"
        )
    };
    let name = folder.path().display().to_string();
    for (when, wanted) in [
        (
            "{ fact = \"needs.gpus\", is = true }",
            "did you mean `needs.gpu`?",
        ),
        (
            "{ fact = \"needs.gpu\", above = \"1s\" }",
            "use one of: is, is_not",
        ),
        (
            "{ fact = \"work.memory\", above = \"15min\" }",
            "is not a size",
        ),
        (
            "{ fact = \"work.memory\", above_limit = \"memries\" }",
            "has a limit `memries`",
        ),
    ] {
        std::fs::write(&rules, rule(when)).unwrap();
        let run = landfall(&["framework", "test", "--framework", &name]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(wanted), "{when} gave\n{}", run.err);
        assert!(run.err.contains("ours.toml:"), "{}", run.err);
    }
    std::fs::write(&rules, rule("{ fact = \"needs.gpu\", is = true }")).unwrap();
    let run = landfall(&["decide", "examples/website.toml", "--framework", &name]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn init_asks_writes_and_does_not_write_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.toml").display().to_string();
    let answers = "http\n?\nnonsense\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
    let run = landfall_with(&["init", &path, "--name", "Our \"shop\""], answers);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("What starts the work?"), "{}", run.err);
    let decided = landfall(&["decide", &path]);
    assert_eq!(decided.code, 0, "{}", decided.err);
    let again = landfall_with(&["init", &path], answers);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
}

#[test]
fn init_stops_asking_when_nothing_can_change_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.toml").display().to_string();
    // A job on a GPU that must have the Kubernetes API can only be on EKS on EC2.
    let run = landfall_with(&["init", &path], "batch\n");
    assert_eq!(run.code, 0, "{}", run.err);
    let asked = run.err.matches(" > ").count();
    assert!(asked < 30, "asked {asked} times");
}

/// The text of a lock file that `website.toml` in a folder has.
fn recorded(folder: &std::path::Path) -> (String, String) {
    let file = folder.join("website.toml");
    std::fs::copy(root().join("examples/website.toml"), &file).unwrap();
    let name = file.display().to_string();
    let run = landfall(&["decide", &name, "--worlds", "0", "--record"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lock = std::fs::read_to_string(folder.join("landfall.lock")).unwrap();
    (name, lock)
}

#[test]
fn a_lock_file_is_told_with_its_line_and_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (name, lock) = recorded(folder.path());
    let path = folder.path().join("landfall.lock");
    let line_of = |text: &str, word: &str| {
        let before = text.split(word).next().unwrap();
        format!("landfall.lock:{}:", before.matches('\n').count() + 1)
    };
    for (from, to) in [
        ("seed = ", "seed = no"),
        ("people = ", "peeple = "),
        ("worlds = 0", "worlds = -1"),
        ("as_of = ", "as_of = \u{0}"),
    ] {
        let bad = lock.replacen(from, to, 1);
        assert_ne!(bad, lock);
        std::fs::write(&path, &bad).unwrap();
        let record = ["decide", &name, "--worlds", "0", "--record"];
        for arguments in [&["check", &name][..], &record] {
            let run = landfall(arguments);
            assert_eq!(run.code, 2, "{to}: {}", run.err);
            let place = line_of(&lock, from);
            assert!(
                run.err.contains(&place),
                "{to} gave no {place}\n{}",
                run.err
            );
            assert!(run.err.contains("hint:"), "{}", run.err);
            assert!(!run.err.contains("panicked"), "{}", run.err);
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), bad);
    }
}

#[test]
fn a_region_that_nobody_knows_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.toml");
    let name = path.display().to_string();
    let workload = "schema = 1\nname = \"x\"\nregion = \"us-est-1\"\n[[workload]]\nid = \"a\"\n";
    let usage = std::fs::read_to_string(root().join("examples/usage/lambda.toml")).unwrap();
    let usage = usage.replace("us-east-1", "us-est-1");
    for (text, line, commands) in [
        (
            workload.to_owned(),
            3,
            vec![
                vec!["decide"],
                vec!["explain"],
                vec!["simulate"],
                vec!["prices", "check"],
            ],
        ),
        (usage, 4, vec![vec!["bill"]]),
    ] {
        std::fs::write(&path, text).unwrap();
        for command in commands {
            let run = landfall(&[&command[..], &[&name]].concat());
            assert_eq!(run.code, 2, "{command:?}: {}", run.err);
            let place = format!("w.toml:{line}:");
            assert!(run.err.contains(&place), "{command:?}: {}", run.err);
            assert!(run.err.contains("did you mean `us-east-1`?"), "{}", run.err);
        }
    }
}
