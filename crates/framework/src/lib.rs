//! The decision framework: rules as data, and their evaluation.
//!
//! A [`Pack`] is a folder of TOML files: questions, rules, duties, assumptions,
//! priors, parameters, sources, cases. A [`Rule`] is a [`Condition`] on facts with an
//! [`Effect`] on platforms. Conditions are checked when the pack is read (an
//! unknown fact, a wrong unit or operator is an error with its place) and
//! evaluate to [`Truth`]: true, false, or unknown together with the facts that
//! are missing (Kleene's strong logic). [`Screen`] is a pack at one date: what
//! every rule says of every platform.

mod assumption;
mod baseline;
mod case;
mod cases;
mod condition;
mod duty;
mod embedded;
mod lint;
mod models;
mod pack;
mod prior;
mod question;
mod rule;
mod screen;
mod truth;

pub use assumption::Assumption;
pub use baseline::Strategy;
pub use case::{Case, CaseFailure, CaseReport};
pub use condition::{Comparison, Condition};
pub use duty::{Duty, OncePer};
pub use embedded::{DEFAULT_PACK, PACKS, embedded_pack, strategies};
pub use lint::{Finding, FindingKind, lint};
pub use pack::Pack;
pub use prior::{Law, Prior, Quantiles};
pub use question::Question;
pub use rule::{Claim, Effect, Rule};
pub use screen::{Bound, Screen, Statement, Verdict};
pub use truth::Truth;
