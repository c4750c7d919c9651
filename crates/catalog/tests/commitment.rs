//! Goal: a commitment costs what AWS's rule says, hour by hour, and the one found is the best
//! there is; one plan for several is at least as good as one for each. Method: worked examples,
//! and months drawn at random against a search that tries every commitment at which anything can
//! change.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_catalog::bill::commitment::{EligibleSpend, SpendError, best};
use proptest::prelude::*;

/// Kinds of spend, their discounts, and the hours of some scenarios.
type Months = (Vec<f64>, Vec<Vec<(f64, Vec<f64>)>>);

fn spend(discounts: &[f64], hours: &[(f64, Vec<f64>)]) -> EligibleSpend {
    let mut spend = EligibleSpend::new(discounts).unwrap();
    for (stands_for, dollars) in hours {
        spend.add(*stands_for, dollars).unwrap();
    }
    spend
}

fn months() -> impl Strategy<Value = Months> {
    (1usize..4).prop_flat_map(|kinds| {
        // Whole cents and few discounts: hours with the same spend, and kinds with the same
        // discount, come up often.
        let dollars = (0u32..300).prop_map(|cents| f64::from(cents) / 100.0);
        let row = (1u32..5, prop::collection::vec(dollars, kinds))
            .prop_map(|(hours, row)| (f64::from(hours), row));
        let discount = prop::sample::select(vec![0.0, 0.12, 0.2, 0.27, 0.45, 0.52]);
        (
            prop::collection::vec(discount, kinds),
            prop::collection::vec(prop::collection::vec(row, 1..6), 1..4),
        )
    })
}

/// The rule of AWS, an hour at a time, without anything clever.
fn plain_cost(discounts: &[f64], hours: &[(f64, Vec<f64>)], commitment: f64) -> f64 {
    let mut total = 0.0;
    for (stands_for, dollars) in hours {
        let mut kinds: Vec<(f64, f64)> = discounts
            .iter()
            .copied()
            .zip(dollars.iter().copied())
            .collect();
        kinds.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut left = commitment;
        let mut on_demand = 0.0;
        for (discount, dollars) in kinds {
            let at_plan = dollars * (1.0 - discount);
            if at_plan <= left {
                left -= at_plan;
            } else {
                on_demand += (at_plan - left) / (1.0 - discount);
                left = 0.0;
            }
        }
        total += stands_for * (commitment + on_demand);
    }
    total
}

#[test]
fn a_worked_example() {
    // $10 an hour; use of $8 at the plan's rates, then of $15 (20% off all of it).
    let two = spend(&[0.2], &[(1.0, vec![10.0]), (1.0, vec![18.75])]);
    let cost = two.cost(10.0);
    assert!((cost.committed - 20.0).abs() < 1e-9);
    assert!((cost.unused - 2.0).abs() < 1e-9);
    // $5 of the second hour at the plan's rates are $6.25 on demand.
    assert!((cost.beyond - 6.25).abs() < 1e-9);
    assert!((cost.total() - 26.25).abs() < 1e-9 && (cost.saved() - 2.5).abs() < 1e-9);
    // The largest discount first: Fargate at 45% before functions at 12%.
    let both = spend(&[0.12, 0.45], &[(1.0, vec![1.0, 1.0])]);
    assert!((both.cost(0.55).beyond - 1.0).abs() < 1e-9);
    let rest = both.beyond(0.55);
    assert!((rest[0].1[0] - 1.0).abs() < 1e-9 && rest[0].1[1].abs() < 1e-9);
}

#[test]
fn a_commitment_is_bought_for_what_always_runs() {
    // $1 an hour at night and $5 by day, 20% off: day hours are a third, and a dollar of
    // commitment that is used in a third of the hours costs more than it saves.
    let hours = [(16.0, vec![1.0]), (8.0, vec![5.0])];
    let found = best([&spend(&[0.2], &hours)]);
    assert!((found.dollars_per_h - 0.8).abs() < 1e-9, "{found:?}");
    // With more day than night, and half off, it is bought for the day.
    let hours = [(8.0, vec![1.0]), (16.0, vec![5.0])];
    let found = best([&spend(&[0.5], &hours)]);
    assert!((found.dollars_per_h - 2.5).abs() < 1e-9, "{found:?}");
    // Nothing is bought without scenarios, spend or a discount.
    assert!(best([]).dollars_per_h.abs() < 1e-12);
    assert!(best([&spend(&[], &[(730.0, vec![])])]).dollars_per_h.abs() < 1e-12);
    let none = best([&spend(&[0.0], &[(730.0, vec![2.0])])]);
    assert!(none.dollars_per_h.abs() < 1e-12);
}

