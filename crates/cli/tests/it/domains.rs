//! Goal: a number that is typed is in its domain, or is refused with exit code 2 and the
//! way out; nothing is taken without a word and comes out as a page of zeros. Method: a
//! table of values outside for every option that takes a number, a time, a law or a name
//! of a region; the table is held against what `--help` lists.

use std::collections::BTreeSet;

use crate::common::{landfall, landfall_in};

const RATE: [&str; 6] = ["simulate", "--rate", "1/s", "--duration", "100ms", "--for"];

/// Options of `simulate` and values that it refuses.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("--rate", &["0/s", "1000001/s", "x", "-1/s"]),
    ("--peak-to-mean", &["0", "0.5", "10001", "NaN", "inf", "-1"]),
    ("--shape", &["wavy"]),
    ("--batch", &["0", "1000001", "x"]),
    ("--shards", &["0", "100001"]),
    ("--batch-size", &["0", "10001"]),
    ("--batch-window", &["x", "11000d"]),
    ("--parallel", &["0", "11"]),
    ("--per-batch", &["x", "11000d"]),
    ("--failing", &["x", "101%", "-1%"]),
    (
        "--duration",
        &[
            "x",
            "exp:0s",
            "lognormal:2s,1s",
            "lognormal:1s,2s,1.5s",
            "lognormal:0s,1s",
            "p50=2s,p99=1s",
            "p50=1s,p99=2s,max=1s",
            "400d",
            "exp:400d",
        ],
    ),
    ("--cold-duration", &["lognormal:2s,1s", "exp:0s"]),
    ("--init", &["lognormal:2s,1s", "exp:0s"]),
    ("--idle-limit", &["x", "11000d"]),
    ("--silence-limit", &["x", "11000d"]),
    ("--lifetime", &["0s", "11000d"]),
    ("--max-concurrency", &["0", "10000001"]),
    ("--provisioned", &["1000001", "-1"]),
    ("--for", &["0s", "11000d", "x"]),
    ("--requests", &["0", "1000000000001"]),
    ("--warm-up", &["1h", "2h", "x"]),
    ("--replications", &["0", "1001"]),
    ("--max-events", &["999", "1000000000001"]),
    ("--scenarios", &["1000001", "-1"]),
    ("--seed", &["-1", "x"]),
    ("--region", &["", ".", "us-east", "US-EAST-1", "us-east-1/"]),
];

/// Options that take another of their kind along.
fn beside(option: &str) -> &'static [&'static str] {
    match option {
        "--peak-to-mean" => &["--shape", "diurnal"],
        "--parallel" | "--batch-size" | "--batch-window" | "--per-batch" => &["--shards", "1"],
        "--failing" => &["--retry", "queue"],
        _ => &[],
    }
}

