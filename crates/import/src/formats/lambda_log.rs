//! What Lambda logs of its invocations: `REPORT` lines as text, `platform.report` records
//! as JSON, and what CloudWatch Logs makes of either: exports, `filter-log-events`,
//! subscription records, results of Insights.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Error, Read};
use std::sync::LazyLock;

use landfall_source::yaml::Node;
use landfall_workload::{FactId, Value};
use memchr::memmem;
use serde_json::Value as Json;

use crate::finding::{Finding, Found, Note, Part, Place};
use crate::lines::{each_line, number, time};
use crate::measured::{self, FOR_P99};
use crate::samples::{Arrivals, Quantiles, thousands};
use crate::settings::{self, MB};

/// How an invocation's report begins.
const REPORT: &[u8] = b"REPORT RequestId: ";
/// Finds it, without preparing the search for every line.
static REPORTS: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(REPORT));
/// What the log group of a function begins with.
const GROUP: &str = "/aws/lambda/";

/// Whether the beginning of an input is lines of such a log.
pub(crate) fn is_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let mut lines = head.split(|byte| *byte == b'\n');
    if head.starts_with(b"{") || head.starts_with(b"[") {
        // Records, one a line: a document of several lines begins with no whole record, and
        // one of a single line is no record of the platform's.
        let first = lines.next().unwrap_or_default();
        let is_record = serde_json::from_slice::<Json>(first).is_ok();
        return is_record && (is_report(first) || lines.any(is_report));
    }
    lines.any(is_report)
}

/// Whether a line reports an invocation, or begins one.
fn is_report(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if line.starts_with(b"{") || line.starts_with(b"[") {
        return memmem::find(line, b"\"platform.").is_some() && record_of(line).is_some();
    }
    let text = after_prefix(line);
    text.starts_with(REPORT) || text.starts_with(b"START RequestId: ")
}

/// Whether a document is what CloudWatch Logs makes of a log.
pub(crate) fn is_document(node: &Node) -> bool {
    let events = node.get("events").or_else(|| node.get("logEvents"));
    let first = events.and_then(|events| events.items().first());
    let row = node.get("results").and_then(|rows| rows.items().first());
    let field = row.and_then(|row| row.items().first());
    first.is_some_and(|event| event.get("message").is_some())
        || field.is_some_and(|field| field.get("field").is_some())
}

/// Reads lines of text or records of JSON.
///
/// # Errors
/// What reading comes to.
pub(crate) fn read_lines(file: &str, input: impl Read) -> Result<Part, Error> {
    let mut log = Log::default();
    each_line(input, |line, _| log.take(line))?;
    Ok(log.part(file))
}

/// Reads a document that CloudWatch Logs made.
pub(crate) fn read_document(file: &str, node: &Node) -> Part {
    let mut log = Log::default();
    let group = node.get("logGroup").and_then(Node::text);
    log.name = group.map(name_of);
    let events = node.get("events").or_else(|| node.get("logEvents"));
    for event in events.map_or(&[][..], Node::items) {
        let at_ms = event.get("timestamp").and_then(Node::number);
        let message = event.get("message").and_then(Node::text).unwrap_or("");
        log.take_at(message.as_bytes(), at_ms.map(|ms| ms / 1e3));
    }
    for row in node.get("results").map_or(&[][..], Node::items) {
        log.take_row(row);
    }
    log.part(file)
}

/// One invocation.
#[derive(Debug, Clone, Copy, Default)]
struct Report {
    at_s: Option<f64>,
    duration_ms: Option<f64>,
    size_mb: Option<f64>,
    used_mb: Option<f64>,
    init_ms: Option<f64>,
    restore_ms: Option<f64>,
    is_timeout: bool,
    is_error: bool,
}

/// Invocations at one memory size.
#[derive(Debug, Clone, Default)]
struct AtSize {
    durations_s: Quantiles,
    most_used_mb: f64,
    init_s: Quantiles,
    restore_s: Quantiles,
    timeouts: u64,
    errors: u64,
}

/// Invocations of one function.
#[derive(Debug, Clone, Default)]
struct Function {
    sizes: BTreeMap<u64, AtSize>,
    last_size_mb: u64,
    arrivals: Arrivals,
    without_time: u64,
}

#[derive(Debug, Default)]
struct Log {
    /// The function of what comes, where the log tells it.
    name: Option<String>,
    functions: BTreeMap<String, Function>,
    broken: u64,
}

