//! Goal: a fleet is one table, however it is cut: shards put together are the rows of one run, a shard
//! that is there is not decided again, and what is wrong with one workload stays in its row. Method:
//! small workloads that are made here, decided by formulas; tables compared byte by byte.

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use serde_json::Value;

use crate::common::{Run, landfall, landfall_in, root};

/// So many small workloads as files, in two folders.
fn services(folder: &Path, count: usize) -> PathBuf {
    let services = folder.join("services");
    for half in ["a", "b"] {
        std::fs::create_dir_all(services.join(half)).unwrap();
    }
    for number in 0..count {
        let half = if number % 2 == 0 { "a" } else { "b" };
        let region = if number / 2 % 2 == 0 {
            "us-east-1"
        } else {
            "eu-west-1"
        };
        let text = format!(
            "schema = 1\nname = \"Service {number}\"\nregion = \"{}\"\n\n[[workload]]\nid = \"api\"\n\
             trigger = \"http\"\ntraffic.volume = \"{}M/month\"\nwork.duration = \"{}ms\"\nwork.memory = \"200MB\"\n",
            region,
            1 + number % 7,
            20 + 10 * (number % 9),
        );
        std::fs::write(
            services
                .join(half)
                .join(format!("service-{number:03}.toml")),
            text,
        )
        .unwrap();
    }
    services
}

/// What makes a run short: few scenarios, and no simulation.
const QUICK: [&str; 3] = ["--estimate", "--scenarios", "20"];

