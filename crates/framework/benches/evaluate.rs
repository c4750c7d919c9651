//! How many rules a second the framework evaluates, on one core: every rule of
//! the current pack bound to every platform, for a workload with much known.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use landfall_catalog::Catalog;
use landfall_framework::{Screen, embedded_pack};
use landfall_source::Source;
use landfall_workload::System;

fn rules(criterion: &mut Criterion) {
    let Ok(catalog) = Catalog::embedded() else {
        return;
    };
    let text = include_str!("../../../examples/photo-thumbnails.toml");
    let (Ok(pack), Ok(system)) = (
        embedded_pack("current", &catalog),
        System::parse(&Source::new("photo-thumbnails.toml", text)),
    ) else {
        return;
    };
    let Some(workload) = system.workloads.first() else {
        return;
    };
    let screen = Screen::new(&pack, &catalog, pack.as_of);
    let mut group = criterion.benchmark_group("framework");
    group.throughput(Throughput::Elements(screen.len() as u64));
    group.bench_function("evaluate every bound rule", |bencher| {
        bencher.iter(|| {
            catalog
                .numbered()
                .flat_map(|(platform, _)| screen.of(platform))
                .map(|bound| bound.truth(black_box(&workload.facts)))
                .filter(|truth| *truth == landfall_framework::Truth::True)
                .count()
        });
    });
    group.finish();
}

criterion_group!(benches, rules);
criterion_main!(benches);
