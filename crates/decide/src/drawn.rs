//! What is uncertain, and what each scenario draws of it.

use landfall_framework::Pack;
use landfall_workload::{FactId, Facts, Origin};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawn {
    Fact(FactId),
    /// A platform's parameter, by their places.
    Behaviour(usize, usize),
    /// A parameter of the pack, by its place.
    Parameter(usize),
    /// A duty, by its place.
    Duty(usize),
    /// Prices that nobody publishes.
    Unpublished,
    /// The price of Spot capacity.
    Spot,
    /// Prices that are not known for the region.
    Ranges,
}

/// One uncertain input.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) drawn: Drawn,
    pub(crate) name: String,
    /// Where in its range it lies in each scenario, 0 to 1.
    pub(crate) shares: Vec<f64>,
}

/// Everything in doubt, with its draws.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    pub(crate) all: Vec<Input>,
    /// Facts with a few values that nobody gives, in the order in which they are drawn.
    pub(crate) choices: Vec<FactId>,
    /// Quantities that nobody gives.
    pub(crate) quantities: Vec<FactId>,
}

impl Inputs {
    /// Where each fact lies in its range in a scenario.
    pub(crate) fn shares(&self, scenario: usize) -> Vec<Option<f64>> {
        let mut shares = vec![None; FactId::ALL.len()];
        for input in &self.all {
            if let Drawn::Fact(fact) = input.drawn
                && let Some(slot) = shares.get_mut(fact.index())
            {
                *slot = Some(input.shares.get(scenario).copied().unwrap_or(0.5));
            }
        }
        shares
    }

    /// Sets what a scenario draws for facts with a few values; gives the place of each among its
    /// values.
    pub(crate) fn choose(&self, known: &mut Facts, pack: &Pack, shares: &[Option<f64>]) -> Vec<u8> {
        let mut places = Vec::with_capacity(self.choices.len());
        for fact in self.choices.iter().copied() {
            let share = shares.get(fact.index()).copied().flatten();
            let prior = pack.prior(fact, known);
            let found = prior
                .zip(share)
                .and_then(|(row, share)| row.value_at(share));
            places.push(found.map_or(u8::MAX, |(place, _)| place as u8));
            if let Some((_, value)) = found {
                known.set(fact, value.clone(), Origin::Assumed);
            }
        }
        places
    }

    /// The facts of a workload with what a scenario draws of few values, and the places drawn.
    pub(crate) fn chosen(&self, facts: &Facts, pack: &Pack, scenario: usize) -> (Facts, Vec<u8>) {
        let mut known = facts.clone();
        let places = self.choose(&mut known, pack, &self.shares(scenario));
        (known, places)
    }
}
