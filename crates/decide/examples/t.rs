use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;
fn main() {
    let mut args = std::env::args().skip(1);
    let file = args.next().unwrap();
    let worlds: usize = args.next().map_or(1000, |s| s.parse().unwrap());
    let catalog = Catalog::embedded().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let book = Catalog::prices("us-east-1").unwrap();
    let system = System::parse(&Source::new("x.toml", &text)).unwrap();
    let inputs = Inputs { pack: &pack, catalog: &catalog, book: &book, elsewhere: &[], as_of: pack.as_of, people: true, seed: 1, budget: Some(landfall_decide::BUDGET), worlds };
    let t = std::time::Instant::now();
    let d = decide(&system, &inputs);
    eprintln!("{:?}", t.elapsed());
    for w in &d.workloads { eprintln!("{} {:?} tips {}", w.id, w.options.first().map(|o| &o.platform), w.tipping.len()); }
}
