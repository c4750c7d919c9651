//! A bill beside what was charged, meter by meter, with the difference explained.
//!
//! With A(q) the price of a quantity q of a meter without any allowance, the difference of
//! what was charged C and our amount O is a sum of five effects, each computed by the biller:
//!
//! * quantity: A(all that was charged) - A(ours);
//! * free tier: what the report leaves free beyond what we do;
//! * Savings Plans and reservations: the covered usage, which their fees pay;
//! * price: what is left, C - A(paid).

use std::collections::BTreeMap;

use landfall_units::{Decimal, Money};

use super::bounds::TooMuch;
use super::line::Bill;
use super::usage::{MeteredUsage, Usage};
use crate::embedded::Catalog;
use crate::prices::PriceBook;

/// What was charged on one meter in one region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Charged {
    /// Usage that was paid as used, in units of the meter.
    pub paid: Decimal,
    /// Usage without a charge.
    pub free: Decimal,
    /// Usage that Savings Plans paid.
    pub by_plans: Decimal,
    /// Usage that reservations paid.
    pub by_reservations: Decimal,
    /// What was charged for the usage paid as used.
    pub cost: Money,
}

impl Charged {
    /// All that was used.
    pub fn quantity(&self) -> Decimal {
        self.paid + self.free + self.by_plans + self.by_reservations
    }
}

/// Why an amount that was charged is another than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Another quantity was used.
    Quantity,
    /// Another part of it was free.
    FreeTier,
    /// Savings Plans paid for a part.
    SavingsPlans,
    /// Reservations paid for a part.
    Reservations,
    /// The unit had another price.
    Price,
}

impl Effect {
    /// The words of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::FreeTier => "free tier",
            Self::SavingsPlans => "savings plans",
            Self::Reservations => "reservations",
            Self::Price => "price",
        }
    }
}

/// One meter: ours, what was charged, and the difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Service of the meter.
    pub service: String,
    /// The meter.
    pub meter: String,
    /// What one unit is.
    pub unit: String,
    /// Our quantity, in units.
    pub quantity: Decimal,
    /// The quantity that was charged, in units.
    pub charged_quantity: Decimal,
    /// Our amount; none where the price is not known.
    pub amount: Option<Money>,
    /// Whether our amount rests on what other regions pay: its price is not known here.
    pub is_range: bool,
    /// What was charged for the usage paid as used.
    pub charged: Money,
    /// What the difference of both comes from; their sum is the difference. Nothing where the
    /// price is not known.
    pub effects: Vec<(Effect, Money)>,
}

impl Compared {
    /// What was charged less our amount.
    pub fn difference(&self) -> Option<Money> {
        self.amount.map(|amount| self.charged - amount)
    }
}

/// Our side of a meter.
#[derive(Debug, Clone, Default)]
struct Ours {
    unit: String,
    quantity: Decimal,
    amount: Option<Money>,
}

/// Compares a bill with what was charged, by service and meter, in order of name.
///
/// # Errors
/// When a quantity, or what it costs, is beyond what is billed exactly.
pub fn against(
    bill: &Bill,
    charged: &BTreeMap<(String, String), Charged>,
    book: &PriceBook,
    catalog: &Catalog,
) -> Result<Vec<Compared>, TooMuch> {
    let mut ours: BTreeMap<(String, String), Ours> = BTreeMap::new();
    for line in &bill.lines {
        let key = (line.service.to_owned(), line.meter.clone().into_owned());
        let known = ours.entry(key).or_insert_with(|| Ours {
            unit: line.unit.to_string(),
            quantity: Decimal::ZERO,
            amount: Some(Money::ZERO),
        });
        known.quantity += line.quantity;
        known.amount = known
            .amount
            .zip(line.amount)
            .map(|(sum, amount)| sum + amount);
    }
    for key in charged.keys() {
        ours.entry(key.clone()).or_insert_with(|| Ours {
            amount: Some(Money::ZERO),
            ..Ours::default()
        });
    }
    let nothing = Charged::default();
    let compared = ours.into_iter().map(|(key, ours)| {
        let charged = charged.get(&key).unwrap_or(&nothing);
        let price = Price {
            book,
            catalog,
            service: &key.0,
            meter: &key.1,
        };
        price.compare(ours, charged)
    });
    compared.collect()
}

/// What quantities of one meter cost.
struct Price<'p> {
    book: &'p PriceBook,
    catalog: &'p Catalog,
    service: &'p str,
    meter: &'p str,
}

impl Price<'_> {
    fn metered(&self, quantity: Decimal) -> Option<MeteredUsage> {
        let quantity = quantity.max(Decimal::ZERO);
        MeteredUsage::new(
            self.catalog,
            self.service,
            self.meter,
            quantity,
            Decimal::ZERO,
        )
    }

    /// A quantity without any allowance; none where the price is not known.
    fn of(&self, quantity: Decimal) -> Result<Option<Money>, TooMuch> {
        let Some(usage) = self.metered(quantity) else {
            return Ok(None);
        };
        let billed = super::bill(&[Usage::Metered(usage)], self.book, &self.catalog.meters)?;
        Ok(billed.exact_sum().complete())
    }

    /// Whether the price is what other regions pay.
    fn is_range(&self) -> bool {
        let price = self.book.price(self.service, self.meter);
        price.is_some_and(|price| price.tiers.iter().any(|tier| tier.span.is_some()))
    }

    fn compare(&self, ours: Ours, charged: &Charged) -> Result<Compared, TooMuch> {
        let unit = self.metered(Decimal::ZERO).map(|usage| usage.unit);
        let all = charged.quantity();
        let steps = [
            self.of(ours.quantity)?,
            self.of(all)?,
            self.of(all - charged.free)?,
            self.of(charged.paid + charged.by_reservations)?,
            self.of(charged.paid)?,
        ];
        // Where a meter has no price of its own, as a fee on instances, our amount is all
        // there is.
        let is_charged = charged.quantity() > Decimal::ZERO || charged.cost != Money::ZERO;
        let amount = if is_charged && steps.iter().any(Option::is_none) {
            None
        } else {
            ours.amount
        };
        let mut effects = Vec::new();
        if let (
            Some(amount),
            [
                Some(gross),
                Some(all),
                Some(counted),
                Some(reserved),
                Some(paid),
            ],
        ) = (amount, steps)
        {
            let free = (counted - all) - (amount - gross);
            effects = vec![
                (Effect::Quantity, all - gross),
                (Effect::FreeTier, free),
                (Effect::SavingsPlans, reserved - counted),
                (Effect::Reservations, paid - reserved),
                (Effect::Price, charged.cost - paid),
            ];
            effects.retain(|(_, money)| *money != Money::ZERO);
        } else if let Some(amount) = amount {
            effects.push((Effect::Quantity, Money::ZERO - amount));
        }
        Ok(Compared {
            service: self.service.to_owned(),
            meter: self.meter.to_owned(),
            unit: unit.unwrap_or(ours.unit),
            quantity: ours.quantity,
            charged_quantity: all,
            amount,
            is_range: self.is_range(),
            charged: charged.cost,
            effects,
        })
    }
}
