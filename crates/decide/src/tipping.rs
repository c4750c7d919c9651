//! Where the recommendation changes: by root-finding along the same pipeline.

use landfall_catalog::PriceBook;
use landfall_simulate::{Streams, each};
use landfall_units::{Money, SECONDS_PER_MONTH};
use landfall_workload::{FactId, Facts, Kind, Scope, Value, Workload};

use crate::choose::tier;
use crate::decision::{AtVolume, Tipping};
use crate::evaluate::{Context, Evaluation};
use crate::rates::Rates;
use crate::system::Inputs;
use crate::together::AlreadyPaid;
use crate::worlds::Doubt;

/// How far to look, as a factor of today's value, and in which steps.
const FURTHEST: f64 = 1e4;
const STEP: f64 = 2.0;
/// Halvings of the last step: to about one part in a thousand.
const HALVINGS: usize = 10;
/// Worlds drawn with a fact held still that has a range.
const WORLDS: usize = 100;

/// Volumes of a cost curve: so many steps below and above today's.
const CURVE_STEPS: i32 = 14;
const STEPS_PER_DOUBLING: f64 = 2.0;

/// Quantities that are moved.
const MOVED: [FactId; 5] = [
    FactId::Volume,
    FactId::DurationP50,
    FactId::Memory,
    FactId::PeakToMean,
    FactId::HourlyCost,
];

/// Facts that move with another, in proportion.
const fn moves_with(fact: FactId) -> &'static [FactId] {
    match fact {
        FactId::DurationP50 => &[FactId::DurationP99, FactId::DurationMax],
        FactId::Memory => &[FactId::MemoryAdded],
        _ => &[],
    }
}

