//! How fast an offer file of EC2 is read: products and terms in AWS's shape, most
//! of which are left out, as in a real file.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use landfall_catalog::Catalog;
use landfall_catalog::price_list::{Rows, read};

/// Products in the file: about 16 MB.
const PRODUCTS: usize = 16_000;

fn offer() -> String {
    let mut text = String::from("{\"offerCode\": \"AmazonEC2\", \"products\": {");
    for number in 0..PRODUCTS {
        let comma = if number == 0 { "" } else { "," };
        let os = if number == 0 { "Linux" } else { "Windows" };
        let _ = write!(
            text,
            "{comma}\n\"SKU{number}\": {{\"sku\": \"SKU{number}\", \"productFamily\": \"Compute \
             Instance\", \"attributes\": {{\"servicecode\": \"AmazonEC2\", \"location\": \"US East\", \
             \"instanceType\": \"m7g.large\", \"currentGeneration\": \"Yes\", \"vcpu\": \"2\", \
             \"physicalProcessor\": \"Some Processor of the Seventh Generation\", \"memory\": \
             \"8 GiB\", \"networkPerformance\": \"Up to 12.5 Gigabit\", \"tenancy\": \"Shared\", \
             \"operatingSystem\": \"{os}\", \"usagetype\": \"BoxUsage:m7g.large\", \"operation\": \
             \"RunInstances\", \"capacitystatus\": \"Used\", \"marketoption\": \"OnDemand\", \
             \"preInstalledSw\": \"NA\", \"regionCode\": \"us-east-1\"}}}}"
        );
    }
    text.push_str("}, \"terms\": {\"OnDemand\": {");
    for number in 0..PRODUCTS {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\n\"SKU{number}\": {{\"SKU{number}.J\": {{\"offerTermCode\": \"J\", \"sku\": \
             \"SKU{number}\", \"priceDimensions\": {{\"SKU{number}.J.6\": {{\"description\": \"by \
             the hour\", \"beginRange\": \"0\", \"endRange\": \"Inf\", \"unit\": \"Hrs\", \
             \"pricePerUnit\": {{\"USD\": \"0.0816000000\"}}}}}}, \"termAttributes\": {{}}}}}}"
        );
    }
    text.push_str("}}}");
    text
}

fn stream(criterion: &mut Criterion) {
    let Ok(matches) = Catalog::matches("us-east-1") else {
        return;
    };
    let text = offer();
    let mut group = criterion.benchmark_group("price list");
    group
        .throughput(Throughput::Bytes(text.len() as u64))
        .sample_size(20);
    group.bench_function("offer file as JSON", |bencher| {
        bencher.iter(|| {
            let mut rows = Rows::default();
            let result = read(&mut black_box(text.as_bytes()), &matches, &mut rows);
            (result.is_ok(), rows.len())
        });
    });
    group.finish();
}

criterion_group!(benches, stream);
criterion_main!(benches);
