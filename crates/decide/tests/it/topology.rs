//! Goal: options are compared on one posture, and what stands around them is billed once.
//! Method: workloads that were compared on different postures, the examples whose templates
//! cost more than their bills, and random workloads.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_decide::{
    Decision, Inputs, OptionDecision, Placement, Profile, Topology, WorkloadDecision, decide,
};
use landfall_source::Source;
use landfall_units::Money;
use landfall_workload::System;

use crate::bound::{BOOK, CATALOG, PACK};

fn decided_in(text: &str, profile: Profile) -> Decision {
    let system = System::parse(&Source::new("case.toml", text)).unwrap();
    let inputs = Inputs {
        profile,
        ..Inputs::by_formulas(&PACK, &CATALOG, &BOOK)
    };
    decide(&system, &inputs)
}

fn decided(text: &str) -> Decision {
    decided_in(text, Profile::Starter)
}

fn options(workload: &WorkloadDecision) -> impl Iterator<Item = (&OptionDecision, &Topology)> {
    let options = workload.options.iter();
    options.filter_map(|one| Some((one, one.topology.as_deref()?)))
}

fn billed(option: &OptionDecision, service: &str, meter: &str) -> Money {
    let lines = option.bill.iter().flat_map(|bill| &bill.lines);
    let of = lines.filter(|line| line.service == service && line.meter == meter);
    of.filter_map(|line| line.amount).map(Money::to_cent).sum()
}

/// What reaches private resources stands in private subnets on every platform, and every way
/// out of them is billed alike.
#[test]
fn options_are_compared_on_one_posture() {
    for text in [
        include_str!("../cases/django.toml"),
        include_str!("../cases/spring.toml"),
    ] {
        let decision = decided(text);
        let mut seen = 0;
        for (option, topology) in options(&decision.workloads[0]) {
            assert_eq!(topology.placement, Placement::Private, "{}", option.name);
            assert_eq!(topology.nat_gateways, 1, "{}", option.name);
            assert_eq!(
                billed(option, "nat", "hour"),
                Money::from_f64(32.85),
                "{}",
                option.name
            );
            assert_eq!(billed(option, "vpc", "public-ipv4-tasks"), Money::ZERO);
            seen += 1;
        }
        assert!(seen >= 5, "{seen}");
        let public = text.replace("[team]", "[network]\nplacement = \"public\"\n[team]");
        let decision = decided(&public);
        let placed = |id: &str| {
            let mut all = options(&decision.workloads[0]);
            all.find(|(one, _)| one.platform == id).unwrap().1.placement
        };
        assert_eq!(placed("fargate"), Placement::Public);
        // A function has no address of its own, and neither have tasks on instances.
        assert_eq!(placed("lambda"), Placement::Private);
        assert_eq!(placed("ecs-ec2"), Placement::Private);
    }
}

/// What an account has already is not billed again.
#[test]
fn the_gateway_of_an_existing_network_is_paid() {
    let text = include_str!("../cases/django.toml");
    let text = text.replace("[team]", "[network]\nexisting = true\n[team]");
    for (option, topology) in options(&decided(&text).workloads[0]) {
        assert!(topology.goes_through_nat(), "{}", option.name);
        assert_eq!(
            billed(option, "nat", "hour"),
            Money::ZERO,
            "{}",
            option.name
        );
    }
}

/// A function that calls nothing outside needs no gateway, whatever it reaches inside.
#[test]
fn a_way_out_is_there_only_for_what_goes_out() {
    for text in [
        include_str!("../../../../examples/nightly-report.toml"),
        include_str!("../../../../examples/ml-inference.toml"),
    ] {
        let decision = decided(text);
        let found = options(&decision.workloads[0]).find(|(one, _)| one.platform == "lambda");
        let (option, topology) = found.unwrap();
        assert_eq!((topology.nat_gateways, topology.endpoints.len()), (0, 0));
        assert_eq!(billed(option, "nat", "hour"), Money::ZERO);
        assert_eq!(billed(option, "kms", "key"), Money::from_f64(1.0));
    }
    let files = decided(include_str!("../../../../examples/ml-inference.toml"));
    let (option, _) = options(&files.workloads[0]).next().unwrap();
    assert!(billed(option, "efs", "stored") > Money::ZERO);
}

