//! Goal: two apps in one account have no name in common, however alike theirs are, and every name
//! is short enough. Method: the names that the files of every example and pattern give (which
//! `terraform_resources` writes) are evaluated for pairs of apps that differ at their ends, and
//! compared.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::structure::Block;
use landfall_blueprint::{Format, Library, Wanted, folder, plan};
use landfall_catalog::Catalog;

use crate::common::example;
use crate::terraform_resources::{blocks, labels};

/// Arguments that name a resource.
const NAMING: [&str; 5] = [
    "alarm_name",
    "bucket",
    "fargate_profile_name",
    "function_name",
    "name",
];
/// Most characters of names, of the types that take the fewest.
const MOST: [(&str, usize); 4] = [
    ("aws_iam_role", 64),
    ("aws_lambda_function", 64),
    ("aws_lb", 32),
    ("aws_lb_target_group", 32),
];

/// A hash of a text; which it is does not matter here.
fn hash(text: &str) -> String {
    let sum = text.bytes().fold(7_u64, |sum, byte| {
        sum.wrapping_mul(0x0000_0100_0000_01b3) ^ u64::from(byte)
    });
    format!("{sum:016x}")
}

/// The begin of a text, as `substr` gives it.
fn begin(text: &str, most: &str) -> String {
    text.chars().take(most.trim().parse().unwrap()).collect()
}

/// An expression of a name for an app.
fn evaluated(expression: &str, app: &str) -> String {
    let expression = expression.trim();
    if expression == "var.app" {
        return app.to_owned();
    }
    let inner = expression.trim_matches('"');
    let mut out = String::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once("${") {
        let (call, behind) = after.split_once('}').unwrap();
        let words: Vec<&str> = call.split(['(', ')', ',']).map(str::trim).collect();
        let value = match words.as_slice() {
            ["var.app"] => app.to_owned(),
            ["each.key"] => "a".to_owned(),
            ["local.account_id"] => "111122223333".to_owned(),
            ["substr", "var.app", "0", most, ""] => begin(app, most),
            ["substr", "sha256", "var.app", "", "0", most, ""] => begin(&hash(app), most),
            _ => panic!("{expression}: {call}"),
        };
        out += &(before.to_owned() + &value);
        rest = behind;
    }
    out + rest
}

/// The names that blocks give their resources for an app, by type; each once.
fn named(all: &[Block], app: &str, name: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for block in all
        .iter()
        .filter(|block| block.ident.as_str() == "resource")
    {
        let address = labels(block);
        let (kind, _) = address.split_once('.').unwrap();
        let texts = NAMING.iter().filter_map(|argument| {
            let text = block.body.get_attribute(argument)?.value.to_string();
            text.contains("var.app").then_some(text)
        });
        for text in texts {
            let made = evaluated(&text, app);
            let most = MOST
                .iter()
                .find(|(of, _)| *of == kind)
                .map_or(512, |one| one.1);
            assert!(made.len() <= most, "{name} {address}: {made}");
            assert!(!made.starts_with('-') && !made.ends_with('-'), "{made}");
            let is_new = found
                .entry(kind.to_owned())
                .or_default()
                .insert(made.clone());
            assert!(is_new, "{name}: two of {kind} are {made}");
        }
    }
    found
}

/// That two apps have no name in common.
fn differ(all: &[Block], apps: [&str; 2], name: &str) -> usize {
    let [one, other] = apps.map(|app| named(all, app, name));
    for (kind, names) in &one {
        let common: Vec<&String> = names.intersection(&other[kind]).collect();
        assert!(common.is_empty(), "{name}: {kind} {common:?}");
    }
    one.values().map(BTreeSet::len).sum()
}

/// That two apps whose names begin alike have no name in common; gives how many were compared.
pub(crate) fn differing(name: &str, all: &[Block]) -> usize {
    let pairs = [
        ["booking-platform-dev", "booking-platform-prod"],
        ["booking-platform-of-us-1", "booking-platform-of-us-2"],
    ];
    pairs.into_iter().map(|apps| differ(all, apps, name)).sum()
}

/// A name beside which not even a mark fits is cut, and has a hash of the whole.
#[test]
fn a_long_name_is_cut_and_still_its_own() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    let decision = example("microservices");
    let mut decision = (*decision).clone();
    decision.name = "booking-platform-of-all-prod".to_owned();
    let wanted = Wanted {
        platform: Some("fargate".to_owned()),
        ..Wanted::default()
    };
    let planned = plan(&decision, &wanted, &catalog, &library).unwrap();
    let files = folder(&decision, &planned, Format::Terraform, "", &library).unwrap();
    let all = blocks(&files, "long");
    let apps = [
        "booking-platform-of-all-prod",
        "booking-platform-of-all-test",
    ];
    assert!(differ(&all, apps, "long") > 10);
    let text = &files
        .iter()
        .find(|file| file.path == "terraform/network.tf");
    assert!(text.unwrap().text.contains("sha256(var.app)"));
}
