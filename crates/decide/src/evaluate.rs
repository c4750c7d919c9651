//! One workload on every platform: screened, sized, forecast, billed.

use std::sync::Arc;

use landfall_catalog::bill::{Usage, bill};
use landfall_catalog::{Platform, PlatformId};
use landfall_framework::Verdict;
use landfall_simulate::{Day, Placement};
use landfall_topology::{FrontDoor, Needs, Topology, possible};
use landfall_units::{Decimal, Money, Range};
use landfall_workload::{FactId, Facts, Shape};

use crate::assume;
use crate::calibration::{Calibrated, Calibration, Run};
use crate::commitment::Buying;
use crate::committed::Committed;
use crate::companions::{Around, decimal};
use crate::context::Context;
use crate::decision::{Alternative, Monthly, Standing};
use crate::evaluated::{Evaluated, Evaluation, Fit, Priced};
use crate::known::{Known, Terms};
use crate::numbers::{Numbers, Targets};
use crate::people;
use crate::size::{Ask, Choice, Search, Sized, look_at_all, size};
use crate::unfit::Unfit;

/// What a configuration is found on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Basis<'a> {
    /// What was simulated of the platform, which formulas pass through.
    pub(crate) calibration: Option<&'a Calibration>,
    /// What stands around it; the cheapest is looked for where there is none.
    pub(crate) topology: Option<&'a Arc<Topology>>,
}

impl<'a> Basis<'a> {
    /// What was simulated alone.
    pub(crate) const fn simulated(calibration: Option<&'a Calibration>) -> Self {
        Self {
            calibration,
            topology: None,
        }
    }
}

