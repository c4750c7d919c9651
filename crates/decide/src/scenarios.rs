//! What scenarios show: what each option comes to over all of them, how often it is the best,
//! and what that depends on.
//!
//! An option that cannot run in a scenario costs there what the best does, and a move to that: a
//! team that finds out moves. The same holds where an option runs and costs so much more than the
//! best that a move is cheaper, beside what was foreseen.

use std::sync::Arc;

use landfall_units::Money;
use landfall_workload::Value;

use landfall_catalog::bill::commitment::EligibleSpend;

use crate::committed::Committed;
use crate::decision::Monthly;
use crate::decision::{Doubt, Sensitivity};
use crate::drawn::{Input, Inputs};

/// What an option comes to in one scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct InScenario {
    /// Dollars a month; none when it is excluded or has no price.
    pub(crate) total: Option<f64>,
    /// Of it, the bill and people's work.
    pub(crate) parts: [f64; 2],
    /// The slowest 1 in 100, in seconds.
    pub(crate) late_s: f64,
    /// It runs there, and meets its targets.
    pub(crate) does: bool,
    /// What it requires is met there.
    pub(crate) warranted: bool,
}

impl InScenario {
    /// Takes dollars a month off the bill, and off what is paid in proportion to bill and work.
    pub(crate) fn save(&mut self, dollars: f64) {
        let before: f64 = self.parts.iter().sum();
        let [bill, _] = &mut self.parts;
        *bill -= dollars;
        if before > 0.0 {
            self.total = self.total.map(|total| total * (before - dollars) / before);
        }
    }
}

/// What every option comes to in every scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scenarios {
    pub(crate) inputs: Inputs,
    /// For each platform, for each scenario.
    pub(crate) options: Vec<Vec<InScenario>>,
    /// For each platform, what it comes to at likely values; none where it does not run there.
    pub(crate) foreseen: Vec<Option<Foreseen>>,
    /// For each platform, the Savings Plan that is bought for it; empty where none is.
    pub(crate) commitments: Vec<Option<Committed>>,
    /// For each platform, for each scenario, what plans could pay for, none where it does not run;
    /// empty where none are bought.
    pub(crate) eligible: Vec<Vec<Option<EligibleSpend>>>,
    /// For each scenario, dollars a month of a move to another option.
    pub(crate) moving: Vec<f64>,
    /// For each scenario, the value of each of the inputs' choices, and of their quantities in base
    /// units.
    pub(crate) values: Vec<Arc<[Option<Value>]>>,
    pub(crate) amounts: Vec<Vec<f64>>,
    /// For each scenario, whether its work is of the kind that is likely, and was simulated.
    pub(crate) is_likely: Vec<bool>,
    /// For each platform, what the formulas that stand in for simulating are off by: the
    /// standard deviation of the logarithm of the total; zero where it was not measured.
    pub(crate) errors: Vec<f64>,
}

/// What an option comes to at likely values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Foreseen {
    /// Dollars a month.
    pub(crate) total: f64,
    /// Whether no other stands better against its targets.
    pub(crate) stands_best: bool,
}

/// What an option costs in one scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// Dollars a month.
    pub(crate) monthly: f64,
    /// The team stays with it: it runs, and costs little more beside the best than was foreseen.
    pub(crate) stays: bool,
}

/// What every option costs in every scenario, those included in which it cannot run.
#[derive(Debug, Clone)]
pub(crate) struct Costs {
    /// The option that wins each scenario, with its dollars a month; none where none does the work.
    pub(crate) winners: Vec<Option<(usize, f64)>>,
    /// For each platform, for each scenario, dollars a month without what others pay; none where
    /// nothing runs.
    pub(crate) options: Vec<Vec<Option<Cost>>>,
    /// For each scenario, dollars a month where an option cannot run: the best, and a move to it.
    pub(crate) elsewhere: Vec<Option<f64>>,
}

impl Scenarios {
    /// How many were drawn.
    pub(crate) fn number(&self) -> usize {
        self.options.first().map_or(0, Vec::len)
    }

