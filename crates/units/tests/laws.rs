//! Goal: what is printed parses back to the same quantity, and nothing that is
//! typed can make a parser panic. Method: property tests over every dimension.

use landfall_units::{Bytes, Count, Dimension, Duration, Money, Range, Rate, Share};
use proptest::prelude::*;

#[test]
fn quantities_parse_as_people_write_them() {
    assert_eq!(
        "1.5GB".parse::<Bytes>().unwrap(),
        "1536MiB".parse().unwrap()
    );
    assert_eq!(
        "10,240".replace(',', "").parse::<Count>().unwrap().get(),
        10_240
    );
    assert_eq!(
        "1h30min".parse::<Duration>().unwrap(),
        "90min".parse().unwrap()
    );
    assert_eq!("0.1s".parse::<Duration>().unwrap().as_nanos(), 100_000_000);
    assert_eq!(
        "$1,234.5".parse::<Money>().unwrap().to_string(),
        "$1,234.50"
    );
    assert!((("40/s".parse::<Rate>().unwrap()).as_per_second() - 40.0).abs() < f64::EPSILON);
    assert!(("70%".parse::<Share>().unwrap().get() - 0.7).abs() < 1e-12);
    assert_eq!("99.95%".parse::<Share>().unwrap().to_string(), "99.95%");
}

#[test]
fn errors_say_what_would_be_right() {
    let error = "600".parse::<Bytes>().unwrap_err();
    assert_eq!(error.to_string(), "`600` is not a size: it has no unit");
    assert_eq!(error.example, "600MB");
    for (dimension, text) in [
        (Dimension::Duration, "-3s"),
        (Dimension::Rate, "40"),
        (Dimension::Share, "170%"),
        (Dimension::Count, "1.5"),
        (Dimension::Money, "2000"),
        (Dimension::HourlyCost, "$75"),
        (Dimension::Bytes, "99999999999999999999999999999GB"),
        (Dimension::Duration, "1e9s"),
    ] {
        assert!(
            dimension.parse(text).is_err(),
            "{text} should not be a {}",
            dimension.name()
        );
    }
}

#[test]
fn a_range_keeps_its_order() {
    assert!(Range::new(1.0, 2.0, 3.0).is_ok());
    assert!(Range::new(2.0, 1.0, 3.0).is_err());
    assert!(Range::new(1.0, f64::NAN, 3.0).is_err());
}

proptest! {
    #[test]
    fn printed_values_parse_back(value in 0.0f64..1e9, which in 0usize..Dimension::ALL.len()) {
        let dimension = Dimension::ALL[which];
        let once = dimension.format(value);
        let parsed = dimension.parse(&once).unwrap();
        prop_assert_eq!(dimension.format(parsed), once);
    }

    #[test]
    fn whole_megabytes_survive(mb in 1u64..1_048_576) {
        let size = Bytes::from_mb(mb);
        prop_assert_eq!(format!("{mb}MB").parse::<Bytes>().unwrap(), size);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", which in 0usize..Dimension::ALL.len()) {
        let _ = Dimension::ALL[which].parse(&text);
    }

    #[test]
    fn cents_round_half_up(mills in 0u32..10_000_000) {
        let money = Money::new(landfall_units::Decimal::new(i64::from(mills), 3));
        let cents = (mills + 5) / 10;
        prop_assert_eq!(money.to_cent().get(), landfall_units::Decimal::new(i64::from(cents), 2));
    }

    #[test]
    fn money_never_wraps_and_never_stops_at_a_largest_value(
        a in -1e16f64..1e16, b in -1e16f64..1e16,
    ) {
        let (one, other) = (Money::from_f64(a), Money::from_f64(b));
        for (sum, exact) in [
            (one + other, one.get().checked_add(other.get())),
            (one - other, one.get().checked_sub(other.get())),
        ] {
            let known = exact.filter(|sum| sum.abs() <= Money::MOST.get());
            let known = known.filter(|_| !one.is_untold() && !other.is_untold());
            prop_assert_eq!(sum.is_untold(), known.is_none());
            prop_assert!(sum.is_untold() || Some(sum.get()) == known);
        }
    }
}

#[test]
fn what_is_no_amount_stays_untold() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e16, 1e300] {
        let money = Money::from_f64(value);
        assert!(money.is_untold(), "{value}");
        assert!((money - money).is_untold());
        assert!((Money::ZERO + money).to_cent().is_untold());
        assert!(money > Money::MOST);
        assert!(money.as_f64().is_infinite());
        assert_eq!(money.to_string(), "too large to show");
    }
    assert_eq!(Money::MOST.to_string(), "$1,000,000,000,000,000.00");
    assert!("$1000000000000001".parse::<Money>().is_err());
    assert!("$9B".parse::<Money>().is_ok());
    assert!((Money::MOST + Money::from_f64(0.01)).is_untold());
}

#[test]
fn regions_have_names_of_one_form() {
    for name in [
        "us-east-1",
        "us-gov-west-1",
        "ap-southeast-7",
        "us-iso-east-1",
    ] {
        assert!(landfall_units::is_region_name(name), "{name}");
    }
    for name in [
        "",
        ".",
        "..",
        "us",
        "us-east",
        "us-east-1/",
        "../x-1",
        "US-EAST-1",
        "us-east-1\n",
        "us--1",
        "-us-east-1",
        "us-east-1x",
        "a-b-1\u{1b}[0m",
    ] {
        assert!(!landfall_units::is_region_name(name), "{name:?}");
    }
}

