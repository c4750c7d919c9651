//! What Savings Plans would change for a system whose file buys none.

use landfall_catalog::{Term, Upfront};
use landfall_units::Money;
use landfall_workload::{FactId, Value, Workload};

use crate::again::contenders;
use crate::commitment::Buying;
use crate::context::Context;
use crate::decision::IfCommitted;
use crate::inputs::Inputs;
use crate::weighed::{Chosen, Weighed, settle, weigh};

/// What is bought on trial: the shortest term, nothing upfront.
const TERM: Term = Term::OneYear;
const UPFRONT: Upfront = Upfront::None;
/// Scenarios that are drawn for it; where a recommendation changes in them, all are.
const FEW: usize = 100;

impl Context<'_> {
    /// What buying plans would save and change; none where the file buys them or says that it
    /// does not, or where they would save less than is worth a question.
    pub(crate) fn if_committed(
        &self,
        weighed: &[Weighed<'_>],
        chosen: &[Option<Chosen>],
        inputs: &Inputs<'_>,
    ) -> Option<IfCommitted> {
        let mut all = weighed.iter();
        if all.any(|one| !one.workload.facts.is_unknown(FactId::Commitment)) {
            return None;
        }
        if !self.may_save(weighed) {
            return None;
        }
        let changed: Vec<Workload> = weighed
            .iter()
            .map(|one| {
                let mut workload = one.workload.clone();
                let value = Value::Choice(TERM.word());
                workload.facts = workload.facts.with(FactId::Commitment, value);
                workload
            })
            .collect();
        let all = self.catalog.all();
        let decided = |scenarios: usize| {
            let inputs = Inputs {
                scenarios: inputs.scenarios.min(scenarios),
                ..*inputs
            };
            let pairs = changed.iter().zip(weighed);
            let pairs =
                pairs.map(|(workload, before)| weigh(workload, all, self, &inputs, Some(before)));
            let mut weighed: Vec<Weighed<'_>> = pairs.collect();
            let number = weighed.len();
            let chosen = settle(&mut weighed, 0..number, self);
            (weighed, chosen)
        };
        let places = |chosen: &[Option<Chosen>]| -> Vec<Option<usize>> {
            chosen.iter().map(|one| one.map(|one| one.place)).collect()
        };
        let (mut then, mut chosen_then) = decided(FEW);
        if places(&chosen_then) != places(chosen) && inputs.scenarios > FEW {
            (then, chosen_then) = decided(inputs.scenarios);
        }
        let (mut dollars_per_h, mut saved) = (0.0, 0.0);
        for shared in self.shared_plans(&then, &chosen_then) {
            dollars_per_h += shared.bought.dollars_per_h - shared.own_dollars_per_h;
            saved += shared.saved_over_own.as_f64();
        }
        let mut changes = Vec::new();
        let pairs = weighed.iter().zip(&then);
        for ((before, one), (now, later)) in
            pairs.zip(places(chosen).into_iter().zip(places(&chosen_then)))
        {
            let bought = later.and_then(|place| one.commitments.get(place).copied().flatten());
            dollars_per_h += bought.map_or(0.0, |bought| bought.dollars_per_h);
            if let (Some(now), Some(later)) = (now, later.filter(|_| later != now)) {
                let platform = self.catalog.platforms.get(later)?;
                changes.push((one.workload.id.clone(), platform.id.clone()));
                // With another option, the same scenarios were drawn.
                saved += before.expected(now)? - one.expected(later)?;
            } else {
                saved += bought.map_or(0.0, |bought| bought.expected.saved());
            }
        }
        let saved = Money::from_f64(saved);
        self.is_worth_asking(saved).then_some(IfCommitted {
            term: TERM,
            upfront: UPFRONT,
            dollars_per_h,
            saved,
            changes,
        })
    }

    /// Whether plans that paid for everything would save enough at likely values, with some option
    /// that might be recommended.
    fn may_save(&self, weighed: &[Weighed<'_>]) -> bool {
        let buying = Buying {
            term: TERM,
            upfront: UPFRONT,
        };
        let most = |one: &Weighed<'_>| {
            let rivals = contenders(&one.evaluation);
            let options = one.evaluation.options.iter();
            let options = options.filter(|option| rivals.contains(option.platform));
            let saved = options.filter_map(|option| {
                let found = option.configured()?;
                let eligible = buying.eligible(found, self.catalog, self.book, None)?;
                Some(eligible.most_saved())
            });
            saved.fold(0.0, f64::max)
        };
        self.is_worth_asking(Money::from_f64(weighed.iter().map(most).sum()))
    }
}
