//! From what was counted on a machine to times and costs at sizes of memory.

use landfall_units::Bytes;

use crate::curve::{Point, Rates, Spread};
use crate::interval::{self, Interval};
use crate::report_line::Reported;

/// One unit of work, as a machine did it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// From its start to its end, in seconds.
    pub wall_s: f64,
    /// CPU time of all processes that took part, in seconds.
    pub cpu_s: f64,
    /// Bytes that went in.
    pub request_bytes: u64,
    /// Bytes that came out.
    pub response_bytes: u64,
}

/// A unit of work taken apart: what it computes, and what it waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// CPU time at the speed of a vCPU, in seconds.
    pub cpu_s: f64,
    /// Time without computing, in seconds.
    pub wait_s: f64,
    /// vCPUs that it can use.
    pub threads: f64,
}

impl Parts {
    /// How long it takes with so many vCPUs, in seconds: CPU time over the vCPUs that it can
    /// use, and the waiting as it was. It is the formula of [`crate::Work::time_s`].
    pub fn time_s(&self, vcpus: f64) -> f64 {
        self.cpu_s / vcpus.min(self.threads).max(f64::MIN_POSITIVE) + self.wait_s
    }
}

/// vCPUs that units of work can use: whole, and at least as many as the CPU time in the time
/// that they took. What a clock is read too late by (5%) is no vCPU more.
pub fn threads(samples: &[Sample]) -> f64 {
    let of = |part: fn(&Sample) -> f64| samples.iter().map(part).sum::<f64>();
    let (cpu_s, wall_s) = (of(|one| one.cpu_s), of(|one| one.wall_s));
    if wall_s > 0.0 {
        (cpu_s / wall_s - 0.05).ceil().max(1.0)
    } else {
        1.0
    }
}

/// Takes units of work apart: waiting is the time in which none of the vCPUs that they can use
/// computed. `speed` is the CPU time that Lambda takes for a second of this machine's.
pub fn parts(samples: &[Sample], threads: f64, speed: f64) -> Vec<Parts> {
    let part = |one: &Sample| Parts {
        cpu_s: one.cpu_s * speed,
        wait_s: (one.wall_s - one.cpu_s / threads).max(0.0),
        threads,
    };
    samples.iter().map(part).collect()
}

