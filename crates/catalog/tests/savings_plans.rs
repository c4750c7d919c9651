//! Goal: what a Savings Plan takes off is known or a range, and nothing is taken off what AWS
//! leaves out. Method: every plan, in every region, for every meter on demand.

use landfall_catalog::{Catalog, Discount, PlanKind, SavingsPlan, Term, Upfront};

fn plans() -> impl Iterator<Item = SavingsPlan> {
    let kinds = [PlanKind::Compute, PlanKind::Ec2Instance];
    kinds.into_iter().flat_map(|kind| {
        [Term::OneYear, Term::ThreeYears]
            .into_iter()
            .flat_map(move |term| {
                [Upfront::None, Upfront::Partial, Upfront::All]
                    .into_iter()
                    .map(move |upfront| SavingsPlan {
                        kind,
                        term,
                        upfront,
                    })
            })
    })
}

/// Services of whose use no plan pays anything, or not of every meter.
fn is_left_out(service: &str, meter: &str) -> bool {
    match service {
        "lambda" => !meter.contains("duration-") && !meter.starts_with("provisioned-"),
        "fargate" => {
            meter.starts_with("spot-") || meter.contains("storage") || meter.contains("windows")
        }
        _ => true,
    }
}

#[test]
fn every_plan_has_a_discount_wherever_there_is_a_price_and_none_on_what_is_left_out() {
    let catalog = Catalog::embedded().unwrap();
    for region in Catalog::regions()
        .into_iter()
        .filter(|one| !one.starts_with("cn-"))
    {
        let book = Catalog::prices(region).unwrap().with_ranges(&catalog.spans);
        for plan in plans() {
            let of = |service: &str, meter: &str| {
                catalog.savings_plans.discount(&book, plan, service, meter)
            };
            for (service, meter, _) in book.iter().filter(|(service, _, _)| *service != "ec2") {
                let found = of(service, meter);
                let wanted = plan.kind == PlanKind::Compute
                    && !meter.contains(':')
                    && !is_left_out(service, meter);
                assert_eq!(
                    found.is_some(),
                    wanted,
                    "{region} {plan:?} {service} {meter}"
                );
            }
            if book.price("ec2", "m7g.large:on-demand").is_some() {
                let share = of("ec2", "m7g.large").unwrap().share;
                assert!(
                    share.low() > 0.0 && share.high() < 0.7,
                    "{region} {share:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_known_comes_first_and_ranges_hold_it() {
    let catalog = Catalog::embedded().unwrap();
    let plans_of = &catalog.savings_plans;
    let here = Catalog::prices("us-east-1").unwrap();
    let plan = |term, upfront| SavingsPlan {
        kind: PlanKind::Compute,
        term,
        upfront,
    };
    for (term, upfront, service, meter, wanted) in [
        (Term::OneYear, Upfront::None, "fargate", "vcpu-x86_64", 0.20),
        (Term::OneYear, Upfront::All, "fargate", "vcpu-x86_64", 0.27),
        (
            Term::ThreeYears,
            Upfront::None,
            "fargate",
            "memory-x86_64",
            0.45,
        ),
        (
            Term::ThreeYears,
            Upfront::All,
            "fargate",
            "vcpu-x86_64",
            0.52,
        ),
        (
            Term::OneYear,
            Upfront::None,
            "lambda",
            "duration-x86_64",
            0.118,
        ),
        (
            Term::ThreeYears,
            Upfront::All,
            "lambda",
            "duration-arm64",
            0.1675,
        ),
    ] {
        let found: Discount = plans_of
            .discount(&here, plan(term, upfront), service, meter)
            .unwrap();
        assert!(found.share.is_exact(), "{meter}");
        assert!(
            (found.share.likely() - wanted).abs() < 5e-4,
            "{meter} {:?}",
            found.share
        );
        // Elsewhere it is a range around what is known.
        let there = Catalog::prices("eu-west-1").unwrap();
        let range = plans_of
            .discount(&there, plan(term, upfront), service, meter)
            .unwrap()
            .share;
        assert!(!range.is_exact() && range.low() <= wanted && wanted <= range.high() + 5e-4);
    }
    // A region's own rates, once brought in, come before all else.
    let mut brought = Catalog::prices("eu-west-1").unwrap();
    let mut rates = landfall_catalog::PriceBook::empty("eu-west-1");
    let row = "region,service,meter,unit,from,to,price,currency,status,grade,source,date\n\
               eu-west-1,fargate,vcpu-x86_64:savings-1y-partial,vCPU-h,0,,0.030360,USD,listed,A,\
               aws-price-list,2026-11-29\n";
    rates.add_csv("rates.csv", row).unwrap();
    brought.overlay(rates);
    let found = plans_of.discount(
        &brought,
        plan(Term::OneYear, Upfront::Partial),
        "fargate",
        "vcpu-x86_64",
    );
    assert!((found.unwrap().share.likely() - 0.25).abs() < 1e-9);
}

#[test]
fn every_row_has_a_source() {
    let catalog = Catalog::embedded().unwrap();
    let mut sources = catalog.savings_plans.sources();
    assert!(sources.all(|source| catalog.sources.contains_key(source)));
    for word in ["1y", "3y"] {
        assert_eq!(Term::named(word).unwrap().word(), word);
    }
    for word in ["none", "partial", "all"] {
        assert_eq!(Upfront::named(word).unwrap().word(), word);
    }
}
