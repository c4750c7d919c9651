//! Documented defaults, filled in where a number is needed.

use landfall_catalog::{Catalog, InitLaw};
use landfall_framework::{Law, Pack, Quantiles};
use landfall_units::{Bytes, Range};
use landfall_workload::{FactId, Facts, Origin, Value};

use crate::decision::Assumed;
use crate::tuning::Tuning;
use crate::uncertain_prices::drawn;

/// The facts that sizing and pricing need, in an order in which defaults may
/// depend on what comes before.
pub(crate) const NEEDED: [FactId; 22] = [
    FactId::HourlyCost,
    FactId::PortabilityWorth,
    FactId::Copies,
    FactId::Volume,
    FactId::Shape,
    FactId::PeakToMean,
    FactId::Concurrent,
    FactId::DurationP50,
    FactId::DurationP99,
    FactId::DurationMax,
    FactId::CpuShare,
    FactId::Threads,
    FactId::Memory,
    FactId::MemoryAdded,
    FactId::Init,
    FactId::Request,
    FactId::Response,
    FactId::PackageSize,
    FactId::Architectures,
    FactId::Os,
    FactId::EphemeralDisk,
    FactId::SharedFilesSize,
];

/// What a pack must say and does not: parameters that sizing reads, and facts that it needs for
/// which the pack has neither a default nor a law for every workload.
pub fn lacking(pack: &Pack, catalog: &Catalog) -> Vec<String> {
    let (filled, _) = fill(&Facts::default(), pack, catalog);
    let names = Tuning::NAMES.iter().copied();
    let parameters = names.filter(|name| pack.parameter(name).is_none());
    // Without a shared file system it holds nothing.
    let facts = NEEDED
        .iter()
        .filter(|fact| **fact != FactId::SharedFilesSize);
    let facts = facts.filter(|fact| filled.is_unknown(**fact));
    let parameters = parameters.map(|name| format!("the parameter `{name}`"));
    let facts = facts.map(|fact| format!("a default of `{}`", fact.name()));
    parameters.chain(facts).collect()
}

/// Fills in what is needed and unknown; says what was taken, and why.
pub fn fill(facts: &Facts, pack: &Pack, catalog: &Catalog) -> (Facts, Vec<Assumed>) {
    fill_drawn(facts, pack, catalog, |_| None)
}

/// The same for one scenario: a quantity for which `share` gives the place in its range, from 0
/// to 1, has one value, and what is made from it follows.
pub(crate) fn fill_drawn(
    facts: &Facts,
    pack: &Pack,
    catalog: &Catalog,
    share: impl Fn(FactId) -> Option<f64>,
) -> (Facts, Vec<Assumed>) {
    let mut filled = facts.clone();
    let mut assumed = Vec::new();
    for fact in NEEDED {
        if !filled.is_unknown(fact) {
            continue;
        }
        let default = by_ratio(&filled, fact, pack).or_else(|| listed(&filled, fact, pack));
        let by_law = default.is_none();
        let default = default.or_else(|| lawful(&filled, fact, pack));
        let Some(mut default) = default else { continue };
        bounded(&mut default, &filled);
        if fact == FactId::Init {
            measured(&mut default, &filled, catalog);
            by_size(&mut default, &filled, catalog);
        }
        if let (Value::Quantity(range), Some(share)) = (&default.value, share(fact)) {
            let one = if by_law {
                let most = filled.most(fact).unwrap_or(f64::INFINITY);
                Quantiles { range: *range }.at(share).min(most)
            } else {
                drawn(range, share)
            };
            default.value = Value::exact(one);
        }
        filled.set(fact, default.value.clone(), Origin::Assumed);
        assumed.push(default);
    }
    if filled.is_unknown(FactId::MeasuredMemory) {
        let one = catalog
            .platform("lambda")
            .map_or(0.0, |lambda| lambda.likely("memory_per_vcpu"));
        let default = Assumed {
            fact: FactId::MeasuredMemory,
            value: Value::exact(one),
            why: "durations are taken as measured on one vCPU".to_owned(),
            source: "landfall-judgement".to_owned(),
        };
        filled.set(default.fact, default.value.clone(), Origin::Assumed);
        assumed.push(default);
    }
    (filled, assumed)
}

