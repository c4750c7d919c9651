//! Work that is pulled off queues and streams: closed forms, published values, laws.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use landfall_simulate::{
    Budget, Counts, Detail, Figures, FunctionSetup, Law, Outcome, Poisson, Pollers, Pulled,
    QueueSetup, Run, StreamSetup, Streams, Traffic, run_functions,
};
use proptest::prelude::*;

/// What a setup does with a traffic, whose units of work follow a law.
fn pull(traffic: &Traffic, law: &Law, setup: FunctionSetup, for_s: f64) -> Outcome {
    let streams = Streams::new(1);
    let curve = traffic.curve((for_s / 60.0) as usize + 1, streams);
    let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
    let run = Run {
        streams,
        for_s: Some(for_s),
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    let mut all = run_functions(arrivals.as_mut(), law, &[setup], &run, &mut |_| ()).unwrap();
    all.remove(0)
}

/// Starts with 5 pollers, 300 more a minute, 1,250 at most.
const POLLERS: Pollers = Pollers {
    first: 5.0,
    per_s: 5.0,
    most: 1_250.0,
    rest_s: 60.0,
};

const QUEUE: QueueSetup = QueueSetup {
    pollers: POLLERS,
    batch: 10,
    window_s: 0.0,
    per_batch_s: 0.0,
    hidden_s: 180.0,
    kept_s: 1e9,
    receives: 5,
    failing: 0.0,
    again_s: 1.0,
};

fn queue(setup: QueueSetup) -> FunctionSetup {
    FunctionSetup {
        pulled: Some(Pulled::Queue(setup)),
        ..FunctionSetup::plain(600.0)
    }
}

/// One burst, at the start.
fn burst(messages: u32, law: &Law, setup: FunctionSetup) -> Outcome {
    let for_s = 3_600.0;
    let traffic = Traffic {
        rate_per_s: f64::from(messages) / for_s,
        batch: f64::from(messages),
        schedule: Some(vec![0.0].into()),
        ..Traffic::steady(0.0)
    };
    pull(&traffic, law, setup, for_s)
}

/// A burst is worked off while pollers grow: `5 t + 2.5 t^2` seconds of work by `t`, until
/// there are as many as may be. 50,000 messages of 0.1, 0.6 and 5 s take 44, 108 and 350 s
/// (with at most 1,000 at once), and half a batch more, since a batch ends as a whole.
#[test]
fn a_burst_is_worked_off_as_pollers_grow() {
    for (work_s, wanted_s) in [(0.1, 43.7), (0.6, 108.5), (5.0, 349.0)] {
        for batch in [1_u32, 10] {
            let pollers = Pollers {
                most: 1_000.0,
                ..POLLERS
            };
            let closed_s = pollers.drain_s(50_000.0 * work_s);
            assert!((closed_s / wanted_s - 1.0_f64).abs() < 0.01, "{closed_s}");
            let setup = FunctionSetup {
                most_at_once: 1_000,
                ..queue(QueueSetup {
                    pollers,
                    batch,
                    ..QUEUE
                })
            };
            let outcome = burst(50_000, &Law::Constant(work_s), setup);
            let figures = Figures::from(&outcome);
            let counts = &figures.counts;
            assert_eq!((counts.records, counts.throttled), (50_000, 0));
            // The first pollers are there before a batch is.
            let batches = u64::from(50_000 / batch);
            assert!(
                (batches..=batches + 5).contains(&counts.served),
                "{counts:?}"
            );
            let late_s = figures.latency.max_s - f64::from(batch) * work_s / 2.0;
            println!("50,000 of {work_s} s, {batch} at once: {late_s:.1} s, published {wanted_s}");
            assert!(
                (late_s / wanted_s - 1.0).abs() < 0.02,
                "{work_s} s, {batch} at once: {late_s}"
            );
        }
    }
}

/// Published: 1,060 environments of 600 ms after 3.5 minutes, and 297 cold starts a minute.
#[test]
fn pollers_grow_as_was_measured() {
    let setup = queue(QueueSetup { batch: 1, ..QUEUE });
    let outcome = burst(2_000_000, &Law::Constant(0.6), setup);
    let mut minutes = outcome.series.points();
    let first: Vec<Counts> = minutes.by_ref().take(4).map(|point| point.counts).collect();
    let cold: Vec<u64> = first.iter().map(|counts| counts.cold).collect();
    for minute in &cold[1..] {
        assert!(minute.abs_diff(297) <= 10, "{cold:?}");
    }
    let there = f64::midpoint(first[2].most_busy.into(), first[3].most_busy.into());
    println!("after 3.5 min {there}, measured 1060; cold starts a minute {cold:?}, measured 297");
    assert!((there / 1_060.0 - 1.0).abs() < 0.02, "{there}");
    let most = minutes.map(|point| point.counts.most_busy).max();
    assert_eq!(most, Some(1_250));
}

/// A message that waits is never refused beside an idle environment: pollers never hand over
/// more than the function may run.
#[test]
fn nothing_is_refused_within_the_maximum_concurrency() {
    let setup = FunctionSetup {
        most_at_once: 20,
        ..queue(QueueSetup {
            pollers: Pollers {
                most: 20.0,
                ..POLLERS
            },
            ..QUEUE
        })
    };
    let outcome = burst(10_000, &Law::Exponential(0.3), setup);
    let counts = outcome.batches.total().counts;
    assert_eq!(
        (counts.records, counts.throttled, counts.expired),
        (10_000, 0, 0)
    );
    assert_eq!(counts.most_busy, 20);
}

/// Pollers that may be more than the function runs are refused, and try again until the
/// message becomes visible; what was received too often goes to the dead letters.
#[test]
fn reserved_concurrency_below_the_pollers_loses_messages() {
    let reserved = |hidden_s: f64, receives: u32| {
        let setup = FunctionSetup {
            most_at_once: 2,
            ..queue(QueueSetup {
                hidden_s,
                receives,
                ..QUEUE
            })
        };
        let outcome = burst(10_000, &Law::Constant(0.6), setup);
        outcome.batches.total().counts
    };
    let hurried = reserved(30.0, 3);
    assert!(
        hurried.throttled > 0 && hurried.expired > 1_000,
        "{hurried:?}"
    );
    let patient = reserved(3_600.0, 3);
    assert_eq!((patient.records, patient.expired), (10_000, 0));
}

/// A message that fails comes back after the visibility timeout; a share of `failing^receives`
/// is given up in the end.
#[test]
fn what_fails_comes_back_and_is_given_up_at_last() {
    let setup = queue(QueueSetup {
        failing: 0.5,
        receives: 3,
        ..QUEUE
    });
    let outcome = burst(40_000, &Law::Constant(0.01), setup);
    let figures = Figures::from(&outcome);
    let counts = &figures.counts;
    assert_eq!(counts.records + counts.expired, 40_000);
    let share = counts.expired as f64 / 40_000.0;
    assert!((share - 0.125).abs() < 0.01, "{share}");
    assert!((counts.missed_share() - share).abs() < 1e-9);
    // Of what is done, 4 in 7 are the first time, 2 the second, 1 the third.
    let latency = figures.latency;
    assert!(latency.p50_s < 30.0, "{latency:?}");
    assert!((360.0..450.0).contains(&latency.p90_s), "{latency:?}");
}

/// One by one, messages do not wait for others; with a window, batches fill.
#[test]
fn a_window_fills_batches() {
    let traffic = Traffic::steady(2.0);
    let law = Law::Constant(0.1);
    let mean_batch = |window_s: f64| {
        let setup = queue(QueueSetup { window_s, ..QUEUE });
        let outcome = pull(&traffic, &law, setup, 40_000.0);
        let figures = Figures::from(&outcome);
        let counts = figures.counts;
        let batch = counts.records as f64 / counts.served as f64;
        (batch, figures.latency)
    };
    let (alone, latency) = mean_batch(0.0);
    assert!(alone < 1.01, "{alone}");
    assert!((latency.p99_s - 0.1).abs() < 0.01, "{latency:?}");
    // The first opens the window of 2 s, in which 4 more come.
    let (filled, latency) = mean_batch(2.0);
    assert!((filled - 5.0).abs() < 0.2, "{filled}");
    assert!((2.0..3.2).contains(&latency.p99_s), "{latency:?}");
}

/// Runs a stream through a function whose environments start at once.
fn stream(rate: f64, mean_s: f64, for_s: f64, setup: StreamSetup) -> Outcome {
    let setup = FunctionSetup {
        pulled: Some(Pulled::Stream(setup)),
        ..FunctionSetup::plain(600.0)
    };
    let streams = Streams::new(1);
    let mut arrivals = Poisson::new(rate, streams.stream("arrivals"));
    let run = Run {
        streams,
        for_s: Some(for_s),
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    let law = Law::Exponential(mean_s);
    let mut all = run_functions(&mut arrivals, &law, &[setup], &run, &mut |_| ()).unwrap();
    all.remove(0)
}

const ONE_BY_ONE: StreamSetup = StreamSetup {
    shards: 1,
    parallel: 1,
    batch: 1,
    window_s: 0.0,
    poll_s: 0.0,
    per_batch_s: 0.0,
    again_s: 1.0,
};

/// A shard that hands over record by record is the queue M/M/1: the mean time in it is
/// the mean of the work over one less the load, and each of two shards, or of two lanes of
/// one, has half the load.
#[test]
fn a_lane_is_a_queue_with_one_server() {
    for (shards, parallel, load) in [(1, 1, 0.7), (2, 1, 0.35), (1, 2, 0.35)] {
        let setup = StreamSetup {
            shards,
            parallel,
            ..ONE_BY_ONE
        };
        let outcome = stream(0.7, 1.0, 2e6, setup);
        let found = Figures::from(&outcome).latency.mean_s;
        let wanted = 1.0 / (1.0 - load);
        assert!((found / wanted - 1.0).abs() < 0.02, "{found} {wanted}");
    }
}

/// More come than can be done one by one: alone, records wait without end; in batches that
/// take as long as their records together, they do too; the order is kept all the same, so
/// that never more are under way than there are lanes.
#[test]
fn never_more_are_under_way_than_there_are_lanes() {
    for (shards, parallel) in [(3, 1), (1, 3)] {
        let setup = StreamSetup {
            shards,
            parallel,
            batch: 10,
            window_s: 5.0,
            ..ONE_BY_ONE
        };
        let outcome = stream(2.0, 1.0, 1e5, setup);
        let counts = outcome.batches.total().counts;
        assert!(counts.most_busy <= 3, "{}", counts.most_busy);
        let size = counts.records as f64 / counts.served as f64;
        assert!(size > 3.0 && size <= 10.0, "{size}");
    }
    let swamped = stream(2.0, 1.0, 1e4, ONE_BY_ONE);
    assert!(swamped.waiting > 9_000, "{}", swamped.waiting);
}

/// A shard is polled once a second: a lane hands over what came since, so that batches have
/// `x / (1 - exp(-x))` records where `x` come a second, and each waits for half of it.
#[test]
fn a_poll_hands_over_what_came_since_the_last() {
    for rate in [0.5_f64, 2.0, 40.0] {
        let setup = StreamSetup {
            batch: 100,
            poll_s: 1.0,
            ..ONE_BY_ONE
        };
        let outcome = stream(rate, 1e-6, 2e4, setup);
        let figures = Figures::from(&outcome);
        let size = figures.counts.records as f64 / figures.counts.served as f64;
        let wanted = rate / -(-rate).exp_m1();
        assert!((size / wanted - 1.0).abs() < 0.03, "{size} {wanted}");
        let latency = figures.latency;
        assert!((latency.mean_s - 0.5).abs() < 0.02, "{latency:?}");
        assert!((latency.p99_s - 0.99).abs() < 0.03, "{latency:?}");
    }
}

/// What a batch takes beside its records is shared by them: 100 records of 1 ms with 50 ms
/// beside them keep up with 600 a second in one lane, but not with 700.
#[test]
fn what_is_beside_the_records_is_shared_by_them() {
    let held = |rate: f64| {
        let setup = StreamSetup {
            batch: 100,
            poll_s: 1.0,
            per_batch_s: 0.05,
            ..ONE_BY_ONE
        };
        stream(rate, 1e-3, 1e3, setup).waiting
    };
    assert!(held(600.0) < 3_000, "{}", held(600.0));
    assert!(held(700.0) > 20_000, "{}", held(700.0));
}

/// A batch that is refused holds its shard, and no record is lost.
#[test]
fn a_refused_batch_is_tried_again_by_its_shard() {
    let setup = FunctionSetup {
        most_at_once: 1,
        pulled: Some(Pulled::Stream(StreamSetup {
            shards: 4,
            ..ONE_BY_ONE
        })),
        ..FunctionSetup::plain(600.0)
    };
    let outcome = pull(&Traffic::steady(0.5), &Law::Constant(1.0), setup, 1e5);
    let counts = outcome.batches.total().counts;
    assert!(counts.throttled > 0 && counts.failed == 0);
    assert_eq!(counts.arrived, counts.served);
    assert_eq!(counts.most_busy, 1);
}

/// More come than can be done: messages are kept for so long, and no longer.
#[test]
fn a_message_that_is_too_old_is_given_up() {
    let setup = queue(QueueSetup {
        pollers: Pollers {
            most: 1.0,
            ..POLLERS
        },
        batch: 1,
        kept_s: 100.0,
        ..QUEUE
    });
    let outcome = pull(&Traffic::steady(2.0), &Law::Constant(1.0), setup, 1e4);
    let figures = Figures::from(&outcome);
    assert!(
        (0.48..0.52).contains(&figures.counts.missed_share()),
        "{figures:?}"
    );
    assert!(figures.latency.max_s < 102.0, "{figures:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Messages in = done + given up + waiting, whatever is refused or fails, and never more
    /// are at work than pollers or the function allow.
    #[test]
    fn messages_are_conserved(
        rate in 0.05_f64..30.0,
        burst in 1_u32..400,
        batch in 1_u32..20,
        window_s in 0.0..5.0,
        first in 1_u32..8,
        most in 1_u32..40,
        at_once in 1_u32..40,
        failing in 0.0..0.9,
        receives in 1_u32..6,
        hidden_s in 0.0..120.0,
    ) {
        let traffic = Traffic { batch: f64::from(burst), ..Traffic::steady(rate) };
        let setup = FunctionSetup {
            most_at_once: at_once,
            ..queue(QueueSetup {
                pollers: Pollers { first: first.into(), most: most.into(), per_s: 0.5, rest_s: 60.0 },
                batch,
                window_s,
                failing,
                receives,
                hidden_s,
                ..QUEUE
            })
        };
        let for_s = 5_000.0;
        let law = Law::Constant(0.7);
        let outcome = pull(&traffic, &law, setup, for_s);
        let streams = Streams::new(1);
        let curve = traffic.curve((for_s / 60.0) as usize + 1, streams);
        let mut arrivals = traffic.arrivals(&curve, 0.0, for_s, streams);
        let mut block = landfall_simulate::Block::new();
        let mut all = 0;
        loop {
            arrivals.next_block(&mut block).unwrap();
            let within = block.at_s.iter().filter(|at_s| **at_s < for_s).count();
            all += within as u64;
            if within == 0 {
                break;
            }
        }
        let counts = outcome.batches.total().counts;
        prop_assert_eq!(all, counts.records + counts.expired + outcome.waiting);
        prop_assert!(counts.most_busy <= most.min(at_once));
        prop_assert!(counts.served == counts.arrived);
    }
}
