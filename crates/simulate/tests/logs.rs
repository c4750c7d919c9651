//! The law of idle environments against logged requests: five functions on Lambda in May
//! and June of 2020, each called for 28 hours at random, 0.002 to 0.016 times a second.
//!
//! The logs, of which four columns are kept, are by Nima Mahmoudi (`LICENSE` beside them):
//! pacslab/serverless-performance-modeling, experiments/results. Times are the client's,
//! because a time taken in the function already contains its cold start.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

use std::fs::File;
use std::path::Path;

use landfall_simulate::{Budget, Detail, FunctionSetup, Law, Replay, Run, Streams, run_functions};
use landfall_workload::Trace;

const LOGS: [&str; 5] = [
    "2020-05-26",
    "2020-05-28",
    "2020-06-06",
    "2020-06-10",
    "2020-06-18",
];
/// Runs whose mean is held against a log: limits are drawn.
const RUNS: u64 = 20;

/// The number of environments that a log names, and that a function has on average, which
/// is called when the log says.
fn environments(log: &str, setup: &FunctionSetup) -> (f64, f64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/logs/{log}.csv"));
    let mut logged = 0;
    let mut started = 0;
    for seed in 0..RUNS {
        let streams = Streams::new(seed);
        let trace = Trace::open(log, File::open(&path).unwrap(), false).unwrap();
        let mut replay = Replay::new(trace, 0.0, streams);
        let run = Run {
            streams,
            for_s: None,
            warm_up_s: 0.0,
            budget: Budget::UNBOUNDED,
            detail: Detail::Totals,
        };
        let setups = std::slice::from_ref(setup);
        let law = Law::Constant(0.0);
        let outcomes = run_functions(&mut replay, &law, setups, &run, &mut |_| ()).unwrap();
        let counts = outcomes.first().unwrap().batches.total().counts;
        assert_eq!(counts.arrived, counts.served);
        started += counts.cold;
        logged = replay.logged().environments.len();
    }
    (logged as f64, started as f64 / RUNS as f64)
}

/// The mean error of the number of environments over the logs.
fn mean_error(setup: &FunctionSetup) -> f64 {
    let error = |log: &&str| {
        let (logged, started) = environments(log, setup);
        (started / logged - 1.0).abs()
    };
    LOGS.iter().map(error).sum::<f64>() / LOGS.len() as f64
}

/// What the logs show: with the limit on the function's silence beside that on each
/// environment's idleness the number of environments is right to 3%; with one limit on each
/// environment alone it is not.
#[test]
fn the_number_of_environments_is_as_logged() {
    let life_s = Some((7_200.0, 7_200.0));
    let both = FunctionSetup {
        silence_s: Some((630.0, 650.0)),
        life_s,
        ..FunctionSetup::plain(1_200.0)
    };
    let one = FunctionSetup {
        idle_s: (600.0, 650.0),
        life_s,
        ..FunctionSetup::plain(600.0)
    };
    let (both, one) = (mean_error(&both), mean_error(&one));
    println!("environments of five logs: mean error {both:.4}, with one limit {one:.4}");
    assert!(both <= 0.03, "{both}");
    assert!(one > 2.0 * both, "{one} {both}");
}
