//! Documents made from data: the differences from 2021, schemas, pictures.

use std::path::{Path, PathBuf};

use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::{Screen, embedded_pack};
use landfall_report::{chart, differences, flow, json};
use landfall_source::Source;
use landfall_workload::System;

type Result<T> = std::result::Result<T, String>;

const EXAMPLE: &str = "examples/photo-thumbnails.toml";

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .map_or_else(|| here.to_path_buf(), Path::to_path_buf)
}

/// Every generated document: path from the root, and text.
fn documents() -> Result<Vec<(&'static str, String)>> {
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let pack = embedded_pack("current", &catalog).map_err(words)?;
    let guide = embedded_pack("startup-guide-2021", &catalog).map_err(words)?;
    let text = std::fs::read_to_string(root().join(EXAMPLE)).map_err(|e| e.to_string())?;
    let system = System::parse(&Source::new(EXAMPLE, &text)).map_err(words)?;
    let book = Catalog::prices(system.region()).map_err(words)?;
    let as_of = pack.as_of;
    let inputs = Inputs {
        as_of,
        budget: Some(landfall_decide::BUDGET),
        ..Inputs::by_formulas(&pack, &catalog, &book)
    };
    let decision = decide(&system, &inputs);
    let workload = decision
        .workloads
        .first()
        .ok_or("the example has no workload")?;
    let screen = Screen::new(&pack, &catalog, as_of);
    let drawn = flow::flow(
        &pack,
        &catalog,
        &screen,
        as_of,
        Some((&workload.facts, workload)),
    );
    let pretty = |value: &serde_json::Value| {
        serde_json::to_string_pretty(value)
            .map(|text| text + "\n")
            .map_err(|e| e.to_string())
    };
    Ok(vec![
        (
            "docs/src/differences.md",
            differences::markdown(&guide, &pack, &catalog),
        ),
        (
            "docs/schemas/workload.schema.json",
            pretty(&landfall_workload::json_schema())?,
        ),
        (
            "docs/schemas/decision.schema.json",
            pretty(&json::schema())?,
        ),
        (
            "docs/schemas/bill.schema.json",
            pretty(&json::bill_schema())?,
        ),
        (
            "docs/schemas/against.schema.json",
            pretty(&json::against_schema())?,
        ),
        (
            "docs/schemas/simulation.schema.json",
            pretty(&json::simulation_schema())?,
        ),
        ("docs/src/images/traffic.svg", chart::shapes()),
        (
            "docs/src/images/photo-thumbnails.svg",
            chart::options("Thumbnails of uploaded photos, 2M a month", workload),
        ),
        ("docs/src/images/flow.svg", flow::svg(&drawn)),
    ])
}

/// Writes every generated document.
pub(crate) fn write() -> Result<()> {
    for (path, text) in documents()? {
        let path = root().join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Fails when a generated document is not what would be written, or a text uses a word that
/// the glossary replaced.
pub(crate) fn check() -> Result<()> {
    for (path, text) in documents()? {
        let there = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        if there != text {
            return Err(format!("{path} is out of date: run `cargo xtask docs`"));
        }
    }
    crate::words::check()
}
