//! From nothing to 3,500 containers, with the behaviour of the catalog on the day of the
//! measurement (Vlad Ionescu, Scaling containers on AWS in 2022).

use landfall_catalog::{Catalog, Date, Platform};
use landfall_simulate::{Hosts, Launch, Law, Streams, ramp};

const DAY: Date = Date::constant(2022, 4, 1);
const CONTAINERS: u32 = 3_500;

/// When each of the containers serves, in minutes.
fn minutes(platform: &Platform, is_hosted: bool) -> Vec<f64> {
    let number = |name: &str| {
        let value = platform.parameter_on(name, DAY);
        value.map_or(0.0, |range| range.likely())
    };
    let start_s = number("start_time");
    let launch = Launch {
        burst: number("launch_burst"),
        per_s: number("launch_rate_s"),
        start: Law::Constant(if is_hosted { 0.0 } else { start_s }),
        hosts: is_hosted.then_some(Hosts {
            copies: 16,
            boot: Law::Constant(start_s),
        }),
    };
    let mut random = Streams::new(1).stream("ramp");
    let times = ramp(&launch, CONTAINERS, &mut random);
    times.into_iter().map(|seconds| seconds / 60.0).collect()
}

#[test]
fn the_ramp_comes_out_in_the_order_and_near_the_times_measured() {
    let catalog = Catalog::embedded().unwrap();
    let all = |id: &str, is_hosted| minutes(catalog.platform(id).unwrap(), is_hosted);
    let lambda = all("lambda", false);
    assert!(
        lambda[2_999] < 0.01,
        "3,000 at once, not after {}",
        lambda[2_999]
    );
    let mut before = *lambda.last().unwrap();
    for (id, is_hosted, measured) in [
        ("fargate", false, 4.5),
        ("eks-ec2", true, 6.5),
        ("eks-fargate", false, 8.5),
        ("ecs-ec2", true, 10.0),
    ] {
        let last = *all(id, is_hosted).last().unwrap();
        assert!(
            last > before,
            "{id} after {last} minutes is before the one before it"
        );
        let off = last / measured;
        assert!(
            (1.0 / 1.5..=1.5).contains(&off),
            "{id}: {last} for {measured} minutes"
        );
        println!("{id}: {last:.2} minutes, measured {measured}");
        before = last;
    }
}
