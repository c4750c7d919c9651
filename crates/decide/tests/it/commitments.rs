//! Goal: Savings Plans are bought as AWS sells them, and the bill says what they come to. Method:
//! closed forms of steady work, sums of bills, and examples decided with plans and without.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use landfall_catalog::bill::Line;
use landfall_decide::{Decision, Inputs, OptionDecision, decide};
use landfall_source::Source;
use landfall_units::HOURS_PER_MONTH;
use landfall_workload::System;

use crate::bound::{BOOK, CATALOG, PACK};

/// A service whose facts are all exact, so that every scenario is alike but for prices, hours of
/// people and behaviour.
const STEADY: &str = r#"
[[workload]]
id = "api"
trigger = "http"
purpose = "microservice"
traffic = { volume = "100/s", shape = "steady", peak_to_mean = 1 }
work = { duration = { p50 = "100ms", p99 = "300ms", max = "1s" }, cpu_share = 0.7, threads = 1, memory = "400MB", memory_added = "10MB", init = "2s", request = "1KB", response = "1KB" }
package = { kind = "image", size = "200MB", os = "linux", architectures = ["x86_64"] }
"#;

/// The same, with traffic that follows the day.
fn wave() -> String {
    STEADY.replace(
        "shape = \"steady\", peak_to_mean = 1",
        "shape = \"diurnal\", peak_to_mean = 3",
    )
}

fn decided(team: &str, workloads: &str, scenarios: usize) -> Decision {
    let text = format!(
        "schema = 1\nname = \"plans\"\n[team]\nkubernetes = \"none\"\nhourly_cost = \
         \"$80/h\"\n{team}\n{workloads}"
    );
    let system = System::parse(&Source::new("plans.toml", &text)).unwrap();
    let inputs = Inputs::by_formulas(&PACK, &CATALOG, &BOOK);
    decide(
        &system,
        &Inputs {
            scenarios,
            ..inputs
        },
    )
}

fn option<'d>(decision: &'d Decision, id: &str) -> &'d OptionDecision {
    let options = &decision.workloads[0].options;
    options.iter().find(|one| one.platform == id).unwrap()
}

fn lines(option: &OptionDecision) -> &[Line] {
    &option.bill.as_ref().unwrap().lines
}

/// What lines of an option come to.
fn sum(option: &OptionDecision, wanted: impl Fn(&Line) -> bool) -> f64 {
    let wanted = lines(option).iter().filter(|line| wanted(line));
    wanted.map(|line| line.amount.unwrap().as_f64()).sum()
}

fn is_of_plan(line: &Line) -> bool {
    line.meter.contains("savings-") || line.service == "savings-plans"
}

#[test]
fn what_always_runs_is_paid_by_the_plan() {
    let without = decided("commitment = \"none\"", STEADY, 0);
    for (term, upfront) in [
        ("1y", "none"),
        ("1y", "all"),
        ("3y", "none"),
        ("3y", "partial"),
    ] {
        let team = format!("commitment = \"{term}\"\nupfront = \"{upfront}\"");
        let with = decided(&team, STEADY, 0);
        for id in ["fargate", "lambda", "ecs-ec2"] {
            let (before, after) = (option(&without, id), option(&with, id));
            let bought = after.commitment.as_ref().unwrap();
            assert_eq!(
                (bought.plan.term.word(), bought.plan.upfront.word()),
                (term, upfront)
            );
            // Steady use is paid for whole, and nothing is bought beyond it.
            let service = id.replace("ecs-", "");
            let on_demand =
                |line: &Line| line.service == service && !is_of_plan(line) && bought_for(line);
            let compute = sum(before, on_demand);
            assert!(
                sum(after, on_demand) < 0.02 * compute,
                "{id} {term} {upfront}"
            );
            assert!(bought.unused() < 0.01, "{id} {term} {upfront}");
            let paid = sum(after, is_of_plan);
            let commitment = bought.dollars_per_h * HOURS_PER_MONTH;
            assert!(
                (paid - commitment).abs() < 0.01 * commitment,
                "{id}: {paid} {commitment}"
            );
            assert!(
                paid < 0.95 * compute,
                "{id} {term} {upfront}: {paid} of {compute}"
            );
            // The rest of the bill is as before.
            let rest = |option| sum(option, |line| !is_of_plan(line) && !on_demand(line));
            assert!((rest(before) - rest(after)).abs() < 1e-9);
        }
    }
}

/// Whether plans pay for a line: compute on demand, not requests, fees or disks.
fn bought_for(line: &Line) -> bool {
    let meter: &str = &line.meter;
    ["vcpu", "memory", "duration", "provisioned"]
        .iter()
        .any(|start| meter.starts_with(start))
        || meter.ends_with(":on-demand")
}

#[test]
fn of_work_that_follows_the_day_the_plan_pays_a_part() {
    let with = decided("commitment = \"1y\"", &wave(), 0);
    let fargate = option(&with, "fargate");
    let bought = fargate.commitment.as_ref().unwrap();
    let beyond = sum(fargate, |line| {
        line.service == "fargate" && !is_of_plan(line)
    });
    let paid = sum(fargate, is_of_plan);
    assert!(beyond > paid, "{beyond} {paid}");
    // Used or not, it is paid in every hour.
    assert!(
        (paid - bought.dollars_per_h * HOURS_PER_MONTH).abs() < 0.01,
        "{paid}"
    );
    let monthly = fargate.monthly.as_ref().unwrap();
    assert_eq!(
        fargate.bill.as_ref().unwrap().total().unwrap(),
        monthly.bill
    );
}