#[test]
fn what_is_no_spend_is_refused() {
    assert_eq!(EligibleSpend::new(&[1.0]), Err(SpendError::Discount));
    assert_eq!(EligibleSpend::new(&[f64::NAN]), Err(SpendError::Discount));
    let mut spend = EligibleSpend::new(&[0.2]).unwrap();
    assert_eq!(spend.add(1.0, &[]), Err(SpendError::Kinds));
    assert_eq!(spend.add(1.0, &[-1.0]), Err(SpendError::Amount));
    assert_eq!(spend.add(f64::INFINITY, &[1.0]), Err(SpendError::Amount));
}

proptest! {
    #[test]
    fn the_cost_is_that_of_the_plain_rule((discounts, scenarios) in months(), cents in 0u32..1200) {
        let commitment = f64::from(cents) / 100.0;
        for hours in &scenarios {
            let one = spend(&discounts, hours);
            let cost = one.cost(commitment);
            prop_assert!((cost.total() - plain_cost(&discounts, hours, commitment)).abs() < 1e-6);
            // Nothing is lost or made: what is used at the plan's rates and what is not is all.
            prop_assert!(cost.unused >= -1e-9 && cost.unused <= cost.committed + 1e-9);
            prop_assert!(cost.beyond <= cost.on_demand + 1e-6);
            prop_assert!((one.cost(0.0).total() - cost.on_demand).abs() < 1e-6);
            let left: f64 = one.beyond(commitment).iter()
                .map(|(hours, kinds)| hours * kinds.iter().sum::<f64>()).sum();
            prop_assert!((left - cost.beyond).abs() < 1e-6);
            let covered = one.covered(commitment);
            let spent = hours.iter().map(|(stands_for, kinds)| {
                let left = kinds.iter().zip(&covered).map(|(dollars, share)| dollars * (1.0 - share));
                stands_for * left.sum::<f64>()
            });
            prop_assert!((spent.sum::<f64>() - cost.beyond).abs() < 1e-6);
        }
    }

    #[test]
    fn no_commitment_is_better_than_the_one_found((discounts, scenarios) in months()) {
        let all: Vec<EligibleSpend> = scenarios.iter().map(|one| spend(&discounts, one)).collect();
        let found = best(&all);
        let expected = |commitment: f64| {
            let costs = scenarios.iter().map(|one| plain_cost(&discounts, one, commitment));
            costs.sum::<f64>() / scenarios.len() as f64
        };
        let total = found.expected.total();
        prop_assert!((total - expected(found.dollars_per_h)).abs() < 1e-6);
        prop_assert!(found.expected.saved() >= -1e-6);
        // Every point at which any hour changes, and points between.
        let mut tried = vec![0.0];
        for (_, dollars) in scenarios.iter().flatten() {
            let mut order: Vec<usize> = (0..discounts.len()).collect();
            order.sort_by(|a, b| discounts[*b].total_cmp(&discounts[*a]));
            let mut at = 0.0;
            for kind in order {
                at += dollars[kind] * (1.0 - discounts[kind]);
                tried.push(at);
            }
        }
        tried.extend((0..60).map(|step| f64::from(step) * 0.2));
        for commitment in tried {
            prop_assert!(total <= expected(commitment) + 1e-6, "{commitment} is better: {found:?}");
        }
        // Of those that cost the same, the smallest.
        let less = found.dollars_per_h * 0.999 - 1e-9;
        prop_assert!(less < 0.0 || expected(less) > total - 1e-6);
    }

    #[test]
    fn the_cost_is_convex((discounts, scenarios) in months(), a in 0.0..9.0f64, b in 0.0..9.0f64) {
        for hours in &scenarios {
            let one = spend(&discounts, hours);
            let cost = |at: f64| one.cost(at).total();
            prop_assert!(cost(f64::midpoint(a, b)) <= f64::midpoint(cost(a), cost(b)) + 1e-6);
        }
    }
}

