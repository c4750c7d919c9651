//! The job engine: the finish of a backlog, the ceiling, retries, laws.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use landfall_simulate::{
    Budget, Detail, Hosts, JobSetup, Launch, Law, Outcome, Run, Spot, Streams, Traffic, run_jobs,
};
use proptest::prelude::*;

fn setup(most_at_once: u32, start_s: f64) -> JobSetup {
    JobSetup {
        most_at_once,
        launch: Launch {
            burst: 1e6,
            per_s: 1e6,
            start: Law::Constant(start_s),
            hosts: None,
        },
        minimum_s: 60.0,
        spot: None,
        attempts: 3,
        deadline_s: None,
    }
}

fn run(setup: &JobSetup, traffic: &Traffic, law: &Law, for_s: Option<f64>, seed: u64) -> Outcome {
    let streams = Streams::new(seed);
    let curve = traffic.curve(1, streams);
    let mut arrivals = traffic.arrivals(&curve, 0.0, for_s.unwrap_or(f64::MAX), streams);
    let run = Run {
        streams,
        for_s,
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    run_jobs(arrivals.as_mut(), law, setup, &run, &mut |_| ()).unwrap()
}

/// An array of 1,000 jobs under a ceiling of 100: ten rounds.
#[test]
fn a_backlog_is_done_after_its_rounds() {
    let array = Traffic {
        batch: 1_000.0,
        schedule: Some(vec![0.0].into()),
        ..Traffic::steady(0.0)
    };
    let mut setup = setup(100, 30.0);
    setup.deadline_s = Some(5.0 * 330.0);
    let outcome = run(&setup, &array, &Law::Constant(300.0), Some(1e5), 1);
    let total = outcome.batches.total();
    assert_eq!((total.counts.served, total.counts.late), (1_000, 500));
    assert!((total.cold.max_s() - 10.0 * 330.0).abs() < 1e-6);
    assert_eq!(total.counts.most_busy, 100);
    assert!((total.counts.billed_s - 1_000.0 * 330.0).abs() < 1e-3);
}

#[test]
fn jobs_share_hosts_and_wait_for_their_boot() {
    let array = Traffic {
        batch: 16.0,
        schedule: Some(vec![0.0].into()),
        ..Traffic::steady(0.0)
    };
    let mut setup = setup(100, 5.0);
    setup.launch.hosts = Some(Hosts {
        copies: 8,
        boot: Law::Constant(120.0),
    });
    let outcome = run(&setup, &array, &Law::Constant(60.0), Some(1_000.0), 1);
    let counts = outcome.batches.total().counts;
    assert_eq!(counts.most_alive, 2);
    assert!(
        (counts.alive_s - 2.0 * 185.0).abs() < 1e-6,
        "{}",
        counts.alive_s
    );
}

/// A host that nothing runs on goes, whatever part of its places was ever taken: jobs that come
/// long after each other wait for a boot each.
#[test]
fn a_host_goes_with_its_last_job() {
    for number in [1_u32, 3, 8, 11] {
        let arrays = Traffic {
            batch: f64::from(number),
            schedule: Some(vec![0.0, 1_000.0, 2_000.0].into()),
            ..Traffic::steady(0.0)
        };
        let mut setup = setup(100, 5.0);
        setup.launch.hosts = Some(Hosts {
            copies: 8,
            boot: Law::Constant(120.0),
        });
        let outcome = run(&setup, &arrays, &Law::Constant(60.0), Some(3_000.0), 1);
        let total = outcome.batches.total();
        let hosts = f64::from(number.div_ceil(8));
        let (alive_s, mean_s) = (total.counts.alive_s, total.cold.mean_s());
        assert!(
            (alive_s - 3.0 * hosts * 185.0).abs() < 1e-6,
            "{number}: {alive_s}"
        );
        assert!((mean_s / 185.0 - 1.0).abs() < 0.01, "{number}: {mean_s}");
    }
}

#[test]
fn spot_makes_jobs_begin_anew() {
    let mut setup = setup(1_000, 10.0);
    setup.attempts = 100;
    setup.spot = Some(Spot {
        per_s: 1.0 / 3_600.0,
        notice_s: 120.0,
    });
    let outcome = run(
        &setup,
        &Traffic::steady(0.05),
        &Law::Constant(1_800.0),
        Some(2e6),
        6,
    );
    let counts = outcome.batches.total().counts;
    // An attempt of 1,810 s outlives the first 1,690 s before its capacity goes.
    let lost = 1.0 - (-1_690.0_f64 / 3_600.0).exp();
    let tries = counts.served + counts.retried;
    let found = counts.retried as f64 / tries as f64;
    assert!((found - lost).abs() < 0.01, "{found} {lost}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn jobs_are_conserved_and_littles_law_holds(
        most in 1_u32..30,
        rate in 0.001_f64..0.2,
        batch in 1_u32..20,
        spot in any::<bool>(),
        seed in 0_u64..1_000,
    ) {
        let mut setup = setup(most, 20.0);
        setup.spot = spot.then_some(Spot { per_s: 1.0 / 2_000.0, notice_s: 10.0 });
        let traffic = Traffic { batch: f64::from(batch), ..Traffic::steady(rate) };
        let outcome = run(&setup, &traffic, &Law::Exponential(200.0), Some(50_000.0), seed);
        let total = outcome.batches.total();
        let counts = total.counts;
        prop_assert_eq!(counts.arrived, counts.served + counts.failed + outcome.waiting);
        prop_assert!(counts.most_busy <= most);
        // What is under way at the end has been billed nothing yet.
        prop_assert!(counts.busy_s <= counts.billed_s + f64::from(most) * 50_000.0);
        if !spot && outcome.waiting == 0 {
            let held = total.cold.mean_s() * counts.served as f64 - counts.wait_s;
            prop_assert!((counts.busy_s - held).abs() <= 0.02 * held + 1.0);
        }
    }
}
