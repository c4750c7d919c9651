//! A bill beside what was charged, as JSON.

use landfall_catalog::PriceBook;
use landfall_catalog::bill::Compared;
use landfall_units::Money;
use schemars::JsonSchema;
use serde::Serialize;

use super::figures::real;
use crate::text::Beside;

/// A bill beside what was charged, in dollars, not rounded.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AgainstJson {
    /// Version of this format.
    pub schema: u32,
    /// The region billed in.
    pub region: String,
    /// The latest date of any price of the region.
    pub as_of: Option<String>,
    /// Every meter that was used or charged.
    pub meters: Vec<MeterJson>,
    /// What was charged for usage that is not known here.
    pub unknown: Vec<ChargedJson>,
    /// What was charged in other regions.
    pub elsewhere: Vec<ChargedJson>,
    /// Charges that are no usage: taxes, credits, fees.
    pub apart: Vec<ChargedJson>,
}

/// A meter: what was used and what that costs, beside what was charged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MeterJson {
    /// The service.
    pub service: String,
    /// The meter of the service.
    pub meter: String,
    /// What one unit is.
    pub unit: String,
    /// How much was used.
    pub quantity: f64,
    /// How much was charged for.
    pub charged_quantity: f64,
    /// What it costs; null when a price is unknown.
    pub amount: Option<f64>,
    /// The price is not known for the region, and the amount the middle of a range.
    pub is_range: bool,
    /// What was charged.
    pub charged: f64,
    /// What was charged less what it costs; null when a price is unknown.
    pub difference: Option<f64>,
    /// What explains the difference.
    pub effects: Vec<EffectJson>,
}

/// What explains a part of a difference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EffectJson {
    /// What it is.
    pub effect: String,
    /// Dollars of the difference.
    pub amount: f64,
}

/// Something that was charged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChargedJson {
    /// What for.
    pub what: String,
    /// Dollars.
    pub charged: f64,
}

/// The comparison as a document.
pub fn against(compared: &[Compared], beside: &Beside, book: &PriceBook) -> AgainstJson {
    AgainstJson {
        schema: 1,
        region: book.region().to_owned(),
        as_of: book.as_of().map(|date| date.to_string()),
        meters: compared.iter().map(meter).collect(),
        unknown: charged(&beside.unknown),
        elsewhere: charged(&beside.elsewhere),
        apart: charged(&beside.apart),
    }
}

/// The JSON Schema of [`AgainstJson`], draft 2020-12.
pub fn against_schema() -> serde_json::Value {
    schemars::schema_for!(AgainstJson).to_value()
}

fn meter(one: &Compared) -> MeterJson {
    let effects = one.effects.iter().map(|(effect, money)| EffectJson {
        effect: effect.word().to_owned(),
        amount: money.as_f64(),
    });
    MeterJson {
        service: one.service.clone(),
        meter: one.meter.clone(),
        unit: one.unit.clone(),
        quantity: real(one.quantity),
        charged_quantity: real(one.charged_quantity),
        amount: one.amount.map(Money::as_f64),
        is_range: one.is_range,
        charged: one.charged.as_f64(),
        difference: one.difference().map(Money::as_f64),
        effects: effects.collect(),
    }
}

fn charged(entries: &[(String, Money)]) -> Vec<ChargedJson> {
    let entry = |(what, money): &(String, Money)| ChargedJson {
        what: what.clone(),
        charged: money.as_f64(),
    };
    entries.iter().map(entry).collect()
}
