//! Goal: every run ends, and says where. Method: work without end, under a small budget.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_simulate::{
    Budget, Counts, Detail, FunctionSetup, JobSetup, Launch, Law, Month, Outcome, Poisson, Refused,
    Run, ServiceSetup, Shape, Spot, Streams, Traffic, run_functions, run_jobs, run_service,
};

const MONTH_S: f64 = 730.0 * 3_600.0;

fn run(events: u64) -> Run {
    Run {
        streams: Streams::new(1),
        for_s: None,
        warm_up_s: 0.0,
        budget: Budget::events(events),
        detail: Detail::OverTime,
    }
}

fn arrivals(rate: f64) -> Poisson {
    Poisson::new(rate, Streams::new(1).stream("arrivals"))
}

/// Whatever came is served, lost or waiting, and no more came than there are events.
fn adds_up(outcome: &Outcome, events: u64, what: &str) {
    let counts: Counts = outcome.batches.total().counts;
    let cut_s = outcome.cut_s.unwrap();
    assert!(cut_s > 0.0 && cut_s.is_finite(), "{what}: {cut_s}");
    assert!(counts.arrived <= events, "{what}: {}", counts.arrived);
    assert!(counts.arrived > 0, "{what}");
    assert!(
        (counts.seconds - cut_s).abs() < 60.0 + 1e-6,
        "{what}: {} of {cut_s}",
        counts.seconds
    );
}

/// One at a time, and everything refused is tried again, for ever.
fn stubborn() -> FunctionSetup {
    FunctionSetup {
        most_at_once: 1,
        refused: Refused::TriedAgain {
            first_s: 1.0,
            longest_s: 1.0,
            age_s: f64::MAX,
            spread: 0.0,
        },
        ..FunctionSetup::plain(600.0)
    }
}

fn jobs() -> JobSetup {
    JobSetup {
        most_at_once: 1_000,
        launch: Launch {
            burst: 1.0,
            per_s: 1_000.0,
            start: Law::Constant(1.0),
            hosts: None,
        },
        minimum_s: 0.0,
        // Taken back long before it is done, each time.
        spot: Some(Spot {
            per_s: 1.0,
            notice_s: 0.0,
        }),
        attempts: u32::MAX,
        deadline_s: None,
    }
}

#[test]
fn arrivals_without_end_are_cut() {
    let law = Law::Exponential(0.1);
    for events in [1_000, 50_000] {
        let (mut traffic, run) = (arrivals(100.0), run(events));
        let setups = [FunctionSetup::plain(600.0), stubborn()];
        let all = run_functions(&mut traffic, &law, &setups, &run, &mut |_| ()).unwrap();
        for outcome in &all {
            adds_up(outcome, events, "functions");
        }
        let (mut traffic, setup) = (arrivals(100.0), ServiceSetup::fixed(2, 1.0, 10));
        let outcome = run_service(&mut traffic, &law, &setup, &run, &mut |_| ()).unwrap();
        adds_up(&outcome, events, "services");
        let long = Law::Constant(1e6);
        let outcome = run_jobs(&mut arrivals(1.0), &long, &jobs(), &run, &mut |_| ()).unwrap();
        adds_up(&outcome, events, "jobs");
    }
}

#[test]
fn what_fits_is_not_cut() {
    let law = Law::Exponential(0.1);
    let run = Run {
        for_s: Some(100.0),
        ..run(20_000)
    };
    let setups = [FunctionSetup::plain(600.0)];
    let all = run_functions(&mut arrivals(100.0), &law, &setups, &run, &mut |_| ()).unwrap();
    assert!(all.iter().all(|outcome| outcome.cut_s.is_none()));
    let setup = ServiceSetup::fixed(20, 1.0, 10);
    let outcome = run_service(&mut arrivals(100.0), &law, &setup, &run, &mut |_| ()).unwrap();
    assert_eq!(outcome.cut_s, None);
}

fn month<'m>(traffic: &'m Traffic, law: &'m Law, budget: u64) -> Month<'m> {
    Month {
        traffic,
        law,
        for_s: MONTH_S,
        budget,
        streams: Streams::new(1),
        detail: Detail::OverTime,
    }
}

/// What is tried again comes to more than the budget: the month is known up to then, and
/// what was refused is seen.
#[test]
fn a_month_that_is_cut_stands_as_its_beginning() {
    let (traffic, law) = (Traffic::steady(0.005), Law::Constant(300.0));
    let month = month(&traffic, &law, 20_000).function(&stubborn(), &mut |_| ());
    let month = month.unwrap().unwrap();
    let windows = month.windows.unwrap();
    assert!(windows.number == 1 && windows.seconds < MONTH_S);
    assert!(month.counts.served > 0 && month.counts.throttled_share() > 0.5);
}

/// One busy minute of three, with a hundred thousand times the requests of the others: a window
/// that begins in a quiet one ends before it has taken in that minute.
#[test]
fn a_window_of_a_quiet_minute_ends_before_a_busy_one_is_over() {
    let shape = vec![4e-6_f32, 3.0, 3e-5];
    let law = Law::Exponential(0.1);
    let traffic = Traffic {
        peak_to_mean: 3.0,
        shape: Shape::Recorded(shape.into()),
        ..Traffic::steady(4_000.0)
    };
    let month = month(&traffic, &law, 400_000);
    let service = ServiceSetup::fixed(3_000, 1.0, 10);
    let outcomes = [
        month.service(&service, &mut |_| ()),
        month.function(&FunctionSetup::plain(600.0), &mut |_| ()),
    ];
    for outcome in outcomes {
        let windows = outcome.unwrap().unwrap().windows.unwrap();
        // Two minutes before the busy one, and what is afforded of it.
        assert!(windows.seconds < 130.0, "{windows:?}");
    }
}

/// Too many requests for a few windows: nothing is simulated, in no time.
#[test]
fn a_service_with_a_million_requests_a_second_is_left_to_formulas() {
    let (traffic, law) = (Traffic::steady(1e6), Law::Exponential(0.1));
    let setup = ServiceSetup::fixed(200_000, 1.0, 10);
    let month = month(&traffic, &law, 400_000).service(&setup, &mut |_| ());
    assert!(month.unwrap().is_none());
}
