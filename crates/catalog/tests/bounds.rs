//! Goal: money and quantities never wrap, never stop at a largest value in silence, and
//! nothing that is read makes the biller panic. Method: usage of every kind with each
//! number at zero, one, its bound, or beyond it, at the highest price there may be.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use landfall_catalog::bill::{
    AddressOf, Ec2Purchase, Ec2Usage, FargateUsage, FrontDoorKind, LambdaUsage, LogsFrom,
    ManagedInstancesUsage, ProvisionedUsage, Usage, bill,
};
use landfall_catalog::{Catalog, PriceBook};
use landfall_units::{Bytes, Decimal, Money};
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().unwrap());

/// Every price of a region, at the most that a row may say.
static DEAREST: LazyLock<PriceBook> = LazyLock::new(|| {
    let mut text =
        String::from("region,service,meter,unit,from,to,price,currency,status,grade,source,date\n");
    for (service, meter, price) in Catalog::prices("us-east-1").unwrap().iter() {
        let value = if &*price.unit == "fraction" {
            "1"
        } else {
            "10000"
        };
        let unit = &price.unit;
        let row =
            format!("us-east-1,{service},{meter},{unit},0,,{value},USD,listed,D,s,2026-01-01");
        text.push_str(&row);
        text.push('\n');
    }
    let mut book = PriceBook::empty("us-east-1");
    book.add_csv("dearest.csv", &text).unwrap();
    book
});

fn number() -> impl Strategy<Value = Decimal> {
    prop::sample::select(vec![
        Decimal::ZERO,
        Decimal::ONE,
        Decimal::from(3_600_000_000_u64),
        Decimal::from(31_622_400),
        Decimal::from(1_000_000),
        Decimal::from(10_000),
        Decimal::from(10_000_000_000_000_u64),
        Decimal::from(100_000_000_000_000_000_000_u128),
        Decimal::MAX,
    ])
}

fn size() -> impl Strategy<Value = Bytes> {
    prop::sample::select(vec![0, 1, 1 << 50, 1 << 60, u64::MAX]).prop_map(Bytes::new)
}

fn usage() -> impl Strategy<Value = Usage> {
    (
        0usize..29,
        prop::array::uniform8(number()),
        prop::array::uniform4(size()),
        any::<bool>(),
    )
        .prop_map(|(which, n, b, flag)| of(which, n, b, flag))
}

fn of(which: usize, n: [Decimal; 8], b: [Bytes; 4], flag: bool) -> Usage {
    let instance = "m7g.large".to_owned();
    match which {
        0 => Usage::Lambda(LambdaUsage {
            requests: n[0],
            duration_s: n[1],
            init_s: n[2],
            memory: b[0],
            architecture: "arm64",
            ephemeral: b[1],
            async_payload: b[2],
            provisioned: flag.then_some(ProvisionedUsage {
                environments: n[3],
                hours: n[4],
                requests: n[5],
                duration_s: n[6],
            }),
            snapstart: flag.then_some((n[6], n[7])),
            streamed: b[3],
            free_tier: !flag,
        }),
        1 => Usage::ManagedInstances(ManagedInstancesUsage {
            requests: n[0],
            instance,
            instances: n[1],
            hours: n[2],
            price_per_hour: flag.then_some(n[3]),
        }),
        2 => Usage::Fargate(FargateUsage {
            tasks: n[0],
            vcpus: n[1],
            memory: b[0],
            seconds: n[2],
            ephemeral: b[1],
            architecture: "x86_64",
            windows: flag,
            spot: false,
        }),
        3 => Usage::Ec2(Ec2Usage {
            instance,
            count: n[0],
            seconds: n[1],
            purchase: if flag {
                Ec2Purchase::Spot
            } else {
                Ec2Purchase::OnDemand
            },
            surplus_credits: n[2],
            fee: None,
        }),
        _ => around(which, n, b, flag),
    }
}

