//! A bill beside what was charged, as JSON.

use landfall_catalog::PriceBook;
use landfall_catalog::bill::Compared;
use landfall_units::Money;
use serde_json::{Value, json};

use crate::text::Beside;

/// The comparison as a document, in dollars, not rounded.
pub fn against(compared: &[Compared], beside: &Beside, book: &PriceBook) -> Value {
    let entries = |entries: &[(String, Money)]| -> Vec<Value> {
        let entry =
            |(what, money): &(String, Money)| json!({"what": what, "charged": money.as_f64()});
        entries.iter().map(entry).collect()
    };
    let meters: Vec<Value> = compared
        .iter()
        .map(|one| {
            let effects: Vec<Value> = one
                .effects
                .iter()
                .map(|(effect, money)| json!({"effect": effect.word(), "amount": money.as_f64()}))
                .collect();
            json!({
                "service": one.service,
                "meter": one.meter,
                "unit": one.unit,
                "quantity": number(one.quantity),
                "charged_quantity": number(one.charged_quantity),
                "amount": one.amount.map(Money::as_f64),
                "is_range": one.is_range,
                "charged": one.charged.as_f64(),
                "difference": one.difference().map(Money::as_f64),
                "effects": effects,
            })
        })
        .collect();
    json!({
        "schema": 1,
        "region": book.region(),
        "as_of": book.as_of().map(|date| date.to_string()),
        "meters": meters,
        "unknown": entries(&beside.unknown),
        "elsewhere": entries(&beside.elsewhere),
        "apart": entries(&beside.apart),
    })
}

fn number(value: landfall_units::Decimal) -> f64 {
    value.try_into().unwrap_or(f64::MAX)
}
