//! Where the recommendation changes: looked for by formulas along the same pipeline, and
//! held only where deciding anew on both sides confirms it.

use landfall_catalog::{PlatformSet, PriceBook};
use landfall_simulate::{Streams, each};
use landfall_units::{Money, SECONDS_PER_MONTH};
use landfall_workload::{FactId, Facts, Kind, Scope, Value};

use crate::again::{Again, Outcome, contenders};
use crate::choose::{Tier, tier};
use crate::context::Context;
use crate::decision::{AtVolume, Doubt, Tipping};
use crate::drawing::{Draws, held_at};
use crate::evaluated::{AlreadyPaid, Evaluation};
use crate::inputs::screen;
use crate::known::{Known, Terms};
use crate::rates::Rates;
use crate::weighed::streams;

/// How far to look, as a factor of today's value, and in which steps. A product may grow
/// ten thousandfold; what a unit of work takes does not change as much.
const FURTHEST_VOLUME: f64 = 1e4;
const FURTHEST: f64 = 1e2;
const STEP: f64 = 2.0;
/// Halvings of the last step: to about one part in a thousand.
const HALVINGS: usize = 10;
/// Scenarios drawn with a fact held still that has a range.
const SCENARIOS: usize = 100;
/// How far aside of a point both sides are decided anew.
const ASIDE: f64 = 1.1;
/// Places at which a point is tried before it is given up.
const TRIES: usize = 2;

/// Volumes of a cost curve: so many steps below and above today's.
const CURVE_STEPS: i32 = 14;
const STEPS_PER_DOUBLING: f64 = 2.0;

/// Quantities that are moved, each alone.
const MOVED: [FactId; 6] = [
    FactId::Volume,
    FactId::DurationP50,
    FactId::DurationMax,
    FactId::Memory,
    FactId::PeakToMean,
    FactId::HourlyCost,
];

/// What a fact cannot go below or above while the others stay as the file gives them.
fn bounds(fact: FactId, facts: &Facts) -> (f64, f64) {
    let given = |fact: FactId| facts.likely(fact);
    let (low, high) = match fact {
        FactId::DurationP50 => (
            None,
            given(FactId::DurationP99).or(given(FactId::DurationMax)),
        ),
        FactId::DurationMax => (
            given(FactId::DurationP99).or(given(FactId::DurationP50)),
            None,
        ),
        FactId::PeakToMean => (Some(1.0), None),
        _ => (None, None),
    };
    (low.unwrap_or(0.0), high.unwrap_or(f64::INFINITY))
}

