//! The same system in several regions.

use std::fmt::Write as _;

use landfall_decide::Decision;

use crate::wrap::paragraph;

/// A line for each region and workload, the cheapest region first; a region in
/// which an option has no price comes last, with a note.
pub fn regions(decisions: &[Decision]) -> String {
    let mut order: Vec<&Decision> = decisions.iter().collect();
    order.sort_by_key(|decision| {
        let unpriced = unpriced(decision);
        (
            decision.total.is_none(),
            unpriced > 0,
            decision.total,
            decision.region.clone(),
        )
    });
    let mut out = String::new();
    if let Some(first) = order.first() {
        let _ = writeln!(
            out,
            "{}, by region; every figure is of a simulated month",
            first.name
        );
    }
    for decision in order {
        let total = decision
            .total
            .map_or_else(|| "no total".to_owned(), |one| one.to_string());
        let _ = writeln!(out, "\n{:<20} {total:>14} a month", decision.region);
        for workload in &decision.workloads {
            let (name, total) = workload
                .recommended()
                .map_or(("nothing can be recommended", String::new()), |option| {
                    (option.name.as_str(), super::total_of(option))
                });
            let _ = writeln!(out, "  {:<24} {name:<26} {total:>12}", workload.id);
        }
        let unpriced = unpriced(decision);
        if unpriced > 0 {
            let text = format!(
                "{unpriced} options are unpriced here and were left out: `landfall prices check {}`",
                decision.region
            );
            paragraph(&mut out, "  ", "  ", &text);
        }
    }
    out
}

/// Options that would do and cannot be priced.
fn unpriced(decision: &Decision) -> usize {
    let options = decision
        .workloads
        .iter()
        .flat_map(|workload| &workload.options);
    options
        .filter(|option| option.bill.is_some() && option.monthly.is_none())
        .count()
}
