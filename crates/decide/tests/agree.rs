//! Goal: `decide` and `simulate` say the same of the same file. Method: every option that a
//! decision has simulated, in windows where its month has many requests, is simulated again
//! with many more of them; the two may be apart by what their standard errors allow.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use landfall_catalog::{Catalog, PriceBook};
use landfall_decide::{BUDGET, Inputs, OptionDecision, decide, simulate_option};
use landfall_framework::{Pack, embedded_pack};
use landfall_simulate::{Errors, Method};
use landfall_source::Source;
use landfall_units::SECONDS_PER_MONTH;
use landfall_workload::{System, Workload};
use proptest::prelude::*;
use proptest::sample::select;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());
static PACK: LazyLock<Pack> = LazyLock::new(|| embedded_pack("current", &CATALOG).unwrap());

/// Standard errors that two figures may be apart.
const ERRORS: f64 = 4.0;
/// What a bin of a histogram, and what many figures compared at once, may be off beside.
const BINS: f64 = 0.02;

/// Whether two figures are the same within their standard errors.
fn same(one: f64, other: f64, error: f64) -> bool {
    (one - other).abs() <= ERRORS.mul_add(error, BINS * one.max(other))
}

/// What `decide` and `simulate` say differently of an option.
fn differences(
    option: &OptionDecision,
    workload: &Workload,
    inputs: &Inputs<'_>,
    budget: u64,
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
    let differ = all
        .into_iter()
        .filter(|(_, one, other, error)| !same(*one, *other, *error));
    let differ = differ.map(|(what, one, other, error)| {
        format!(
            "{} of {}: {what} is decided to be {one} and simulated to be {other}, error {error}, {:?} {:?}",
            workload.id, option.platform, month.windows, told.errors
        )
    });
    differ.collect()
}

/// What is said differently of any option of a file.
fn of_file(name: &str, text: &str, decided: u64, simulated: u64) -> Vec<String> {
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
            all.extend(differences(option, workload, &inputs, simulated));
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

#[test]
fn of_every_example_and_case() {
    let all = files("../../examples")
        .into_iter()
        .chain(files("tests/cases"));
    let mut number = 0;
    let mut differ = Vec::new();
    for (name, text) in all {
        let began = std::time::Instant::now();
        differ.extend(of_file(&name, &text, BUDGET, 1_500_000));
        println!("{name} {:?}", began.elapsed());
        number += 1;
    }
    assert!(number > 15, "{number}");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Cases of the law: a quarter of them, unless everything is asked for.
fn cases(all: u32) -> u32 {
    if std::env::var_os("LANDFALL_ALL_CASES").is_some() {
        all
    } else {
        all / 4
    }
}

/// A workload's lines, from a few hundred units of work a month to hundreds a second.
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
        (2.0f64..9.0, 0.5f64..4.5, 1.2f64..6.0, 1u32..20),
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

    #[test]
    fn of_any_workload(text in lines()) {
        let differ = of_file("law.toml", &text, 50_000, 400_000);
        prop_assert!(differ.is_empty(), "{text}\n{}", differ.join("\n"));
    }
}
