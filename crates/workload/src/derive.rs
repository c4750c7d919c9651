//! Facts that follow from others. Each is one documented formula; all of them
//! rise (or hold still) when a quantity they are made of rises, so that a range
//! maps to a range end by end.

use landfall_units::{Bytes, Range, SECONDS_PER_MONTH};

use crate::fact::{FactId, FactSet, Scope};
use crate::facts::{Entry, Facts, Origin};
use crate::value::Value;

/// The 99th percentile of the standard normal law, in standard deviations
/// (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, table 26.5).
const Z99: f64 = 2.326_347_874;

const GIB: f64 = Bytes::from_mb(1_024).get() as f64;

/// Recomputes every derived fact.
pub(crate) fn derive_all(facts: &mut Facts) {
    for fact in FactId::ALL
        .iter()
        .copied()
        .filter(|fact| fact.scope() == Scope::Derived)
    {
        let entry = derive(facts, fact).map(|value| Entry {
            value,
            origin: Origin::Derived,
        });
        facts.put(fact, entry);
    }
}

/// The given facts that a fact is made of; a given fact is made of itself.
pub fn made_of(fact: FactId) -> &'static [FactId] {
    use FactId as F;
    match fact {
        F::Synchronous | F::Periodic => &[F::Trigger],
        F::RatePeak => &[F::Volume, F::PeakToMean],
        F::DurationMean => &[F::DurationP50, F::DurationP99],
        F::BusyMean | F::DutyCycle => &[F::Volume, F::DurationP50, F::DurationP99],
        F::BusyPeak => &[F::Volume, F::PeakToMean, F::DurationP50, F::DurationP99],
        F::MonthlyGbSeconds => &[F::Volume, F::DurationP50, F::DurationP99, F::Memory],
        _ => &[],
    }
}

/// What a fact that is unknown waits for.
pub(crate) fn lacking(facts: &Facts, fact: FactId) -> FactSet {
    if fact.scope() == Scope::Derived {
        made_of(fact)
            .iter()
            .copied()
            .filter(|part| facts.is_unknown(*part))
            .collect()
    } else {
        FactSet::of(fact)
    }
}

/// The mean of the log-normal law whose median and 99th percentile are given, no
/// more than `max_s`: `p50 * exp(sigma^2 / 2)` with `sigma = ln(p99 / p50) / z99`
/// (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, 1994,
/// chapter 14). All in seconds.
pub fn log_normal_mean(p50_s: f64, p99_s: f64, max_s: Option<f64>) -> f64 {
    if p50_s <= 0.0 || p99_s <= p50_s {
        return p50_s.max(0.0);
    }
    let sigma = (p99_s / p50_s).ln() / Z99;
    let mean = p50_s * (sigma * sigma / 2.0).exp();
    max_s.map_or(mean, |max| mean.min(max))
}

/// The value of a derived fact, when everything that it is made of is known.
fn derive(facts: &Facts, fact: FactId) -> Option<Value> {
    use FactId as F;
    let product = |a: F, b: F| Some(facts.range(a)?.zip(&facts.range(b)?, |x, y| x * y));
    let range: Range<f64> = match fact {
        F::Synchronous => {
            let trigger = facts.choice(F::Trigger)?;
            return Some(Value::Flag(matches!(
                trigger,
                "http" | "websocket" | "tcp" | "udp"
            )));
        }
        F::Periodic => {
            let trigger = facts.choice(F::Trigger)?;
            return Some(Value::Flag(matches!(trigger, "schedule" | "batch")));
        }
        F::RatePeak => product(F::Volume, F::PeakToMean)?,
        F::DurationMean => {
            let max = facts.range(F::DurationMax);
            let (p50, p99) = (facts.range(F::DurationP50)?, facts.range(F::DurationP99)?);
            let mean = p50.zip(&p99, |p50, p99| log_normal_mean(p50, p99, None));
            max.map_or(mean, |max| mean.zip(&max, f64::min))
        }
        F::BusyMean => product(F::Volume, F::DurationMean)?,
        F::BusyPeak => product(F::RatePeak, F::DurationMean)?,
        F::DutyCycle => facts.range(F::BusyMean)?.map(|busy| 1.0 - (-busy).exp()),
        F::MonthlyGbSeconds => facts
            .range(F::BusyMean)?
            .zip(&facts.range(F::Memory)?, |busy, bytes| {
                busy * SECONDS_PER_MONTH * bytes / GIB
            }),
        _ => return None,
    };
    Some(Value::Quantity(range))
}
