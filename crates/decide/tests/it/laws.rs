//! Goal: a decision keeps its promises whatever the workload. Method: workloads
//! drawn at random, written as files, decided, and held against each law.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use landfall_catalog::Catalog;
use landfall_decide::{
    BUDGET, Decision, Inputs, OptionDecision, Standing, Verdict, WorkloadDecision, decide,
};
use landfall_framework::{PACKS, Pack, embedded_pack};
use landfall_source::{Source, Span};
use landfall_units::Money;
use landfall_workload::{FactId, Kind, Origin, System, Value};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::bound::{BOOK, CATALOG, PACK, cases, is_all};

fn with(pack: &Pack, system: &System) -> Decision {
    let inputs = Inputs::by_formulas(pack, &CATALOG, &BOOK);
    decide(system, &inputs)
}

fn parse(lines: &[String]) -> System {
    let text = format!(
        "schema = 1\nname = \"law\"\n[[workload]]\nid = \"one\"\n{}\n",
        lines.join("\n")
    );
    System::parse(&Source::new("law.toml", &text)).unwrap()
}

fn one(lines: &[String]) -> WorkloadDecision {
    with(&PACK, &parse(lines)).workloads.remove(0)
}

fn option<'d>(decision: &'d WorkloadDecision, id: &str) -> &'d OptionDecision {
    decision
        .options
        .iter()
        .find(|option| option.platform == id)
        .unwrap()
}

/// Everything told of a workload but the places of its facts in the file.
fn told(one: &WorkloadDecision) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        one.options, one.tipping, one.assumed, one.unknown
    )
}

/// A workload file's lines: any subset of plausible facts.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let trigger = select(vec![
        "http",
        "websocket",
        "tcp",
        "object-created",
        "table-stream",
        "queue",
        "event-bus",
        "schedule",
        "batch",
    ]);
    let flags = [
        "gpu",
        "sidecar",
        "daemon",
        "privileged",
        "kernel_tuning",
        "custom_host",
        "persistent_connections",
        "local_state",
        "non_http_listener",
        "kubernetes_api",
        "on_premises",
        "spot_market",
        "interruptible",
        "private_resources",
    ];
    let flags = subsequence(flags.to_vec(), 0..14)
        .prop_flat_map(|names| {
            let count = names.len();
            (
                Just(names),
                prop::collection::vec(prop::bool::weighted(0.15), count),
            )
        })
        .prop_map(|(names, values)| -> Vec<String> {
            names
                .iter()
                .zip(values)
                .map(|(name, flag)| format!("needs.{name} = {flag}"))
                .collect()
        });
    let sizes = (
        prop::option::of(1u32..40_000_000),
        prop::option::of(1u32..3_600_000),
        prop::option::of(64u32..200_000),
        prop::option::of(1u32..40),
        prop::option::of(0u32..30_000),
        any::<bool>(),
    );
    (prop::option::of(trigger), flags, sizes).prop_map(|(trigger, mut lines, sizes)| {
        let (volume, p50_ms, memory_mb, peak, init_ms, redesign) = sizes;
        lines.extend(trigger.map(|word| format!("trigger = \"{word}\"")));
        lines.extend(volume.map(|n| format!("traffic.volume = \"{n}/month\"")));
        lines.extend(peak.map(|n| format!("traffic.peak_to_mean = {n}")));
        lines.extend(p50_ms.map(|ms| {
            format!(
                "work.duration = {{ p50 = \"{ms}ms\", p99 = \"{}ms\" }}",
                u64::from(ms) * 3
            )
        }));
        lines.extend(memory_mb.map(|mb| format!("work.memory = \"{mb}MB\"")));
        lines.extend(init_ms.map(|ms| format!("work.init = \"{ms}ms\"")));
        lines.push(format!("redesign = {redesign}"));
        lines
    })
}