/// A dollar an hour on demand in some hours of the day, all other hours nothing.
fn in_hours(of_day: std::ops::Range<u8>) -> EligibleSpend {
    let mut spend = EligibleSpend::new(&[0.5]).unwrap();
    for hour in 0..24 {
        let dollars = if of_day.contains(&hour) { 1.0 } else { 0.0 };
        spend.add_at(Some(hour), 30.0, &[dollars]).unwrap();
    }
    spend
}

#[test]
fn one_plan_pays_by_day_for_one_and_by_night_for_the_other() {
    let (day, night) = (in_hours(0..12), in_hours(12..24));
    // Alone, half of each commitment would be used by nothing: what it takes off, it costs.
    assert!(best([&day]).expected.saved().abs() < 1e-9);
    let both = EligibleSpend::together([&day, &night]);
    let found = best([&both]);
    assert!((found.dollars_per_h - 0.5).abs() < 1e-12);
    assert!((found.expected.total() - 360.0).abs() < 1e-9);
    assert!(found.expected.unused.abs() < 1e-9);
}

#[test]
fn hours_that_nobody_knows_are_taken_to_be_high_together() {
    let day = in_hours(0..12);
    let mut unknown = EligibleSpend::new(&[0.5]).unwrap();
    unknown.add(360.0, &[0.0]).unwrap();
    unknown.add(360.0, &[1.0]).unwrap();
    let both = EligibleSpend::together([&day, &unknown]);
    let whole = both.cost(0.0).on_demand;
    assert!((whole - 720.0).abs() < 1e-9);
    assert!(best([&both]).expected.saved().abs() < 1e-9);
}

/// Some that spend in the same month: each in rows of which nobody knows when they are, or in every
/// hour of the day, in two kinds of days.
fn some() -> impl Strategy<Value = Vec<EligibleSpend>> {
    let discounts = || prop::collection::vec(prop::sample::select(vec![0.12, 0.2, 0.52]), 1..3);
    let one = discounts().prop_flat_map(|discounts| {
        let dollars = prop::collection::vec((0u32..300).prop_map(f64::from), discounts.len());
        let rows = prop::collection::vec((1u32..5, dollars), 1..8);
        (Just(discounts), rows, any::<bool>())
    });
    let one = one.prop_map(|(discounts, rows, knows)| {
        let all: u32 = rows.iter().map(|(hours, _)| hours).sum();
        let mut spend = EligibleSpend::new(&discounts).unwrap();
        if knows {
            for (hour, (_, dollars)) in (0..24).zip(rows.iter().cycle()) {
                spend.add_at(Some(hour), 20.0, dollars).unwrap();
                spend
                    .add_at(Some(hour), 10.0, &rows.first().unwrap().1)
                    .unwrap();
            }
            return spend;
        }
        for (hours, dollars) in rows {
            let hours = f64::from(hours) * 720.0 / f64::from(all);
            spend.add(hours, &dollars).unwrap();
        }
        spend
    });
    prop::collection::vec(one, 1..4)
}

proptest! {
    #[test]
    fn one_plan_for_all_is_at_least_as_good_as_one_for_each(scenarios in prop::collection::vec(some(), 1..4)) {
        let number = scenarios.iter().map(Vec::len).min().unwrap();
        let of_each = (0..number).map(|at| best(scenarios.iter().map(|all| &all[at])));
        let apart: f64 = of_each.map(|found| found.expected.total()).sum();
        let together: Vec<EligibleSpend> = scenarios.iter()
            .map(|all| EligibleSpend::together(&all[..number])).collect();
        let found = best(&together);
        prop_assert!(found.expected.total() <= apart + 1e-6, "{found:?} beside {apart}");
        // Nothing is spent more or less.
        let spent: f64 = scenarios.iter().flat_map(|all| &all[..number])
            .map(|one| one.cost(0.0).on_demand).sum();
        let of_all: f64 = together.iter().map(|one| one.cost(0.0).on_demand).sum();
        prop_assert!((spent - of_all).abs() < 1e-6 * spent.max(1.0));
    }
}
