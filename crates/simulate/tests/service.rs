//! The service engine: closed forms, target tracking, launches, laws.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use landfall_simulate::{
    Budget, Detail, Figures, Hosts, Launch, Law, Outcome, Run, Scaling, ServiceSetup, Shape, Spot,
    Streams, Traffic,
    exact::{erlang_c, processor_sharing_s},
    ramp, run_service,
};
use proptest::prelude::*;

fn run(setup: &ServiceSetup, traffic: &Traffic, law: &Law, for_s: f64, seed: u64) -> Outcome {
    let streams = Streams::new(seed);
    let curve = traffic.curve((for_s / 60.0) as usize, streams);
    let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
    let run = Run {
        streams,
        for_s: Some(for_s),
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    run_service(arrivals.as_mut(), law, setup, &run, &mut |_| ()).unwrap()
}

/// M/M/c: copies with one slot each, or one copy with as many vCPUs as slots.
#[test]
fn waits_are_those_of_erlang() {
    for (setup, servers) in [
        (ServiceSetup::fixed(4, 1.0, 1), 4),
        (ServiceSetup::fixed(1, 4.0, 4), 4),
    ] {
        let traffic = Traffic::steady(3.2);
        let outcome = run(&setup, &traffic, &Law::Exponential(1.0), 1e6, 1);
        let figures = Figures::from(&outcome);
        let wait = erlang_c(3.2, servers) / (f64::from(servers) - 3.2);
        let found = figures.counts.wait_s / figures.counts.served as f64;
        assert!((found / wait - 1.0).abs() < 0.03, "{found} is not {wait}");
    }
}

/// M/G/1 under processor sharing depends on the mean of the work alone.
#[test]
fn sharing_is_insensitive_to_the_law_of_work() {
    for law in [
        Law::Exponential(0.1),
        Law::Constant(0.1),
        Law::through(0.05, 0.6),
    ] {
        let setup = ServiceSetup::fixed(1, 1.0, 100_000);
        let rate = 0.7 / law.mean_s();
        let outcome = run(
            &setup,
            &Traffic::steady(rate),
            &law,
            4e5 * law.mean_s() / 0.1,
            2,
        );
        let figures = Figures::from(&outcome);
        let exact = processor_sharing_s(law.mean_s(), 0.7);
        let found = figures.latency.mean_s;
        assert!(
            (found / exact - 1.0).abs() < 0.03,
            "{law:?}: {found} is not {exact}"
        );
        let cpu = figures.counts.cpu_s / figures.counts.seconds;
        assert!((cpu - 0.7).abs() < 0.01, "{cpu}");
    }
}

fn scaled() -> ServiceSetup {
    ServiceSetup {
        least: 2,
        most: 200,
        scaling: Some(Scaling {
            cpu_target: 0.6,
            slot_target: 1.0,
            period_s: 60.0,
            delay_s: 0.0,
            out_points: 3,
            in_points: 15,
            in_share: 0.9,
            cooldown_s: 300.0,
        }),
        launch: Launch {
            burst: 100.0,
            per_s: 20.0,
            start: Law::Constant(57.0),
            hosts: None,
        },
        ..ServiceSetup::fixed(2, 1.0, 50)
    }
}

#[test]
fn target_tracking_takes_three_minutes_out_and_fifteen_in() {
    let half_day = |minute: usize| if minute < 120 { 0.2_f32 } else { 1.8 };
    let shape: Vec<f32> = (0..240).map(half_day).collect();
    let traffic = Traffic {
        peak_to_mean: 1.8,
        shape: Shape::Recorded(shape.into()),
        ..Traffic::steady(40.0)
    };
    let law = Law::Exponential(0.1);
    let setup = scaled();
    let outcome = run(&setup, &traffic, &law, 480.0 * 60.0, 3);
    let minutes: Vec<f64> = outcome.series.points().map(|point| point.alive).collect();
    assert_eq!(minutes.len(), 480);
    // Load rises after 120 minutes: three points above the target, then the start.
    assert!(minutes[119] <= 2.0, "{}", minutes[119]);
    assert!(
        minutes[121] <= 2.0 && minutes[125] > 2.0,
        "{:?}",
        &minutes[118..128]
    );
    // 72/s of 0.1 CPU seconds at 60% are 12 copies.
    assert!((11.0..=14.0).contains(&minutes[200]), "{}", minutes[200]);
    // Load falls after 240 minutes: fifteen points below before copies go.
    assert!(
        minutes[252] > 2.0 && minutes[300] <= 3.0,
        "{:?}",
        &minutes[238..300]
    );
}

/// Launches wait for their place, then for their token, then start.
#[test]
fn a_ramp_is_bounded_by_tokens_and_boots() {
    let mut random = Streams::new(1).stream("ramp");
    let launch = |burst, per_s, start_s, hosts| Launch {
        burst,
        per_s,
        start: Law::Constant(start_s),
        hosts,
    };
    let packed = Some(Hosts {
        copies: 8,
        boot: Law::Constant(150.0),
    });
    let minutes = |launch: &Launch, random: &mut _| {
        let times = ramp(launch, 3_500, random);
        assert!(times.windows(2).all(|pair| pair[0] <= pair[1]));
        times[3_499] / 60.0
    };
    let fargate = minutes(&launch(100.0, 20.0, 57.0, None), &mut random);
    let packed = minutes(&launch(1.0, 7.8, 0.0, packed), &mut random);
    assert!(
        (fargate - (3_400.0 / 20.0 + 57.0) / 60.0).abs() < 0.01,
        "{fargate}"
    );
    assert!(
        (packed - (150.0 + 3_499.0 / 7.8) / 60.0).abs() < 0.1,
        "{packed}"
    );
}

#[test]
fn spot_copies_come_back_and_requests_are_kept_through_the_notice() {
    let setup = ServiceSetup {
        spot: Some(Spot {
            per_s: 1.0 / 1_800.0,
            notice_s: 120.0,
        }),
        ..scaled()
    };
    let outcome = run(
        &setup,
        &Traffic::steady(20.0),
        &Law::Exponential(0.1),
        1e5,
        4,
    );
    let counts = outcome.batches.total().counts;
    assert_eq!(counts.failed, 0, "no request takes longer than the notice");
    assert!(counts.alive_mean() > 3.0, "{}", counts.alive_mean());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn requests_are_conserved_and_littles_law_holds(
        copies in 1_u32..6,
        vcpus in 0.25_f64..4.0,
        slots in 1_u32..20,
        cpu_share in 0.1_f64..1.0,
        load in 0.1_f64..1.4,
        patience in prop::option::of(1.0_f64..60.0),
        spot in any::<bool>(),
        seed in 0_u64..1_000,
    ) {
        let setup = ServiceSetup {
            cpu_per_s: cpu_share,
            wait_per_s: 1.0 - cpu_share,
            patience_s: patience,
            spot: spot.then_some(Spot { per_s: 1.0 / 900.0, notice_s: 1.0 }),
            slots,
            vcpus,
            ..ServiceSetup { least: copies, at_start: copies, ..scaled() }
        };
        let rate = load * f64::from(copies) * vcpus / (0.5 * cpu_share);
        let law = Law::Exponential(0.5);
        let for_s = 6_000.0;
        let outcome = run(&setup, &Traffic::steady(rate), &law, for_s, seed);
        let total = outcome.batches.total();
        let counts = total.counts;
        prop_assert_eq!(counts.arrived, counts.served + counts.failed + counts.expired + outcome.waiting,
            "{:?} {}", counts, outcome.waiting);
        // Little: slots in use on average are the rate served times the time in service.
        let served_s = total.latency().mean_s() * counts.served as f64 - counts.wait_s;
        let cut = 0.01 * counts.busy_s + f64::from(setup.most) * f64::from(slots) * 2.0;
        prop_assert!((counts.busy_s - served_s).abs() < cut + 0.02 * counts.wait_s,
            "{} {served_s} {cut}", counts.busy_s);
        // vCPUs never work more than they can.
        prop_assert!(counts.cpu_s <= counts.alive_s * vcpus * (1.0 + 1e-9) + 1e-6);
    }
}

/// From a step of the load to the decision: points that are seen and their delay; with
/// shorter points sooner.
#[test]
fn the_decision_to_scale_comes_after_its_points_and_their_delay() {
    let step = |minute: usize| if minute < 60 { 0.2_f32 } else { 1.8 };
    let shape: Vec<f32> = (0..120).map(step).collect();
    let traffic = Traffic {
        peak_to_mean: 1.8,
        shape: Shape::Recorded(shape.into()),
        ..Traffic::steady(40.0)
    };
    for (period_s, delay_s, decided_s) in [(60.0, 183.0, 363.0), (20.0, 26.0, 86.0)] {
        let setup = ServiceSetup {
            scaling: scaled().scaling.map(|scaling| Scaling {
                period_s,
                delay_s,
                ..scaling
            }),
            ..scaled()
        };
        let outcome = run(&setup, &traffic, &Law::Exponential(0.1), 7_200.0, 3);
        let mut now_s = 0.0;
        let more = outcome.series.points().find_map(|point| {
            let began_s = now_s;
            now_s += point.counts.seconds;
            (began_s > 3_000.0 && point.alive > 2.5).then_some(began_s)
        });
        // Copies serve 57 s after the decision, within the minute that begins then.
        let served_s = 3_600.0 + decided_s + 57.0;
        let more_s = more.unwrap_or(f64::INFINITY);
        assert!(
            (more_s..=more_s + 60.0).contains(&served_s),
            "{more_s} {served_s}"
        );
    }
}
