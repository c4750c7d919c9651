//! Counting on meters, then pricing what was counted.

use std::borrow::Cow;
use std::sync::Arc;

use landfall_units::{Decimal, Money};

use super::bounds::TooMuch;
use super::line::{Bill, Line};
use crate::prices::{Price, PriceBook, PriceStatus, Tier};

/// How the price of a meter is found in the book.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rate {
    /// The meter's own row.
    Own,
    /// A row of the same service; where the book has none, another, which the first tier of
    /// the first is known to equal: an upper bound.
    RowOr {
        row: &'static str,
        other: &'static str,
    },
    /// The row of another item of the same service, of which this is a part.
    PartOf(&'static str),
    /// The on-demand row, less the saving row: Spot.
    LessSaving { base: String, saving: String },
    /// A share, by its own row, of another price: a fee on instances.
    ShareOf {
        base: String,
        share: (&'static str, &'static str),
    },
    /// A price that the user states.
    Stated(Decimal),
}

#[derive(Debug, Clone)]
struct Count {
    service: &'static str,
    item: Cow<'static, str>,
    rate: Rate,
    unit: Cow<'static, str>,
    quantity: Decimal,
    /// What is free of it whatever allowance there is.
    covered: Decimal,
    /// The part of the quantity that a free allowance may cover.
    eligible: Decimal,
    allowance: Decimal,
}

/// Quantities by meter.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Vec<Count>,
}

impl Tally {
    /// Counts a quantity on a meter with a row of its own.
    pub(super) fn add(
        &mut self,
        service: &'static str,
        item: impl Into<Cow<'static, str>>,
        unit: &'static str,
        quantity: Decimal,
    ) {
        self.add_rated(service, item.into(), Rate::Own, unit, quantity);
    }

    /// The same, where a free allowance a month covers what it can.
    pub(super) fn add_free(
        &mut self,
        service: &'static str,
        item: impl Into<Cow<'static, str>>,
        unit: &'static str,
        quantity: Decimal,
        allowance: Decimal,
    ) {
        let item = item.into();
        self.add_rated(service, item.clone(), Rate::Own, unit, quantity);
        let found = self
            .counts
            .iter_mut()
            .find(|c| c.service == service && c.item == item);
        if let Some(count) = found {
            count.eligible = more(count.eligible, quantity);
            count.allowance = allowance;
        }
    }

    /// Counts a quantity whose price is computed.
    pub(super) fn add_rated(
        &mut self,
        service: &'static str,
        item: Cow<'static, str>,
        rate: Rate,
        unit: impl Into<Cow<'static, str>>,
        quantity: Decimal,
    ) {
        if quantity <= Decimal::ZERO {
            return;
        }
        let same = |c: &&mut Count| c.service == service && c.item == item && c.rate == rate;
        if let Some(count) = self.counts.iter_mut().find(same) {
            count.quantity = more(count.quantity, quantity);
            return;
        }
        let (eligible, allowance) = (Decimal::ZERO, Decimal::ZERO);
        self.counts.push(Count {
            service,
            item,
            rate,
            unit: unit.into(),
            quantity,
            covered: Decimal::ZERO,
            eligible,
            allowance,
        });
    }

    /// Says that so much of what is counted on a meter is free.
    pub(super) fn cover(&mut self, service: &str, item: &str, rate: &Rate, free: Decimal) {
        let same = |c: &&mut Count| c.service == service && c.item == item && c.rate == *rate;
        if let Some(count) = self.counts.iter_mut().find(same) {
            count.covered = more(count.covered, free);
        }
    }

    /// Prices everything counted.
    ///
    /// # Errors
    /// When a quantity or an amount is too large to show.
    pub(super) fn price(mut self, book: &PriceBook) -> Result<Bill, TooMuch> {
        self.counts
            .sort_by(|a, b| (a.service, &a.item).cmp(&(b.service, &b.item)));
        let mut bill = Bill::default();
        for count in &self.counts {
            let free = count.eligible.min(count.allowance);
            let free = more(free, count.covered).min(count.quantity);
            let first = bill.lines.len();
            price_count(&mut bill, count, count.quantity - free, book);
            // What is free is shown on the first line, so that quantities are what was used.
            if let Some(line) = bill.lines.get_mut(first) {
                line.quantity += free;
                line.free = free;
            }
        }
        told(&bill)?;
        Ok(bill)
    }
}

/// A sum; more than a number holds is the most that it holds, which [`told`] refuses.
fn more(sum: Decimal, further: Decimal) -> Decimal {
    sum.checked_add(further).unwrap_or(Decimal::MAX)
}

