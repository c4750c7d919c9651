//! Metrics of CloudWatch: what `GetMetricData` and `GetMetricStatistics` answer.
//!
//! An answer names neither the metric's dimensions nor its unit for sure: a label does
//! where it is one that CloudWatch makes. A point that is missing is no zero.

use std::collections::BTreeMap;

use landfall_source::yaml::Node;
use landfall_workload::FactId;

use crate::finding::{Finding, Found, Part, Place};
use crate::formats::lambda_log::stem;
use crate::lines::time;
use crate::samples::thousands;

/// Whether a document is such an answer.
pub(crate) fn is_answer(node: &Node) -> bool {
    node.get("MetricDataResults").is_some()
        || (node.get("Datapoints").is_some() && node.get("Label").is_some())
}

/// Points of one metric.
#[derive(Debug, Default)]
struct Series {
    points: Vec<(f64, f64)>,
}

impl Series {
    /// The period between points: the least step between two of them.
    fn period_s(&self) -> Option<f64> {
        let steps = self.points.windows(2).filter_map(|two| match two {
            [a, b] => Some(b.0 - a.0),
            _ => None,
        });
        steps.filter(|step| *step > 0.0).min_by(f64::total_cmp)
    }

    fn sort(&mut self) {
        self.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.points.dedup_by(|a, b| (a.0 - b.0).abs() < 1e-9);
    }

    fn days(&self) -> Option<String> {
        let day = |at_s: f64| {
            let at = jiff::Timestamp::from_second(at_s as i64).ok()?;
            Some(at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
        };
        let (first, last) = (day(self.points.first()?.0)?, day(self.points.last()?.0)?);
        Some(if first == last {
            first
        } else {
            format!("{first} to {last}")
        })
    }
}

/// Reads an answer.
pub(crate) fn read(file: &str, node: &Node) -> Part {
    let mut part = Part::default();
    let mut found = BTreeMap::new();
    for result in node.get("MetricDataResults").map_or(&[][..], Node::items) {
        let label = result.get("Label").or_else(|| result.get("Id"));
        let label = label.and_then(Node::text).unwrap_or_default();
        let status = result.get("StatusCode").and_then(Node::text);
        if let Some(status) = status.filter(|status| *status != "Complete") {
            let what = format!("{label}: its status is {status}");
            part.unread(what, Place::line(file, result.line));
            continue;
        }
        let times = result.get("Timestamps").map_or(&[][..], Node::items);
        let values = result.get("Values").map_or(&[][..], Node::items);
        let mut series = Series::default();
        for (point, value) in times.iter().zip(values) {
            if let (Some(at_s), Some(value)) = (point.text().and_then(at), value.number()) {
                series.points.push((at_s, value));
            }
        }
        told(file, label, None, series, &mut found, &mut part);
    }
    if let Some(points) = node.get("Datapoints") {
        let label = node.get("Label").and_then(Node::text).unwrap_or_default();
        for statistic in ["Sum", "Average", "Maximum", "Minimum", "SampleCount"] {
            let mut series = Series::default();
            for point in points.items() {
                let at_s = point.get("Timestamp").and_then(Node::text).and_then(at);
                let value = point.get(statistic).and_then(Node::number);
                series.points.extend(at_s.zip(value));
            }
            if !series.points.is_empty() {
                told(file, label, Some(statistic), series, &mut found, &mut part);
            }
        }
        extended(file, label, points, &mut part);
    }
    if let Some(next) = node.get("NextToken") {
        let what = "the answer is not whole: it has a next page";
        part.unread(what, Place::line(file, next.line));
    }
    part.found.extend(found.into_values());
    part
}

/// The names before the metric in a label that CloudWatch makes: `thumbnails Invocations`.
fn name_in(label: &str) -> &str {
    label.rsplit_once(' ').map_or("", |(name, _)| name)
}

fn at(text: &str) -> Option<f64> {
    time(text.as_bytes())
}

/// Percentiles of periods, which are no percentile of the whole.
fn extended(file: &str, label: &str, points: &Node, part: &mut Part) {
    let has = |point: &&Node| point.get("ExtendedStatistics").is_some();
    if let Some(point) = points.items().iter().find(has) {
        let what = format!("{label}: percentiles of each period, which are none of all requests");
        part.unused(what, Place::line(file, point.line));
    }
}

/// What a metric says: how often work starts, where it counts; else a comment.
fn told(
    file: &str,
    label: &str,
    statistic: Option<&str>,
    mut series: Series,
    found: &mut BTreeMap<String, Found>,
    part: &mut Part,
) {
    series.sort();
    let number = series.points.len() as u64;
    let days = series
        .days()
        .map_or(String::new(), |days| format!(", {days}"));
    let place = Place::samples(
        file,
        format!("{} points of {label}{days}", thousands(number)),
    );
    let is = |name: &str| label == name || label.ends_with(&format!(" {name}"));
    let is_count = is("Invocations") || is("RequestCount") || is("NumberOfMessagesSent");
    let is_sum = matches!(statistic, None | Some("Sum"));
    let sum: f64 = series.points.iter().map(|point| point.1).sum();
    let (Some(period_s), Some(first), Some(last)) = (
        series.period_s(),
        series.points.first(),
        series.points.last(),
    ) else {
        part.unused(format!("{label}: too few points"), place);
        return;
    };
    let span_s = last.0 - first.0 + period_s;
    // Fewer points than periods: what is missing is no zero for every metric, but no
    // invocation is one that was not counted.
    if is_count && is_sum && span_s >= 3_600.0 && sum > 0.0 {
        let rate = sum / span_s;
        let mut volume = Finding::measured(FactId::Volume, rate, place.clone());
        if statistic.is_none() {
            volume = volume.guessed("taken as sums, which the answer does not say");
        } else if span_s < 86_400.0 {
            volume = volume.guessed("it covers less than a day");
        }
        let busiest = series
            .points
            .iter()
            .map(|point| point.1)
            .fold(0.0, f64::max);
        let mean = rate * period_s;
        let name = name_in(label);
        let found = found.entry(name.to_owned()).or_insert_with(|| {
            let mut found = Found::new(name);
            found.is_measured = true;
            if name.is_empty() {
                found.also.push(stem(file).to_owned());
            }
            found
        });
        found.say(volume);
        if period_s <= 60.0 && span_s >= 86_400.0 && mean >= 1.0 {
            found.say(Finding::measured(FactId::PeakToMean, busiest / mean, place));
        }
        return;
    }
    let most = series
        .points
        .iter()
        .map(|point| point.1)
        .fold(f64::MIN, f64::max);
    let least = series
        .points
        .iter()
        .map(|point| point.1)
        .fold(f64::MAX, f64::min);
    let of = statistic.map_or(String::new(), |statistic| format!(" ({statistic})"));
    let show = |value: f64| format!("{}", (value * 1e3).round() / 1e3);
    part.unused(
        format!("{label}{of}: {} to {}", show(least), show(most)),
        place,
    );
}