/// The name of a function from its log group, with the account's number left out.
fn name_of(group: &str) -> String {
    let group = group.rsplit(':').next().unwrap_or(group);
    group.strip_prefix(GROUP).unwrap_or(group).to_owned()
}

/// A line without the times and streams that tools put before the message.
fn after_prefix(line: &[u8]) -> &[u8] {
    match memmem::find(line, b" RequestId: ") {
        Some(at) => {
            let before = line.get(..at).unwrap_or_default();
            let word = before
                .iter()
                .rposition(|byte| matches!(byte, b' ' | b'\t' | b'"'));
            line.get(word.map_or(0, |word| word + 1)..)
                .unwrap_or_default()
        }
        None => line,
    }
}

/// The record of a line of JSON, where it is one of the platform's.
fn record_of(line: &[u8]) -> Option<Json> {
    let record: Json = serde_json::from_slice(line.trim_ascii()).ok()?;
    let record = match record {
        // The telemetry API hands over lists.
        Json::Array(mut items) if items.len() == 1 => items.pop()?,
        other => other,
    };
    let is_platform = record.get("type")?.as_str()?.starts_with("platform.");
    is_platform.then_some(record)
}

impl Log {
    fn take(&mut self, line: &[u8]) {
        self.take_at(line, None);
    }

    fn take_at(&mut self, line: &[u8], at_s: Option<f64>) {
        if let Some(at) = REPORTS.find(line) {
            let (prefix, text) = line.split_at(at);
            let mut report = of_text(text.get(REPORT.len()..).unwrap_or_default());
            report.at_s = at_s.or_else(|| time(prefix.trim_ascii_start()));
            self.add(report);
        } else if memmem::find(line, b"\"platform.").is_some() {
            let start = memchr::memchr2(b'{', b'[', line).unwrap_or(0);
            if let Some(record) = record_of(line.get(start..).unwrap_or_default()) {
                self.record(&record, at_s);
            }
        }
    }

    /// A record of the platform's.
    fn record(&mut self, record: &Json, at_s: Option<f64>) {
        let inner = record.get("record");
        match record.get("type").and_then(Json::as_str) {
            Some("platform.initStart") => {
                let name = inner.and_then(|inner| inner.get("functionName")?.as_str());
                if let Some(name) = name {
                    self.name = Some(name_of(name));
                }
            }
            Some("platform.report") => {
                let metric = |key: &str| inner?.get("metrics")?.get(key)?.as_f64();
                let at = record.get("time").and_then(Json::as_str);
                let status = inner.and_then(|inner| inner.get("status")?.as_str());
                self.add(Report {
                    at_s: at.and_then(|at| time(at.as_bytes())).or(at_s),
                    duration_ms: metric("durationMs"),
                    size_mb: metric("memorySizeMB"),
                    used_mb: metric("maxMemoryUsedMB"),
                    init_ms: metric("initDurationMs"),
                    restore_ms: metric("restoreDurationMs"),
                    is_timeout: status == Some("timeout"),
                    is_error: matches!(status, Some("error" | "failure")),
                });
            }
            _ => {}
        }
    }

    /// A row of a result of Insights: fields with their values as text.
    fn take_row(&mut self, row: &Node) {
        let field = |name: &str| {
            let fields = row.items().iter();
            let mut fields =
                fields.filter(|one| one.get("field").and_then(Node::text) == Some(name));
            fields.next()?.get("value")?.text()
        };
        let figure = |name: &str| field(name)?.trim().parse::<f64>().ok();
        if let Some(group) = field("@log") {
            self.name = Some(name_of(group));
        }
        let at_s = field("@timestamp").and_then(|at| time(at.as_bytes()));
        if let Some(message) = field("@message") {
            self.take_at(message.as_bytes(), at_s);
        } else if let Some(duration) = figure("@duration") {
            // Insights tells memory in bytes, a thousand to a kilobyte.
            self.add(Report {
                at_s,
                duration_ms: Some(duration),
                size_mb: figure("@memorySize").map(|bytes| bytes / 1e6),
                used_mb: figure("@maxMemoryUsed").map(|bytes| bytes / 1e6),
                init_ms: figure("@initDuration"),
                ..Report::default()
            });
        }
    }

