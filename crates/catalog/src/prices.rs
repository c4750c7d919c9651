//! The prices of one region.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use landfall_source::{Diagnostic, Result};
use landfall_units::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::sources::Grade;

/// How a price came to be in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PriceStatus {
    /// Stated by its source for this region.
    Listed,
    /// Computed from other prices.
    Derived,
    /// Taken by its source to be the common price; not seen for this region.
    Assumed,
    /// Sources disagree; this is the one preferred.
    Conflict,
    /// Not known for this region: the middle of what other regions pay.
    Range,
}

impl PriceStatus {
    /// The word of data files and outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Derived => "derived",
            Self::Assumed => "assumed",
            Self::Conflict => "conflict",
            Self::Range => "range",
        }
    }

    fn named(word: &str) -> Option<Self> {
        [Self::Listed, Self::Derived, Self::Assumed, Self::Conflict]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// One step of a price.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// Where it begins, in units of the meter.
    pub from: Decimal,
    /// Where it ends; none when it does not.
    pub to: Option<Decimal>,
    /// The price of one unit.
    pub price: Decimal,
    /// The lowest and the highest that it may be, where it is not known for the region.
    pub span: Option<(Decimal, Decimal)>,
    /// How the price came to be in the book.
    pub status: PriceStatus,
    /// How far its source can be trusted.
    pub grade: Grade,
    /// The id of its source; shared by the lines of every bill.
    pub source: Arc<str>,
    /// When it was read there.
    pub date: Date,
}

/// The price of one meter in one region: its tiers, rising.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// What one unit is: `GB-s`, `vCPU-h`; shared by the lines of every bill.
    pub unit: Arc<str>,
    /// `USD`, or `CNY` in China; empty for what is not money.
    pub currency: String,
    /// The tiers, rising from zero without gaps.
    pub tiers: Vec<Tier>,
}

impl Price {
    /// True when it is in another currency than dollars.
    pub fn is_foreign(&self) -> bool {
        self.currency == "CNY"
    }

    /// The price of the first unit.
    pub fn first(&self) -> Option<&Tier> {
        self.tiers.first()
    }
}

/// The prices of one region.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceBook {
    region: String,
    services: BTreeMap<String, BTreeMap<String, Price>>,
}

const COLUMNS: [&str; 12] = [
    "region", "service", "meter", "unit", "from", "to", "price", "currency", "status", "grade",
    "source", "date",
];

impl PriceBook {
    /// A book without prices.
    pub fn empty(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            services: BTreeMap::new(),
        }
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The price of a meter, if the book has it.
    pub fn price(&self, service: &str, meter: &str) -> Option<&Price> {
        self.services.get(service)?.get(meter)
    }

    /// The first tier's price in dollars as a real number, for searches.
    pub fn rate(&self, service: &str, meter: &str) -> Option<f64> {
        let price = self.price(service, meter)?;
        if price.is_foreign() {
            return None;
        }
        price.first()?.price.to_f64()
    }

