//! How many templates a second are checked, on one core: those of every example on what
//! is recommended for it, from text to findings.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use landfall_blueprint::check::Checker;
use landfall_blueprint::{Format, Library, Wanted, folder, plan};
use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

/// The template of an example.
fn template(text: &str, catalog: &Catalog, library: &Library) -> Option<Source> {
    let pack = embedded_pack("current", catalog).ok()?;
    let system = System::parse(&Source::new("example.toml", text)).ok()?;
    let book = Catalog::prices(system.region()).ok()?;
    let inputs = Inputs::by_formulas(&pack, catalog, &book);
    let decision = decide(&system, &inputs);
    let wanted = Wanted::default();
    let planned = plan(&decision, &wanted, catalog, library).ok()?;
    let format = Format::CloudFormation;
    let files = folder(&decision, &planned, format, "", library).ok()?;
    let found = files
        .into_iter()
        .find(|file| file.path == "template.yaml")?;
    Some(Source::new("template.yaml", &found.text))
}

fn check(criterion: &mut Criterion) {
    let (Ok(catalog), Ok(library)) = (Catalog::embedded(), Library::new()) else {
        return;
    };
    let Ok(checker) = Checker::new(&catalog) else {
        return;
    };
    let examples = [
        include_str!("../../../examples/photo-thumbnails.toml"),
        include_str!("../../../examples/website.toml"),
        include_str!("../../../examples/microservices.toml"),
        include_str!("../../../examples/gpu-training.toml"),
        include_str!("../../../examples/startup.toml"),
    ];
    let templates: Vec<Source> = examples
        .iter()
        .filter_map(|text| template(text, &catalog, &library))
        .collect();
    let mut group = criterion.benchmark_group("blueprint");
    group.throughput(Throughput::Elements(templates.len() as u64));
    group.bench_function("check a template", |bencher| {
        bencher.iter(|| {
            let checked = templates
                .iter()
                .filter_map(|one| checker.check(black_box(one)).ok());
            checked.flatten().map(|found| found.len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, check);
criterion_main!(benches);
