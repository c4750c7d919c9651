//! Closed formulas for the steady state.

use crate::Simulator;
use crate::busy::most_busy;
use crate::curve::QUANTILES;
use crate::figures::Errors;
use crate::forecast::{Forecast, Latency, Method};
use crate::law::DurationLaw;
use crate::load::Load;
use crate::placement::{JobPlacement, PerRequestPlacement, Placement, ServicePlacement};
use crate::ready::BusyHours;
use crate::root::falls_to_zero;

/// Estimates by closed formulas: no order of events, no scaling lag.
#[derive(Debug, Clone, Copy, Default)]
pub struct SteadyState;

impl Simulator for SteadyState {
    fn forecast(&self, load: &Load, placement: &Placement) -> Forecast {
        match placement {
            Placement::PerRequest(place) => match &load.pulled {
                Some(pulled) => pulled.forecast(load, place, |alike| per_request(alike, place)),
                None => per_request(load, place),
            },
            Placement::Service(place) => {
                let forecast = service(load, place);
                let latency = load.pulled.map(|pulled| pulled.polled(forecast.latency));
                Forecast {
                    latency: latency.unwrap_or(forecast.latency),
                    ..forecast
                }
            }
            Placement::Job(place) => job(load, place),
        }
    }
}

/// How a function keeps its environments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeping {
    /// How long an idle environment is kept, in seconds.
    pub idle_s: f64,
    /// How long the function may be silent before all its environments end, in seconds;
    /// infinite where only the idleness of each counts.
    pub silence_s: f64,
    /// Environments kept ready: they work first, and their starts are not felt.
    pub ready: u32,
}

impl Keeping {
    /// The share of the starts of an environment that are cold, when those before it are
    /// at work: `passage_s` seconds pass on average, from when it has gone idle until the
    /// next time that so many are.
    ///
    /// With the passage exponential, and silences as events at a rate (Cox and Lewis, The
    /// Statistical Analysis of Series of Events, 1966, chapter 2), it is warm where the passage
    /// comes before a silence and before the idle limit.
    fn cold(&self, silences_per_s: f64, passage_s: f64) -> f64 {
        let passages_per_s = 1.0 / passage_s;
        let either_per_s = passages_per_s + silences_per_s;
        if either_per_s <= 0.0 {
            return 1.0;
        }
        let ended = -(-either_per_s * self.idle_s).exp_m1();
        (1.0 - passages_per_s / either_per_s * ended).clamp(0.0, 1.0)
    }

    /// The same of the first environment, which is idle exactly as long as the function is silent.
    fn first_cold(&self, rate_per_s: f64) -> f64 {
        (-rate_per_s * self.idle_s.min(self.silence_s)).exp()
    }

    /// Gaps between arrivals that are longer than the limit `s`, a second: `r exp(-r s)`.
    fn silences_per_s(&self, rate_per_s: f64) -> f64 {
        rate_per_s * (-rate_per_s * self.silence_s).exp()
    }
}

/// The share of cold starts of a pool of environments that hands work to the newest idle
/// one and drops those idle for longer than `idle_s`.
pub fn cold_start_share(rate_per_s: f64, mean_s: f64, idle_s: f64) -> f64 {
    let keeping = Keeping {
        idle_s,
        silence_s: f64::INFINITY,
        ready: 0,
    };
    cold_start_share_of(rate_per_s, mean_s, &keeping)
}

/// The share of cold starts of a function that hands work to the newest idle environment.
///
/// The k-th environment is started cold when the number of busy ones reaches k after a gap
/// above a limit. For Poisson arrivals and any service law, the number busy is Poisson with
/// mean `rate * mean` (M/G/infinity), and the gap is the first passage from k-1 to k busy,
/// whose mean follows from the birth-death balance (Keilson, Markov Chain Models, 1979,
/// section 5.1). The passage is taken to be exponential with that mean, which is exact for
/// the first environment and good where the limit is long. Beyond environments kept ready,
/// the k-th is taken to work while k or more are busy, those kept ready among them.
pub fn cold_start_share_of(rate_per_s: f64, mean_s: f64, keeping: &Keeping) -> f64 {
    cold_start_share_over(rate_per_s, mean_s, keeping, &[(1.0, keeping.ready)])
}

