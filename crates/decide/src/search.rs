//! The search for the configuration of one option: sized by formulas, simulated, sized again
//! with what that showed, until what is found has been simulated and nothing beside it is
//! better. The way there is simulated with fewer requests than what is found.

use std::cmp::Ordering;

use landfall_catalog::PlatformId;
use landfall_units::Money;

use crate::calibration::{Calibrated, Calibration, Simulation};
use crate::context::Context;
use crate::evaluate::Basis;
use crate::evaluated::Priced;
use crate::inputs::rougher;
use crate::numbers::Numbers;
use crate::size::{Ask, Choice, Search, neighbours, with_fewer_ready};
use crate::standing::{Attempt, least_standing};
use crate::unfit::Unfit;

/// Most configurations of one option that formulas name and that are simulated.
const ROUNDS: usize = 8;
/// Most steps to a neighbour that is better.
const STEPS: usize = 3;

/// What orders configurations: those that sizing is content with, those that meet their
/// targets, the others; by cost, or by how late they are.
#[derive(Debug, Clone, Copy)]
struct Worth(u8, f64);

impl Worth {
    fn total_cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0).then(self.1.total_cmp(&other.1))
    }
}

/// The configuration of an option, with everything that was simulated on the way. `simulate`
/// runs a configuration with a budget of requests; none where it has more than can be. The way
/// is looked for with a part of the `budget`, and what is found is simulated with all of it:
/// where it does the work by one and not by the other, everything is looked for again. Without
/// a budget, by formulas alone.
pub(crate) fn configuration(
    context: &Context<'_>,
    id: PlatformId,
    numbers: &Numbers,
    budget: Option<u64>,
    simulate: impl Fn(&Priced, u64) -> Option<Simulation>,
) -> (Result<Priced, Unfit>, Calibration) {
    let within = |budget: Option<u64>| {
        let simulate = &simulate;
        Searching::new(context, id, numbers, move |one: &Priced| {
            simulate(one, budget?)
        })
    };
    let mut searching = within(budget.map(rougher));
    let mut found = searching.find();
    let more = budget.filter(|budget| *budget > rougher(*budget));
    if let (Some(budget), Ok(rough)) = (more, &found)
        && let Some(simulation) = simulate(rough, budget)
    {
        let does = searching.does(rough);
        searching.calibration.learn(simulation);
        let confirmed = searching.known(&rough.sized.choice);
        found = if let Some(one) = confirmed.filter(|one| searching.does(one) == does) {
            Ok(one)
        } else {
            searching = within(Some(budget));
            searching.find()
        };
    }
    (found, searching.calibration)
}

/// A search under way. `simulate` runs a configuration; none where it has more requests than
/// can be.
struct Searching<'a, S> {
    context: &'a Context<'a>,
    id: PlatformId,
    numbers: &'a Numbers,
    simulate: S,
    calibration: Calibration,
    /// What was simulated, in order.
    seen: Vec<Choice>,
}

impl<'a, S: Fn(&Priced) -> Option<Simulation>> Searching<'a, S> {
    fn new(context: &'a Context<'a>, id: PlatformId, numbers: &'a Numbers, simulate: S) -> Self {
        Self {
            context,
            id,
            numbers,
            simulate,
            calibration: Calibration::default(),
            seen: Vec::new(),
        }
    }

    /// The configuration; formulas pass through it from then on.
    fn find(&mut self) -> Result<Priced, Unfit> {
        let mut found = self.settle();
        let misses = self.seen.first().and_then(|choice| self.known(choice));
        if misses.is_some_and(|one| !self.does(&one)) {
            // The cheapest does not do the work: formulas know too little here.
            if let Some(one) = self.stand() {
                self.calibration.anchor(&one.run);
                found = self.settle();
            }
            self.look_around();
        }
        found = self.best(found).map(|one| self.keep_fewer_ready(one));
        if let Ok(one) = &found {
            self.calibration.anchor(&one.run);
        }
        found
    }

    /// A configuration that does the work, with as few environments kept ready as still do, by
    /// halving.
    fn keep_fewer_ready(&mut self, found: Priced) -> Priced {
        if !self.does(&found) || self.calibration.simulated(&found.run).is_none() {
            return found;
        }
        let fewer = self
            .context
            .with(self.id, self.numbers, &self.calibration, |search| {
                with_fewer_ready(search, &found.sized.choice)
            });
        let mut best = found;
        let (mut from, mut to) = (0, fewer.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            let choice = fewer.get(middle);
            let one = choice.and_then(|choice| self.ask(Ask::Only(choice)).ok());
            match one.and_then(|one| self.run(&one)) {
                Some(one) if self.does(&one) => (best, to) = (one, middle),
                _ => from = middle + 1,
            }
        }
        best
    }

    fn ask(&self, ask: Ask<'_>) -> Result<Priced, Unfit> {
        let basis = Basis::simulated(Some(&self.calibration));
        self.context.find_with(self.id, self.numbers, basis, ask)
    }

