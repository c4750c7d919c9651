//! `landfall explain`.

use landfall_answers::{explain, explained, pretty};

use crate::arguments::{Explain, Format};
use crate::exit::{Exit, Outcome};
use crate::output::Output;
use crate::session::Session;

pub(crate) fn run(command: &Explain, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let decision = session.decide(&command.file, &command.deciding)?;
    let workload = command.workload.as_deref();
    let why_not = command.why_not.as_deref();
    let text = if command.format == Format::Json {
        pretty(&explain(&decision, workload, why_not, &session)?)?
    } else {
        explained(&decision, workload, why_not, &session)?
    };
    output.data(&text)?;
    Ok(Exit::Done)
}
