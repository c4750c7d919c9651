//! A workload file on a platform, as `decide` would size it.

use std::path::Path;

use landfall_report::simulation::Simulation;
use landfall_units::SECONDS_PER_MONTH;

use super::simulated;
use crate::exit::Problem;
use crate::progress::Simulated;
use crate::session::Session;
use crate::simulate_arguments::Simulate;

pub(super) fn simulate(
    path: &Path,
    command: &Simulate,
    session: &Session,
) -> Result<Simulation, Problem> {
    let prepared = session.read_system(path, &command.deciding)?;
    let mut bar = Simulated::new(Some(SECONDS_PER_MONTH));
    let mut progress = |at_s| bar.at(at_s);
    landfall_answers::simulate(
        session,
        &prepared,
        &command.deciding.plain(),
        &simulated(command),
        &mut progress,
    )
}
