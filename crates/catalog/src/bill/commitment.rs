//! What an hourly commitment makes of a month: Savings Plans.
//!
//! A plan is a number of dollars an hour, paid in every hour of its term. In each hour it pays
//! for eligible use at the plan's rates, use with the largest discount first; what is left of
//! it is lost, and use beyond it is paid on demand (AWS, Savings Plans User Guide,
//! "Understanding how Savings Plans apply to your usage").
//!
//! With the spend on demand `D(h, s)` in hour `h` for kind `s`, and its discount `d(s)`,
//! sorted so that `d` falls, the plan pays `(1 − d(s)) D(h, s)` for all of it. A commitment
//! `C` that ends within kind `k` leaves on demand
//!
//! ```text
//! U(h, C) = Σ_{s ≥ k} D(h, s) − (C − Σ_{s < k} (1 − d(s)) D(h, s)) / (1 − d(k))
//! cost(C) = Σ_h w(h) (C + U(h, C)),    w(h) the hours that h stands for
//! ```
//!
//! `U` falls by `1 / (1 − d(k))` for each dollar, the less the further the plan reaches, and
//! not at all beyond the last kind. So the cost of an hour is convex and linear between the
//! points `Σ_{s ≤ k} (1 − d(s)) D(h, s)`, and so are sums over hours and means over
//! scenarios: their minimum lies at 0 or at one of these points, and is found exactly by going
//! through them in order ([`best`]).
//!
//! Amounts are real numbers: what is compared are expected costs, not bills.

use thiserror::Error;

/// Why spend cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SpendError {
    /// A discount is not a share from 0 to below 1.
    #[error("a discount is not from 0 to below 1")]
    Discount,
    /// An hour has another number of amounts than there are discounts.
    #[error("an hour has not one amount for each kind of spend")]
    Kinds,
    /// An amount, or the hours that an hour stands for, is negative or no number.
    #[error("an amount is below 0 or no number")]
    Amount,
}

/// Eligible spend on demand over a month: hours, or steps of a load-duration curve, each with
/// the hours that it stands for, and the hour of the day in which they lie where that is known.
/// Kinds of spend are kept with the largest discount first.
#[derive(Debug, Clone, PartialEq)]
pub struct EligibleSpend {
    /// What a plan's rate is of the price on demand, `1 − d`, rising.
    rates: Vec<f64>,
    /// The place of each kind in the order of its caller.
    order: Vec<usize>,
    /// Hours that each row stands for.
    weights_h: Vec<f64>,
    /// The hour of the day in which each row lies.
    hours_of_day: Vec<Option<u8>>,
    /// Dollars an hour on demand, a row after the other, kinds in order of their rates.
    dollars: Vec<f64>,
}

/// What a month costs under a commitment, in dollars.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CommittedCost {
    /// What is paid for the commitment, used or not.
    pub committed: f64,
    /// Of it, what was used by nothing.
    pub unused: f64,
    /// What was paid on demand beyond it.
    pub beyond: f64,
    /// What the same month costs on demand alone.
    pub on_demand: f64,
}

impl CommittedCost {
    /// What is paid in all.
    pub fn total(&self) -> f64 {
        self.committed + self.beyond
    }

    /// What the commitment saves over none; negative where it costs.
    pub fn saved(&self) -> f64 {
        self.on_demand - self.total()
    }
}

/// The commitment with the lowest expected cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestCommitment {
    /// Dollars an hour; 0 where none pays. Of several that cost the same, the smallest.
    pub dollars_per_h: f64,
    /// The mean over the scenarios.
    pub expected: CommittedCost,
}

impl EligibleSpend {
    /// No spend yet of as many kinds as there are discounts: shares of the price on demand.
    ///
    /// # Errors
    /// When a discount is not from 0 to below 1.
    pub fn new(discounts: &[f64]) -> Result<Self, SpendError> {
        if discounts.iter().any(|share| !(0.0..1.0).contains(share)) {
            return Err(SpendError::Discount);
        }
        let mut order: Vec<usize> = (0..discounts.len()).collect();
        let discount = |kind: &usize| discounts.get(*kind).copied().unwrap_or_default();
        order.sort_by(|a, b| discount(b).total_cmp(&discount(a)));
        Ok(Self {
            rates: order.iter().map(|kind| 1.0 - discount(kind)).collect(),
            order,
            weights_h: Vec::new(),
            hours_of_day: Vec::new(),
            dollars: Vec::new(),
        })
    }