#[test]
fn what_is_outside_a_domain_is_refused() {
    for (option, values) in OUTSIDE {
        for value in *values {
            let given = format!("{option}={value}");
            let mut arguments: Vec<&str> = vec!["simulate"];
            for (name, usual) in [("--rate", "1/s"), ("--duration", "100ms"), ("--for", "1h")] {
                let is_other = name == "--for" && *option == "--requests";
                if name != *option && !is_other {
                    arguments.extend([name, usual]);
                }
            }
            arguments.extend(beside(option));
            arguments.push(&given);
            let run = landfall(&arguments);
            assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
            assert!(run.out.is_empty(), "{arguments:?} printed {}", run.out);
            assert!(
                run.err.lines().count() > 1,
                "{arguments:?}: no way out in {}",
                run.err
            );
        }
    }
    let run = landfall(&[&RATE[..], &["1h"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn every_option_that_takes_a_number_has_a_domain() {
    let help = landfall(&["simulate", "--help"]).out;
    let listed: BTreeSet<&str> = help
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("--"))
        .filter_map(|line| {
            let (option, value) = line.split_once(' ')?;
            let kind = value.trim_start_matches('<').split(['>', ' ']).next()?;
            [
                "N", "TIME", "TIME,...", "TIMES", "RATE", "LAW", "SHAPE", "SHARE", "REGION",
            ]
            .contains(&kind)
            .then_some(option)
        })
        .collect();
    let held: BTreeSet<&str> = OUTSIDE.iter().map(|(option, _)| *option).collect();
    assert_eq!(listed, held);
}

#[test]
fn a_bad_line_of_a_file_of_durations_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("law.txt");
    for (text, wanted) in [
        ("1.5s\nsoon\n", "law.txt:2: `soon` is not a duration"),
        ("1.5s\n-1\n", "law.txt:2: `-1` is not a duration"),
        ("1.5s\n1e12\n", "law.txt:2: `1e12` is not a duration"),
        ("", "there is no duration in it"),
    ] {
        std::fs::write(&path, text).unwrap();
        let law = format!("empirical:{}", path.display());
        let run = landfall(&[
            "simulate",
            "--rate",
            "1/s",
            "--for",
            "1h",
            "--duration",
            &law,
        ]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err.contains(wanted) && run.err.contains("hint: "),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_recording_that_is_all_warm_up_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, "timestamp\n0\n60\n120\n").unwrap();
    let trace = path.display().to_string();
    let run = landfall(&[
        "simulate",
        "--trace",
        &trace,
        "--duration",
        "1s",
        "--warm-up",
        "1h",
    ]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("after the warm-up"), "{}", run.err);
}

#[test]
fn brought_in_prices_that_no_unit_has_are_refused() {
    for price in ["10000000000000000000000000", "0", "-1"] {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("prices");
        std::fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "region,service,meter,unit,from,to,price,currency,status,grade,source,date\n\
             us-east-1,nat,hour,h,0,,{price},USD,listed,A,aws-price-list,2026-11-01\n"
        );
        std::fs::write(folder.join("us-east-1.csv"), text).unwrap();
        let run = landfall_in(data.path(), &["decide", "examples/website.toml"]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(
            run.err.contains("us-east-1.csv:2: a price of"),
            "{}",
            run.err
        );
        assert!(run.err.contains("hint: "), "{}", run.err);
    }
}

#[test]
fn a_bill_without_a_price_says_what_it_is_at_least() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.toml");
    let fargate = "[[fargate]]\ntasks = 2\nvcpu = 1\nmemory = \"2GB\"\nhours = 730\n";
    let bill = |rest: &str, more: &[&str]| {
        let text = format!("schema = 1\nregion = \"ap-east-1\"\n{fargate}{rest}");
        std::fs::write(&path, text).unwrap();
        let name = path.display().to_string();
        let run = landfall(&[&["bill", name.as_str()], more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    let of = |rest: &str| -> serde_json::Value {
        serde_json::from_str(&bill(rest, &["--format", "json"])).unwrap()
    };
    let known = of("");
    assert_eq!(known["total"], known["at_least"]);
    // Sources disagree on Windows, so that there is no range for it.
    let windows =
        "[[fargate]]\ntasks = 1\nvcpu = 1\nmemory = \"2GB\"\nhours = 1\nos = \"windows\"\n";
    let partly = of(windows);
    assert!(partly["total"].is_null());
    assert_eq!(partly["at_least"], known["total"]);
    let meters = ["licence-windows", "memory-windows", "vcpu-windows"];
    let meters = meters.map(|meter| format!("fargate {meter}"));
    assert_eq!(partly["unpriced"], serde_json::json!(meters));
    let text = bill(windows, &[]);
    let amount = format!("at least ${:.2}", known["total"].as_f64().unwrap());
    assert!(text.contains(&amount), "{text}");
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let missing = format!("no price in ap-east-1: {}", meters.join(", "));
    assert!(said.contains(&missing), "{said}");
    let exact = bill(windows, &["--exact"]);
    assert!(exact.contains("at least $"), "{exact}");
}

/// What a region lacks and others have is a range, in the line and in the total.
#[test]
fn a_bill_with_a_price_of_other_regions_lies_between() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("usage.toml");
    let text = "schema = 1\nregion = \"ap-east-1\"\n[[nat]]\nhours = 730\nprocessed = \"500GB\"\n";
    std::fs::write(&path, text).unwrap();
    let name = path.display().to_string();
    let run = landfall(&["bill", &name, "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(document["total"].is_null());
    assert_eq!(document["ranged"], serde_json::json!(["nat data"]));
    assert_eq!(document["unpriced"], serde_json::json!([]));
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let known = number(&document["at_least"]);
    let [low, high] = [0, 1].map(|place| number(&document["range"][place]));
    let lines = document["lines"].as_array().unwrap();
    let hour = lines.iter().find(|line| line["item"] == "hour").unwrap();
    assert_eq!(hour["amount"], document["at_least"]);
    let data = lines.iter().find(|line| line["item"] == "data").unwrap();
    let [least, most] = [0, 1].map(|place| number(&data["range"][place]));
    assert!((known + least - low).abs() < 1e-9 && (known + most - high).abs() < 1e-9);
    assert!(least < most && data["status"] == "range", "{data}");
    let run = landfall(&["bill", &name]);
    let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        format!("lines with a price of the region ${known:.2}"),
        format!("total ${low:.2} to ${high:.2}"),
        "not known in ap-east-1, and taken as a range of what is paid elsewhere".to_owned(),
    ] {
        assert!(said.contains(&wanted), "{wanted}: {said}");
    }
}

/// Goal: an editor accepts what a file accepts. Method: the pattern of each dimension, as
/// the schema has it, on spellings that are read and on some that are not.
#[test]
fn editors_accept_the_spellings_that_files_accept() {
    use landfall_units::Dimension;
    for (dimension, read, refused) in [
        (
            Dimension::Rate,
            vec![
                "200 rps",
                "2k req/s",
                "200 requests per second",
                "2M/month",
                "600 rpm",
                "2,000/day",
            ],
            vec!["40", "fast"],
        ),
        (
            Dimension::Bytes,
            vec![
                "512 MiB",
                "512Mi",
                "1.5GB",
                "1,769 MB",
                "3 megabytes",
                "10 kb",
            ],
            vec!["600", "10 apples"],
        ),
        (
            Dimension::Duration,
            vec![
                "100 ms",
                "1h30min",
                "2 secs",
                "250 µs",
                "7 days",
                "1 hr 30 min",
            ],
            vec!["800", "soon"],
        ),
        (
            Dimension::Share,
            vec!["70%", "70 percent", "0.7"],
            vec!["70 x"],
        ),
        (
            Dimension::Money,
            vec!["$2,000", "2000 USD", "USD 5", "$2k"],
            vec!["2000"],
        ),
        (
            Dimension::HourlyCost,
            vec!["$75/h", "75 USD/hr", "$75 per hour"],
            vec!["$75"],
        ),
        (Dimension::Count, vec!["12k", "12,000", "5"], vec!["many"]),
        (Dimension::Ratio, vec!["12", "12x", "1.5"], vec!["x"]),
    ] {
        let schema = serde_json::json!({ "pattern": dimension.pattern() });
        let editor = jsonschema::validator_for(&schema).unwrap();
        for text in read {
            assert!(dimension.parse(text).is_ok(), "{text} is not read");
            assert!(editor.is_valid(&text.into()), "{text} is no {dimension:?}");
        }
        for text in refused {
            assert!(dimension.parse(text).is_err(), "{text} is read");
            assert!(!editor.is_valid(&text.into()), "{text} is a {dimension:?}");
        }
    }
}
