//! The per-request engine: closed forms, published values, laws.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use landfall_simulate::{
    Budget, BusyHours, Detail, Figures, FunctionSetup, Keeping, Law, Outcome, Poisson, Pulled,
    ReadyHours, Refused, Run, Shape, StreamSetup, Streams, Traffic, cold_start_share_of,
    exact::{erlang_b, newest_first_pool},
    replicate, run_functions,
};
use proptest::prelude::*;

fn run(rate: f64, mean_s: f64, for_s: f64, setups: &[FunctionSetup], seed: u64) -> Vec<Outcome> {
    let streams = Streams::new(seed);
    let mut arrivals = Poisson::new(rate, streams.stream("arrivals"));
    let run = Run {
        streams,
        for_s: Some(for_s),
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    let law = Law::Exponential(mean_s);
    run_functions(&mut arrivals, &law, setups, &run, &mut |_| ()).unwrap()
}

fn within_three_sigma(found: f64, wanted: f64, error: Option<f64>) {
    let error = error.unwrap();
    assert!(
        (found - wanted).abs() < 3.0 * error,
        "{found} is not {wanted} within 3 x {error}"
    );
}

/// The published steady state at 0.9 requests a second: a cold share of 0.001330 and
/// 7.70 environments by a simulation of 50 million requests.
#[test]
fn the_published_steady_state_comes_out() {
    let setup = FunctionSetup {
        cold: Some(Law::Exponential(2.244)),
        most_at_once: 1_000,
        ..FunctionSetup::plain(600.0)
    };
    let outcomes = run(0.9, 1.991, 4e6, &[setup], 1);
    let figures = Figures::from(&outcomes[0]);
    println!(
        "cold share {:.6}, published 0.001330; environments {:.4}, published 7.6987",
        figures.counts.cold_share(),
        figures.counts.alive_mean()
    );
    within_three_sigma(
        figures.counts.cold_share(),
        0.001_330,
        figures.errors.cold_start_share,
    );
    within_three_sigma(
        figures.counts.alive_mean(),
        7.6987,
        figures.errors.environments_mean,
    );
    within_three_sigma(
        figures.counts.busy_mean(),
        1.7925,
        figures.errors.running_mean,
    );
}

#[test]
fn the_exact_model_comes_out() {
    for (rate, mean_s) in [(0.1, 1.981_34), (1.0, 1.981_34), (10.0, 1.991)] {
        let outcomes = run(rate, mean_s, 4e6 / rate, &[FunctionSetup::plain(600.0)], 7);
        let figures = Figures::from(&outcomes[0]);
        let pool = newest_first_pool(rate, mean_s, 600.0).unwrap();
        within_three_sigma(
            figures.counts.cold_share(),
            pool.cold_share,
            figures.errors.cold_start_share,
        );
        within_three_sigma(
            figures.counts.alive_mean(),
            pool.environments,
            figures.errors.environments_mean,
        );
    }
}

#[test]
fn a_cap_loses_what_erlang_says() {
    for (rate, mean_s, cap, published) in [
        (1_000.0, 2.016, 1_000, 0.504_45),
        (10.0, 1.991, 15, 0.327_61),
    ] {
        let setup = FunctionSetup {
            most_at_once: cap,
            ..FunctionSetup::plain(600.0)
        };
        let outcomes = run(rate, mean_s, 3e6 / rate, &[setup], 3);
        let figures = Figures::from(&outcomes[0]);
        let exact = erlang_b(rate * mean_s, cap);
        let lost = figures.counts.throttled_share();
        println!("throttled beyond {cap}: {lost:.5}, published {published}");
        assert!((exact - published).abs() < 6e-6, "{exact} {published}");
        // The run begins empty: its first seconds lose nothing.
        let begun = 8.0 * mean_s / (3e6 / rate);
        let error = figures.errors.throttled_share.unwrap();
        let off = (figures.counts.throttled_share() - exact).abs();
        assert!(off < 3.0 * error + begun, "{off} {error}");
        let running = rate * mean_s * (1.0 - exact);
        let off = (figures.counts.busy_mean() / running - 1.0).abs();
        assert!(off < 0.01, "{} {running}", figures.counts.busy_mean());
    }
}

/// A function that is silent for too long loses all its environments, and one that is not
/// keeps spare ones up to their own limit.
#[test]
fn silence_ends_all_and_idleness_one() {
    let setup = FunctionSetup {
        silence_s: Some((640.0, 640.0)),
        ..FunctionSetup::plain(1_200.0)
    };
    // Where the function is never silent, the limit of each is all there is.
    let (rate, mean_s) = (1.0, 1.981_34);
    let outcomes = run(rate, mean_s, 4e6, std::slice::from_ref(&setup), 7);
    let figures = Figures::from(&outcomes[0]);
    let pool = newest_first_pool(rate, mean_s, 1_200.0).unwrap();
    within_three_sigma(
        figures.counts.cold_share(),
        pool.cold_share,
        figures.errors.cold_start_share,
    );
    within_three_sigma(
        figures.counts.alive_mean(),
        pool.environments,
        figures.errors.environments_mean,
    );
    // Where work is short, there is one environment, which silence ends: the mean of it is
    // that of the gap or the limit, whichever is less.
    let rate = 1.0 / 500.0;
    let outcomes = run(rate, 1e-6, 2e8, &[setup], 7);
    let figures = Figures::from(&outcomes[0]);
    let silent = (-rate * 640.0_f64).exp();
    within_three_sigma(
        figures.counts.cold_share(),
        silent,
        figures.errors.cold_start_share,
    );
    within_three_sigma(
        figures.counts.alive_mean(),
        1.0 - silent,
        figures.errors.environments_mean,
    );
}

/// The closed formula with both limits, from a request in ten minutes to ten a second, and
/// with environments kept ready.
#[test]
fn the_closed_formula_is_near_the_engine() {
    for (rate, mean_s, ready) in [
        (0.001_863, 2.0, 0),
        (0.005, 2.0, 0),
        (0.02, 2.0, 0),
        (0.1, 2.0, 0),
        (0.9, 2.0, 0),
        (10.0, 2.0, 0),
        (0.01, 60.0, 0),
        (0.9, 2.0, 1),
        (0.9, 2.0, 3),
        (10.0, 2.0, 15),
    ] {
        let setup = FunctionSetup {
            silence_s: Some((640.0, 640.0)),
            provisioned: ReadyHours::always(ready),
            ..FunctionSetup::plain(1_200.0)
        };
        let keeping = Keeping {
            idle_s: 1_200.0,
            silence_s: 640.0,
            ready,
        };
        let outcomes = run(rate, mean_s, 1e6 / rate, &[setup], 3);
        let found = Figures::from(&outcomes[0]).counts.cold_share();
        let formula = cold_start_share_of(rate, mean_s, &keeping);
        let ratio = formula / found;
        assert!(
            (0.6..1.1).contains(&ratio),
            "{rate} {ready}: {formula} {found}"
        );
    }
}

#[test]
fn eight_idle_limits_in_one_pass_are_eight_runs() {
    let limits = [30.0, 60.0, 120.0, 300.0, 600.0, 1_200.0, 1_800.0, 3_600.0];
    let setups = limits.map(FunctionSetup::plain);
    let together = run(0.9, 1.991, 1e6, &setups, 5);
    for (setup, one) in setups.iter().zip(&together) {
        let alone = run(0.9, 1.991, 1e6, std::slice::from_ref(setup), 5);
        assert_eq!(one.batches.total().counts, alone[0].batches.total().counts);
    }
}

#[test]
fn replications_do_not_depend_on_threads_or_order() {
    let setup = [FunctionSetup::plain(60.0)];
    let all = || {
        replicate(8, Streams::new(9), |streams| {
            let mut arrivals = Poisson::new(2.0, streams.stream("arrivals"));
            let run = Run {
                streams,
                for_s: Some(1e4),
                warm_up_s: 0.0,
                budget: Budget::UNBOUNDED,
                detail: Detail::OverTime,
            };
            run_functions(
                &mut arrivals,
                &Law::Exponential(1.0),
                &setup,
                &run,
                &mut |_| (),
            )
        })
        .unwrap()
    };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        Figures::from(&pool.unwrap().install(all)[0])
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn provisioned_environments_serve_first_and_spill_over() {
    let setup = FunctionSetup {
        provisioned: ReadyHours::always(2),
        start: Law::Constant(1.0),
        ..FunctionSetup::plain(60.0)
    };
    let outcomes = run(1.0, 2.0, 2e5, &[setup], 11);
    let counts = outcomes[0].batches.total().counts;
    // With two environments ready, Erlang's formula says who spills over.
    let spilled = 1.0 - counts.provisioned as f64 / counts.served as f64;
    assert!((spilled - erlang_b(2.0, 2)).abs() < 0.01, "{spilled}");
    assert!(counts.cold > 0 && counts.alive_mean() > 2.0);
}

/// Two hours of every three are busy: in each hour what is kept for it is at work as Erlang's
/// formula says, what is kept goes with the hour, and the schedule that the formula finds has
/// as many as each hour is worth.
#[test]
fn what_is_kept_ready_follows_the_hours_of_the_day() {
    let level = |minute: usize| if minute / 60 % 3 < 2 { 1.4_f32 } else { 0.2 };
    let shape: Vec<f32> = (0..1_440).map(level).collect();
    let traffic = Traffic {
        peak_to_mean: 1.4,
        shape: Shape::Recorded(shape.into()),
        ..Traffic::steady(10.0)
    };
    let streams = Streams::new(4);
    let for_s = 20.0 * 86_400.0;
    let curve = traffic.curve(1_440, streams);
    let busy = BusyHours::new(10.0 * 0.5, &curve, 1);
    let schedule = busy.schedule(0.6, 1_000);
    let (high, low) = (schedule.ready[0], schedule.ready[2]);
    assert!(high > low && schedule.ready[1] == high && schedule.ready[23] == low);
    for (load, ready) in [(7.0, high), (1.0, low)] {
        let carried = |n: u32| load * (1.0 - erlang_b(load, n));
        assert!(carried(ready + 1) - carried(ready) < 0.6, "{load} {ready}");
        assert!(ready == 0 || carried(ready) - carried(ready - 1) >= 0.6);
    }
    let setup = FunctionSetup {
        provisioned: schedule,
        ..FunctionSetup::plain(600.0)
    };
    let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
    let run = Run {
        streams,
        for_s: Some(for_s),
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    let (law, setups) = (Law::Exponential(0.5), [setup]);
    let outcomes = run_functions(arrivals.as_mut(), &law, &setups, &run, &mut |_| ()).unwrap();
    let expected = busy.kept_busy(&schedule);
    let mut found = [(0.0, 0.0); 2];
    for (minute, point) in outcomes[0].series.points().enumerate() {
        let hour = &mut found[usize::from(minute / 60 % 3 == 2)];
        hour.0 += point.counts.provisioned_busy_s;
        hour.1 += point.counts.seconds;
    }
    for ((busy_s, seconds), expected) in found.into_iter().zip([expected[0], expected[2]]) {
        let mean = busy_s / seconds;
        assert!(
            (mean / expected.max(1e-9) - 1.0).abs() < 0.02 || mean + expected < 1e-6,
            "{mean} {expected}"
        );
    }
    let counts = outcomes[0].batches.total().counts;
    assert!(counts.alive_mean() > schedule.mean() && counts.cold > 0);
}

#[test]
fn launches_are_bounded_and_events_wait_for_their_turn() {
    let mut setup = FunctionSetup {
        launch: Some((100.0, 10.0)),
        ..FunctionSetup::plain(600.0)
    };
    let traffic = Traffic {
        batch: 500.0,
        ..Traffic::steady(500.0 / 3_600.0)
    };
    let run = |setup: &FunctionSetup| {
        let streams = Streams::new(2);
        let curve = traffic.curve(1, streams);
        let mut arrivals = traffic.arrivals(&curve, 0.0, 1e5, streams);
        let run = Run {
            streams,
            for_s: Some(1e5),
            warm_up_s: 0.0,
            budget: Budget::UNBOUNDED,
            detail: Detail::OverTime,
        };
        let setups = std::slice::from_ref(setup);
        let law = Law::Constant(30.0);
        run_functions(arrivals.as_mut(), &law, setups, &run, &mut |_| ()).unwrap()
    };
    let sync = run(&setup)[0].batches.total().counts;
    assert!(sync.failed > 0 && sync.failed == sync.throttled);
    setup.refused = Refused::TriedAgain {
        first_s: 1.0,
        longest_s: 300.0,
        age_s: 21_600.0,
        spread: 0.5,
    };
    let outcome = &run(&setup)[0];
    let counts = outcome.batches.total().counts;
    assert_eq!(counts.failed, 0);
    assert!(counts.retried > 0 && counts.wait_s > 0.0);
    assert_eq!(
        counts.arrived,
        counts.served + counts.expired + outcome.waiting
    );
}

/// 1,000 environments at once and 1,000 more every ten seconds; ten requests a second for each
/// unit of concurrency, however short they are.
#[test]
fn functions_scale_and_serve_as_fast_as_documented_and_no_faster() {
    let setup = FunctionSetup {
        launch: Some((1_000.0, 100.0)),
        most_at_once: 5_000,
        ..FunctionSetup::plain(600.0)
    };
    let at = |at_s: f64, number: usize| std::iter::repeat_n(at_s, number);
    let times = at(0.0, 3_000).chain(at(5.0, 2_000)).chain(at(15.0, 2_000));
    let traffic = Traffic {
        schedule: Some(times.collect()),
        ..Traffic::steady(1.0)
    };
    let streams = Streams::new(1);
    let run_for = |traffic: &Traffic, setup: FunctionSetup, law: Law, for_s: f64| {
        let curve = traffic.curve(1, streams);
        let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
        let run = Run {
            streams,
            for_s: Some(for_s),
            warm_up_s: 0.0,
            budget: Budget::UNBOUNDED,
            detail: Detail::OverTime,
        };
        let outcomes = run_functions(arrivals.as_mut(), &law, &[setup], &run, &mut |_| ());
        outcomes.unwrap()[0].batches.total().counts
    };
    let counts = run_for(&traffic, setup, Law::Constant(60.0), 60.0);
    // At once, after 5 s and after 15 s: 1,000, 500 and 1,000.
    assert_eq!((counts.cold, counts.throttled), (2_500, 4_500));
    let short = FunctionSetup {
        requests_per_s: Some(10.0 * 10.0),
        most_at_once: 10,
        ..FunctionSetup::plain(600.0)
    };
    let counts = run_for(&Traffic::steady(200.0), short, Law::Constant(0.001), 1e4);
    let share = counts.throttled_share();
    assert!((share - 0.5).abs() < 0.01, "{share}");
}

fn any_setup() -> impl Strategy<Value = FunctionSetup> {
    (
        (1.0..900.0, 0.0..100.0),
        (
            prop::option::of(100.0..8_000.0),
            prop::option::of((1.0..900.0, 0.0..100.0)),
        ),
        0.0..3.0,
        1_u32..40,
        0_u32..5,
        prop::option::of((1.0..50.0, 0.1..20.0)),
        prop::option::of(1.0..40.0),
        any::<bool>(),
        prop::option::of((1_u32..9, 1_u32..20, 0.0..10.0)),
    )
        .prop_map(
            |(idle, (life, silence), start, most, ready, launch, rate, again, shards)| {
                FunctionSetup {
                    idle_s: (idle.0, idle.0 + idle.1),
                    silence_s: silence.map(|(least_s, more_s)| (least_s, least_s + more_s)),
                    life_s: life.map(|life| (life, life * 1.1)),
                    start: Law::Constant(start),
                    cold: None,
                    most_at_once: most.max(ready),
                    provisioned: ReadyHours::always(ready),
                    at_start: ready,
                    launch,
                    requests_per_s: rate,
                    refused: if again {
                        Refused::TriedAgain {
                            first_s: 1.0,
                            longest_s: 60.0,
                            age_s: 600.0,
                            spread: 0.5,
                        }
                    } else {
                        Refused::Fails
                    },
                    pulled: shards.map(|(shards, batch, window_s)| {
                        Pulled::Stream(StreamSetup {
                            shards,
                            parallel: 2,
                            batch,
                            window_s,
                            poll_s: 1.0,
                            per_batch_s: 0.0,
                            again_s: 1.0,
                        })
                    }),
                }
            },
        )
}

/// How many requests a traffic has within a time.
fn arrived(traffic: &Traffic, for_s: f64, streams: Streams) -> u64 {
    let curve = traffic.curve(1_440, streams);
    let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
    let mut block = landfall_simulate::Block::new();
    let mut count = 0;
    loop {
        arrivals.next_block(&mut block).unwrap();
        let within = block.at_s.iter().filter(|at_s| **at_s < for_s).count();
        count += within as u64;
        if within == 0 {
            return count;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Requests in = served + failed + expired + waiting, and Little's law: work under
    /// way on average is what was served times how long it took.
    #[test]
    fn requests_are_conserved_and_littles_law_holds(
        setup in any_setup(),
        rate in 0.05_f64..20.0,
        shape in prop::sample::select(vec!["steady", "diurnal", "spiky", "unpredictable"]),
        seed in 0_u64..1_000,
    ) {
        let traffic = Traffic {
            peak_to_mean: 3.0,
            shape: Shape::named(shape),
            ..Traffic::steady(rate)
        };
        let streams = Streams::new(seed);
        let curve = traffic.curve(1_440, streams);
        let mut arrivals = traffic.arrivals(&curve, 0.0, 20_000.0, streams);
        let run = Run { streams, for_s: Some(20_000.0), warm_up_s: 0.0, budget: Budget::UNBOUNDED, detail: Detail::OverTime };
        let law = Law::Constant(2.0);
        let setups = [setup];
        let outcome = &run_functions(arrivals.as_mut(), &law, &setups, &run, &mut |_| ()).unwrap()[0];
        let counts = outcome.batches.total().counts;
        let setup = &setups[0];
        // Of a stream, records wait, and requests are the batches that were handed over.
        let (units, waiting) = match setup.pulled {
            Some(_) => (counts.records, 0),
            None => (counts.served, outcome.waiting),
        };
        prop_assert_eq!(counts.arrived, counts.served + counts.failed + counts.expired + waiting);
        let all = arrived(&traffic, 20_000.0, streams);
        prop_assert_eq!(all, units + counts.failed + counts.expired + outcome.waiting);
        let whole = units as f64 * 2.0 + counts.start_s;
        // What is under way at the end is counted only so far.
        let batch = f64::from(setup.pulled.map_or(1, |pulled| pulled.batch()));
        let cut = f64::from(setup.most_at_once) * (2.0 * batch + setup.start.mean_s());
        prop_assert!(counts.busy_s <= whole + 1e-6 && counts.busy_s >= whole - cut - 1e-6);
        prop_assert!(counts.alive_s >= counts.busy_s - 1e-6);
        prop_assert!(counts.most_busy <= setup.most_at_once);
    }
}
