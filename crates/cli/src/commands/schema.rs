//! `landfall schema`.

use landfall_answers::{pretty, schema};

use crate::arguments::{Schema, SchemaName};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;

pub(crate) fn run(command: &Schema, output: &mut Output) -> Outcome {
    let name = match command.name {
        SchemaName::Workload => "workload",
        SchemaName::Decision => "decision",
        SchemaName::Bill => "bill",
        SchemaName::Against => "against",
        SchemaName::Simulation => "simulation",
    };
    let schema = schema(name).ok_or_else(|| Problem::Fault(format!("no schema of {name}")))?;
    output.data(&pretty(&schema)?)?;
    Ok(Exit::Done)
}