/// Goal: what people write is read. Method: a table of spellings, each with the one that
/// is printed or the same quantity in another spelling.
#[test]
fn spellings_that_people_use_are_read() {
    let table = [
        (Dimension::Rate, "200 rps", "200/s"),
        (Dimension::Rate, "200rps", "200/s"),
        (Dimension::Rate, "200 RPS", "200/s"),
        (Dimension::Rate, "200 req/s", "200/s"),
        (Dimension::Rate, "200 requests / sec", "200/s"),
        (Dimension::Rate, "200 requests per second", "200/s"),
        (Dimension::Rate, "200 per second", "200/s"),
        (Dimension::Rate, "200/second", "200/s"),
        (Dimension::Rate, "2k rps", "2000/s"),
        (Dimension::Rate, "600 rpm", "10/s"),
        (Dimension::Rate, "2M requests/month", "2M/month"),
        (Dimension::Rate, "2 M/month", "2M/month"),
        (Dimension::Rate, "2,000,000/month", "2M/month"),
        (Dimension::Rate, "24M events per year", "2M/month"),
        (Dimension::Bytes, "512 MiB", "512MB"),
        (Dimension::Bytes, "512Mi", "512MB"),
        (Dimension::Bytes, "512 mb", "512MB"),
        (Dimension::Bytes, "2 Gi", "2GB"),
        (Dimension::Bytes, "1,769 MB", "1769MB"),
        (Dimension::Bytes, "3 megabytes", "3MB"),
        (Dimension::Duration, "100 ms", "100ms"),
        (Dimension::Duration, "100 msec", "100ms"),
        (Dimension::Duration, "100 milliseconds", "100ms"),
        (Dimension::Duration, "1.5 secs", "1500ms"),
        (Dimension::Duration, "5 mins", "5min"),
        (Dimension::Duration, "1 hr 30 min", "90min"),
        (Dimension::Duration, "250 µs", "250us"),
        (Dimension::Duration, "1 week", "7d"),
        (Dimension::Share, "70 %", "0.7"),
        (Dimension::Share, "70 percent", "70%"),
        (Dimension::Money, "2000 USD", "$2000"),
        (Dimension::Money, "USD 2,000", "$2000"),
        (Dimension::Money, "2k dollars", "$2000"),
        (Dimension::HourlyCost, "$75 per hour", "$75/h"),
        (Dimension::HourlyCost, "75 USD/hr", "$75/h"),
        (Dimension::Ratio, "12x", "12"),
        (Dimension::Ratio, "12 times", "12"),
        (Dimension::Count, "12,000", "12k"),
    ];
    for (dimension, written, same) in table {
        let read = |text| dimension.parse(text).map_err(|error| error.to_string());
        assert_eq!(read(written), read(same), "{written}");
    }
}

/// Goal: a refusal shows the nearest spelling that is read. Method: a table; every
/// example is itself read.
#[test]
fn refusals_show_the_nearest_spelling() {
    let table = [
        (Dimension::Bytes, "600", "600MB"),
        (Dimension::Bytes, "600 MBs", "600MB"),
        (Dimension::Bytes, "1,5GB", "1.5GB"),
        (Dimension::Duration, "800", "800ms"),
        (Dimension::Duration, "5 minuts", "5min"),
        (Dimension::Duration, "2 secnds", "2s"),
        (Dimension::Rate, "40", "40/s"),
        (Dimension::Rate, "2M", "2M/s"),
        (Dimension::Rate, "2M/mnth", "2M/month"),
        (Dimension::Rate, "40 bananas/s", "40/s"),
        (Dimension::Share, "70", "70%"),
        (Dimension::Share, "170%", "100%"),
        (Dimension::Share, "70 prozent", "70%"),
        (Dimension::Count, "1.5", "2"),
        (Dimension::Count, "12 tsd", "12"),
        (Dimension::Money, "2000", "$2000"),
        (Dimension::Money, "$20 a month", "$20"),
        (Dimension::HourlyCost, "$75", "$75/h"),
        (Dimension::HourlyCost, "75/h", "$75/h"),
        (Dimension::HourlyCost, "75", "$75/h"),
        (Dimension::Ratio, "12 fold", "12"),
    ];
    for (dimension, written, nearest) in table {
        let error = dimension.parse(written).unwrap_err();
        assert_eq!(error.example, nearest, "{written}: {error}");
        assert!(dimension.parse(nearest).is_ok(), "{nearest} is not read");
    }
}

/// What is shown is the nearest value of its digits: nothing is rounded twice.
#[test]
fn durations_are_shown_rounded_once() {
    for (seconds, shown) in [
        (1.204_74, "1.2s"),
        (1.205_1, "1.21s"),
        (0.012_4, "12ms"),
        (0.999_9, "1s"),
        (71.699, "1.19min"),
    ] {
        assert_eq!(Duration::shown(seconds).to_string(), shown);
    }
}
