//! What AWS has charged: Cost and Usage Reports (the legacy CSV, CUR 2.0 as CSV and Parquet)
//! and exports in the format of FOCUS.
//!
//! Lines are added up as they are read: what is kept grows with the kinds of usage in a
//! report, never with its length. No account number, resource or tag is kept.

mod columns;
mod cur;
mod focus;
mod table;
mod want;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use landfall_source::{Diagnostic, Result, Source};
use rust_decimal::Decimal;

use crate::Format;
use columns::of_header;

/// How much of a file tells what it is.
const HEAD_BYTES: usize = 1 << 16;
/// Most kinds of usage that are told apart; a report of a large company has thousands.
const MOST_KINDS: usize = 200_000;
/// What a file of Parquet begins with.
pub(crate) const PARQUET: &[u8] = b"PAR1";

/// What a line of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChargeKind {
    /// Usage that is paid as it is used.
    Usage,
    /// Usage that a Savings Plan pays.
    SavingsPlan,
    /// Usage that a reservation pays.
    Reservation,
    /// What Savings Plans themselves cost, what takes back the covered usage included.
    SavingsPlanFee,
    /// What reservations themselves cost.
    ReservationFee,
    /// Other fees: support, subscriptions.
    Fee,
    /// Discounts that have lines of their own.
    Discount,
    /// Credits.
    Credit,
    /// Refunds and corrections.
    Refund,
    /// Taxes.
    Tax,
    /// A type of line that is not known here.
    Other,
}

/// Lines of a report that are alike, added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// What the lines are.
    pub kind: ChargeKind,
    /// Whether they are usage without a charge: of a free tier.
    pub is_free: bool,
    /// Codes of the service, the most specific first: `AWSDataTransfer`, `AWSLambda`.
    pub services: Vec<String>,
    /// Usage type, with the prefix of its region: `EU-Lambda-GB-Second`.
    pub usage_type: String,
    /// Operation.
    pub operation: String,
    /// Region; empty for what belongs to none, as taxes.
    pub region: String,
    /// Unit of the quantity, as the report has it.
    pub unit: String,
    /// How much was used.
    pub quantity: Decimal,
    /// What was charged, in the report's currency; of usage that a Savings Plan pays, what it
    /// would cost without, in reports of AWS.
    pub cost: Decimal,
    /// How many lines.
    pub lines: u64,
}

/// What makes lines alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: ChargeKind,
    is_free: bool,
    services: Vec<String>,
    usage_type: String,
    operation: String,
    region: String,
}

#[derive(Debug, Clone, Default)]
struct Sum {
    unit: String,
    quantity: Decimal,
    cost: Decimal,
    lines: u64,
}

/// What was charged in a month, from one file or several.
#[derive(Debug, Clone, Default)]
pub struct Charges {
    sums: BTreeMap<Key, Sum>,
    month: Option<(String, String)>,
    currency: Option<(String, String)>,
    lines: u64,
}

/// One line, with what is needed of it.
#[derive(Debug, Clone)]
struct Line<'l> {
    kind: ChargeKind,
    services: [&'l str; 2],
    usage_type: &'l str,
    operation: &'l str,
    region: &'l str,
    unit: &'l str,
    month: &'l str,
    currency: &'l str,
    quantity: Decimal,
    cost: Decimal,
}

impl Charges {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file, plain or gzip: a CSV of AWS or FOCUS, or Parquet with either's columns.
    ///
    /// # Errors
    /// The first problem, with file, line and the way out: it is no such report, breaks off,
    /// has a number that is none, or is of another month or currency than those before.
    pub fn read(&mut self, name: &str, input: impl Read) -> Result<()> {
        let mut input = BufReader::with_capacity(HEAD_BYTES, input);
        let head = input.fill_buf().map_err(|error| broken(name, &error))?;
        if head.starts_with(&[0x1f, 0x8b]) {
            let plain = MultiGzDecoder::new(input);
            return self.read_plain(name, BufReader::with_capacity(HEAD_BYTES, plain));
        }
        self.read_plain(name, input)
    }