    /// Every price: service, meter, price; in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Price)> {
        self.services.iter().flat_map(|(service, meters)| {
            meters
                .iter()
                .map(move |(meter, price)| (service.as_str(), meter.as_str(), price))
        })
    }

    /// The latest date of any row of the region itself; none when it has none.
    pub fn as_of(&self) -> Option<Date> {
        self.iter()
            .flat_map(|(_, _, price)| &price.tiers)
            .filter(|tier| tier.span.is_none())
            .map(|tier| tier.date)
            .max()
    }

    /// Takes a price out, so that whatever needs it is unpriced.
    pub fn remove(&mut self, service: &str, meter: &str) -> Option<Price> {
        self.services.get_mut(service)?.remove(meter)
    }

    /// Takes every price of another book, in the place of one's own.
    pub fn overlay(&mut self, newer: Self) {
        for (service, meters) in newer.services {
            self.services.entry(service).or_default().extend(meters);
        }
    }

    /// The price of a meter, made where the book has none.
    pub(crate) fn entry(
        &mut self,
        service: &str,
        meter: &str,
        new: impl FnOnce() -> Price,
    ) -> &mut Price {
        let meters = self.services.entry(service.to_owned()).or_default();
        meters.entry(meter.to_owned()).or_insert_with(new)
    }

    /// Adds the rows of a CSV file in the project's columns.
    ///
    /// # Errors
    /// The first bad row, by file and line, with the fix.
    pub fn add_csv(&mut self, name: &str, text: &str) -> Result<()> {
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let header = rows
            .headers()
            .map_err(|error| Box::new(BadRow::of_csv(&error).at(name, 1)))?;
        if header.iter().ne(COLUMNS) {
            let problem = BadRow::new("these are not the columns of a file of prices")
                .help(format!("the first line must be {}", COLUMNS.join(",")));
            return Err(Box::new(problem.at(name, 1)));
        }
        let mut record = csv::StringRecord::new();
        loop {
            let line = rows.position().line();
            match rows.read_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => self
                    .add_row(&record)
                    .map_err(|bad| Box::new(bad.at(name, line)))?,
                Err(error) => return Err(Box::new(BadRow::of_csv(&error).at(name, line))),
            }
        }
    }

    fn add_row(&mut self, row: &csv::StringRecord) -> std::result::Result<(), BadRow> {
        let cell = |column: usize| row.get(column).unwrap_or("");
        let number = |column: usize| {
            let parsed = cell(column).parse::<Decimal>();
            parsed.map_err(|_| {
                let problem = BadRow::new(format!("`{}` is no number", shortened(cell(column))));
                problem.help("write it plainly, as in 0.0125")
            })
        };
        if cell(0) != self.region {
            let problem = format!("the region is `{}`", shortened(cell(0)));
            let help = format!("this file is for `{}` alone", self.region);
            return Err(BadRow::new(problem).help(help));
        }
        if cell(1).is_empty() || cell(2).is_empty() || cell(3).is_empty() {
            let problem = BadRow::new("the row names no service, no meter or no unit");
            return Err(problem.help("fill in `service`, `meter` and `unit`"));
        }
        let tier = Tier {
            from: number(4)?,
            to: if cell(5).is_empty() {
                None
            } else {
                Some(number(5)?)
            },
            price: number(6)?,
            span: None,
            status: PriceStatus::named(cell(8)).ok_or_else(|| {
                let problem = BadRow::new(format!("there is no status `{}`", shortened(cell(8))));
                problem.help("use one of: listed, derived, assumed, conflict")
            })?,
            grade: Grade::named(cell(9)).ok_or_else(|| {
                let problem = BadRow::new(format!("there is no grade `{}`", shortened(cell(9))));
                problem.help("use one of: A, B, C, D")
            })?,
            source: cell(10).into(),
            date: cell(11).parse().map_err(|_| {
                let problem = BadRow::new(format!("`{}` is no date", shortened(cell(11))));
                problem.help("write it like 2026-11-23")
            })?,
        };
        check_price(tier.price, cell(3))?;
        if tier.to.is_some_and(|to| to <= tier.from) {
            let problem = BadRow::new("the tier ends where it begins, or before");
            return Err(problem.help("`to` must be above `from`; leave it empty for no end"));
        }
        if !CURRENCIES.contains(&cell(7)) {
            let problem = BadRow::new(format!("`{}` is no currency here", shortened(cell(7))));
            return Err(problem.help("use USD or CNY, or nothing for what is not money"));
        }
        let price = self.entry(cell(1), cell(2), || Price {
            unit: cell(3).into(),
            currency: cell(7).to_owned(),
            tiers: Vec::new(),
        });
        let expected = price
            .tiers
            .last()
            .map_or(Some(Decimal::ZERO), |last| last.to);
        if expected != Some(tier.from) {
            let problem = BadRow::new(format!(
                "the tier of {} {} does not follow the last",
                shortened(cell(1)),
                shortened(cell(2))
            ));
            return Err(problem.help("tiers begin at 0 and leave no gap; a price has one row each"));
        }
        price.tiers.push(tier);
        Ok(())
    }
}

/// Refuses a price that no unit of AWS has. A saving may be negative, where Spot costs more
/// than on demand, and a band may be 0: neither is money.
fn check_price(price: Decimal, unit: &str) -> std::result::Result<(), BadRow> {
    let (least, most, help) = match unit {
        "fraction" => (-MOST_SHARE, Decimal::ONE, "a share is from -10 to 1"),
        "band" => (Decimal::ZERO, MOST_PRICE, "a band is 0 or more"),
        _ => (
            Decimal::ZERO,
            MOST_PRICE,
            "a unit costs above 0 and at most 10000",
        ),
    };
    let is_money = !matches!(unit, "fraction" | "band");
    if price < least || price > most || (is_money && price.is_zero()) {
        let problem = BadRow::new(format!("a price of {} is out of range", price.normalize()));
        let free = "; what is free has no row";
        let free = if is_money { free } else { "" };
        return Err(problem.help(format!("{help}{free}")));
    }
    Ok(())
}

/// The most that one unit of anything may cost: the most expensive, an hour of the largest
/// instances, costs some hundred dollars.
pub(crate) const MOST_PRICE: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);
/// How far Spot may be above on demand, as a share.
const MOST_SHARE: Decimal = Decimal::TEN;
/// Currencies of rows.
const CURRENCIES: [&str; 3] = ["USD", "CNY", ""];

/// What is wrong with a row, and the fix.
#[derive(Debug)]
struct BadRow {
    what: String,
    help: String,
}

impl BadRow {
    fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            help: String::new(),
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    fn of_csv(error: &csv::Error) -> Self {
        let what = match error.kind() {
            csv::ErrorKind::UnequalLengths { len, .. } => {
                format!("the row has {len} cells, not {}", COLUMNS.len())
            }
            _ => "this is not CSV".to_owned(),
        };
        Self::new(what).help("`landfall prices update` writes such a file anew")
    }

    fn at(self, name: &str, line: u64) -> Diagnostic {
        Diagnostic::new(format!("{name}:{line}: {}", self.what)).help(self.help)
    }
}

fn shortened(cell: &str) -> String {
    cell.chars().take(40).collect()
}
