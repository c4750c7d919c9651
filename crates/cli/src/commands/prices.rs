//! `landfall prices show|check|update`.

use std::fmt::Write as _;
use std::path::Path;

use landfall_catalog::{Catalog, Date, Price, PriceBook, PriceStatus};
use landfall_decide::Profile;

use crate::arguments::{
    Deciding, FrameworkChoice, Prices, PricesCheck, PricesCommand, PricesShow, Switch,
};
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::prices;
use crate::session::{Session, no_such};
use crate::today::today;

mod difference;
mod update;

/// A price older than this, in days, is stale.
const STALE_DAYS: i32 = 365;

pub(crate) fn run(command: &Prices, output: &mut Output) -> Outcome {
    match &command.command {
        PricesCommand::Show(show) => run_show(show, output),
        PricesCommand::Check(check) => run_check(check, output),
        PricesCommand::Update(command) => update::run(command, output),
    }
}

fn run_show(command: &PricesShow, output: &mut Output) -> Outcome {
    if command.regions {
        output.data(&(Catalog::regions().join("\n") + "\n"))?;
        return Ok(Exit::Done);
    }
    let book = prices::book(&command.region)?;
    let day = today()?;
    let mut services: Vec<&str> = book.iter().map(|(service, _, _)| service).collect();
    services.dedup();
    if let Some(wanted) = command.service.as_deref()
        && !services.contains(&wanted)
    {
        return Err(no_such("service", wanted, &services));
    }
    let mut out = String::new();
    for (service, meter, price) in book.iter() {
        let instance = meter.split_once(':').map(|(instance, _)| instance);
        let shown = match (&command.service, &command.instance) {
            (_, Some(wanted)) => service == "ec2" && instance == Some(wanted),
            (Some(wanted), None) => service == wanted,
            // Without a filter, thousands of instance types would bury the rest.
            (None, None) => service != "ec2" || instance.is_none(),
        };
        if shown {
            show(&mut out, service, meter, price, day);
        }
    }
    if out.is_empty() {
        let wanted = command.instance.as_deref().unwrap_or("");
        let mut types: Vec<&str> = book
            .iter()
            .filter(|(service, _, _)| *service == "ec2")
            .filter_map(|(_, meter, _)| meter.split_once(':').map(|(instance, _)| instance))
            .collect();
        types.dedup();
        return Err(no_such("instance type with a price here", wanted, &types));
    }
    output.data(&out)?;
    Ok(Exit::Done)
}

fn age_days(date: Date, day: Date) -> i32 {
    date.until(day).map_or(0, |span| span.get_days())
}

fn show(out: &mut String, service: &str, meter: &str, price: &Price, day: Date) {
    let name = format!("{service} {meter}");
    for tier in &price.tiers {
        let dollars = match price.currency.as_str() {
            "USD" => format!("${}", tier.price.normalize()),
            other => format!("{} {other}", tier.price.normalize()),
        };
        let from = if tier.from.is_zero() {
            String::new()
        } else {
            format!(" above {}", tier.from.normalize())
        };
        let _ = writeln!(out, "{name:<36} {dollars:>15} / {}{from}", price.unit);
        let _ = writeln!(
            out,
            "    {}, grade {}, {}, {} days old",
            tier.status.word(),
            tier.grade.letter(),
            tier.source,
            age_days(tier.date, day)
        );
    }
}

/// What a check found.
#[derive(Debug, Default)]
struct Gaps {
    missing: Vec<String>,
    others: Vec<String>,
}

