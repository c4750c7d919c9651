//! Goal: `decide` and `simulate` say the same of the same file. Method: every option that a
//! decision has simulated, in windows where its month has many requests, is simulated again
//! with many more of them; the two may be apart by what their standard errors allow. For
//! copies and jobs of random workloads, windows stand for what a few minutes make: there the
//! two may be some times apart.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_catalog::{Catalog, PriceBook};
use landfall_decide::{
    BUDGET, Inputs, OptionDecision, OptionMonth, decide, simulate_decided, simulate_option,
};
use landfall_simulate::{Errors, Method};
use landfall_source::Source;
use landfall_units::SECONDS_PER_MONTH;
use landfall_workload::{System, Workload};
use proptest::prelude::*;
use proptest::sample::select;

use crate::bound::{CATALOG, PACK, cases, is_all};

/// Standard errors that two figures may be apart.
const ERRORS: f64 = 4.0;
/// What a bin of a histogram, and what many figures compared at once, may be off beside.
const BINS: f64 = 0.02;

/// Times that a figure of copies, or of jobs, may be apart where windows stand for a month at
/// random: the median and the mean, and the slowest 1 in 100, which a few minutes make. Of
/// examples and cases, only these may be apart, by the first.
const WINDOWS: f64 = 1.5;
const WINDOWS_SLOWEST: f64 = 3.0;
/// What windows of random workloads may miss of cold starts, as a share.
const FEW: f64 = 0.01;
/// A share of cold starts that is on no bill and behind no p99.
const SELDOM: f64 = 2e-4;
/// What takes as long is late in any case, in seconds.
const LATE_S: f64 = 10.0;

/// Whether two figures are the same within their standard errors.
fn same(one: f64, other: f64, error: f64) -> bool {
    (one - other).abs() <= ERRORS.mul_add(error, BINS * one.max(other))
}

/// Whether two figures that windows stand for are about the same.
fn about_the_same(what: &str, one: f64, other: f64) -> bool {
    let times = if what == "p99" {
        WINDOWS_SLOWEST
    } else {
        WINDOWS
    };
    one.max(other) <= times * one.min(other) || what.starts_with('p') && one.min(other) >= LATE_S
}

/// What `decide` and `simulate` say differently of an option.
fn differences(
    option: &OptionDecision,
    workload: &Workload,
    inputs: &Inputs<'_>,
    budget: u64,
    rough: bool,
) -> Vec<String> {
    let Some(told) = option
        .forecast
        .filter(|one| one.method == Method::Simulated)
    else {
        return Vec::new();
    };
    let mut progress = |_| ();
    let month = simulate_option(
        workload,
        &option.platform,
        inputs,
        SECONDS_PER_MONTH,
        budget,
        &mut progress,
    );
    let Ok(found) = month else {
        return vec![format!("{}: {month:?}", option.platform)];
    };
    let month = &found.month;
    let found_errors = Errors::of(&month.outcome.batches);
    let told_of = option.configuration.clone().unwrap_or_default();
    let of = |figure: fn(&Errors) -> Option<f64>| {
        let error = |errors| figure(errors).unwrap_or(0.0);
        error(&told.errors).hypot(error(&found_errors))
    };
    let counts = &month.counts;
    let (running, running_error) = if told_of.concurrency.is_some() {
        (month.units_mean, of(|errors| errors.environments_mean))
    } else {
        (counts.busy_mean(), of(|errors| errors.running_mean))
    };
    let cold = (told.cold_start_share, counts.cold_share());
    let (now, then) = (told.latency, month.latency);
    let all = [
        ("p50", now.p50_s, then.p50_s, of(|errors| errors.p50_s)),
        ("p99", now.p99_s, then.p99_s, of(|errors| errors.p99_s)),
        ("at work", told.units_mean, running, running_error),
        (
            "cold starts",
            cold.0,
            cold.1,
            of(|errors| errors.cold_start_share),
        ),
    ];
    let is_job = told_of.min_count.is_none() && option.platform != "lambda";
    let is_sampled = option.platform != "lambda" && told.errors != Errors::default();
    let is_rough = rough && is_sampled;
    let differ = all.into_iter().filter(|(what, one, other, error)| {
        // The slowest jobs hang on whether a host happens to be there.
        let is_host = is_job && *what == "p99";
        let is_about = is_rough && (is_host || about_the_same(what, *one, *other));
        let is_slowest =
            is_sampled && *what == "p99" && one.max(*other) <= WINDOWS * one.min(*other);
        let is_load = rough && *what == "at work" && about_the_same(what, *one, *other);
        let is_few = rough && (one - other).abs() <= FEW;
        let is_seldom = *what == "cold starts" && (is_few || (one - other).abs() <= SELDOM);
        !(same(*one, *other, *error) || is_about || is_load || is_slowest || is_seldom)
    });
    let differ = differ.map(|(what, one, other, error)| {
        format!(
            "{} of {}: {what} is decided to be {one} and simulated to be {other}, error {error}",
            workload.id, option.platform
        )
    });
    differ.collect()
}

