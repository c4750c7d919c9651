//! Offer files as CSV: five lines about the file, a header, a row a price.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use landfall_source::BoundedLines;

use super::matches::{Found, Matches, Meter, Product};
use super::rows::{PriceListError, PriceListFault, Rows, Step, end, number};

/// Lines before the header at most, `sep=,` included.
const MOST_BEFORE: usize = 8;
/// The longest row.
const LONGEST_ROW: usize = 1 << 20;
/// The longest line before the header.
const LONGEST: u64 = 1 << 16;

pub(super) fn read(
    input: &mut impl BufRead,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<(), PriceListError> {
    let mut lines = 0;
    let at = PriceListError::in_line;
    let header = header(input, &mut lines).map_err(|fault| at(lines.max(1), fault))?;
    let columns: BTreeMap<&str, usize> = header
        .iter()
        .enumerate()
        .map(|(place, name)| (name, place))
        .collect();
    for wanted in [
        "SKU",
        "TermType",
        "StartingRange",
        "PricePerUnit",
        "usageType",
    ] {
        if !columns.contains_key(wanted) {
            let what = format!("its header has no column `{wanted}`");
            return Err(at(lines, PriceListFault::Shape(what)));
        }
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(BoundedLines::new(input, LONGEST_ROW));
    let mut record = csv::StringRecord::new();
    loop {
        let line = lines + reader.position().line();
        let is_row = reader
            .read_record(&mut record)
            .map_err(|error| at(line, PriceListFault::broken(&error)))?;
        if !is_row {
            return Ok(());
        }
        let seen = |name: &str| {
            let place = columns.get(name);
            place.and_then(|place| record.get(*place)).unwrap_or("")
        };
        if !matches.may_be(seen("usageType")) {
            let is_here = [seen("Region Code"), seen("From Region Code")]
                .into_iter()
                .find(|region| !region.is_empty())
                .is_some_and(|region| region == matches.region());
            if is_here && seen("Instance Type").is_empty() {
                let of = (seen("usageType"), seen("operation"));
                rows.pass(seen("serviceCode"), Some(of));
            }
            continue;
        }
        let cell = |name: &str| seen(name).to_owned();
        let product = product(&cell);
        let meter = match matches.find(&product.service, &product) {
            Found::Meter(meter) => meter,
            Found::Unread => {
                let of = (product.usagetype.as_str(), product.operation.as_str());
                rows.pass(&product.service, Some(of));
                continue;
            }
            Found::Other => continue,
        };
        rows.pass(&product.service, None);
        keep(&meter, &cell, rows).map_err(|fault| at(line, fault))?;
    }
}

/// The product of a row, by the names of its columns.
fn product(cell: &impl Fn(&str) -> String) -> Product {
    Product {
        usagetype: cell("usageType"),
        operation: cell("operation"),
        region: cell("Region Code"),
        instance: cell("Instance Type"),
        os: cell("Operating System"),
        software: cell("Pre Installed S/W"),
        capacity: cell("CapacityStatus"),
        market: cell("MarketOption"),
        tenancy: cell("Tenancy"),
        service: cell("serviceCode"),
        from_region: cell("From Region Code"),
    }
}

/// Reads up to and with the header, which begins with `"SKU"`; counts the lines read.
fn header(input: &mut impl BufRead, lines: &mut u64) -> Result<csv::StringRecord, PriceListFault> {
    for _ in 0..MOST_BEFORE {
        let mut line = String::new();
        let read = input.by_ref().take(LONGEST).read_line(&mut line);
        if read.map_err(|error| PriceListFault::broken(&error))? == 0 {
            break;
        }
        *lines += 1;
        if line.starts_with("\"SKU\"") || line.starts_with("SKU,") {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(line.as_bytes());
            let mut record = csv::StringRecord::new();
            reader
                .read_record(&mut record)
                .map_err(|error| PriceListFault::broken(&error))?;
            return Ok(record);
        }
    }
    Err(PriceListFault::shape(
        "no line of its beginning is the header `\"SKU\",…`",
    ))
}

fn keep(
    meter: &Meter,
    cell: &impl Fn(&str) -> String,
    rows: &mut Rows,
) -> Result<(), PriceListFault> {
    let is_instance = meter.service == "ec2";
    let suffix = match (cell("TermType").as_str(), is_instance) {
        ("OnDemand", true) => ":on-demand".to_owned(),
        ("OnDemand", false) => String::new(),
        ("Reserved", true) if cell("PurchaseOption") == "No Upfront" && cell("Unit") == "Hrs" => {
            let class = match cell("OfferingClass").as_str() {
                "standard" => "reserved",
                "convertible" => "convertible",
                _ => return Ok(()),
            };
            match cell("LeaseContractLength").as_str() {
                "1yr" => format!(":{class}-1y"),
                "3yr" => format!(":{class}-3y"),
                _ => return Ok(()),
            }
        }
        _ => return Ok(()),
    };
    let named = Meter {
        name: format!("{}{suffix}", meter.name).into(),
        ..meter.clone()
    };
    let starting = cell("StartingRange");
    let step = Step {
        from: number(
            if starting.is_empty() { "0" } else { &starting },
            "the beginning of a tier",
        )?,
        to: end(&cell("EndingRange"))?,
        price: number(&cell("PricePerUnit"), "a price")?,
        currency: cell("Currency"),
    };
    rows.keep(&named, step)
}