/// Answers worth learning, for any given fact.
fn answer(fact: FactId, pick: usize) -> Option<Value> {
    match fact.kind() {
        Kind::Flag => Some(Value::Flag(pick.is_multiple_of(2))),
        Kind::Choice(words) => words
            .get(pick % words.len())
            .map(|word| Value::Choice(word)),
        Kind::Choices(words) => Some(Value::Choices(vec![words[pick % words.len()]])),
        Kind::Quantity(_) => Some(Value::exact([1e-3, 1.0, 3e3, 5e8, 2e10][pick % 5])),
        Kind::Text => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(96), ..ProptestConfig::default() })]

    #[test]
    fn an_exclusion_is_turned_only_by_a_fact_named_among_the_unknowns(
        lines in lines(), which in 0usize..200, pick in 0usize..30,
    ) {
        let system = parse(&lines);
        let before = with(&PACK, &system).workloads.remove(0);
        let unknown: Vec<FactId> = FactId::ALL
            .iter()
            .copied()
            .filter(|fact| system.workloads[0].facts.is_unknown(*fact))
            .filter(|fact| fact.scope() != landfall_workload::Scope::Derived)
            .collect();
        let fact = unknown[which % unknown.len()];
        let Some(value) = answer(fact, pick) else { return Ok(()) };
        let mut learned = system.clone();
        learned.workloads[0].facts.set(fact, value, Origin::Given(Span::default()));
        let after = with(&PACK, &learned).workloads.remove(0);
        if let Some(best) = after.recommended() {
            let was = option(&before, &best.platform).verdict;
            let named = before.unknown.iter().any(|unknown| unknown.fact == fact);
            prop_assert!(
                was != Verdict::Excluded || named,
                "{} was excluded; learning {} recommends it", best.platform, fact.name()
            );
        }
    }

    #[test]
    fn more_of_anything_never_brings_an_excluded_platform_back(
        lines in lines(), more in 1.1f64..50.0,
    ) {
        let system = parse(&lines);
        let before = with(&PACK, &system).workloads.remove(0);
        for fact in [FactId::Gpu, FactId::DurationMax, FactId::Memory, FactId::EphemeralDisk] {
            let mut harder = system.clone();
            let facts = &mut harder.workloads[0].facts;
            let value = match facts.likely(fact) {
                _ if fact == FactId::Gpu => Value::Flag(true),
                Some(now) => Value::exact(now * more),
                None => continue,
            };
            facts.set(fact, value, Origin::Given(Span::default()));
            let after = with(&PACK, &harder).workloads.remove(0);
            for was in before.options.iter().filter(|was| was.verdict == Verdict::Excluded) {
                // Asking for a GPU changes which instances are looked at, so that only
                // what a rule excluded is held to stay out.
                let by_rule = was.reasons.iter().any(|reason| reason.kind.is_some());
                prop_assert!(
                    !by_rule || option(&after, &was.platform).verdict == Verdict::Excluded,
                    "{} came back with more {}", was.platform, fact.name()
                );
            }
        }
    }

    #[test]
    fn no_gpu_on_lambda_or_fargate(lines in lines(), pack in select(PACKS.to_vec())) {
        let mut lines: Vec<String> =
            lines.into_iter().filter(|line| !line.starts_with("needs.gpu")).collect();
        lines.push("needs.gpu = true".to_owned());
        let pack = embedded_pack(pack, &CATALOG).unwrap();
        let decision = with(&pack, &parse(&lines)).workloads.remove(0);
        for option in &decision.options {
            let without = option.platform.contains("lambda") || option.platform.contains("fargate");
            prop_assert!(!without || option.verdict == Verdict::Excluded, "{}", option.platform);
        }
    }

    #[test]
    fn nobody_waits_longer_than_an_invocation_lasts(
        lines in lines(), minutes in 16u32..1_000, trigger in select(vec!["http", "websocket"]),
    ) {
        let mut lines: Vec<String> = lines
            .into_iter()
            .filter(|line| !line.starts_with("trigger") && !line.starts_with("work.duration"))
            .collect();
        lines.push(format!("trigger = \"{trigger}\""));
        lines.push(format!("work.duration.max = \"{minutes}min\""));
        let decision = one(&lines);
        prop_assert_eq!(option(&decision, "lambda").verdict, Verdict::Excluded);
        prop_assert_eq!(option(&decision, "lambda-managed-instances").verdict, Verdict::Excluded);
    }

    #[test]
    fn more_traffic_never_costs_less(lines in lines(), volume in 1u32..5_000_000, more in 2u32..9) {
        let base: Vec<String> =
            lines.into_iter().filter(|line| !line.starts_with("traffic.volume")).collect();
        let at = |volume: u64| {
            let mut lines = base.clone();
            lines.push(format!("traffic.volume = \"{volume}/month\""));
            one(&lines)
        };
        let (few, many) = (at(u64::from(volume)), at(u64::from(volume) * u64::from(more)));
        for cheap in &few.options {
            let dear = option(&many, &cheap.platform);
            // Only like is compared with like: with more traffic a target may be met
            // that was missed before, at another size.
            let alike = cheap.configuration.as_ref().zip(dear.configuration.as_ref()).is_some_and(
                |(a, b)| a.memory_mb == b.memory_mb && a.instance == b.instance
                    && a.vcpus == b.vcpus && a.architecture == b.architecture,
            );
            if let (Some(a), Some(b), true) = (cheap.monthly, dear.monthly, alike) {
                // Cold starts grow rarer with traffic: a bill made of them may grow less
                // than they shrink, by a few cents.
                let slack = if cheap.platform == "lambda" { 1.02 } else { 1.0 };
                prop_assert!(
                    a.bill.as_f64() <= b.bill.as_f64() * slack + 0.05,
                    "{}: {} then {}", cheap.platform, a.bill, b.bill
                );
            }
        }
    }

    #[test]
    fn order_decides_nothing(first in lines(), second in lines()) {
        let file = |blocks: [(&str, &[String]); 2]| {
            let body = blocks.map(|(id, lines)| format!("[[workload]]\nid = \"{id}\"\n{}\n", lines.join("\n"))).concat();
            let text = format!("schema = 1\nname = \"law\"\n{body}");
            System::parse(&Source::new("law.toml", &text)).unwrap()
        };
        let one_way = with(&PACK, &file([("a", &first), ("b", &second)]));
        let other_way = with(&PACK, &file([("b", &second), ("a", &first)]));
        prop_assert_eq!(one_way.total, other_way.total);
        prop_assert!(told(&one_way.workloads[0]) == told(&other_way.workloads[1]));
        let mut shuffled = PACK.clone();
        shuffled.rules.reverse();
        let third = with(&shuffled, &file([("a", &first), ("b", &second)]));
        prop_assert!(told(&one_way.workloads[0]) == told(&third.workloads[0]));
        prop_assert!(told(&one_way.workloads[1]) == told(&third.workloads[1]));
    }
}

