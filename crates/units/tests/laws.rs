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
            let told = exact.filter(|sum| sum.abs() <= Money::MOST.get());
            let told = told.filter(|_| !one.is_untold() && !other.is_untold());
            prop_assert_eq!(sum.is_untold(), told.is_none());
            prop_assert!(sum.is_untold() || Some(sum.get()) == told);
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
        assert_eq!(money.to_string(), "more than can be told");
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
