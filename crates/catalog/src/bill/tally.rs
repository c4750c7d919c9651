//! Counting on meters, then pricing what was counted.

use std::borrow::Cow;

use landfall_units::{Decimal, Money};

use super::line::{Bill, Line};
use crate::prices::{Price, PriceBook, PriceStatus, Tier};

/// How the price of a meter is found in the book.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rate {
    /// The meter's own row.
    Own,
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
    unit: &'static str,
    quantity: Decimal,
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
            count.eligible += quantity;
            count.allowance = allowance;
        }
    }

    /// Counts a quantity whose price is computed.
    pub(super) fn add_rated(
        &mut self,
        service: &'static str,
        item: Cow<'static, str>,
        rate: Rate,
        unit: &'static str,
        quantity: Decimal,
    ) {
        if quantity <= Decimal::ZERO {
            return;
        }
        let same = |c: &&mut Count| c.service == service && c.item == item && c.rate == rate;
        if let Some(count) = self.counts.iter_mut().find(same) {
            count.quantity = count.quantity.saturating_add(quantity);
            return;
        }
        let (eligible, allowance) = (Decimal::ZERO, Decimal::ZERO);
        self.counts.push(Count {
            service,
            item,
            rate,
            unit,
            quantity,
            eligible,
            allowance,
        });
    }

    /// Prices everything counted.
    pub(super) fn price(mut self, book: &PriceBook) -> Bill {
        self.counts
            .sort_by(|a, b| (a.service, &a.item).cmp(&(b.service, &b.item)));
        let mut bill = Bill::default();
        for count in &self.counts {
            let free = count.eligible.min(count.allowance);
            let first = bill.lines.len();
            price_count(&mut bill, count, count.quantity - free, book);
            // What is free is told on the first line, so that quantities are what was used.
            if let Some(line) = bill.lines.get_mut(first) {
                line.quantity += free;
                line.free = free;
            }
        }
        bill
    }
}

fn price_count(bill: &mut Bill, count: &Count, quantity: Decimal, book: &PriceBook) {
    match &count.rate {
        Rate::Own => match book.price(count.service, &count.item) {
            Some(price) => price_tiers(bill, count, quantity, price),
            None => bill.lines.push(line(count, quantity, None)),
        },
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
                    status: PriceStatus::Derived,
                    ..share.clone()
                });
            bill.lines.push(line(count, quantity, tier.as_ref()));
        }
        Rate::Stated(price) => {
            let mut stated = line(count, quantity, None);
            stated.price = Some(*price);
            stated.amount = Some(Money::new(quantity.saturating_mul(*price)));
            "stated".clone_into(&mut stated.source);
            bill.lines.push(stated);
        }
    }
}

fn first<'b>(book: &'b PriceBook, service: &str, meter: &str) -> Option<&'b Tier> {
    book.price(service, meter)?.first()
}

/// Splits a quantity over the tiers; beyond the last known tier it is unpriced.
fn price_tiers(bill: &mut Bill, count: &Count, quantity: Decimal, price: &Price) {
    if price.currency == "CNY" {
        bill.lines.push(line(count, quantity, None));
        return;
    }
    let mut priced = Decimal::ZERO;
    for tier in &price.tiers {
        let end = tier.to.map_or(quantity, |to| to.min(quantity));
        if end <= priced && !(quantity.is_zero() && priced.is_zero()) {
            break;
        }
        let mut entry = line(count, end - priced, Some(tier));
        entry.unit.clone_from(&price.unit);
        bill.lines.push(entry);
        priced = end;
        if priced >= quantity {
            return;
        }
    }
    bill.lines.push(line(count, quantity - priced, None));
}

fn line(count: &Count, quantity: Decimal, tier: Option<&Tier>) -> Line {
    let price = tier.map(|tier| tier.price);
    Line {
        service: count.service,
        meter: count.item.clone(),
        quantity,
        free: Decimal::ZERO,
        unit: count.unit.to_owned(),
        price,
        amount: price.map(|price| Money::new(quantity.saturating_mul(price))),
        tier: tier.map_or((Decimal::ZERO, None), |tier| (tier.from, tier.to)),
        status: tier.map(|tier| tier.status),
        grade: tier.map(|tier| tier.grade),
        source: tier.map_or_else(String::new, |tier| tier.source.clone()),
        date: tier.map(|tier| tier.date),
    }
}