    fn add(&mut self, report: Report) {
        let (Some(duration_ms), Some(size_mb)) = (report.duration_ms, report.size_mb) else {
            self.broken += 1;
            return;
        };
        let size_mb = size_mb.round() as u64;
        let name = self.name.clone().unwrap_or_default();
        let function = self.functions.entry(name).or_default();
        let at_size = function.sizes.entry(size_mb).or_default();
        at_size.durations_s.add(duration_ms / 1e3);
        at_size.most_used_mb = at_size.most_used_mb.max(report.used_mb.unwrap_or(0.0));
        if let Some(init_ms) = report.init_ms {
            at_size.init_s.add(init_ms / 1e3);
        }
        if let Some(restore_ms) = report.restore_ms {
            at_size.restore_s.add(restore_ms / 1e3);
        }
        at_size.timeouts += u64::from(report.is_timeout);
        at_size.errors += u64::from(report.is_error);
        function.last_size_mb = size_mb;
        match report.at_s {
            Some(at_s) => function.arrivals.add(at_s),
            None => function.without_time += 1,
        }
    }

    fn part(self, file: &str) -> Part {
        let mut part = Part::default();
        let place = |what: String| Place::samples(file, what);
        if self.broken > 0 {
            let what = "reports that are cut off";
            part.unread(what, place(thousands(self.broken)));
        }
        if self.functions.is_empty() && self.broken == 0 {
            part.unread("no invocation is reported", place("the log".to_owned()));
        }
        for (name, function) in self.functions {
            let found = function.found(file, &name, &mut part);
            part.found.push(found);
        }
        part
    }
}

/// What stands after the request's id: fields that tabs part, or blanks where a tool has
/// replaced them.
fn of_text(text: &[u8]) -> Report {
    let mut report = Report::default();
    if memchr::memchr(b'\t', text).is_some() {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\t', text).chain([text.len()]) {
            let field = text.get(start..end).unwrap_or_default();
            read_field(field.trim_ascii_start(), &mut report);
            start = end + 1;
        }
        return report;
    }
    // Each label once, from the left: `Duration` is part of others.
    let mut rest = text;
    while let Some(at) = memmem::find(rest, b": ") {
        let before = rest.get(..at).unwrap_or_default();
        let label = LABELS
            .iter()
            .find(|label| before.ends_with(label.strip_suffix(b": ").unwrap_or(label)));
        let value = rest.get(at + 2..).unwrap_or_default();
        if let Some(label) = label {
            let mut field = label.to_vec();
            field.extend(value.iter().take(24));
            read_field(&field, &mut report);
        }
        rest = value;
    }
    report
}

/// Labels, those first that hold another.
const LABELS: [&[u8]; 8] = [
    b"Billed Restore Duration: ",
    b"Restore Duration: ",
    b"Billed Duration: ",
    b"Init Duration: ",
    b"Duration: ",
    b"Max Memory Used: ",
    b"Memory Size: ",
    b"Status: ",
];

fn read_field(field: &[u8], report: &mut Report) {
    let value = |label: &[u8]| field.strip_prefix(label);
    if let Some(text) = value(b"Duration: ") {
        report.duration_ms = number(text);
    } else if let Some(text) = value(b"Memory Size: ") {
        report.size_mb = number(text);
    } else if let Some(text) = value(b"Max Memory Used: ") {
        report.used_mb = number(text);
    } else if let Some(text) = value(b"Init Duration: ") {
        report.init_ms = number(text);
    } else if let Some(text) = value(b"Restore Duration: ") {
        report.restore_ms = number(text);
    } else if let Some(text) = value(b"Status: ") {
        report.is_timeout = text.starts_with(b"timeout");
        report.is_error = text.starts_with(b"error") || text.starts_with(b"failure");
    }
}

impl Function {
    /// The size whose samples are told: the last one where they are many, else the one with
    /// the most.
    fn told_size(&self) -> u64 {
        let number = |size: &u64| self.sizes.get(size).map_or(0, |at| at.durations_s.number());
        if number(&self.last_size_mb) >= FOR_P99 {
            return self.last_size_mb;
        }
        let sizes = self.sizes.keys().copied();
        sizes.max_by_key(number).unwrap_or(self.last_size_mb)
    }

