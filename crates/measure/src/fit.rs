//! From durations at several sizes of memory to the work behind them.

use landfall_units::Range;

use crate::power_tuning::Measured;
use crate::work::Work;

/// The work that explains measured durations best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The work, as if measured where it has all the vCPUs that it can use.
    pub work: Work,
    /// The largest difference of a measured duration from it, as a share of the measured.
    pub most_off: f64,
}

/// Finds CPU time, waiting and threads: for each whole number of threads up to
/// `most_threads` the line `time = cpu / min(vcpus, threads) + waiting` through the points, by
/// least squares of relative differences with neither part below zero (Lawson and Hanson,
/// Solving Least Squares Problems, 1974, chapter 23, for two unknowns), and of those the one
/// with the smallest sum. `vcpus` gives those of a memory. None of fewer than two points.
pub fn fit(
    measured: &[Measured],
    vcpus: impl Fn(&Measured) -> f64,
    most_threads: u32,
) -> Option<Fit> {
    if measured.len() < 2 {
        return None;
    }
    let mut found: Option<(f64, Fit)> = None;
    for threads in 1..=most_threads.max(1) {
        let threads = f64::from(threads);
        let inverse = |one: &Measured| 1.0 / vcpus(one).min(threads).max(f64::MIN_POSITIVE);
        let points: Vec<(f64, f64)> = measured.iter().map(|m| (inverse(m), m.time_s)).collect();
        let (cpu_s, wait_s) = line(&points);
        let off = |(x, time_s): &(f64, f64)| (cpu_s * x + wait_s - time_s) / time_s;
        let sum: f64 = points.iter().map(|point| off(point).powi(2)).sum();
        let most_off = points.iter().map(|point| off(point).abs());
        let most_off = most_off.fold(0.0, f64::max);
        let duration_s = cpu_s / threads + wait_s;
        let work = Work {
            duration_s: Range::exact(duration_s),
            cpu_share: Range::exact((cpu_s / threads / duration_s).clamp(0.0, 1.0)),
            threads: Range::exact(threads),
            measured_vcpus: threads,
        };
        // More threads must explain more than rounding does.
        let is_better = found.as_ref().is_none_or(|(least, _)| sum < least * 0.99);
        if duration_s > 0.0 && is_better {
            found = Some((sum, Fit { work, most_off }));
        }
    }
    found.map(|(_, fit)| fit)
}

/// Slope and height of the line with the least sum of squared relative differences, neither
/// below zero.
fn line(points: &[(f64, f64)]) -> (f64, f64) {
    // Divided by the time, every point asks for cpu * x / t + wait / t = 1.
    let sum = |of: fn(f64, f64) -> f64| points.iter().map(|(x, t)| of(x / t, 1.0 / t)).sum();
    let (xx, xy, yy): (f64, f64, f64) = (sum(|x, _| x * x), sum(|x, y| x * y), sum(|_, y| y * y));
    let (x, y): (f64, f64) = (sum(|x, _| x), sum(|_, y| y));
    let determinant = xx * yy - xy * xy;
    // Points at one place alone are explained by computing.
    if determinant <= 1e-12 * xx * yy {
        return (x / xx, 0.0);
    }
    let (cpu_s, wait_s) = (
        (x * yy - y * xy) / determinant,
        (y * xx - x * xy) / determinant,
    );
    if cpu_s < 0.0 {
        (0.0, y / yy)
    } else if wait_s < 0.0 {
        (x / xx, 0.0)
    } else {
        (cpu_s, wait_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landfall_units::Bytes;
    use proptest::prelude::*;

    const PER_VCPU_MB: f64 = 1_800.0;

    fn vcpus(one: &Measured) -> f64 {
        one.memory.as_mb() / PER_VCPU_MB
    }

    fn points(time_s: impl Fn(f64) -> f64) -> Vec<Measured> {
        [128, 256, 512, 1024, 2048, 4096, 8192]
            .map(|mb| {
                let memory = Bytes::from_mb(mb);
                let time_s = time_s(memory.as_mb() / PER_VCPU_MB);
                Measured { memory, time_s }
            })
            .to_vec()
    }

    proptest! {
        #[test]
        fn what_was_put_in_comes_out(
            cpu_s in 0.01..5.0_f64,
            wait_s in 0.0..5.0_f64,
            threads in 1..4_u32,
        ) {
            let most = f64::from(threads);
            let measured = points(|vcpus| cpu_s / vcpus.min(most) + wait_s);
            let found = fit(&measured, vcpus, 6).unwrap();
            prop_assert!(found.most_off < 1e-6, "{found:?}");
            for one in &measured {
                let time_s = found.work.time_s(vcpus(one));
                prop_assert!((time_s / one.time_s - 1.0).abs() < 1e-6);
            }
        }

        #[test]
        fn noise_gives_no_part_below_zero(noise in prop::collection::vec(0.5..2.0_f64, 7)) {
            let mut measured = points(|vcpus| 0.1 / vcpus.min(1.0));
            for (one, noise) in measured.iter_mut().zip(noise) {
                one.time_s *= noise;
            }
            let work = fit(&measured, vcpus, 6).unwrap().work;
            prop_assert!(work.duration_s.likely() > 0.0);
            prop_assert!((0.0..=1.0).contains(&work.cpu_share.likely()));
        }
    }

    #[test]
    fn one_point_explains_nothing() {
        let one: Vec<Measured> = points(|_| 1.0).into_iter().take(1).collect();
        assert_eq!(fit(&one, vcpus, 6), None);
    }
}