    fn read_plain(&mut self, name: &str, mut input: impl BufRead) -> Result<()> {
        let head = input.fill_buf().map_err(|error| broken(name, &error))?;
        if head.starts_with(PARQUET) {
            return table::read_parquet(name, input, self);
        }
        table::read_csv(name, input, self)
    }

    /// The month that was charged: `2026-10`; none where the report does not say.
    pub fn month(&self) -> Option<&str> {
        self.month.as_ref().map(|(month, _)| month.as_str())
    }

    /// The currency: `USD`; none where the report does not say.
    pub fn currency(&self) -> Option<&str> {
        self.currency
            .as_ref()
            .map(|(currency, _)| currency.as_str())
    }

    /// How many lines were read.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// What was charged, lines that are alike added up, in order.
    pub fn charges(&self) -> impl Iterator<Item = Charge> + '_ {
        self.sums.iter().map(|(key, sum)| Charge {
            kind: key.kind,
            is_free: key.is_free,
            services: key.services.clone(),
            usage_type: key.usage_type.clone(),
            operation: key.operation.clone(),
            region: key.region.clone(),
            unit: sum.unit.clone(),
            quantity: sum.quantity,
            cost: sum.cost,
            lines: sum.lines,
        })
    }

    /// Adds a line; `place` says where it stands.
    fn add(&mut self, name: &str, place: u64, line: &Line<'_>) -> Result<()> {
        self.lines += 1;
        let at = |what: String, help: &str| {
            let problem = Diagnostic::new(format!("{name}:{place}: {what}"));
            Err(problem.help(help).into())
        };
        let help = "give the files of one month: tiers and allowances count by the month";
        if let Some(other) = differs(&mut self.month, line.month, name) {
            return at(
                format!("a charge of {}, beside those of {other}", line.month),
                help,
            );
        }
        let help = "give the files of one currency";
        if let Some(other) = differs(&mut self.currency, line.currency, name) {
            return at(
                format!("a charge in {}, beside {other}", line.currency),
                help,
            );
        }
        let mut services: Vec<String> = Vec::new();
        for service in line.services {
            if !service.is_empty() && services.iter().all(|one| one != service) {
                services.push(service.to_owned());
            }
        }
        let key = Key {
            kind: line.kind,
            is_free: line.kind == ChargeKind::Usage && line.cost.is_zero(),
            services,
            usage_type: line.usage_type.to_owned(),
            operation: line.operation.to_owned(),
            region: line.region.to_owned(),
        };
        if self.sums.len() >= MOST_KINDS && !self.sums.contains_key(&key) {
            let what = format!("there are more than {MOST_KINDS} kinds of usage");
            return at(what, "give the files of fewer regions or services");
        }
        let sum = self.sums.entry(key).or_default();
        let added = sum.quantity.checked_add(line.quantity);
        let cost = sum.cost.checked_add(line.cost);
        let (Some(quantity), Some(cost)) = (added, cost) else {
            return at(
                "the sum is too large".to_owned(),
                "check the numbers of this line",
            );
        };
        sum.quantity = quantity;
        sum.cost = cost;
        sum.lines += 1;
        if sum.unit.is_empty() {
            line.unit.clone_into(&mut sum.unit);
        }
        Ok(())
    }
}

/// Keeps the first value, and gives it where another comes.
fn differs(kept: &mut Option<(String, String)>, value: &str, file: &str) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    match kept {
        None => {
            *kept = Some((value.to_owned(), file.to_owned()));
            None
        }
        Some((first, _)) if first == value => None,
        Some((first, file)) => Some(format!("{first} in `{file}`")),
    }
}

/// The format of a report by the beginning of a file; none for anything else.
pub(crate) fn format_of(head: &[u8]) -> Option<Format> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let line = line.trim_start_matches('\u{feff}');
    let names = line.split(',').map(|name| name.trim().trim_matches('"'));
    of_header(names)
}

fn broken(name: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    let text = Source::new(name, "");
    let problem = Diagnostic::new(format!("cannot read `{}`: {error}", text.name()));
    problem.help("check that the file is whole")
}
