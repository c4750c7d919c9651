//! Goal: `decide` and `explain` say what they promise, in both forms. Method: the
//! examples, run as a user would; goldens for what people read; the published
//! schema and the data behind every number for what programs read.

use crate::common::{SCENARIOS, decided, landfall, one_in, root};
use landfall_catalog::Catalog;
use serde_json::Value;

#[test]
fn every_example_validates_against_the_published_schema() {
    let text = std::fs::read_to_string(root().join("docs/schemas/decision.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(decided().len() >= 11);
    for (file, document) in decided() {
        let errors: Vec<String> = validator
            .iter_errors(document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
        assert_eq!(document["schema"], 1);
    }
}

#[test]
fn every_price_is_a_row_and_every_amount_follows_from_it() {
    let catalog = Catalog::embedded().unwrap();
    let book = Catalog::prices("us-east-1").unwrap();
    for (file, document) in decided() {
        for workload in document["workloads"].as_array().unwrap() {
            for option in workload["options"].as_array().unwrap() {
                let mut sum = 0.0;
                for line in option["bill_lines"].as_array().unwrap() {
                    let word = |key: &str| line[key].as_str().unwrap().to_owned();
                    assert!(catalog.sources.contains_key(&word("source")), "{line}");
                    let (price, amount) = (
                        line["price"].as_f64().unwrap(),
                        line["amount"].as_f64().unwrap(),
                    );
                    let product = price * line["quantity"].as_f64().unwrap();
                    assert!((product - amount).abs() <= 0.005_001, "{line}");
                    sum += amount;
                    if line["status"] == "derived" {
                        continue;
                    }
                    // An item may be a part of what a row is for, as the addresses of tasks.
                    let (service, source) = (word("service"), word("source"));
                    let rows = book.iter().filter(|(of, _, _)| *of == service);
                    let listed = rows.flat_map(|(_, _, row)| &row.tiers).any(|tier| {
                        let listed: f64 = tier.price.try_into().unwrap();
                        *tier.source == *source && (listed - price).abs() < 1e-15
                    });
                    assert!(listed, "{line}");
                }
                if let Some(bill) = option["monthly"]["bill"].as_f64() {
                    assert!((bill - sum).abs() < 0.005, "{file}: {bill} is not {sum}");
                }
            }
        }
    }
}

#[test]
fn what_people_read_is_kept() {
    for (name, arguments) in [
        (
            "thumbnails",
            vec!["decide", "examples/photo-thumbnails.toml"],
        ),
        ("startup", vec!["decide", "examples/startup.toml"]),
        (
            "details",
            vec!["decide", "examples/photo-thumbnails.toml", "--details"],
        ),
        (
            "why-not-eks",
            vec!["explain", "examples/website.toml", "--why-not", "eks-ec2"],
        ),
        (
            "guide-2021",
            vec![
                "decide",
                "examples/gpu-training.toml",
                "--framework",
                "startup-guide-2021",
            ],
        ),
    ] {
        let run = landfall(&arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        let wide: Vec<&str> = run
            .out
            .lines()
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
        insta::assert_snapshot!(name, run.out);
    }
}

/// The options of a decision as JSON: name in the text, bill in cents, whether it could be
/// chosen.
fn bills(workload: &Value) -> Vec<(String, i64, bool)> {
    let catalog = Catalog::embedded().unwrap();
    let meets = |option: &Value| option.get("meets_targets") != Some(&Value::Bool(false));
    let options = workload.get("options").unwrap().as_array().unwrap().iter();
    let best = options.clone().next().unwrap();
    options
        .map(|option| {
            let platform = option.get("platform").unwrap().as_str().unwrap();
            let platform = catalog.platform(platform).unwrap();
            let bill = option.pointer("/monthly/bill").and_then(Value::as_f64);
            let reasons = option.get("reasons").unwrap().as_array().unwrap();
            let needs_a_reason = reasons
                .iter()
                .any(|reason| reason.get("rule").unwrap() == "eks-needs-a-reason");
            let is_open = option.get("verdict").unwrap() != "excluded"
                && bill.is_some()
                && !needs_a_reason
                && (meets(option) || !meets(best));
            let cents = (bill.unwrap_or(0.0) * 100.0).round() as i64;
            (platform.name.clone(), cents, is_open)
        })
        .collect()
}

/// Goal: the first screen of a file of one workload fits a terminal and says what to do,
/// what it costs, how sure that is and what would change it. Method: every example of one
/// workload; the option with the lowest bill is computed from the JSON.
#[test]
fn the_first_screen_fits_a_terminal_and_says_what_matters() {
    let mut number = 0;
    for (file, document) in decided().iter().step_by(one_in(2)) {
        let workloads = document["workloads"].as_array().unwrap();
        let [workload] = workloads.as_slice() else {
            continue;
        };
        number += 1;
        let screen = landfall(&["decide", file, "--scenarios", SCENARIOS]).out;
        assert!(screen.lines().count() <= 24, "{file}:\n{screen}");
        assert!(
            screen.lines().all(|line| line.chars().count() <= 80),
            "{file}:\n{screen}"
        );
        let bills = bills(workload);
        for (name, _, _) in &bills {
            assert!(
                screen.contains(name.as_str()),
                "{file}: no {name}\n{screen}"
            );
        }
        let best = &workload["options"][0];
        let word = |key: &str| format!("{:.2}", best["monthly"][key].as_f64().unwrap());
        let plain = screen.replace(',', "");
        for key in [
            "bill",
            "people",
            "total",
            "expected",
            "total_p10",
            "total_p90",
        ] {
            assert!(plain.contains(&word(key)), "{file}: no {key}\n{screen}");
        }
        for part in [
            "80% interval",
            "operations",
            "p50 ",
            "p99 ",
            "cheapest in",
            &format!("of {SCENARIOS} scenarios"),
            "changes if",
            "against it",
        ] {
            assert!(screen.contains(part), "{file}: no {part}\n{screen}");
        }
        assert!(
            screen.contains("depends on") || screen.contains("answer next"),
            "{file}:\n{screen}"
        );
        let open = bills.iter().filter(|(_, _, is_open)| *is_open);
        let (name, cents, _) = open.min_by_key(|(_, cents, _)| *cents).unwrap();
        let is_other = *cents < bills[0].1;
        let said = screen.contains(&format!("lowest AWS bill: {name},"));
        assert_eq!(said, is_other, "{file}: {name}\n{screen}");
    }
    assert!(number >= 10 / one_in(2), "{number}");
}

#[test]
fn each_use_case_gets_the_platform_it_should() {
    for (file, wanted) in [
        ("photo-thumbnails", "lambda"),
        ("table-stream-analytics", "lambda"),
        ("website", "lambda"),
        ("nightly-report", "lambda"),
        ("batch-on-lambda", "lambda"),
        ("microservices", "fargate"),
        ("batch-on-containers", "batch-fargate"),
        ("gpu-training", "batch-ec2"),
    ] {
        let path = format!("examples/{file}.toml");
        let (_, document) = decided().iter().find(|(one, _)| *one == path).unwrap();
        assert_eq!(document["workloads"][0]["recommended"], wanted, "{file}");
    }
}

#[test]
fn people_can_be_left_out() {
    let run = landfall(&[
        "decide",
        "examples/website.toml",
        "--people",
        "off",
        "--format",
        "json",
    ]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let monthly = &document["workloads"][0]["options"][0]["monthly"];
    assert_eq!(monthly["people"], 0.0);
    assert_eq!(monthly["total"], monthly["bill"]);
}

#[test]
fn a_region_without_a_price_leaves_options_unpriced_never_free() {
    let run = landfall(&[
        "decide",
        "examples/website.toml",
        "--region",
        "cn-north-1",
        "--details",
    ]);
    // There is no answer, and the reason is said to be a price.
    assert_eq!(run.code, 1, "{}", run.err);
    let words: Vec<&str> = run.out.split_whitespace().collect();
    let text = words.join(" ");
    for said in [
        ": missing prices",
        "no price for",
        "in cn-north-1; the rest of its bill is",
        "`landfall prices update`",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_price_that_a_region_lacks_is_a_range_that_is_said() {
    let run = landfall(&[
        "decide",
        "examples/website.toml",
        "--region",
        "me-south-1",
        "--details",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let words: Vec<&str> = run.out.split_whitespace().collect();
    let text = words.join(" ");
    for said in [
        "uses prices that are not known in me-south-1, taken as ranges of what is paid elsewhere",
        "logs ingested",
        "`landfall prices update --region me-south-1`",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let arguments = ["decide", "examples/website.toml", "--region", "me-south-1"];
    let json = landfall(&[&arguments[..], &["--format", "json"]].concat());
    let document: Value = serde_json::from_str(&json.out).unwrap();
    let options = document["workloads"][0]["options"].as_array().unwrap();
    let lines = options
        .iter()
        .filter_map(|one| one["bill_lines"].as_array());
    let ranged: Vec<&Value> = lines
        .flatten()
        .filter(|one| one["status"] == "range")
        .collect();
    assert!(!ranged.is_empty());
    for line in ranged {
        let end = |place: usize| line["range"][place].as_f64().unwrap();
        let amount = line["amount"].as_f64().unwrap();
        assert!(end(0) <= amount && amount <= end(1), "{line}");
    }
}

/// A plan for several workloads is said in every form, and the total is that with it.
#[test]
fn a_plan_for_several_workloads_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workload.toml");
    let of = |id: &str, zone: &str| {
        format!(
            "[[workload]]\nid = \"{id}\"\ntrigger = \"http\"\npurpose = \"microservice\"\n\
             traffic = {{ volume = \"100/s\", shape = \"diurnal\", peak_to_mean = 3, time_zone = \"{zone}\" }}\n\
             work = {{ duration = {{ p50 = \"100ms\", p99 = \"300ms\", max = \"1s\" }}, cpu_share = 0.7, \
             memory = \"400MB\" }}\nneeds = {{ sidecar = true }}\n"
        )
    };
    let (api, web) = (of("api", "Europe/London"), of("web", "Pacific/Auckland"));
    let head = "schema = 1\nname = \"two\"\n[team]\nkubernetes = \"none\"\ncommitment = \"1y\"\n";
    std::fs::write(&file, format!("{head}{api}{web}")).unwrap();
    let file = file.display().to_string();
    let run = |more: &[&str]| {
        let run = landfall(&[&["decide", &file, "--scenarios", "50"], more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    let json: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let plan = &json["system"]["shared_plans"][0];
    assert_eq!(plan["used_by"], serde_json::json!(["api", "web"]));
    let dollars = |value: &Value| value.as_f64().unwrap();
    assert!(dollars(&plan["saved_over_own"]) > 0.0, "{plan}");
    let totals = json["workloads"].as_array().unwrap().iter();
    let totals = totals.map(|one| dollars(&one["options"][0]["monthly"]["total"]));
    let most = totals.sum::<f64>() - dollars(&plan["saved"]);
    let total = dollars(&json["system"]["total"]["monthly"]);
    assert!(total <= most + 0.011, "{total} {most}");
    let an_hour = format!(
        "${:.3} an hour",
        dollars(&plan["commitment"]["dollars_per_hour"])
    );
    for form in ["text", "markdown"] {
        let out = run(&["--format", form]);
        let plain = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            plain.contains("one for api, web, in place of one for each"),
            "{out}"
        );
        assert!(plain.contains(&an_hour), "{out}");
    }
    assert_eq!(plan["commitment"]["plan"], "ec2-instance");
    assert!(run(&["--format", "html"]).contains("shared: EC2 Instance Savings Plan"));
}
