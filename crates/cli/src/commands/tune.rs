//! `landfall tune`.

use std::fmt::Write as _;

use landfall_answers::Prepared;
use landfall_decide::assume;
use landfall_measure::{Best, Fit, Point, Spread, Work};
use landfall_source::{Diagnostic, Source};
use landfall_units::{Bytes, Range};
use landfall_workload::{DEFAULT_REGION, FactId, Workload};
use serde_json::json;

use crate::arguments::Format;
use crate::exit::{Exit, Outcome, Problem};
use crate::files;
use crate::output::Output;
use crate::prices;
use crate::session::{Session, no_such};
use crate::tune_arguments::Tune;

use super::memory::{self, percent, rates, shown};

/// What is shown.
struct Tuned {
    name: String,
    region: String,
    architecture: String,
    /// Whether the times were measured in AWS, or computed from facts.
    is_measured: bool,
    work: Work,
    work_at: Bytes,
    needs: Option<Bytes>,
    points: Vec<Point>,
    /// Of measured times: the work behind them.
    fit: Option<Fit>,
    best: Option<Best>,
    /// Facts that the file does not give, with the defaults that were taken.
    assumed: Vec<String>,
}

pub(crate) fn run(command: &Tune, output: &mut Output) -> Outcome {
    let source = files::read(&command.file)?;
    let session = Session::open(&command.deciding.framework)?;
    let is_json = source.text().trim_start().starts_with('{');
    let tuned = if is_json {
        of_power_tuning(command, &session, &source)?
    } else {
        of_facts(command, &session)?
    };
    let shown = match command.format {
        Format::Text => text(&tuned),
        Format::Json => serde_json::to_string_pretty(&document(&tuned))
            .map(|text| text + "\n")
            .map_err(|error| Problem::Fault(error.to_string()))?,
    };
    output.data(&shown)?;
    Ok(Exit::Done)
}

/// The curve of a workload's facts, with documented defaults for what is missing.
fn of_facts(command: &Tune, session: &Session) -> Result<Tuned, Problem> {
    let Prepared { system, book, .. } = session.read_system(&command.file, &command.deciding)?;
    let workload = pick(&system.workloads, command.workload.as_deref())?;
    let (facts, assumed) = assume::fill(&workload.facts, &session.pack, &session.catalog);
    let range = |fact| facts.range(fact).unwrap_or_else(|| Range::exact(0.0));
    let architecture = command
        .architecture
        .as_deref()
        .or_else(|| facts.choice(FactId::MeasuredArchitecture))
        .or_else(|| facts.choices(FactId::Architectures)?.first().copied())
        .unwrap_or("x86_64");
    let rates = rates(session, &book, architecture)?;
    let measured = Bytes::from_f64(range(FactId::MeasuredMemory).likely());
    let work = Work {
        duration_s: range(FactId::DurationMean),
        cpu_share: range(FactId::CpuShare),
        threads: range(FactId::Threads),
        measured_vcpus: rates.vcpus(measured),
    };
    let needs = Bytes::from_f64(range(FactId::Memory).likely());
    let points = landfall_measure::curve(
        &work,
        &rates,
        &memory::sizes(&command.memory, &rates)?,
        needs,
    );
    let asked = [
        FactId::DurationP50,
        FactId::DurationP99,
        FactId::DurationMax,
        FactId::CpuShare,
        FactId::Threads,
        FactId::Memory,
        FactId::MeasuredMemory,
    ];
    let assumed = assumed.iter().filter(|one| asked.contains(&one.fact));
    Ok(Tuned {
        name: workload.id.clone(),
        region: book.region().to_owned(),
        architecture: architecture.to_owned(),
        is_measured: false,
        work,
        work_at: measured,
        needs: Some(needs),
        best: landfall_measure::best(&points, command.balanced_weight),
        points,
        fit: None,
        assumed: assumed
            .map(|one| {
                let value = landfall_workload::literal(one.fact, &one.value);
                format!("{} = {value}: {}", one.fact.name(), one.why)
            })
            .collect(),
    })
}

