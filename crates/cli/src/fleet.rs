//! The items of a fleet, as this machine has them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use landfall_answers::{Around, Deciding, Session};
use landfall_catalog::PriceBook;
use landfall_fleet::{Fingerprint, Fleet, Item, csv_items, parquet_items};
use landfall_source::{Diagnostic, Result, Source};
use landfall_workload::{System, TraceSummary, Workload, summarise_trace};

use crate::files;
use crate::prices;
use crate::recording;
use crate::storage::{Body, Place, has_ending};

/// Endings of tables.
const TABLES: [&str; 2] = ["csv", "parquet"];

/// What a fleet is made of, in the order of the arguments.
#[derive(Debug)]
pub(crate) struct Inputs(Vec<Input>);

#[derive(Debug)]
enum Input {
    /// Workload files.
    Files(Vec<String>),
    /// A table, with its name.
    Table(String, Body),
}

impl Inputs {
    /// Finds the files and tables that the arguments name.
    pub(crate) fn find(arguments: &[String]) -> Result<Self> {
        let mut found = Vec::new();
        for argument in arguments {
            let place = Place::new(argument);
            found.push(if has_ending(argument, &TABLES) {
                Input::Table(place.name(), place.open()?)
            } else {
                let files = place.files(&["toml"])?;
                if files.is_empty() {
                    let what = format!("there is no workload file in `{argument}`");
                    let help =
                        "name a folder of .toml files, or a table that ends with .csv or .parquet";
                    return Err(Box::new(Diagnostic::new(what).help(help)));
                }
                Input::Files(files)
            });
        }
        Ok(Self(found))
    }

    /// How many items there are, where that is known without reading a table.
    pub(crate) fn known_items(&self) -> Option<u64> {
        let count = |input: &Input| match input {
            Input::Files(files) => Some(files.len() as u64),
            Input::Table(..) => None,
        };
        self.0.iter().map(count).sum()
    }

    /// All items, one after the other.
    pub(crate) fn items(&self) -> impl Iterator<Item = Result<Item>> {
        let mut inputs: VecDeque<&Input> = self.0.iter().collect();
        let mut current: Items<'_> = Box::new(std::iter::empty());
        let mut place = 0;
        std::iter::from_fn(move || {
            loop {
                if let Some(item) = current.next() {
                    place += 1;
                    return Some(item);
                }
                current = match opened(inputs.pop_front()?, place) {
                    Ok(items) => items,
                    Err(problem) => Box::new(std::iter::once(Err(problem))),
                };
            }
        })
    }
}

type Items<'i> = Box<dyn Iterator<Item = Result<Item>> + 'i>;

fn opened(input: &Input, first: u64) -> Result<Items<'_>> {
    Ok(match input {
        Input::Files(names) => {
            let names = (first..).zip(names);
            Box::new(names.map(|(place, name)| Ok(Item::file(place, name))))
        }
        Input::Table(name, body) => {
            let body = body.again();
            let body = body.map_err(|error| Box::new(files::unreadable(name, &error)))?;
            if has_ending(name, &["csv"]) {
                Box::new(csv_items(name, body, first)?)
            } else {
                Box::new(parquet_items(name, body, first)?)
            }
        }
    })
}

/// Everything besides the items that a decision depends on, as one text.
///
/// # Errors
/// Prices that the user has brought in cannot be read.
pub(crate) fn options(session: &Session, deciding: &Deciding) -> Result<String> {
    let prices = prices::fingerprint()?;
    Ok(format!(
        "{}; prices {prices}; {deciding:?}",
        framework(session)
    ))
}

/// The framework and the day, as text.
pub(crate) fn framework(session: &Session) -> String {
    // A framework of one's own may change without another version.
    let framework = format!("{:?}", session.pack);
    let framework = Fingerprint::of(&[framework.as_bytes()]);
    let (name, version) = (&session.pack.name, &session.pack.version);
    format!("{name} {version} {framework}; {}", session.as_of)
}

/// This machine, with the prices that it has read already.
#[derive(Debug, Default)]
pub(crate) struct OnMachine {
    books: Mutex<BTreeMap<String, PriceBook>>,
    elsewhere: Mutex<BTreeMap<String, Vec<PriceBook>>>,
}

/// This machine, with the place of the file that names recorded traffic.
#[derive(Debug)]
pub(crate) struct Beside<'m> {
    machine: &'m OnMachine,
    file: &'m str,
}

impl Fleet for OnMachine {
    type Around<'a> = Beside<'a>;

    fn read(&self, item: &Item) -> Result<Source> {
        Place::new(&item.file).text()
    }

    fn around<'a>(&'a self, item: &'a Item) -> Beside<'a> {
        Beside {
            machine: self,
            file: &item.file,
        }
    }

    fn beside(&self, item: &Item, source: &Source) -> Vec<u8> {
        // Few files name any, and most of them need not be read for it.
        if !source.text().contains("trace") {
            return Vec::new();
        }
        let system = System::parse(source).ok();
        let workloads = system.iter().flat_map(|system| &system.workloads);
        let traces = workloads.filter_map(Workload::trace);
        traces
            .flat_map(|trace| Place::new(&item.file).beside(trace).mark())
            .collect()
    }
}

impl Around for Beside<'_> {
    fn book(&self, region: &str) -> Result<PriceBook> {
        once(&self.machine.books, region, || prices::book(region))
    }

    fn elsewhere(&self, here: &str) -> Result<Vec<PriceBook>> {
        once(&self.machine.elsewhere, here, || prices::elsewhere(here))
    }

    fn trace(&self, name: &str, _workload: &Workload, _file: &Source) -> Result<TraceSummary> {
        let place = Place::new(self.file).beside(name);
        summarise_trace(&place.name(), recording::open(&place)?, false)
    }
}

/// What is kept under a name, or is made now.
fn once<T: Clone>(
    kept: &Mutex<BTreeMap<String, T>>,
    name: &str,
    make: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = kept.get(name) {
        return Ok(found.clone());
    }
    let made = make()?;
    kept.insert(name.to_owned(), made.clone());
    Ok(made)
}
