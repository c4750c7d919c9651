//! `landfall prices update`: brings in prices, all or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

use landfall_catalog::price_list::{Matches, PriceListError, PriceListFault, Rows, Unread, read};
use landfall_catalog::{Catalog, PriceBook};
use landfall_source::{Diagnostic, Result};
use serde::Deserialize;

use super::difference::Difference;
use crate::arguments::PricesUpdate;
use crate::download::{Address, Downloader, Limits};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::today::today;
use crate::writing::{self, Turn};
use crate::{files, prices, progress};

/// The source that brought-in rows name.
const SOURCE: &str = "aws-price-list";
/// Bytes read at once.
const BLOCK: usize = 1 << 18;
/// How long one waits for another process to fetch a file.
const FETCHING: Duration = Duration::from_mins(10);

pub(crate) fn run(command: &PricesUpdate, output: &mut Output) -> Outcome {
    let matches = Catalog::matches(&command.region)?;
    let mut rows = Rows::default();
    match &command.from {
        Some(from) => {
            for path in local(from)? {
                // Indexes, which lie beside offers, hold no prices.
                match take(&path, &matches, &mut rows)? {
                    Ok(()) => {}
                    Err(error) if *error.fault == PriceListFault::Index => {}
                    Err(error) => return Err(Box::new(refused(&path, &error)).into()),
                }
            }
        }
        None => fetch(command, &matches, &mut rows)?,
    }
    let unread = rows.unread(&matches, &command.services);
    rows.only(&command.services);
    warn(command, &unread, output)?;
    if rows.is_empty() {
        let message = format!("nothing in these files is a price for {}", command.region);
        let problem = Diagnostic::new(message);
        return Err(Problem::Input(Box::new(
            problem.help("check the region and the services"),
        )));
    }
    let csv = rows.to_csv(&command.region, SOURCE, today()?);
    if command.dry_run {
        return show_difference(&command.region, &csv, output);
    }
    let written = write(&command.region, &csv)?;
    output.say(&format!(
        "{} prices for {} in {}\n",
        rows.len(),
        command.region,
        written.display()
    ));
    Ok(Exit::Done)
}

/// Shows what the rows would change in the prices of the region as they are now.
fn show_difference(region: &str, csv: &str, output: &mut Output) -> Outcome {
    let mut new = PriceBook::empty(region);
    new.add_csv("the prices read", csv)?;
    // A region of which nothing is known yet has only new prices.
    let old = prices::book(region).unwrap_or_else(|_| PriceBook::empty(region));
    let difference = Difference::between(&old, &new);
    output.data(&difference.to_string())?;
    output.say(&format!(
        "{region}: {} new, {} changed, {} as before; nothing was written\n",
        difference.new.len(),
        difference.changed.len(),
        difference.same
    ));
    Ok(Exit::Done)
}

/// Says for which services the region's offers filled nothing, with what was seen in them;
/// and for services that were asked for by name, which meters were not filled.
fn warn(command: &PricesUpdate, unread: &[Unread], output: &mut Output) -> Result<()> {
    let by_name = !command.services.is_empty();
    let mut is_any = false;
    for one in unread.iter().filter(|one| one.is_all || by_name) {
        is_any = true;
        output.say(&warning(one, &command.region));
    }
    if is_any {
        let path = prices::overlay_path(&command.region)?;
        output.say(&format!(
            "hint: AWS may have renamed them; please report what was seen. Until then, add \
             rows to {}\n",
            path.display()
        ));
    }
    Ok(())
}

/// Usage types shown of those that were seen.
const MOST_SEEN: usize = 12;

fn warning(unread: &Unread, region: &str) -> String {
    let (service, offer) = (&unread.service, &unread.offer);
    let what = if unread.is_all {
        format!("no price of `{service}`")
    } else {
        format!("no price of `{service}` {}", unread.meters.join(", "))
    };
    let shown = unread.seen.iter().take(MOST_SEEN).cloned();
    let mut seen: Vec<String> = shown.collect();
    match unread.seen.len() - seen.len() {
        0 => {}
        rest => seen.push(format!("{rest} more")),
    }
    if seen.is_empty() {
        seen.push("nothing else".to_owned());
    }
    format!(
        "warning: {what} was found in {offer}, which is there for {region}\n  looked for: {}\n  \
         seen and not understood: {}\n",
        unread.wanted.join(", "),
        seen.join(", ")
    )
}

