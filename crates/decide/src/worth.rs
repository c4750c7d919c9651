//! What it is worth to know a fact that the file does not give: the expected value of perfect
//! information, from the scenarios that are drawn already.
//!
//! Scenarios are put into groups by what they draw for the fact. Whoever knew it would take, in
//! each group, the option that is best there; the difference to the option that is recommended
//! without it, on average over all groups, is what an answer can save (Raiffa and Schlaifer,
//! Applied Statistical Decision Theory, 1961; from given draws: Strong and Oakley, Medical
//! Decision Making 33, 2013). One half of a group chooses and the other half judges, and the
//! other way round: nothing is gained by chance alone.

use std::collections::BTreeMap;

use landfall_workload::FactId;

use crate::scenarios::{Costs, Scenarios};

/// Groups of a quantity.
const GROUPS: usize = 4;
/// Scenarios that a group must have: fewer show nothing.
const LEAST: usize = 8;

impl Scenarios {
    /// Dollars a month that knowing each drawn fact is worth beside taking the option at a place,
    /// those worth most first. `saved` is what others pay already.
    pub(crate) fn worth(&self, chosen: usize, saved: &[f64]) -> Vec<(FactId, f64)> {
        let costs = self.costs(saved);
        let mut all: Vec<(FactId, f64)> = Vec::new();
        for (at, fact) in self.inputs.choices.iter().enumerate() {
            let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (scenario, values) in self.values.iter().enumerate() {
                if let Some(Some(value)) = values.get(at) {
                    groups.entry(value.show(*fact)).or_default().push(scenario);
                }
            }
            let groups: Vec<Vec<usize>> = groups.into_values().collect();
            all.push((*fact, self.gain(&groups, chosen, &costs)));
        }
        for (at, fact) in self.inputs.quantities.iter().enumerate() {
            let mut order: Vec<(f64, usize)> = Vec::with_capacity(self.number());
            for (scenario, amounts) in self.amounts.iter().enumerate() {
                order.push((amounts.get(at).copied().unwrap_or(0.0), scenario));
            }
            order.sort_by(|a, b| a.0.total_cmp(&b.0));
            let size = order.len().div_ceil(GROUPS).max(1);
            let group =
                |part: &[(f64, usize)]| part.iter().map(|(_, scenario)| *scenario).collect();
            let groups: Vec<Vec<usize>> = order.chunks(size).map(group).collect();
            all.push((*fact, self.gain(&groups, chosen, &costs)));
        }
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all
    }

    /// What taking the best option of each group saves, on average over all scenarios.
    fn gain(&self, groups: &[Vec<usize>], chosen: usize, costs: &Costs) -> f64 {
        let of_group = |group: &Vec<usize>| {
            if group.len() < LEAST {
                return 0.0;
            }
            // By turns: what is drawn is in no order.
            let halves = [0, 1].map(|first| {
                let half = group.iter().skip(first).step_by(2).copied();
                half.collect::<Vec<usize>>()
            });
            let [one, other] = &halves;
            self.gained(one, other, chosen, costs) + self.gained(other, one, chosen, costs)
        };
        let sum: f64 = groups.iter().map(of_group).sum();
        (sum / self.number().max(1) as f64).max(0.0)
    }

    /// What the option that is best in some scenarios saves in others.
    fn gained(&self, by: &[usize], judged: &[usize], chosen: usize, costs: &Costs) -> f64 {
        let sum = |place: usize, scenarios: &[usize]| -> f64 {
            let amounts = scenarios
                .iter()
                .filter_map(|scenario| self.judged(place, *scenario, costs));
            amounts.sum()
        };
        let places = 0..self.options.len();
        let best = places.min_by(|a, b| sum(*a, by).total_cmp(&sum(*b, by)));
        best.map_or(0.0, |best| sum(chosen, judged) - sum(best, judged))
    }

    /// What taking an option comes to in a scenario: its total where it does the work; else what
    /// the best costs with a move to it, if that is more.
    fn judged(&self, place: usize, scenario: usize, costs: &Costs) -> Option<f64> {
        let one = self.options.get(place)?.get(scenario)?;
        let cost = (*costs.options.get(place)?.get(scenario)?)?.monthly;
        if one.does && one.warranted {
            return Some(cost);
        }
        let elsewhere = (*costs.elsewhere.get(scenario)?)?;
        Some(cost.max(elsewhere))
    }
}
