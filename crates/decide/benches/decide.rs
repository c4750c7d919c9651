//! How long a decision takes: the startup example, six workloads, everything
//! from parsed file to explained decision.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

fn startup(criterion: &mut Criterion) {
    let Ok(catalog) = Catalog::embedded() else {
        return;
    };
    let text = include_str!("../../../examples/startup.toml");
    let (Ok(pack), Ok(book), Ok(system)) = (
        embedded_pack("current", &catalog),
        Catalog::prices("us-east-1"),
        System::parse(&Source::new("startup.toml", text)),
    ) else {
        return;
    };
    let as_of = pack.as_of;
    let inputs = Inputs {
        as_of,
        budget: Some(landfall_decide::BUDGET),
        worlds: landfall_decide::WORLDS,
        ..Inputs::by_formulas(&pack, &catalog, &book)
    };
    criterion.bench_function("decide startup.toml", |bencher| {
        bencher.iter(|| decide(black_box(&system), &inputs));
    });
    criterion.bench_function("load catalog, pack and prices", |bencher| {
        bencher.iter(|| {
            let catalog = Catalog::embedded();
            let pack = catalog
                .as_ref()
                .map(|catalog| embedded_pack("current", catalog).is_ok());
            (pack.is_ok(), Catalog::prices("us-east-1").is_ok())
        });
    });
}

criterion_group!(benches, startup);
criterion_main!(benches);
