//! A measurement as text and as JSON, drawn, and in a workload file.

use landfall_harness::{Busy, Machine};
use landfall_report::chart;
use landfall_workload::{FactId, Value};
use serde_json::{Map, Value as Json, json};

use super::super::memory::{self, percent, shown};
use super::into;
use super::work::{Around, FOR_P99, Known, Work};
use crate::arguments::Format;
use crate::exit::{Exit, Outcome, Problem};
use crate::measure_arguments::Running;
use crate::output::Output;
use crate::writing;

/// What is shown of a measurement.
pub(super) struct Shown {
    /// `function`, `server` or `job`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// What was run, in rows of a name and a text.
    pub(super) rows: Vec<(&'static str, String)>,
    /// The same for programs.
    pub(super) counted: Map<String, Json>,
    /// Facts besides those of the work.
    pub(super) facts: Vec<(FactId, Value)>,
    /// What sizes were run with, for programs; none where all is counted.
    pub(super) sizes: Option<Json>,
    pub(super) busy: Busy,
    pub(super) notes: Vec<String>,
}

/// What this machine does meanwhile.
#[derive(Debug)]
pub(super) struct Watch(Machine);

impl Watch {
    /// Begins to watch.
    pub(super) fn begin() -> Self {
        Self(Machine::now())
    }

    /// What others have taken since. To be asked when everything that was started has ended.
    pub(super) fn end(&self) -> Busy {
        Machine::now().since(&self.0)
    }
}

impl Shown {
    /// Shows it, and writes what is asked for.
    pub(super) fn out(
        self,
        work: &Work,
        around: &Around,
        running: &Running,
        output: &mut Output,
    ) -> Outcome {
        if let Some(path) = &running.chart {
            let how = how_known(&work.known);
            let title = format!("{}: time and cost against memory, {how}", self.name);
            let drawn = chart::memory(&title, &work.points).ok_or_else(|| {
                let problem = landfall_source::Diagnostic::new("a chart needs two sizes of memory");
                Problem::from(Box::new(problem.help("give more sizes with --memory")))
            })?;
            writing::write(path, &drawn)?;
        }
        let text = match running.format {
            Format::Text => self.text(work, around, running),
            Format::Json => serde_json::to_string_pretty(&self.document(work, around, running))
                .map(|text| text + "\n")
                .map_err(|error| Problem::Fault(error.to_string()))?,
        };
        if let Some(path) = &running.into {
            let mut facts = work.facts(around.architecture);
            facts.extend(self.facts);
            let id = running.workload.as_deref();
            into::write(path, id, &self.name, &facts, &machine(work, around))?;
            output.say(&format!("Written: {}\n", path.display()));
            if !work.shows_the_slowest() {
                let text = format!(
                    "Not written: work.duration.p99 and work.duration.max, which {FOR_P99} or more \
                     times would show. A decision draws them."
                );
                output.say(&memory::filled(&text, 2));
            }
        }
        output.data(&text)?;
        Ok(Exit::Done)
    }

    /// How what is shown is known.
    const fn way(&self) -> &'static str {
        if self.sizes.is_some() {
            "throttled"
        } else {
            "counted"
        }
    }

    fn text(&self, work: &Work, around: &Around, running: &Running) -> String {
        let Around {
            cores,
            architecture,
            region,
            ..
        } = around;
        let many = if *cores == 1 { "" } else { "s" };
        let mut out = format!(
            "{}: {} on this machine, {architecture}, {cores} core{many}\n",
            self.name,
            if self.sizes.is_some() {
                "counted and throttled"
            } else {
                "counted"
            }
        );
        let mut row = |name: &str, text: &str| {
            out.push_str(&memory::row(name, text));
        };
        if let Some(text) = busy(self.busy) {
            row("machine", &text);
        }
        if running.no_network {
            row("network", "none but its own loopback");
        }
        for (name, text) in &self.rows {
            row(name, text);
        }
        let threads = work.threads;
        let many = if threads > 1.0 { "s" } else { "" };
        let share = percent(work.cpu_share);
        row(
            "computing",
            &format!("{share} of the time, on {threads} vCPU{many}; the rest waits"),
        );
        row("memory", &format!("{} at most", work.memory));
        row("speed", &speed(work));
        row("best", &memory::best_line(work.best.as_ref()));
        out.push_str(&memory::table(&work.points, |point| {
            work.known_of(point.memory).map_or("", Known::word)
        }));
        out.push_str(&memory::bars(&work.points));
        out.push('\n');
        out.push_str(&memory::filled(&explained(&work.known, region), 0));
        for note in &self.notes {
            out.push_str(&memory::filled(&format!("note: {note}"), 6));
        }
        out
    }