impl Context<'_> {
    /// The nearest changes of the recommendation in every fact that can be moved, and
    /// what options come to at other volumes. Of a `provisional` recommendation no changes are
    /// looked for: every answer moves them.
    pub(crate) fn tippings(
        &self,
        known: &Known<'_>,
        evaluation: &Evaluation,
        again: &Again<'_>,
        is_provisional: bool,
    ) -> (Vec<Tipping>, Vec<AtVolume>) {
        let facts = &again.workload.facts;
        // A fact held still needs scenarios of its own: its range is not in doubt here.
        let still = each(&MOVED, |fact| {
            self.held_still(known, evaluation, *fact, again)
        });
        let pairs: Vec<(FactId, &Vec<Option<Doubt>>)> = MOVED.into_iter().zip(&still).collect();
        let doubting = |doubts| Known {
            terms: Terms {
                doubts,
                ..known.terms
            },
            ..*known
        };
        let at_volume = pairs.iter().find(|(fact, _)| *fact == FactId::Volume);
        let curve = at_volume.map_or_else(Vec::new, |(_, doubts)| {
            self.curve(&doubting(doubts), facts, evaluation)
        });
        let today = again.today();
        let Some(from) = today.platform.as_deref().filter(|_| !is_provisional) else {
            return (Vec::new(), curve);
        };
        // A schedule or a trace says these, and a file says nothing twice.
        let is_timed = [FactId::Schedule, FactId::Trace]
            .iter()
            .any(|fact| !facts.is_unknown(*fact));
        let is_said =
            |fact: FactId| is_timed && matches!(fact, FactId::Volume | FactId::PeakToMean);
        let sides: Vec<(FactId, &Vec<Option<Doubt>>, f64)> = pairs
            .iter()
            .filter(|(fact, _)| !is_said(*fact))
            .flat_map(|(fact, doubts)| [1.0 / STEP, STEP].map(|step| (*fact, *doubts, step)))
            .collect();
        let moved = each(&sides, |(fact, doubts, step)| {
            let moved = Moved {
                context: self,
                known: doubting(doubts),
                again,
                fact: *fact,
                value: evaluation.filled.likely(*fact)?,
                bounds: bounds(*fact, facts),
                from,
            };
            moved.change(*step)
        });
        let mut found: Vec<Tipping> = moved.into_iter().flatten().collect();
        found.extend(self.of_needs(known, evaluation, from, again));
        found.extend(self.of_regions(known, from, again));
        (found, curve)
    }

    /// What every option that meets its targets comes to at other volumes than today's.
    fn curve(&self, known: &Known<'_>, facts: &Facts, evaluation: &Evaluation) -> Vec<AtVolume> {
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
            let there = self.evaluate(known, &facts.with(FactId::Volume, Value::exact(volume)));
            let open = there
                .options
                .iter()
                .filter(|option| tier(option) == Tier::Meets);
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

    /// What scenarios show when a fact is held at its likely value; what they showed before
    /// where it has no range.
    fn held_still(
        &self,
        known: &Known<'_>,
        evaluation: &Evaluation,
        fact: FactId,
        again: &Again<'_>,
    ) -> Vec<Option<Doubt>> {
        let (inputs, workload) = (again.inputs, again.workload);
        let range = evaluation.filled.range(fact);
        if inputs.scenarios == 0 || range.is_none_or(|range| range.is_exact()) {
            return known.terms.doubts.to_vec();
        }
        let drawn: Streams = streams(inputs).child("worlds");
        let number = SCENARIOS.min(inputs.scenarios);
        let likely = evaluation.filled.likely(fact).unwrap_or(0.0);
        let held = held_at(&workload.facts, fact, likely);
        // What else is unknown stays so: how often a need turns up was seen, and stays the same.
        let scenarios = self.scenarios(
            known,
            &Draws {
                facts: &held,
                workload: &workload.id,
                number,
                streams: drawn,
                chooses: false,
            },
        );
        let still = self.doubts(&scenarios, evaluation, known.terms.already_paid);
        let pairs = still.into_iter().zip(known.terms.doubts);
        let one = |(still, seen): (Option<Doubt>, &Option<Doubt>)| {
            let (mut still, seen) = (still?, (*seen)?);
            let stays = seen.stays / still.stays.max(f64::MIN_POSITIVE);
            still.lift = still.lift.map(|lift| lift * stays);
            still.elsewhere = seen.elsewhere;
            Some(still)
        };
        pairs.map(one).collect()
    }

    /// Regions in which another platform would be recommended though what is recommended
    /// here has its price there too.
    fn of_regions(&self, known: &Known<'_>, from: &str, again: &Again<'_>) -> Vec<Tipping> {
        let facts = &again.workload.facts;
        let tip = |book: &PriceBook| {
            let rates = Rates::new(self.catalog, book, self.day);
            let screen = screen(self.pack, self.catalog, book, self.day);
            let context = Context {
                book,
                rates: &rates,
                screen: &screen,
                ..*self
            };
            let there = context.evaluate(known, facts);
            let is_priced = there.options.iter().any(|option| {
                let platform = self.catalog.at(option.platform);
                option.monthly.is_some() && platform.is_some_and(|one| one.id == from)
            });
            if !is_priced {
                return None;
            }
            if self.winner(&there) == Some(from) {
                return None;
            }
            let to = again.with_prices(book);
            (to.platform.as_deref() != Some(from)).then(|| Tipping {
                fact: FactId::Region,
                at: Value::Text(book.region().into()),
                margin: None,
                from: from.to_owned(),
                to: to.platform,
                to_meets_targets: to.meets_targets,
            })
        };
        let books = again.inputs.elsewhere.iter();
        books.filter_map(tip).collect()
    }

    /// Needs that are known and whose opposite would change the recommendation.
    fn of_needs(
        &self,
        known: &Known<'_>,
        evaluation: &Evaluation,
        from: &str,
        again: &Again<'_>,
    ) -> Vec<Tipping> {
        let facts = &again.workload.facts;
        let flags = FactId::ALL.iter().copied();
        let stated: Vec<FactId> = flags
            .filter(|fact| fact.kind() == Kind::Flag && fact.scope() != Scope::Derived)
            .filter(|fact| facts.flag(*fact).is_some())
            .collect();
        let tip = |fact: &FactId| {
            let opposite = Value::Flag(!facts.flag(*fact)?);
            let learned = facts.with(*fact, opposite.clone());
            let after = self.evaluate_after(known, evaluation, &learned);
            if self.winner(&after) == Some(from) {
                return None;
            }
            let to = again.with(*fact, &opposite, contenders(&after));
            (to.platform.as_deref() != Some(from)).then(|| Tipping {
                fact: *fact,
                at: opposite,
                margin: None,
                from: from.to_owned(),
                to: to.platform,
                to_meets_targets: to.meets_targets,
            })
        };
        each(&stated, tip).into_iter().flatten().collect()
    }
}

