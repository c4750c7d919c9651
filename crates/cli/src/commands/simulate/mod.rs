//! `landfall simulate`: a workload file on a platform, or a function described by flags.

mod file;
mod generated;
mod laws;
mod model;
mod recorded;

use std::fmt::Write as _;

use landfall_catalog::Platform;
use landfall_report::simulation::{AppliedLaw, Run, Simulation};
use landfall_report::{chart, json, text};
use landfall_simulate::Series;

pub(crate) use self::file::run_of;
use crate::arguments::{Format, Simulate};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::session::{Session, no_such};
use crate::writing;

pub(crate) fn run(command: &Simulate, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    if session.catalog.platform(&command.platform).is_none() {
        let platforms = session.catalog.platforms.iter();
        let ids: Vec<&str> = platforms.map(|one| one.id.as_str()).collect();
        return Err(no_such("platform", &command.platform, &ids));
    }
    let simulation = match &command.file {
        Some(path) => file::simulate(path, command, &session)?,
        None => generated::simulate(command, &session)?,
    };
    if let (Some(path), Some(run)) = (&command.series, simulation.runs.first()) {
        writing::write(path, &table(&run.series))?;
    }
    if let (Some(path), Some(run)) = (&command.svg, simulation.runs.first()) {
        let title = format!("{}: {}", simulation.name, simulation.what);
        writing::write(path, &chart::series(&title, run))?;
    }
    let shown = match command.format {
        Format::Text => text::simulation(&simulation),
        Format::Json => serde_json::to_string_pretty(&json::simulation(&simulation))
            .map(|text| text + "\n")
            .map_err(|error| Problem::Fault(error.to_string()))?,
    };
    output.data(&shown)?;
    Ok(Exit::Done)
}

/// What happened over time, as a table.
fn table(series: &Series) -> String {
    let mut out = String::from(
        "start_s,seconds,requests,served,throttled,dropped,cold_starts,running_mean,\
         environments,environments_max,wanted\n",
    );
    let mut start_s = 0.0;
    for point in series.points() {
        let counts = &point.counts;
        let _ = writeln!(
            out,
            "{start_s},{},{},{},{},{},{},{:.6},{},{},{}",
            counts.seconds,
            counts.arrived,
            counts.served,
            counts.throttled,
            counts.failed + counts.expired,
            counts.cold,
            counts.busy_mean(),
            point.alive,
            counts.most_alive,
            point.wanted
        );
        start_s += counts.seconds;
    }
    out
}

/// A simulation of one platform, to be filled with runs.
fn begin<'n>(
    command: &Simulate,
    session: &Session,
    what: String,
    runs: Vec<Run>,
    laws: impl IntoIterator<Item = &'n str>,
) -> Simulation {
    let platform = session.catalog.platform(&command.platform);
    let applied = |platform: &Platform| {
        let laws = laws.into_iter();
        laws.filter_map(|name| applied(platform, name, session))
            .collect()
    };
    Simulation {
        platform: command.platform.clone(),
        name: platform.map_or_else(String::new, |platform| platform.name.clone()),
        what,
        seed: command.deciding.seed,
        as_of: session.as_of.to_string(),
        runs,
        logged: None,
        skipped_rows: 0,
        notes: Vec::new(),
        laws: platform
            .filter(|_| command.laws)
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