impl Context<'_> {
    /// Evaluates a workload.
    pub(crate) fn evaluate(&self, known: &Known<'_>, facts: &Facts) -> Evaluation {
        let (filled, assumed) = assume::fill(facts, self.pack, self.catalog);
        Evaluation {
            options: self.evaluate_filled(known, facts, &filled),
            filled,
            assumed,
        }
    }

    /// Evaluates a workload whose defaults are filled in; rules see `facts`.
    pub(crate) fn evaluate_filled(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        filled: &Facts,
    ) -> Vec<Evaluated> {
        let numbers = self.numbers(filled, known.recorded);
        self.catalog
            .numbered()
            .map(|(platform, _)| {
                let verdict = self.verdict(known, platform, facts);
                let fit = match verdict {
                    Verdict::Excluded => Fit::Excluded,
                    _ => Fit::of(self.find(known, platform, &numbers)),
                };
                let terms = &known.terms;
                self.weigh(platform, verdict, fit, terms, (facts, filled))
            })
            .collect()
    }

    /// The same with the configurations that were found.
    pub(crate) fn evaluate_found(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        filled: &Facts,
    ) -> Vec<Evaluated> {
        let fits = known.configured().iter().map(|one| &one.fit);
        self.evaluate_with(known, facts, filled, fits)
    }

    fn evaluate_with<'f>(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        filled: &Facts,
        fits: impl Iterator<Item = &'f Fit>,
    ) -> Vec<Evaluated> {
        let pairs = self.catalog.numbered().zip(fits);
        pairs
            .map(|((platform, _), fit)| {
                let verdict = self.verdict(known, platform, facts);
                let fit = match verdict {
                    Verdict::Excluded => Fit::Excluded,
                    _ => fit.clone(),
                };
                let terms = &known.terms;
                self.weigh(platform, verdict, fit, terms, (facts, filled))
            })
            .collect()
    }

    /// What rules leave of a platform.
    pub(crate) fn verdict(
        &self,
        known: &Known<'_>,
        platform: PlatformId,
        facts: &Facts,
    ) -> Verdict {
        if known.looked_at.contains(platform) {
            self.screen.verdict(platform, facts)
        } else {
            Verdict::Excluded
        }
    }

    /// The numbers of facts in which everything needed is filled in, where traffic goes as
    /// recorded.
    pub(crate) fn numbers(&self, filled: &Facts, recorded: Option<&Shape>) -> Numbers {
        let mut numbers = Numbers::new(filled, self.tuning, self.catalog, self.day);
        if let Some(recorded) = recorded {
            numbers.traffic.shape = landfall_simulate::Shape::Recorded(recorded.clone());
            numbers.load.day = Day::of(&numbers.traffic);
        }
        numbers
    }

    /// Evaluates again after a fact was learned: where sizing reads the same numbers, with
    /// the configurations that were found before.
    pub(crate) fn evaluate_after(
        &self,
        known: &Known<'_>,
        before: &Evaluation,
        facts: &Facts,
    ) -> Evaluation {
        let (filled, assumed) = assume::fill(facts, self.pack, self.catalog);
        let numbers = |filled: &Facts| self.numbers(filled, known.recorded);
        let options = if numbers(&filled) == numbers(&before.filled) {
            let fits = before.options.iter().map(|one| &one.fit);
            self.evaluate_with(known, facts, &filled, fits)
        } else {
            self.evaluate_filled(known, facts, &filled)
        };
        Evaluation {
            options,
            filled,
            assumed,
        }
    }

    /// Sizes, forecasts and bills a platform.
    fn find(&self, known: &Known<'_>, id: PlatformId, numbers: &Numbers) -> Result<Priced, Unfit> {
        let kept = known.kept(id);
        let kept = kept.filter(|kept| self.still_fits(kept, numbers));
        let ask = kept.map_or(Ask::Cheapest, |kept| Ask::Kept(&kept.sized.choice));
        let basis = Basis {
            calibration: known.calibration(id),
            topology: known.topology(id),
        };
        self.find_with(id, numbers, basis, ask)
    }

    /// Whether a configuration is of about as much work: the size of a function does not depend
    /// on it; that of copies does.
    fn still_fits(&self, kept: &Priced, numbers: &Numbers) -> bool {
        if matches!(kept.sized.choice, Choice::Function { .. }) {
            return true;
        }
        let copies = if kept.sized.covers_copies {
            numbers.copies
        } else {
            1.0
        };
        let times = numbers.load.rate_per_s * copies / kept.run.load.rate_per_s;
        // Where nothing comes, there is nothing to be sized for.
        !times.is_finite() || times == 0.0 || times.max(1.0 / times) <= self.tuning.resized_beyond
    }

    /// The same, on a basis.
    pub(crate) fn find_with(
        &self,
        id: PlatformId,
        numbers: &Numbers,
        basis: Basis<'_>,
        ask: Ask<'_>,
    ) -> Result<Priced, Unfit> {
        let platform = self.catalog.at(id).ok_or(Unfit::NotInCatalog)?;
        let shared_out = numbers.shared_out(platform);
        let numbers = shared_out.as_ref().unwrap_or(numbers);
        let simulator = Calibrated {
            calibration: basis.calibration,
        };
        let mut sized = size(&self.search(platform, numbers, &simulator), ask)?;
        sized.configuration.stream = match &sized.placement {
            Placement::PerRequest(_) => sized.configuration.stream,
            // Managed instances are fed by a mapping, too.
            Placement::Service(place) if platform.family == "lambda" => {
                let vcpus = place.vcpus.min(numbers.load.threads);
                if let Some(why) = numbers.falls_behind(vcpus) {
                    return Err(why);
                }
                let pulled = numbers.load.pulled.as_ref();
                sized.configuration.batch = pulled.map(|pulled| pulled.most(&numbers.load, vcpus));
                numbers.stream_at(vcpus)
            }
            Placement::Service(_) | Placement::Job(_) => numbers.stream(),
        };
        let around = Around {
            platform,
            numbers,
            forecast: &sized.forecast,
            covers_copies: sized.covers_copies,
            tuning: self.tuning,
            stream: sized.configuration.stream,
        };
        let copies = decimal(numbers.copies);
        let topology = match basis.topology {
            Some(topology) => Arc::clone(topology),
            None => self.topology(&around),
        };
        sized.configuration.is_for_all_copies = sized.covers_copies;
        sized.configuration.front_door = topology.front_door.map(FrontDoor::word);
        let mut usage: Vec<Usage> = compute_usage(&sized, numbers).collect();
        let own = around.usage(&topology);
        usage.extend(own.into_iter().map(|usage| usage.for_copies(copies)));
        usage.extend(surroundings(&topology, &around));
        let load = if sized.covers_copies {
            numbers.of_all_copies().load
        } else {
            numbers.load.clone()
        };
        Ok(Priced {
            bill: bill(&usage, self.book, &self.catalog.meters)?,
            run: Run {
                load,
                placement: sized.placement.clone(),
            },
            topology,
            sized,
        })
    }

    /// What stands around an option: the cheapest of what the facts allow.
    fn topology(&self, around: &Around<'_>) -> Arc<Topology> {
        let needs = Needs {
            rows: &self.catalog.surroundings,
            platform: around.platform,
            asked: &around.numbers.asked,
            profile: self.profile,
            zones: self.tuning.zones as u32,
        };
        let mut all = possible(&needs);
        if all.len() > 1 {
            // What has no price here counts as nothing, in all of them alike.
            let cost = |topology: &Topology| {
                let usage = surroundings(topology, around);
                let bill = bill(&usage, self.book, &self.catalog.meters);
                bill.map_or(Money::UNTOLD, |bill| bill.exact_sum().known())
            };
            all.sort_by_cached_key(cost);
        }
        Arc::new(all.swap_remove(0))
    }

    pub(crate) fn search<'s>(
        &'s self,
        platform: &'s Platform,
        numbers: &'s Numbers,
        simulator: &'s Calibrated<'_>,
    ) -> Search<'s> {
        Search {
            platform,
            numbers,
            rates: self.rates,
            tuning: self.tuning,
            day: self.day,
            simulator,
            following: simulator.calibration.and_then(Calibration::following),
        }
    }

    /// Every configuration that a platform has for the work, in order along its curve, the
    /// one chosen as it was found.
    pub(crate) fn tried(
        &self,
        id: PlatformId,
        numbers: &Numbers,
        calibration: Option<&Calibration>,
        chosen: &Priced,
    ) -> Vec<Alternative> {
        let Some(platform) = self.catalog.at(id) else {
            return Vec::new();
        };
        let shared_out = numbers.shared_out(platform);
        let numbers = shared_out.as_ref().unwrap_or(numbers);
        let simulator = Calibrated { calibration };
        let search = self.search(platform, numbers, &simulator);
        let tried = |(what, along): (String, f64), sized: &Sized, is_chosen: bool| {
            let usage: Vec<Usage> = compute_usage(sized, numbers).collect();
            let bill = bill(&usage, self.book, &self.catalog.meters);
            let compute = bill.map_or(Money::UNTOLD, |bill| bill.sum().known());
            Alternative {
                what,
                along,
                compute,
                p99_s: sized.forecast.latency.p99_s,
                standing: if !numbers.targets.are_met(&sized.forecast) {
                    Standing::Misses
                } else if !search.is_content(&sized.forecast) {
                    Standing::TooClose
                } else {
                    Standing::Meets
                },
                is_chosen,
            }
        };
        look_at_all(&search, &chosen.sized.choice)
            .into_iter()
            .map(|looked| {
                let is_chosen = looked.sized.choice == chosen.sized.choice;
                let sized = if is_chosen {
                    &chosen.sized
                } else {
                    &looked.sized
                };
                tried(looked.label, sized, is_chosen)
            })
            .collect()
    }

    /// Adds people's hours and the premium.
    fn weigh(
        &self,
        platform: PlatformId,
        verdict: Verdict,
        fit: Fit,
        terms: &Terms<'_>,
        (facts, filled): (&Facts, &Facts),
    ) -> Evaluated {
        let warranted = self.screen.is_warranted(platform, facts);
        let bought = terms.commitment(platform);
        let fit = match fit {
            Fit::Priced(found) => Fit::Priced(self.committed(found, bought, facts)),
            other => other,
        };
        let configured = fit.priced();
        let people = match configured {
            Some(_) if self.people => people::duties(self.pack, platform, filled),
            _ => Vec::new(),
        };
        let people_range = people::cost(&people, filled);
        let total = configured.and_then(|found| self.prices.total(&found.bill));
        let monthly = total.map(|bill| self.month(platform, bill, people_range, terms, filled));
        let targets = Targets::new(filled);
        let forecast = configured.map(|found| found.sized.forecast);
        let later = terms.doubt(platform).map_or(1.0, |doubt| doubt.later);
        Evaluated {
            platform,
            verdict,
            warranted,
            people,
            monthly,
            meets_likely: forecast.is_some_and(|forecast| targets.are_met(&forecast)),
            meets_targets: forecast.is_some_and(|mut forecast| {
                forecast.latency.p99_s *= later;
                targets.are_met(&forecast)
            }),
            fit,
        }
    }

    /// The same with the Savings Plan that is bought for it.
    fn committed(&self, found: Priced, bought: Option<Committed>, facts: &Facts) -> Priced {
        let eligible = bought.and_then(|_| {
            let buying = Buying::of(facts)?;
            buying.eligible(&found, self.catalog, self.book, None)
        });
        let Some((bought, eligible)) = bought.zip(eligible) else {
            return found;
        };
        let dollars_per_h = eligible.dollars_per_h(bought.share);
        Priced {
            bill: eligible.bill(&found.bill, dollars_per_h),
            ..found
        }
    }

    fn month(
        &self,
        id: PlatformId,
        bill: Money,
        people_range: Range<Money>,
        terms: &Terms<'_>,
        filled: &Facts,
    ) -> Monthly {
        let people = people_range.likely();
        let family = self.catalog.at(id).map(|place| &place.family);
        let worth = filled.likely(FactId::PortabilityWorth).unwrap_or(0.0);
        // Functions run in AWS alone; images run anywhere.
        let premium = if family.is_some_and(|family| family == "lambda") {
            Money::from_f64((bill + people).as_f64() * worth)
        } else {
            Money::ZERO
        };
        let total = bill + people + premium;
        let doubt = terms.doubt(id);
        let [bills, hours, all] = doubt.map_or([1.0; 3], |doubt| doubt.lift);
        let expected = [(bill, bills), (people, hours), (premium, all)];
        let expected = expected.map(|(part, lift)| part.as_f64() * lift);
        let elsewhere = doubt.map_or(0.0, |doubt| doubt.elsewhere);
        Monthly {
            bill,
            people,
            people_range,
            premium,
            total,
            expected: Money::from_f64(expected.iter().sum::<f64>() + elsewhere),
            already_paid: terms.paid(id),
        }
    }
}

/// What the surroundings of all copies cost that depends on the network they stand in:
/// standing charges, and what goes through it.
fn surroundings(topology: &Topology, around: &Around<'_>) -> Vec<Usage> {
    let copies = decimal(around.numbers.copies);
    let mut usage = topology.standing();
    let own = around.network(topology).into_iter();
    usage.extend(own.map(|usage| usage.for_copies(copies)));
    usage.extend(topology.insights_usage(around.tasks()));
    usage
}

/// The usage of a configuration alone, for all copies.
fn compute_usage(sized: &Sized, numbers: &Numbers) -> impl Iterator<Item = Usage> {
    let copies = if sized.covers_copies {
        Decimal::ONE
    } else {
        decimal(numbers.copies)
    };
    let usage = sized.usage.clone().into_iter();
    usage.map(move |usage| usage.for_copies(copies))
}
