//! Many plausible worlds: everything in doubt is drawn at once, and the same pipeline
//! is asked what every option comes to.
//!
//! A world is a draw of every uncertain input: ranges of the file, assumed ranges,
//! behaviour of platforms, duty hours, prices that are not published. An input keeps its
//! draws whatever option, platform or other input is looked at (common random numbers),
//! and its draws are spread evenly over its range: one in each of as many slices as
//! there are worlds (Latin hypercube: `McKay`, Beckman, Conover, Technometrics 21, 1979).

use landfall_catalog::{Catalog, PlatformId, PlatformSet};
use landfall_framework::{Pack, Verdict};
use landfall_simulate::{Streams, each};
use landfall_units::{Money, Range};
use landfall_workload::{FactId, Facts, Scope};

use crate::assume;
use crate::decision::Monthly;
use crate::decision::{Doubt, Matters};
use crate::evaluate::Context;
use crate::evaluated::Evaluated;
use crate::tuning::Tuning;
use crate::uncertain_prices::{PriceDoubt, drawn};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
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
struct Input {
    drawn: Drawn,
    name: String,
    /// Where in its range it lies in each world, 0 to 1.
    shares: Vec<f64>,
}

/// What an option comes to in one world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct InWorld {
    /// Dollars a month; none when it is excluded or has no price.
    pub(crate) total: Option<f64>,
    /// Of it, the bill and people's work.
    parts: [f64; 2],
    /// The slowest 1 in 100, in seconds.
    pub(crate) late_s: f64,
    /// It runs there, and meets its targets.
    pub(crate) does: bool,
}

impl InWorld {
    /// It does not run.
    const NEVER: Self = Self {
        total: None,
        parts: [0.0; 2],
        late_s: 0.0,
        does: false,
    };
}

/// What every option comes to in every world.
#[derive(Debug, Clone, Default)]
pub(crate) struct Worlds {
    inputs: Vec<Input>,
    /// For each platform, for each world.
    pub(crate) options: Vec<Vec<InWorld>>,
    /// For each platform, what the formulas that stand in for simulating are off by: the
    /// standard deviation of the logarithm of the total; zero where it was not measured.
    pub(crate) errors: Vec<f64>,
}

/// Worlds evaluated one after the other with one copy of the data.
const AT_ONCE: usize = 25;