    /// The option with the lowest total of those that `fit` in a scenario, `saved` dollars a month
    /// off each.
    fn least(
        &self,
        scenario: usize,
        saved: &[f64],
        fits: impl Fn(&InScenario) -> bool,
    ) -> Option<(usize, f64)> {
        let all = self.options.iter().enumerate();
        let totals = all.filter_map(|(place, option)| {
            let one = option.get(scenario).filter(|one| fits(one))?;
            let total = one.total? - saved.get(place).copied().unwrap_or(0.0);
            Some((place, total))
        });
        totals.min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// What every option costs, `saved` dollars a month off each. Where one cannot run, or costs so
    /// much more beside the best than at likely values that a move is cheaper: what the best costs
    /// there, what was foreseen beside it, and a move.
    pub(crate) fn costs(&self, saved: &[f64]) -> Costs {
        let places = 0..self.number();
        let winner = |scenario| self.least(scenario, saved, |one| one.does && one.warranted);
        let winners: Vec<Option<(usize, f64)>> = places.clone().map(winner).collect();
        let elsewhere = |scenario: usize| {
            let winner = winners.get(scenario).copied().flatten();
            let best = winner
                .or_else(|| self.least(scenario, saved, |one| one.warranted))
                .or_else(|| self.least(scenario, saved, |_| true));
            best.map(|(_, least)| least + self.moving.get(scenario).copied().unwrap_or(0.0))
        };
        let elsewhere: Vec<Option<f64>> = places.map(elsewhere).collect();
        let off = |place: usize| saved.get(place).copied().unwrap_or(0.0);
        let likely = self.foreseen.iter().enumerate();
        let likely = likely.map(|(place, one)| one.map(|one| (one.total - off(place), one)));
        let likely: Vec<Option<(f64, Foreseen)>> = likely.collect();
        let best = likely.iter().flatten().filter(|(_, one)| one.stands_best);
        let least = best.map(|(total, _)| *total).min_by(f64::total_cmp);
        let of_option = |(place, option): (usize, &Vec<InScenario>)| {
            let foreseen = likely.get(place).copied().flatten().zip(least);
            let foreseen = foreseen.map_or(0.0, |((total, _), least)| (total - least).max(0.0));
            let pairs = option.iter().zip(&elsewhere);
            let cost = |(one, elsewhere): (&InScenario, &Option<f64>)| {
                let here = one.total.map(|total| total - off(place));
                match (here, *elsewhere) {
                    (Some(here), Some(moved)) if here > moved + foreseen => Some(Cost {
                        monthly: moved + foreseen,
                        stays: false,
                    }),
                    (Some(here), _) => Some(Cost {
                        monthly: here,
                        stays: true,
                    }),
                    (None, moved) => moved.map(|moved| Cost {
                        monthly: moved,
                        stays: false,
                    }),
                }
            };
            pairs.map(cost).collect()
        };
        Costs {
            options: self.options.iter().enumerate().map(of_option).collect(),
            winners,
            elsewhere,
        }
    }

    /// What each option comes to; none where no option ever runs. `saved` is what others pay
    /// already, in dollars a month; `likely` is each option's money and slowest 1 in 100 (in
    /// seconds) at likely values; `may_miss` the share of scenarios in which a target may be missed.
    pub(crate) fn doubts(
        &self,
        saved: &[f64],
        likely: &[Option<(Monthly, f64)>],
        may_miss: f64,
    ) -> Vec<Option<Doubt>> {
        let costs = self.costs(saved);
        let places = 0..self.options.len();
        let of_option = |place: usize| {
            let likely = likely.get(place).copied().flatten()?;
            let off = saved.get(place).copied().unwrap_or(0.0);
            self.doubt(place, &costs, off, likely, may_miss)
        };
        places.map(of_option).collect()
    }

    fn doubt(
        &self,
        place: usize,
        costs: &Costs,
        off: f64,
        (monthly, likely_late_s): (Monthly, f64),
        may_miss: f64,
    ) -> Option<Doubt> {
        let (option, cost) = (self.options.get(place)?, costs.options.get(place)?);
        let number = self.number().max(1) as f64;
        let runs = option.iter().filter(|one| one.total.is_some());
        let mut late_s: Vec<f64> = runs.map(|one| one.late_s).collect();
        let all_costs = || cost.iter().flatten();
        let mut totals: Vec<f64> = all_costs().map(|one| one.monthly + off).collect();
        if totals.is_empty() {
            return None;
        }
        let all = totals.len() as f64;
        let mean = totals.iter().sum::<f64>() / all;
        let squares: f64 = totals.iter().map(|total| (total - mean).powi(2)).sum();
        // Where the team stays with it.
        let pairs = || option.iter().zip(cost);
        let stays = || pairs().filter(|(_, cost)| cost.is_some_and(|cost| cost.stays));
        let here = stays().filter_map(|(one, _)| one.total).sum::<f64>() / all;
        let part_mean = |part: usize| {
            let parts = stays().filter_map(|(one, _)| one.parts.get(part));
            parts.sum::<f64>() / all
        };
        let lift = [
            ratio(part_mean(0), monthly.bill.as_f64()),
            ratio(part_mean(1), monthly.people.as_f64()),
            ratio(here, monthly.total.as_f64()),
        ];
        let pairs = costs.winners.iter().zip(cost);
        let regrets = pairs.filter_map(|(winner, one)| {
            let ((_, best), one) = ((*winner)?, (*one)?);
            Some((one.monthly - best).max(0.0))
        });
        let (sum, count) = regrets.fold((0.0, 0.0), |(sum, n), one| (sum + one, n + 1.0));
        let error = self.errors.get(place).copied().unwrap_or(0.0);
        totals.sort_by(f64::total_cmp);
        late_s.sort_by(f64::total_cmp);
        let won = costs.winners.iter().flatten();
        let won = won.filter(|(who, _)| *who == place).count();
        let does = option.iter().filter(|one| one.does).count();
        Some(Doubt {
            mean: Money::from_f64(mean),
            mean_error: Money::from_f64(squares.sqrt() / all),
            p10: Money::from_f64(wider(at(&totals, 0.1), mean, error)).min(monthly.total),
            p90: Money::from_f64(wider(at(&totals, 0.9), mean, error)).max(monthly.total),
            wins: won as f64 / number,
            misses: 1.0 - does as f64 / number,
            excluded: 1.0 - late_s.len() as f64 / number,
            regret: Money::from_f64(if count > 0.0 { sum / count } else { 0.0 }),
            lift,
            stays: stays().count() as f64 / all,
            elsewhere: mean - here,
            later: if late_s.is_empty() {
                1.0
            } else {
                ratio(at(&late_s, 1.0 - may_miss), likely_late_s)
            },
        })
    }

    /// The share of the scenarios that an option wins, `saved` dollars a month off each.
    pub(crate) fn wins(&self, place: usize, saved: &[f64]) -> f64 {
        let costs = self.costs(saved);
        let won = costs.winners.iter().flatten();
        won.filter(|(who, _)| *who == place).count() as f64 / self.number().max(1) as f64
    }

    /// How much more one option costs than another in each scenario, in dollars a month, `saved`
    /// off each, in rising order.
    pub(crate) fn differences(&self, one: usize, other: usize, saved: &[f64]) -> Vec<f64> {
        let costs = self.costs(saved);
        let mut differences: Vec<f64> = costs.differences(one, other).map(|(_, d)| d).collect();
        differences.sort_by(f64::total_cmp);
        differences
    }

    /// The inputs that decide between two options, those that matter most first: the
    /// share of the variance of the difference of their totals that each explains alone.
    /// The scenarios, in order of one input, are cut into slices; the variance between the
    /// means of slices over the whole, less what chance gives (epsilon squared: Kelley,
    /// PNAS 21, 1935; from given data: Plischke et al., EJOR 226, 2013).
    pub(crate) fn matters(&self, first: usize, second: usize) -> Vec<Sensitivity> {
        const IN_A_SLICE: usize = 25;
        const LEAST: f64 = 0.01;
        let costs = self.costs(&[]);
        let differences: Vec<(usize, f64)> = costs.differences(first, second).collect();
        let count = differences.len();
        let slices = (count / IN_A_SLICE).min(20);
        if slices < 4 {
            return Vec::new();
        }
        // Twice the standard deviation that chance alone gives.
        let least = LEAST.max(2.0 * (2.0 * slices as f64).sqrt() / count as f64);
        let mean = differences.iter().map(|(_, d)| d).sum::<f64>() / count as f64;
        let whole: f64 = differences.iter().map(|(_, d)| (d - mean).powi(2)).sum();
        if whole <= 0.0 {
            return Vec::new();
        }
        let share = |input: &Input| {
            let mut sorted: Vec<(f64, f64)> = differences
                .iter()
                .map(|(scenario, d)| (input.shares.get(*scenario).copied().unwrap_or(0.0), *d))
                .collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            let size = count.div_ceil(slices);
            let slices: Vec<&[(f64, f64)]> = sorted.chunks(size).collect();
            let between: f64 = slices
                .iter()
                .map(|slice| {
                    let n = slice.len() as f64;
                    let own = slice.iter().map(|(_, d)| d).sum::<f64>() / n;
                    n * (own - mean).powi(2)
                })
                .sum();
            let degrees = (slices.len() - 1) as f64;
            let within = (whole - between) / (count - slices.len()) as f64;
            ((between - degrees * within) / whole).clamp(0.0, 1.0)
        };
        let mut found: Vec<Sensitivity> = self
            .inputs
            .all
            .iter()
            .map(|input| Sensitivity {
                input: input.name.clone(),
                share: share(input),
            })
            .filter(|one| one.share >= least)
            .collect();
        found.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.input.cmp(&b.input)));
        found
    }
}