    fn found(mut self, file: &str, name: &str, part: &mut Part) -> Found {
        let mut found = Found::new(name);
        found.is_measured = true;
        if name.is_empty() {
            found.also.push(stem(file).to_owned());
        }
        let days = self
            .arrivals
            .days()
            .map_or(String::new(), |days| format!(", {days}"));
        let told = self.told_size();
        let most_used_mb = self.sizes.values().map(|one| one.most_used_mb);
        let most_used_mb = most_used_mb.fold(0.0, f64::max);
        let all = self.sizes.values().map(|one| one.durations_s.number());
        let all = Place::samples(file, format!("{} requests{days}", thousands(all.sum())));
        if most_used_mb > 0.0 {
            let used = Finding::measured(FactId::Memory, most_used_mb * MB, all);
            let full = "as much as it has: it may need more";
            let mut sizes = self.sizes.iter();
            let is_full = sizes.any(|(size, one)| {
                one.most_used_mb >= most_used_mb && one.most_used_mb >= *size as f64
            });
            found.say(if is_full { used.guessed(full) } else { used });
        }
        for (size, at_size) in &self.sizes {
            let number = thousands(at_size.durations_s.number());
            let mut what = format!("{number} requests");
            if self.sizes.len() > 1 {
                let _ = write!(what, " at {size}MB");
            }
            let place = Place::samples(file, format!("{what}{days}"));
            if *size == told {
                found.runs(format!("AWS Lambda, {size}MB"), place.clone());
                settings::runs_on_lambda(&mut found, &place);
                at_size.say(*size, &mut found, &place, part);
            } else if let (Some(p50), Some(p99)) =
                (at_size.durations_s.at(0.5), at_size.durations_s.at(0.99))
            {
                let show = |s: f64| Value::exact(s).show(FactId::DurationP50);
                let what = format!("p50 {}, p99 {}", show(p50), show(p99));
                part.unused(what, place.clone());
                at_size.ended(&place, part);
            }
        }
        let without = self.without_time;
        measured::traffic(&mut self.arrivals, without, file, &mut found, part);
        found
    }
}

impl AtSize {
    fn say(&self, size_mb: u64, found: &mut Found, place: &Place, part: &mut Part) {
        let one = |fact: FactId, value: Option<f64>| {
            let value = value.filter(|value| *value > 0.0)?;
            Some(Finding::measured(fact, value, place.clone()))
        };
        let size = one(FactId::MeasuredMemory, Some(size_mb as f64 * MB));
        let init = one(FactId::Init, self.init_s.at(0.5));
        let cut = format!("ended by the timeout: {}", thousands(self.timeouts));
        let cut = (self.timeouts > 0).then_some(cut);
        measured::durations(&self.durations_s, place, found, cut);
        let init = init.map(|init| {
            let starts = thousands(self.init_s.number());
            init.remark(format!("p50 of cold starts: {starts}"))
        });
        let runs = one(FactId::TodayMemory, Some(size_mb as f64 * MB));
        let all = [size, init, runs];
        all.into_iter().flatten().for_each(|one| found.say(one));
        self.notes(place, part);
    }

    fn notes(&self, place: &Place, part: &mut Part) {
        let mut note = |what: String| {
            part.unused.push(Note {
                what,
                place: place.clone(),
            });
        };
        let show = |s: f64| Value::exact(s).show(FactId::Init);
        if let (Some(p50), Some(p99)) = (self.init_s.at(0.5), self.init_s.at(0.99)) {
            let share = self.init_s.number() as f64 / self.durations_s.number() as f64;
            let share = Value::exact(share).show(FactId::CpuShare);
            let starts = thousands(self.init_s.number());
            let p99 = if self.init_s.number() >= FOR_P99 {
                format!(", p99 {}", show(p99))
            } else {
                String::new()
            };
            note(format!(
                "cold starts: {starts}, {share} of requests, p50 {}{p99}",
                show(p50)
            ));
        }
        if let Some(p50) = self.restore_s.at(0.5) {
            let restores = thousands(self.restore_s.number());
            note(format!(
                "restores of SnapStart: {restores}, p50 {}",
                show(p50)
            ));
        }
        self.ended(place, part);
    }

    /// What did not end well.
    fn ended(&self, place: &Place, part: &mut Part) {
        if self.errors + self.timeouts > 0 {
            let (errors, timeouts) = (thousands(self.errors), thousands(self.timeouts));
            let what = format!("failed: {errors}; ended by the timeout: {timeouts}");
            part.unused(what, place.clone());
        }
    }
}

/// The name of a file without its folder and its ends.
pub(crate) fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}
