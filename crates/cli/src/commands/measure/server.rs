//! `landfall measure server`.

use std::fmt::Write as _;
use std::time::Duration;

use landfall_harness::{AtOnce, Server as Run, ServerFound};
use landfall_measure::{HttpRequest, http_requests};
use landfall_source::Diagnostic;
use landfall_units::{Bytes, Rate};
use landfall_workload::{FactId, Value};
use serde_json::{Map, json};

use super::super::memory::shown;
use super::show::{Shown, Watch, failures, quantiles};
use super::work::{Around, Work};
use super::{guard, launch, network, of_trouble};
use crate::exit::{Outcome, Problem};
use crate::measure_arguments::Server;
use crate::output::Output;
use crate::{files, progress};

/// Sent when nothing else is asked for.
const DEFAULT: &str = "GET /";

pub(super) fn run(command: &Server, output: &mut Output) -> Outcome {
    network(&command.running)?;
    let around = Around::open(&command.running)?;
    let run = Run {
        launch: launch(&command.command, &command.running)?,
        port: command.port,
        requests: requests(command)?,
        ready_in: Duration::from_nanos(command.ready_in.as_nanos()),
        timeout: Duration::from_nanos(command.timeout.as_nanos()),
        at_once: steps(&command.concurrency),
        step: Duration::from_nanos(command.during.as_nanos()),
        rate_per_s: command.rate.map(Rate::as_per_second),
        seed: command.running.seed,
    };
    if run.step.is_zero() {
        let problem = Diagnostic::new("a step of no time sends no request");
        let problem = problem.help("give --for a duration, as in 5s");
        return Err(Problem::from(Box::new(problem)));
    }
    let watch = Watch::begin();
    let guard = guard()?;
    let found = progress::while_waiting("measuring", || run.run(&guard));
    drop(guard);
    let busy = watch.end();
    let found = found.map_err(of_trouble)?;
    let work = Work::of(&found.alone, found.peak_bytes, &around, &command.running)?;
    let all = found
        .failures
        .iter()
        .map(|(what, number)| (what.clone(), number));
    let mut notes = failures(all);
    if let Some(open) = &found.open {
        if open.not_sent > 0 {
            let number = open.not_sent;
            notes.push(format!(
                "{number} requests were not sent: the server does not keep up"
            ));
        }
        if open.most_late_s > 0.01 {
            let late = shown(open.most_late_s);
            notes.push(format!("this machine sent a request up to {late} too late"));
        }
    }
    notes.push("requests come from this machine, which computes for them as well".to_owned());
    let shown = Shown {
        kind: "server",
        name: command.command.program.clone(),
        rows: rows(&found),
        counted: counted(&found),
        facts: facts(&found),
        sizes: None,
        busy,
        notes,
    };
    shown.out(&work, &around, &command.running, output)
}

fn requests(command: &Server) -> Result<Vec<HttpRequest>, Problem> {
    match &command.requests {
        Some(path) => {
            let source = files::read(path)?;
            Ok(http_requests(source.name(), source.text())?)
        }
        None => Ok(http_requests("the default", DEFAULT)?),
    }
}

/// Rising, and one request at a time first: durations come from it.
fn steps(asked: &[u32]) -> Vec<u32> {
    let mut steps = asked.to_vec();
    steps.push(1);
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Memory against requests at once: the slope of the line of least squares through the steps,
/// not below zero; none of one step. In bytes.
fn memory_added(steps: &[AtOnce]) -> Option<f64> {
    let number = steps.len() as f64;
    let mean = |of: fn(&AtOnce) -> f64| steps.iter().map(of).sum::<f64>() / number;
    let (x, y) = (
        mean(|step| f64::from(step.requests)),
        mean(|step| step.memory_bytes as f64),
    );
    let parts = steps.iter().map(|step| {
        let off = f64::from(step.requests) - x;
        (off * (step.memory_bytes as f64 - y), off * off)
    });
    let (both, square) = parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    (square > 0.0).then(|| (both / square).max(0.0))
}

fn rows(found: &ServerFound) -> Vec<(&'static str, String)> {
    let alone: Vec<f64> = found.alone.iter().map(|one| one.wall_s).collect();
    let mut steps = String::new();
    for step in &found.steps {
        let _ = write!(
            steps,
            "\n{:>14} at once: {:>8.1} a second, {}, {} of CPU a request, {} of memory",
            step.requests,
            step.per_s,
            quantiles(&step.times_s),
            shown(step.cpu_s),
            Bytes::from_mb(step.memory_bytes >> 20),
        );
    }
    let mut rows = vec![
        (
            "start-up",
            format!("{} to the first answer", shown(found.start_s)),
        ),
        ("duration", format!("{}, one at a time", quantiles(&alone))),
        ("requests", steps.trim_start().to_owned()),
    ];
    if let Some(open) = &found.open {
        let at =
            |share: f64| shown(landfall_measure::quantile(&open.times_s, share).unwrap_or(0.0));
        rows.push((
            "open loop",
            format!(
                "{:.1} a second asked for, {:.1} answered: p50 {}, p90 {}, p99 {}, p99.9 {}, longest {}",
                open.rate_per_s, open.per_s, at(0.5), at(0.9), at(0.99), at(0.999), at(1.0),
            ),
        ));
    }
    if let Some(added) = memory_added(&found.steps) {
        let added = Bytes::from_f64(added);
        rows.push(("each adds", format!("{:.2}MB of memory", added.as_mb())));
    }
    rows
}

fn counted(found: &ServerFound) -> Map<String, serde_json::Value> {
    let quantiles = |times: &[f64]| {
        let at = |share: f64| landfall_measure::quantile(times, share);
        json!({
            "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "p999": at(0.999), "max": at(1.0),
        })
    };
    let steps = found.steps.iter().map(|step| {
        json!({
            "at_once": step.requests,
            "per_s": step.per_s,
            "times_s": quantiles(&step.times_s),
            "cpu_s": step.cpu_s,
            "memory_bytes": step.memory_bytes,
        })
    });
    let open = found.open.as_ref().map(|open| {
        json!({
            "rate_per_s": open.rate_per_s,
            "per_s": open.per_s,
            "times_s": quantiles(&open.times_s),
            "cpu_s": open.cpu_s,
            "most_late_s": open.most_late_s,
            "not_sent": open.not_sent,
        })
    });
    let document = json!({
        "start_s": found.start_s,
        "idle_bytes": found.idle_bytes,
        "steps": steps.collect::<Vec<_>>(),
        "open": open,
        "memory_added_bytes": memory_added(&found.steps),
        "failures": found.failures,
        "memory_bytes": found.peak_bytes,
        "log_bytes": found.log_bytes,
    });
    match document {
        serde_json::Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn facts(found: &ServerFound) -> Vec<(FactId, Value)> {
    let mut facts = vec![(
        FactId::Init,
        Value::exact((found.start_s * 1e3).round().max(1.0) / 1e3),
    )];
    if let Some(added) = memory_added(&found.steps) {
        facts.push((FactId::MemoryAdded, Value::exact(added.ceil())));
    }
    let request = found.alone.first().map_or(0, |one| one.request_bytes);
    facts.push((FactId::Request, Value::exact(request as f64)));
    let response = found.alone.first().map_or(0, |one| one.response_bytes);
    facts.push((FactId::Response, Value::exact(response as f64)));
    facts
}
