//! From a text to its answer: what every door to Landfall calls.
//!
//! The command line, the API and the tools for agents differ in how they read and how they
//! show. What lies between is here, once: a workload file with its changes is prepared
//! ([`Session`]), decided, compared, simulated, billed, imported, built and checked, and the
//! answer is put into the JSON that all of them give. Nothing here touches the machine:
//! prices and recorded traffic come in by [`Around`].

mod around;
mod brief;
mod changes;
mod comparison;
mod deciding;
mod findings;
mod imports;
mod problem;
mod questions;
mod review;
mod schemas;
mod session;
mod shown;
mod simulations;
mod structure;
mod usage;

pub use around::{Around, book_of};
pub use brief::brief;
pub use changes::apply;
pub use comparison::{compare, compared, comparison_json, gone};
pub use deciding::Deciding;
pub use findings::{Checked, Lost, checked, escaped, finding, sarif, sarif_result};
pub use imports::{ask, finish};
pub use problem::Problem;
pub use questions::next_questions;
pub use review::{Changed, Text, review, review_json, review_sarif};
pub use schemas::{SCHEMAS, schema};
pub use session::{Prepared, Session, no_such, pick};
pub use shown::{Shape, beside, decision_json, explain, explained, line, page, pretty};
pub use simulations::{BUDGET, Simulated, begin, run_of, simulate};
pub use structure::{Built, build, built_json, wanted_network};
pub use usage::{Billed, bill};
