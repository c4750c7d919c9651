//! Goal: any text gives a system or one clear error, never a panic. Method: a
//! thousand mutated and truncated files, and the errors that people will meet.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_source::Source;
use landfall_units::Dimension;
use landfall_workload::{Domain, FactId, Kind, Scope, System};
use proptest::prelude::*;

const EXAMPLES: [&str; 3] = [
    include_str!("../../../examples/photo-thumbnails.toml"),
    include_str!("../../../examples/startup.toml"),
    include_str!("../../../examples/website.toml"),
];

fn error(lines: &str) -> String {
    let text = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n{lines}\n");
    System::parse(&Source::new("w.toml", &text))
        .unwrap_err()
        .to_string()
}

#[test]
fn errors_name_line_and_remedy() {
    for (lines, wanted) in [
        (
            "[workload.needs]\ngpus = true",
            "w.toml:6: there is no key `gpus` in `workload.needs` (hint: did you mean `gpu`?)",
        ),
        (
            "trigger = \"htp\"",
            "w.toml:5: `workload.trigger` cannot be `htp` (hint: did you mean `http`?",
        ),
        (
            "work.memory = \"600\"",
            "w.toml:5: `600` is not a size: it has no unit (hint: write it like \"600MB\")",
        ),
        (
            "targets = \"5s\"",
            "w.toml:5: `workload.targets` must be a table, and this is a text (hint: write `targets = { latency_p99 = …",
        ),
        (
            "work.duration = \"800\"",
            "w.toml:5: `800` is not a duration: it has no unit (hint: write it like \"800ms\")",
        ),
        (
            "work.threads = \"0.5 vCPU\"",
            "w.toml:5: `0.5` is not a count: it is not a whole number (hint: write it like \"1\")",
        ),
        (
            "traffic.concurrent = \"12 vCPU\"",
            "w.toml:5: `12 vCPU` is not a count: `vCPU` is not k, M or B (hint: write it like \"12\")",
        ),
        (
            "work.duration = { p50 = \"9s\", p99 = \"2s\" }",
            "`work.duration.p50` is longer than `work.duration.p99` (hint: write p50 ≤ p99 ≤ max)",
        ),
        (
            "traffic.volume = { low = \"3/s\", likely = \"2/s\", high = \"4/s\" }",
            "is out of order (hint: write low ≤ likely ≤ high)",
        ),
        (
            "traffic.volume = { low = \"3/s\", high = \"4/s\" }",
            "`likely` is missing",
        ),
        (
            "needs.gpu = \"yes\"",
            "`workload.needs.gpu` must be true or false, and this is a text (hint: write true,",
        ),
        ("id = \"b\"", "duplicate key"),
        ("package.runtime = \"pyton3.13\"", "did you mean `python`?"),
        (
            "traffic.trace = \"t.csv\"\ntraffic.volume = \"1/s\"",
            "say the same thing twice",
        ),
        (
            "traffic.volume = \"99999999/s\"",
            "out of range (hint: it may be above 0 and at most 1M/s)",
        ),
        ("[[workload]]\nid = \"a\"", "the id `a` is there twice"),
        (
            "[[workload]]\nid = \"A b\"",
            "an id is 1 to 40 small letters and digits, with single hyphens between them",
        ),
    ] {
        let found = error(lines);
        assert!(
            found.contains(wanted),
            "{lines}\n  gave {found}\n  not  {wanted}"
        );
    }
}

/// A workload file with one fact, and that fact's line.
fn with_fact(fact: FactId, value: &str) -> (String, usize) {
    let line = format!("{} = \"{value}\"", fact.name());
    if fact.scope() == Scope::System {
        let text = format!("schema = 1\nname = \"x\"\n{line}\n[[workload]]\nid = \"a\"\n");
        (text, 3)
    } else {
        let text = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n{line}\n");
        (text, 5)
    }
}

