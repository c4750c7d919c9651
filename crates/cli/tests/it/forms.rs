//! Goal: a decision can be kept: as a record, as a page, as a lock that CI holds. Method:
//! run as a user would; goldens; the page's own promises read off its text.

use std::fs;

use crate::common::{landfall, root};

fn example(name: &str) -> String {
    root().join("examples").join(name).display().to_string()
}

#[test]
fn the_decision_record_is_kept() {
    let run = landfall(&[
        "decide",
        &example("photo-thumbnails.toml"),
        "--format",
        "markdown",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    for heading in [
        "## Context and Problem Statement",
        "## Decision Drivers",
        "### Considered Options",
        "### Decision Outcome",
        "#### Consequences",
        "#### Confirmation",
        "### Pros and Cons of the Options",
        "## More Information",
    ] {
        assert!(run.out.contains(heading), "{heading}");
    }
    insta::assert_snapshot!("decision_record", run.out);
}

/// The relative luminance of a colour (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap();
        let part = f64::from(value) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour of a name in a block of style.
fn variable(style: &str, name: &str) -> String {
    let (_, after) = style.split_once(&format!("--{name}: ")).unwrap();
    after.get(..7).unwrap().to_owned()
}

#[test]
fn the_page_stands_alone_and_is_legible() {
    let run = landfall(&["decide", &example("startup.toml"), "--format", "html"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let page = run.out;
    // No network, no script: nothing is fetched and nothing runs.
    for fetches in [
        "<script",
        "<link",
        "<img",
        "src=",
        "@import",
        "url(http",
        "href=\"http",
        "<iframe",
    ] {
        assert!(!page.contains(fetches), "{fetches}");
    }
    assert!(page.contains("name=\"viewport\""));
    // Every workload, every section, in order.
    for part in [
        "What the bill is made of",
        "Expected total at other volumes",
        "How long the work takes",
        "Demand against capacity",
        "The decision flow",
        "statements",
        "Assumed",
    ] {
        assert!(page.matches(part).count() >= 6, "{part}");
    }
    // A recommendation that is provisional has questions instead.
    let points = page.matches("Break-even points").count();
    let provisional = page.matches("Provisionally recommended").count();
    assert!(
        points + provisional >= 6 && points >= 5,
        "{points} {provisional}"
    );
    assert!(page.contains("id=\"sources\""));
    for id in [
        "api",
        "chat",
        "photos",
        "search-indexer",
        "payouts",
        "price-model",
    ] {
        assert!(page.contains(&format!("<h2 id=\"workload-{id}\">")), "{id}");
    }
    // AA for text: light first, then dark.
    let (light, dark) = page.split_once("prefers-color-scheme: dark").unwrap();
    for style in [light, dark] {
        for text in ["ink", "quiet", "chosen", "against", "link"] {
            for ground in ["ground", "card"] {
                let ratio = contrast(&variable(style, text), &variable(style, ground));
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn a_recorded_decision_stands_until_an_input_tips_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workload.toml");
    fs::copy(example("photo-thumbnails.toml"), &file).unwrap();
    let file = file.display().to_string();
    let missing = landfall(&["check", &file]);
    assert_eq!(missing.code, 2, "{}", missing.out);
    // What was recorded is checked with as many scenarios.
    let few = ["--scenarios", "100", "--record"];
    let recorded = |more: &[&str]| landfall(&[&["decide", &file], more, &few].concat()).code;
    assert_eq!(recorded(&[]), 0);
    let again = landfall(&["check", &file]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(
        again.out.contains("thumbnails: unchanged, Lambda"),
        "{}",
        again.out
    );
    // A lock file with the former name of a key is read like others.
    let kept = folder.path().join("landfall.lock");
    let lock = fs::read_to_string(&kept).unwrap();
    assert!(lock.contains("\nbreak_even = "), "{lock}");
    fs::write(&kept, lock.replace("\nbreak_even = ", "\ntips = ")).unwrap();
    assert_eq!(landfall(&["check", &file]).out, again.out);
    let more = "workload.thumbnails.traffic.volume=30M/month";
    let tipped = landfall(&["check", &file, "--set", more]);
    assert_eq!(tipped.code, 1);
    let sentence = "thumbnails: changed from Lambda to Fargate (ECS), by traffic.volume";
    assert!(tipped.out.contains(sentence), "{}", tipped.out);
    // What has changed without tipping it is not blamed.
    let both = landfall(&["check", &file, "--set", more, "--set", "team.engineers=9"]);
    assert!(both.out.contains(sentence), "{}", both.out);
    assert!(both.out.contains("team.engineers: 4 -> 9"), "{}", both.out);
    let annotated = landfall(&["check", &file, "--set", more, "--format", "github"]);
    assert!(
        annotated.out.starts_with("::error file="),
        "{}",
        annotated.out
    );
    // A new decision for the same file takes the place of the old one.
    assert_eq!(recorded(&["--set", more]), 0);
    assert_eq!(landfall(&["check", &file, "--set", more]).code, 0);
    let lock = fs::read_to_string(folder.path().join("landfall.lock")).unwrap();
    assert_eq!(lock.matches("[[file]]").count(), 1, "{lock}");
}

#[test]
fn a_lock_that_is_none_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workload.toml");
    fs::copy(example("website.toml"), &file).unwrap();
    for broken in ["schema = ", "schema = 1\nfile = 3\n", "what = 1\n"] {
        fs::write(folder.path().join("landfall.lock"), broken).unwrap();
        let run = landfall(&["check", &file.display().to_string()]);
        assert_eq!(run.code, 2, "{broken}: {}", run.out);
        assert!(run.err.contains("landfall.lock"), "{}", run.err);
    }
}

#[test]
fn a_lock_of_more_scenarios_than_are_drawn_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workload.toml");
    fs::copy(example("website.toml"), &file).unwrap();
    let file = file.display().to_string();
    let recorded = landfall(&["decide", &file, "--scenarios", "10", "--record"]);
    assert_eq!(recorded.code, 0, "{}", recorded.err);
    let path = folder.path().join("landfall.lock");
    let lock = fs::read_to_string(&path).unwrap();
    let line = lock.lines().position(|line| line == "worlds = 10").unwrap() + 1;
    for many in ["2000000000", "1000001"] {
        fs::write(
            &path,
            lock.replace("worlds = 10", &format!("worlds = {many}")),
        )
        .unwrap();
        let run = landfall(&["check", &file]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(
            run.err.contains(&format!("landfall.lock:{line}:")),
            "{}",
            run.err
        );
    }
}

#[test]
fn two_versions_are_compared() {
    let file = example("photo-thumbnails.toml");
    let same = landfall(&["compare", &file, &file]);
    assert_eq!(same.code, 0, "{}", same.err);
    assert!(
        same.out.contains("thumbnails: unchanged, Lambda"),
        "{}",
        same.out
    );
    let gpu = landfall(&[
        "compare",
        &file,
        "--set",
        "workload.thumbnails.needs.gpu=true",
    ]);
    assert!(gpu.out.contains("by needs.gpu"), "{}", gpu.out);
    assert!(gpu.out.contains("needs.gpu: false -> true"), "{}", gpu.out);
    assert_eq!(landfall(&["compare", &file]).code, 2);
}

#[test]
fn changes_that_cannot_be_made_are_one_error() {
    let file = example("photo-thumbnails.toml");
    for set in [
        "workload.none.needs.gpu=true",
        "workload.thumbnails",
        "workload.thumbnails.traffic.volume=30M",
        "workload.thumbnails.needs.gpus=true",
        "name.more=1",
    ] {
        let run = landfall(&["decide", &file, "--set", set]);
        assert_eq!(run.code, 2, "{set}: {}", run.out);
        assert!(run.out.is_empty(), "{set}");
        let said = format!("error: --set {set}: ");
        assert!(run.err.starts_with(&said), "{set}: {}", run.err);
        assert!(run.err.contains("hint: "), "{set}: {}", run.err);
    }
    // A fact of a workload that is written as if it stood at the top.
    let run = landfall(&["decide", &file, "--set", "traffic.volume=30M/month"]);
    let whole = "hint: write --set workload.thumbnails.traffic.volume=30M/month";
    assert!(run.err.contains(whole), "{}", run.err);
}
