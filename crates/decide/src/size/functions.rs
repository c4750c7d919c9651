//! Lambda: memory, architecture, environments kept ready.

use std::cell::LazyCell;

use landfall_simulate::{BusyHours, ReadyHours};
use landfall_units::SECONDS_PER_MONTH;

use super::function::{Bounds, Function, GB, MB, Readiness, STEP_MB};
use super::ready::{Between, Kept, Paying, Rated, begins_s, busy_at, most_ready};
use super::{Ask, Candidate, Choice, Looked, ReadinessKind, Search, Sized, choose, look_at};
use crate::numbers::Restore;
use crate::unfit::Unfit;

/// Share of cold starts that nobody keeps environments ready for.
const NEGLIGIBLE: f64 = 1e-4;

pub(super) fn size(search: &Search<'_>, ask: Ask<'_>) -> Result<Sized, Unfit> {
    let bounds = Bounds::new(search)?;
    let kept = match ask {
        Ask::Kept(choice) | Ask::Only(choice) => kept(search, &bounds, choice),
        Ask::Cheapest => None,
    };
    let many = LazyCell::new(|| Many::new(search, &bounds));
    let sizes = || many.sizes();
    let found = choose(search, ask, kept, sizes, |size| many.of_size(&size));
    let found = found.map(|found| match ask {
        Ask::Kept(choice) | Ask::Only(choice) if *choice == found.choice => found,
        _ => fewer_ready(search, &bounds, found),
    });
    found.ok_or_else(|| {
        if search.architectures().is_empty() {
            return Unfit::NoArchitecture;
        }
        Unfit::TooSlow(landfall_units::Duration::from_secs_f64(bounds.timeout_s))
    })
}

/// Every configuration, and the one chosen, which may keep another number ready.
pub(super) fn all(search: &Search<'_>, chosen: &Choice) -> Vec<Looked> {
    let Ok(bounds) = Bounds::new(search) else {
        return Vec::new();
    };
    let many = Many::new(search, &bounds);
    let sizes = many.sizes().into_iter();
    let mut candidates: Vec<Function> = sizes.flat_map(|(_, size)| many.of_size(&size)).collect();
    if candidates.iter().all(|one| one.choice() != *chosen) {
        candidates.extend(kept(search, &bounds, chosen));
    }
    look_at(search, &candidates)
}

/// What start-ups do where nothing is done against them, at the smallest memory.
struct Plain {
    units_peak: f64,
    stretch: f64,
    /// Whether somebody notices them.
    are_felt: bool,
}

impl Plain {
    fn new(search: &Search<'_>, bounds: &Bounds) -> Self {
        let load = &search.numbers.load;
        let placement = bounds.placement(bounds.least_bytes, ReadyHours::NONE, None);
        let forecast = search.simulator.forecast(load, &placement);
        let is_tight = search.numbers.guard_s(search.tuning).is_some();
        Self {
            units_peak: forecast.units_peak,
            stretch: load.stretch(bounds.least_bytes / bounds.per_vcpu_bytes),
            are_felt: load.synchronous && is_tight && forecast.cold_start_share > NEGLIGIBLE,
        }
    }

    /// Environments at work at the peak, at a memory.
    fn peak_at(&self, search: &Search<'_>, vcpus: f64) -> ReadyHours {
        let stretch = search.numbers.load.stretch(vcpus);
        let peak = (self.units_peak * stretch / self.stretch).ceil();
        ReadyHours::always(peak.clamp(1.0, most_ready(search)) as u32)
    }
}

/// So many environments kept ready.
fn ready(search: &Search<'_>, vcpus: f64, hours: &ReadyHours) -> Readiness {
    Readiness::Kept(Kept::of(hours, busy_at(search, vcpus)))
}

