//! What most answers need: the catalog, a framework, prices, a system.

use std::sync::Arc;

use landfall_catalog::{Catalog, Date, PriceBook};
use landfall_decide::assume::lacking;
use landfall_decide::{BUDGET, Decision, Inputs, WorkloadDecision, decide};
use landfall_framework::{Pack, embedded_pack};
use landfall_source::{Diagnostic, Source, nearest};
use landfall_workload::System;

use crate::around::{Around, book_of};
use crate::changes;
use crate::deciding::Deciding;
use crate::problem::Problem;

/// A catalog and a framework, with the day that counts.
#[derive(Debug, Clone)]
pub struct Session {
    /// What AWS offers.
    pub catalog: Arc<Catalog>,
    /// The framework.
    pub pack: Arc<Pack>,
    /// The day whose facts are used.
    pub as_of: Date,
}

/// A system with the prices that it is decided by.
#[derive(Debug)]
pub struct Prepared {
    /// The system.
    pub system: System,
    /// The prices of its region, and ranges where there are none.
    pub book: PriceBook,
    /// The prices of other regions.
    pub elsewhere: Vec<PriceBook>,
}

impl Session {
    /// With a framework, on a day; without one, on the framework's own.
    ///
    /// # Errors
    /// The framework lacks something without which nothing can be decided.
    pub fn new(catalog: Catalog, pack: Pack, as_of: Option<Date>) -> Result<Self, Problem> {
        let lacking = lacking(&pack, &catalog);
        if !lacking.is_empty() {
            let message = format!("the framework `{}` lacks {}", pack.name, lacking.join(", "));
            let help = "write what it lacks, or `base = \"current\"` in its pack.toml";
            return Err(Box::new(Diagnostic::new(message).help(help)).into());
        }
        Ok(Self {
            as_of: as_of.unwrap_or(pack.as_of),
            catalog: Arc::new(catalog),
            pack: Arc::new(pack),
        })
    }

    /// With a framework that ships.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn embedded(framework: &str) -> Result<Self, Problem> {
        let catalog = Catalog::embedded()?;
        let pack = embedded_pack(framework, &catalog)?;
        Self::new(catalog, pack, None)
    }

    /// The same on a day; without one, on the framework's own.
    #[must_use]
    pub fn on(&self, as_of: Option<Date>) -> Self {
        Self {
            as_of: as_of.unwrap_or(self.pack.as_of),
            ..self.clone()
        }
    }

    /// Reads a workload file with its changes, the recorded traffic that it names, and the
    /// prices that it is decided by.
    ///
    /// # Errors
    /// The first thing that is wrong with the file or a change, with its line; no prices are
    /// known of the region.
    pub fn prepare(
        &self,
        file: &Source,
        deciding: &Deciding,
        around: &impl Around,
    ) -> Result<Prepared, Problem> {
        let source = changes::apply(file, &deciding.changes)?;
        let system = System::parse(&source);
        let mut system = system.map_err(|wrong| changes::blamed(file, &deciding.changes, wrong))?;
        for workload in &mut system.workloads {
            if let Some(trace) = workload.trace().map(str::to_owned) {
                let summary = around.trace(&trace, workload, &source)?;
                workload.learn_trace(&summary);
            }
        }
        let book = match &deciding.region {
            Some(region) => around.book(region)?,
            None => book_of(&source, system.region(), around)?,
        };
        let book = book.with_ranges(&self.catalog.spans);
        let elsewhere = around.elsewhere(book.region())?;
        // A region that was asked for is not assumed.
        system.region = deciding.region.clone().or(system.region);
        Ok(Prepared {
            system,
            book,
            elsewhere,
        })
    }

    /// What decides a system, besides it.
    pub fn inputs<'a>(
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
            people: deciding.people,
            seed: deciding.seed,
            budget: (!deciding.estimate).then_some(BUDGET),
            scenarios: deciding.scenarios,
        }
    }

    /// Decides a system.
    pub fn decide(&self, prepared: &Prepared, deciding: &Deciding) -> Decision {
        decide(&prepared.system, &self.inputs_of(prepared, deciding))
    }

    /// What decides a prepared system, besides it.
    pub fn inputs_of<'a>(&'a self, prepared: &'a Prepared, deciding: &Deciding) -> Inputs<'a> {
        self.inputs(&prepared.book, &prepared.elsewhere, deciding)
    }

    /// Whether the catalog has a platform.
    ///
    /// # Errors
    /// It has none of that id.
    pub fn known_platform(&self, platform: &str) -> Result<(), Problem> {
        let platforms = self.catalog.platforms.iter();
        let ids: Vec<&str> = platforms.map(|one| one.id.as_str()).collect();
        if ids.contains(&platform) {
            Ok(())
        } else {
            Err(no_such("platform", platform, &ids))
        }
    }
}

/// A workload of a decision by id; the first when none is named.
///
/// # Errors
/// There is none of that id.
pub fn pick<'d>(decision: &'d Decision, id: Option<&str>) -> Result<&'d WorkloadDecision, Problem> {
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
pub fn no_such(what: &str, name: &str, known: &[&str]) -> Problem {
    let problem = Diagnostic::new(format!("there is no {what} `{name}`"));
    let help = nearest(name, known.iter().copied()).map_or_else(
        || format!("there are: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Problem::Input(Box::new(problem.help(help)))
}
