//! How long a bill takes: a web service with everything around it, ten lines.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use landfall_catalog::Catalog;
use landfall_catalog::bill::{UsageFile, bill};
use landfall_source::Source;

fn web_service(criterion: &mut Criterion) {
    let Ok(catalog) = Catalog::embedded() else {
        return;
    };
    let text = include_str!("../../../examples/usage/web-service.toml");
    let (Ok(book), Ok(file)) = (
        Catalog::prices("us-east-1"),
        UsageFile::parse(&Source::new("web-service.toml", text), &catalog),
    ) else {
        return;
    };
    criterion.bench_function("bill web-service.toml", |bencher| {
        bencher.iter(|| bill(black_box(&file.usage), &book, &catalog.meters));
    });
}

criterion_group!(benches, web_service);
criterion_main!(benches);