impl Context<'_> {
    /// The nearest changes of the recommendation in every fact that can be moved, and
    /// what options come to at other volumes.
    pub(crate) fn tippings(
        &self,
        workload: &Workload,
        evaluation: &Evaluation,
        inputs: &Inputs<'_>,
    ) -> (Vec<Tipping>, Vec<AtVolume>) {
        // A fact held still needs worlds of its own: its range is not in doubt here.
        let still = each(&MOVED, |fact| {
            self.held_still(workload, evaluation, *fact, inputs)
        });
        let pairs: Vec<(FactId, &Vec<Option<Doubt>>)> = MOVED.into_iter().zip(&still).collect();
        let moved = each(&pairs, |(fact, doubts)| {
            self.of_quantity(workload, evaluation, *fact, doubts)
        });
        let at_volume = pairs.iter().find(|(fact, _)| *fact == FactId::Volume);
        let curve = at_volume.map_or_else(Vec::new, |(_, doubts)| {
            let context = Context { doubts, ..*self };
            context.curve(&workload.facts, evaluation)
        });
        let mut found: Vec<Tipping> = moved.into_iter().flatten().collect();
        found.extend(self.of_needs(&workload.facts, evaluation));
        found.extend(self.of_regions(&workload.facts, evaluation, inputs));
        (found, curve)
    }

    /// The nearest changes above and below today's value of a quantity.
    fn of_quantity(
        &self,
        workload: &Workload,
        evaluation: &Evaluation,
        fact: FactId,
        doubts: &[Option<Doubt>],
    ) -> Vec<Tipping> {
        let Some(value) = evaluation.filled.likely(fact).filter(|value| *value > 0.0) else {
            return Vec::new();
        };
        let facts = pinned(&workload.facts, &evaluation.filled, fact);
        let winner_at = |at: f64| {
            let moved = moved(&facts, fact, at, at / value);
            let already_paid = self.paid_at(fact, at / value);
            let context = Context {
                doubts,
                already_paid: &already_paid,
                ..*self
            };
            context.winner(&context.evaluate(&moved)).map(str::to_owned)
        };
        let today = self.winner(evaluation).map(str::to_owned);
        let Some(from) = today.filter(|from| winner_at(value).as_ref() == Some(from)) else {
            return Vec::new();
        };
        let is_today = |winner: &Option<String>| winner.as_ref() == Some(&from);
        let change = |step: f64| {
            let mut near = value;
            let mut far = value * step;
            while far <= value * FURTHEST && far >= value / FURTHEST {
                if !is_today(&winner_at(far)) {
                    for _ in 0..HALVINGS {
                        let middle = (near * far).sqrt();
                        if is_today(&winner_at(middle)) {
                            near = middle;
                        } else {
                            far = middle;
                        }
                    }
                    return Some(Tipping {
                        fact,
                        at: Value::exact(far),
                        margin: Some(far / value),
                        from: from.clone(),
                        to: winner_at(far),
                    });
                }
                near = far;
                far *= step;
            }
            None
        };
        [1.0 / STEP, STEP].into_iter().filter_map(change).collect()
    }

    /// What every option that meets its targets comes to at other volumes than today's.
    fn curve(&self, facts: &Facts, evaluation: &Evaluation) -> Vec<AtVolume> {
        let Some(today) = evaluation
            .filled
            .likely(FactId::Volume)
            .filter(|at| *at > 0.0)
        else {
            return Vec::new();
        };
        let steps: Vec<i32> = (-CURVE_STEPS..=CURVE_STEPS).collect();
        each(&steps, |step| {
            let volume = today * 2f64.powf(f64::from(*step) / STEPS_PER_DOUBLING);
            let there = self.evaluate(&facts.with(FactId::Volume, Value::exact(volume)));
            let open = there.options.iter().filter(|option| tier(option) <= 1);
            let totals = open.filter_map(|option| {
                let platform = self.catalog.at(option.platform)?;
                Some((platform.id.clone(), option.monthly?.expected))
            });
            AtVolume {
                a_month: volume * SECONDS_PER_MONTH,
                totals: totals.collect(),
            }
        })
    }

    /// What others pay already when a fact is moved: people's work at the new cost.
    fn paid_at(&self, fact: FactId, factor: f64) -> Vec<AlreadyPaid> {
        let factor = if fact == FactId::HourlyCost {
            factor
        } else {
            1.0
        };
        let paid = self.already_paid.iter();
        paid.map(|paid| AlreadyPaid {
            people: Money::from_f64(paid.people.as_f64() * factor),
            ..*paid
        })
        .collect()
    }

    /// What worlds show when a fact is held at its likely value; what they showed before
    /// where it has no range.
    fn held_still(
        &self,
        workload: &Workload,
        evaluation: &Evaluation,
        fact: FactId,
        inputs: &Inputs<'_>,
    ) -> Vec<Option<Doubt>> {
        let range = evaluation.filled.range(fact);
        if inputs.worlds == 0 || range.is_none_or(|range| range.is_exact()) {
            return self.doubts.to_vec();
        }
        let streams = Streams::new(inputs.seed).child("worlds");
        let number = WORLDS.min(inputs.worlds);
        let facts = &workload.facts;
        let worlds = self.worlds(facts, &workload.id, number, streams, Some(fact));
        self.doubts(&worlds, evaluation, self.already_paid)
    }

    /// Regions in which another platform would be recommended though what is recommended
    /// here has its price there too.
    fn of_regions(
        &self,
        facts: &Facts,
        evaluation: &Evaluation,
        inputs: &Inputs<'_>,
    ) -> Vec<Tipping> {
        let Some(from) = self.winner(evaluation).map(str::to_owned) else {
            return Vec::new();
        };
        let tip = |book: &PriceBook| {
            let rates = Rates::new(self.catalog, book);
            let context = Context {
                book,
                rates: &rates,
                ..*self
            };
            let there = context.evaluate(facts);
            let is_priced = there.options.iter().any(|option| {
                let platform = self.catalog.at(option.platform);
                option.monthly.is_some() && platform.is_some_and(|one| one.id == from)
            });
            let to = context.winner(&there).map(str::to_owned);
            (is_priced && to.as_deref() != Some(from.as_str())).then(|| Tipping {
                fact: FactId::Region,
                at: Value::Text(book.region().into()),
                margin: None,
                from: from.clone(),
                to,
            })
        };
        inputs.elsewhere.iter().filter_map(tip).collect()
    }

    /// Needs that are known and whose opposite would change the recommendation.
    fn of_needs(&self, facts: &Facts, evaluation: &Evaluation) -> Vec<Tipping> {
        let Some(from) = self.winner(evaluation).map(str::to_owned) else {
            return Vec::new();
        };
        let flags = FactId::ALL.iter().copied();
        let known =
            flags.filter(|fact| fact.kind() == Kind::Flag && fact.scope() != Scope::Derived);
        let tip = |fact: FactId| {
            let opposite = Value::Flag(!facts.flag(fact)?);
            let learned = facts.with(fact, opposite.clone());
            let after = self.evaluate_after(evaluation, &learned, fact);
            let to = self.winner(&after).map(str::to_owned);
            (to.as_deref() != Some(from.as_str())).then(|| Tipping {
                fact,
                at: opposite,
                margin: None,
                from: from.clone(),
                to,
            })
        };
        known.filter_map(tip).collect()
    }
}

/// The facts with one known, if only by default, so that it can be moved.
fn pinned(facts: &Facts, filled: &Facts, fact: FactId) -> Facts {
    match filled.likely(fact) {
        Some(value) => facts.with(fact, Value::exact(value)),
        None => facts.clone(),
    }
}

/// The facts with one moved, and with it those that follow it.
fn moved(facts: &Facts, fact: FactId, to: f64, factor: f64) -> Facts {
    let mut moved = facts.with(fact, Value::exact(to));
    for other in moves_with(fact) {
        if let Some(range) = facts.range(*other) {
            moved = moved.with(*other, Value::Quantity(range.map(|value| value * factor)));
        }
    }
    moved
}
