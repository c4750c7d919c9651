//! How long a decision takes: the startup example, six workloads, everything
//! from parsed file to explained decision; and one service at volumes from one request a month to
//! a million a second.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

/// Volumes at which the service is decided.
const VOLUMES: [&str; 8] = [
    "1/month",
    "1k/month",
    "100k/month",
    "10M/month",
    "1B/month",
    "10k/s",
    "100k/s",
    "1M/s",
];

/// Calls `work` with what a decision is made with.
fn bound(work: impl FnOnce(&Inputs<'_>)) {
    let Ok(catalog) = Catalog::embedded() else {
        return;
    };
    let (Ok(pack), Ok(book)) = (
        embedded_pack("current", &catalog),
        Catalog::prices("us-east-1"),
    ) else {
        return;
    };
    work(&Inputs {
        as_of: pack.as_of,
        budget: Some(landfall_decide::BUDGET),
        scenarios: landfall_decide::SCENARIOS,
        ..Inputs::by_formulas(&pack, &catalog, &book)
    });
}

fn startup(criterion: &mut Criterion) {
    let text = include_str!("../../../examples/startup.toml");
    let Ok(system) = System::parse(&Source::new("startup.toml", text)) else {
        return;
    };
    bound(|inputs| {
        criterion.bench_function("decide startup.toml", |bencher| {
            bencher.iter(|| decide(black_box(&system), inputs));
        });
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

fn volumes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide at a volume");
    group.sample_size(10);
    bound(|inputs| {
        for volume in VOLUMES {
            let text = format!(
                "schema = 1\nname = \"x\"\n[[workload]]\nid = \"x\"\ntrigger = \
                 \"http\"\npurpose = \"microservice\"\ntraffic = {{ volume = \"{volume}\", shape = \
                 \"diurnal\", peak_to_mean = 3 }}\nwork = {{ duration = {{ p50 = \"50ms\", p99 = \
                 \"200ms\", max = \"1s\" }}, cpu_share = 0.5, memory = \"300MB\" }}\n"
            );
            let Ok(system) = System::parse(&Source::new("volume.toml", &text)) else {
                return;
            };
            group.bench_function(volume, |bencher| {
                bencher.iter(|| decide(black_box(&system), inputs));
            });
        }
    });
    group.finish();
}

criterion_group!(benches, startup, volumes);
criterion_main!(benches);
