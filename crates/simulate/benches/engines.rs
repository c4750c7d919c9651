//! Requests a second through the engines, on one core.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use landfall_simulate::{FunctionSetup, Law, Poisson, Run, Streams, run_functions};

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

criterion_group!(benches, functions);
criterion_main!(benches);