/// What all copies share is billed once, and what each has, for each.
#[test]
fn copies_share_what_the_stack_has_once() {
    let text = include_str!("../../../../examples/microservices.toml");
    let one = decided(&text.replace("copies = 12", "copies = 1"));
    let twelve = decided(text);
    let of = |decision: &Decision| {
        let workload = &decision.workloads[0];
        let found = options(workload).find(|(option, _)| option.platform == "fargate");
        let (option, _) = found.unwrap();
        [
            billed(option, "vpc", "public-ipv4-alb"),
            billed(option, "alb", "hour"),
            billed(option, "kms", "key"),
            billed(option, "cloudwatch", "alarm-stack"),
            billed(option, "cloudwatch", "alarm"),
        ]
    };
    let (one, twelve) = (of(&one), of(&twelve));
    assert_eq!(one[..4], twelve[..4]);
    assert_eq!(twelve[4], Money::from_f64(one[4].as_f64() * 12.0));
}

/// More asked of the account never costs less.
#[test]
fn a_stricter_profile_is_never_cheaper() {
    for text in [
        include_str!("../cases/django.toml"),
        include_str!("../../../../examples/nightly-report.toml"),
        include_str!("../../../../examples/photo-thumbnails.toml"),
        include_str!("../../../../examples/microservices.toml"),
    ] {
        let decisions = Profile::ALL.map(|profile| decided_in(text, profile));
        for pair in decisions.windows(2) {
            for (option, _) in options(&pair[0].workloads[0]) {
                let mut others = pair[1].workloads[0].options.iter();
                let other = others.find(|one| one.platform == option.platform).unwrap();
                let bills = (option.monthly, other.monthly);
                let (Some(before), Some(after)) = bills else {
                    continue;
                };
                assert!(
                    after.bill >= before.bill,
                    "{}: {} {}",
                    option.name,
                    before.bill,
                    after.bill
                );
            }
        }
    }
}

/// A load balancer and its logs are billed once for all that stand behind it.
#[test]
fn logs_of_a_shared_load_balancer_are_billed_once() {
    let workload = |id: &str| {
        format!(
            "[[workload]]\nid = \"{id}\"\ntrigger = \"http\"\ntraffic.volume = \"2M/month\"\n\
             work = {{ duration = \"80ms\", memory = \"512MB\", init = \"20s\" }}\n\
             needs = {{ persistent_connections = true, local_state = true }}\n"
        )
    };
    let two = format!(
        "schema = 1\nname = \"Two\"\n{}{}",
        workload("one"),
        workload("other")
    );
    let decision = decided(&two);
    let chosen = decision
        .workloads
        .iter()
        .filter_map(|one| one.recommended());
    let chosen: Vec<&OptionDecision> = chosen.collect();
    let lines = [
        ("alb", "hour"),
        ("s3", "put"),
        ("logs", "ingested-alb"),
        ("logs", "stored-alb"),
    ];
    let mut of_one = Money::ZERO;
    for (service, meter) in lines {
        let amounts: Vec<Money> = chosen
            .iter()
            .map(|option| billed(option, service, meter))
            .collect();
        let [one, other] = amounts[..] else {
            panic!("{service} {meter}: {amounts:?}");
        };
        assert!(one > Money::ZERO && one == other, "{service} {meter}");
        of_one = of_one + one;
    }
    let shared = decision.shared.iter().find(|one| one.what == "alb");
    let shared = shared.unwrap();
    assert_eq!((shared.monthly, shared.saved), (of_one, of_one));
}
