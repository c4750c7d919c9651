//! A workload file on a platform, as `decide` would size it.

use std::path::Path;

use landfall_report::simulation::Simulation;

use super::model::refuse;
use crate::arguments::Simulate;
use crate::exit::Problem;
use crate::session::Session;

pub(super) fn simulate(
    _path: &Path,
    _command: &Simulate,
    _session: &Session,
) -> std::result::Result<Simulation, Problem> {
    Err(refuse("not yet", "wait"))
}
