//! What Savings Plans make of an option: what of its bill they pay for in each hour, how large a
//! commitment is best over the scenarios, and the bill with it.
//!
//! The commitment of an option is bought for that option of that workload alone, and options are
//! compared with it. Plans are shared by an account: what is bought for the options chosen is
//! found by [`crate::shared_plans`].
//!
//! Approximated: a month is told by its hours of the day and kinds of days where they are known,
//! else by its load-duration curve. In scenarios in which an option cannot run, no commitment
//! is counted.

use landfall_catalog::bill::commitment::{EligibleSpend, best, expected};
use landfall_catalog::bill::{Bill, Line};
use landfall_catalog::{Catalog, Discount, PlanKind, PriceBook, SavingsPlan, Term, Upfront};
use landfall_simulate::{BusyHours, Placement};
use landfall_units::{Decimal, HOURS_PER_MONTH, Money};
use landfall_workload::{FactId, Facts};

use crate::committed::Committed;
use crate::companions::decimal;
use crate::evaluated::Priced;
use crate::uncertain_prices::drawn;

/// How the team buys plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Buying {
    pub(crate) term: Term,
    pub(crate) upfront: Upfront,
}

/// What plans pay for of an option, in each hour.
#[derive(Debug, Clone)]
pub(crate) struct Eligible {
    pub(crate) plan: SavingsPlan,
    /// The family of instances that a plan for one is bought for.
    pub(crate) family: Option<String>,
    /// Lines of its bill, by their places, with what the plan takes off each.
    lines: Vec<(usize, Discount)>,
    pub(crate) spend: EligibleSpend,
}

impl Buying {
    /// What the facts say; none where no plan is bought.
    pub(crate) fn of(facts: &Facts) -> Option<Self> {
        let term = Term::named(facts.choice(FactId::Commitment)?)?;
        let upfront = facts.choice(FactId::Upfront).and_then(Upfront::named);
        Some(Self {
            term,
            upfront: upfront.unwrap_or(Upfront::None),
        })
    }

    /// The plan with the larger discount on a line of a bill, and what it takes off; none where
    /// no plan pays for it.
    fn best_for(
        self,
        line: &Line,
        catalog: &Catalog,
        book: &PriceBook,
    ) -> Option<(SavingsPlan, Discount)> {
        let meter = metered(line)?;
        let kinds = [PlanKind::Compute, PlanKind::Ec2Instance].into_iter();
        let all = kinds.filter_map(|kind| {
            let plan = SavingsPlan {
                kind,
                term: self.term,
                upfront: self.upfront,
            };
            let plans = &catalog.savings_plans;
            Some((plan, plans.discount(book, plan, line.service, meter)?))
        });
        all.max_by(|(_, a), (_, b)| a.share.likely().total_cmp(&b.share.likely()))
    }

    /// Whether what plans take off something in a region is known as a range alone.
    pub(crate) fn is_uncertain<'b>(
        self,
        bills: impl Iterator<Item = &'b Bill>,
        catalog: &Catalog,
        book: &PriceBook,
    ) -> bool {
        let mut lines = bills.flat_map(|bill| &bill.lines);
        lines.any(|line| {
            let found =
                eligible_line(line, catalog).and_then(|_| self.best_for(line, catalog, book));
            found.is_some_and(|(_, discount)| !discount.share.is_exact())
        })
    }

    /// What plans pay for of an option; none where they pay for nothing. `dear` is where in
    /// their ranges prices lie that are not known for the region, from 0 to 1.
    pub(crate) fn eligible(
        self,
        found: &Priced,
        catalog: &Catalog,
        book: &PriceBook,
        dear: Option<f64>,
    ) -> Option<Eligible> {
        let all = found.bill.lines.iter().enumerate();
        let all: Vec<(usize, Money, SavingsPlan, Discount)> = all
            .filter_map(|(place, line)| {
                let amount = eligible_line(line, catalog)?;
                let (plan, discount) = self.best_for(line, catalog, book)?;
                Some((place, amount, plan, discount))
            })
            .collect();
        // Its compute is of one kind, so that one plan pays for all of it.
        let (place, _, plan, _) = all.first()?;
        let plan = *plan;
        let family = found.bill.lines.get(*place).and_then(|line| {
            let instance = metered(line).filter(|_| plan.kind == PlanKind::Ec2Instance)?;
            let (family, _) = instance.split_once('.')?;
            Some(family.to_owned())
        });
        let share = |discount: &Discount| match dear {
            // A region that is dear gives little off.
            Some(dear) => drawn(&discount.share, 1.0 - dear),
            None => discount.share.likely(),
        };
        let discounts: Vec<f64> = all.iter().map(|(.., discount)| share(discount)).collect();
        let mut spend = EligibleSpend::new(&discounts).ok()?;
        let lines = found.bill.lines.as_slice();
        let hours = Hours::of(found);
        for row in &hours.rows {
            let dollars = all.iter().map(|(place, amount, ..)| {
                let is_ready = lines
                    .get(*place)
                    .is_some_and(|line| line.item() == "provisioned");
                let level = if is_ready { row.ready } else { row.busy };
                amount.as_f64() / HOURS_PER_MONTH * level
            });
            let dollars: Vec<f64> = dollars.collect();
            let hours = row.share * HOURS_PER_MONTH;
            spend.add_at(row.hour_of_day, hours, &dollars).ok()?;
        }
        Some(Eligible {
            plan,
            family,
            lines: all
                .into_iter()
                .map(|(place, .., discount)| (place, discount))
                .collect(),
            spend,
        })
    }
}