/// A configuration that keeps more ready than pays, for the start-ups that are felt, with as
/// few as sizing is content with.
fn fewer_ready(search: &Search<'_>, bounds: &Bounds, found: Sized) -> Sized {
    let Choice::Function {
        memory_bytes,
        architecture,
        readiness: ReadinessKind::Kept(of_busy),
    } = found.choice
    else {
        return found;
    };
    if !search.is_content(&found.forecast) {
        return found;
    }
    let rated = Rated::new(search, architecture);
    let vcpus = memory_bytes / bounds.per_vcpu_bytes;
    let with = |hours: ReadyHours| {
        let readiness = ready(search, vcpus, &hours);
        let one = function(search, bounds, memory_bytes, architecture, rated, readiness)?;
        let forecast = search
            .simulator
            .forecast(&search.numbers.load, &one.placement);
        search
            .is_content(&forecast)
            .then(|| one.sized(search, &forecast))
    };
    let paying = Paying::new(search, &rated).at(search, vcpus);
    if paying.most() > 0
        && let Some(content) = with(paying)
    {
        return content;
    }
    let busy = busy_at(search, vcpus);
    let enough = of_busy.hours(busy, begins_s(search));
    let between = Between::new(paying, enough, &BusyHours::of(&search.numbers.load, busy));
    let mut fewest = found;
    let (mut too_few, mut enough) = (0, between.steps + 1);
    while enough - too_few > 1 {
        let middle = u32::midpoint(enough, too_few);
        match with(between.at(middle)) {
            Some(content) => {
                fewest = content;
                enough = middle;
            }
            None => too_few = middle,
        }
    }
    fewest
}

/// The same function with fewer environments kept ready, those with the fewest first: schedules by
/// the hour of the day, where hours are known.
pub(super) fn with_fewer_ready(search: &Search<'_>, of: &Choice) -> Vec<Choice> {
    let Choice::Function {
        memory_bytes,
        architecture,
        readiness: ReadinessKind::Kept(of_busy),
    } = of
    else {
        return Vec::new();
    };
    let Ok(bounds) = Bounds::new(search) else {
        return Vec::new();
    };
    let vcpus = memory_bytes / bounds.per_vcpu_bytes;
    let busy = busy_at(search, vcpus);
    let day = BusyHours::of(&search.numbers.load, busy);
    if !day.are_known() {
        return Vec::new();
    }
    let enough = of_busy.hours(busy, begins_s(search));
    let paying = Paying::new(search, &Rated::new(search, architecture)).at(search, vcpus);
    let between = Between::new(paying, enough, &day);
    let all = (0..=between.steps).map(|step| between.at(step));
    let fewer = all.filter(|hours| hours.most() > 0 && hours.mean() < enough.mean());
    let mut fewer: Vec<Choice> = fewer
        .map(|hours| Choice::Function {
            memory_bytes: *memory_bytes,
            architecture,
            readiness: ReadinessKind::Kept(Kept::of(&hours, busy)),
        })
        .collect();
    fewer.dedup();
    fewer
}

fn function(
    search: &Search<'_>,
    bounds: &Bounds,
    memory_bytes: f64,
    architecture: &'static str,
    rated: Rated,
    readiness: Readiness,
) -> Option<Function> {
    let vcpus = memory_bytes / bounds.per_vcpu_bytes;
    let (hours, restored) = match readiness {
        Readiness::None => (ReadyHours::NONE, None),
        Readiness::Kept(kept) => {
            let busy = busy_at(search, vcpus);
            (kept.hours(busy, begins_s(search)), None)
        }
        Readiness::Restored(restore) => (ReadyHours::NONE, Some(restore)),
    };
    bounds
        .is_long_enough(search, memory_bytes)
        .then(|| Function {
            memory_bytes,
            vcpus,
            architecture,
            readiness,
            hours,
            rated,
            placement: bounds.placement(memory_bytes, hours, restored),
        })
}

