//! How long environments of functions take to start, as measured.

use jiff::civil::Date;
use landfall_source::Result;

use crate::rows::read_rows;

/// Start-up of hello-world functions in one cell of a measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct InitLaw {
    /// `zip` or `image`.
    pub package: String,
    /// The runtime, as Lambda names it; for a runtime of one's own the language, with the
    /// base in brackets.
    pub runtime: String,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Memory of the function, in MB.
    pub memory_mb: f64,
    /// Starts measured.
    pub samples: u32,
    /// Median, in seconds.
    pub p50_s: f64,
    /// 99th percentile, in seconds.
    pub p99_s: f64,
    /// The id of its source.
    pub source: String,
    /// The last day measured.
    pub date: Date,
}

impl InitLaw {
    /// Whether it was measured of a runtime, or of a language on some base: `python3.13 (al2023)`.
    fn is_of(&self, runtime: &str) -> bool {
        let base = self.runtime.strip_prefix(runtime);
        base.is_some_and(|base| base.is_empty() || base.starts_with(" ("))
    }
}

/// Reads `lambda-init.csv`.
pub(crate) fn read_init_laws(name: &str, text: &str) -> Result<Vec<InitLaw>> {
    read_rows(name, text, |row| {
        Ok(InitLaw {
            package: row.text(0),
            runtime: row.text(1),
            architecture: row.text(2),
            memory_mb: row.number(3)?,
            samples: row.number(4)? as u32,
            p50_s: row.number(5)? / 1e3,
            p99_s: row.number(7)? / 1e3,
            source: row.text(9),
            date: row.date(10)?,
        })
    })
}

/// The cell nearest to a function: its runtime and package kind, then its architecture,
/// then its memory. None where its runtime was not measured.
pub(crate) fn nearest_law<'l>(
    laws: &'l [InitLaw],
    runtime: &str,
    package: Option<&str>,
    architecture: &str,
    memory_mb: f64,
) -> Option<&'l InitLaw> {
    let package = package.unwrap_or("zip");
    let fits = laws
        .iter()
        .filter(|law| law.package == package && law.is_of(runtime));
    fits.min_by(|a, b| {
        let far = |law: &InitLaw| {
            let doublings = (law.memory_mb.max(1.0) / memory_mb.max(1.0)).log2().abs();
            (law.architecture != architecture, doublings)
        };
        let (one, other) = (far(a), far(b));
        // Of bases as near, the newer one comes later in the order of names.
        one.0
            .cmp(&other.0)
            .then(one.1.total_cmp(&other.1))
            .then(b.runtime.cmp(&a.runtime))
    })
}
