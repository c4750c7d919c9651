//! The prices of one region.

use std::collections::BTreeMap;

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
}

impl PriceStatus {
    /// The word of data files and outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Derived => "derived",
            Self::Assumed => "assumed",
            Self::Conflict => "conflict",
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
    /// How the price came to be in the book.
    pub status: PriceStatus,
    /// How far its source can be trusted.
    pub grade: Grade,
    /// The id of its source.
    pub source: String,
    /// When it was read there.
    pub date: Date,
}

/// The price of one meter in one region: its tiers, rising.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// What one unit is: `GB-s`, `vCPU-h`.
    pub unit: String,
    /// `USD`, or `CNY` in China; empty for what is not money.
    pub currency: String,
    /// The tiers, rising from zero without gaps.
    pub tiers: Vec<Tier>,
}

impl Price {
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
        if price.currency == "CNY" {
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

    /// The latest date of any row; none when the book is empty.
    pub fn as_of(&self) -> Option<Date> {
        self.iter()
            .flat_map(|(_, _, price)| &price.tiers)
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

    /// Adds the rows of a CSV file in the project's columns.
    ///
    /// # Errors
    /// The first bad row, by file and line.
    pub fn add_csv(&mut self, name: &str, text: &str) -> Result<()> {
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let problem = |line: u64, what: &str| {
            Box::new(Diagnostic::new(format!("{name}:{line}: {what}")).help("correct the row"))
        };
        let header = rows
            .headers()
            .map_err(|error| problem(1, &error.to_string()))?;
        if header.iter().ne(COLUMNS) {
            let wanted = COLUMNS.join(",");
            return Err(problem(1, &format!("the columns must be {wanted}")));
        }
        let mut record = csv::StringRecord::new();
        loop {
            let line = rows.position().line();
            match rows.read_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => self.add_row(&record).map_err(|what| problem(line, &what))?,
                Err(error) => return Err(problem(line, &error.to_string())),
            }
        }
    }

    fn add_row(&mut self, row: &csv::StringRecord) -> std::result::Result<(), String> {
        let cell = |column: usize| row.get(column).unwrap_or("");
        let number = |column: usize| {
            cell(column)
                .parse::<Decimal>()
                .map_err(|_| format!("`{}` is no number", cell(column)))
        };
        if cell(0) != self.region {
            return Err(format!(
                "the region is `{}`, not `{}`",
                cell(0),
                self.region
            ));
        }
        let tier = Tier {
            from: number(4)?,
            to: if cell(5).is_empty() {
                None
            } else {
                Some(number(5)?)
            },
            price: number(6)?,
            status: PriceStatus::named(cell(8)).ok_or("the status is not known")?,
            grade: Grade::named(cell(9)).ok_or("the grade is not A, B, C or D")?,
            source: cell(10).to_owned(),
            date: cell(11)
                .parse()
                .map_err(|_| format!("`{}` is no date", cell(11)))?,
        };
        // A saving may be negative: where Spot is dearer than on demand.
        if tier.price.is_sign_negative() && cell(3) != "fraction" {
            return Err("the price is below zero".to_owned());
        }
        let meters = self.services.entry(cell(1).to_owned()).or_default();
        let price = meters.entry(cell(2).to_owned()).or_insert_with(|| Price {
            unit: cell(3).to_owned(),
            currency: cell(7).to_owned(),
            tiers: Vec::new(),
        });
        let expected = price
            .tiers
            .last()
            .map_or(Some(Decimal::ZERO), |last| last.to);
        if expected != Some(tier.from) {
            return Err(format!(
                "the tier of {}/{} does not follow the last",
                cell(1),
                cell(2)
            ));
        }
        price.tiers.push(tier);
        Ok(())
    }
}