/// What is said to be at most so much is below it: a listed default is scaled down until
/// its highest value is the bound; a percentile made from another is cut there, and stays
/// in order.
fn bounded(default: &mut Assumed, facts: &Facts) {
    let fact = default.fact;
    let (Some(most), Value::Quantity(range)) = (facts.most(fact), &default.value) else {
        return;
    };
    if range.high() <= most {
        return;
    }
    let lower = match fact {
        FactId::DurationP99 => facts.range(FactId::DurationP50),
        FactId::DurationMax => facts.range(FactId::DurationP99),
        _ => None,
    };
    let inside = match lower {
        Some(lower) => range.zip(&lower, |value, lower| value.min(most).max(lower)),
        None => range.map(|value| value * most / range.high()),
    };
    default.value = Value::Quantity(inside);
    let most = Value::exact(most).show(fact);
    default.why = format!("{}; the file says at most {most}", default.why);
}

/// Whether a parameter of the pack is a usual ratio, from which a default is made: its
/// doubt is that of the fact.
pub(crate) fn is_ratio(parameter: &str) -> bool {
    matches!(
        parameter,
        "p99_over_p50" | "max_over_p99" | "memory_added_share"
    )
}

/// Start-up as measured, where the runtime was: hello-world functions take the least.
fn measured(default: &mut Assumed, facts: &Facts, catalog: &Catalog) {
    let Some(law) = init_law(facts, catalog) else {
        return;
    };
    let Value::Quantity(usual) = &default.value else {
        return;
    };
    let (least, most) = (law.p50_s, law.p99_s);
    let likely = usual.likely().max(least);
    let Ok(range) = Range::new(
        least.min(likely),
        likely,
        usual.high().max(likely).max(most),
    ) else {
        return;
    };
    let show = |seconds: f64| landfall_units::Duration::shown(seconds).to_string();
    default.value = Value::Quantity(range);
    default.why = format!(
        "hello-world functions of {} start in {}, 1 in 100 takes {}; real ones load more",
        law.runtime,
        show(least),
        show(most)
    );
    default.source.clone_from(&law.source);
}

/// What unpacking adds: the size of a zip package is felt at every start; images are read
/// as they are needed.
fn by_size(default: &mut Assumed, facts: &Facts, catalog: &Catalog) {
    if facts.choice(FactId::PackageKind) != Some("zip") {
        return;
    }
    let lambda = catalog.platform("lambda");
    let parameter = |name: &str| lambda.and_then(|lambda| lambda.parameter(name));
    let (Some(per_mb_s), Some(free)) = (parameter("init_by_size"), parameter("init_size_free"))
    else {
        return;
    };
    let Some(size) = facts.likely(FactId::PackageSize) else {
        return;
    };
    let mb = Bytes::from_f64(size - free.likely()).as_mb();
    let Value::Quantity(range) = &default.value else {
        return;
    };
    if mb > 0.0 {
        let grown = range.zip(&per_mb_s, |init_s, per_mb_s| per_mb_s.mul_add(mb, init_s));
        default.value = Value::Quantity(grown);
        let size = Bytes::from_f64(size);
        default.why = format!("{}; {size} of zip are unpacked first", default.why);
    }
}

/// The measured start-up nearest to a workload, if its runtime is known and was measured.
pub(crate) fn init_law<'c>(facts: &Facts, catalog: &'c Catalog) -> Option<&'c InitLaw> {
    let runtime = facts.text(FactId::Runtime)?;
    let architectures = facts.choices(FactId::Architectures);
    let architecture = architectures
        .and_then(|all| all.first())
        .unwrap_or(&"x86_64");
    let memory_mb = facts
        .likely(FactId::Memory)
        .map_or(0.0, |bytes| bytes / Bytes::from_mb(1).get() as f64);
    catalog.init_law(
        runtime,
        facts.choice(FactId::PackageKind),
        architecture,
        memory_mb,
    )
}

