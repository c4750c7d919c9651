//! The answer of CloudWatch's `GetMetricData`: parallel lists of times and values.

use std::collections::BTreeMap;

use landfall_source::{Diagnostic, Result};
use serde_json::Value;

use super::{Count, LONGEST_MIN, time};

/// Reads requests by period, and how long they took where that was asked too.
pub(super) fn read(name: &str, text: &str) -> Result<Vec<Count>> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        let problem = Diagnostic::new(format!("{name}:{}: {error}", error.line()));
        Box::new(problem.help("save the answer of `aws cloudwatch get-metric-data` as it is"))
    })?;
    let results = document
        .get("MetricDataResults")
        .and_then(Value::as_array)
        .ok_or_else(|| refuse(name, "there is no `MetricDataResults`"))?;
    let labelled = |words: &[&str]| {
        results.iter().find(|result| {
            let told = ["Label", "Id"].map(|key| result.get(key).and_then(Value::as_str));
            let told = told.into_iter().flatten().map(str::to_lowercase);
            told.into_iter()
                .any(|told| words.iter().any(|word| told.contains(word)))
        })
    };
    let counted = labelled(&["invocations", "requestcount", "request_count"]);
    let counted = counted.ok_or_else(|| refuse(name, "no result is labelled Invocations"))?;
    let mut counts = series(name, counted)?;
    let durations = labelled(&["duration"]).map(|result| series(name, result));
    let durations = durations.transpose()?.unwrap_or_default();
    counts.sort_by(|left, right| left.0.total_cmp(&right.0));
    let start_s = counts.first().map_or(0.0, |first| first.0);
    let period_s = period(&counts);
    let twice = counts.windows(2).any(|pair| match pair {
        [left, right] => right.0 - left.0 <= 0.0,
        _ => false,
    });
    if twice {
        return Err(Box::new(refuse(name, "a time is there twice")));
    }
    let last_s = counts.last().map_or(0.0, |last| last.0);
    if (last_s - start_s) / 60.0 > LONGEST_MIN as f64 {
        return Err(Box::new(refuse(name, "the times span more than ten years")));
    }
    // CloudWatch gives durations in milliseconds, at whole seconds.
    let durations: BTreeMap<i64, f64> = durations
        .into_iter()
        .map(|(at_s, ms)| (at_s as i64, ms / 1e3))
        .collect();
    Ok(counts
        .iter()
        .map(|(at_s, requests)| Count {
            at_s: at_s - start_s,
            for_s: period_s,
            requests: *requests,
            run_s: durations.get(&(*at_s as i64)).copied(),
        })
        .collect())
}

/// The least distance of two times, in seconds; a minute when there is one time.
fn period(counts: &[(f64, f64)]) -> f64 {
    let gaps = counts.windows(2).map(|pair| match pair {
        [left, right] => right.0 - left.0,
        _ => f64::INFINITY,
    });
    let least = gaps.fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 60.0 }
}

/// Times (in seconds) and values of one result.
fn series(name: &str, result: &Value) -> Result<Vec<(f64, f64)>> {
    let list = |key: &str| {
        let list = result.get(key).and_then(Value::as_array);
        list.ok_or_else(|| Box::new(refuse(name, &format!("a result has no `{key}`"))))
    };
    let (times, values) = (list("Timestamps")?, list("Values")?);
    if times.len() != values.len() {
        let what = "there are not as many `Values` as `Timestamps`";
        return Err(Box::new(refuse(name, what)));
    }
    times
        .iter()
        .zip(values)
        .map(|(at, value)| {
            let text = at.as_str().map_or_else(|| at.to_string(), str::to_owned);
            let at_s = time::parse(&text)
                .ok_or_else(|| refuse(name, &format!("`{text}` is not a time")))?;
            let value = value
                .as_f64()
                .filter(|value| value.is_finite() && *value >= 0.0);
            let value = value.ok_or_else(|| {
                refuse(
                    name,
                    &format!("the value at {text} is not a number from 0 up"),
                )
            })?;
            Ok((at_s, value))
        })
        .collect()
}

fn refuse(name: &str, what: &str) -> Diagnostic {
    let problem = Diagnostic::new(format!("{name}: {what}"));
    problem.help(
        "ask `aws cloudwatch get-metric-data` for Invocations (Sum), and Duration if you like",
    )
}
