//! `landfall measure job`.

use std::time::Duration;

use landfall_harness::Job as Run;
use landfall_units::Bytes;
use serde_json::{Map, json};

use super::show::{Shown, Watch, failures, quantiles};
use super::work::{Around, Work};
use super::{guard, indented, launch, network, of_trouble};
use crate::exit::Outcome;
use crate::measure_arguments::Job;
use crate::output::Output;
use crate::progress;

pub(super) fn run(command: &Job, output: &mut Output) -> Outcome {
    network(&command.running)?;
    let around = Around::open(&command.running)?;
    let run = Run {
        launch: launch(&command.command, &command.running)?,
        runs: command.runs,
        timeout: Duration::from_nanos(command.timeout.as_nanos()),
    };
    let watch = Watch::begin();
    let guard = guard()?;
    let found = progress::while_waiting("measuring", || run.run(&guard));
    drop(guard);
    let busy = watch.end();
    let found = found.map_err(of_trouble)?;
    let work = Work::of(&found.runs, found.peak_bytes, &around, &command.running)?;
    let times: Vec<f64> = found.runs.iter().map(|one| one.wall_s).collect();
    let failed: u32 = found.failures.values().sum();
    let all = found
        .failures
        .iter()
        .map(|(what, number)| (what.clone(), number));
    let mut notes = failures(all);
    if !found.last_lines.is_empty() {
        let lines = indented(&found.last_lines);
        notes.push(format!("the last lines of its log:\n{lines}"));
    }
    if times.len() < 10 {
        let number = times.len();
        notes.push(format!(
            "p99 of {number} runs is their longest; --runs shows more"
        ));
    }
    let runs = found
        .runs
        .iter()
        .map(|run| json!({ "wall_s": run.wall_s, "cpu_s": run.cpu_s }));
    let mut counted = Map::new();
    counted.insert("runs".to_owned(), runs.collect());
    counted.insert("failures".to_owned(), json!(found.failures));
    counted.insert("memory_bytes".to_owned(), json!(found.peak_bytes));
    counted.insert("log_bytes".to_owned(), json!(found.log_bytes));
    let shown = Shown {
        kind: "job",
        name: command.command.program.clone(),
        rows: vec![
            ("run", format!("{} times; {failed} failed", times.len())),
            ("duration", quantiles(&times)),
            ("log", format!("{} written", Bytes::new(found.log_bytes))),
        ],
        counted,
        facts: Vec::new(),
        sizes: None,
        busy,
        notes,
    };
    shown.out(&work, &around, &command.running, output)
}