/// The first row of the pack that fits.
fn listed(facts: &Facts, fact: FactId, pack: &Pack) -> Option<Assumed> {
    let row = pack
        .assumptions
        .iter()
        .find(|row| row.fact == fact && row.fits(facts))?;
    Some(Assumed {
        fact,
        value: row.value.clone(),
        why: row.why.clone(),
        source: row.source.clone(),
    })
}

/// What the pack's law of a quantity says: its median, and what 8 of 10 lie within.
fn lawful(facts: &Facts, fact: FactId, pack: &Pack) -> Option<Assumed> {
    let prior = pack.prior(fact, facts)?;
    let Law::Quantiles(law) = &prior.law else {
        return None;
    };
    Some(Assumed {
        fact,
        value: Value::Quantity(law.range),
        why: prior.why.clone(),
        source: prior.source.clone(),
    })
}

/// A fact that stands in a usual ratio to one that is known.
fn by_ratio(facts: &Facts, fact: FactId, pack: &Pack) -> Option<Assumed> {
    let scaled = |base: FactId, name: &str, divide: bool, why: &str| {
        let (base, ratio) = (facts.range(base)?, pack.parameter(name)?);
        let value = if divide {
            Range::new(
                base.low() / ratio.high(),
                base.likely() / ratio.likely(),
                base.high() / ratio.low(),
            )
            .ok()?
        } else {
            base.zip(&ratio, |base, ratio| base * ratio)
        };
        Some(Assumed {
            fact,
            value: Value::Quantity(value),
            why: why.to_owned(),
            source: "landfall-judgement".to_owned(),
        })
    };
    match fact {
        FactId::DurationP50 => scaled(
            FactId::DurationP99,
            "p99_over_p50",
            true,
            "from p99, by a usual ratio",
        ),
        FactId::DurationP99 => {
            let p99 = scaled(
                FactId::DurationP50,
                "p99_over_p50",
                false,
                "from p50, by a usual ratio",
            )?;
            Some(match facts.range(FactId::DurationMax) {
                Some(max) => capped(p99, &max),
                None => p99,
            })
        }
        FactId::DurationMax => scaled(
            FactId::DurationP99,
            "max_over_p99",
            false,
            "from p99, by a usual ratio",
        ),
        FactId::MemoryAdded if facts.flag(FactId::Synchronous) == Some(true) => scaled(
            FactId::Memory,
            "memory_added_share",
            false,
            "requests in one process share most of their memory",
        ),
        FactId::MemoryAdded => Some(Assumed {
            fact,
            value: facts.get(FactId::Memory)?.clone(),
            why: "each unit of work has a working set of its own".to_owned(),
            source: "landfall-judgement".to_owned(),
        }),
        _ => None,
    }
}

/// A percentile is never above the longest.
fn capped(mut assumed: Assumed, max: &Range<f64>) -> Assumed {
    if let Value::Quantity(range) = &assumed.value {
        assumed.value = Value::Quantity(range.zip(max, f64::min));
    }
    assumed
}

#[cfg(test)]
mod tests {
    use landfall_framework::embedded_pack;

    use super::*;

    #[test]
    fn what_is_made_of_a_drawn_quantity_follows_it() {
        let catalog = Catalog::embedded().unwrap();
        let pack = embedded_pack("current", &catalog).unwrap();
        for (p50, p99) in [(0.01, 0.99), (0.99, 0.01), (0.5, 0.5)] {
            let share = |fact: FactId| match fact {
                FactId::DurationP50 => Some(p50),
                FactId::DurationP99 => Some(p99),
                _ => Some(0.5),
            };
            let (filled, _) = fill_drawn(&Facts::default(), &pack, &catalog, share);
            let ratio = pack.parameter("p99_over_p50").unwrap();
            let of = |fact| filled.range(fact).unwrap();
            let (p50, p99) = (of(FactId::DurationP50), of(FactId::DurationP99));
            assert!(p50.is_exact() && p99.is_exact());
            let over = p99.likely() / p50.likely();
            assert!(over >= ratio.low() && over <= ratio.high(), "{over}");
        }
    }
}