/// What is said differently of any option of a file.
fn of_file(name: &str, text: &str, (decided, simulated): (u64, u64), rough: bool) -> Vec<String> {
    let system = System::parse(&Source::new(name, text)).unwrap();
    let book: PriceBook = Catalog::prices(system.region()).unwrap();
    let inputs = Inputs {
        budget: Some(decided),
        ..Inputs::by_formulas(&PACK, &CATALOG, &book)
    };
    let decision = decide(&system, &inputs);
    let mut all = Vec::new();
    for (one, workload) in decision.workloads.iter().zip(&system.workloads) {
        for option in &one.options {
            all.extend(differences(option, workload, &inputs, simulated, rough));
        }
    }
    all
}

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.display().to_string(), text)
    };
    paths.map(read).collect()
}

/// Every example and case; every fourth of them, unless everything is asked for.
#[test]
fn of_every_example_and_case() {
    let mut all = files("../../examples");
    all.extend(files("tests/cases"));
    all.sort();
    assert!(all.len() > 15, "{}", all.len());
    let mut differ = Vec::new();
    for (name, text) in all.iter().step_by(if is_all() { 1 } else { 4 }) {
        differ.extend(of_file(name, text, (BUDGET, 1_000_000), false));
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// What a page shows of a day is of the option that was decided, as it was found.
#[test]
fn a_decided_option_is_simulated_as_if_it_were_looked_for_again() {
    const DAY_S: f64 = 86_400.0;
    const REQUESTS: u64 = 50_000;
    for name in ["website", "photo-thumbnails", "nightly-report"] {
        let path = format!("../../examples/{name}.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let system = System::parse(&Source::new(name, &text)).unwrap();
        let book = Catalog::prices(system.region()).unwrap();
        let inputs = Inputs {
            budget: Some(BUDGET),
            ..Inputs::by_formulas(&PACK, &CATALOG, &book)
        };
        let decision = decide(&system, &inputs);
        let workload = &system.workloads[0];
        let mut compared = 0;
        for option in &decision.workloads[0].options {
            let decided = simulate_decided(workload, option, &inputs, DAY_S, REQUESTS);
            let platform = &option.platform;
            let found = simulate_option(workload, platform, &inputs, DAY_S, REQUESTS, &mut |_| ());
            let told = |month: &OptionMonth| {
                let OptionMonth {
                    month, copy, laws, ..
                } = month;
                format!("{:?} {:?} {copy:?} {laws:?}", month.counts, month.latency)
            };
            assert_eq!(decided.as_ref().map(told), found.as_ref().ok().map(told));
            compared += usize::from(decided.is_some());
        }
        assert!(compared > 2, "{name}: {compared}");
    }
}

/// A workload's lines, from a hundred units of work a month to eight a second.
fn lines() -> impl Strategy<Value = String> {
    let trigger = select(vec![
        "http",
        "websocket",
        "object-created",
        "table-stream",
        "data-stream",
        "queue",
        "event-bus",
        "schedule",
        "batch",
    ]);
    let shape = select(vec![
        "steady",
        "diurnal",
        "business-hours",
        "spiky",
        "unpredictable",
    ]);
    (
        (trigger, shape),
        (2.0f64..7.3, 0.5f64..4.5, 1.2f64..6.0, 1u32..6),
        (64u32..3_000, 0.0f64..4.0, select(vec![1, 1, 1, 10, 100])),
    )
        .prop_map(|((trigger, shape), (volume, ms, spread, peak), (mb, init, burst))| {
            let (volume, p50_ms) = (10f64.powf(volume), 10f64.powf(ms));
            let (p99_ms, init_ms) = (p50_ms * spread, 10f64.powf(init));
            format!(
                "schema = 1\nname = \"law\"\n[[workload]]\nid = \"one\"\ntrigger = \"{trigger}\"\n\
                 traffic = {{ volume = \"{volume:.0}/month\", shape = \"{shape}\", peak_to_mean = {peak}, batch = {burst} }}\n\
                 work = {{ duration = {{ p50 = \"{p50_ms:.0}ms\", p99 = \"{p99_ms:.0}ms\" }}, memory = \"{mb}MB\", init = \"{init_ms:.0}ms\" }}\n"
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(200), ..ProptestConfig::default() })]

    /// Windows say what the month says, whatever the work.
    #[test]
    #[ignore = "decides and simulates fifty workloads, or two hundred"]
    fn of_any_workload(text in lines()) {
        let differ = of_file("law.toml", &text, (50_000, 200_000), true);
        prop_assert!(differ.is_empty(), "{text}\n{}", differ.join("\n"));
    }
}
