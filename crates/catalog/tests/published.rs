//! Goal: worked examples come out to the cent. Method: examples as published, each
//! with its source, in `published.toml`; where ours differs, the file says why.

use landfall_catalog::Catalog;
use landfall_catalog::bill::{UsageFile, bill};
use landfall_source::{Source, document};

#[test]
fn published_examples_come_out_to_the_cent() {
    let catalog = Catalog::embedded().unwrap();
    let book = Catalog::prices("us-east-1").unwrap();
    let examples = Source::new("published.toml", include_str!("published.toml"));
    let mut count = 0;
    document(&examples, |top| {
        for example in top.tables("example")? {
            let what = example.require_text("what")?;
            let wanted = example.require_text("total")?;
            example.require_text("source")?;
            let published = example.text("published")?;
            let why = example.text("why")?;
            assert_eq!(
                published.is_some(),
                why.is_some(),
                "{what}: a difference has a reason"
            );
            assert_ne!(published, Some(wanted), "{what}: this is no difference");
            let usage = format!("schema = 1\n{}", example.texts("usage")?.join("\n"));
            let usage = UsageFile::parse(&Source::new(what, &usage), &catalog)?;
            let billed = bill(&usage.usage, &book, &catalog.meters).unwrap();
            let total = billed.total().unwrap().get();
            assert_eq!(format!("{total:.2}"), wanted, "{what}: {:#?}", billed.lines);
            count += 1;
        }
        Ok(())
    })
    .unwrap();
    assert!(count >= 25, "{count} examples");
}
