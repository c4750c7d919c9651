//! `landfall measure function`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_harness::{Function as Run, FunctionFound, Invoked, Launch, SizeFound};
use landfall_measure::{Payload, Report, Sample, payload, payload_lines};
use landfall_units::Bytes;
use landfall_workload::{FactId, Value};
use serde_json::{Map, json};

use super::super::memory::shown;
use super::runtime::{Started, started};
use super::show::{Shown, Watch, failures, quantiles};
use super::throttled::{self, Way};
use super::work::{Around, FOR_P99, Work};
use super::{guard, network, of_trouble};
use crate::exit::{Outcome, Problem};
use crate::measure_arguments::Function;
use crate::output::Output;
use crate::{files, progress, writing};

pub(super) fn run(command: &Function, output: &mut Output) -> Outcome {
    network(&command.running)?;
    let around = Around::open(&command.running)?;
    let Started {
        launch,
        words,
        mut notes,
    } = started(command)?;
    let name = command.handler.clone().unwrap_or_else(|| {
        let program = launch.program.file_name().unwrap_or_default();
        program.to_string_lossy().into_owned()
    });
    let run = prepared(command, launch, &name, &around)?;
    let watch = Watch::begin();
    let guard = guard()?;
    let way = Way::open(command.way, &guard)?;
    let found = progress::while_waiting("measuring", || run.run(way.cgroups(), &guard));
    let found = found.map_err(of_trouble)?;
    let sizes = way.run(&run, command, &around, &guard)?;
    drop(way);
    drop(guard);
    let busy = watch.end();
    notes.extend(remarks(&found, run.init_limit));
    let samples = samples(&found);
    let mut work = Work::of(&samples, found.peak_bytes, &around, &command.running)?;
    let mut rows = rows(&found, &samples, words);
    let mut document = None;
    if let Some(sizes) = &sizes.found {
        let most_off = work.take(sizes, &around, &command.running);
        rows.push(("sizes", throttled::row(sizes, most_off)));
        notes.extend(throttled::notes(sizes));
        document = Some(throttled::document(sizes, most_off));
    }
    if let Some(lacking) = &sizes.lacking {
        rows.push(("way", throttled::why_counted(lacking)));
    }
    if let Some(path) = &command.log {
        let all = sizes.found.as_deref().unwrap_or_default();
        writing::write(path, &log(&found.invoked, all, &around))?;
    }
    let shown = Shown {
        kind: "function",
        name,
        rows,
        counted: counted(&found, &samples),
        facts: facts(&found, &samples),
        sizes: document,
        busy,
        notes,
    };
    shown.out(&work, &around, &command.running, output)
}

/// What is run, with the environment that Lambda gives to it.
fn prepared(
    command: &Function,
    mut launch: Launch,
    name: &str,
    around: &Around,
) -> Result<Run, Problem> {
    let function = function_name(name);
    let memory_mb = format!("{:.0}", around.rates.per_vcpu.as_mb());
    let mut variables = variables(
        &function,
        command.handler.as_deref().unwrap_or("bootstrap"),
        &around.region,
        &memory_mb,
        &launch.folder,
    );
    if command.concurrency > 1 {
        let at_once = command.concurrency.to_string();
        variables.push(("AWS_LAMBDA_MAX_CONCURRENCY".to_owned(), at_once));
    }
    if let Some(runtime) = &command.runtime {
        let value = format!("AWS_Lambda_{runtime}");
        variables.push(("AWS_EXECUTION_ENV".to_owned(), value));
    }
    // What the user sets counts.
    variables.append(&mut launch.environment);
    launch.environment = variables;
    Ok(Run {
        launch,
        name: function,
        region: around.region.clone(),
        timeout: Duration::from_nanos(command.timeout.as_nanos()),
        init_limit: Duration::from_secs_f64(around.limit("init")?),
        largest_response: around.limit("payload_sync")? as u64,
        cold_starts: command.cold_starts,
        invocations: command.invocations,
        concurrency: command.concurrency,
        payloads: payloads(&command.events)?,
    })
}

/// Warm invocations; where there are none, the first ones of their environments.
fn samples(found: &FunctionFound) -> Vec<Sample> {
    if found.warm.is_empty() {
        found
            .starts
            .iter()
            .filter_map(|start| start.first)
            .collect()
    } else {
        found.warm.clone()
    }
}