/// What a plan's rate is named by: the meter on demand, of an instance its type. None where an
/// instance is bought in another way.
fn metered(line: &Line) -> Option<&str> {
    match line.service {
        "ec2" => line.meter.strip_suffix(":on-demand"),
        _ => Some(&line.meter),
    }
}

/// What a line comes to, where plans may pay for it.
fn eligible_line(line: &Line, catalog: &Catalog) -> Option<Money> {
    let amount = line.amount.filter(|amount| *amount > Money::ZERO)?;
    catalog
        .savings_plans
        .are_for(line.service)
        .then_some(amount)
}

/// A part of the hours of a month, with what is used in it over the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    /// The hour of the simulated clock, where hours are told apart.
    hour_of_day: Option<u8>,
    /// Of all hours.
    share: f64,
    /// Of what follows the load.
    busy: f64,
    /// Of environments kept ready.
    ready: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Hours {
    rows: Vec<Row>,
}

impl Hours {
    /// How what an option uses goes over the hours of a month.
    fn of(found: &Priced) -> Self {
        let run = &found.run;
        let forecast = &found.sized.forecast;
        let loads = BusyHours::of(&run.load, 1.0).loads();
        let mean = forecast.units_mean.max(f64::MIN_POSITIVE);
        let levels: Vec<(f64, f64)> = loads
            .iter()
            .map(|(_, share, load)| (*share, *load))
            .collect();
        let busy = match &run.placement {
            Placement::Service(_) => above(&levels, forecast.units_least / mean),
            Placement::PerRequest(_) | Placement::Job(_) => {
                below(&levels, forecast.units_peak / mean)
            }
        };
        let kept = match &run.placement {
            Placement::PerRequest(place) if place.provisioned.most() > 0 => {
                Some(&place.provisioned)
            }
            _ => None,
        };
        let ready = |hour: Option<usize>| {
            let kept = kept?;
            Some(f64::from(*kept.ready.get(hour?)?) / kept.mean())
        };
        let rows = loads.iter().zip(busy).map(|((hour, share, _), busy)| Row {
            hour_of_day: hour.map(|hour| run.load.day.clock_hour(hour)),
            share: *share,
            busy,
            ready: ready(*hour).unwrap_or(1.0),
        });
        Self {
            rows: rows.collect(),
        }
    }
}

