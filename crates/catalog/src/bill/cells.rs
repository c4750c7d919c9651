//! Quantities of a usage file, each within its bounds.

use landfall_source::{Node, Result, Table};
use landfall_units::{Bytes, Count, Decimal, Duration, Money, QuantityError};

use super::bounds::{LARGEST_IN_ALL, LONGEST_RUN_S, MOST_COUNT, MOST_HOURS};
use super::compute::gb;
use crate::prices::MOST_PRICE;

const SECONDS_PER_HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);

pub(super) fn flag(table: &Table<'_>, key: &str) -> Result<Option<bool>> {
    table.get(key).map(|node| node.flag()).transpose()
}

/// A number, plain or with a suffix (`3M`); zero when it is not there.
pub(super) fn quantity(table: &Table<'_>, key: &str) -> Result<Decimal> {
    table
        .get(key)
        .map_or(Ok(Decimal::ZERO), |node| number(&node))
}

/// A number of vCPUs: `0.5`, `"0.5 vCPU"`.
pub(super) fn vcpus(table: &Table<'_>, key: &str) -> Result<Decimal> {
    let Some(node) = table.get(key) else {
        return Ok(Decimal::ZERO);
    };
    let text = node.typed()?.to_ascii_lowercase();
    let bare = text.trim_end_matches('s').strip_suffix("vcpu");
    match bare.and_then(|bare| bare.trim().parse::<Decimal>().ok()) {
        Some(value) => bounded(&node, value, MOST_COUNT),
        None => number(&node),
    }
}

pub(super) fn number(node: &Node<'_>) -> Result<Decimal> {
    let plain = node.typed()?.replace('_', "");
    let value = match plain.parse::<Decimal>() {
        Ok(value) => value,
        Err(_) => Decimal::from(parsed::<Count>(node)?.get()),
    };
    bounded(node, value, MOST_COUNT)
}

/// A quantity with a unit; the error shows how to write it.
fn parsed<T: std::str::FromStr<Err = QuantityError>>(node: &Node<'_>) -> Result<T> {
    node.typed()?.parse().map_err(|error: QuantityError| {
        let problem = node.problem(format!("`{}`: {error}", node.path()));
        Box::new(problem.help(format!("write it like \"{}\"", error.example)))
    })
}

fn bounded(node: &Node<'_>, value: Decimal, most: Decimal) -> Result<Decimal> {
    if value.is_sign_negative() && !value.is_zero() {
        let problem = node.problem(format!("`{}` is below zero", node.path()));
        return Err(Box::new(problem.help("usage is zero or more")));
    }
    if value > most {
        let problem = node.problem(format!("`{}` is out of range", node.path()));
        return Err(Box::new(problem.help(format!("it may be at most {most}"))));
    }
    Ok(value)
}

pub(super) fn bytes(table: &Table<'_>, key: &str) -> Result<Bytes> {
    let Some(node) = table.get(key) else {
        return Ok(Bytes::default());
    };
    let size: Bytes = parsed(&node)?;
    if size > LARGEST_IN_ALL {
        let problem = node.problem(format!("`{}` is out of range", node.path()));
        let help = format!("it may be at most {LARGEST_IN_ALL}");
        return Err(Box::new(problem.help(help)));
    }
    Ok(size)
}

pub(super) fn gigabytes(table: &Table<'_>, key: &str) -> Result<Decimal> {
    Ok(gb(bytes(table, key)?))
}

pub(super) fn seconds(table: &Table<'_>, key: &str) -> Result<Decimal> {
    table
        .get(key)
        .map_or(Ok(Decimal::ZERO), |node| duration_s(&node, LONGEST_RUN_S))
}

fn duration_s(node: &Node<'_>, most: Decimal) -> Result<Decimal> {
    let duration: Duration = parsed(node)?;
    let nanos = Decimal::from(duration.as_nanos());
    bounded(node, nanos / Decimal::from(1_000_000_000_u64), most)
}

/// Hours, as a number or as a duration.
pub(super) fn hours(table: &Table<'_>, key: &str) -> Result<Decimal> {
    let Some(node) = table.get(key) else {
        return Ok(Decimal::ZERO);
    };
    let plain = node.typed()?.replace('_', "");
    match plain.parse::<Decimal>() {
        Ok(hours) => bounded(&node, hours, MOST_HOURS),
        Err(_) => Ok(duration_s(&node, MOST_HOURS * SECONDS_PER_HOUR)? / SECONDS_PER_HOUR),
    }
}

/// A price for one unit, above zero: `"$0.34"` or `"$0.34/h"`.
pub(super) fn dollars(node: &Node<'_>) -> Result<Decimal> {
    let text = node.typed()?;
    let price = if let Ok(dollars) = text.parse::<Decimal>() {
        dollars
    } else {
        let money = text.split('/').next().unwrap_or(text);
        let money = money.parse::<Money>().map_err(|error| {
            let problem = node.problem(error.to_string());
            Box::new(problem.help("write it like \"$0.34\""))
        })?;
        money.get()
    };
    if price <= Decimal::ZERO || price > MOST_PRICE {
        let problem = node.problem(format!("`{}` is out of range", node.path()));
        let help = format!("a price is above $0 and at most ${MOST_PRICE}");
        return Err(Box::new(problem.help(help)));
    }
    Ok(price)
}

pub(super) fn architecture(table: &Table<'_>) -> Result<&'static str> {
    let node = table.get("architecture");
    let word = node
        .map(|node| node.one_of(&["x86_64", "arm64"]))
        .transpose()?;
    Ok(if word == Some("arm64") {
        "arm64"
    } else {
        "x86_64"
    })
}
