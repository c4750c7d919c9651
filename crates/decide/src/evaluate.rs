//! One workload on every platform: screened, sized, forecast, billed.

use std::cell::RefCell;

use landfall_catalog::bill::{Bill, Usage, bill};
use landfall_catalog::{Catalog, Date, Platform, PlatformId, PriceBook};
use landfall_framework::{Pack, Screen, Verdict};
use landfall_units::{Decimal, Money, Range};
use landfall_workload::{FactId, Facts, Shape};

use crate::assume;
use crate::companions::{Around, decimal};
use crate::decision::{Assumed, Monthly, PeopleLine, Tried};
use crate::numbers::Numbers;
use crate::people;
use crate::rates::Rates;
use crate::simulated::{Corrected, Learned, Ran};
use crate::size::{Search, Sized, size};
use crate::together::AlreadyPaid;
use crate::tuning::Tuning;
use crate::worlds::{Doubt, PriceDoubt};

/// Everything that stays the same from one evaluation to the next.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) catalog: &'a Catalog,
    pub(crate) screen: &'a Screen<'a>,
    pub(crate) book: &'a PriceBook,
    pub(crate) rates: &'a Rates<'a>,
    pub(crate) tuning: &'a Tuning,
    pub(crate) day: Date,
    pub(crate) people: bool,
    /// What simulating each platform has taught; empty where nothing was simulated.
    pub(crate) learned: &'a [Option<Learned>],
    /// How recorded traffic goes over time.
    pub(crate) recorded: Option<&'a Shape>,
    /// How this world's prices differ from the book's.
    pub(crate) prices: PriceDoubt,
    /// What worlds have shown of each platform; empty where none were drawn.
    pub(crate) doubts: &'a [Option<Doubt>],
    /// Of each platform, dollars a month that other workloads pay already; may be empty.
    pub(crate) already_paid: &'a [AlreadyPaid],
}

/// One platform's part.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    pub(crate) platform: PlatformId,
    /// What the rules leave of it.
    pub(crate) verdict: Verdict,
    /// Whether what it requires is known to be met.
    pub(crate) warranted: bool,
    /// Its configuration and bill; the reason when there is none; nothing when excluded.
    pub(crate) found: Option<Result<Found, String>>,
    pub(crate) people: Vec<PeopleLine>,
    pub(crate) monthly: Option<Monthly>,
}

/// A configuration with its bill.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) sized: Sized,
    pub(crate) bill: Bill,
    /// Whether targets are met, in all but a few worlds where worlds were drawn.
    pub(crate) meets_targets: bool,
    /// The same at likely values.
    pub(crate) in_time: bool,
    /// The load and the placement that the forecast is of.
    pub(crate) ran: Option<Ran>,
}

/// One workload on every platform.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation {
    pub(crate) options: Vec<Evaluated>,
    /// The facts with defaults filled in.
    pub(crate) filled: Facts,
    pub(crate) assumed: Vec<Assumed>,
}

/// Facts that only rules and people's hours depend on: sizes and bills found
/// before stay right when one of them is learned.
const fn leaves_sizes_alone(fact: FactId) -> bool {
    matches!(
        fact,
        FactId::Sidecar
            | FactId::Daemon
            | FactId::Privileged
            | FactId::KernelTuning
            | FactId::CustomHost
            | FactId::PersistentConnections
            | FactId::LocalState
            | FactId::NonHttpListener
            | FactId::SharedFiles
            | FactId::KubernetesApi
            | FactId::OnPremises
            | FactId::Kubernetes
            | FactId::Engineers
    )
}