/// Every quantity that can be written in a file has a domain; what is outside is refused
/// with its line and the domain, what is on its edges is taken.
#[test]
fn every_quantity_is_held_to_its_domain() {
    let mut number = 0;
    for fact in FactId::ALL.iter().copied() {
        let (Kind::Quantity(dimension), Some(domain)) = (fact.kind(), Domain::of_fact(fact)) else {
            continue;
        };
        if fact.scope() == Scope::Derived {
            continue;
        }
        number += 1;
        let mut outside = vec![dimension.format(domain.most * 2.0)];
        if domain.is_open || domain.least > 0.0 {
            outside.push(dimension.format(0.0));
        }
        if dimension == Dimension::Share {
            outside[0] = "101%".to_owned();
        }
        for value in outside {
            let (text, line) = with_fact(fact, &value);
            let problem = System::parse(&Source::new("w.toml", &text)).unwrap_err();
            let shown = problem.to_string();
            assert!(
                shown.starts_with(&format!("w.toml:{line}: ")),
                "{text}{shown}"
            );
            assert!(problem.help.is_some(), "{text}{shown}");
        }
        let least = if domain.is_open {
            domain.most
        } else {
            domain.least
        };
        for value in [dimension.format(domain.most), dimension.format(least)] {
            let (text, _) = with_fact(fact, &value);
            System::parse(&Source::new("w.toml", &text)).unwrap();
        }
    }
    assert!(number > 20, "{number} quantities");
    for wrong in ["", ".", "us-east", "US-EAST-1", "us-east-1 ::error::x"] {
        let (text, _) = with_fact(FactId::Region, wrong);
        let problem = System::parse(&Source::new("w.toml", &text))
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("w.toml:3: this is not the name of a region"),
            "{problem}"
        );
    }
}

/// Names of resources have no hyphens: whatever would name the same ones is refused, with
/// both lines.
#[test]
fn ids_of_the_same_resources_are_refused() {
    for (first, second, is_taken) in [
        ("a1", "a-1", false),
        ("a-b", "ab", false),
        ("a-b-c", "a-bc", false),
        ("a", "a", false),
        ("a-b", "a-c", true),
        ("queue", "queues", true),
    ] {
        let text = format!(
            "schema = 1\nname = \"x\"\n[[workload]]\nid = \"{first}\"\n[[workload]]\nid = \"{second}\"\n"
        );
        match System::parse(&Source::new("w.toml", &text)) {
            Ok(_) => assert!(is_taken, "{text}"),
            Err(problem) => {
                assert!(!is_taken, "{problem}");
                let shown = problem.to_string();
                assert!(shown.starts_with("w.toml:6: "), "{shown}");
                assert!(
                    shown.contains("line 4") && problem.help.is_some(),
                    "{shown}"
                );
            }
        }
    }
    for wrong in ["", "-a", "a-", "a--b", "A", "a b", &"a".repeat(41)] {
        let text = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"{wrong}\"\n");
        let problem = System::parse(&Source::new("w.toml", &text)).unwrap_err();
        assert!(problem.message.starts_with("an id is 1 to 40"), "{problem}");
    }
}

/// Every text of a file is one line of bounded length without control characters.
#[test]
fn every_text_is_plain() {
    let with_name = |name: &str| {
        let text = format!("schema = 1\nname = \"{name}\"\n[[workload]]\nid = \"a\"\n");
        (text, 2)
    };
    let texts = FactId::ALL.iter().copied();
    let texts =
        texts.filter(|fact| matches!(fact.kind(), Kind::Text) && fact.scope() != Scope::Derived);
    let texts: Vec<FactId> = texts.collect();
    assert!(texts.len() > 3, "{texts:?}");
    let long = "x".repeat(5_000);
    for wrong in [
        "a\\n::error::x",
        "a\\r",
        "a\\tb",
        "\\u001b[2J",
        "\\u0007",
        "\\u0085",
        "\\u009b31m",
        "\\u2028",
        "\\u202e",
        "\\u2066",
        "\\ufeff",
        "\\uffff",
        "\\u0000",
        &long,
    ] {
        let all = texts.iter().map(|fact| with_fact(*fact, wrong));
        for (text, line) in all.chain([with_name(wrong)]) {
            let problem = System::parse(&Source::new("w.toml", &text)).unwrap_err();
            let shown = problem.to_string();
            assert!(
                shown.starts_with(&format!("w.toml:{line}: ")),
                "{text}{shown}"
            );
            assert!(problem.help.is_some(), "{text}{shown}");
            assert!(shown.len() < 1_000, "{shown}");
            assert!(
                !shown.contains(landfall_source::escape::is_control),
                "{shown:?}"
            );
        }
    }
}

