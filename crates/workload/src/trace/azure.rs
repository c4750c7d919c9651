//! The Azure Functions data set of 2019: invocations, durations and memory.

use std::collections::BTreeMap;
use std::io::Read;

use csv::StringRecord;
use landfall_source::{Diagnostic, Result};

use super::input::{self, Opened, Rows};
use super::layout::number;
use super::{FunctionCounts, Refused};

/// Columns before the first minute: owner, application, function, trigger.
const BEFORE_MINUTES: usize = 4;
/// What durations and memory are read from.
const DATA_SET: &str = "name the file of the Azure Functions data set of 2019";
/// Most functions of a file.
const MOST_FUNCTIONS: usize = 1 << 20;

pub(super) fn counts(
    name: &str,
    line: u64,
    record: &StringRecord,
) -> std::result::Result<FunctionCounts, Refused> {
    if record.len() <= BEFORE_MINUTES {
        return Err(Refused::row(name, line, "it has no minute"));
    }
    let per_minute = record
        .iter()
        .skip(BEFORE_MINUTES)
        .map(|cell| {
            let count = number(name, line, cell)?;
            if count > f64::from(u32::MAX) {
                return Err(Refused::row(name, line, "more requests than can be true"));
            }
            Ok(count as u32)
        })
        .collect::<std::result::Result<_, _>>()?;
    let cell = |column| record.get(column).unwrap_or("").to_owned();
    Ok(FunctionCounts {
        app: cell(1),
        function: cell(2),
        per_minute,
    })
}

/// Which part of the data set a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzurePart {
    /// Requests by function and minute.
    Invocations,
    /// Durations by function.
    Durations,
    /// Memory by application.
    Memory,
}

impl AzurePart {
    /// Tells by the name that a file has in the data set, with whatever day; none by any other name.
    pub fn of_name(name: &str) -> Option<Self> {
        [
            ("invocations_per_function", Self::Invocations),
            ("function_durations_percentiles", Self::Durations),
            ("app_memory_percentiles", Self::Memory),
        ]
        .into_iter()
        .find_map(|(begins, part)| name.starts_with(begins).then_some(part))
    }

    /// Tells by the header; none where it is no part of the data set.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(name: &str, input: impl Read) -> Result<Option<Self>> {
        let Opened::Table(mut rows) = input::open(name, input)? else {
            return Ok(None);
        };
        let header = rows.header(name)?;
        let has = |columns: &[&str]| {
            let mut columns = columns.iter();
            columns.all(|wanted| header.iter().any(|column| column == wanted))
        };
        Ok(if has(&DURATION_COLUMNS) {
            Some(Self::Durations)
        } else if has(&MEMORY_COLUMNS) {
            Some(Self::Memory)
        } else {
            has(&["hashfunction", "1"]).then_some(Self::Invocations)
        })
    }
}

const DURATION_COLUMNS: [&str; 5] = [
    "hashapp",
    "hashfunction",
    "percentile_average_50",
    "percentile_average_99",
    "percentile_average_100",
];
const MEMORY_COLUMNS: [&str; 2] = ["hashapp", "averageallocatedmb_pct99"];

/// How long the runs of a function took, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunctionDurations {
    /// Median.
    pub p50_s: f64,
    /// 99th percentile.
    pub p99_s: f64,
    /// Longest.
    pub max_s: f64,
}

/// The durations of functions, by application and function.
///
/// # Errors
/// A column that is missing, or a bad row, with file and line.
pub fn read_durations(
    name: &str,
    input: impl Read,
) -> Result<BTreeMap<(String, String), FunctionDurations>> {
    let mut all = BTreeMap::new();
    each_row(
        name,
        input,
        DURATION_COLUMNS,
        |line, [app, function, p50, p99, max]| {
            let seconds = |cell: &str| number(name, line, cell).map(|ms| ms / 1e3);
            let durations = FunctionDurations {
                p50_s: seconds(p50)?,
                p99_s: seconds(p99)?,
                max_s: seconds(max)?,
            };
            all.insert((app.to_owned(), function.to_owned()), durations);
            Ok(all.len())
        },
    )?;
    Ok(all)
}

/// The memory that an application fills, 99 times of 100, in MB.
pub type MostMemory = f64;

/// The memory of applications.
///
/// # Errors
/// A column that is missing, or a bad row, with file and line.
pub fn read_memory(name: &str, input: impl Read) -> Result<BTreeMap<String, MostMemory>> {
    let mut all = BTreeMap::new();
    each_row(name, input, MEMORY_COLUMNS, |line, [app, memory]| {
        let memory = number(name, line, memory)?;
        let entry = all.entry(app.to_owned()).or_insert(memory);
        *entry = entry.max(memory);
        Ok(all.len())
    })?;
    Ok(all)
}

/// Passes the named columns of every row on; stops when there are too many.
fn each_row<const N: usize>(
    name: &str,
    input: impl Read,
    columns: [&str; N],
    mut take: impl FnMut(u64, [&str; N]) -> std::result::Result<usize, Refused>,
) -> Result<()> {
    let Opened::Table(mut rows) = input::open(name, input)? else {
        let problem = Diagnostic::new(format!("{name}:1: this is not a table"));
        return Err(Box::new(problem.help(DATA_SET)));
    };
    let places = places(name, &mut rows, columns)?;
    let whole = |refused| match refused {
        Refused::Row(problem) | Refused::All(problem) => problem,
    };
    while let Some(line) = rows.advance(name).map_err(whole)? {
        let record = rows.record();
        let cells = places.map(|place| record.get(place).unwrap_or(""));
        if take(line, cells).map_err(whole)? > MOST_FUNCTIONS {
            let problem = input::fault(name, line, "there are more than a million functions");
            return Err(Box::new(
                problem.help("name a smaller part of the data set"),
            ));
        }
    }
    Ok(())
}

fn places<R: Read, const N: usize>(
    name: &str,
    rows: &mut Rows<R>,
    columns: [&str; N],
) -> Result<[usize; N]> {
    let header = rows.header(name)?;
    let mut places = [0; N];
    for (place, wanted) in places.iter_mut().zip(columns) {
        *place = header
            .iter()
            .position(|column| column == wanted)
            .ok_or_else(|| {
                let problem = input::fault(name, 1, &format!("there is no column `{wanted}`"));
                Box::new(problem.help(DATA_SET))
            })?;
    }
    Ok(places)
}