    /// Adds `hours` in each of which `dollars` are spent on demand, by kind.
    ///
    /// # Errors
    /// When there is not one amount for each kind, or one is below 0 or no number.
    pub fn add(&mut self, hours: f64, dollars: &[f64]) -> Result<(), SpendError> {
        self.add_at(None, hours, dollars)
    }

    /// The same in one hour of the day: what several spend then, they spend together
    /// ([`Self::together`]).
    ///
    /// # Errors
    /// When there is not one amount for each kind, or one is below 0 or no number.
    pub fn add_at(
        &mut self,
        hour_of_day: Option<u8>,
        hours: f64,
        dollars: &[f64],
    ) -> Result<(), SpendError> {
        if dollars.len() != self.rates.len() {
            return Err(SpendError::Kinds);
        }
        let is_amount = |amount: &f64| amount.is_finite() && *amount >= 0.0;
        if !is_amount(&hours) || !dollars.iter().all(is_amount) {
            return Err(SpendError::Amount);
        }
        self.weights_h.push(hours);
        self.hours_of_day.push(hour_of_day);
        let sorted = self.order.iter().filter_map(|kind| dollars.get(*kind));
        self.dollars.extend(sorted);
        Ok(())
    }

    /// The rows: hours, and spend of each kind.
    fn rows(&self) -> impl Iterator<Item = (f64, &[f64])> {
        // Without kinds there is no spend; the rows are hours all the same.
        let kinds = self.rates.len();
        let rows = self.weights_h.iter().enumerate();
        rows.map(move |(place, hours)| {
            let from = place * kinds;
            (
                *hours,
                self.dollars.get(from..from + kinds).unwrap_or_default(),
            )
        })
    }

    /// What the month costs with a commitment of `dollars_per_h`.
    pub fn cost(&self, dollars_per_h: f64) -> CommittedCost {
        let mut cost = CommittedCost::default();
        for (hours, spend) in self.rows() {
            let mut left = dollars_per_h;
            let mut beyond = 0.0;
            for (dollars, rate) in spend.iter().zip(&self.rates) {
                let paid = (dollars * rate).min(left);
                left -= paid;
                beyond += (dollars - paid / rate).max(0.0);
            }
            cost.committed += hours * dollars_per_h;
            cost.unused += hours * left;
            cost.beyond += hours * beyond;
            cost.on_demand += hours * spend.iter().sum::<f64>();
        }
        cost
    }

    /// What of each hour is left on demand, as spend of the same kinds in the caller's order:
    /// for a plan that applies after this one. An EC2 Instance Savings Plan applies before a
    /// Compute Savings Plan.
    pub fn beyond(&self, dollars_per_h: f64) -> Vec<(f64, Vec<f64>)> {
        let row = |(hours, spend): (f64, &[f64])| {
            let mut left = dollars_per_h;
            let mut by_kind = vec![0.0; self.order.len()];
            for ((dollars, rate), kind) in spend.iter().zip(&self.rates).zip(&self.order) {
                let paid = (dollars * rate).min(left);
                left -= paid;
                if let Some(slot) = by_kind.get_mut(*kind) {
                    *slot = (dollars - paid / rate).max(0.0);
                }
            }
            (hours, by_kind)
        };
        self.rows().map(row).collect()
    }

