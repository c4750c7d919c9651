//! The library for Python: what every door to Landfall calls, as functions of a module.
//!
//! The module is `landfall._native`. The package around it (`packages/pypi/landfall`) reads files
//! and gives answers their types; here nothing touches the machine. Python's interpreter goes on
//! while something is decided.

mod around;
mod decided;
mod options;
mod problem;

use landfall_answers::{BUDGET, Simulated, ask, finish, pretty};
use landfall_catalog::Catalog;
use landfall_framework::DEFAULT_PACK;
use landfall_import::{Format, Import};
use landfall_report::json;
use landfall_source::Source;
use pyo3::prelude::*;

use self::around::Given;
use self::decided::Decided;
use self::options::{Options, session};
use self::problem::{raised, refused};

/// What is read where a workload file names recorded traffic: from a name to its bytes.
type Reader = Option<Py<PyAny>>;

/// Decides a workload file.
#[pyfunction]
fn decide(
    py: Python<'_>,
    name: &str,
    text: &str,
    options: &str,
    read: Reader,
) -> PyResult<Decided> {
    let options = Options::read(options).map_err(|problem| raised(py, problem))?;
    let source = Source::new(name, text);
    let around = Given::new(read);
    let decided = py.detach(|| Decided::of(&source, &options, &around));
    decided.map_err(|problem| raised(py, problem))
}

/// Simulates a month of a workload on a platform; JSON.
#[pyfunction]
#[pyo3(signature = (name, text, options, read, platform, workload=None, requests=None))]
#[expect(
    clippy::too_many_arguments,
    reason = "each is an argument of the function of Python"
)]
fn simulate(
    py: Python<'_>,
    name: &str,
    text: &str,
    options: &str,
    read: Reader,
    platform: &str,
    workload: Option<&str>,
    requests: Option<u64>,
) -> PyResult<String> {
    let options = Options::read(options).map_err(|problem| raised(py, problem))?;
    let source = Source::new(name, text);
    let around = Given::new(read);
    let simulated = py.detach(|| {
        let (session, deciding) = (options.session()?, options.deciding()?);
        let prepared = session.prepare(&source, &deciding, &around)?;
        let asked = Simulated {
            platform,
            workload,
            requests: requests.unwrap_or(BUDGET),
            laws: false,
            seed: deciding.seed,
        };
        let simulation =
            landfall_answers::simulate(&session, &prepared, &deciding, &asked, &mut |_| ())?;
        pretty(&json::simulation(&simulation))
    });
    simulated.map_err(|problem| raised(py, problem))
}

/// Prices the usage of a file; JSON.
#[pyfunction]
#[pyo3(signature = (name, text, region=None))]
fn bill(py: Python<'_>, name: &str, text: &str, region: Option<&str>) -> PyResult<String> {
    let source = Source::new(name, text);
    let billed = py.detach(|| {
        let catalog = session(DEFAULT_PACK)?.catalog;
        let billed = landfall_answers::bill(&source, region, &catalog, &Given::new(None))?;
        pretty(&json::bill(&billed.bill, &billed.book, false))
    });
    billed.map_err(|problem| raised(py, problem))
}

/// Makes a workload file of what there is.
#[pyfunction]
#[pyo3(signature = (files, name, format=None))]
fn import_files(
    py: Python<'_>,
    files: Vec<(String, Vec<u8>)>,
    name: &str,
    format: Option<&str>,
) -> PyResult<String> {
    let imported = py.detach(|| {
        let format = format.map(|wanted| {
            let names: Vec<&str> = Format::ALL.iter().map(|one| one.name()).collect();
            let found = Format::named(wanted);
            found.ok_or_else(|| landfall_answers::no_such("format", wanted, &names))
        });
        let format = format.transpose()?;
        let mut import = Import::new();
        for (file, bytes) in &files {
            import.read(file, format, bytes.as_slice())?;
        }
        let names: Vec<String> = files.into_iter().map(|(file, _)| file).collect();
        let imported = finish(import, name, &names)?;
        let asked = ask(
            &imported,
            &names,
            &session(DEFAULT_PACK)?,
            &Given::new(None),
        )?;
        Ok(landfall_import::toml(&imported, &names, &asked))
    });
    imported.map_err(|problem| raised(py, problem))
}

/// The text of a workload file that says what a JSON object says.
#[pyfunction]
fn toml_of(py: Python<'_>, document: &str) -> PyResult<String> {
    let written = serde_json::from_str::<toml::Table>(document)
        .map_err(|error| error.to_string())
        .and_then(|table| toml::to_string(&table).map_err(|error| error.to_string()));
    written.map_err(|error| {
        let what = format!("this is no workload file: {error}");
        let help = "give a dictionary of what a workload file says; None has no place in it";
        raised(py, refused(what, help))
    })
}

/// The regions whose prices ship.
#[pyfunction]
fn regions() -> Vec<&'static str> {
    Catalog::regions()
}

/// The native part of the package.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<Decided>()?;
    module.add_function(wrap_pyfunction!(decide, module)?)?;
    module.add_function(wrap_pyfunction!(simulate, module)?)?;
    module.add_function(wrap_pyfunction!(bill, module)?)?;
    module.add_function(wrap_pyfunction!(import_files, module)?)?;
    module.add_function(wrap_pyfunction!(toml_of, module)?)?;
    module.add_function(wrap_pyfunction!(regions, module)?)
}