/// The same on average over shares of the work, each with its number of environments kept ready,
/// in place of that of `keeping`. Levels are gone through once for all.
fn cold_start_share_over(
    rate_per_s: f64,
    mean_s: f64,
    keeping: &Keeping,
    shares: &[(f64, u32)],
) -> f64 {
    // The share of the work that is done beyond what is kept ready, at so many busy.
    let beyond = |level: f64| -> f64 {
        let all = shares.iter().filter(|(_, ready)| level >= (*ready).into());
        all.map(|(share, _)| share).sum()
    };
    if rate_per_s <= 0.0 {
        return shares.iter().map(|(share, _)| share).sum();
    }
    let busy = rate_per_s * mean_s;
    if busy <= 0.0 {
        return beyond(0.0) * keeping.first_cold(rate_per_s);
    }
    let fewest = shares.iter().map(|(_, ready)| *ready).min();
    let fewest = f64::from(fewest.unwrap_or(0));
    let most = shares.iter().map(|(_, ready)| *ready).max();
    let most = f64::from(most.unwrap_or(0));
    let whole: f64 = beyond(f64::INFINITY);
    // Probabilities relative to the most likely level, so that none under- or
    // overflows; levels further out than twelve standard deviations are nothing.
    // Of a large pool's levels, one stands for its neighbours on both sides.
    let reach = 12.0 * busy.sqrt() + 12.0;
    let first = (busy - reach).max(0.0).floor();
    let stride = (busy.sqrt() / LEVELS_PER_DEVIATION).floor().max(1.0);
    let steps = ((2.0 * reach + 1.0) / stride) as u32;
    let silences_per_s = keeping.silences_per_s(rate_per_s);
    let (mut below, mut cold, mut total) = (0.0, 0.0, 0.0);
    let mut probability = poisson_ratio(busy, first);
    for step in 0..=steps {
        let level = first + stride * f64::from(step);
        if step > 0 && stride > 1.0 {
            probability = poisson_ratio(busy, level);
        } else if step > 0 {
            probability *= busy / level;
        }
        if level >= fewest && probability > NOTHING {
            let until = below + f64::midpoint(stride, 1.0) * probability;
            let passage_s = until / (rate_per_s * probability);
            let share = if level >= most { whole } else { beyond(level) };
            cold += share
                * probability
                * if level < 0.5 {
                    keeping.first_cold(rate_per_s)
                } else {
                    keeping.cold(silences_per_s, passage_s)
                };
        }
        below += probability * stride;
        total += probability;
    }
    if total > 0.0 {
        (cold / total).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// A probability, beside that of the most likely level, that adds nothing.
const NOTHING: f64 = 1e-20;
/// Levels looked at for each standard deviation of the number busy.
const LEVELS_PER_DEVIATION: f64 = 48.0;

/// The Poisson probability of a level over that of the mean: exactly by logarithms of
/// factorials for small means; for large ones by the series of `n - m - n ln(n / m)`
/// in `d = (n - m) / m`, whose error is below 1e-3 within twelve standard deviations.
fn poisson_ratio(busy: f64, level: f64) -> f64 {
    const LARGE: f64 = 1e4;
    if busy < LARGE {
        return (level * busy.ln()
            - libm::lgamma(level + 1.0)
            - (busy * busy.ln() - libm::lgamma(busy + 1.0)))
        .exp();
    }
    let d = (level - busy) / busy;
    let series = d * d * (0.5 - d / 6.0 + d * d / 12.0 - d * d * d / 20.0);
    (-busy * series).exp() / (1.0 + d).sqrt()
}

fn per_request(load: &Load, place: &PerRequestPlacement) -> Forecast {
    let stretch = load.stretch(place.vcpus);
    let law = load.duration.stretched(stretch);
    let steps = (law.max_s() / place.timeout_s).ceil().max(1.0);
    let run_s = law.mean_s() / steps;
    let keeping = Keeping {
        idle_s: place.idle_limit_s,
        silence_s: place.silence_limit_s,
        ready: 0,
    };
    let cold_with = |shares: &[(f64, u32)]| {
        cold_start_share_over(load.rate_per_s * steps, run_s, &keeping, shares)
    };
    let busy = load.rate_per_s * law.mean_s();
    let (cold, ready_share) = if place.provisioned.most() == 0 {
        (cold_with(&[(1.0, 0)]), 0.0)
    } else {
        let day = BusyHours::of(load, busy);
        let cold = cold_with(&day.at_mean_load(&place.provisioned));
        let kept_busy = day.kept_busy_mean(&place.provisioned);
        (cold, kept_busy / busy.max(f64::MIN_POSITIVE))
    };
    let (units_p99, units_peak) = most_busy(load, law.mean_s());
    Forecast {
        method: Method::Estimate,
        latency: mixture(&law, place.overhead_s, cold, place.start_s(load.init_s)),
        p99_range_s: None,
        errors: Errors::default(),
        cold_start_share: cold,
        throttled_share: 0.0,
        failed_share: 0.0,
        ready_share,
        units_mean: busy,
        units_p99,
        units_peak,
        units_least: f64::from(place.provisioned.least()),
        run_s,
        batch: 1.0,
        steps,
        billed_s: 0.0,
        utilisation: load.cpu_s() / (law.mean_s() * place.vcpus).max(f64::MIN_POSITIVE),
    }
}

/// Percentiles of a duration with, for a share of it, a start-up before.
///
/// Each lies between that without a start-up and the same with one.
fn mixture(law: &DurationLaw, overhead_s: f64, cold: f64, init_s: f64) -> Latency {
    let warm = law.latency(overhead_s);
    if cold <= 0.0 || init_s <= 0.0 {
        return warm;
    }
    let tail = law.tail();
    let above = |t_s: f64| {
        let on_time = tail.above(t_s - overhead_s);
        let started = tail.above(t_s - overhead_s - init_s);
        (1.0 - cold) * on_time + cold * started
    };
    let within_s = WITHIN * (law.max_s() + overhead_s + init_s);
    let quantile = |share: f64, warm_s: f64| {
        let excess = |t_s: f64| above(t_s) - share;
        falls_to_zero(excess, warm_s, warm_s + init_s, within_s)
    };
    Latency {
        p50_s: quantile(0.5, warm.p50_s),
        p95_s: quantile(0.05, warm.p95_s),
        p99_s: quantile(0.01, warm.p99_s),
    }
}

/// How exactly percentiles are found, as a share of the longest duration.
const WITHIN: f64 = 1e-12;

fn service(load: &Load, place: &ServicePlacement) -> Forecast {
    let usable = place.vcpus.min(load.threads).max(f64::MIN_POSITIVE);
    let alone_s = load.cpu_s() / usable + load.wait_s();
    let servers = (place.vcpus / load.threads).max(1.0);
    let slowdown = 1.0 + waiting(servers, place.cpu_target);
    let busy_s = load.cpu_s() / usable * slowdown + load.wait_s();
    let copies_at = |rate: f64| {
        let by_cpu = rate * load.cpu_s() / (place.vcpus * place.cpu_target);
        let by_slots = rate * busy_s / (place.concurrency.max(1.0) * place.slot_target);
        let by_connections = load.concurrent / place.connections.max(1.0);
        // A copy more or less is not hung on the last bit of a product.
        (by_cpu.max(by_slots).max(by_connections) - 1e-9)
            .ceil()
            .max(place.min_copies)
    };
    let peak = copies_at(load.rate_per_s * load.peak_to_mean);
    let standing = if load.held_for_peak {
        1.0
    } else {
        place.standing_share
    };
    let least = (standing * peak).ceil().max(place.min_copies);
    let mean = load
        .curve
        .iter()
        .map(|share| copies_at(load.rate_per_s * share).max(least))
        .sum::<f64>()
        / QUANTILES as f64;
    let stretch = if load.duration.mean_s() > 0.0 {
        busy_s / load.duration.mean_s()
    } else {
        1.0
    };
    let law = load.duration.stretched(stretch);
    Forecast {
        method: Method::Estimate,
        latency: mixture(&law, place.overhead_s, 0.0, 0.0),
        p99_range_s: None,
        errors: Errors::default(),
        cold_start_share: 0.0,
        throttled_share: 0.0,
        failed_share: 0.0,
        ready_share: 0.0,
        units_mean: mean,
        units_p99: peak,
        units_peak: peak,
        units_least: least,
        run_s: alone_s,
        batch: 1.0,
        steps: 1.0,
        billed_s: 0.0,
        utilisation: load.rate_per_s * load.cpu_s() / (mean * place.vcpus).max(f64::MIN_POSITIVE),
    }
}

/// Mean wait over mean service for `servers` servers at a utilisation
/// (Sakasegawa, An approximation formula, Annals of the Institute of Statistical
/// Mathematics 29, 1977; exact for one server).
fn waiting(servers: f64, utilisation: f64) -> f64 {
    let rho = utilisation.clamp(0.0, 0.99);
    rho.powf((2.0 * (servers + 1.0)).sqrt() - 1.0) / (servers * (1.0 - rho))
}

fn job(load: &Load, place: &JobPlacement) -> Forecast {
    let law = load.duration.stretched(load.stretch(place.vcpus));
    let run_s = law.mean_s();
    let busy = load.rate_per_s * (place.start_s + load.init_s + run_s);
    // On hosts, jobs that overlap share one; alone, each pays for its host's start.
    let shared = place.jobs_per_host.min(busy.max(1.0)).max(1.0);
    let billed_s = (place.start_s + load.init_s + run_s).max(place.minimum_s) / shared;
    Forecast {
        method: Method::Estimate,
        latency: mixture(&law, place.start_s + load.init_s, 0.0, 0.0),
        p99_range_s: None,
        errors: Errors::default(),
        cold_start_share: 1.0,
        throttled_share: 0.0,
        failed_share: 0.0,
        ready_share: 0.0,
        units_mean: busy,
        units_p99: (busy * load.peak_to_mean).max(1.0),
        units_peak: (busy * load.peak_to_mean).max(1.0),
        units_least: 0.0,
        run_s,
        batch: 1.0,
        steps: 1.0,
        billed_s,
        utilisation: load.cpu_s() / (run_s * place.vcpus).max(f64::MIN_POSITIVE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula of the tail is wrong by so much at most (see `upper_tail`).
    const OF_TAIL: f64 = 7.5e-8;

    #[test]
    fn percentiles_have_their_share_above_them() {
        let laws = [
            (0.045, 0.3, 4.0),
            (0.2, 0.2, 0.2),
            (2.0, 60.0, 900.0),
            (0.1, 3.0, 3.0),
        ];
        for (p50_s, p99_s, max_s) in laws {
            let law = DurationLaw::new(p50_s, p99_s, max_s);
            for cold in [1e-6, 1e-3, 0.009, 0.011, 0.049, 0.3, 0.6, 1.0] {
                for init_s in [0.01, 0.6, 20.0] {
                    let above = |t_s: f64| {
                        let started = law.share_above(t_s - 0.005 - init_s);
                        (1.0 - cold) * law.share_above(t_s - 0.005) + cold * started
                    };
                    let found = mixture(&law, 0.005, cold, init_s);
                    let shares = [(0.5, found.p50_s), (0.05, found.p95_s), (0.01, found.p99_s)];
                    for (share, at_s) in shares {
                        // Where the law jumps, what is just before has more above it.
                        let (before, after) =
                            (above(at_s * (1.0 - 1e-9)), above(at_s * (1.0 + 1e-9)));
                        assert!(
                            before >= share - OF_TAIL && after <= share + OF_TAIL,
                            "{law:?}, {cold} cold by {init_s} s: {before} to {after} above {at_s}"
                        );
                    }
                }
            }
        }
    }
}
