//! `landfall simulate`: published values by flags, traces, the schema, errors.

use serde_json::Value;

use crate::common::{landfall, root};

fn json(arguments: &[&str]) -> Value {
    let mut all = vec!["simulate", "--format", "json"];
    all.extend(arguments);
    let run = landfall(&all);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

fn number(document: &Value, key: &str) -> f64 {
    document[key].as_f64().unwrap()
}

const PUBLISHED: [&str; 12] = [
    "--platform",
    "lambda",
    "--rate",
    "0.9/s",
    "--duration",
    "exp:1.991s",
    "--cold-duration",
    "exp:2.244s",
    "--max-concurrency",
    "1000",
    "--for",
    "1000000s",
];

#[test]
fn flags_give_the_published_steady_state_and_fit_the_schema() {
    let text = std::fs::read_to_string(root().join("docs/schemas/simulation.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = json(&[&PUBLISHED[..], &["--idle-limit", "600s"]].concat());
    assert!(validator.is_valid(&document));
    let error = |key: &str| document["standard_error"][key].as_f64().unwrap();
    for (key, published) in [
        ("cold_start_share", 0.001_330),
        ("environments_mean", 7.70),
        ("running_mean", 1.7925),
    ] {
        let off = (number(&document, key) - published).abs();
        assert!(off < 3.0 * error(key), "{key}: off by {off}");
    }
    let idle = number(&document, "environments_mean") - number(&document, "running_mean");
    assert!((number(&document, "idle_mean") - idle).abs() < 1e-9);
    assert!(number(&document["latency_ms"], "p99.9") > number(&document["latency_ms"], "p99"));
}

#[test]
fn several_idle_limits_are_compared_in_one_pass() {
    let document = json(&[&PUBLISHED[..], &["--idle-limit", "30s,600s"]].concat());
    let limits = document["idle_limits"].as_array().unwrap();
    let alone = json(&[&PUBLISHED[..], &["--idle-limit", "600s"]].concat());
    assert_eq!(limits.len(), 2);
    assert_eq!(limits[1]["cold_starts"], alone["cold_starts"]);
}

#[test]
fn a_log_is_replayed_beside_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let rows = "is_cold,exist_id,start_time,aws_duration\nTrue,a,0,1000\nFalse,a,100,1000\n\
                True,b,2000,500\n";
    std::fs::write(&path, rows).unwrap();
    let document = json(&["--replay", path.to_str().unwrap(), "--as-of", "2020-06-01"]);
    assert_eq!(document["logged"]["cold_starts"], 2);
    assert_eq!(document["logged"]["environments"], 2);
    assert_eq!(document["cold_starts"], 2);
}

#[test]
fn a_file_is_simulated_on_a_platform_the_same_every_time() {
    let arguments = ["examples/website.toml", "--platform", "fargate"];
    let (first, second) = (json(&arguments), json(&arguments));
    assert_eq!(first, second);
    assert!(number(&first, "requests") > 1e5 && number(&first, "utilisation") < 1.0);
    let other = json(&[&arguments[..], &["--seed", "2"]].concat());
    assert_ne!(first["latency_ms"], other["latency_ms"]);
}

/// A trace without a row.
const EMPTY: &str = "crates/cli/tests/it/empty.csv";

#[test]
fn what_cannot_be_simulated_is_one_error() {
    for (arguments, wanted) in [
        (vec!["simulate"], "nothing says how much traffic"),
        (
            vec!["simulate", "--rate", "1/s"],
            "nothing says how long the work takes",
        ),
        (
            vec!["simulate", "--rate", "x", "--duration", "1s"],
            "`--rate x`",
        ),
        (
            vec!["simulate", "--rate", "1/s", "--duration", "gauss:1s"],
            "no such law",
        ),
        (
            vec!["simulate", "--rate", "1/s", "--duration", "p50=2s,p99=1s"],
            "the 99th percentile is below the median",
        ),
        (
            vec!["simulate", "--platform", "lamda"],
            "did you mean `lambda`",
        ),
        (
            vec!["simulate", "--platform", "fargate", "--rate", "1/s"],
            "flags alone",
        ),
        (
            vec!["simulate", "--trace", "none.csv", "--duration", "1s"],
            "there is no such file",
        ),
        (
            vec!["simulate", "--trace", EMPTY, "--duration", "1s"],
            "holds no request",
        ),
        (
            vec!["simulate", "--schedule", "soon", "--duration", "1s"],
            "is not a schedule",
        ),
    ] {
        let run = landfall(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(wanted), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_run_that_is_cut_says_where() {
    let endless = [
        "--rate",
        "1000000/s",
        "--duration",
        "30ms",
        "--max-events",
        "20000",
    ];
    let document = json(&endless);
    assert_eq!(document["requests"].as_u64(), Some(20_000));
    let told = |arguments: &[&str]| {
        let run = landfall(&[&["simulate"][..], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(told(&endless).contains("a run has at most 20000 events"));
    // Independent runs share them out.
    let four = told(&[&endless[..], &["--replications", "4"]].concat());
    assert!(four.contains("a run has at most 5000 events"), "{four}");
}

#[test]
fn functions_beyond_the_budget_are_left_out_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day.csv");
    let rows = "HashOwner,HashApp,HashFunction,Trigger,1,2\n\
                o,a,small,http,5,0\n\
                o,a,huge,http,2147483648,2147483648\n";
    std::fs::write(&path, rows).unwrap();
    let path = path.display().to_string();
    let run = landfall(&["simulate", "--trace", &path, "--duration", "100ms"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let told = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("2 functions, each with"), "{told}");
    assert!(told.contains("1 functions left out: with them"), "{told}");
}

/// Bursts of 50,000 messages on a queue are worked off as pollers grow, 300 a minute up to
/// 1,000: in 44, 108 and 350 s for work of 0.1, 0.6 and 5 s, told one message at a time; a batch
/// of ten ends as a whole, half of its run later on average.
#[test]
fn a_burst_on_a_queue_is_worked_off_as_pollers_grow() {
    for (work_s, wanted_s) in [(0.1, 43.7), (0.6, 108.5), (5.0, 349.0)] {
        for (batch, late_s) in [("1", 0.5 * work_s), ("10", 5.0 * work_s)] {
            let duration = format!("{work_s}s");
            let document = json(&[
                "--batch",
                "50000",
                "--rate",
                "1/s",
                "--retry",
                "queue",
                "--scaling-limits",
                "--max-concurrency",
                "1000",
                "--batch-size",
                batch,
                "--for",
                "5d",
                "--duration",
                &duration,
            ]);
            let last_s = number(&document["latency_ms"], "max") / 1e3 - late_s;
            assert!(
                (last_s / wanted_s - 1.0).abs() < 0.03,
                "{work_s} s by {batch}: {last_s} s, not {wanted_s}"
            );
            assert!(number(&document, "throttled_share") < 1e-9);
        }
    }
}

#[test]
fn what_comes_in_batches_says_from_where() {
    let run = landfall(&[
        "simulate",
        "--rate",
        "1/s",
        "--duration",
        "1s",
        "--for",
        "1h",
        "--batch-size",
        "5",
    ]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--retry queue"), "{}", run.err);
}

/// Each law has its value, its source and a grade; those that were not applied are left out.
#[test]
fn the_laws_applied_are_told_with_their_grades() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/website.toml");
    let laws = |platform: &str| -> Vec<String> {
        let document = json(&[
            example,
            "--platform",
            platform,
            "--laws",
            "--requests",
            "100000",
        ]);
        let laws = document["laws"].as_array().unwrap().clone();
        for law in &laws {
            for key in ["name", "value", "meaning", "source", "date", "grade"] {
                let text = law[key].as_str().unwrap();
                assert!(!text.is_empty(), "{law}");
            }
        }
        laws.iter()
            .map(|law| law["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let (tasks, functions) = (laws("fargate"), laws("lambda"));
    assert!(tasks.contains(&"metric_delay".to_owned()), "{tasks:?}");
    assert!(
        functions.contains(&"silence_limit".to_owned()),
        "{functions:?}"
    );
    let unlike = |name: &String| name.starts_with("metric") || name.starts_with("retry");
    assert!(!functions.iter().any(unlike), "{functions:?}");
}