impl Costs {
    /// How much more one option costs than another, by scenario.
    pub(crate) fn differences(
        &self,
        one: usize,
        other: usize,
    ) -> impl Iterator<Item = (usize, f64)> {
        let pairs = self.options.get(one).zip(self.options.get(other));
        let pairs = pairs.into_iter().flat_map(|(a, b)| a.iter().zip(b));
        let pairs = pairs.enumerate();
        pairs.filter_map(|(scenario, (a, b))| Some((scenario, (*a)?.monthly - (*b)?.monthly)))
    }
}

/// The value at a share of sorted values.
pub(crate) fn at(sorted: &[f64], share: f64) -> f64 {
    let place = (share * sorted.len() as f64).ceil() as usize;
    let value = sorted.get(place.saturating_sub(1)).or(sorted.last());
    value.copied().unwrap_or(0.0)
}

/// The 90th percentile of the standard normal law (Abramowitz and Stegun 1964, table 26.5).
const Z90: f64 = 1.281_551_566;

/// An end of an 80% interval around a mean, further out by an error that is independent of
/// what is drawn: logarithms of the two add as squares.
fn wider(end: f64, mean: f64, error: f64) -> f64 {
    if end <= 0.0 || mean <= 0.0 {
        return end;
    }
    let drawn = (end / mean).ln();
    mean * drawn.hypot(Z90 * error).copysign(drawn).exp()
}

fn ratio(now: f64, then: f64) -> f64 {
    if then > 0.0 { now / then } else { 1.0 }
}
