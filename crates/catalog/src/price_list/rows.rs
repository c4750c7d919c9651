//! The rows kept.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use landfall_units::Decimal;
use thiserror::Error;

use super::matches::{Meter, without_prefix};

/// Most rows kept: far more than a region has.
const MOST: usize = 200_000;
/// Most usage types remembered of one offer that are no meter: EC2 has some thousands.
const MOST_UNREAD: usize = 5000;

/// A usage type without its region's prefix, and its operation.
pub(super) type Usage = (String, String);

/// Why a file of prices could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{fault}", entry.map_or_else(String::new, |entry| format!("entry {entry} of its list: ")))]
pub struct PriceListError {
    /// The line, from 1; none where the fault is in an entry.
    pub line: Option<u64>,
    /// The entry of the file's list, from 1: documents in strings have no lines of their own.
    pub entry: Option<usize>,
    /// What is wrong.
    pub fault: Box<PriceListFault>,
}

impl PriceListError {
    pub(super) fn in_entry(place: usize, fault: PriceListFault) -> Self {
        Self {
            line: None,
            entry: Some(place + 1),
            fault: Box::new(fault),
        }
    }

    pub(super) fn in_line(line: u64, fault: PriceListFault) -> Self {
        Self {
            line: Some(line),
            entry: None,
            fault: Box::new(fault),
        }
    }

    /// The fix.
    pub fn hint(&self) -> &'static str {
        match *self.fault {
            PriceListFault::Ambiguous { .. } => "name the services to take with --service",
            PriceListFault::Broken(_) => "fetch the file again; nothing was changed",
            PriceListFault::Index => "name the files that it lists",
            PriceListFault::Shape(_) | PriceListFault::Number { .. } => {
                "give files as AWS's Price List has them; nothing was changed"
            }
        }
    }
}

/// What is wrong with a file of prices.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PriceListFault {
    /// It is not in a shape that AWS gives.
    #[error("this is no file of AWS's Price List: {0}")]
    Shape(String),
    /// It names other files, and holds no price itself.
    #[error("this is an index of the Price List, without prices")]
    Index,
    /// It breaks off, or cannot be read on.
    #[error("the file is broken: {0}")]
    Broken(String),
    /// Two rows name one meter at different prices.
    #[error(
        "{service} {meter} has two prices, ${first} and ${second}: it is not known which is meant"
    )]
    Ambiguous {
        /// Service.
        service: String,
        /// Meter.
        meter: String,
        /// The price read first.
        first: String,
        /// The price read second.
        second: String,
    },
    /// A price or a range is no number.
    #[error("`{text}` is no number, where {what} should be")]
    Number {
        /// What stands there.
        text: String,
        /// What should.
        what: &'static str,
    },
}

impl PriceListFault {
    pub(super) fn broken(error: &impl std::fmt::Display) -> Self {
        Self::Broken(error.to_string())
    }

    pub(super) fn shape(what: &str) -> Self {
        Self::Shape(what.to_owned())
    }
}

/// One step of a price, as read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) from: Decimal,
    pub(super) to: Option<Decimal>,
    pub(super) price: Decimal,
    pub(super) currency: String,
}

/// Prices of one region, by meter and tier.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    kept: BTreeMap<(String, String), (String, BTreeMap<Decimal, Step>)>,
    /// By offer that the region has, what of it is no meter.
    passed: BTreeMap<String, BTreeSet<Usage>>,
}