impl Context<'_> {
    /// Evaluates a workload.
    pub(crate) fn evaluate(&self, facts: &Facts) -> Evaluation {
        let (filled, assumed) = assume::fill(facts, self.pack, self.catalog);
        Evaluation {
            options: self.evaluate_filled(facts, &filled),
            filled,
            assumed,
        }
    }

    /// Evaluates a workload whose defaults are filled in; rules see `facts` alone.
    pub(crate) fn evaluate_filled(&self, facts: &Facts, filled: &Facts) -> Vec<Evaluated> {
        let numbers = self.numbers(filled);
        self.catalog
            .numbered()
            .map(|(platform, _)| {
                let verdict = self.screen.verdict(platform, facts);
                let found = (verdict != Verdict::Excluded).then(|| self.find(platform, &numbers));
                self.weigh(platform, verdict, found, facts, filled)
            })
            .collect()
    }

    /// The numbers of facts in which everything needed is filled in.
    pub(crate) fn numbers(&self, filled: &Facts) -> Numbers {
        let mut numbers = Numbers::new(filled, self.tuning, self.catalog);
        if let Some(recorded) = self.recorded {
            numbers.traffic.shape = landfall_simulate::Shape::Recorded(recorded.clone());
        }
        numbers
    }

    /// Evaluates again after one fact was learned, with what still holds.
    pub(crate) fn evaluate_after(
        &self,
        before: &Evaluation,
        facts: &Facts,
        learned: FactId,
    ) -> Evaluation {
        if !leaves_sizes_alone(learned) {
            return self.evaluate(facts);
        }
        let (filled, assumed) = assume::fill(facts, self.pack, self.catalog);
        let options = before
            .options
            .iter()
            .map(|option| {
                let verdict = self.screen.verdict(option.platform, facts);
                let found = option
                    .found
                    .clone()
                    .filter(|_| verdict != Verdict::Excluded);
                self.weigh(option.platform, verdict, found, facts, &filled)
            })
            .collect();
        Evaluation {
            options,
            filled,
            assumed,
        }
    }

    /// Formulas, corrected by what simulating a platform has taught.
    fn simulator(&self, id: PlatformId) -> Corrected<'_> {
        Corrected::new(self.learned.get(usize::from(id.0)).and_then(Option::as_ref))
    }

    fn search<'s>(
        &'s self,
        platform: &'s Platform,
        numbers: &'s Numbers,
        simulator: &'s Corrected<'_>,
    ) -> Search<'s> {
        Search {
            platform,
            numbers,
            rates: self.rates,
            tuning: self.tuning,
            day: self.day,
            simulator,
            trace: None,
        }
    }

    /// Sizes, forecasts and bills a platform.
    fn find(&self, id: PlatformId, numbers: &Numbers) -> Result<Found, String> {
        let platform = self
            .catalog
            .at(id)
            .ok_or_else(|| "it is not in the catalog".to_owned())?;
        let simulator = self.simulator(id);
        let search = self.search(platform, numbers, &simulator);
        let mut sized = size(&search)?;
        let around = Around {
            platform,
            numbers,
            forecast: &sized.forecast,
            covers_copies: sized.covers_copies,
            tuning: self.tuning,
        };
        let (companions, door) = around.usage();
        sized.configuration.front_door = door;
        let copies = decimal(numbers.copies);
        let of_compute = if sized.covers_copies {
            Decimal::ONE
        } else {
            copies
        };
        let compute = sized
            .usage
            .iter()
            .cloned()
            .map(|usage| usage.for_copies(of_compute));
        let around = companions.into_iter().map(|usage| usage.for_copies(copies));
        let usage: Vec<Usage> = compute.chain(around).collect();
        let bill = bill(&usage, self.book, &self.catalog.meters);
        let target_s = if numbers.periodic {
            numbers.finish_target_s
        } else {
            numbers.latency_target_s
        };
        let later = self.doubt_of(id).map_or(1.0, |doubt| doubt.later);
        let late_s = sized.forecast.latency.p99_s * later;
        let in_time = target_s.is_none_or(|target| sized.forecast.latency.p99_s <= target);
        Ok(Found {
            in_time,
            sized,
            bill,
            meets_targets: target_s.is_none_or(|target| late_s <= target),
            ran: simulator.last(),
        })
    }

    /// Every candidate that sizing a platform looks at, in order along its curve.
    pub(crate) fn tried(&self, id: PlatformId, numbers: &Numbers) -> Vec<Tried> {
        let Some(platform) = self.catalog.at(id) else {
            return Vec::new();
        };
        let simulator = self.simulator(id);
        let trace = RefCell::new(Vec::new());
        let search = Search {
            trace: Some(&trace),
            ..self.search(platform, numbers, &simulator)
        };
        // What it finds is known; only the way there is asked for.
        let _ = size(&search);
        let mut tried = trace.into_inner();
        tried.sort_by(|a, b| a.along.total_cmp(&b.along).then(a.what.cmp(&b.what)));
        tried
    }

    /// Adds people's hours and the premium.
    fn weigh(
        &self,
        platform: PlatformId,
        verdict: Verdict,
        found: Option<Result<Found, String>>,
        facts: &Facts,
        filled: &Facts,
    ) -> Evaluated {
        let warranted = self.screen.is_warranted(platform, facts);
        let people = match &found {
            Some(Ok(_)) if self.people => people::duties(self.pack, platform, filled),
            _ => Vec::new(),
        };
        let people_range = people::cost(&people, filled);
        let total = found
            .as_ref()
            .and_then(|found| self.prices.total(&found.as_ref().ok()?.bill));
        let monthly = total.map(|bill| self.month(platform, bill, people_range, filled));
        Evaluated {
            platform,
            verdict,
            warranted,
            found,
            people,
            monthly,
        }
    }

    fn month(
        &self,
        id: PlatformId,
        bill: Money,
        people_range: Range<Money>,
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
        let [bills, hours, all] = self.doubt_of(id).map_or([1.0; 3], |doubt| doubt.lift);
        let expected = [(bill, bills), (people, hours), (premium, all)];
        let expected = expected.map(|(part, lift)| part.as_f64() * lift);
        Monthly {
            bill,
            people,
            people_range,
            premium,
            total,
            expected: Money::from_f64(expected.iter().sum()),
            already_paid: self
                .already_paid
                .get(usize::from(id.0))
                .map_or(Money::ZERO, |paid| paid.total()),
        }
    }

    /// What worlds have shown of a platform.
    pub(crate) fn doubt_of(&self, id: PlatformId) -> Option<&Doubt> {
        self.doubts.get(usize::from(id.0))?.as_ref()
    }
}