impl Context<'_> {
    /// Draws worlds for one workload. `pinned` is a fact that stays as it is likely.
    pub(crate) fn worlds(
        &self,
        facts: &Facts,
        workload: &str,
        number: usize,
        streams: Streams,
        pinned: Option<FactId>,
    ) -> Worlds {
        let inputs = self.inputs(facts, workload, number, streams, pinned);
        let places: Vec<usize> = (0..number).collect();
        let chunks: Vec<&[usize]> = places.chunks(AT_ONCE).collect();
        let evaluated = each(&chunks, |worlds| {
            let mut catalog = self.catalog.clone();
            let mut pack = self.pack.clone();
            let mut one = |world: &usize| {
                let data = (&mut catalog, &mut pack);
                self.world(facts, pinned, &inputs, *world, data)
            };
            worlds.iter().map(&mut one).collect::<Vec<_>>()
        });
        let mut options = vec![Vec::with_capacity(number); self.catalog.platforms.len()];
        for world in evaluated.into_iter().flatten() {
            for (option, one) in options.iter_mut().zip(world) {
                option.push(one);
            }
        }
        Worlds {
            inputs,
            errors: vec![0.0; options.len()],
            options,
        }
    }

    /// Everything in doubt, with its draws.
    fn inputs(
        &self,
        facts: &Facts,
        workload: &str,
        number: usize,
        streams: Streams,
        pinned: Option<FactId>,
    ) -> Vec<Input> {
        let (filled, _) = assume::fill(facts, self.pack, self.catalog);
        let mut open: Vec<(Drawn, String, String)> = Vec::new();
        for fact in FactId::ALL.iter().copied() {
            let doubtful = filled.range(fact).is_some_and(|range| !range.is_exact());
            if !doubtful || fact.scope() == Scope::Derived || pinned == Some(fact) {
                continue;
            }
            // What the whole system has in common is drawn once for it.
            let stream = match fact.scope() {
                Scope::Workload => format!("{workload}/{}", fact.name()),
                _ => fact.name().to_owned(),
            };
            open.push((Drawn::Fact(fact), fact.name().to_owned(), stream));
        }
        for (place, platform) in self.catalog.platforms.iter().enumerate() {
            for (at, parameter) in platform.parameters.iter().enumerate() {
                if !parameter.on(self.day).is_exact() {
                    let name = format!("{} {}", platform.id, parameter.name);
                    open.push((Drawn::Behaviour(place, at), name.clone(), name));
                }
            }
        }
        for (place, parameter) in self.pack.parameters.iter().enumerate() {
            let drawn = match parameter.name.as_str() {
                "price_doubt" => Drawn::Unpublished,
                "spot_doubt" => Drawn::Spot,
                _ => Drawn::Parameter(place),
            };
            if !parameter.value.is_exact() && !assume::is_ratio(&parameter.name) {
                open.push((drawn, parameter.name.clone(), parameter.name.clone()));
            }
        }
        if self.book.has_ranges() {
            let name = "prices not known for the region".to_owned();
            open.push((Drawn::Ranges, name.clone(), name));
        }
        if self.people {
            for (place, duty) in self.pack.duties.iter().enumerate() {
                let name = format!("hours of {}", duty.id);
                open.push((Drawn::Duty(place), name.clone(), name));
            }
        }
        let input = |(drawn, name, stream): (Drawn, String, String)| Input {
            drawn,
            name,
            shares: streams.spread(&stream, number),
        };
        open.into_iter().map(input).collect()
    }

    /// Calls `work` with everything bound to one world: the context, and the facts with what
    /// nobody knows filled in.
    pub(crate) fn in_one_world<T>(
        &self,
        facts: &Facts,
        worlds: &Worlds,
        world: usize,
        work: impl FnOnce(&Context<'_>, &Facts) -> T,
    ) -> T {
        let (mut catalog, mut pack) = (self.catalog.clone(), self.pack.clone());
        let data = (&mut catalog, &mut pack);
        self.bound(
            facts,
            None,
            &worlds.inputs,
            world,
            data,
            |context, _, filled| work(context, filled),
        )
    }

    /// One world.
    fn world(
        &self,
        facts: &Facts,
        pinned: Option<FactId>,
        inputs: &[Input],
        world: usize,
        data: (&mut Catalog, &mut Pack),
    ) -> Vec<InWorld> {
        self.bound(
            facts,
            pinned,
            inputs,
            world,
            data,
            |context, known, filled| {
                let options = context.evaluate_filled(known, filled);
                options.iter().map(in_world).collect()
            },
        )
    }

    /// Calls `work` with everything bound to one world, and with the facts known there and
    /// those filled in.
    fn bound<T>(
        &self,
        facts: &Facts,
        pinned: Option<FactId>,
        inputs: &[Input],
        world: usize,
        (catalog, pack): (&mut Catalog, &mut Pack),
        work: impl FnOnce(&Context<'_>, &Facts, &Facts) -> T,
    ) -> T {
        let mut prices = PriceDoubt::NONE;
        let mut shares = vec![None; FactId::ALL.len()];
        for input in inputs {
            let share = input.shares.get(world).copied().unwrap_or(0.5);
            match input.drawn {
                Drawn::Fact(fact) => {
                    if let Some(slot) = shares.get_mut(fact.index()) {
                        *slot = Some(share);
                    }
                }
                Drawn::Behaviour(place, at) => {
                    let old = self.catalog.platforms.get(place);
                    let old = old.and_then(|platform| platform.parameters.get(at));
                    let new = catalog.platforms.get_mut(place);
                    let new = new.and_then(|platform| platform.parameters.get_mut(at));
                    if let (Some(old), Some(new)) = (old, new) {
                        new.value = Range::exact(drawn(&old.on(self.day), share));
                        new.since = None;
                    }
                }
                Drawn::Parameter(place) => {
                    let old = self.pack.parameters.get(place);
                    if let (Some(old), Some(new)) = (old, pack.parameters.get_mut(place)) {
                        new.value = Range::exact(drawn(&old.value, share));
                    }
                }
                Drawn::Duty(place) => {
                    let old = self.pack.duties.get(place);
                    if let (Some(old), Some(new)) = (old, pack.duties.get_mut(place)) {
                        new.hours = Range::exact(drawn(&old.hours, share));
                    }
                }
                Drawn::Unpublished => prices.unpublished = self.doubt("price_doubt", share),
                Drawn::Spot => prices.spot = self.doubt("spot_doubt", share),
                Drawn::Ranges => prices.ranges = Some(share),
            }
        }
        let narrow = |fact: FactId, range: Range<f64>| {
            let share = shares.get(fact.index()).copied().flatten();
            let pinned = (pinned == Some(fact)).then_some(range.likely());
            share.map(|share| drawn(&range, share)).or(pinned)
        };
        let known = facts.narrowed(narrow);
        let (filled, _) = assume::fill(&known, pack, catalog);
        let filled = filled.narrowed(narrow);
        let tuning = Tuning::new(pack);
        let context = Context {
            pack,
            catalog,
            tuning: &tuning,
            prices,
            doubts: &[],
            already_paid: &[],
            ..*self
        };
        work(&context, &known, &filled)
    }

    fn doubt(&self, name: &str, share: f64) -> f64 {
        let range = self.pack.parameter(name);
        range.map_or(1.0, |range| drawn(&range, share))
    }
}

fn in_world(option: &Evaluated) -> InWorld {
    let found = option.configured();
    let total = option.monthly.map(|monthly| monthly.total.as_f64());
    let parts = option.monthly.map_or([0.0; 2], |monthly| {
        [monthly.bill.as_f64(), monthly.people.as_f64()]
    });
    InWorld {
        total,
        parts,
        late_s: found.map_or(0.0, |found| found.sized.forecast.latency.p99_s),
        does: option.verdict != Verdict::Excluded && total.is_some() && option.meets_targets,
    }
}

impl Worlds {
    /// How many were drawn.
    pub(crate) fn number(&self) -> usize {
        self.options.first().map_or(0, Vec::len)
    }

    /// The same worlds where only the options of `open` run; those of them that never ran
    /// before are drawn by `draw`.
    pub(crate) fn with_open(
        &self,
        open: PlatformSet,
        draw: impl FnOnce(PlatformSet) -> Self,
    ) -> Self {
        let place = |id: PlatformId| usize::from(id.0);
        let ran = |id: PlatformId| {
            let option = self.options.get(place(id));
            option.is_some_and(|option| option.iter().any(|one| one.total.is_some()))
        };
        let new: PlatformSet = open.iter().filter(|id| !ran(*id)).collect();
        let drawn = (!new.is_empty()).then(|| draw(new));
        let mut worlds = self.clone();
        for (at, option) in worlds.options.iter_mut().enumerate() {
            let id = PlatformId(at as u8);
            let fresh = drawn.as_ref().filter(|_| new.contains(id));
            if let Some(fresh) = fresh.and_then(|drawn| drawn.options.get(at)) {
                option.clone_from(fresh);
            } else if !open.contains(id) {
                option.fill(InWorld::NEVER);
            }
        }
        worlds
    }

    /// The option that wins each world, `saved` dollars a month off each; only those of
    /// `open` take part.
    fn winners(&self, open: &[bool], saved: &[f64]) -> Vec<Option<(usize, f64)>> {
        let number = self.number();
        (0..number)
            .map(|world| {
                let mut best: Option<(usize, f64)> = None;
                for (place, option) in self.options.iter().enumerate() {
                    if !open.get(place).copied().unwrap_or(false) {
                        continue;
                    }
                    let Some(one) = option.get(world).filter(|one| one.does) else {
                        continue;
                    };
                    let Some(total) = one.total else { continue };
                    let total = total - saved.get(place).copied().unwrap_or(0.0);
                    if best.is_none_or(|(_, least)| total < least) {
                        best = Some((place, total));
                    }
                }
                best
            })
            .collect()
    }

    /// What each option comes to; none where it never runs. `likely` is each option's
    /// money and slowest 1 in 100 (in seconds) at likely values; `may_miss` the share of
    /// worlds in which a target may be missed.
    pub(crate) fn doubts(
        &self,
        open: &[bool],
        saved: &[f64],
        likely: &[Option<(Monthly, f64)>],
        may_miss: f64,
    ) -> Vec<Option<Doubt>> {
        let number = self.number().max(1) as f64;
        let winners = self.winners(open, saved);
        let mut doubts = Vec::new();
        for (place, option) in self.options.iter().enumerate() {
            let mut totals: Vec<f64> = option.iter().filter_map(|one| one.total).collect();
            let mut late_s: Vec<f64> = option
                .iter()
                .map(|one| one.total.map_or(f64::INFINITY, |_| one.late_s))
                .collect();
            let Some(Some((monthly, likely_late_s))) = likely.get(place).copied() else {
                doubts.push(None);
                continue;
            };
            if totals.is_empty() {
                doubts.push(None);
                continue;
            }
            let off = saved.get(place).copied().unwrap_or(0.0);
            let regrets = winners.iter().zip(option).filter_map(|(winner, one)| {
                let (_, best) = (*winner)?;
                Some((one.total? - off - best).max(0.0))
            });
            let (sum, count) = regrets.fold((0.0, 0.0), |(sum, n), one| (sum + one, n + 1.0));
            let mean = totals.iter().sum::<f64>() / totals.len() as f64;
            let part_mean = |part: usize| {
                let runs = option.iter().filter(|one| one.total.is_some());
                let parts = runs.filter_map(|one| one.parts.get(part));
                parts.sum::<f64>() / totals.len() as f64
            };
            let lift = [
                ratio(part_mean(0), monthly.bill.as_f64()),
                ratio(part_mean(1), monthly.people.as_f64()),
                ratio(mean, monthly.total.as_f64()),
            ];
            let error = self.errors.get(place).copied().unwrap_or(0.0);
            totals.sort_by(f64::total_cmp);
            late_s.sort_by(f64::total_cmp);
            let won = winners.iter().flatten().filter(|(who, _)| *who == place);
            let does = option.iter().filter(|one| one.does).count();
            let runs = totals.len();
            doubts.push(Some(Doubt {
                mean: Money::from_f64(mean),
                p10: Money::from_f64(wider(at(&totals, 0.1), mean, error)).min(monthly.total),
                p90: Money::from_f64(wider(at(&totals, 0.9), mean, error)).max(monthly.total),
                wins: won.count() as f64 / number,
                misses: 1.0 - does as f64 / number,
                excluded: 1.0 - runs as f64 / number,
                regret: Money::from_f64(if count > 0.0 { sum / count } else { 0.0 }),
                lift,
                later: ratio(at(&late_s, 1.0 - may_miss), likely_late_s),
            }));
        }
        doubts
    }

    /// How much more one option costs than another in each world in which both run, in
    /// dollars a month, `saved` off each, in rising order.
    pub(crate) fn differences(&self, one: usize, other: usize, saved: &[f64]) -> Vec<f64> {
        let off = |place: usize| saved.get(place).copied().unwrap_or(0.0);
        let off = off(one) - off(other);
        let pairs = self.options.get(one).zip(self.options.get(other));
        let pairs = pairs.into_iter().flat_map(|(a, b)| a.iter().zip(b));
        let mut differences: Vec<f64> = pairs
            .filter_map(|(a, b)| Some(a.total? - b.total? - off))
            .collect();
        differences.sort_by(f64::total_cmp);
        differences
    }

    /// The inputs that decide between two options, those that matter most first: the
    /// share of the variance of the difference of their totals that each explains alone.
    /// The worlds, in order of one input, are cut into slices; the variance between the
    /// means of slices over the whole, less what chance gives (epsilon squared: Kelley,
    /// PNAS 21, 1935; from given data: Plischke et al., EJOR 226, 2013).
    pub(crate) fn matters(&self, first: usize, second: usize) -> Vec<Matters> {
        const IN_A_SLICE: usize = 25;
        const LEAST: f64 = 0.01;
        let (Some(one), Some(other)) = (self.options.get(first), self.options.get(second)) else {
            return Vec::new();
        };
        let differences: Vec<(usize, f64)> = one
            .iter()
            .zip(other)
            .enumerate()
            .filter_map(|(world, (a, b))| Some((world, a.total? - b.total?)))
            .collect();
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
                .map(|(world, d)| (input.shares.get(*world).copied().unwrap_or(0.0), *d))
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
        let mut found: Vec<Matters> = self
            .inputs
            .iter()
            .map(|input| Matters {
                input: input.name.clone(),
                share: share(input),
            })
            .filter(|one| one.share >= least)
            .collect();
        found.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.input.cmp(&b.input)));
        found
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
