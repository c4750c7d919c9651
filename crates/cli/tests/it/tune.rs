//! Goal: the curve of memory is that of the simulation, from facts and from results of AWS
//! Lambda Power Tuning, and bad input is refused with its fix. Method: run the program.

use landfall_simulate::{DurationLaw, Load, load_duration_curve};
use serde_json::{Value, json};

use crate::common::landfall;

const FILE: &str = "examples/photo-thumbnails.toml";

fn tuned(arguments: &[&str]) -> Value {
    let mut all = vec!["tune", "--format", "json"];
    all.extend(arguments);
    let run = landfall(&all);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn times_are_those_of_the_simulation() {
    let found = tuned(&[FILE, "--set", "workload.thumbnails.work.threads=2"]);
    let number = |of: &Value, key: &str| of.pointer(key).unwrap().as_f64().unwrap();
    let mean_s = number(&found, "/work/duration_s");
    let points = found["points"].as_array().unwrap();
    let vcpus = |mb: f64| {
        let one = &points[0];
        mb * number(one, "/vcpus") / number(one, "/memory_mb")
    };
    let load = Load {
        rate_per_s: 1.0,
        peak_to_mean: 1.0,
        curve: load_duration_curve(1.0),
        day: landfall_simulate::Day::default(),
        synchronous: false,
        held_for_peak: false,
        duration: DurationLaw::new(1.0, 1.0, 1.0),
        measured_vcpus: vcpus(number(&found, "/work/at_memory_mb")),
        cpu_share: number(&found, "/work/cpu_share"),
        threads: 2.0,
        init_s: 0.0,
        concurrent: 0.0,
        pulled: None,
    };
    assert!(points.len() >= 8);
    for point in points {
        let wanted = mean_s * load.stretch(number(point, "/vcpus"));
        let time_s = number(point, "/time_s/likely");
        assert!((time_s / wanted - 1.0).abs() < 1e-9, "{point}");
        let (low, high) = (number(point, "/time_s/low"), number(point, "/time_s/high"));
        assert!(low <= time_s && time_s <= high, "{point}");
    }
}

#[test]
fn what_is_found_in_results_gives_the_same_curve() {
    let curve = tuned(&[FILE]);
    let points = curve["points"].as_array().unwrap();
    let stats: Vec<Value> = points
        .iter()
        .map(|point| {
            let ms = point["time_s"]["likely"].as_f64().unwrap() * 1e3;
            json!({ "value": point["memory_mb"], "averageDuration": ms, "averagePrice": 0.0 })
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.json");
    std::fs::write(&path, json!({ "stats": stats }).to_string()).unwrap();
    let path = path.to_str().unwrap();
    let found = tuned(&[
        path,
        "--architecture",
        curve["architecture"].as_str().unwrap(),
    ]);
    assert_eq!(found["known"], "measured in AWS");
    let share = |of: &Value| of["work"]["cpu_share"].as_f64().unwrap();
    assert!((share(&found) - share(&curve)).abs() < 1e-6, "{found}");
    assert!(found["work"]["most_off"].as_f64().unwrap() < 1e-6);
    for (a, b) in points.iter().zip(found["points"].as_array().unwrap()) {
        let cost = |of: &Value| of["per_million"]["likely"].as_f64().unwrap();
        assert!((cost(a) / cost(b) - 1.0).abs() < 1e-9);
    }
    let text = landfall(&["tune", path]);
    assert!(text.out.contains("cpu_share = "), "{}", text.out);
}

#[test]
fn bad_input_is_refused_with_its_fix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.json");
    std::fs::write(&path, "{}").unwrap();
    let results = path.to_str().unwrap();
    for arguments in [
        vec!["tune", results],
        vec!["tune", FILE, "--memory", "64MB"],
        vec!["tune", FILE, "--workload", "thumbnail"],
        vec!["tune", FILE, "--region", "cn-north-1"],
        vec!["tune", FILE, "--as-of", "2010-01-01"],
    ] {
        let run = landfall(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains("hint: "), "{arguments:?}: {}", run.err);
    }
}