fn around(which: usize, n: [Decimal; 8], b: [Bytes; 4], flag: bool) -> Usage {
    let (hours, processed) = (n[0], b[0]);
    match which {
        4 => Usage::Ebs {
            kind: "gp3",
            gb_months: n[0],
        },
        5 => Usage::Eks {
            clusters: n[0],
            hours: n[1],
            extended: flag,
        },
        6 => Usage::Alb {
            hours,
            processed,
            new_connections_s: n[1],
            active_connections: n[2],
            rule_evaluations_s: n[3],
            to_functions: flag,
        },
        7 => Usage::Nlb { hours, processed },
        8 => Usage::Nat { hours, processed },
        9 => Usage::PublicIpv4 {
            of: AddressOf::Nat,
            hours,
        },
        10 => Usage::ApiGateway {
            kind: FrontDoorKind::HttpApi,
            requests: n[0],
            request_size: b[0],
        },
        11 => Usage::WebSocket {
            messages: n[0],
            size: b[0],
            minutes: n[1],
        },
        12 => Usage::Sqs {
            requests: n[0],
            size: b[0],
            fifo: flag,
            free_tier: !flag,
        },
        13 => Usage::EventBridge {
            events: n[0],
            schedules: n[1],
            free_tier: flag,
        },
        14 => Usage::Logs {
            from: LogsFrom::Lambda,
            ingested: b[0],
            stored_gb_months: n[0],
            scanned: b[1],
        },
        15 => Usage::S3 {
            puts: n[0],
            gets: n[1],
            stored_gb_months: n[2],
        },
        16 => Usage::DynamoDb {
            write_units: n[0],
            read_units: n[1],
            stream_reads: n[2],
            free_tier: flag,
        },
        17 => Usage::VpcEndpoint { hours, processed },
        18 => Usage::Egress {
            size: b[0],
            free_tier: flag,
        },
        _ => feeding(which, n, b, flag),
    }
}

fn feeding(which: usize, n: [Decimal; 8], b: [Bytes; 4], flag: bool) -> Usage {
    match which {
        19 => Usage::Kinesis {
            count: n[0],
            hours: n[1],
            on_demand: flag,
            kept_hours: n[3],
            records: n[2],
            size: b[0],
        },
        20 => Usage::Pipes {
            batches: n[0],
            size: b[0],
        },
        21 => Usage::Kms {
            keys: n[0],
            requests: n[1],
        },
        22 => Usage::Alarms {
            count: n[0],
            shared: n[1],
        },
        26 => Usage::Metrics { count: n[0] },
        23 => Usage::Insights {
            enhanced: flag,
            clusters: n[0],
            services: n[1],
            tasks: n[2],
        },
        27 => Usage::Traces { count: n[0] },
        24 => Usage::CrossZone { size: b[0] },
        25 => Usage::Efs {
            gb_months: n[0],
            read: b[0],
            written: b[1],
        },
        _ => Usage::StepFunctions { transitions: n[0] },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn usage_of_any_size_is_billed_exactly_or_refused(
        items in prop::collection::vec(usage(), 1..4), copies in number(),
    ) {
        let items: Vec<Usage> = items.into_iter().map(|one| one.for_copies(copies)).collect();
        match bill(&items, &DEAREST, &CATALOG.meters) {
            Ok(bill) => {
                let amounts: Vec<Money> = bill.lines.iter().filter_map(|line| line.amount).collect();
                prop_assert!(amounts.iter().all(|amount| *amount <= Money::MOST));
                prop_assert!(bill.sum().known() <= Money::MOST);
                for line in bill.lines.iter().filter(|line| line.tier.1.is_none()) {
                    let charged = line.quantity - line.free;
                    let (Some(price), Some(amount)) = (line.price, line.amount) else { continue };
                    prop_assert_eq!(charged * price, amount.get());
                }
            }
            Err(problem) => prop_assert!(problem.to_string().contains("beyond"), "{}", problem),
        }
    }
}

#[test]
fn a_whole_account_is_within_the_bounds() {
    // Ten trillion requests of a second at 1 GB a month: far more than any account has.
    let lambda = Usage::Lambda(LambdaUsage {
        requests: Decimal::from(10_000_000_000_000_u64),
        duration_s: Decimal::ONE,
        init_s: Decimal::ZERO,
        memory: Bytes::from_mb(1_024),
        architecture: "arm64",
        ephemeral: Bytes::default(),
        async_payload: Bytes::default(),
        provisioned: None,
        snapstart: None,
        streamed: Bytes::default(),
        free_tier: false,
    });
    let book = Catalog::prices("us-east-1").unwrap();
    let total = bill(&[lambda], &book, &CATALOG.meters).unwrap().total();
    assert!(total.unwrap() > Money::from_f64(1e8));
}