#[test]
fn a_price_that_is_missing_makes_an_option_unpriced_never_cheaper() {
    let text = include_str!("../../../../examples/website.toml");
    let system = System::parse(&Source::new("website.toml", text)).unwrap();
    let whole = with(&PACK, &system).workloads.remove(0);
    for (service, meter) in [
        ("lambda", "duration-arm64"),
        ("alb", "lcu"),
        ("api-gateway", "http"),
        ("logs", "ingested"),
    ] {
        let mut book = BOOK.clone();
        book.remove(service, meter).unwrap();
        let inputs = Inputs::by_formulas(&PACK, &CATALOG, &book);
        let lacking = decide(&system, &inputs).workloads.remove(0);
        for option in lacking
            .options
            .iter()
            .filter(|option| option.bill.is_some())
        {
            let was = self::option(&whole, &option.platform);
            match (option.monthly, was.monthly) {
                (Some(now), Some(before)) => assert!(now.total >= before.total, "{meter}"),
                (None, _) => {
                    let told = option
                        .reasons
                        .iter()
                        .any(|reason| reason.rule == "unpriced");
                    assert!(
                        told,
                        "{} does not say that {meter} is missing",
                        option.platform
                    );
                }
                (Some(_), None) => panic!("{} became priced without {meter}", option.platform),
            }
        }
    }
}

