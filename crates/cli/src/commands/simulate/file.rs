//! A workload file on a platform, as `decide` would size it.

use std::path::Path;

use landfall_decide::{Configuration, OptionMonth, simulate_option};
use landfall_report::simulation::{Billed, Run, Simulation};
use landfall_simulate::Figures;
use landfall_units::SECONDS_PER_MONTH;

use super::begin;
use super::model::refuse;
use crate::arguments::Simulate;
use crate::exit::Problem;
use crate::progress::Simulated;
use crate::session::{Session, no_such};

/// Most requests of a month simulated one by one where nothing else is asked for.
const BUDGET: u64 = 20_000_000;

pub(super) fn simulate(
    path: &Path,
    command: &Simulate,
    session: &Session,
) -> Result<Simulation, Problem> {
    let (system, book) = session.read_system(path, &command.deciding)?;
    let wanted = command.workload.as_deref();
    let workload = system
        .workloads
        .iter()
        .find(|workload| wanted.is_none_or(|id| id == workload.id))
        .ok_or_else(|| {
            let ids: Vec<&str> = system.workloads.iter().map(|one| one.id.as_str()).collect();
            no_such("workload", wanted.unwrap_or(""), &ids)
        })?;
    let inputs = session.inputs(&book, &[], &command.deciding);
    let budget = command.requests.unwrap_or(BUDGET);
    let mut bar = Simulated::new(Some(SECONDS_PER_MONTH));
    let platform = &command.platform;
    let option = simulate_option(
        workload,
        platform,
        &inputs,
        SECONDS_PER_MONTH,
        budget,
        &mut |at_s| {
            bar.at(at_s);
        },
    )
    .map_err(|why| {
        let what = format!("`{}` does not run on `{platform}`: {why}", workload.id);
        refuse(
            &what,
            "choose another platform; `landfall decide` lists them",
        )
    })?;
    drop(bar);
    let run = run_of(&option);
    let what = format!("{}, {}", workload.id, setup(&option.configuration));
    let mut simulation = begin(
        command,
        session,
        what,
        vec![run],
        option.laws.iter().copied(),
    );
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
pub(crate) fn run_of(option: &OptionMonth) -> Run {
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