    fn document(&self, work: &Work, around: &Around, running: &Running) -> Json {
        let mut points = memory::points_document(&work.points);
        let all = points.as_array_mut().into_iter().flatten();
        for (json, known) in all.zip(&work.known) {
            if let Some(object) = json.as_object_mut() {
                object.insert("known".to_owned(), json!(known.word()));
            }
        }
        json!({
            "schema": 1,
            "kind": self.kind,
            "name": self.name,
            "known": self.way(),
            "has_network": !running.no_network,
            "busy": { "others": self.busy.others, "stolen": self.busy.stolen },
            "region": around.region,
            "architecture": around.architecture,
            "cores": around.cores,
            "counted": self.counted,
            "throttled": self.sizes,
            "work": {
                "p50_s": work.quantile(0.5),
                "p99_s": work.quantile(0.99),
                "max_s": work.quantile(1.0),
                "cpu_share": work.cpu_share,
                "threads": work.threads,
                "memory_mb": work.memory.as_mb(),
                "at_memory_mb": work.measured_on.as_mb(),
            },
            "speed": work.speed.map(|speed| json!({
                "factor": speed.factor,
                "most_off": speed.most_off,
                "reports": speed.reports,
            })),
            "best": work.best.map(|best| memory::best_document(&best)),
            "points": points,
            "notes": self.notes,
        })
    }
}

/// How the times of a curve are known, in words.
fn how_known(known: &[Known]) -> &'static str {
    let is_measured = |known: &Known| *known == Known::Measured;
    if known.iter().all(is_measured) {
        "measured"
    } else if known.iter().any(is_measured) {
        "measured and computed"
    } else {
        "computed"
    }
}

/// What stands below the curve.
fn explained(known: &[Known], region: &str) -> String {
    let from = match how_known(known) {
        "computed" => {
            "from what was counted: CPU time over the vCPUs of a size, waiting as it was."
        }
        _ => {
            "measured: in an environment with the CPU time and the memory of the size. Others are \
             from what was counted: CPU time over the vCPUs of a size, waiting as it was."
        }
    };
    format!(
        "On Lambda in {region}, {from} Ranges are 95% intervals. Costs are those of duration, without start-up and requests."
    )
}

/// That the machine is busy, in words; none where it is not.
fn busy(busy: Busy) -> Option<String> {
    if !busy.is_much() {
        return None;
    }
    let (others, stolen) = (percent(busy.others), percent(busy.stolen));
    Some(format!(
        "busy: other programs took {others} of its CPU time, and its host {stolen}; times are too long"
    ))
}

/// The speed that was taken, in words.
fn speed(work: &Work) -> String {
    match work.speed {
        Some(speed) => format!(
            "Lambda takes {:.2}x the CPU time of this machine ({} reports, which differ by at most {})",
            speed.factor,
            speed.reports,
            percent(speed.most_off)
        ),
        None => "taken as Lambda's; --calibrate finds it from a log of Lambda".to_owned(),
    }
}

/// The machine, for a comment in a workload file.
fn machine(work: &Work, around: &Around) -> String {
    let speed = work.speed.map_or_else(
        || "speed factor 1, not calibrated".to_owned(),
        |speed| format!("speed factor {:.2}", speed.factor),
    );
    let Around {
        cores,
        architecture,
        ..
    } = around;
    let number = work.times_s.len();
    let times = if number == 1 { "time" } else { "times" };
    format!("counted on Linux {number} {times}, {architecture}, {cores} cores; {speed}")
}

/// p50, p99 and the longest of times in seconds, in words.
pub(super) fn quantiles(times_s: &[f64]) -> String {
    let at = |share: f64| shown(landfall_measure::quantile(times_s, share).unwrap_or(0.0));
    format!("p50 {}, p99 {}, longest {}", at(0.5), at(0.99), at(1.0))
}

/// Failures and their numbers, in words.
pub(super) fn failures<'f>(all: impl Iterator<Item = (String, &'f u32)>) -> Vec<String> {
    all.map(|(what, number)| format!("{number} failed: {what}"))
        .collect()
}
