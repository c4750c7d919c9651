//! A decision that Python holds.

use landfall_answers::{Deciding, Prepared, Problem, Session, Shape, decision_json};
use landfall_decide::Decision;
use landfall_report::{markdown, text};
use landfall_source::Source;
use pyo3::prelude::*;

use crate::around::Given;
use crate::options::Options;
use crate::problem::raised;

/// A decision with what it was made from.
#[pyclass(frozen, module = "landfall._native")]
#[derive(Debug)]
pub(crate) struct Decided {
    session: Session,
    deciding: Deciding,
    prepared: Prepared,
    decision: Decision,
}

impl Decided {
    pub(crate) fn of(source: &Source, options: &Options, around: &Given) -> Result<Self, Problem> {
        let (session, deciding) = (options.session()?, options.deciding()?);
        let prepared = session.prepare(source, &deciding, around)?;
        let decision = session.decide(&prepared, &deciding);
        Ok(Self {
            session,
            deciding,
            prepared,
            decision,
        })
    }
}

#[pymethods]
impl Decided {
    /// As the command line gives it with `--format json`.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        let document = decision_json(&self.decision, None, &self.session.catalog, Shape::Pretty);
        document.map_err(|problem| raised(py, problem))
    }

    /// As the command line prints it.
    fn text(&self) -> String {
        text::summary(&self.decision)
    }

    /// As a record of the decision.
    fn markdown(&self) -> String {
        markdown::decision(&self.decision, &self.session.catalog)
    }

    /// As a page that stands alone.
    fn html(&self, py: Python<'_>) -> String {
        py.detach(|| {
            let (session, prepared) = (&self.session, &self.prepared);
            let inputs = session.inputs_of(prepared, &self.deciding);
            landfall_answers::page(&self.decision, session, &prepared.system, &inputs)
        })
    }

    /// One option of each workload, or of one: the first, or that of a platform.
    #[pyo3(signature = (workload=None, platform=None))]
    fn explain(
        &self,
        py: Python<'_>,
        workload: Option<&str>,
        platform: Option<&str>,
    ) -> PyResult<String> {
        let (decision, session) = (&self.decision, &self.session);
        let explained = landfall_answers::explained(decision, workload, platform, session);
        explained.map_err(|problem| raised(py, problem))
    }
}