impl Rows {
    /// How many prices there are.
    pub fn len(&self) -> usize {
        self.kept.values().map(|(_, steps)| steps.len()).sum()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Keeps one step of a meter. Free steps at the beginning of a price are left
    /// out: allowances are a switch of the biller, not a price.
    pub(super) fn keep(&mut self, meter: &Meter, step: Step) -> Result<(), PriceListFault> {
        if self.kept.len() >= MOST {
            return Err(PriceListFault::shape(
                "it holds more meters than any region has",
            ));
        }
        let key = (meter.service.clone(), meter.name.to_string());
        let entry = self
            .kept
            .entry(key)
            .or_insert_with(|| (meter.unit.clone(), BTreeMap::new()));
        if let Some(other) = entry.1.get(&step.from) {
            if other.price == step.price {
                return Ok(());
            }
            return Err(PriceListFault::Ambiguous {
                service: meter.service.clone(),
                meter: meter.name.to_string(),
                first: other.price.normalize().to_string(),
                second: step.price.normalize().to_string(),
            });
        }
        entry.1.insert(step.from, step);
        Ok(())
    }

    /// Notes that an offer has something for the region, and a usage type of it that is no
    /// meter.
    pub(super) fn pass(&mut self, offer: &str, unread: Option<(&str, &str)>) {
        if !self.passed.contains_key(offer) {
            self.passed.insert(offer.to_owned(), BTreeSet::new());
        }
        let (Some(passed), Some((usage, operation))) = (self.passed.get_mut(offer), unread) else {
            return;
        };
        if passed.len() < MOST_UNREAD {
            passed.insert((without_prefix(usage).to_owned(), operation.to_owned()));
        }
    }

    /// What an offer has for the region that is no meter; none where it has nothing at all.
    pub(super) fn passed(&self, offer: &str) -> Option<&BTreeSet<Usage>> {
        self.passed.get(offer)
    }

    /// Whether a meter was kept.
    pub(super) fn has(&self, service: &str, meter: &str) -> bool {
        self.kept
            .contains_key(&(service.to_owned(), meter.to_owned()))
    }

    /// Leaves only the rows of some services; all when none is named.
    pub fn only(&mut self, services: &[String]) {
        self.kept
            .retain(|(service, _), _| services.is_empty() || services.contains(service));
    }

    /// The rows as CSV in the project's columns, with `source` and `date` in each.
    pub fn to_csv(&self, region: &str, source: &str, date: Date) -> String {
        let mut out = String::from(
            "region,service,meter,unit,from,to,price,currency,status,grade,source,date\n",
        );
        for ((service, meter), (unit, steps)) in &self.kept {
            let mut steps: Vec<&Step> = steps.values().collect();
            let free = steps.len() > 1 && steps.first().is_some_and(|step| step.price.is_zero());
            if free {
                steps.remove(0);
            }
            // What is free throughout is no price that a bill could be made of.
            if steps.iter().any(|step| step.price.is_zero()) {
                continue;
            }
            for (place, step) in steps.iter().enumerate() {
                let from = if place == 0 { Decimal::ZERO } else { step.from };
                let to = step
                    .to
                    .map_or_else(String::new, |to| to.normalize().to_string());
                let fields = [
                    region,
                    service,
                    meter,
                    unit,
                    &from.normalize().to_string(),
                    &to,
                    &step.price.normalize().to_string(),
                    &step.currency,
                    "listed",
                    "A",
                    source,
                    &date.to_string(),
                ];
                out.push_str(&fields.join(","));
                out.push('\n');
            }
        }
        out
    }
}

/// A number of the list, or what stands in its place.
pub(super) fn number(text: &str, what: &'static str) -> Result<Decimal, PriceListFault> {
    let error = || PriceListFault::Number {
        text: text.chars().take(40).collect(),
        what,
    };
    let parsed = text
        .parse::<Decimal>()
        .or_else(|_| Decimal::from_scientific(text));
    let value = parsed.map_err(|_| error())?;
    if value.is_sign_negative() && !value.is_zero() {
        Err(error())
    } else {
        Ok(value)
    }
}

/// Reads `Inf` as no end.
pub(super) fn end(text: &str) -> Result<Option<Decimal>, PriceListFault> {
    if text.is_empty() || text == "Inf" {
        Ok(None)
    } else {
        number(text, "the end of a tier").map(Some)
    }
}