/// The curve that was measured in AWS, and the work behind it.
fn of_power_tuning(command: &Tune, session: &Session, source: &Source) -> Result<Tuned, Problem> {
    let measured = landfall_measure::power_tuning(source.name(), source.text())?;
    let region = command.deciding.region.as_deref();
    let book = prices::book(region.unwrap_or(DEFAULT_REGION))?;
    let architecture = command.architecture.as_deref().unwrap_or("x86_64");
    let rates = rates(session, &book, architecture)?;
    let most_threads = rates.vcpus(rates.most).ceil() as u32;
    let vcpus = |one: &landfall_measure::Measured| rates.vcpus(one.memory);
    let fit = landfall_measure::fit(&measured, vcpus, most_threads).ok_or_else(|| {
        let problem = Diagnostic::new(format!("{}: no work explains the times", source.name()));
        Problem::from(Box::new(problem.help("measure at more sizes of memory")))
    })?;
    let points: Vec<Point> = measured
        .iter()
        .map(|one| Point {
            memory: one.memory,
            vcpus: rates.vcpus(one.memory),
            time_s: Spread::exact(one.time_s),
            per_million: Spread::exact(rates.per_million(one.memory, one.time_s)),
            fits: true,
        })
        .collect();
    let full = rates.per_vcpu * fit.work.measured_vcpus;
    Ok(Tuned {
        name: source.name().to_owned(),
        region: book.region().to_owned(),
        architecture: architecture.to_owned(),
        is_measured: true,
        work: fit.work,
        work_at: full.min(rates.most),
        needs: None,
        best: landfall_measure::best(&points, command.balanced_weight),
        points,
        fit: Some(fit),
        assumed: Vec::new(),
    })
}

fn pick<'w>(workloads: &'w [Workload], id: Option<&str>) -> Result<&'w Workload, Problem> {
    let found = match id {
        None => workloads.first(),
        Some(id) => workloads.iter().find(|one| one.id == id),
    };
    found.ok_or_else(|| {
        let ids: Vec<&str> = workloads.iter().map(|one| one.id.as_str()).collect();
        no_such("workload", id.unwrap_or(""), &ids)
    })
}

/// How the times are known, in a word.
const fn known(tuned: &Tuned) -> &'static str {
    if tuned.is_measured {
        "measured in AWS"
    } else {
        "computed"
    }
}

fn text(tuned: &Tuned) -> String {
    let mut out = String::new();
    let name = if tuned.is_measured {
        tuned.name.clone()
    } else {
        tuned.name.to_uppercase()
    };
    let (architecture, region) = (&tuned.architecture, &tuned.region);
    let _ = writeln!(out, "{name}: {}, {architecture}, {region}", known(tuned));
    out.push_str(&memory::row("work", &work(tuned)));
    if let Some(fit) = &tuned.fit {
        let off = percent(fit.most_off);
        let text = format!("found from the times, which differ by at most {off}");
        out.push_str(&memory::row("", &text));
    }
    let best = memory::best_line(tuned.best.as_ref());
    out.push_str(&memory::row("best", &best));
    out.push_str(&memory::table(&tuned.points, |_| ""));
    out.push_str(&memory::bars(&tuned.points));
    out.push_str("\nCosts are those of duration, without start-up and the price of requests.\n");
    if tuned.fit.is_some() {
        out.push_str(&lines(tuned));
    }
    for one in &tuned.assumed {
        out.push_str(&memory::filled(&format!("assumed: {one}"), 9));
    }
    out
}

/// What one unit of work takes, in a line.
fn work(tuned: &Tuned) -> String {
    let work = &tuned.work;
    let threads = work.threads.likely();
    let many = if threads > 1.0 { "s" } else { "" };
    let needs = tuned
        .needs
        .map_or_else(String::new, |needs| format!("; needs {needs}"));
    format!(
        "{} on average at {}, {} of it computing on {threads} vCPU{many}{needs}",
        shown(work.duration_s.likely()),
        tuned.work_at,
        percent(work.cpu_share.likely()),
    )
}

/// The facts behind measured times, for a workload file.
fn lines(tuned: &Tuned) -> String {
    let work = &tuned.work;
    format!(
        "\n[workload.work]    # the mean of the middle of the runs, as a p50\n\
         duration.p50 = \"{}\"\n\
         measured_on = {{ memory = \"{}\", architecture = \"{}\" }}\n\
         cpu_share = \"{}\"\n\
         threads = {}\n",
        shown(work.duration_s.likely()),
        tuned.work_at,
        tuned.architecture,
        percent(work.cpu_share.likely()),
        work.threads.likely(),
    )
}

fn document(tuned: &Tuned) -> serde_json::Value {
    let mb = |memory: Bytes| memory.as_mb();
    json!({
        "schema": 1,
        "name": tuned.name,
        "region": tuned.region,
        "architecture": tuned.architecture,
        "known": known(tuned),
        "work": {
            "duration_s": tuned.work.duration_s.likely(),
            "cpu_share": tuned.work.cpu_share.likely(),
            "threads": tuned.work.threads.likely(),
            "at_memory_mb": mb(tuned.work_at),
            "most_off": tuned.fit.map(|fit| fit.most_off),
        },
        "best": tuned.best.map(|best| memory::best_document(&best)),
        "points": memory::points_document(&tuned.points),
        "assumed": tuned.assumed,
    })
}