/// The same configuration again, where it is still one.
fn kept(search: &Search<'_>, bounds: &Bounds, choice: &Choice) -> Option<Function> {
    let Choice::Function {
        memory_bytes,
        architecture,
        readiness,
    } = choice
    else {
        return None;
    };
    if *memory_bytes < bounds.least_bytes || *memory_bytes > bounds.most_bytes {
        return None;
    }
    let readiness = match readiness {
        ReadinessKind::None => Readiness::None,
        ReadinessKind::Kept(kept) => Readiness::Kept(*kept),
        ReadinessKind::Restored => Readiness::Restored(search.numbers.restore?),
    };
    let rated = Rated::new(search, architecture);
    function(
        search,
        bounds,
        *memory_bytes,
        architecture,
        rated,
        readiness,
    )
}

/// Every useful memory on both architectures, with and without what helps against cold
/// starts, and with as many environments kept ready as pay for it.
struct Many<'a> {
    search: &'a Search<'a>,
    bounds: &'a Bounds,
    plain: Plain,
    restore: Option<Restore>,
    /// For each architecture.
    paying: Vec<(&'static str, Paying)>,
}

/// A memory on an architecture.
struct Size {
    memory_bytes: f64,
    /// The place of the architecture.
    place: usize,
}

impl<'a> Many<'a> {
    fn new(search: &'a Search<'a>, bounds: &'a Bounds) -> Self {
        let is_quicker = |one: &Restore| one.takes_s.0 < search.numbers.load.init_s;
        let paying = |architecture| {
            let rated = Rated::new(search, architecture);
            (architecture, Paying::new(search, &rated))
        };
        Self {
            search,
            bounds,
            plain: Plain::new(search, bounds),
            restore: search.numbers.restore.filter(is_quicker),
            paying: search.architectures().into_iter().map(paying).collect(),
        }
    }

    /// Every size, with dollars a month of compute that it costs at least, whatever is done
    /// against cold starts: what is kept ready is paid for at least while it works.
    fn sizes(&self) -> Vec<(f64, Size)> {
        let load = &self.search.numbers.load;
        let mut sizes = Vec::new();
        for (place, (_, paying)) in self.paying.iter().enumerate() {
            let rated = paying.rated();
            let least = rated.on_demand.min(rated.ran + rated.held);
            let mut memory_bytes = self.bounds.least_bytes;
            while memory_bytes <= self.bounds.most_bytes {
                let vcpus = memory_bytes / self.bounds.per_vcpu_bytes;
                let run_s = load.duration.mean_s() * load.stretch(vcpus);
                let work_s = load.rate_per_s * SECONDS_PER_MONTH * run_s;
                let size = Size {
                    memory_bytes,
                    place,
                };
                sizes.push((work_s * least * memory_bytes / GB, size));
                memory_bytes += STEP_MB * MB;
            }
        }
        sizes
    }

    fn of_size(&self, size: &Size) -> Vec<Function> {
        let Some((architecture, paying)) = self.paying.get(size.place) else {
            return Vec::new();
        };
        let search = self.search;
        let vcpus = size.memory_bytes / self.bounds.per_vcpu_bytes;
        let mut ways = vec![Readiness::None];
        // Templates send events and messages to the function itself, not to the alias
        // that is kept ready.
        let mut kept = Vec::new();
        if search.numbers.load.synchronous {
            kept.push(paying.at(search, vcpus));
        }
        if self.plain.are_felt {
            ways.extend(self.restore.map(Readiness::Restored));
            kept.push(self.plain.peak_at(search, vcpus));
        }
        kept.retain(|hours| hours.most() > 0);
        kept.dedup();
        let kept = kept.into_iter().map(|hours| ready(search, vcpus, &hours));
        ways.extend(kept);
        let (bounds, memory_bytes, rated) = (self.bounds, size.memory_bytes, *paying.rated());
        let one = |way| function(search, bounds, memory_bytes, architecture, rated, way);
        ways.into_iter().filter_map(one).collect()
    }
}
