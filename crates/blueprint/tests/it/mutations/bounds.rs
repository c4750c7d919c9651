//! Goal: every row of what services refuse is held at its edges, and names its source.

use std::fmt::Write as _;

use landfall_blueprint::check::{Bound, Checker};
use landfall_catalog::Catalog;
use landfall_source::Source;

/// Resources that a mapping reads from, by the kind that a row asks for.
const SOURCES: &str = "
  Standard: {Type: AWS::SQS::Queue}
  Fifo: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Stream: {Type: AWS::Kinesis::Stream}
";

/// A template in which a property of a row has a value.
fn template(row: &Bound, value: f64) -> String {
    let source = match row.of.as_deref() {
        Some("fifo") => "Fifo",
        Some("stream") => "Stream",
        _ => "Standard",
    };
    let mut said = String::new();
    let mut depth = 3;
    let steps: Vec<&str> = row.property.split('/').collect();
    let mut item = false;
    for (place, step) in steps.iter().enumerate() {
        if *step == "*" {
            item = true;
            continue;
        }
        let indent = "  ".repeat(depth);
        let end = if place + 1 == steps.len() {
            format!(" {value}")
        } else {
            String::new()
        };
        let dash = if item { "- " } else { "" };
        let _ = writeln!(said, "{indent}{dash}{step}:{end}");
        depth += if item { 2 } else { 1 };
        item = false;
    }
    let (kind, reads) = (&row.resource, "AWS::Lambda::EventSourceMapping");
    let more = if kind == reads {
        format!("      EventSourceArn: !GetAtt {source}.Arn\n")
    } else {
        String::new()
    };
    format!("Resources:{SOURCES}  One:\n    Type: {kind}\n    Properties:\n{more}{said}")
}

#[test]
fn every_bound_holds_at_its_edges() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let refused = |row: &Bound, value: f64| {
        let text = template(row, value);
        let found = checker.check(&Source::new("t", &text)).unwrap().unwrap();
        let mut at = found.iter().filter(|one| one.rule == "value-out-of-bounds");
        at.next().map(|one| one.line)
    };
    for row in &checker.known().bounds {
        let last = template(row, 0.0).lines().count();
        for (edge, beyond) in [
            (row.least, row.least.map(|least| least - 1.0)),
            (row.most, row.most.map(|most| most + 1.0)),
        ] {
            if let (Some(edge), Some(beyond)) = (edge, beyond) {
                assert_eq!(refused(row, edge), None, "{row:?}");
                assert_eq!(refused(row, beyond), Some(last), "{row:?}");
            }
        }
    }
}

#[test]
fn every_row_names_its_source() {
    const PAGES: &str = "https://docs.aws.amazon.com/";
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let known = checker.known();
    let mut pages: Vec<&str> = Vec::new();
    pages.extend(known.bounds.iter().map(|row| row.documentation.as_str()));
    pages.extend(known.pairs.iter().map(|row| row.documentation.as_str()));
    pages.extend(known.zones.iter().map(|row| row.documentation.as_str()));
    pages.extend(known.ports.iter().map(|row| row.documentation.as_str()));
    pages.extend(known.managed.iter().map(|row| row.documentation.as_str()));
    pages.extend(known.values.values().map(|row| row.documentation.as_str()));
    pages.extend(known.lists.values().map(|row| row.documentation.as_str()));
    pages.extend(known.rules.iter().map(|row| row.documentation.as_str()));
    assert!(pages.len() > 100);
    for page in pages {
        assert!(page.starts_with(PAGES), "{page}");
    }
}
