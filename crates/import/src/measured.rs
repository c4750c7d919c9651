//! Findings that several logs share.

use landfall_workload::FactId;

use crate::finding::{Finding, Found, Part, Place, Said};
use crate::samples::{Arrivals, Quantiles, thousands};

/// From so many samples on, the 99th percentile is one.
pub(crate) const FOR_P99: u64 = 100;
/// A rate is told of no less than an hour.
const LEAST_SPAN_S: f64 = 3_600.0;

/// How often work started; `without_time` is what has no time in the log.
pub(crate) fn traffic(
    arrivals: &mut Arrivals,
    without_time: u64,
    file: &str,
    found: &mut Found,
    part: &mut Part,
) {
    let counted = arrivals.number();
    let Some(days) = arrivals.days() else {
        let place = Place::samples(file, format!("{} requests", thousands(without_time)));
        found.ask(FactId::Volume, "the log has no times", place);
        return;
    };
    let place = Place::samples(file, format!("{} requests, {days}", thousands(counted)));
    if without_time > 0 {
        let what = format!("{} requests without a time", thousands(without_time));
        part.unused(what, place.clone());
    }
    let span_s = arrivals.span_s();
    if span_s < LEAST_SPAN_S {
        found.ask(FactId::Volume, "the log covers less than an hour", place);
        return;
    }
    let mut volume = Finding::measured(FactId::Volume, arrivals.rate_per_s(), place.clone());
    if span_s < 86_400.0 {
        volume = volume.guessed("the log covers less than a day");
    }
    found.say(volume);
    if let Some(peak) = arrivals.peak_to_mean() {
        found.say(Finding::measured(FactId::PeakToMean, peak, place));
    }
}

/// Percentiles of durations, in seconds; of the longest a remark.
pub(crate) fn durations(
    samples: &Quantiles,
    place: &Place,
    found: &mut Found,
    longest: Option<String>,
) {
    let number = samples.number();
    let measured = |fact: FactId, value: Option<f64>| {
        let value = value.filter(|value| *value > 0.0)?;
        Some(Finding::measured(fact, value, place.clone()))
    };
    let p50 = measured(FactId::DurationP50, samples.at(0.5));
    let p99 = measured(FactId::DurationP99, samples.at(0.99)).map(|p99| {
        let few = format!("the longest of {number}: fewer than {FOR_P99} tell no p99");
        if number < FOR_P99 {
            p99.guessed(few)
        } else {
            p99
        }
    });
    let most = measured(FactId::DurationMax, Some(samples.most())).map(|most| {
        let seen = format!("the longest of {} that were seen", thousands(number));
        let most = most.guessed(seen);
        match longest {
            Some(remark) => most.remark(remark),
            None => most,
        }
    });
    [p50, p99, most]
        .into_iter()
        .flatten()
        .for_each(|one| found.say(one));
}

/// The size of payloads, in bytes: the p50, up to the largest.
pub(crate) fn payload(samples: &Quantiles, fact: FactId, place: &Place, found: &mut Found) {
    let Some(p50) = samples.at(0.5) else { return };
    let largest = samples.most().max(p50);
    if largest <= 0.0 {
        return;
    }
    if let Ok(range) = landfall_units::Range::new(p50, p50, largest) {
        let said = Said::Value(landfall_workload::Value::Quantity(range));
        let finding = Finding {
            said,
            ..Finding::measured(fact, p50, place.clone())
        };
        found.say(finding.remark("p50, up to the largest"));
    }
}
