//! Goal: a limit that is not known on a day is never taken for none, and a behaviour that
//! is not known is never taken for zero. Method: every platform on every day on which one
//! of its facts changes; and platform files from which one row is taken.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use landfall_catalog::{Catalog, Date, Platform};
use landfall_source::Source;

/// The days on which something about a platform changes, from its first day on.
fn days(platform: &Platform) -> Vec<Date> {
    let limits = platform.limits.iter().flat_map(|limit| &limit.values);
    let sizes = platform.sizes.iter().map(|size| size.since);
    let mut days: Vec<Date> = limits.map(|dated| dated.since).chain(sizes).collect();
    days.push(platform.since);
    let around = days
        .clone()
        .into_iter()
        .flat_map(|day| [day.yesterday().unwrap(), day, day.tomorrow().unwrap()]);
    let mut days: Vec<Date> = around.filter(|day| *day >= platform.since).collect();
    days.sort_unstable();
    days.dedup();
    days
}

#[test]
fn every_limit_has_a_value_on_every_day_of_what_it_limits() {
    for platform in &Catalog::embedded().unwrap().platforms {
        for day in days(platform) {
            for limit in &platform.limits {
                let is_there = limit.not_before.is_none_or(|first| first <= day);
                assert_eq!(
                    limit.value_on(day).is_some(),
                    is_there,
                    "{} {} on {day}",
                    platform.id,
                    limit.name
                );
            }
        }
    }
}

#[test]
fn the_largest_function_grew_as_announced() {
    let catalog = Catalog::embedded().unwrap();
    let lambda = catalog.platform("lambda").unwrap();
    for (day, mb, timeout_s) in [
        ("2014-11-13", 1_024.0, 60.0),
        ("2015-10-07", 1_024.0, 60.0),
        ("2015-10-08", 1_536.0, 300.0),
        ("2017-11-29", 1_536.0, 300.0),
        ("2017-11-30", 3_008.0, 300.0),
        ("2018-10-10", 3_008.0, 900.0),
        ("2020-12-01", 10_240.0, 900.0),
    ] {
        let on = |name: &str| lambda.limit(name).unwrap().value_on(day.parse().unwrap());
        assert_eq!(on("memory"), Some(mb * 1_048_576.0), "{day}");
        assert_eq!(on("timeout"), Some(timeout_s), "{day}");
    }
}

#[test]
fn a_platform_file_that_lacks_a_row_is_refused() {
    let text = include_str!("../data/platforms/fargate.toml");
    let parse = |text: &str| Platform::parse(&Source::new("fargate.toml", text));
    parse(text).unwrap();
    for (row, wanted) in [
        (
            "  { value = \"30GB\", since = \"2017-11-29\", source = \"aws-announcements\" },\n",
            "the limit `memory` of `fargate` has no value on 2017-11-29",
        ),
        ("not_before = \"2021-10-28\"\n", "the limit `windows_vcpus`"),
        (
            "name = \"start_time\"",
            "`fargate` has no parameter `start_time`",
        ),
        ("name = \"vcpus\"", "`fargate` has no limit `vcpus`"),
    ] {
        let instead = if row.starts_with("name") {
            "name = \"x\""
        } else {
            ""
        };
        assert!(text.contains(row), "{row}");
        let problem = parse(&text.replacen(row, instead, 1)).unwrap_err();
        assert!(problem.to_string().contains(wanted), "{problem}");
        assert!(problem.help.is_some() && problem.source.is_some());
    }
}
