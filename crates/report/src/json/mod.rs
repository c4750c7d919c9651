//! The decision as JSON, with its schema. The keys are a contract: they may be
//! added to, never changed, within one `schema` number.

mod against;
mod build;
mod commitment;
mod document;
mod figures;
mod simulation;
mod topology;
mod usage;

pub use against::{AgainstJson, against, against_schema};
pub use document::{
    AssumedJson, BillLineJson, ConfigurationJson, DecisionJson, FrameworkJson, LatencyJson,
    MonthlyJson, OptionJson, PeopleJson, PricesJson, RangeJson, ReasonJson, SharedJson, SystemJson,
    TippingJson, TodayJson, TotalJson, UnknownJson, WorkloadJson,
};

pub use simulation::{SimulationJson, simulation, simulation_schema};
pub use topology::TopologyJson;
pub use usage::{BillJson, bill, bill_schema};

use landfall_catalog::Catalog;
use landfall_decide::Decision;

/// The decision as a document.
pub fn document(decision: &Decision, catalog: &Catalog) -> DecisionJson {
    build::document(decision, catalog)
}

/// The JSON Schema of [`DecisionJson`], draft 2020-12.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(DecisionJson).to_value()
}