    /// Whether sizing is content with a configuration.
    fn does(&self, one: &Priced) -> bool {
        let forecast = &one.sized.forecast;
        self.numbers.are_content_with(forecast, self.context.tuning)
    }

    fn worth(&self, one: &Priced) -> Worth {
        let forecast = &one.sized.forecast;
        let cost = one.bill.total().map_or(f64::MAX, Money::as_f64);
        if self.does(one) {
            Worth(0, cost)
        } else if self.numbers.targets.are_met(forecast) {
            Worth(1, cost)
        } else {
            Worth(2, forecast.latency.p99_s)
        }
    }

    /// A configuration as it was simulated; none where it was not.
    fn known(&self, choice: &Choice) -> Option<Priced> {
        let one = self.ask(Ask::Only(choice)).ok()?;
        self.calibration
            .simulated(&one.run)
            .is_some()
            .then_some(one)
    }

    /// Simulates a configuration, unless it was, and gives it as it was simulated.
    fn run(&mut self, one: &Priced) -> Option<Priced> {
        let choice = &one.sized.choice;
        if self.calibration.simulated(&one.run).is_none() {
            let simulation = (self.simulate)(one)?;
            self.calibration.learn(simulation);
            self.seen.push(choice.clone());
        }
        self.known(choice)
    }

    /// The cheapest by formulas that pass through what was simulated, simulated until it
    /// stays the same.
    fn settle(&mut self) -> Result<Priced, Unfit> {
        let mut found = self.ask(Ask::Cheapest);
        for _ in 0..ROUNDS {
            let Ok(one) = &found else { break };
            if self.calibration.simulated(&one.run).is_some() {
                break;
            }
            let Some(one) = self.run(one) else { break };
            self.calibration.climb(!self.does(&one));
            found = self.ask(Ask::Cheapest);
        }
        self.calibration.climb(false);
        found
    }

    /// The cheapest of sizes that do not do the work by themselves, with copies that stand
    /// for what comes faster than they are launched.
    fn stand(&mut self) -> Option<Priced> {
        let simulated = self.seen.iter().filter_map(|choice| self.known(choice));
        let (done, missed): (Vec<Priced>, Vec<Priced>) = simulated.partition(|one| self.does(one));
        let costs = done.iter().filter_map(|one| one.bill.total());
        let mut least = costs.min().map_or(f64::MAX, Money::as_f64);
        let missed: Vec<Choice> = missed.into_iter().map(|one| one.sized.choice).collect();
        least_standing(&missed, |choice| {
            let one = self.ask(Ask::Only(choice)).ok()?;
            let cost = one.bill.total().map_or(f64::MAX, Money::as_f64);
            if cost >= least {
                return Some(Attempt::Dear);
            }
            let one = self.run(&one)?;
            if !self.does(&one) {
                return Some(Attempt::Misses);
            }
            least = one.bill.total().map_or(least, Money::as_f64).min(least);
            Some(Attempt::Does(Box::new(one)))
        })
    }

    /// Simulates the next sizes of the best, as long as one of them is better.
    fn look_around(&mut self) {
        for _ in 0..STEPS {
            let Some(best) = self.best_seen() else { return };
            let around = self
                .context
                .with(self.id, self.numbers, &self.calibration, |search| {
                    neighbours(search, &best.sized)
                });
            let mut better = false;
            for choice in around {
                let one = self.ask(Ask::Only(&choice)).ok();
                if let Some(one) = one.and_then(|one| self.run(&one)) {
                    better |= self.worth(&one).total_cmp(&self.worth(&best)).is_lt();
                }
            }
            if !better {
                return;
            }
        }
    }

    /// The best that was simulated.
    fn best_seen(&self) -> Option<Priced> {
        let all = self.seen.iter().filter_map(|choice| self.known(choice));
        all.min_by(|a, b| self.worth(a).total_cmp(&self.worth(b)))
    }

    /// What formulas settled on, unless it was not simulated or something that was is
    /// better by more than fewer copies are worth.
    fn best(&self, found: Result<Priced, Unfit>) -> Result<Priced, Unfit> {
        let Some(best) = self.best_seen() else {
            return found;
        };
        let stays = found.as_ref().is_ok_and(|one| {
            let (Worth(tier, cost), Worth(best_tier, least)) = (self.worth(one), self.worth(&best));
            let fewer = self.context.tuning.fewer_copies_worth.max(1.0);
            self.calibration.simulated(&one.run).is_some()
                && tier == best_tier
                && cost <= least * fewer
        });
        if stays { found } else { Ok(best) }
    }
}

impl Context<'_> {
    /// Choices that are looked up with everything that sizing reads.
    fn with(
        &self,
        id: PlatformId,
        numbers: &Numbers,
        calibration: &Calibration,
        choices: impl FnOnce(&Search<'_>) -> Vec<Choice>,
    ) -> Vec<Choice> {
        let calibrated = Calibrated {
            calibration: Some(calibration),
        };
        let platform = self.catalog.at(id);
        platform.map_or_else(Vec::new, |platform| {
            choices(&self.search(platform, numbers, &calibrated))
        })
    }
}
