//! `landfall schema`.

use landfall_report::json;

use crate::arguments::{Schema, SchemaName};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;

pub(crate) fn run(command: &Schema, output: &mut Output) -> Outcome {
    let schema = match command.name {
        SchemaName::Workload => landfall_workload::json_schema(),
        SchemaName::Decision => json::schema(),
        SchemaName::Bill => json::bill_schema(),
        SchemaName::Simulation => json::simulation_schema(),
    };
    let text =
        serde_json::to_string_pretty(&schema).map_err(|error| Problem::Fault(error.to_string()))?;
    output.data(&(text + "\n"))?;
    Ok(Exit::Done)
}
