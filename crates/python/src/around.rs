//! What answers need of the machine, as Python gives it.

use landfall_answers::Around;
use landfall_catalog::{Catalog, PriceBook};
use landfall_source::{Diagnostic, Result, Source};
use landfall_workload::{TraceSummary, Workload, summarise_trace};
use pyo3::prelude::*;

/// The prices that ship, and recorded traffic as a function of Python reads it.
#[derive(Debug)]
pub(crate) struct Given {
    read: Option<Py<PyAny>>,
}

impl Given {
    pub(crate) const fn new(read: Option<Py<PyAny>>) -> Self {
        Self { read }
    }
}

impl Around for Given {
    fn book(&self, region: &str) -> Result<PriceBook> {
        Catalog::prices(region)
    }

    fn elsewhere(&self, _here: &str) -> Result<Vec<PriceBook>> {
        Ok(Vec::new())
    }

    fn trace(&self, name: &str, _workload: &Workload, file: &Source) -> Result<TraceSummary> {
        let problem = |why: String| {
            let what = format!(
                "recorded traffic `{name}`, which {} names, {why}",
                file.name()
            );
            let help = "give the path of the workload file, beside which it is looked for";
            Box::new(Diagnostic::new(what).help(help))
        };
        let Some(read) = &self.read else {
            return Err(problem("is beside no file".to_owned()));
        };
        let bytes = Python::attach(|py| {
            let bytes = read.call1(py, (name,))?;
            bytes.extract::<Vec<u8>>(py)
        });
        let bytes = bytes.map_err(|error| problem(format!("cannot be read: {error}")))?;
        summarise_trace(name, bytes.as_slice(), false)
    }
}