#[test]
fn a_share_that_must_succeed_is_above_nothing_and_at_most_the_whole() {
    for (value, is_taken) in [
        ("99.9%", true),
        ("100%", true),
        ("1", true),
        ("0%", false),
        ("101%", false),
    ] {
        let (text, _) = with_fact(FactId::Success, value);
        let parsed = System::parse(&Source::new("w.toml", &text));
        assert_eq!(parsed.is_ok(), is_taken, "{value}: {parsed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_never_panic(
        example in 0usize..EXAMPLES.len(),
        cut in 0usize..4000,
        edits in prop::collection::vec((0usize..4000, any::<char>()), 0..6),
    ) {
        let mut letters: Vec<char> = EXAMPLES[example].chars().collect();
        letters.truncate(letters.len().saturating_sub(cut % 700));
        for (at, letter) in edits {
            let place = at % letters.len().max(1);
            if let Some(slot) = letters.get_mut(place) {
                *slot = letter;
            }
        }
        let text: String = letters.into_iter().collect();
        if let Err(problem) = System::parse(&Source::new("m.toml", &text)) {
            prop_assert!(!problem.message.is_empty());
            prop_assert!(!problem.message.contains("::"), "a type name: {}", problem.message);
            prop_assert!(problem.span.is_some(), "no place: {}", problem.message);
        }
    }
}

/// Goal: a file takes what people write. Method: a table of lines with the plain form of
/// each; both give the same facts.
#[test]
fn spellings_of_people_mean_the_plain_form() {
    for (line, plain) in [
        ("work.duration = \"100ms\"", "work.duration.p50 = \"100ms\""),
        (
            "work.duration = \"100 ms\"",
            "work.duration.p50 = \"100ms\"",
        ),
        (
            "work.duration = { low = \"1s\", likely = \"2s\", high = \"3s\" }",
            "work.duration.p50 = { low = \"1s\", likely = \"2s\", high = \"3s\" }",
        ),
        ("traffic = \"200 rps\"", "traffic.volume = \"200/s\""),
        (
            "traffic.volume = \"200 req/s\"",
            "traffic.volume = \"200/s\"",
        ),
        (
            "work.measured_on = \"1,769 MB\"",
            "work.measured_on.memory = \"1769MB\"",
        ),
        ("work.memory = \"512 MiB\"", "work.memory = \"512MB\""),
        ("work.threads = \"2 vCPU\"", "work.threads = 2"),
        ("work.threads = \"4 cores\"", "work.threads = 4"),
        (
            "traffic.concurrent = \"12k connections\"",
            "traffic.concurrent = \"12k\"",
        ),
        ("targets.min_tasks = \"3 tasks\"", "targets.min_tasks = 3"),
        (
            "traffic.peak_to_mean = \"12x\"",
            "traffic.peak_to_mean = 12",
        ),
        (
            "package.architectures = \"arm64\"",
            "package.architectures = [\"arm64\"]",
        ),
    ] {
        let facts = |line: &str| {
            let text = format!("schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\n{line}\n");
            let system = System::parse(&Source::new("w.toml", &text));
            let system = system.unwrap_or_else(|problem| panic!("{line}: {problem}"));
            let facts = system.workloads[0].facts.clone();
            let shown = FactId::ALL.iter().map(|fact| facts.show(*fact));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(facts(line), facts(plain), "{line}");
    }
}
