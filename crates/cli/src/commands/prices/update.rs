//! `landfall prices update`: brings in prices, all or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use landfall_catalog::price_list::{Matches, PriceListFault, Rows, read};
use landfall_catalog::{Catalog, PriceBook};
use landfall_source::{Diagnostic, Result};
use serde::Deserialize;

use crate::arguments::PricesUpdate;
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::today::today;
use crate::{download, files, prices, progress, writing};

/// The source that brought-in rows name.
const SOURCE: &str = "aws-price-list";
/// Bytes read at once.
const BLOCK: usize = 1 << 18;

pub(crate) fn run(command: &PricesUpdate, output: &mut Output) -> Outcome {
    let matches = Catalog::matches(&command.region)?;
    let paths = match &command.from {
        Some(from) => local(from)?,
        None => fetch(command, &matches)?,
    };
    let mut rows = Rows::default();
    for path in &paths {
        take(path, &matches, &mut rows)?;
    }
    rows.only(&command.services);
    if rows.is_empty() {
        let message = format!("nothing in these files is a price for {}", command.region);
        let problem = Diagnostic::new(message);
        return Err(Problem::Input(Box::new(
            problem.help("check the region and the services"),
        )));
    }
    let csv = rows.to_csv(&command.region, SOURCE, today()?);
    let written = write(&command.region, &csv)?;
    output.say(&format!(
        "{} prices for {} in {}\n",
        rows.len(),
        command.region,
        written.display()
    ));
    Ok(Exit::Done)
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

/// Reads one file; indexes, which hold no prices, are passed over.
fn take(path: &Path, matches: &Matches, rows: &mut Rows) -> Result<()> {
    let file = files::open(path)?;
    let name = path.display().to_string();
    let bar = progress::bytes(length(&file), &name);
    let mut input = BufReader::with_capacity(BLOCK, bar.wrap_read(file));
    let result = read(&mut input, matches, rows);
    bar.finish_and_clear();
    match result {
        Ok(()) => Ok(()),
        Err(error) if *error.fault == PriceListFault::Index => Ok(()),
        Err(error) => {
            let line = error
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            let problem = Diagnostic::new(format!("{name}{line}: {error}"));
            Err(Box::new(problem.help(error.hint())))
        }
    }
}

fn length(file: &File) -> Option<u64> {
    file.metadata().ok().map(|metadata| metadata.len())
}

#[derive(Debug, Deserialize)]
struct RegionIndex {
    regions: BTreeMap<String, RegionEntry>,
}

#[derive(Debug, Deserialize)]
struct RegionEntry {
    #[serde(rename = "currentVersionUrl")]
    url: String,
}

/// Fetches the offer files of the region, each through its index of regions.
fn fetch(command: &PricesUpdate, matches: &Matches) -> Result<Vec<PathBuf>> {
    let client = download::client();
    let folder = prices::folder()?.join("downloads");
    std::fs::create_dir_all(&folder).map_err(|error| {
        let problem = Diagnostic::new(format!("cannot make `{}`: {error}", folder.display()));
        Box::new(problem.help("set LANDFALL_DATA to a folder that can be written"))
    })?;
    let base = command.url.trim_end_matches('/');
    let mut paths = Vec::new();
    for offer in matches.offers_for(&command.services) {
        let url = format!("{base}/offers/v1.0/aws/{offer}/current/region_index.json");
        let text = download::text(&client, &url)?;
        let index: RegionIndex = serde_json::from_str(&text).map_err(|error| {
            let problem = Diagnostic::new(format!("{url}: {error}"));
            Box::new(problem.help("this is no index of regions; check --url"))
        })?;
        let Some(entry) = index.regions.get(&command.region) else {
            continue;
        };
        let version: String = entry
            .url
            .split('/')
            .rev()
            .nth(2)
            .unwrap_or("current")
            .chars()
            .take(40)
            .collect();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let version: String = version.chars().filter(|c| plain(*c)).collect();
        let path = folder.join(format!("{offer}-{}-{version}.json", command.region));
        if !path.is_file() {
            download::file(&client, &format!("{base}{}", entry.url), &path)?;
        }
        paths.push(path);
    }
    if paths.is_empty() {
        let problem = Diagnostic::new(format!("AWS has no prices for {}", command.region));
        return Err(Box::new(problem.help("check the region and the services")));
    }
    Ok(paths)
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
