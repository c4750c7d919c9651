//! `prices update` against a server that is hostile in every way, with its index or with
//! what the index names.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::call::{Given, Scratch};
use super::hostile::{Mode, Server};
use super::tally::Tally;
use crate::tools::Result;

/// More than the time limits of a download add up to.
const TIME: Duration = Duration::from_mins(5);
const INDEX: &str = "{\"regions\": {\"eu-west-1\": {\"currentVersionUrl\": \
                     \"/offers/v1.0/aws/AWSLambda/20261101/eu-west-1/index.json\"}}}";
/// Indexes that name no path on their server.
const FORGED: [&str; 5] = [
    "@evil.invalid/x",
    "//evil.invalid/x",
    ".evil.invalid/x",
    "x",
    "",
];

/// What a server does with one of its two files.
#[derive(Debug, Clone)]
struct Case {
    name: String,
    index: (Mode, String),
    offer: Mode,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for mode in Mode::ALL {
        cases.push(Case {
            name: format!("index-{mode:?}"),
            index: (mode, INDEX.to_owned()),
            offer: Mode::Honest,
        });
        cases.push(Case {
            name: format!("offer-{mode:?}"),
            index: (Mode::Honest, INDEX.to_owned()),
            offer: mode,
        });
    }
    for (number, path) in FORGED.iter().enumerate() {
        let whole = "/offers/v1.0/aws/AWSLambda/20261101/eu-west-1/index.json";
        cases.push(Case {
            name: format!("forged-{number}"),
            index: (Mode::Honest, INDEX.replace(whole, path)),
            offer: Mode::Honest,
        });
    }
    cases
}

/// Runs every case at once: they wait most of the time.
pub(super) fn run(scratch: &Scratch) -> Result<Tally> {
    let offer = scratch
        .root
        .join("crates/catalog/tests/price_list/lambda.json");
    let offer = std::fs::read(offer).map_err(|error| error.to_string())?;
    let mut tally = Tally::new("hostile server");
    let results = thread::scope(|scope| {
        let one = |case: Case| {
            let offer = offer.clone();
            scope.spawn(move || one(&case, offer, scratch))
        };
        let running: Vec<_> = cases().into_iter().map(one).collect();
        running
            .into_iter()
            .map(|one| {
                one.join()
                    .unwrap_or_else(|_| Err("a thread stopped".to_owned()))
            })
            .collect::<Vec<_>>()
    });
    for result in results {
        tally.add(result?);
    }
    Ok(tally)
}

fn one(case: &Case, offer: Vec<u8>, all: &Scratch) -> Result<Tally> {
    let mut tally = Tally::new("hostile server");
    let name = format!("server/{}", case.name);
    let scratch = Scratch::new(&all.program, &all.root, &name)?;
    let (index, mode) = (case.index.clone(), case.offer);
    let server = Server::start(move |path| {
        if path.ends_with("region_index.json") {
            (index.0, index.1.clone().into_bytes())
        } else {
            (mode, offer.clone())
        }
    });
    let server = server.map_err(|error| error.to_string())?;
    let words = format!(
        "prices update --region eu-west-1 --service lambda --url http://{}",
        server.address
    );
    let arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let given = Given {
        time: Some(TIME),
        ..Given::default()
    };
    let ended = scratch.run(&arguments, &given)?;
    tally.count(&case.name, &ended);
    let takes_index = case.index.0.is_honest() || case.index.0 == Mode::OtherSum;
    let is_good = takes_index && case.offer.is_honest() && !case.name.starts_with("forged");
    if is_good != (ended.exit == Some(0)) {
        let said = String::from_utf8_lossy(&ended.err);
        tally.broken(format!("{}: exit {:?}: {said}", case.name, ended.exit));
    }
    if is_good != scratch.path("data/prices/eu-west-1.csv").exists() {
        tally.broken(format!("{}: prices are not as they should be", case.name));
    }
    let kept = std::fs::read_dir(scratch.path("data/downloads"));
    let kept = kept.into_iter().flatten().flatten();
    let is_bad = |name: &str| name.ends_with("json") != is_good;
    for name in kept.map(|one| one.file_name().to_string_lossy().into_owned()) {
        // A part stays for the next try to go on from.
        if is_bad(&name) && Path::new(&name).extension().is_none_or(|end| end != "part") {
            tally.broken(format!("{}: {name} is kept", case.name));
        }
    }
    Ok(tally)
}
