//! `landfall mcp`.

use std::path::Path;

use landfall_serve::{Engine, Traces, agents};
use landfall_source::Diagnostic;

use crate::exit::{Exit, Outcome, Problem};
use crate::serve_arguments::Mcp;
use crate::session::{Machine, Session};

pub(crate) fn run(command: &Mcp) -> Outcome {
    let session = Session::open(&command.framework)?;
    let around = Machine {
        file: Path::new("."),
    };
    let engine = Engine::new(session.into_inner(), around, Traces::new())?;
    agents::serve(engine).map_err(|error| {
        let what = format!("the other side does not speak the protocol: {error}");
        let help = "let an agent start it: `landfall mcp` is no command for people";
        Problem::Input(Box::new(Diagnostic::new(what).help(help)))
    })?;
    Ok(Exit::Done)
}
