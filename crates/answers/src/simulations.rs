//! A workload file on a platform, as `decide` would size it.

use landfall_catalog::Platform;
use landfall_decide::{Configuration, OptionMonth, simulate_option};
use landfall_report::simulation::{AppliedLaw, Billed, Run, Simulation};
use landfall_simulate::Figures;
use landfall_source::Diagnostic;
use landfall_units::SECONDS_PER_MONTH;

use crate::deciding::Deciding;
use crate::problem::Problem;
use crate::session::{Prepared, Session, no_such};

/// Most requests of a month simulated one by one where nothing else is asked for.
pub const BUDGET: u64 = 20_000_000;

/// Which simulation is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Simulated<'a> {
    /// The platform.
    pub platform: &'a str,
    /// The workload; none for the first.
    pub workload: Option<&'a str>,
    /// Most requests simulated one by one.
    pub requests: u64,
    /// Whether the laws that were applied are handed out.
    pub laws: bool,
    /// The seed of every draw.
    pub seed: u64,
}

/// Simulates a month of a workload on a platform.
///
/// # Errors
/// There is no such workload or platform, or the workload does not run on it.
pub fn simulate(
    session: &Session,
    prepared: &Prepared,
    deciding: &Deciding,
    asked: &Simulated<'_>,
    progress: &mut dyn FnMut(f64),
) -> Result<Simulation, Problem> {
    session.known_platform(asked.platform)?;
    let workloads = &prepared.system.workloads;
    let wanted = asked.workload;
    let workload = workloads
        .iter()
        .find(|workload| wanted.is_none_or(|id| id == workload.id))
        .ok_or_else(|| {
            let ids: Vec<&str> = workloads.iter().map(|one| one.id.as_str()).collect();
            no_such("workload", wanted.unwrap_or(""), &ids)
        })?;
    let inputs = session.inputs(&prepared.book, &[], deciding);
    let (platform, budget) = (asked.platform, asked.requests);
    let option = simulate_option(
        workload,
        platform,
        &inputs,
        SECONDS_PER_MONTH,
        budget,
        progress,
    )
    .map_err(|why| {
        let what = format!("`{}` does not run on `{platform}`: {why}", workload.id);
        let help = "choose another platform; `landfall decide` lists them";
        Box::new(Diagnostic::new(what).help(help))
    })?;
    let what = format!("{}, {}", workload.id, setup(&option.configuration));
    let runs = vec![run_of(&option)];
    let mut simulation = begin(asked, session, what, runs, option.laws.iter().copied());
    if let Some(windows) = option.month.windows {
        let word = if windows.number == 1 {
            "window"
        } else {
            "windows"
        };
        simulation.notes.push(format!(
            "with what is tried again, the month has more requests than {budget}: {} {word} of {:.0} s \
             simulated request by request, each standing for its like",
            windows.number, windows.seconds
        ));
    }
    simulation.notes.push(
        "exact, given the laws: arrivals, routing, sharing, reuse, alarms; approximated: one \
         queue before all copies, computing before waiting"
            .to_owned(),
    );
    Ok(simulation)
}

/// A month of one option, ready to be shown.
pub fn run_of(option: &OptionMonth) -> Run {
    let mut figures = Figures::from(&option.month.outcome);
    figures.latency = option.month.latency;
    if option.month.windows.is_some() {
        figures.counts = option.month.counts;
    }
    let lines = option.bill.iter().flat_map(|bill| &bill.lines);
    let billed = lines.map(|line| Billed {
        meter: format!("{} {}", line.service, line.item()),
        quantity: line.quantity.try_into().unwrap_or(0.0),
        unit: line.unit.to_string(),
    });
    Run {
        idle_limit_s: None,
        figures,
        billed: billed.collect(),
        copy: option.copy,
        series: option.month.outcome.series.clone(),
    }
}

/// A configuration in a few words.
fn setup(configuration: &Configuration) -> String {
    let mut words = Vec::new();
    if let Some(instance) = &configuration.instance {
        words.push(instance.clone());
    }
    if let Some(memory_mb) = configuration.memory_mb {
        words.push(format!("{memory_mb:.0} MB"));
    }
    if let Some(vcpus) = configuration.vcpus {
        words.push(format!("{vcpus:.2} vCPU"));
    }
    if let Some(architecture) = configuration.architecture {
        words.push(architecture.to_owned());
    }
    if let Some(concurrency) = configuration.concurrency {
        words.push(format!("{concurrency:.0} at once"));
    }
    words.join(", ")
}

/// A simulation of one platform, to be filled with runs.
pub fn begin<'n>(
    asked: &Simulated<'_>,
    session: &Session,
    what: String,
    runs: Vec<Run>,
    laws: impl IntoIterator<Item = &'n str>,
) -> Simulation {
    let platform = session.catalog.platform(asked.platform);
    let applied = |platform: &Platform| {
        let laws = laws.into_iter();
        laws.filter_map(|name| applied(platform, name, session))
            .collect()
    };
    Simulation {
        platform: asked.platform.to_owned(),
        name: platform.map_or_else(String::new, |platform| platform.name.clone()),
        what,
        seed: asked.seed,
        as_of: session.as_of.to_string(),
        runs,
        logged: None,
        skipped_rows: 0,
        notes: Vec::new(),
        laws: platform
            .filter(|_| asked.laws)
            .map_or_else(Vec::new, applied),
    }
}

/// A behaviour with its value on the day and its source.
fn applied(platform: &Platform, name: &str, session: &Session) -> Option<AppliedLaw> {
    let mut parameters = platform.parameters.iter();
    let parameter = parameters.find(|one| one.name == name)?;
    let (range, source) = parameter.sourced_on(session.as_of);
    let show = |value: f64| parameter.dimension.format(value);
    let source = session.catalog.sources.get(source)?;
    Some(AppliedLaw {
        name: name.to_owned(),
        meaning: parameter.meaning.clone(),
        value: show(range.likely()),
        range: (!range.is_exact()).then(|| (show(range.low()), show(range.high()))),
        source: format!("{}: {}", source.publisher, source.title),
        date: source.read.to_string(),
        grade: source.grade.letter(),
    })
}
