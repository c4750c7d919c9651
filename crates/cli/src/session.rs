//! What most commands need: the catalog, a framework, prices, a system.

use std::path::Path;

use landfall_catalog::{Catalog, Date, PriceBook};
use landfall_decide::{BUDGET, Decision, Inputs, WorkloadDecision, decide};
use landfall_framework::{PACKS, Pack, embedded_pack};
use landfall_source::{Diagnostic, nearest};
use landfall_workload::{System, Workload, summarise_trace};

use crate::arguments::{Deciding, FrameworkChoice, Switch};
use crate::exit::Problem;
use crate::{changes, files, prices, progress};

/// A catalog and a framework, with the day that counts.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) catalog: Catalog,
    pub(crate) pack: Pack,
    pub(crate) as_of: Date,
}

impl Session {
    pub(crate) fn open(choice: &FrameworkChoice) -> Result<Self, Problem> {
        let catalog = Catalog::embedded()?;
        let name = &choice.framework;
        let path = Path::new(name);
        let pack = if !PACKS.contains(&name.as_str()) && path.is_dir() {
            Pack::parse(&files::read_folder(path)?, &catalog)?
        } else {
            embedded_pack(name, &catalog)?
        };
        let as_of = choice.as_of.unwrap_or(pack.as_of);
        Ok(Self {
            catalog,
            pack,
            as_of,
        })
    }

    /// Reads a workload file with the recorded traffic that it names, and the prices that it
    /// is decided by: those of its region, and ranges where it has none.
    pub(crate) fn read_system(
        &self,
        path: &Path,
        deciding: &Deciding,
    ) -> Result<(System, PriceBook), Problem> {
        let source = changes::apply(&files::read(path)?, &deciding.changes)?;
        let mut system = System::parse(&source)?;
        for workload in &mut system.workloads {
            learn_trace(workload, path)?;
        }
        let book = match &deciding.region {
            Some(region) => prices::book(region)?,
            None => prices::book_of(&source, system.region())?,
        };
        Ok((system, book.with_ranges(&self.catalog.spans)))
    }

    pub(crate) fn inputs<'a>(
        &'a self,
        book: &'a PriceBook,
        elsewhere: &'a [PriceBook],
        deciding: &Deciding,
    ) -> Inputs<'a> {
        Inputs {
            pack: &self.pack,
            catalog: &self.catalog,
            book,
            elsewhere,
            as_of: self.as_of,
            profile: deciding.profile,
            people: deciding.people == Switch::On,
            seed: deciding.seed,
            budget: Some(BUDGET),
            worlds: deciding.worlds,
        }
    }

    /// Reads and decides a file.
    pub(crate) fn decide(&self, path: &Path, deciding: &Deciding) -> Result<Decision, Problem> {
        self.decide_with(path, deciding, decide)
    }

    /// Reads a file and calls `work` with what decides it.
    pub(crate) fn decide_with<T>(
        &self,
        path: &Path,
        deciding: &Deciding,
        work: impl FnOnce(&System, &Inputs<'_>) -> T,
    ) -> Result<T, Problem> {
        let (mut system, book) = self.read_system(path, deciding)?;
        let elsewhere = prices::elsewhere(book.region())?;
        // A region given on the command line is not assumed.
        system.region = deciding.region.clone().or(system.region);
        let inputs = self.inputs(&book, &elsewhere, deciding);
        Ok(progress::while_waiting("deciding", || {
            work(&system, &inputs)
        }))
    }
}

fn learn_trace(workload: &mut Workload, beside: &Path) -> Result<(), Problem> {
    let Some(trace) = workload.trace() else {
        return Ok(());
    };
    let path = beside
        .parent()
        .unwrap_or_else(|| Path::new("."))
        .join(trace);
    let name = path.display().to_string();
    let summary = summarise_trace(&name, files::open(&path)?, false)?;
    workload.learn_trace(&summary);
    Ok(())
}

/// A workload of a decision by id; the first when none is named.
pub(crate) fn pick<'d>(
    decision: &'d Decision,
    id: Option<&str>,
) -> Result<&'d WorkloadDecision, Problem> {
    let found = match id {
        None => decision.workloads.first(),
        Some(id) => decision.workloads.iter().find(|workload| workload.id == id),
    };
    found.ok_or_else(|| {
        let ids: Vec<&str> = decision
            .workloads
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        no_such("workload", id.unwrap_or(""), &ids)
    })
}

/// The problem that a name is not one of those there are.
pub(crate) fn no_such(what: &str, name: &str, known: &[&str]) -> Problem {
    let problem = Diagnostic::new(format!("there is no {what} `{name}`"));
    let help = nearest(name, known.iter().copied()).map_or_else(
        || format!("there are: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Problem::Input(Box::new(problem.help(help)))
}
