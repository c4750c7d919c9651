//! Sizes of memory under `landfall measure --way throttled`, against what Lambda was seen to give.
//!
//! They measure time, so that they are no tests: on a machine that does other things, a check
//! that fails is said to be left out, with the reason.

use std::path::Path;

use serde_json::Value;

use crate::checks::say;
use crate::docs::root;
use crate::tools::{Result, program, run};

/// Where the runtime and what was seen on Lambda are.
const FOLDER: &str = "xtask/data/throttled";
/// How far a share of a vCPU may be from that seen on Lambda.
const UTILISATION_OFF: f64 = 0.03;
/// How far times and costs that should be equal may differ.
const OFF: f64 = 0.1;
/// How far start-up may differ between sizes.
const INIT_OFF: f64 = 0.2;
/// Long enough that a period of CPU time is little of it: what a sleeping function computes ends
/// within one, and is computed as if it were held up.
const SLEEP_MS: u32 = 300;
/// Runs that start-up is the median of.
const STARTS: usize = 5;
/// Others may take so much of this machine's CPU time before what fails is left out.
const BUSY: f64 = 0.1;

/// The checks, by the names that are said.
const NAMES: [&str; 5] = [
    "share of a vCPU at five sizes, as on Lambda",
    "cost of computing is the same from 128 to 1,024 MB",
    "time of waiting is the same at all sizes",
    "start-up is the same at all sizes",
    "what is counted agrees with what is throttled",
];

/// Checks all of them where cgroups can be written.
pub(crate) fn check() -> Result<()> {
    let seen = seen()?;
    let computes = match measured("compute", 100, 10, &seen) {
        Ok(found) => found,
        Err(problem) if problem.contains("sizes cannot be throttled") => {
            let why = problem
                .lines()
                .find(|line| line.contains("cannot be throttled"));
            for name in NAMES {
                say(&format!(
                    "   {name}: skipped: {}",
                    why.unwrap_or_default().trim()
                ));
            }
            return Ok(());
        }
        Err(problem) => return Err(problem),
    };
    let waits = measured("sleep", SLEEP_MS, 10, &seen)?;
    let starts: Vec<Value> = (0..STARTS)
        .map(|_| measured("sleep", 1, 1, &seen))
        .collect::<Result<_>>()?;
    let results = [
        shares(&computes, &seen),
        flat(&computes, "per_million", |mb| mb <= 1_024.0),
        flat(&waits, "time_s", |_| true),
        start_up(&starts, &seen),
        agrees(&[&computes, &waits]),
    ];
    let others = [&computes, &waits].map(|found| number(found, &["busy", "others"]));
    let others = others.into_iter().fold(0.0, f64::max);
    let mut failed = Vec::new();
    for (name, result) in NAMES.iter().zip(results) {
        match result {
            Ok(figures) => say(&format!("   {name}: {figures}")),
            Err(figures) if others > BUSY => say(&format!(
                "   {name}: skipped: others took {:.0}% of this machine's CPU time: {figures}",
                others * 1e2
            )),
            Err(figures) => failed.push(format!("{name}: {figures}")),
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n"))
    }
}

/// Sizes in MB, with the share of a vCPU that a function was seen to have there.
fn seen() -> Result<Vec<(f64, f64)>> {
    let path = root().join(FOLDER).join("lambda.csv");
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let rows = text.lines().skip(1).map(|line| {
        let mut fields = line.split(',').map(str::parse::<f64>);
        let row = (
            fields.next().and_then(std::result::Result::ok),
            fields.next().and_then(std::result::Result::ok),
        );
        match row {
            (Some(memory), Some(share)) => Ok((memory, share)),
            _ => Err(format!(
                "{}: `{line}` has no memory and share",
                path.display()
            )),
        }
    });
    rows.collect()
}

/// What `landfall measure` finds of work that takes so long.
fn measured(work: &str, ms: u32, invocations: u32, seen: &[(f64, f64)]) -> Result<Value> {
    let sizes: Vec<String> = seen.iter().map(|(mb, _)| format!("{mb}MB")).collect();
    let (work, ms) = (format!("WORK={work}"), format!("WORK_MS={ms}"));
    let (sizes, invocations) = (sizes.join(","), invocations.to_string());
    let arguments = [
        "measure",
        "function",
        "--runtime",
        "provided.al2023",
        "--dir",
        FOLDER,
        "--way",
        "throttled",
        "--for",
        "1min",
        "--env",
        &work,
        "--env",
        &ms,
        "--memory",
        &sizes,
        "--invocations",
        &invocations,
        "--cold-starts",
        "1",
        "--format",
        "json",
    ];
    let text = run(Path::new(&program()), &arguments, &root())?;
    serde_json::from_str(&text).map_err(|error| format!("{error}:\n{text}"))
}

fn number(found: &Value, path: &[&str]) -> f64 {
    let at = path.iter().try_fold(found, |at, name| at.get(name));
    at.and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn list<'v>(found: &'v Value, path: &[&str]) -> &'v [Value] {
    let at = path.iter().try_fold(found, |at, name| at.get(name));
    at.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Says values, and whether it holds; a value that is not there does not.
fn judged(holds: bool, figures: String) -> Result<String> {
    if holds { Ok(figures) } else { Err(figures) }
}

fn shares(found: &Value, seen: &[(f64, f64)]) -> Result<String> {
    let sizes = list(found, &["throttled", "sizes"]);
    let shares: Vec<f64> = sizes
        .iter()
        .map(|size| number(size, &["utilisation"]))
        .collect();
    let holds = shares.len() == seen.len()
        && shares
            .iter()
            .zip(seen)
            .all(|(share, (_, there))| (share - there).abs() <= UTILISATION_OFF);
    let said = shares.iter().zip(seen).map(|(share, (mb, there))| {
        format!(
            "{:.1}% at {mb} MB ({:.1}% on Lambda)",
            share * 1e2,
            there * 1e2
        )
    });
    judged(holds, said.collect::<Vec<_>>().join(", "))
}

fn flat(found: &Value, what: &str, of: impl Fn(f64) -> bool) -> Result<String> {
    let points = list(found, &["points"]);
    let points = points
        .iter()
        .filter(|point| of(number(point, &["memory_mb"])));
    let values: Vec<f64> = points
        .map(|point| number(point, &[what, "likely"]))
        .collect();
    spread(&values, OFF)
}

/// Values that should differ by no more than a share of the smallest.
fn spread(values: &[f64], most: f64) -> Result<String> {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = values.iter().copied().fold(0.0, f64::max);
    let off = largest / least - 1.0;
    let holds = off <= most && values.iter().all(|value| value.is_finite());
    judged(holds, format!("{:.1}% apart", off * 1e2))
}

fn start_up(runs: &[Value], seen: &[(f64, f64)]) -> Result<String> {
    let median = |at: usize| {
        let all = runs.iter().map(|found| {
            let size = list(found, &["throttled", "sizes"]).get(at);
            size.map_or(f64::NAN, |size| number(size, &["init_s"]))
        });
        let mut all: Vec<f64> = all.collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let values: Vec<f64> = (0..seen.len()).map(median).collect();
    spread(&values, INIT_OFF)
}

fn agrees(runs: &[&Value]) -> Result<String> {
    let off = runs
        .iter()
        .map(|found| number(found, &["throttled", "computed_off"]));
    let off: Vec<f64> = off.collect();
    let said: Vec<String> = off.iter().map(|off| format!("{:.1}%", off * 1e2)).collect();
    let holds = off.iter().all(|off| *off <= OFF);
    judged(holds, format!("differs by at most {}", said.join(" and ")))
}