/// One quantity that is moved away from its value.
struct Moved<'a> {
    context: &'a Context<'a>,
    known: Known<'a>,
    again: &'a Again<'a>,
    fact: FactId,
    /// Today's.
    value: f64,
    bounds: (f64, f64),
    /// What is recommended today.
    from: &'a str,
}

impl Moved<'_> {
    /// The nearest change above or below today's value, as `step` is above or below one.
    fn change(&self, step: f64) -> Option<Tipping> {
        let (mut near, mut far) = (self.value, None);
        for _ in 0..TRIES {
            let at = self.guess(near, far, step)?;
            let outward = if step > 1.0 { ASIDE } else { 1.0 / ASIDE };
            let (inside, outside) = (at / outward, at * outward);
            if !self.is_allowed(outside) {
                return None;
            }
            let beyond = self.decided(outside);
            if beyond.platform.as_deref() == Some(self.from) {
                near = outside;
                continue;
            }
            let is_still = self.decided(inside).platform.as_deref() == Some(self.from);
            if is_still {
                return Some(Tipping {
                    fact: self.fact,
                    at: Value::exact(at),
                    margin: Some(at / self.value),
                    from: self.from.to_owned(),
                    to: beyond.platform,
                    to_meets_targets: beyond.meets_targets,
                });
            }
            far = Some(inside);
        }
        None
    }

    /// Where the change might be, beyond `near`: by formulas, else in the middle between
    /// what was decided on both sides, else further out.
    fn guess(&self, near: f64, far: Option<f64>, step: f64) -> Option<f64> {
        if let Some(far) = far {
            return Some((near * far).sqrt());
        }
        let is_from = |at: f64| {
            let winner = self.evaluation(at);
            self.context.winner(&winner) == Some(self.from)
        };
        let mut inside = near;
        let mut outside = near * step;
        let furthest = match self.fact {
            FactId::Volume => FURTHEST_VOLUME,
            _ => FURTHEST,
        };
        while outside <= self.value * furthest && outside >= self.value / furthest {
            if !self.is_allowed(outside) {
                return None;
            }
            if !is_from(outside) {
                for _ in 0..HALVINGS {
                    let middle = (inside * outside).sqrt();
                    if is_from(middle) {
                        inside = middle;
                    } else {
                        outside = middle;
                    }
                }
                return Some(outside);
            }
            inside = outside;
            outside *= step;
        }
        None
    }

    fn is_allowed(&self, at: f64) -> bool {
        let (low, high) = self.bounds;
        at >= low && at <= high
    }

    /// The workload with the fact there, by formulas.
    fn evaluation(&self, at: f64) -> Evaluation {
        let factor = at / self.value;
        let already_paid = paid_at(self.known.terms.already_paid, self.fact, factor);
        let known = Known {
            terms: Terms {
                already_paid: &already_paid,
                ..self.known.terms
            },
            ..self.known
        };
        let facts = &self.again.workload.facts;
        self.context
            .evaluate(&known, &facts.with(self.fact, Value::exact(at)))
    }

    /// What is decided there.
    fn decided(&self, at: f64) -> Outcome {
        let mut looked_at: PlatformSet = contenders(&self.evaluation(at));
        let today = self.context.catalog.numbered();
        for (id, platform) in today {
            if platform.id == self.from {
                looked_at = looked_at.with(id);
            }
        }
        self.again.with(self.fact, &Value::exact(at), looked_at)
    }
}

/// What others pay already when a fact is moved: people's work at the new cost.
fn paid_at(already_paid: &[AlreadyPaid], fact: FactId, factor: f64) -> Vec<AlreadyPaid> {
    let factor = if fact == FactId::HourlyCost {
        factor
    } else {
        1.0
    };
    let paid = already_paid.iter();
    paid.map(|paid| AlreadyPaid {
        people: Money::from_f64(paid.people.as_f64() * factor),
        ..*paid
    })
    .collect()
}
