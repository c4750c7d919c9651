//! Goal: what a part of a month says of all of it is true. Method: the same month whole, and in
//! windows of fewer requests.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use landfall_simulate::{
    Detail, FunctionSetup, Launch, Law, Month, MonthOutcome, Pulled, Scaling, ServiceSetup, Shape,
    StreamSetup, Streams, Traffic,
};

const MONTH_S: f64 = 730.0 * 3_600.0;

/// Copies that work on one message of a queue at once, and follow its bursts of five minutes.
fn consumers(least: u32) -> ServiceSetup {
    ServiceSetup {
        most: 1_000,
        scaling: Some(Scaling {
            cpu_target: 0.6,
            slot_target: 0.6,
            period_s: 60.0,
            delay_s: 120.0,
            out_points: 3,
            in_points: 15,
            in_share: 0.9,
            cooldown_s: 60.0,
        }),
        launch: Launch {
            burst: 100.0,
            per_s: 20.0,
            start: Law::Constant(57.0),
            hosts: None,
        },
        ..ServiceSetup::fixed(least, 1.0, 1)
    }
}

fn month(setup: &ServiceSetup, rate_per_s: f64, budget: u64, seed: u64) -> MonthOutcome {
    let traffic = Traffic {
        peak_to_mean: 40.0,
        shape: Shape::Spiky,
        ..Traffic::steady(rate_per_s)
    };
    let month = Month {
        traffic: &traffic,
        law: &Law::through(3.0, 9.0),
        for_s: MONTH_S,
        budget,
        detail: Detail::Totals,
        streams: Streams::new(seed),
    };
    month.service(setup, &mut |_| ()).unwrap().unwrap()
}

#[test]
fn windows_of_a_queue_that_waits_say_what_its_month_says() {
    for seed in 1..=4 {
        for least in [2, 9, 21] {
            let setup = consumers(least);
            let whole = month(&setup, 0.23, 2_000_000, seed);
            assert!(whole.windows.is_none());
            for budget in [50_000, 100_000, 200_000, 400_000] {
                let part = month(&setup, 0.23, budget, seed);
                assert!(part.windows.is_some());
                let near = |one: f64, other: f64, by: f64, what: &str| {
                    assert!(
                        (one / other - 1.0).abs() <= by,
                        "{what}, seed {seed}, at least {least}, {budget} requests: {one}, whole {other}"
                    );
                };
                let (now, all) = (part.latency, whole.latency);
                near(now.p99_s, all.p99_s, 0.12, "p99");
                near(part.units_mean, whole.units_mean, 0.01, "copies");
            }
        }
    }
}

/// A shard that has much to do at noon and little at night.
fn shard(budget: u64, seed: u64) -> MonthOutcome {
    let traffic = Traffic {
        peak_to_mean: 4.0,
        shape: Shape::Diurnal,
        ..Traffic::steady(0.0208)
    };
    let month = Month {
        traffic: &traffic,
        law: &Law::through(7.0, 30.0),
        for_s: MONTH_S,
        budget,
        detail: Detail::Totals,
        streams: Streams::new(seed),
    };
    let setup = FunctionSetup {
        pulled: Some(Pulled::Stream(StreamSetup {
            shards: 1,
            parallel: 1,
            batch: 10,
            window_s: 0.0,
            poll_s: 1.0,
            per_batch_s: 0.0,
            again_s: 1.0,
        })),
        ..FunctionSetup::plain(600.0)
    };
    month.function(&setup, &mut |_| ()).unwrap().unwrap()
}

#[test]
fn windows_of_a_shard_that_is_busy_at_noon_say_what_its_month_says() {
    const SEEDS: u64 = 12;
    let wholes: Vec<MonthOutcome> = (1..=SEEDS).map(|seed| shard(2_000_000, seed)).collect();
    assert!(wholes.iter().all(|whole| whole.windows.is_none()));
    for budget in [20_000, 35_000, 50_000] {
        let off = |(seed, whole): (u64, &MonthOutcome)| {
            let part = shard(budget, seed);
            assert!(part.windows.is_some());
            (part.latency.p99_s / whole.latency.p99_s - 1.0).powi(2)
        };
        let squares: f64 = (1..=SEEDS).zip(&wholes).map(off).sum();
        let typical = (squares / SEEDS as f64).sqrt();
        assert!(
            typical < 0.15,
            "p99 of {budget} records is typically {typical} off"
        );
    }
}
