//! Goal: a setting is read as a bound and as nothing else. Method: files that say
//! `{ at_most = … }`, what is known then, and the errors.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_source::{Diagnostic, Source, Span};
use landfall_units::Range;
use landfall_workload::{FactId, Facts, Origin, System, Value, write_file};

fn read(lines: &str) -> Result<Facts, Box<Diagnostic>> {
    let text = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n{lines}\n");
    let system = System::parse(&Source::new("w.toml", &text))?;
    Ok(system.workloads.into_iter().next().unwrap().facts)
}

#[test]
fn a_bound_is_no_value() {
    let facts =
        read("work.memory = { at_most = \"512MB\" }\nwork.duration.max = { at_most = \"30s\" }")
            .unwrap();
    assert!(facts.is_unknown(FactId::Memory));
    assert_eq!(facts.range(FactId::Memory), None);
    assert_eq!(facts.at_most(FactId::Memory), Some(512.0 * 1_048_576.0));
    assert_eq!(facts.show(FactId::Memory).as_deref(), Some("at most 512MB"));
    for fact in [
        FactId::DurationP50,
        FactId::DurationP99,
        FactId::DurationMax,
        FactId::DurationMean,
    ] {
        assert_eq!(facts.most(fact), Some(30.0), "{}", fact.name());
    }
    assert_eq!(facts.at_most(FactId::DurationP50), None);
}

#[test]
fn it_is_written_as_it_is_read() {
    let facts = read("work.memory = { at_most = \"512MB\" }\ntraffic.volume = \"3/s\"").unwrap();
    let text = write_file("x", "a", &facts);
    assert!(text.contains("memory = { at_most = \"512MB\" }"), "{text}");
    let again = System::parse(&Source::new("w.toml", &text)).unwrap();
    let again = &again.workloads.first().unwrap().facts;
    assert_eq!(again.at_most(FactId::Memory), facts.at_most(FactId::Memory));
}

#[test]
fn a_value_takes_the_place_of_a_bound() {
    let mut facts = read("work.memory = { at_most = \"512MB\" }").unwrap();
    facts.set(FactId::Memory, Value::exact(1e6), Origin::Assumed);
    assert!(facts.at_most(FactId::Memory).is_some());
    let given = Origin::Given(Span::default());
    facts.set(FactId::Memory, Value::exact(1e6), given);
    assert_eq!(facts.at_most(FactId::Memory), None);
}

#[test]
fn errors_name_line_and_remedy() {
    for (lines, wanted) in [
        (
            "work.memory = { at_most = \"512\" }",
            "w.toml:5: `512` is not a size: it has no unit (hint: write it like \"512MB\")",
        ),
        (
            "work.memory = { at_most = \"512MB\", likely = \"3MB\" }",
            "w.toml:5: there is no key `likely` in `workload.work.memory` (hint: known here: at_most)",
        ),
        (
            "work.memory = { at_most = \"0MB\" }",
            "w.toml:5: `workload.work.memory` is out of range (hint: it may be above 0",
        ),
        (
            "work.duration = { p50 = \"40s\", max = { at_most = \"30s\" } }",
            "w.toml:5: `work.duration.p50` is above the 30s that is given at most (hint: raise",
        ),
        (
            "needs.gpu = { at_most = 1 }",
            "w.toml:5: `workload.needs.gpu` must be true or false, and this is a table",
        ),
    ] {
        let error = read(lines).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

/// What a bound is written as says the same number again.
#[test]
fn bounds_are_written_without_rounding() {
    for (fact, value) in [
        (FactId::DurationMax, 100.0),
        (FactId::DurationMax, 63.0),
        (FactId::DurationMax, 5_405.0),
        (FactId::DurationMax, 1.2345),
        (FactId::Memory, 1_769.0 * 1_048_576.0),
        (FactId::Memory, 300_000_000.0),
        (FactId::Memory, 123_456_789.0),
    ] {
        let mut facts = Facts::default();
        facts.set_at_most(fact, value);
        let text = write_file("x", "a", &facts);
        let again = System::parse(&Source::new("w.toml", &text)).unwrap();
        let read = again
            .workloads
            .first()
            .unwrap()
            .facts
            .at_most(fact)
            .unwrap();
        assert!((read - value).abs() < 1e-6 * value, "{value} became {read}");
    }
}

#[test]
fn a_range_that_reads_alike_is_said_once() {
    let shown = |low: f64, likely: f64, high: f64| {
        let range = Range::new(low, likely, high).unwrap();
        Value::Quantity(range).show(FactId::CpuShare)
    };
    assert_eq!(shown(0.999_999_999, 1.0, 1.0), "100%");
    assert_eq!(shown(0.5, 0.75, 1.0), "50% to 100%, likely 75%");
}