    /// The share of each kind that a commitment pays for, in the caller's order; 0 of a kind
    /// without spend.
    pub fn covered(&self, dollars_per_h: f64) -> Vec<f64> {
        let mut all = vec![0.0; self.order.len()];
        for (hours, spend) in self.rows() {
            for (dollars, kind) in spend.iter().zip(&self.order) {
                if let Some(sum) = all.get_mut(*kind) {
                    *sum += hours * dollars;
                }
            }
        }
        let mut left = vec![0.0; self.order.len()];
        for (hours, by_kind) in self.beyond(dollars_per_h) {
            for (sum, dollars) in left.iter_mut().zip(by_kind) {
                *sum += hours * dollars;
            }
        }
        let share = |(left, all): (f64, f64)| {
            if all > 0.0 {
                (1.0 - left / all).clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        left.into_iter().zip(all).map(share).collect()
    }

    /// What all of it costs at the plan's rates in an hour, on average over the hours.
    pub fn mean_dollars_per_h(&self) -> f64 {
        let mut sum = (0.0, 0.0);
        for (hours, spend) in self.rows() {
            let at_rates = spend.iter().zip(&self.rates);
            let dollars: f64 = at_rates.map(|(dollars, rate)| dollars * rate).sum();
            sum = (sum.0 + hours, sum.1 + hours * dollars);
        }
        sum.1 / sum.0.max(f64::MIN_POSITIVE)
    }

    /// Where the cost bends, and by how much its slope rises there.
    fn bends(&self, into: &mut Vec<(f64, f64)>) {
        for (hours, spend) in self.rows() {
            let mut at = 0.0;
            let mut kinds = spend.iter().zip(&self.rates).filter(|(one, _)| **one > 0.0);
            let mut here = kinds.next();
            while let Some((dollars, rate)) = here {
                at += dollars * rate;
                here = kinds.next();
                let next = here.map_or(0.0, |(_, rate)| 1.0 / rate);
                into.push((at, hours * (1.0 / rate - next)));
            }
        }
    }

    /// The slope of the cost at a commitment of 0.
    fn first_slope(&self) -> f64 {
        let rows = self.rows().map(|(hours, spend)| {
            let mut kinds = spend.iter().zip(&self.rates);
            let first = kinds.find(|(dollars, _)| **dollars > 0.0);
            hours * (1.0 - first.map_or(0.0, |(_, rate)| 1.0 / rate))
        });
        rows.sum()
    }
}

/// Hours of a day.
const HOURS: u8 = 24;

/// Hours with the same spend of each kind.
#[derive(Debug, Clone)]
struct Row {
    hour_of_day: Option<u8>,
    hours: f64,
    dollars: Vec<f64>,
}

impl EligibleSpend {
    /// What several spend in the same month, as one plan sees it.
    ///
    /// Those whose hours of the day are known meet hour by hour. Of the others, and of the days
    /// within one hour of the day, nothing says when they meet: they are taken to be high at the
    /// same time, at which a commitment for all saves the least over one for each. It never saves
    /// less: in each hour it pays for as many dollars, and the largest discounts first.
    pub fn together<'s>(parts: impl IntoIterator<Item = &'s Self>) -> Self {
        let parts: Vec<&Self> = parts.into_iter().collect();
        let mut rates: Vec<f64> = parts.iter().flat_map(|one| &one.rates).copied().collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        let (known, unknown): (Vec<&Self>, Vec<&Self>) =
            parts.into_iter().partition(|one| one.knows_hours());
        let known: Vec<Vec<Row>> = known.into_iter().map(|one| one.rows_of(&rates)).collect();
        let of_hour = |hour: u8| {
            let within = |rows: &Vec<Row>| {
                let rows = rows.iter().filter(|row| row.hour_of_day == Some(hour));
                rows.cloned().collect::<Vec<Row>>()
            };
            high_together(known.iter().map(within).collect(), &rates)
        };
        let by_hour: Vec<Row> = (0..HOURS).flat_map(of_hour).collect();
        let rows = if unknown.is_empty() {
            by_hour
        } else {
            let unknown = unknown.into_iter().map(|one| one.rows_of(&rates));
            high_together(unknown.chain([by_hour]).collect(), &rates)
        };
        Self {
            order: (0..rates.len()).collect(),
            rates,
            weights_h: rows.iter().map(|row| row.hours).collect(),
            hours_of_day: rows.iter().map(|row| row.hour_of_day).collect(),
            dollars: rows.into_iter().flat_map(|row| row.dollars).collect(),
        }
    }

    /// Whether it is known of every row in which hour of the day it lies.
    fn knows_hours(&self) -> bool {
        self.hours_of_day.iter().all(Option::is_some)
    }

    /// The rows, with spend by the kinds of `rates`, of which this has some.
    fn rows_of(&self, rates: &[f64]) -> Vec<Row> {
        let place = |rate: f64| rates.iter().position(|one| one.total_cmp(&rate).is_eq());
        let places: Vec<Option<usize>> = self.rates.iter().map(|rate| place(*rate)).collect();
        let row = |((hours, spend), hour_of_day): ((f64, &[f64]), &Option<u8>)| {
            let mut dollars = vec![0.0; rates.len()];
            for (amount, place) in spend.iter().zip(&places) {
                if let Some(sum) = place.and_then(|place| dollars.get_mut(place)) {
                    *sum += amount;
                }
            }
            Row {
                hour_of_day: *hour_of_day,
                hours,
                dollars,
            }
        };
        self.rows().zip(&self.hours_of_day).map(row).collect()
    }
}

/// Rows of several, laid beside each other with the highest first. Where the hours of one end
/// before those of another, it spends nothing in the rest.
fn high_together(parts: Vec<Vec<Row>>, rates: &[f64]) -> Vec<Row> {
    let at_rates = |row: &Row| -> f64 {
        let kinds = row.dollars.iter().zip(rates);
        kinds.map(|(dollars, rate)| dollars * rate).sum()
    };
    let mut parts: Vec<std::vec::IntoIter<Row>> = parts
        .into_iter()
        .map(|mut rows| {
            rows.retain(|row| row.hours > 0.0);
            rows.sort_by(|a, b| at_rates(b).total_cmp(&at_rates(a)));
            rows.into_iter()
        })
        .collect();
    let mut heads: Vec<Option<Row>> = parts.iter_mut().map(Iterator::next).collect();
    let mut found = Vec::new();
    loop {
        let open = || heads.iter().flatten();
        let Some(hours) = open().map(|row| row.hours).min_by(f64::total_cmp) else {
            return found;
        };
        let mut all = Row {
            hour_of_day: None,
            hours,
            dollars: vec![0.0; rates.len()],
        };
        let mut hours_of_day = open().map(|row| row.hour_of_day);
        let first = hours_of_day.next().flatten();
        all.hour_of_day = first.filter(|_| hours_of_day.all(|hour| hour == first));
        for (head, rest) in heads.iter_mut().zip(&mut parts) {
            let Some(row) = head else { continue };
            for (sum, dollars) in all.dollars.iter_mut().zip(&row.dollars) {
                *sum += dollars;
            }
            let left_h = row.hours - hours;
            // Shares of a month are sums: what is left of one within their error is nothing.
            if left_h > row.hours * 1e-12 {
                row.hours = left_h;
            } else {
                *head = rest.next();
            }
        }
        found.push(all);
    }
}

/// The commitment that minimises the expected cost over scenarios of equal weight, exactly.
/// Without scenarios it is 0.
pub fn best<'s>(scenarios: impl IntoIterator<Item = &'s EligibleSpend>) -> BestCommitment {
    let scenarios: Vec<&EligibleSpend> = scenarios.into_iter().collect();
    let mut bends = Vec::new();
    let mut slope = 0.0;
    let mut size = 0.0;
    for one in &scenarios {
        one.bends(&mut bends);
        slope += one.first_slope();
        size += one.weights_h.iter().sum::<f64>();
    }
    bends.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Slopes are sums of many numbers: what is below this share of their size is their error.
    let flat = -size * 1e-12;
    let mut dollars_per_h = 0.0;
    for (at, rise) in bends {
        if slope >= flat {
            break;
        }
        dollars_per_h = at;
        slope += rise;
    }
    BestCommitment {
        dollars_per_h,
        expected: expected(scenarios, dollars_per_h),
    }
}

/// The mean of what a commitment costs over scenarios of equal weight.
pub fn expected<'s>(
    scenarios: impl IntoIterator<Item = &'s EligibleSpend>,
    dollars_per_h: f64,
) -> CommittedCost {
    let mut sum = CommittedCost::default();
    let mut number = 0.0;
    for one in scenarios {
        let cost = one.cost(dollars_per_h);
        sum.committed += cost.committed;
        sum.unused += cost.unused;
        sum.beyond += cost.beyond;
        sum.on_demand += cost.on_demand;
        number += 1.0;
    }
    let mean = |sum: f64| sum / f64::max(number, 1.0);
    CommittedCost {
        committed: mean(sum.committed),
        unused: mean(sum.unused),
        beyond: mean(sum.beyond),
        on_demand: mean(sum.on_demand),
    }
}
