//! Goal: what AWS has charged is the proof of our money. Method: reports of the tools' own
//! columns become usage files that bill to what was charged, and every difference is explained.

use crate::common::{landfall, landfall_with};

const CASES: &str = "crates/import/tests/cases";

/// Imports a report's usage, and compares it with the report.
fn both(report: &str, region: &[&str]) -> (String, String) {
    let report = format!("{CASES}/{report}");
    let usage = landfall(&[&["import", &report, "--usage"], region].concat());
    assert_eq!(usage.code, 0, "{}", usage.err);
    for secret in ["secret-", "123456789012"] {
        assert!(!usage.out.contains(secret), "{}", usage.out);
    }
    let against = landfall_with(&["bill", "-", "--against", &report], &usage.out);
    assert_eq!(against.code, 0, "{}", against.err);
    (usage.out, against.out)
}

#[test]
fn what_was_charged_becomes_usage_and_is_compared() {
    for report in [
        "cur/functions.csv",
        "cur/commitments.csv",
        "cur/service.csv",
        "cur/events.csv.gz",
        "focus/v1-0.csv",
        "focus/v1-2.csv",
        "focus/plain.csv",
        "focus/v1-3.csv.gz",
    ] {
        let (usage, against) = both(report, &[]);
        let name = report.replace('/', "-");
        insta::assert_snapshot!(format!("usage-{name}"), usage);
        insta::assert_snapshot!(format!("against-{name}"), against);
    }
    let (usage, _) = both("cur/commitments.csv", &["--region", "eu-west-1"]);
    assert!(
        usage.contains("meter = \"hour\"\nquantity = 96 # h"),
        "{usage}"
    );
    assert!(usage.contains("#   us-east-1: $18.58"), "{usage}");
}

/// Our own usage beside a report: every effect has its amount, and they add up.
#[test]
fn differences_are_explained_and_add_up() {
    let usage = "schema = 1\nregion = \"us-east-1\"\n\
                 [[meter]]\nservice = \"lambda\"\nmeter = \"requests\"\nquantity = \"5M\"\n\
                 [[fargate]]\ntasks = 1\nvcpu = 1\nmemory = \"2GB\"\nhours = 10\n";
    let report = format!("{CASES}/cur/functions.csv");
    let args = ["bill", "-", "--against", &report, "--format", "json"];
    let run = landfall_with(&args, usage);
    assert_eq!(run.code, 0, "{}", run.err);
    let read: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let schema = landfall(&["schema", "against"]).out;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::is_valid(&schema, &read), "{read}");
    let meters = read["meters"].as_array().unwrap();
    let requests = meters
        .iter()
        .find(|one| one["meter"] == "requests")
        .unwrap();
    let effects: Vec<&str> = requests["effects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["effect"].as_str().unwrap())
        .collect();
    assert_eq!(effects, ["quantity", "free tier"]);
    for one in meters {
        let effects = one["effects"].as_array().unwrap().iter();
        let sum: f64 = effects.map(|one| one["amount"].as_f64().unwrap()).sum();
        let difference = one["difference"].as_f64().unwrap();
        assert!((sum - difference).abs() < 1e-9, "{one}");
    }
    let wrong = "schema = 1\n[[meter]]\nservice = \"lambda\"\nmeter = \"request\"\nquantity = 1\n";
    let run = landfall_with(&["bill", "-"], wrong);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `requests`?"), "{}", run.err);
}

#[test]
fn what_is_no_report_is_one_error() {
    let run = landfall(&["import", "README.md", "--usage"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is no report of charges"), "{}", run.err);
    let report = format!("{CASES}/cur/functions.csv");
    let run = landfall(&["import", &report]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("landfall import FILE --usage"),
        "{}",
        run.err
    );
    let run = landfall_with(&["import", "-", "--usage"], "PAR1PAR1PAR1");
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with("error: cannot read `standard input`"),
        "{}",
        run.err
    );
}