#[test]
fn a_gpu_service_is_sized_by_its_gpus() {
    let decision = one(&[
        "trigger = \"http\"".to_owned(),
        "needs.gpu = true".to_owned(),
        "traffic.volume = \"5M/month\"".to_owned(),
        "traffic.peak_to_mean = 2".to_owned(),
        "work.duration = { p50 = \"120ms\", p99 = \"300ms\" }".to_owned(),
        "work.memory = \"8GB\"".to_owned(),
    ]);
    let found = option(&decision, "ecs-ec2").configuration.clone().unwrap();
    // A quarter of a GPU is busy on average, half of one at the peak: two instances
    // with one GPU each, for availability.
    let instance = CATALOG.instance(&found.instance.unwrap()).unwrap();
    assert!((instance.gpus - 1.0).abs() < 1e-9, "{instance:?}");
    assert_eq!(found.max_count, Some(2.0));
}

/// Services of one team that need hosts of its own, each filling a part of the two that are
/// kept for availability: they share them. Together they cost less than apart, more than one
/// alone, and never less than the hosts that hold what they fill.
#[test]
fn services_share_the_hosts_of_a_cluster() {
    let total_of = |services: usize| {
        let workload = |number: usize| {
            format!(
                "[[workload]]\nid = \"s{number}\"\ntrigger = \"http\"\n\
                 needs = {{ custom_host = true, gpu = false }}\n\
                 traffic = {{ volume = \"{}M/month\", shape = \"steady\" }}\n\
                 work = {{ duration = {{ p50 = \"50ms\", p99 = \"200ms\", max = \"1s\" }}, memory = \"{}MB\" }}\n",
                4 + number,
                200 + 50 * number
            )
        };
        let all: String = (0..services).map(workload).collect();
        let text = format!("schema = 1\nname = \"law\"\n{all}");
        let system = System::parse(&Source::new("law.toml", &text)).unwrap();
        let decision = with(&PACK, &system);
        for one in &decision.workloads {
            assert_eq!(one.recommended().unwrap().platform, "ecs-ec2");
        }
        let shared: Vec<String> = decision.shared.iter().map(|one| one.what.clone()).collect();
        (decision.total.unwrap(), shared)
    };
    let (alone, shared) = total_of(1);
    assert!(shared.is_empty(), "{shared:?}");
    let mut before = alone;
    for services in 2..5 {
        let (together, shared) = total_of(services);
        assert!(shared.contains(&"ecs-ec2-hosts".to_owned()), "{shared:?}");
        assert!(together > before, "{services}: {together} {before}");
        assert!(together < before + alone, "{services}: {together} {before}");
        before = together;
    }
}

/// What is shown of an option is of one configuration, and adds up.
fn agree(one: &WorkloadDecision) {
    for option in &one.options {
        let told = format!("{} of {}: {:?}", option.platform, one.id, one.facts);
        if let (Some(bill), Some(monthly)) = (&option.bill, &option.monthly) {
            let sum = bill
                .lines
                .iter()
                .try_fold(Money::ZERO, |sum, line| Some(sum + line.amount?.to_cent()));
            assert_eq!(Some(monthly.bill), sum, "sum of lines: {told}");
            assert_eq!(
                monthly.bill + monthly.people + monthly.premium,
                monthly.total,
                "total: {told}"
            );
            if let Some(doubt) = &option.doubt {
                assert!(
                    doubt.p10 <= monthly.total && monthly.total <= doubt.p90,
                    "{} within {} to {}: {told}",
                    monthly.total,
                    doubt.p10,
                    doubt.p90
                );
            }
        }
        let chosen: Vec<_> = option
            .tried
            .iter()
            .filter(|tried| tried.is_chosen)
            .collect();
        if option.configuration.is_some() {
            assert_eq!(chosen.len(), 1, "one row is marked: {told}");
        }
        if let (Some(forecast), [row]) = (&option.forecast, chosen.as_slice()) {
            let apart_s = (forecast.latency.p99_s - row.p99_s).abs();
            assert!(apart_s == 0.0, "{apart_s} s from the marked row: {told}");
        }
        // What the marked row says of a target is what is said of the option.
        if let (Some(true), [row]) = (option.meets_targets, chosen.as_slice()) {
            assert!(row.standing != Standing::Misses, "{told}");
        }
    }
}

