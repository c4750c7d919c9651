//! A bill beside what was charged.

use std::fmt::Write as _;

use landfall_catalog::PriceBook;
use landfall_catalog::bill::Compared;
use landfall_units::Money;

use crate::wrap::paragraph;

/// What a report holds beside the meters that are compared.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// What the report is: its files, month and lines.
    pub title: String,
    /// Usage of no meter that is known, and what was charged for it.
    pub unknown: Vec<(String, Money)>,
    /// What is no usage, by kind: taxes, credits.
    pub apart: Vec<(String, Money)>,
    /// Usage in other regions.
    pub elsewhere: Vec<(String, Money)>,
}

/// Every meter, ours beside what was charged, with the difference and what it comes from;
/// then what could not be compared, and what was charged in all.
pub fn against(compared: &[Compared], beside: &Beside, book: &PriceBook) -> String {
    let mut out = String::new();
    let as_of = book
        .as_of()
        .map_or_else(String::new, |date| format!("; prices of {date}"));
    let title = format!("{}, {}{as_of}", book.region(), beside.title);
    paragraph(&mut out, "", "", &title);
    let _ = writeln!(
        out,
        "\n{:<31} {:>15} {:>15} {:>15}",
        "meter", "ours", "charged", "difference"
    );
    let mut ours = Money::ZERO;
    let mut charged = Money::ZERO;
    let mut unpriced = Money::ZERO;
    for one in compared {
        match one.amount {
            Some(amount) => {
                ours = ours + amount;
                charged = charged + one.charged;
            }
            None => unpriced = unpriced + one.charged,
        }
        row(&mut out, one);
    }
    let _ = writeln!(
        out,
        "{:<31} {:>15} {:>15} {:>15}",
        "sum of meters with a price",
        ours.to_string(),
        charged.to_string(),
        (charged - ours).to_string()
    );
    charged = charged + unpriced;
    let lists = [
        ("charged, of no meter that is known here", &beside.unknown),
        ("charged in other regions", &beside.elsewhere),
        ("charged beside usage", &beside.apart),
    ];
    for (title, entries) in lists {
        charged = charged + list(&mut out, title, entries);
    }
    let _ = writeln!(
        out,
        "\n{:<47} {:>15}",
        "charged in all",
        charged.to_string()
    );
    out
}

/// One meter, and under it what the difference comes from.
fn row(out: &mut String, one: &Compared) {
    let name = format!("{} {}", one.service, one.meter);
    let shown = |money: Option<Money>| {
        money.map_or_else(|| "unknown".to_owned(), |money| money.to_string())
    };
    let cells = format!(
        "{:>15} {:>15} {:>15}",
        shown(one.amount),
        one.charged.to_string(),
        shown(one.difference())
    );
    // A long name takes a line of its own.
    if name.chars().count() > 31 {
        let _ = writeln!(out, "{name}\n{:<31} {cells}", "");
    } else {
        let _ = writeln!(out, "{name:<31} {cells}");
    }
    let is_seen = |money: Money| !money.to_cent().get().is_zero();
    let effects = one.effects.iter().filter(|(_, money)| is_seen(*money));
    let mut parts: Vec<String> = effects
        .map(|(effect, money)| format!("{} {money}", effect.word()))
        .collect();
    if one.amount.is_none() {
        parts.push("the price is not known".to_owned());
    }
    if one.is_range {
        parts.push("not known here: the middle of what other regions pay".to_owned());
    }
    if one.quantity != one.charged_quantity {
        let show = |quantity: landfall_units::Decimal| quantity.round_dp(6).normalize();
        let (ours, charged) = (show(one.quantity), show(one.charged_quantity));
        parts.push(format!("{ours} {} ours, {charged} charged", one.unit));
    }
    if !parts.is_empty() {
        paragraph(out, "    ", "    ", &parts.join("; "));
    }
}

/// A list of what was charged, and its sum.
fn list(out: &mut String, title: &str, entries: &[(String, Money)]) -> Money {
    let sum = entries.iter().map(|(_, money)| *money).sum();
    if entries.is_empty() {
        return sum;
    }
    let _ = writeln!(out, "\n{title}");
    for (what, money) in entries {
        let money = money.to_string();
        if what.chars().count() > 45 {
            let _ = writeln!(out, "  {what}\n{:<47} {money:>15}", "");
        } else {
            let _ = writeln!(out, "  {what:<45} {money:>15}");
        }
    }
    sum
}
