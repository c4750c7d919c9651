//! What was charged, as meters count it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use landfall_catalog::Catalog;
use landfall_catalog::bill::{Charged, MeteredUsage};
use landfall_import::{Charge, ChargeKind, Charges};
use landfall_report::text::Beside;
use landfall_source::Diagnostic;
use landfall_source::escape::{quoted, visible};
use landfall_units::{Decimal, Money, is_region_name};

use crate::exit::Problem;
use crate::files;

/// Reports, read together.
#[derive(Debug)]
pub(crate) struct Read {
    charges: Charges,
    names: Vec<String>,
}

/// What was charged in one region in one month.
#[derive(Debug)]
pub(crate) struct Statement {
    region: String,
    title: String,
    /// By service and meter.
    pub(crate) charged: BTreeMap<(String, String), Charged>,
    unknown: BTreeMap<String, Money>,
    apart: BTreeMap<&'static str, Money>,
    elsewhere: BTreeMap<String, Money>,
}

/// Reads reports of one month.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Read, Problem> {
    // A damaged file of Parquet is reported as the one problem that it is.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let read = read_all(paths);
    std::panic::set_hook(hook);
    read
}

fn read_all(paths: &[PathBuf]) -> Result<Read, Problem> {
    let mut charges = Charges::new();
    let mut names = Vec::new();
    for path in paths {
        if files::is_stdin(path) {
            charges.read(files::STDIN, std::io::stdin().lock())?;
            names.push(files::STDIN.to_owned());
        } else {
            let name = path.display().to_string();
            charges.read(&name, files::open(path)?)?;
            names.push(name);
        }
    }
    Ok(Read { charges, names })
}

/// Where lines that are no usage are added up.
const fn apart(kind: ChargeKind) -> &'static str {
    match kind {
        ChargeKind::Usage => "usage",
        ChargeKind::SavingsPlan | ChargeKind::SavingsPlanFee => "Savings Plans",
        ChargeKind::Reservation | ChargeKind::ReservationFee => "reservations",
        ChargeKind::Fee => "fees",
        ChargeKind::Discount => "discounts",
        ChargeKind::Credit => "credits",
        ChargeKind::Refund => "refunds and corrections",
        ChargeKind::Tax => "taxes",
        ChargeKind::Other => "lines of other types",
    }
}

fn is_usage(kind: ChargeKind) -> bool {
    matches!(
        kind,
        ChargeKind::Usage | ChargeKind::SavingsPlan | ChargeKind::Reservation
    )
}

impl Statement {
    /// What was charged in a region; without one, in that with the highest charges.
    pub(crate) fn of(read: &Read, region: Option<&str>) -> Result<Self, Problem> {
        let all: Vec<Charge> = read.charges.charges().collect();
        if let Some(currency) = read.charges.currency()
            && currency != "USD"
        {
            let what = format!("`{}` is in {currency}", read.names.join("`, `"));
            let help = "prices here are in USD: give a report in USD";
            return Err(Problem::Input(Box::new(Diagnostic::new(what).help(help))));
        }
        let region = match region {
            Some(region) => region.to_owned(),
            None => main_region(read, &all)?,
        };
        let mut statement = Self {
            title: title(read),
            charged: BTreeMap::new(),
            unknown: BTreeMap::new(),
            apart: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            region,
        };
        let matches = Catalog::matches(&statement.region)?;
        for charge in &all {
            statement.add(charge, |charge| {
                let services: Vec<&str> = charge.services.iter().map(String::as_str).collect();
                matches.charged(&services, &charge.usage_type, &charge.operation)
            });
        }
        Ok(statement)
    }

    fn add(&mut self, charge: &Charge, meter: impl Fn(&Charge) -> Option<(String, String)>) {
        let cost = Money::new(charge.cost);
        if charge.kind != ChargeKind::Usage {
            let sum = self.apart.entry(apart(charge.kind)).or_default();
            *sum = *sum + cost;
        }
        if !is_usage(charge.kind) {
            return;
        }
        let paid = if charge.kind == ChargeKind::Usage {
            cost
        } else {
            Money::ZERO
        };
        if charge.region != self.region {
            let region = if charge.region.is_empty() {
                "of no region"
            } else {
                &charge.region
            };
            let sum = self
                .elsewhere
                .entry(visible(region).into_owned())
                .or_default();
            *sum = *sum + paid;
            return;
        }
        let Some(meter) = meter(charge) else {
            let sum = self.unknown.entry(label(charge)).or_default();
            *sum = *sum + paid;
            return;
        };
        let charged = self.charged.entry(meter).or_default();
        let quantity = match (charge.kind, charge.is_free) {
            (ChargeKind::SavingsPlan, _) => &mut charged.by_plans,
            (ChargeKind::Reservation, _) => &mut charged.by_reservations,
            (_, true) => &mut charged.free,
            _ => &mut charged.paid,
        };
        *quantity = quantity.saturating_add(charge.quantity);
        charged.cost = charged.cost + paid;
    }

