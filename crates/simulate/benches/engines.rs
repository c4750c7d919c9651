//! Requests a second through the engines, on one core.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use landfall_simulate::{
    Budget, Counted, Detail, FunctionSetup, Law, Poisson, Run, ServiceSetup, Streams,
    run_functions, run_service,
};

const REQUESTS: f64 = 1e6;

fn functions(c: &mut Criterion) {
    let mut group = c.benchmark_group("functions");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(REQUESTS as u64));
    for (rate, mean_s, most) in [
        (0.9, 1.991, u32::MAX),
        (10.0, 1.991, u32::MAX),
        (100.0, 1.991, u32::MAX),
        (1_000.0, 2.016, 1_000),
    ] {
        let setup = FunctionSetup {
            cold: Some(Law::Exponential(2.244)),
            most_at_once: most,
            ..FunctionSetup::plain(600.0)
        };
        let streams = Streams::new(1);
        let run = Run {
            streams,
            for_s: Some(REQUESTS / rate),
            warm_up_s: 0.0,
            budget: Budget::UNBOUNDED,
            detail: Detail::OverTime,
        };
        group.bench_function(format!("{rate} a second"), |b| {
            b.iter(|| {
                let mut arrivals = Poisson::new(rate, streams.stream("arrivals"));
                let law = Law::Exponential(mean_s);
                let setups = std::slice::from_ref(&setup);
                black_box(run_functions(
                    &mut arrivals,
                    &law,
                    setups,
                    &run,
                    &mut |_| (),
                ))
            });
        });
    }
    group.finish();
}

/// Ten copies at 60% of their vCPUs, half of the work waiting for others.
fn services(c: &mut Criterion) {
    let mut group = c.benchmark_group("services");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(REQUESTS as u64));
    for (name, wait_per_s) in [("computing", 0.0), ("computing and waiting", 0.5)] {
        let setup = ServiceSetup {
            cpu_per_s: 1.0 - wait_per_s,
            wait_per_s,
            ..ServiceSetup::fixed(10, 1.0, 50)
        };
        let rate = 6.0 / (0.1 * setup.cpu_per_s);
        let streams = Streams::new(1);
        let run = Run {
            streams,
            for_s: Some(REQUESTS / rate),
            warm_up_s: 0.0,
            budget: Budget::UNBOUNDED,
            detail: Detail::OverTime,
        };
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut arrivals = Poisson::new(rate, streams.stream("arrivals"));
                let law = Law::Exponential(0.1);
                black_box(run_service(&mut arrivals, &law, &setup, &run, &mut |_| ()))
            });
        });
    }
    group.finish();
}

/// A minute of a trace at the busiest of a large web site: 15,000 requests a second.
fn counts(c: &mut Criterion) {
    const PER_MINUTE: u32 = 900_000;
    let mut group = c.benchmark_group("counts");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(u64::from(PER_MINUTE)));
    let streams = Streams::new(1);
    let run = Run {
        streams,
        for_s: None,
        warm_up_s: 0.0,
        budget: Budget::UNBOUNDED,
        detail: Detail::OverTime,
    };
    let setup = FunctionSetup::plain(600.0);
    group.bench_function("a busy minute", |b| {
        b.iter(|| {
            let mut arrivals = Counted::new(&[PER_MINUTE], streams);
            let law = Law::Exponential(0.1);
            let setups = std::slice::from_ref(&setup);
            black_box(run_functions(
                &mut arrivals,
                &law,
                setups,
                &run,
                &mut |_| (),
            ))
        });
    });
    group.finish();
}

criterion_group!(benches, functions, services, counts);
criterion_main!(benches);
