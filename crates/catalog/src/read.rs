//! Pieces that several data files have in common.

use jiff::civil::Date;
use landfall_source::{Diagnostic, Node, Result, Table};
use landfall_units::{Dimension, Range};

use crate::parameter::{EarlierRange, Parameter};

/// Reads a date, written `"2026-11-23"`.
///
/// # Errors
/// When it is not one.
pub fn read_date(node: &Node<'_>) -> Result<Date> {
    node.text()?.parse().map_err(|_| {
        let problem = node
            .problem("this is not a date")
            .help("write it like \"2026-11-23\"");
        Box::new(problem)
    })
}

/// Reads the name of a dimension.
pub(crate) fn read_dimension(node: &Node<'_>) -> Result<Dimension> {
    let names: Vec<&str> = Dimension::ALL
        .iter()
        .map(|dimension| dimension.name())
        .collect();
    let name = node.one_of(&names)?;
    Dimension::named(name).ok_or_else(|| Box::new(node.problem("no such unit")))
}

/// Reads one quantity of a dimension.
pub(crate) fn read_quantity(node: &Node<'_>, dimension: Dimension) -> Result<f64> {
    let problem = |error: landfall_units::QuantityError| -> Box<Diagnostic> {
        Box::new(
            node.problem(error.to_string())
                .help(format!("write it like \"{}\"", error.example)),
        )
    };
    dimension.parse(node.typed()?).map_err(problem)
}

/// Reads a quantity or a `{ low, likely, high }` of it.
pub(crate) fn read_range(node: &Node<'_>, dimension: Dimension) -> Result<Range<f64>> {
    if !node.is_table() {
        return read_quantity(node, dimension).map(Range::exact);
    }
    let table = node.table()?;
    let part = |key| {
        table
            .require(key)
            .and_then(|part| read_quantity(&part, dimension))
    };
    let (low, likely, high) = (part("low")?, part("likely")?, part("high")?);
    table.finish()?;
    Range::new(low, likely, high).map_err(|error| Box::new(node.problem(error.to_string())))
}

/// Reads the `[[parameter]]` rows of a table: name, unit, value, meaning, source, and
/// for those that have changed `since` and `earlier`.
///
/// # Errors
/// The first problem with its place.
pub fn read_parameters(table: &Table<'_>) -> Result<Vec<Parameter>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for row in table.tables("parameter")? {
        let dimension = read_dimension(&row.require("unit")?)?;
        let name = row.require("name")?;
        let parameter = Parameter {
            name: name.text()?.to_owned(),
            dimension,
            value: read_range(&row.require("value")?, dimension)?,
            meaning: row.require_text("meaning")?.to_owned(),
            source: row.require_text("source")?.to_owned(),
            since: row.get("since").map(|node| read_date(&node)).transpose()?,
            earlier: row
                .tables("earlier")?
                .iter()
                .map(|then| read_earlier(then, dimension))
                .collect::<Result<_>>()?,
        };
        row.finish()?;
        if !parameter.earlier.is_empty() && parameter.since.is_none() {
            let problem = name.problem("it says what was earlier, and not since when it is not");
            return Err(Box::new(problem.help("add `since`")));
        }
        if parameters.iter().any(|other| other.name == parameter.name) {
            return Err(Box::new(name.problem("this parameter is there twice")));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

fn read_earlier(then: &Table<'_>, dimension: Dimension) -> Result<EarlierRange> {
    let earlier = EarlierRange {
        value: read_range(&then.require("value")?, dimension)?,
        since: read_date(&then.require("since")?)?,
        source: then.require_text("source")?.to_owned(),
    };
    then.finish()?;
    Ok(earlier)
}