fn fleet(arguments: &[&str]) -> Run {
    let all: Vec<&str> = ["fleet"]
        .into_iter()
        .chain(arguments.iter().copied())
        .chain(QUICK)
        .collect();
    landfall(&all)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn summary(table: &Path) -> Value {
    let run = landfall(&["fleet", "summary", text(table), "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn shards_put_together_are_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let services = services(folder.path(), 12);
    let (services, out) = (text(&services), folder.path().join("whole.parquet"));
    let run = fleet(&[services, "--out", text(&out)]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.ends_with("whole.parquet: 12 rows of 12 items\n"),
        "{}",
        run.err
    );

    let shards = folder.path().join("shards");
    std::fs::create_dir(&shards).unwrap();
    let part = shards.join("part.parquet");
    for shard in 0..4 {
        let name = format!("{shard}/4");
        let run = fleet(&[services, "--out", text(&part), "--shard", &name]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let merged = folder.path().join("merged.parquet");
    let run = landfall(&["fleet", "merge", text(&merged), text(&shards)]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(std::fs::read(&merged).unwrap() == std::fs::read(&out).unwrap());
    let found = summary(&merged);
    assert_eq!(
        (found["rows"].as_u64(), found["errors"].as_u64()),
        (Some(12), Some(0))
    );

    // A shard that is missing, or there twice, is named.
    let named = |index: usize| shards.join(format!("part-{index}-of-4.parquet"));
    let run = landfall(&[
        "fleet",
        "merge",
        text(&merged),
        text(&named(0)),
        text(&named(2)),
    ]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("shards are missing: 1/4, 3/4"),
        "{}",
        run.err
    );
    let run = landfall(&[
        "fleet",
        "merge",
        text(&merged),
        text(&named(0)),
        text(&named(0)),
    ]);
    assert!(run.err.contains("shard 0/4 is there twice"), "{}", run.err);
    let run = landfall(&["fleet", "merge", text(&merged), text(&named(0)), text(&out)]);
    assert!(run.err.contains("are of different fleets"), "{}", run.err);
    // What could not be merged has left the table as it was.
    assert!(std::fs::read(&merged).unwrap() == std::fs::read(&out).unwrap());
}

#[test]
fn a_shard_that_is_whole_is_not_decided_again() {
    let folder = tempfile::tempdir().unwrap();
    let services = services(folder.path(), 8);
    let out = folder.path().join("out.parquet");
    let shard = folder.path().join("out-1-of-2.parquet");
    let decide = |more: &[&str]| {
        let arguments = [text(&services), "--out", text(&out), "--shard", "1/2"];
        fleet(&[&arguments[..], more].concat())
    };
    assert_eq!(decide(&[]).code, 0);
    let first = std::fs::read(&shard).unwrap();
    assert!(
        decide(&[])
            .err
            .contains("is there and whole: 4 rows of 4 items")
    );
    // Nothing that another shard decides makes it stale.
    let other = services.join("a/service-000.toml");
    std::fs::write(&other, std::fs::read_to_string(&other).unwrap() + "\n").unwrap();
    assert!(decide(&[]).err.contains("is there and whole"));
    // Other options, another text, and a file that is not whole do.
    assert!(!decide(&["--seed", "2"]).err.contains("is there"));
    assert!(!decide(&[]).err.contains("is there"));
    assert!(std::fs::read(&shard).unwrap() == first);
    let half = first.get(..first.len() / 2).unwrap();
    std::fs::write(&shard, half).unwrap();
    let refused = decide(&[]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(
        refused.err.contains("would be overwritten"),
        "{}",
        refused.err
    );
    assert_eq!(std::fs::read(&shard).unwrap(), half);
    assert_eq!(decide(&["--force"]).code, 0);
    assert!(std::fs::read(&shard).unwrap() == first);
}

#[test]
fn a_killed_shard_leaves_nothing_and_is_decided_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let services = services(folder.path(), 40);
    let out = folder.path().join("out.parquet");
    let arguments = [
        "fleet",
        text(&services),
        "--out",
        text(&out),
        "--scenarios",
        "2000",
    ];
    let mut killed = Process::new(assert_cmd::cargo::cargo_bin("landfall"))
        .args(arguments)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = |name: &str| folder.path().join(name).exists();
    while !begun(".out.parquet.new") && !begun("out.parquet") {
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!out.exists());
    assert_eq!(fleet(&[text(&services), "--out", text(&out)]).code, 0);
    assert!(!begun(".out.parquet.new") && !begun(".out.parquet.writing"));
    assert_eq!(summary(&out)["rows"], 40);
}

/// Prices that the user has brought in since are a reason to decide again.
#[test]
fn other_prices_are_decided_again() {
    let folder = tempfile::tempdir().unwrap();
    let (services, data) = (services(folder.path(), 2), folder.path().join("data"));
    let out = folder.path().join("out.parquet");
    let decide_with = |data: &Path| {
        let arguments = ["fleet", text(&services), "--out", text(&out)];
        let run = landfall_in(data, &[&arguments[..], &QUICK].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.err.contains("is there and whole")
    };
    let decide = || decide_with(&data);
    assert_eq!((decide(), decide()), (false, true));
    let prices = data.join("prices");
    std::fs::create_dir_all(&prices).unwrap();
    let of_region = root().join("crates/catalog/data/prices/us-east-1/services.csv");
    let text = std::fs::read_to_string(of_region).unwrap();
    std::fs::write(prices.join("us-east-1.csv"), text).unwrap();
    assert_eq!((decide(), decide()), (false, true));

    // The same prices on another machine, in another place, are the same.
    let elsewhere = folder.path().join("elsewhere");
    std::fs::rename(&data, &elsewhere).unwrap();
    assert!(decide_with(&elsewhere));
}

#[test]
fn what_is_wrong_with_one_workload_is_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("list.csv");
    let rows = "id,trigger,traffic.volume,work.duration,work.memory,team.engineers\n\
                api,http,2M/month,80ms,200MB,4\n\
                worker,http,2 apples,80ms,200MB,\n\
                Bad Id,http,1M/month,80ms,,\n\
                short,http\n\
                jobs,queue,1M/month,1.5s,400MB,4\n";
    std::fs::write(&table, rows).unwrap();
    let out = folder.path().join("out.parquet");
    let run = fleet(&[text(&table), "--out", text(&out)]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err.contains("5 rows of 5 items, 3 with an error"),
        "{}",
        run.err
    );
    let again = fleet(&[text(&table), "--out", text(&out)]);
    assert!(again.err.contains("is there and whole"), "{}", again.err);
    assert_eq!(again.code, 1);
    assert_eq!(
        fleet(&[text(&table), "--out", text(&out), "--fail-on", "never"]).code,
        0
    );
    let shown = landfall(&["fleet", "summary", text(&out)]);
    insta::assert_snapshot!(shown.out);

    // A table that means nothing is one error, and nothing is written.
    std::fs::write(&table, "id,trafic.volume\na,1\n").unwrap();
    let other = folder.path().join("other.parquet");
    let run = fleet(&[text(&table), "--out", text(&other)]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("list.csv:1: the column `trafic.volume` is no fact"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("did you mean `traffic.volume`?"),
        "{}",
        run.err
    );
    assert!(!other.exists());
}

#[test]
fn jobs_are_told_their_shard() {
    let folder = tempfile::tempdir().unwrap();
    let services = services(folder.path(), 4);
    let out = folder.path().join("out.parquet");
    let run = |variables: &[(&str, &str)], more: &[&str]| {
        let output = Command::cargo_bin("landfall")
            .unwrap()
            .args(["fleet", text(&services), "--out", text(&out)])
            .args(QUICK)
            .args(more)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let batch = [
        ("AWS_BATCH_JOB_ARRAY_INDEX", "1"),
        ("AWS_BATCH_JOB_ARRAY_SIZE", "2"),
    ];
    let (code, said) = run(&batch, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("out-1-of-2.parquet: 2 rows of 2 items"),
        "{said}"
    );
    let (code, said) = run(&[("JOB_COMPLETION_INDEX", "0")], &["--shards", "4"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(folder.path().join("out-0-of-4.parquet").exists());
    let (code, said) = run(&[("JOB_COMPLETION_INDEX", "0")], &[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("LANDFALL_SHARDS"), "{said}");
}

#[test]
fn a_decision_of_a_fleet_is_that_of_decide() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.parquet");
    let example = "examples/photo-thumbnails.toml";
    let run = landfall(&["fleet", example, "--out", text(&out), "--scenarios", "50"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let found = summary(&out);
    let decided = landfall(&["decide", example, "--scenarios", "50", "--format", "json"]);
    let decided: Value = serde_json::from_str(&decided.out).unwrap();
    let best = &decided["workloads"][0];
    let share = &found["by_recommendation"][0];
    assert_eq!(share["name"], best["recommended"]);
    let expected = best["options"][0]["monthly"]["expected"].as_f64().unwrap();
    assert!(
        (share["usd"].as_f64().unwrap() - expected).abs() < 0.006,
        "{share} {expected}"
    );
}