/// Refuses a bill with an amount that money does not hold.
fn told(bill: &Bill) -> Result<(), TooMuch> {
    let beyond = |line: &Line| TooMuch {
        what: format!("the cost of {}", line.meter),
        service: line.service.to_owned(),
        most: Money::MOST.to_string(),
    };
    let too_much = |line: &&Line| {
        let highest = line.span.map(|(_, high)| high).or(line.amount);
        highest.unwrap_or(Money::ZERO).is_untold() || line.quantity == Decimal::MAX
    };
    match bill.lines.iter().find(too_much) {
        Some(line) => Err(beyond(line)),
        None if bill.exact_sum().highest().is_untold() => {
            bill.lines.first().map_or(Ok(()), |line| {
                Err(TooMuch {
                    what: "the sum".to_owned(),
                    ..beyond(line)
                })
            })
        }
        None => Ok(()),
    }
}

/// What a quantity costs at a price.
fn cost(quantity: Decimal, price: Decimal) -> Money {
    quantity
        .checked_mul(price)
        .map_or(Money::UNTOLD, Money::new)
}

fn price_count(bill: &mut Bill, count: &Count, quantity: Decimal, book: &PriceBook) {
    match &count.rate {
        Rate::Own => match book.price(count.service, &count.item) {
            Some(price) => price_tiers(bill, count, quantity, price),
            None => bill.lines.push(line(count, quantity, None)),
        },
        Rate::PartOf(whole) => match book.price(count.service, whole) {
            Some(price) => price_tiers(bill, count, quantity, price),
            None => bill.lines.push(line(count, quantity, None)),
        },
        Rate::RowOr { row, other } => {
            if let Some(price) = book.price(count.service, row) {
                price_tiers(bill, count, quantity, price);
                return;
            }
            let tier = first(book, count.service, other).map(|flat| Tier {
                status: flat
                    .span
                    .map_or(PriceStatus::Assumed, |_| PriceStatus::Range),
                ..flat.clone()
            });
            bill.lines.push(line(count, quantity, tier.as_ref()));
        }
        Rate::LessSaving { base, saving } => {
            let on_demand = first(book, "ec2", base);
            let share = first(book, "ec2", saving);
            let tier = on_demand.zip(share).map(|(on_demand, share)| Tier {
                price: on_demand.price * (Decimal::ONE - share.price),
                status: PriceStatus::Derived,
                ..share.clone()
            });
            bill.lines.push(line(count, quantity, tier.as_ref()));
        }
        Rate::ShareOf { base, share } => {
            let tier = first(book, "ec2", base)
                .zip(first(book, share.0, share.1))
                .map(|(base, share)| Tier {
                    price: base.price * share.price,
                    span: share
                        .span
                        .map(|(low, high)| (base.price * low, base.price * high)),
                    status: PriceStatus::Derived,
                    ..share.clone()
                });
            bill.lines.push(line(count, quantity, tier.as_ref()));
        }
        Rate::Stated(price) => {
            let mut stated = line(count, quantity, None);
            stated.price = Some(*price);
            stated.amount = Some(cost(quantity, *price));
            stated.source = Arc::from("stated");
            bill.lines.push(stated);
        }
    }
}

/// The first tier of a price in dollars, or of a share.
fn first<'b>(book: &'b PriceBook, service: &str, meter: &str) -> Option<&'b Tier> {
    let price = book.price(service, meter)?;
    if price.is_foreign() {
        return None;
    }
    price.first()
}

/// Splits a quantity over the tiers; beyond the last known tier it is unpriced.
fn price_tiers(bill: &mut Bill, count: &Count, quantity: Decimal, price: &Price) {
    if price.is_foreign() {
        bill.lines.push(line(count, quantity, None));
        return;
    }
    let mut priced = Decimal::ZERO;
    for tier in &price.tiers {
        let end = tier.to.map_or(quantity, |to| to.min(quantity));
        if end <= priced && !(quantity.is_zero() && priced.is_zero()) {
            break;
        }
        let unit = Arc::clone(&price.unit);
        bill.lines
            .push(line_in(unit, count, end - priced, Some(tier)));
        priced = end;
        if priced >= quantity {
            return;
        }
    }
    bill.lines.push(line(count, quantity - priced, None));
}

fn line(count: &Count, quantity: Decimal, tier: Option<&Tier>) -> Line {
    line_in(Arc::from(count.unit.as_ref()), count, quantity, tier)
}

fn line_in(unit: Arc<str>, count: &Count, quantity: Decimal, tier: Option<&Tier>) -> Line {
    let price = tier.map(|tier| tier.price);
    Line {
        service: count.service,
        meter: count.item.clone(),
        quantity,
        free: Decimal::ZERO,
        unit,
        price,
        amount: price.map(|price| cost(quantity, price)),
        span: tier
            .and_then(|tier| tier.span)
            .map(|(low, high)| (cost(quantity, low), cost(quantity, high))),
        tier: tier.map_or((Decimal::ZERO, None), |tier| (tier.from, tier.to)),
        status: tier.map(|tier| tier.status),
        grade: tier.map(|tier| tier.grade),
        source: tier.map_or_else(Arc::default, |tier| Arc::clone(&tier.source)),
        date: tier.map(|tier| tier.date),
    }
}