/// The environment variables that Lambda sets.
fn variables(
    function: &str,
    handler: &str,
    region: &str,
    memory_mb: &str,
    folder: &Path,
) -> Vec<(String, String)> {
    let root = folder.display().to_string();
    let log_group = format!("/aws/lambda/{function}");
    [
        ("_HANDLER", handler),
        ("LAMBDA_TASK_ROOT", &root),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory_mb),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "landfall"),
        ("TZ", ":UTC"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// A name that a function may have: letters, digits, hyphens.
fn function_name(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    name.chars().map(plain).collect()
}

/// The events of files and folders.
fn payloads(paths: &[PathBuf]) -> Result<Vec<Payload>, Problem> {
    let mut found = Vec::new();
    for path in paths {
        let inside = if path.is_dir() {
            files::importable(path)?
        } else {
            vec![path.clone()]
        };
        for file in inside {
            let end = file.extension().and_then(|end| end.to_str());
            let is_lines = matches!(end, Some("jsonl" | "ndjson"));
            // Of a folder, other files are no events.
            if path.is_dir() && !is_lines && end != Some("json") {
                continue;
            }
            let source = files::read_within(&file, 64 << 20)?;
            if is_lines {
                found.extend(payload_lines(source.name(), source.text())?);
            } else {
                found.push(payload(source.name(), source.text())?);
            }
        }
    }
    Ok(found)
}

fn mean(samples: &[Sample], of: fn(&Sample) -> u64) -> u64 {
    let sum: u64 = samples.iter().map(of).sum();
    sum / (samples.len() as u64).max(1)
}

fn starts_s(found: &FunctionFound) -> Vec<f64> {
    found.starts.iter().map(|start| start.init_s).collect()
}

fn first_s(found: &FunctionFound) -> Vec<f64> {
    let first = found.starts.iter().filter_map(|start| start.first);
    first.map(|sample| sample.wall_s).collect()
}

/// What each further invocation at the same time adds, in bytes.
fn memory_added(found: &FunctionFound) -> Option<u64> {
    let together = found.together.as_ref()?;
    let further = u64::from(together.at_once.checked_sub(1)?);
    let added = together.peak_bytes.saturating_sub(found.peak_bytes);
    added.checked_div(further)
}

fn rows(found: &FunctionFound, samples: &[Sample], words: String) -> Vec<(&'static str, String)> {
    let failed: u32 = found.failures.values().sum();
    let times: Vec<f64> = samples.iter().map(|one| one.wall_s).collect();
    let starts = starts_s(found);
    let first = landfall_measure::quantile(&first_s(found), 0.5);
    let first = first.map_or_else(String::new, |first| {
        format!("; the first of an environment p50 {}", shown(first))
    });
    let cpu_s: f64 = found.starts.iter().map(|one| one.init_cpu_s).sum();
    let init_share = super::super::memory::percent(cpu_s / starts.iter().sum::<f64>().max(1e-9));
    let mut rows = vec![
        ("runtime", words),
        (
            "invoked",
            format!(
                "{} times warm, {} cold starts; {failed} failed",
                found.warm.len(),
                found.starts.len()
            ),
        ),
        ("duration", quantiles(&times) + &first),
        (
            "start-up",
            format!("{}; {init_share} of it computing", quantiles(&starts)),
        ),
        (
            "payloads",
            format!(
                "{} in, {} out",
                Bytes::new(mean(samples, |one| one.request_bytes)),
                Bytes::new(mean(samples, |one| one.response_bytes))
            ),
        ),
    ];
    if let Some(together) = &found.together {
        let added = memory_added(found).map_or_else(String::new, |added| {
            format!("; each further one adds {} of memory", megabytes(added))
        });
        rows.push((
            "together",
            format!(
                "{} at once: {}, {:.1} a second{added}",
                together.at_once,
                quantiles(&together.times_s),
                together.times_s.len() as f64 / together.all_s,
            ),
        ));
    }
    rows
}

/// Whole megabytes, rounded up.
fn megabytes(bytes: u64) -> Bytes {
    Bytes::from_mb(bytes.div_ceil(Bytes::from_mb(1).get()))
}

fn counted(found: &FunctionFound, samples: &[Sample]) -> Map<String, serde_json::Value> {
    let of = |sample: &Sample| {
        json!({
            "wall_s": sample.wall_s,
            "cpu_s": sample.cpu_s,
            "request_bytes": sample.request_bytes,
            "response_bytes": sample.response_bytes,
        })
    };
    let starts = found.starts.iter().map(|start| {
        json!({
            "init_s": start.init_s,
            "init_cpu_s": start.init_cpu_s,
            "first": start.first.as_ref().map(of),
        })
    });
    let failures = found.failures.iter().map(|(failure, number)| {
        json!({ "kind": failure.kind, "message": failure.message, "number": number })
    });
    let together = found.together.as_ref().map(|together| {
        json!({
            "at_once": together.at_once,
            "times_s": together.times_s,
            "cpu_s": together.cpu_s,
            "all_s": together.all_s,
            "memory_bytes": together.peak_bytes,
            "memory_added_bytes": memory_added(found),
        })
    });
    let document = json!({
        "starts": starts.collect::<Vec<_>>(),
        "invocations": samples.iter().map(of).collect::<Vec<_>>(),
        "together": together,
        "failures": failures.collect::<Vec<_>>(),
        "memory_bytes": found.peak_bytes,
        "log_bytes": found.log_bytes,
    });
    match document {
        serde_json::Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn facts(found: &FunctionFound, samples: &[Sample]) -> Vec<(FactId, Value)> {
    let bytes = |bytes: u64| Value::exact(bytes as f64);
    let mut facts = Vec::new();
    if let Some(added) = memory_added(found) {
        facts.push((FactId::MemoryAdded, bytes(megabytes(added).get())));
    }
    if let Some(init_s) = landfall_measure::quantile(&starts_s(found), 0.5) {
        let rounded = (init_s * 1e3).round().max(1.0) / 1e3;
        facts.push((FactId::Init, Value::exact(rounded)));
    }
    let (request, response) = (
        mean(samples, |one| one.request_bytes),
        mean(samples, |one| one.response_bytes),
    );
    facts.push((FactId::Request, bytes(request)));
    facts.push((FactId::Response, bytes(response)));
    facts
}

/// What is worth knowing of a run.
fn remarks(found: &FunctionFound, init_limit: Duration) -> Vec<String> {
    let all = found.failures.iter().map(|(failure, number)| {
        let kind = &failure.kind;
        let colon = if failure.message.is_empty() { "" } else { ": " };
        (format!("{kind}{colon}{}", failure.message), number)
    });
    let mut notes = failures(all);
    for (kind, number) in &found.refused {
        let why = match kind.as_str() {
            "InvalidStateTransition" => ": the runtime answered an invocation twice",
            "InvalidRequestID" => ": the runtime answered an invocation that it does not have",
            _ => "",
        };
        notes.push(format!("{number} requests were refused ({kind}){why}"));
    }
    if found.warm.len() < FOR_P99 {
        let number = found.warm.len();
        notes.push(format!(
            "p99 of {number} invocations is their longest; --invocations {FOR_P99} or more shows more"
        ));
    }
    if starts_s(found)
        .iter()
        .any(|init_s| *init_s > init_limit.as_secs_f64())
    {
        let limit = init_limit.as_secs();
        notes.push(format!(
            "start-up took more than the {limit} s that Lambda lets it take; it would be started again with the first invocation"
        ));
    }
    let large = Bytes::from_mb(1);
    if found.log_bytes > large.get() {
        let log = Bytes::new(found.log_bytes);
        notes.push(format!("it wrote {log} to its log, which CloudWatch bills"));
    }
    if !found.last_lines.is_empty() {
        notes.push(format!(
            "the last lines of its log:\n{}",
            super::indented(&found.last_lines)
        ));
    }
    notes
}

/// The lines that Lambda logs: of what was counted, at the memory that has one vCPU, and of each
/// size.
fn log(invoked: &[Invoked], sizes: &[SizeFound], around: &Around) -> String {
    let lines = |invoked: &[Invoked], memory: Bytes| -> String {
        let lines = invoked.iter().map(|one| {
            let report = Report {
                id: &one.id,
                duration_s: one.duration_s,
                init_s: one.init_s,
                step_s: around.rates.step_s,
                memory,
                used: Bytes::new(one.peak_bytes),
            };
            report.lines()
        });
        lines.collect()
    };
    let mut all = lines(invoked, around.rates.per_vcpu);
    for size in sizes {
        all += &lines(&size.found.invoked, Bytes::new(size.limits.memory_bytes));
    }
    all
}
