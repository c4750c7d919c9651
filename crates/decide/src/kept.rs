//! Which configuration each option has in a scenario: the one found at likely values where the
//! scenario's work is of the same kind, else the cheapest by formulas, looked for once for every
//! kind of work that is drawn.

use std::collections::BTreeMap;
use std::sync::Arc;

use landfall_catalog::PlatformId;
use landfall_framework::Verdict;
use landfall_simulate::each;
use landfall_workload::{Facts, Value};

use crate::assume;
use crate::context::Context;
use crate::drawn::Inputs;
use crate::evaluate::Basis;
use crate::evaluated::{Configured, Fit};
use crate::known::Known;
use crate::numbers::Numbers;
use crate::size::Ask;

/// One kind of work: what sizing reads of it, at likely values.
struct Work {
    numbers: Numbers,
    /// The facts of scenarios with such work, which differ in what rules alone read.
    facts: Vec<Facts>,
    /// The first work that differs from it in nothing but its surroundings.
    size: usize,
}

/// Every kind of work that is drawn; the first is the work at likely values.
struct Works(Vec<Work>);

impl Works {
    /// The kind of some work, which is new where none like it was seen.
    fn kind(&mut self, numbers: Numbers, filled: Facts) -> usize {
        let numbers = match self.0.first() {
            Some(likely) => numbers.shaped_as(&likely.numbers),
            None => numbers,
        };
        if let Some(kind) = self.0.iter().position(|one| one.numbers == numbers) {
            if let Some(work) = self.0.get_mut(kind) {
                work.facts.push(filled);
            }
            return kind;
        }
        let kind = self.0.len();
        let mut sizes = self.0.iter();
        let is_alike = |one: &Work| one.numbers == numbers.clone().placed_as(&one.numbers);
        let size = sizes.position(is_alike).unwrap_or(kind);
        self.0.push(Work {
            numbers,
            facts: vec![filled],
            size,
        });
        kind
    }
}

/// The values of a scenario's choices.
type Values = Arc<[Option<Value>]>;

/// The configurations of every kind of work that is drawn.
pub(crate) struct Kept {
    /// Of each kind of work, those of every platform; the first is the work at likely values.
    configured: Vec<Vec<Configured>>,
    /// The kind of work in each scenario.
    kinds: Vec<usize>,
    /// The values of each scenario's choices.
    values: Vec<Values>,
}

impl Kept {
    /// Finds them. What is found at likely values is known.
    pub(crate) fn new(
        context: &Context<'_>,
        before: &Known<'_>,
        facts: &Facts,
        inputs: &Inputs,
        number: usize,
    ) -> Self {
        let numbers = |facts: &Facts| {
            let (filled, _) = assume::fill(facts, context.pack, context.catalog);
            (context.numbers(&filled, before.recorded), filled)
        };
        let (likely, filled) = numbers(facts);
        let mut works = Works(Vec::new());
        works.kind(likely, filled);
        let mut known: BTreeMap<Vec<u8>, (usize, Values)> = BTreeMap::new();
        let mut kinds = Vec::with_capacity(number);
        let mut values = Vec::with_capacity(number);
        for scenario in 0..number {
            let (chosen, places) = inputs.chosen(facts, context.pack, scenario);
            let (kind, drawn) = known.entry(places).or_insert_with(|| {
                let drawn = inputs.choices.iter().map(|fact| chosen.get(*fact).cloned());
                let drawn: Values = drawn.collect();
                let (numbers, filled) = numbers(&chosen);
                let kind = works.kind(numbers, filled);
                (kind, drawn)
            });
            kinds.push(*kind);
            values.push(Arc::clone(drawn));
        }
        let works: Vec<(usize, &Work)> = works.0.iter().enumerate().collect();
        // Of each size, the first is looked for; the others are the same elsewhere.
        let sized = each(&works, |(kind, work)| {
            (work.size == *kind).then(|| context.sized(before, work, *kind == 0))
        });
        let configured = each(&works, |(kind, work)| {
            let size = sized.get(work.size).and_then(Option::as_deref);
            match size {
                Some(size) if work.size == *kind => size.to_vec(),
                Some(size) => context.placed(before, work, size),
                None => Vec::new(),
            }
        });
        Self {
            configured,
            kinds,
            values,
        }
    }

    /// The configurations of a scenario.
    pub(crate) fn of(&self, scenario: usize) -> &[Configured] {
        let kind = self.kinds.get(scenario).copied().unwrap_or(0);
        self.configured.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The values of a scenario's choices, in the order of the inputs.
    pub(crate) fn values(&self, scenario: usize) -> Values {
        self.values.get(scenario).cloned().unwrap_or_default()
    }

    /// Whether a scenario's work is of the kind that is likely.
    pub(crate) fn is_likely(&self, scenario: usize) -> bool {
        self.kinds.get(scenario) == Some(&0)
    }
}

impl Context<'_> {
    /// The configurations for one kind of work; of the likely one, those that were found.
    fn sized(&self, known: &Known<'_>, work: &Work, is_likely: bool) -> Vec<Configured> {
        let one = |(id, _): (PlatformId, _)| {
            let before = known.configured().get(usize::from(id.0));
            match before.filter(|one| is_likely && !one.fit.is_excluded()) {
                Some(before) => before.clone(),
                None => self.of_work(known, id, work, Basis::default(), Ask::Cheapest),
            }
        };
        self.catalog.numbered().map(one).collect()
    }

    /// The same configurations in other surroundings, with what was simulated of them.
    fn placed(&self, known: &Known<'_>, work: &Work, sized: &[Configured]) -> Vec<Configured> {
        let one = |((id, _), before): ((PlatformId, _), &Configured)| {
            let ask = before.choice().map_or(Ask::Cheapest, Ask::Kept);
            self.of_work(
                known,
                id,
                work,
                Basis::simulated(Some(&before.calibration)),
                ask,
            )
        };
        self.catalog.numbered().zip(sized).map(one).collect()
    }

    /// The configuration of a platform that rules leave in a scenario with such work.
    fn of_work(
        &self,
        known: &Known<'_>,
        id: PlatformId,
        work: &Work,
        basis: Basis<'_>,
        ask: Ask<'_>,
    ) -> Configured {
        let mut facts = work.facts.iter();
        let is_open = facts.any(|facts| self.verdict(known, id, facts) != Verdict::Excluded);
        Configured {
            fit: if is_open {
                Fit::of(self.find_with(id, &work.numbers, basis, ask))
            } else {
                Fit::Excluded
            },
            calibration: basis.calibration.cloned().unwrap_or_default(),
        }
    }
}