/// Levels of copies that follow the load, and never are fewer than those that stand; with their
/// shares, and both over their means. The level that copies follow is found by halving.
fn above(levels: &[(f64, f64)], least: f64) -> Vec<f64> {
    let at = |factor: f64| {
        levels
            .iter()
            .map(move |(share, level)| (share, (factor * level).max(least)))
    };
    let mean = |factor: f64| at(factor).map(|(share, level)| share * level).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    if least >= 1.0 {
        return vec![1.0; levels.len()];
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if mean(middle) > 1.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    at(high).map(|(_, level)| level).collect()
}

/// Levels of work that is at most so much under way at once: what is above it, is done in the
/// hours with the next lower load.
fn below(levels: &[(f64, f64)], most: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    let level = |at: usize| levels.get(at).copied().unwrap_or_default();
    order.sort_by(|a, b| level(*b).1.total_cmp(&level(*a).1));
    let mut found = vec![0.0; levels.len()];
    let mut over = 0.0;
    let most = most.max(1.0);
    for at in order {
        let (share, level) = level(at);
        let wanted = level + over / share.max(f64::MIN_POSITIVE);
        let done = wanted.min(most);
        over = (wanted - done) * share;
        if let Some(slot) = found.get_mut(at) {
            *slot = done;
        }
    }
    found
}

impl Eligible {
    /// The commitment that is so large a share of what this costs at the plan's rates.
    pub(crate) fn dollars_per_h(&self, share: f64) -> f64 {
        share * self.spend.mean_dollars_per_h()
    }

    /// Dollars a month that a plan would save that paid for everything and was always used.
    pub(crate) fn most_saved(&self) -> f64 {
        let all = self.spend.cost(0.0).on_demand;
        all - self.spend.mean_dollars_per_h() * HOURS_PER_MONTH
    }

    /// The bill with a commitment: of what plans pay for, the part that this one does stands in
    /// lines of its own, and what is used by nothing in another.
    pub(crate) fn bill(&self, bill: &Bill, dollars_per_h: f64) -> Bill {
        let covered = self.spend.covered(dollars_per_h);
        let mut lines = Vec::with_capacity(bill.lines.len() + self.lines.len() + 1);
        for (place, line) in bill.lines.iter().enumerate() {
            let kinds = self.lines.iter().zip(&covered);
            let found = kinds.into_iter().find(|((at, _), _)| *at == place);
            match found {
                Some(((_, discount), share)) if *share > 0.0 => {
                    lines.extend(self.split(line, discount, *share));
                }
                _ => lines.push(line.clone()),
            }
        }
        let unused = self.spend.cost(dollars_per_h).unused;
        lines.extend(self.unused(unused));
        Bill { lines }
    }

    /// A line on demand and one under the plan.
    fn split(&self, line: &Line, discount: &Discount, share: f64) -> impl Iterator<Item = Line> {
        let charged = line.quantity - line.free;
        let quantity = charged * decimal(share);
        let scaled = |line: &Line, quantity: Decimal, rate: Decimal| {
            let part = if charged.is_zero() {
                Decimal::ZERO
            } else {
                quantity / charged * rate
            };
            let times = |money: Money| Money::new(money.get() * part);
            (
                line.amount.map(times),
                line.span.map(|(low, high)| (times(low), times(high))),
            )
        };
        let rest = line.quantity - quantity;
        let (amount, span) = scaled(line, charged - quantity, Decimal::ONE);
        let on_demand = Line {
            quantity: rest,
            amount,
            span,
            ..line.clone()
        };
        let rate = |share: f64| Decimal::ONE - decimal(share);
        let (amount, span) = scaled(line, quantity, rate(discount.share.likely()));
        let (_, highest) = scaled(line, quantity, rate(discount.share.low()));
        let (_, lowest) = scaled(line, quantity, rate(discount.share.high()));
        let ends = |rate_share: f64| scaled(line, quantity, rate(rate_share)).0;
        let span = match span {
            Some(_) => lowest.zip(highest).map(|((low, _), (_, high))| (low, high)),
            None if discount.share.is_exact() => None,
            None => ends(discount.share.high()).zip(ends(discount.share.low())),
        };
        let meter = metered(line).unwrap_or(&line.meter);
        let under_plan = Line {
            meter: self.plan.meter(meter).into(),
            quantity,
            free: Decimal::ZERO,
            price: line
                .price
                .map(|price| price * rate(discount.share.likely())),
            amount,
            span,
            grade: line.grade.max(Some(discount.grade)),
            source: discount.source.as_str().into(),
            ..line.clone()
        };
        let rest = (!rest.is_zero()).then_some(on_demand);
        rest.into_iter().chain([under_plan])
    }

    /// What of a commitment is used by nothing; none where it is below half a cent.
    fn unused(&self, dollars: f64) -> Option<Line> {
        let amount = Money::from_f64(dollars);
        (amount.to_cent() > Money::ZERO).then(|| Line {
            service: "savings-plans",
            meter: self.plan.meter("unused").into(),
            quantity: amount.get(),
            free: Decimal::ZERO,
            unit: "dollar".into(),
            price: Some(Decimal::ONE),
            amount: Some(amount),
            span: None,
            tier: (Decimal::ZERO, None),
            status: None,
            grade: None,
            source: "savings-plans-api".into(),
            date: None,
        })
    }

    /// The best commitment over scenarios of an option, of which this is what plans could pay for
    /// at likely values, in whole steps of the least that can be bought; none where none pays.
    pub(crate) fn best<'s>(
        &self,
        scenarios: impl Iterator<Item = &'s EligibleSpend> + Clone,
        step: Decimal,
    ) -> Option<Committed> {
        let dollars_per_h = in_steps(&scenarios, step);
        let whole = self.spend.mean_dollars_per_h();
        (dollars_per_h > 0.0 && whole > 0.0).then(|| Committed {
            plan: self.plan,
            dollars_per_h,
            expected: expected(scenarios, dollars_per_h),
            share: dollars_per_h / whole,
        })
    }
}

/// The best commitment over scenarios, in dollars an hour, of those that can be bought: whole
/// steps. The cost is convex, so that it is one of the two beside the best of all.
pub(crate) fn in_steps<'s>(
    scenarios: &(impl Iterator<Item = &'s EligibleSpend> + Clone),
    step: Decimal,
) -> f64 {
    let step = Money::new(step).as_f64();
    let below = (best(scenarios.clone()).dollars_per_h / step).floor();
    let cost = |steps: f64| expected(scenarios.clone(), steps * step).total();
    let steps = if cost(below + 1.0) < cost(below) {
        below + 1.0
    } else {
        below
    };
    steps * step
}
