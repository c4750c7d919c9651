//! Goal: the exact models are exact. Method: published values, closed forms, and
//! the limits in which one model becomes another.

use landfall_simulate::cold_start_share;
use landfall_simulate::exact::{erlang_b, erlang_c, newest_first_pool, processor_sharing_s};

/// Rate a second, mean in seconds, idle limit in seconds, cold share, environments:
/// values of the birth-death first-passage model, to the digits given.
const POOLS: [(f64, f64, f64, f64, f64); 9] = [
    (0.9, 1.991, 600.0, 0.001_329, 7.6919),
    (0.9, 2.016, 600.0, 0.001_335, 7.7366),
    (1.0, 1.981_34, 600.0, 0.001_235, 8.1412),
    (0.5, 1.981_34, 600.0, 0.001_973, 5.6036),
    (0.1, 1.981_34, 600.0, 0.007_078, 2.6431),
    (0.05, 1.981_34, 600.0, 0.010_677, 2.0416),
    (0.01, 1.981_34, 600.0, 0.019_623, 1.1070),
    (0.001_863, 1.981_34, 600.0, 0.329_450, 0.6783),
    (10.0, 1.991, 600.0, 0.000_288, 37.2056),
];

#[test]
fn the_pool_agrees_with_the_table() {
    for (rate, mean, idle, cold, environments) in POOLS {
        let pool = newest_first_pool(rate, mean, idle).unwrap();
        assert!(
            (pool.cold_share - cold).abs() < 1e-6,
            "{rate}: {} not {cold}",
            pool.cold_share
        );
        let off = (pool.environments - environments).abs();
        assert!(
            off < 1e-4,
            "{rate}: {} not {environments}",
            pool.environments
        );
        assert!((pool.running - rate * mean).abs() < 1e-12);
    }
}

#[test]
fn losses_agree_with_the_table() {
    assert!((erlang_b(2_016.0, 1_000) - 0.504_45).abs() < 5e-6);
    assert!((erlang_b(19.91, 15) - 0.327_61).abs() < 5e-6);
    // One server: B = a / (1 + a), C = a.
    assert!((erlang_b(0.5, 1) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang_c(0.5, 1) - 0.5).abs() < 1e-12);
    assert!((erlang_c(3.0, 2) - 1.0).abs() < 1e-12);
    assert!((processor_sharing_s(2.0, 0.75) - 8.0).abs() < 1e-12);
}

#[test]
fn without_idle_time_every_new_level_is_cold_and_with_much_of_it_none_is() {
    // A limit of zero: environments end when their work does.
    let pool = newest_first_pool(2.0, 1.5, 0.0).unwrap();
    assert!((pool.cold_share - 1.0).abs() < 1e-9, "{}", pool.cold_share);
    assert!(
        (pool.environments - 3.0).abs() < 1e-9,
        "{}",
        pool.environments
    );
    let kept = newest_first_pool(2.0, 1.5, 1e7).unwrap();
    assert!(kept.cold_share < 1e-6, "{}", kept.cold_share);
}

#[test]
fn the_estimate_lies_near_the_exact_model() {
    for (rate, mean, idle, ..) in POOLS {
        let exact = newest_first_pool(rate, mean, idle).unwrap().cold_share;
        let ratio = cold_start_share(rate, mean, idle) / exact;
        assert!((0.6..1.1).contains(&ratio), "{rate}: {ratio}");
    }
    assert!(newest_first_pool(1e5, 1.0, 600.0).is_none());
}
