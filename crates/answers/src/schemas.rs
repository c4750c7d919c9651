//! The JSON Schemas of the formats.

use landfall_report::json;
use serde_json::Value;

/// The names of the formats that have a schema.
pub const SCHEMAS: [&str; 5] = ["workload", "decision", "bill", "against", "simulation"];

/// The JSON Schema of a format, draft 2020-12; none of an unknown name.
pub fn schema(name: &str) -> Option<Value> {
    match name {
        "workload" => Some(landfall_workload::json_schema()),
        "decision" => Some(json::schema()),
        "bill" => Some(json::bill_schema()),
        "against" => Some(json::against_schema()),
        "simulation" => Some(json::simulation_schema()),
        _ => None,
    }
}