#[test]
fn over_scenarios_a_commitment_saves_what_is_said() {
    let without = decided("commitment = \"none\"", &wave(), 400);
    let with = decided("commitment = \"3y\"\nupfront = \"all\"", &wave(), 400);
    for id in ["fargate", "ecs-managed-instances"] {
        let (before, after) = (option(&without, id), option(&with, id));
        let bought = after.commitment.as_ref().unwrap();
        // Nothing but the plan differs; in some scenarios a team moves elsewhere, and pays what
        // the best costs there.
        let mean = |option: &OptionDecision| option.doubt.unwrap().mean.as_f64();
        let saved = mean(before) - mean(after);
        let said = bought.expected.saved();
        assert!(
            said > 0.0 && saved > 0.3 * said && saved < 1.1 * said,
            "{id}: {saved} {said}"
        );
    }
}

#[test]
fn what_a_plan_does_not_cover_stays() {
    // Spot is bought where work may be interrupted and nobody waits for it.
    let batch = r#"
[[workload]]
id = "batch"
trigger = "schedule"
purpose = "batch-processing"
traffic = { volume = "20k/day", shape = "steady" }
work = { duration = { p50 = "5min", p99 = "10min", max = "12min" }, cpu_share = 1, memory = "2GB" }
needs = { interruptible = true }
"#;
    let with = decided("commitment = \"1y\"", batch, 0);
    let all = &with.workloads[0].options;
    let spot: Vec<&OptionDecision> = all
        .iter()
        .filter(|one| {
            one.bill.is_some() && lines(one).iter().any(|line| line.meter.contains("spot"))
        })
        .collect();
    assert!(!spot.is_empty());
    for one in spot {
        let mixed = lines(one)
            .iter()
            .any(|line| line.meter.contains("spot") && is_of_plan(line));
        assert!(!mixed && one.commitment.is_none(), "{}", one.platform);
    }
}

#[test]
fn where_a_file_says_nothing_what_a_plan_would_do_is_said() {
    let silent = decided("", STEADY, 200);
    let would = silent.if_committed.as_ref().unwrap();
    let with = decided("commitment = \"1y\"", STEADY, 200);
    let chosen = with.workloads[0].recommended().unwrap();
    let bought = chosen.commitment.as_ref().unwrap();
    assert!((would.saved.as_f64() / bought.expected.saved() - 1.0).abs() < 0.05);
    assert!((would.dollars_per_h / bought.dollars_per_h - 1.0).abs() < 0.1);
    let before = silent.workloads[0].recommended().unwrap();
    let moves = before.platform != chosen.platform;
    assert_eq!(would.changes.len(), usize::from(moves));
    assert!(
        decided("commitment = \"none\"", STEADY, 200)
            .if_committed
            .is_none()
    );
    assert!(with.if_committed.is_none());
}

/// Two services whose days are those of two zones.
fn in_zones(one: &str, other: &str) -> String {
    let of = |id: &str, zone: &str| {
        let text = wave().replace("id = \"api\"", &format!("id = \"{id}\""));
        text.replace(
            "peak_to_mean = 3",
            &format!("peak_to_mean = 3, time_zone = \"{zone}\""),
        )
    };
    of("api", one) + &of("web", other)
}

#[test]
fn several_workloads_share_one_plan() {
    // Both run on containers, which follow the day.
    let saved = |one: &str, other: &str, scenarios: usize| {
        let decision = decided("commitment = \"1y\"", &in_zones(one, other), scenarios);
        let chosen = decision.workloads.iter();
        let chosen: Vec<&OptionDecision> = chosen.map(|one| one.recommended().unwrap()).collect();
        let [plan] = decision.shared_plans.as_slice() else {
            panic!("{:?}", decision.shared_plans);
        };
        assert_eq!(plan.used_by, ["api", "web"]);
        // The total has one plan in place of two.
        let monthly = chosen.iter().map(|one| one.monthly.unwrap().total.as_f64());
        let shared = decision.shared.iter().map(|thing| thing.saved.as_f64());
        let total = monthly.sum::<f64>() - shared.sum::<f64>() - plan.saved.as_f64();
        assert!((decision.total.unwrap().as_f64() - total).abs() < 1e-6);
        // It saves what those of each save, and what it saves over them.
        let own = chosen.iter().filter_map(|one| one.commitment.as_ref());
        let own: f64 = own.map(|own| own.expected.saved()).sum();
        let both = plan.bought.expected.saved();
        assert!((both - own - plan.saved_over_own.as_f64()).abs() < 1e-6 * both);
        plan.saved_over_own.as_f64() / both
    };
    for scenarios in [0, 200] {
        let alike = saved("Europe/London", "Europe/London", scenarios);
        let apart = saved("Europe/London", "Pacific/Auckland", scenarios);
        assert!(alike > -1e-9 && alike < 0.02, "{alike}");
        assert!(apart > 0.1, "{apart}");
    }
    let alone = decided("commitment = \"1y\"", &wave(), 0);
    assert!(alone.shared_plans.is_empty());
    // What plans would do is said of one plan for all.
    let zones = in_zones("Europe/London", "Pacific/Auckland");
    let would = decided("", &zones, 200).if_committed.unwrap();
    let with = decided("commitment = \"1y\"", &zones, 200);
    let bought = with.shared_plans[0].bought;
    assert!((would.dollars_per_h / bought.dollars_per_h - 1.0).abs() < 0.1);
    assert!((would.saved.as_f64() / bought.expected.saved() - 1.0).abs() < 0.1);
}