fn run_check(command: &PricesCheck, output: &mut Output) -> Outcome {
    let path = Path::new(&command.what);
    let is_file = path
        .extension()
        .is_some_and(|extension| extension == "toml")
        || path.is_file();
    let day = today()?;
    let (region, gaps) = if is_file {
        check_file(path, day)?
    } else {
        check_region(&command.what, day)?
    };
    let mut out = String::new();
    let matches = Catalog::matches(&region)?;
    let overlay = prices::overlay_path(&region)?;
    for missing in &gaps.missing {
        let (service, meter) = missing.split_once(' ').unwrap_or((missing, ""));
        let _ = writeln!(out, "missing   {missing}");
        if !matches.knows(service, meter) {
            let _ = writeln!(
                out,
                "          no update fills it; add a row to {}",
                overlay.display()
            );
            continue;
        }
        let _ = writeln!(
            out,
            "          landfall prices update --region {region} --service {service}"
        );
    }
    for line in &gaps.others {
        let _ = writeln!(out, "{line}");
    }
    output.data(&out)?;
    output.say(&format!(
        "{region}: {} missing, {} to be looked at\n",
        gaps.missing.len(),
        gaps.others.len()
    ));
    Ok(if gaps.missing.is_empty() {
        Exit::Done
    } else {
        Exit::No
    })
}

/// Every meter that any region has and this one lacks; instance types, which no
/// region has all of, aside.
fn check_region(region: &str, day: Date) -> Result<(String, Gaps), Problem> {
    let book = prices::book(region)?;
    let mut gaps = Gaps::default();
    let mut wanted: Vec<(String, String)> = Vec::new();
    for other in Catalog::regions() {
        let other = Catalog::prices(other)?;
        for (service, meter, _) in other.iter().filter(|(_, meter, _)| !meter.contains(':')) {
            wanted.push((service.to_owned(), meter.to_owned()));
        }
    }
    wanted.sort();
    wanted.dedup();
    for (service, meter) in wanted {
        if book.price(&service, &meter).is_none() {
            gaps.missing.push(format!("{service} {meter}"));
        }
    }
    look(&book, day, &mut gaps, |_, _| true);
    Ok((region.to_owned(), gaps))
}

/// The meters that the options of a workload file need.
fn check_file(path: &Path, day: Date) -> Result<(String, Gaps), Problem> {
    let framework = FrameworkChoice {
        framework: "current".to_owned(),
        as_of: None,
    };
    let deciding = Deciding {
        framework,
        region: None,
        profile: Profile::Starter,
        people: Switch::On,
        seed: 1,
        scenarios: 0,
        changes: Vec::new(),
    };
    let session = Session::open(&deciding.framework)?;
    let decision = session.decide(path, &deciding)?;
    let book = prices::book(&decision.region)?;
    let mut needed: Vec<(String, String)> = Vec::new();
    let mut gaps = Gaps::default();
    for bill in decision
        .workloads
        .iter()
        .flat_map(|one| &one.options)
        .filter_map(|one| one.bill.as_ref())
    {
        for line in &bill.lines {
            needed.push((line.service.to_owned(), line.meter.to_string()));
        }
        let ranged = bill
            .ranged()
            .map(|line| (line.service, line.meter.as_ref()));
        gaps.missing.extend(
            bill.missing()
                .chain(ranged)
                .map(|(service, meter)| format!("{service} {meter}")),
        );
    }
    gaps.missing.sort();
    gaps.missing.dedup();
    look(&book, day, &mut gaps, |service, meter| {
        needed.iter().any(|(s, m)| s == service && m == meter)
    });
    Ok((decision.region, gaps))
}

/// Prices that are stale, or not simply listed by their source.
fn look(book: &PriceBook, day: Date, gaps: &mut Gaps, wanted: impl Fn(&str, &str) -> bool) {
    for (service, meter, price) in book.iter().filter(|(s, m, _)| wanted(s, m)) {
        let Some(tier) = price.first() else { continue };
        if tier.status != PriceStatus::Listed {
            let (status, source) = (tier.status.word(), &tier.source);
            gaps.others.push(format!(
                "{status:<9} {service} {meter}: {source}, {}",
                tier.date
            ));
        }
        let days = age_days(tier.date, day);
        if days > STALE_DAYS {
            gaps.others.push(format!(
                "stale     {service} {meter}: {days} days, {}",
                tier.source
            ));
        }
    }
}
