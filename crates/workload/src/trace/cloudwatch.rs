//! The answer of CloudWatch's `GetMetricData`: parallel lists of times and values.

use std::collections::BTreeMap;

use landfall_source::{Diagnostic, Result};
use serde_json::Value;

use super::input::fault;
use super::layout::MOST_IN_A_PERIOD;
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
        .ok_or_else(|| refuse(name, 1, "there is no `MetricDataResults`"))?;
    let labelled = |words: &[&str]| {
        results.iter().enumerate().find(|(_, result)| {
            let told = ["Label", "Id"].map(|key| result.get(key).and_then(Value::as_str));
            let told = told.into_iter().flatten().map(str::to_lowercase);
            told.into_iter()
                .any(|told| words.iter().any(|word| told.contains(word)))
        })
    };
    let counted = labelled(&["invocations", "requestcount", "request_count"]);
    let counted = counted.ok_or_else(|| refuse(name, 1, "no result is labelled Invocations"))?;
    let file = File { name, text };
    let mut counts = file.series(counted)?;
    let durations = labelled(&["duration"]).map(|result| file.series(result));
    let durations = durations.transpose()?.unwrap_or_default();
    counts.sort_by(|left, right| left.0.total_cmp(&right.0));
    let start_s = counts.first().map_or(0.0, |first| first.0);
    let period_s = period(&counts);
    let twice = counts.windows(2).any(|pair| match pair {
        [left, right] => right.0 - left.0 <= 0.0,
        _ => false,
    });
    if twice {
        let line = file.line_of("Timestamps", counted.0, 0);
        return Err(Box::new(refuse(name, line, "a time is there twice")));
    }
    let last_s = counts.last().map_or(0.0, |last| last.0);
    if (last_s - start_s) / 60.0 > LONGEST_MIN as f64 {
        let line = file.line_of("Timestamps", counted.0, 0);
        return Err(Box::new(refuse(
            name,
            line,
            "the times span more than ten years",
        )));
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

/// The file, for the places of faults in it.
struct File<'f> {
    name: &'f str,
    text: &'f str,
}

impl File<'_> {
    /// Times (in seconds) and values of one result.
    fn series(&self, (place, result): (usize, &Value)) -> Result<Vec<(f64, f64)>> {
        let refused = |key: &str, element: usize, what: &str| {
            let line = self.line_of(key, place, element);
            Box::new(refuse(self.name, line, what))
        };
        let list = |key: &str| {
            let list = result.get(key).and_then(Value::as_array);
            list.ok_or_else(|| refused(key, 0, &format!("a result has no `{key}`")))
        };
        let (times, values) = (list("Timestamps")?, list("Values")?);
        if times.len() != values.len() {
            let what = "there are not as many `Values` as `Timestamps`";
            return Err(refused("Values", 0, what));
        }
        let pairs = times.iter().zip(values).enumerate();
        let pairs = pairs.map(|(element, (at, value))| {
            let text = at.as_str().map_or_else(|| at.to_string(), str::to_owned);
            let shown: String = text.chars().take(40).collect();
            let at_s = time::parse(&text).ok_or_else(|| {
                refused("Timestamps", element, &format!("`{shown}` is not a time"))
            })?;
            let number = value.as_f64();
            let number = number.filter(|value| (0.0..=MOST_IN_A_PERIOD).contains(value));
            let number = number.ok_or_else(|| {
                let what = format!("the value at {shown} is not a number from 0 up that can be");
                refused("Values", element, &what)
            })?;
            Ok((at_s, number))
        });
        pairs.collect()
    }

    /// The line of an element of a list of a result, by counting: the list that is called
    /// so for the so-many-th time, and the commas in it. What stands before the element is
    /// good, and has none of its own.
    fn line_of(&self, key: &str, place: usize, element: usize) -> u64 {
        let quoted = format!("\"{key}\"");
        let list = self.text.match_indices(&quoted).nth(place);
        let Some((start, after)) =
            list.and_then(|(start, _)| Some((start, self.text.get(start..)?)))
        else {
            return 1;
        };
        let commas = after.match_indices(',').map(|(at, _)| at + 1);
        let open = after.find('[').map_or(0, |at| at + 1);
        let mut begins = std::iter::once(open).chain(commas.filter(|at| *at > open));
        let begin = begins.nth(element).unwrap_or(open);
        let blank = after.get(begin..).unwrap_or_default();
        let blank = blank.len() - blank.trim_start().len();
        let before = self.text.get(..start + begin + blank).unwrap_or_default();
        before.matches('\n').count() as u64 + 1
    }
}

fn refuse(name: &str, line: u64, what: &str) -> Diagnostic {
    fault(name, line, what).help(
        "ask `aws cloudwatch get-metric-data` for Invocations (Sum), and Duration if you like",
    )
}