#[test]
fn what_is_shown_of_every_example_is_of_one_configuration() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut number = 0;
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    for path in paths.into_iter().step_by(if is_all() { 1 } else { 3 }) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        let system = System::parse(&Source::new(&name, &text)).unwrap();
        let book = Catalog::prices(system.region()).unwrap();
        let inputs = Inputs {
            budget: Some(BUDGET),
            scenarios: 200,
            ..Inputs::by_formulas(&PACK, &CATALOG, &book)
        };
        for one in &decide(&system, &inputs).workloads {
            agree(one);
            number += 1;
        }
    }
    assert!(number > if is_all() { 10 } else { 3 }, "{number}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_is_of_one_configuration(lines in lines(), seed in 0_u64..1_000) {
        let inputs = Inputs {
            seed,
            budget: Some(10_000),
            scenarios: 40,
            ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
        };
        for one in &decide(&parse(&lines), &inputs).workloads {
            agree(one);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), ..ProptestConfig::default() })]

    /// Hours are in the totals: an option that is cheapest in fewer scenarios than another and
    /// costs more on average is never taken for them, and never costs an hour's pay more.
    #[test]
    fn nothing_is_taken_for_its_hours_that_another_beats(lines in lines(), seed in 0_u64..1_000) {
        let inputs = Inputs {
            seed,
            scenarios: 60,
            ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
        };
        let system = parse(&lines);
        let decision = decide(&system, &inputs).workloads.remove(0);
        let Some(best) = decision.recommended() else { return Ok(()) };
        let runs = |option: &OptionDecision| option.doubt.map_or(0.0, |doubt| 1.0 - doubt.excluded);
        let can_run = decision.options.iter().any(|option| runs(option) > 0.0);
        prop_assert!(!can_run || runs(best) > 0.0, "{} never runs of {lines:?}", best.platform);
        let weight = |option: &OptionDecision| {
            let monthly = option.monthly.unwrap();
            (monthly.expected - monthly.already_paid).as_f64()
        };
        let wins = |option: &OptionDecision| option.doubt.map_or(0.0, |doubt| doubt.wins);
        let needs_reason = |option: &OptionDecision| {
            option.reasons.iter().any(|reason| reason.rule == "eks-needs-a-reason")
        };
        let (filled, _) = landfall_decide::assume::fill(&system.workloads[0].facts, &PACK, &CATALOG);
        let hourly = filled.likely(FactId::HourlyCost).unwrap();
        let rivals = decision.options.iter().skip(1).filter(|option| {
            option.monthly.is_some()
                && !matches!(option.verdict, Verdict::Excluded | Verdict::Unpriced)
                && option.meets_targets == best.meets_targets
                && !needs_reason(option)
        });
        for rival in rivals {
            let (cost, other) = (weight(best), weight(rival));
            prop_assert!(
                cost <= other * (1.0 + 1e-9) || wins(rival) <= wins(best),
                "{} costs {cost} and wins {}, {} costs {other} and wins {}",
                best.platform, wins(best), rival.platform, wins(rival)
            );
            prop_assert!(
                cost < other + hourly,
                "{} costs {cost}, {} {other} of {lines:?}", best.platform, rival.platform
            );
        }
    }
}