/// The files of a folder, in order of name, or one file.
fn local(from: &Path) -> Result<Vec<PathBuf>> {
    if from.is_file() {
        return Ok(vec![from.to_path_buf()]);
    }
    let name = from.display();
    let entries = std::fs::read_dir(from).map_err(|error| {
        let problem = Diagnostic::new(format!("cannot read `{name}`: {error}"));
        Box::new(problem.help("name a folder with files of the Price List, or one of them"))
    })?;
    let wanted = |path: &PathBuf| {
        path.is_file()
            && path
                .extension()
                .is_some_and(|end| end == "json" || end == "csv")
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(wanted)
        .collect();
    paths.sort();
    if paths.is_empty() {
        let problem = Diagnostic::new(format!("`{name}` holds no .json and no .csv file"));
        return Err(Box::new(
            problem.help("name a folder with files of the Price List"),
        ));
    }
    Ok(paths)
}

/// Reads one file; what is wrong with its content is the inner result.
fn take(
    path: &Path,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<std::result::Result<(), PriceListError>> {
    let file = files::open(path)?;
    let name = path.display().to_string();
    let bar = progress::bytes(length(&file), &name);
    let mut input = BufReader::with_capacity(BLOCK, bar.wrap_read(file));
    let result = read(&mut input, matches, rows);
    bar.finish_and_clear();
    Ok(result)
}

fn refused(path: &Path, error: &PriceListError) -> Diagnostic {
    let line = error
        .line
        .map_or_else(String::new, |line| format!(":{line}"));
    let problem = Diagnostic::new(format!("{}{line}: {error}", path.display()));
    problem.help(error.hint())
}

fn length(file: &File) -> Option<u64> {
    file.metadata().ok().map(|metadata| metadata.len())
}

/// An index of regions: a map in that of an offer, a list in that of Savings Plans.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Regions {
    Map(BTreeMap<String, RegionEntry>),
    List(Vec<PlanEntry>),
}

#[derive(Debug, Deserialize)]
struct RegionIndex {
    regions: Regions,
}

#[derive(Debug, Deserialize)]
struct RegionEntry {
    #[serde(rename = "currentVersionUrl")]
    url: String,
}

#[derive(Debug, Deserialize)]
struct PlanEntry {
    #[serde(rename = "regionCode")]
    region: String,
    #[serde(rename = "versionUrl")]
    url: String,
}

impl RegionIndex {
    /// The path of a region's file.
    fn of(&self, region: &str) -> Option<&str> {
        match &self.regions {
            Regions::Map(regions) => regions.get(region).map(|entry| entry.url.as_str()),
            Regions::List(regions) => {
                let entry = regions.iter().find(|entry| entry.region == region);
                entry.map(|entry| entry.url.as_str())
            }
        }
    }
}

/// The offer of Savings Plans for compute, which lies apart from the others.
const SAVINGS_PLANS: &str = "AWSComputeSavingsPlan";

/// Fetches the offer files of the region, each through its index of regions, and reads them.
fn fetch(command: &PricesUpdate, matches: &Matches, rows: &mut Rows) -> Result<()> {
    let downloader = Downloader::new(Address::new(&command.url)?, Limits::INTERNET);
    let folder = prices::folder()?.join("downloads");
    writing::make_folder(&folder)?;
    let offers = matches.offers_for(&command.services).into_iter();
    let plans = command
        .savings_plans
        .then_some(("savingsPlan", SAVINGS_PLANS));
    let mut is_known = false;
    for (kind, offer) in offers.map(|offer| ("offers", offer)).chain(plans) {
        let path = format!("/{kind}/v1.0/aws/{offer}/current/region_index.json");
        let (url, text) = downloader.text(&path)?;
        let index: RegionIndex = serde_json::from_str(&text).map_err(|error| {
            let problem = Diagnostic::new(format!("{url}: {error}"));
            Box::new(problem.help("this is no index of regions; check --url"))
        })?;
        let Some(from) = index.of(&command.region) else {
            continue;
        };
        is_known = true;
        let version = from.split('/').rev().nth(2).unwrap_or("current");
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let version: String = version.chars().filter(plain).take(40).collect();
        let path = folder.join(format!("{offer}-{}-{version}.json", command.region));
        fetch_offer(&downloader, from, &path, matches, rows)?;
    }
    if is_known {
        return Ok(());
    }
    let problem = Diagnostic::new(format!("AWS has no prices for {}", command.region));
    Err(Box::new(problem.help("check the region and the services")))
}

/// Reads an offer from `path`, where it is kept once it has been fetched. A file there that
/// does not read to its end is deleted and fetched again, once.
fn fetch_offer(
    downloader: &Downloader,
    from: &str,
    path: &Path,
    matches: &Matches,
    rows: &mut Rows,
) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let _turn = Turn::take(path.parent().unwrap_or(path), &name, FETCHING)?;
    let mut is_last = false;
    loop {
        if !path.is_file() {
            downloader.file(from, path)?;
        }
        let mut with = rows.clone();
        match take(path, matches, &mut with)? {
            Ok(()) => {
                *rows = with;
                return Ok(());
            }
            // The file is whole; what it says cannot be used.
            Err(error) if matches!(*error.fault, PriceListFault::Ambiguous { .. }) => {
                return Err(Box::new(refused(path, &error)));
            }
            Err(error) => {
                let _ = std::fs::remove_file(path);
                if is_last {
                    return Err(Box::new(refused(path, &error)));
                }
                is_last = true;
            }
        }
    }
}

/// Adds the rows to what was brought in before, checks the whole, and puts it in
/// the place of the old file.
fn write(region: &str, csv: &str) -> Result<PathBuf> {
    let path = prices::overlay_path(region)?;
    let mut new = PriceBook::empty(region);
    new.add_csv("the prices read", csv)?;
    if let Some(folder) = path.parent() {
        writing::make_folder(folder)?;
    }
    writing::update(&path, prices::LARGEST_OVERLAY_BYTES, |old| {
        let mut merged = csv.to_owned();
        if let Some(old) = old {
            PriceBook::empty(region).add_csv(old.name(), old.text())?;
            let lines = old.text().lines().skip(1).filter(|line| !line.is_empty());
            let kept = lines.filter(|line| {
                let mut cells = line.split(',').skip(1);
                let (service, meter) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
                new.price(service, meter).is_none()
            });
            for line in kept {
                merged.push_str(line);
                merged.push('\n');
            }
        }
        PriceBook::empty(region).add_csv("the prices kept", &merged)?;
        Ok::<_, Box<Diagnostic>>(merged)
    })?;
    Ok(path)
}
