//! Why there is no answer, as an exception.

use landfall_answers::Problem;
use landfall_source::Diagnostic;
use pyo3::prelude::*;

/// A problem with what was given.
pub(crate) fn refused(what: String, help: &str) -> Problem {
    Problem::Input(Box::new(Diagnostic::new(what).help(help)))
}

/// The exception for a problem: `landfall.InputError` with file, line and column where they are
/// known and a hint, or `landfall.Fault`.
pub(crate) fn raised(py: Python<'_>, problem: Problem) -> PyErr {
    made(py, problem).unwrap_or_else(|error| error)
}

fn made(py: Python<'_>, problem: Problem) -> PyResult<PyErr> {
    let errors = py.import("landfall._errors")?;
    let exception = match problem {
        Problem::Fault(what) => errors.getattr("Fault")?.call1((what,))?,
        Problem::Input(one) => {
            let source = one.source.as_ref();
            let file = source.map(|source| source.name().to_owned());
            let at = source
                .zip(one.span)
                .map(|(source, span)| source.line_column(span.start));
            let (line, column) = at.unzip();
            let arguments = (one.message, file, line, column, one.help);
            errors.getattr("InputError")?.call1(arguments)?
        }
    };
    Ok(PyErr::from_value(exception))
}
