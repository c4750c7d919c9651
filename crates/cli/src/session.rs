//! What most commands need, as the machine has it: a framework from a folder, a workload
//! file with the recorded traffic beside it, the prices that the user has brought in.

use std::ops::Deref;
use std::path::Path;

pub(crate) use landfall_answers::{no_such, pick};

use landfall_answers::{Around, Prepared};
use landfall_catalog::{Catalog, PriceBook};
use landfall_decide::{Decision, Inputs, decide};
use landfall_framework::{PACKS, Pack};
use landfall_source::{Result as Read, Source};
use landfall_workload::{System, TraceSummary, Workload, summarise_trace};

use crate::arguments::{Deciding, FrameworkChoice};
use crate::exit::Problem;
use crate::storage::Place;
use crate::{files, prices, progress, recording};

/// A catalog and a framework, with the day that counts.
#[derive(Debug)]
pub(crate) struct Session(landfall_answers::Session);

impl Deref for Session {
    type Target = landfall_answers::Session;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// This machine, with the path of the file that names recorded traffic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine<'p> {
    /// Traffic is looked for beside it.
    pub(crate) file: &'p Path,
}

impl Around for Machine<'_> {
    fn book(&self, region: &str) -> Read<PriceBook> {
        prices::book(region)
    }

    fn elsewhere(&self, here: &str) -> Read<Vec<PriceBook>> {
        prices::elsewhere(here)
    }

    fn trace(&self, name: &str, _workload: &Workload, _file: &Source) -> Read<TraceSummary> {
        let folder = self.file.parent().unwrap_or_else(|| Path::new("."));
        let place = Place::Local(folder.join(name));
        summarise_trace(&place.name(), recording::open(&place)?, false)
    }
}

impl Session {
    pub(crate) fn open(choice: &FrameworkChoice) -> Result<Self, Problem> {
        let name = &choice.framework;
        let path = Path::new(name);
        if PACKS.contains(&name.as_str()) || !path.is_dir() {
            let session = landfall_answers::Session::embedded(name)?;
            return Ok(Self(session.on(choice.as_of)));
        }
        let catalog = Catalog::embedded()?;
        let pack = Pack::parse(&files::read_folder(path)?, &catalog)?;
        let session = landfall_answers::Session::new(catalog, pack, choice.as_of)?;
        Ok(Self(session))
    }

    /// Reads a workload file with the recorded traffic that it names, and the prices that it
    /// is decided by: those of its region, and ranges where it has none.
    pub(crate) fn read_system(
        &self,
        path: &Path,
        deciding: &Deciding,
    ) -> Result<Prepared, Problem> {
        let around = Machine { file: path };
        self.prepare(&files::read(path)?, &deciding.plain(), &around)
    }

    pub(crate) fn inputs<'a>(
        &'a self,
        book: &'a PriceBook,
        elsewhere: &'a [PriceBook],
        deciding: &Deciding,
    ) -> Inputs<'a> {
        self.0.inputs(book, elsewhere, &deciding.plain())
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
        let prepared = self.read_system(path, deciding)?;
        let inputs = self.inputs_of(&prepared, &deciding.plain());
        Ok(progress::while_waiting("deciding", || {
            work(&prepared.system, &inputs)
        }))
    }

    /// Decides the text of a file that would stand in a folder.
    pub(crate) fn decide_source(
        &self,
        source: &Source,
        folder: &Path,
        deciding: &Deciding,
    ) -> Result<Decision, Problem> {
        let file = folder.join(source.name());
        let around = Machine { file: &file };
        let deciding = deciding.plain();
        let prepared = self.prepare(source, &deciding, &around)?;
        let inputs = self.inputs_of(&prepared, &deciding);
        Ok(progress::while_waiting("deciding", || {
            decide(&prepared.system, &inputs)
        }))
    }

    /// The session itself, for a door that is kept open.
    pub(crate) fn into_inner(self) -> landfall_answers::Session {
        self.0
    }
}
