//! Goal: the steady-state formulas agree with theory where theory is exact, and
//! keep its laws elsewhere. Method: closed forms, published exact values, and
//! property tests.

use landfall_simulate::{
    Day, DurationLaw, Load, PerRequestPlacement, Placement, QUANTILES, ReadyHours,
    ServicePlacement, Simulator, SteadyState, cold_start_share, load_duration_curve,
};
use proptest::prelude::*;

/// Exact cold shares of the birth-death first-passage model for exponential
/// service: rate a second, mean in seconds, idle limit in seconds, share. The
/// estimate takes passages to be exponential and lies below by up to a third.
const EXACT: [(f64, f64, f64, f64); 5] = [
    (0.9, 1.991, 600.0, 0.001_329),
    (0.5, 1.981_34, 600.0, 0.001_973),
    (0.1, 1.981_34, 600.0, 0.007_078),
    (0.01, 1.981_34, 600.0, 0.019_623),
    (0.001_863, 1.981_34, 600.0, 0.329_450),
];

#[test]
fn cold_shares_are_near_the_exact_model() {
    for (rate, mean, idle, exact) in EXACT {
        let estimate = cold_start_share(rate, mean, idle);
        let ratio = estimate / exact;
        assert!(
            (0.6..1.1).contains(&ratio),
            "rate {rate}: {estimate} against {exact}"
        );
    }
}

#[test]
fn a_lonely_request_is_cold_unless_the_next_one_hurries() {
    // With next to no service time there is one environment: P(gap > idle).
    let share = cold_start_share(0.01, 1e-9, 100.0);
    assert!((share - (-1.0f64).exp()).abs() < 1e-6, "{share}");
}

#[test]
fn large_pools_are_computed_without_overflow() {
    let share = cold_start_share(100_000.0, 1.0, 600.0);
    assert!((0.0..1e-4).contains(&share), "{share}");
    for busy in [1e8, 1e15, 1e17, 1e30] {
        let share = cold_start_share(busy, 1.0, 600.0);
        assert!((0.0..1e-4).contains(&share), "{busy}: {share}");
    }
}

#[test]
fn small_and_large_pools_meet() {
    // On both sides of the change to the series, with a limit short enough to count.
    for idle in [0.001, 0.01, 0.1] {
        let below = cold_start_share(9_999.0, 1.0, idle);
        let above = cold_start_share(10_001.0, 1.0, idle);
        assert!(below > 0.0, "{idle}");
        assert!(
            (above / below - 1.0).abs() < 1e-3,
            "{idle}: {below} {above}"
        );
    }
}

fn load(rate: f64, peak: f64) -> Load {
    Load {
        rate_per_s: rate,
        peak_to_mean: peak,
        curve: load_duration_curve(peak),
        day: Day::default(),
        synchronous: true,
        held_for_peak: false,
        duration: DurationLaw::new(0.1, 0.4, 2.0),
        measured_vcpus: 1.0,
        cpu_share: 0.6,
        threads: 1.0,
        init_s: 0.5,
        concurrent: 0.0,
        pulled: None,
    }
}

fn service(min: f64) -> Placement {
    Placement::Service(ServicePlacement {
        vcpus: 1.0,
        concurrency: 50.0,
        slot_target: 1.0,
        connections: 1e6,
        cpu_target: 0.6,
        min_copies: min,
        standing_share: 0.0,
        high_resolution: false,
        overhead_s: 0.005,
    })
}

#[test]
fn percentiles_come_back_out_of_the_law() {
    let placement = Placement::PerRequest(PerRequestPlacement {
        vcpus: 1.0,
        idle_limit_s: 1e9,
        silence_limit_s: 1e9,
        timeout_s: 900.0,
        overhead_s: 0.0,
        provisioned: ReadyHours::NONE,
        restored_s: None,
    });
    let forecast = SteadyState.forecast(&load(10.0, 1.0), &placement);
    assert!(
        (forecast.latency.p50_s - 0.1).abs() < 1e-4,
        "{:?}",
        forecast.latency
    );
    assert!(
        (forecast.latency.p99_s - 0.4).abs() < 1e-3,
        "{:?}",
        forecast.latency
    );
}

proptest! {
    #[test]
    fn the_load_curve_keeps_mean_and_peak(peak in 1.0f64..60.0) {
        let curve = load_duration_curve(peak);
        let mean = curve.iter().sum::<f64>() / QUANTILES as f64;
        prop_assert!((mean - 1.0).abs() < 1e-9, "mean {}", mean);
        prop_assert!(curve.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
        prop_assert!(curve[QUANTILES - 1] <= peak + 1e-9);
    }

    #[test]
    fn more_traffic_never_needs_fewer_copies(rate in 0.01f64..1e4, more in 1.0f64..10.0) {
        let few = SteadyState.forecast(&load(rate, 3.0), &service(2.0));
        let many = SteadyState.forecast(&load(rate * more, 3.0), &service(2.0));
        prop_assert!(many.units_mean >= few.units_mean);
        prop_assert!(many.units_peak >= few.units_peak);
    }

    #[test]
    fn capacity_follows_from_concurrency(rate in 0.01f64..1e4) {
        let load = load(rate, 1.0);
        let forecast = SteadyState.forecast(&load, &service(0.0));
        let needed = rate * load.cpu_s() / 0.6;
        prop_assert!(forecast.units_peak >= needed - 1e-6);
        prop_assert!(forecast.units_peak <= (needed + 1.0).max(rate * 1.0 + 1.0));
    }

    #[test]
    fn cold_shares_fall_with_a_longer_idle_limit(rate in 0.001f64..50.0, idle in 1.0f64..3600.0) {
        let short = cold_start_share(rate, 1.0, idle);
        let long = cold_start_share(rate, 1.0, idle * 2.0);
        prop_assert!(long <= short + 1e-12);
        prop_assert!((0.0..=1.0).contains(&short));
    }
}
