//! A bill for given usage.

use std::fmt::Write as _;

use landfall_catalog::bill::{Bill, Line, Total};
use landfall_catalog::{Catalog, PriceBook};
use landfall_units::{Decimal, Money};

use crate::wrap::paragraph;

/// The bill as a table: quantity, unit price, amount, tier, and source of each
/// line; `exact` leaves amounts unrounded.
pub fn bill(bill: &Bill, book: &PriceBook, catalog: &Catalog, exact: bool) -> String {
    let mut out = String::new();
    let as_of = book
        .as_of()
        .map_or_else(String::new, |date| format!(", prices of {date}"));
    let _ = writeln!(out, "{}{as_of}\n", book.region());
    let mut sources: Vec<&str> = Vec::new();
    for line in &bill.lines {
        let place = sources.iter().position(|source| **source == *line.source);
        let place = place.unwrap_or_else(|| {
            sources.push(&line.source);
            sources.len() - 1
        });
        row(&mut out, line, place + 1, exact);
    }
    totals(&mut out, bill, exact);
    unknown(&mut out, bill, book.region());
    for (place, id) in sources.iter().enumerate() {
        let shown_source = catalog.sources.get(*id).map_or_else(
            || "no price in the catalog".to_owned(),
            |source| {
                format!(
                    "{}; {}, grade {}",
                    source.title,
                    source.read,
                    source.grade.letter()
                )
            },
        );
        let shown_source = if *id == "stated" {
            "stated in the usage file".to_owned()
        } else {
            shown_source
        };
        paragraph(
            &mut out,
            &format!("[{}] ", place + 1),
            "    ",
            &shown_source,
        );
    }
    out
}

/// The total, and between what it lies where prices are ranges.
fn totals(out: &mut String, bill: &Bill, exact: bool) {
    let total = if exact { bill.exact_sum() } else { bill.sum() };
    let shown = match total {
        Total::Complete(total) => money(total, exact),
        Total::AtLeast(known) => format!("at least {}", money(known, exact)),
        Total::Between { low, high, .. } => {
            format!("{} to {}", money(low, exact), money(high, exact))
        }
    };
    if let Total::Between { known, .. } = total {
        let known = money(known, exact);
        let _ = writeln!(out, "{:<53}{known:>21}", "lines with a price of the region");
    }
    let _ = writeln!(out, "{:<53}{shown:>21}\n", "total");
}

/// What is not known of the region, and the command that brings it in.
fn unknown(out: &mut String, bill: &Bill, region: &str) {
    let name = |(service, meter): (&str, &str)| format!("{service} {meter}");
    let ranged = bill
        .ranged()
        .map(|line| (line.service, line.meter.as_ref()));
    let ranged: Vec<String> = ranged.map(name).collect();
    let missing: Vec<String> = bill.missing().map(name).collect();
    let update = format!("`landfall prices update --region {region}` brings prices in");
    if !ranged.is_empty() {
        let what = format!(
            "not known in {region}, and taken as a range of what is paid elsewhere, from the lowest \
             to the highest: {}; {update}",
            ranged.join(", ")
        );
        paragraph(out, "", "", &what);
        out.push('\n');
    }
    if !missing.is_empty() {
        let what = format!(
            "the total lacks what has no price in {region}: {}; {update}",
            missing.join(", ")
        );
        paragraph(out, "", "", &what);
        out.push('\n');
    }
}

fn row(out: &mut String, line: &Line, source: usize, exact: bool) {
    let meter = format!("{} {}", line.service, line.meter);
    let quantity = format!("{} {}", line.quantity.round_dp(6).normalize(), line.unit);
    let price = line
        .price
        .map_or_else(String::new, |price| format!("x ${}", price.normalize()));
    let amount = line
        .amount
        .map_or_else(|| "unknown".to_owned(), |amount| money(amount, exact));
    // A long name or quantity takes a line of its own.
    if meter.chars().count() > 31 {
        let _ = writeln!(out, "{meter}");
        let _ = writeln!(
            out,
            "{:<31} {quantity:>17} {price:<16}{amount:>9} [{source}]",
            ""
        );
    } else {
        let _ = writeln!(
            out,
            "{meter:<31} {quantity:>17} {price:<16}{amount:>9} [{source}]"
        );
    }
    let mut notes = Vec::new();
    if line.free > Decimal::ZERO {
        notes.push(format!("{} of it free", line.free.normalize()));
    }
    match line.tier {
        (from, Some(to)) => {
            notes.push(format!("tier {} to {}", from.normalize(), to.normalize()));
        }
        (from, None) if from > Decimal::ZERO => {
            notes.push(format!("tier above {}", from.normalize()));
        }
        _ => {}
    }
    if let Some((low, high)) = line.span {
        let range = [low, high].map(|amount| money(amount, exact));
        notes.push(format!("not known here: {} to {}", range[0], range[1]));
    } else if let Some(status) = line.status.filter(|status| status.word() != "listed") {
        notes.push(format!("price {}", status.word()));
    }
    if !notes.is_empty() {
        let _ = writeln!(out, "    {}", notes.join("; "));
    }
}

fn money(amount: Money, exact: bool) -> String {
    if exact {
        format!("${}", amount.get().normalize())
    } else {
        amount.to_string()
    }
}