/// The share of the time that computes, where all vCPUs are there that can be used.
pub fn cpu_share(parts: &[Parts]) -> f64 {
    let cpu_s: f64 = parts.iter().map(|one| one.cpu_s / one.threads).sum();
    let all_s: f64 = parts.iter().map(|one| one.time_s(one.threads)).sum();
    if all_s > 0.0 {
        (cpu_s / all_s).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// How long units of work take that were measured with so many vCPUs, in seconds, where Lambda
/// takes `speed` seconds of CPU time for one of this machine's: what they waited stays, what
/// they computed is longer by that, over the vCPUs that they can use.
pub fn throttled_s(samples: &[Sample], vcpus: f64, threads: f64, speed: f64) -> Vec<f64> {
    let used = vcpus.min(threads).max(f64::MIN_POSITIVE);
    let time_s = |one: &Sample| (one.wall_s + (speed - 1.0) * one.cpu_s / used).max(0.0);
    samples.iter().map(time_s).collect()
}

/// The share of a vCPU that units of work had: CPU time over time. Zero of none.
pub fn utilisation(samples: &[Sample]) -> f64 {
    let of = |part: fn(&Sample) -> f64| samples.iter().map(part).sum::<f64>();
    let (cpu_s, wall_s) = (of(|one| one.cpu_s), of(|one| one.wall_s));
    if wall_s > 0.0 { cpu_s / wall_s } else { 0.0 }
}

/// Time and cost at sizes of memory: means without the highest and lowest fifth, as AWS Lambda
/// Power Tuning takes them, between the ends of their 95% intervals. `needs` is the memory that
/// the work needs.
pub fn counted_curve(
    parts: &[Parts],
    rates: &Rates,
    sizes: &[Bytes],
    needs: Bytes,
    seed: u64,
) -> Vec<Point> {
    let point = |memory: &Bytes| {
        let vcpus = rates.vcpus(*memory);
        let times: Vec<f64> = parts.iter().map(|one| one.time_s(vcpus)).collect();
        measured_point(*memory, &times, rates, needs, seed)
    };
    sizes.iter().map(point).collect()
}

/// The point of one size of memory from the times that units of work take there, in seconds.
pub fn measured_point(
    memory: Bytes,
    times: &[f64],
    rates: &Rates,
    needs: Bytes,
    seed: u64,
) -> Point {
    let costs: Vec<f64> = times
        .iter()
        .map(|time_s| rates.per_million(memory, *time_s))
        .collect();
    let spread = |values: &[f64]| {
        let Interval { mean, low, high } = interval::of(values, seed);
        Spread {
            likely: mean,
            low,
            high,
        }
    };
    Point {
        memory,
        vcpus: rates.vcpus(memory),
        time_s: spread(times),
        per_million: spread(&costs),
        fits: needs <= memory,
    }
}

/// How fast Lambda is against a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// CPU time that Lambda takes for a second of the machine's.
    pub factor: f64,
    /// The largest difference of a reported duration from what is computed with it, as a
    /// share of the reported.
    pub most_off: f64,
    /// Reports that it was found from.
    pub reports: usize,
}

/// Finds the speed from what Lambda reported of warm invocations of the same work: the factor
/// `f` of `time = f x cpu / min(vcpus, threads) + waiting` with the least sum of squared
/// relative differences. `parts` are those at a speed of 1. None without reports, and where
/// they are explained by waiting alone.
pub fn calibrate(parts: &[Parts], reports: &[Reported], rates: &Rates) -> Option<Speed> {
    let number = parts.len() as f64;
    let mean = |of: fn(&Parts) -> f64| parts.iter().map(of).sum::<f64>() / number;
    let (cpu_s, wait_s) = (mean(|one| one.cpu_s), mean(|one| one.wait_s));
    let threads = parts.first()?.threads;
    let warm: Vec<(f64, f64)> = reports
        .iter()
        .filter(|one| !one.is_cold)
        .map(|one| {
            let vcpus = rates.vcpus(one.memory).min(threads);
            (cpu_s / vcpus.max(f64::MIN_POSITIVE), one.duration_s)
        })
        .collect();
    let xx: f64 = warm.iter().map(|(x, t)| (x / t).powi(2)).sum();
    let xy: f64 = warm.iter().map(|(x, t)| x / t * (1.0 - wait_s / t)).sum();
    let factor = xy / xx;
    if !factor.is_finite() || factor <= 0.0 {
        return None;
    }
    let off = warm
        .iter()
        .map(|(x, t)| ((factor * x + wait_s) / t - 1.0).abs());
    Some(Speed {
        factor,
        most_off: off.fold(0.0, f64::max),
        reports: warm.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use landfall_catalog::Catalog;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    fn rates() -> Rates {
        static RATES: OnceLock<Rates> = OnceLock::new();
        *RATES.get_or_init(read_rates)
    }

    fn read_rates() -> Rates {
        let catalog = Catalog::embedded().unwrap();
        let book = Catalog::prices("us-east-1").unwrap();
        let day = "2026-11-29".parse().unwrap();
        let lambda = catalog.platform("lambda").unwrap();
        Rates::of(lambda, &book, &catalog.meters, "x86_64", day).unwrap()
    }

    const fn sample(wall_s: f64, cpu_s: f64) -> Sample {
        Sample {
            wall_s,
            cpu_s,
            request_bytes: 0,
            response_bytes: 0,
        }
    }

    #[test]
    fn computing_and_waiting_are_taken_apart() {
        let computes = [sample(0.1, 0.1), sample(0.1, 0.099)];
        assert!((threads(&computes) - 1.0).abs() < 1e-12);
        assert!(cpu_share(&parts(&computes, 1.0, 1.0)) > 0.99);
        let waits = [sample(0.1, 0.001)];
        assert!(cpu_share(&parts(&waits, 1.0, 1.0)) < 0.02);
        // Two vCPUs for all of the time.
        let two = [sample(0.1, 0.19)];
        assert!((threads(&two) - 2.0).abs() < 1e-12);
        assert!((parts(&two, 2.0, 1.0)[0].wait_s - 0.005).abs() < 1e-12);
        // Slower by half: the waiting stays as it is.
        let slower = parts(&[sample(0.1, 0.05)], 1.0, 2.0)[0];
        assert!((slower.time_s(1.0) - 0.15).abs() < 1e-12);
        assert!((threads(&[]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_was_measured_at_a_size_follows_the_speed() {
        // 0.1 s of CPU time and 0.02 s of waiting, at a quarter of a vCPU.
        let measured = [sample(0.42, 0.1)];
        let at = |speed: f64| throttled_s(&measured, 0.25, 1.0, speed)[0];
        assert!((at(1.0) - 0.42).abs() < 1e-12);
        assert!((at(1.5) - 0.62).abs() < 1e-12);
        assert!((at(0.5) - 0.22).abs() < 1e-12);
        assert!((utilisation(&measured) - 0.1 / 0.42).abs() < 1e-12);
        assert!(utilisation(&[]).abs() < 1e-12);
    }

    #[test]
    fn the_curve_of_computing_is_flat_in_cost_and_that_of_waiting_in_time() {
        let rates = rates();
        let sizes: Vec<Bytes> = [128, 256, 512, 1024].map(Bytes::from_mb).to_vec();
        let of = |cpu_s: f64| {
            let samples: Vec<Sample> = (0..20)
                .map(|at| sample(0.2 + f64::from(at) * 1e-4, cpu_s))
                .collect();
            let parts = parts(&samples, 1.0, 1.0);
            counted_curve(&parts, &rates, &sizes, Bytes::from_mb(200), 1)
        };
        let computes = of(0.2);
        let first = computes[0].per_million.likely;
        for point in &computes {
            assert!((point.per_million.likely / first - 1.0).abs() < 0.1);
            assert_eq!(point.fits, point.memory > Bytes::from_mb(200));
            let time_s = point.time_s;
            assert!(time_s.low <= time_s.likely && time_s.likely <= time_s.high);
        }
        let waits = of(0.0);
        let times = waits.iter().map(|point| point.time_s.likely);
        assert!(times.clone().all(|time_s| (time_s - 0.201).abs() < 1e-3));
    }

    proptest! {
        #[test]
        fn the_speed_that_was_put_in_comes_out(
            cpu_s in 0.01..2.0_f64,
            wait_s in 0.0..2.0_f64,
            speed in 0.3..3.0_f64,
        ) {
            let rates = rates();
            let samples = [sample(cpu_s + wait_s, cpu_s)];
            let here = parts(&samples, 1.0, 1.0);
            let there = parts(&samples, 1.0, speed)[0];
            let report = |mb: u64, is_cold: bool| {
                let memory = Bytes::from_mb(mb);
                let duration_s = there.time_s(rates.vcpus(memory));
                Reported { duration_s: if is_cold { 99.0 } else { duration_s }, memory, is_cold }
            };
            let reports = [report(128, false), report(1024, false), report(1024, true)];
            let found = calibrate(&here, &reports, &rates).unwrap();
            prop_assert!((found.factor / speed - 1.0).abs() < 1e-6);
            prop_assert!(found.most_off < 1e-6 && found.reports == 2);
            prop_assert_eq!(calibrate(&here, &reports[2..], &rates), None);
        }
    }
}