    /// What is beside the meters.
    pub(crate) fn beside(&self) -> Beside {
        let list = |entries: &BTreeMap<String, Money>| -> Vec<(String, Money)> {
            let entries = entries.iter();
            entries
                .map(|(what, money)| (what.clone(), *money))
                .collect()
        };
        let apart = self.apart.iter();
        Beside {
            title: self.title.clone(),
            unknown: list(&self.unknown),
            apart: apart
                .map(|(what, money)| ((*what).to_owned(), *money))
                .collect(),
            elsewhere: list(&self.elsewhere),
        }
    }

    /// A usage file: every meter, and as comments what is not in it.
    pub(crate) fn usage_file(&self) -> Result<String, Problem> {
        let catalog = Catalog::embedded()?;
        let mut out = format!("# Usage of {}.\n", visible(&self.title));
        out.push_str(
            "# Price it: landfall bill FILE. Compare: landfall bill FILE --against REPORT.\n",
        );
        let _ = writeln!(out, "\nschema = 1\nregion = {}", quoted(&self.region));
        let mut left_out = self.unknown.clone();
        for ((service, meter), charged) in &self.charged {
            let quantity = charged.quantity();
            let unit = MeteredUsage::new(&catalog, service, meter, quantity, charged.free)
                .filter(|_| quantity >= Decimal::ZERO && charged.free >= Decimal::ZERO)
                .map(|usage| usage.unit().to_owned());
            let Some(unit) = unit else {
                let what = format!("{service} {meter}, {}", quantity.normalize());
                left_out.insert(what, charged.cost);
                continue;
            };
            let _ = writeln!(
                out,
                "\n[[meter]]\nservice = {}\nmeter = {}\nquantity = {} # {unit}",
                quoted(service),
                quoted(meter),
                quantity.normalize(),
            );
            if charged.free > Decimal::ZERO {
                let _ = writeln!(
                    out,
                    "free = {} # without a charge",
                    charged.free.normalize()
                );
            }
            for (paid_by, part) in [
                ("Savings Plans", charged.by_plans),
                ("reservations", charged.by_reservations),
            ] {
                if part > Decimal::ZERO {
                    let _ = writeln!(out, "# {} of it paid by {paid_by}", part.normalize());
                }
            }
        }
        let lists = [
            (
                "Not in this file: usage of no meter that is known here",
                &left_out,
            ),
            (
                "Not in this file: other regions, by --region",
                &self.elsewhere,
            ),
        ];
        for (title, entries) in lists {
            if !entries.is_empty() {
                let _ = writeln!(out, "\n# {title}");
            }
            for (what, money) in entries {
                let _ = writeln!(out, "#   {what}: {money}");
            }
        }
        if !self.apart.is_empty() {
            out.push_str("\n# Charged beside usage\n");
        }
        for (what, money) in &self.apart {
            let _ = writeln!(out, "#   {what}: {money}");
        }
        Ok(out)
    }
}

/// Usage of no known meter, in the report's own words.
fn label(charge: &Charge) -> String {
    let mut label = charge.usage_type.clone();
    if label.is_empty() {
        "usage without a type".clone_into(&mut label);
    }
    if let Some(service) = charge.services.last() {
        let _ = write!(label, " ({service}");
        if !charge.operation.is_empty() {
            let _ = write!(label, ", {}", charge.operation);
        }
        label.push(')');
    }
    visible(&label).into_owned()
}

/// What the reports are.
fn title(read: &Read) -> String {
    let month = read.charges.month().unwrap_or("an unknown month");
    let lines = read.charges.lines();
    format!("{month}, {} ({lines} lines)", read.names.join(", "))
}

/// The region with the highest charges for usage.
fn main_region(read: &Read, all: &[Charge]) -> Result<String, Problem> {
    let mut regions: BTreeMap<&str, (Decimal, u64)> = BTreeMap::new();
    for charge in all {
        if is_usage(charge.kind) && is_region_name(&charge.region) {
            let sum = regions.entry(&charge.region).or_default();
            sum.0 = sum.0.saturating_add(charge.cost);
            sum.1 += charge.lines;
        }
    }
    let highest = regions.into_iter().max_by_key(|(_, sum)| *sum);
    let region = highest.map(|(region, _)| region.to_owned());
    region.ok_or_else(|| {
        let what = format!("no usage of a region is in `{}`", read.names.join("`, `"));
        let help = "give a report with its usage, with columns for usage type and region";
        Problem::Input(Box::new(Diagnostic::new(what).help(help)))
    })
}
