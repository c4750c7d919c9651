//! Recorded traffic, read as a stream: plain or gzip, row by row, in constant memory.
//!
//! The first line says which [`Layout`] it is. Every row becomes a [`Row`] whose times
//! count from the first row. A row that cannot be right is one error that names file
//! and line, or, where such rows are to be skipped, is counted.

mod azure;
mod cloudwatch;
mod input;
mod layout;
mod order;
mod summary;
mod time;

use std::io::Read;

use landfall_source::{Diagnostic, Result};

pub use azure::{AzurePart, FunctionDurations, MostMemory, read_durations, read_memory};
pub use layout::Layout;
pub use summary::{Shape, TraceSummary, summarise_trace};

use input::{Opened, Rows, fault};
use layout::Columns;
use order::Sorted;

/// One row of a trace; all times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// One request.
    Request(Request),
    /// The requests of a period.
    Count(Count),
    /// The requests of one function, minute by minute.
    Function(FunctionCounts),
}

/// One request of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Request {
    /// When it came, from the first row on.
    pub at_s: f64,
    /// How long its work took.
    pub run_s: Option<f64>,
    /// Whether it met a cold start.
    pub cold: Option<bool>,
    /// Which environment served it: equal for equal ones.
    pub environment: Option<u64>,
}

/// The requests of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    /// When the period begins, from the first row on.
    pub at_s: f64,
    /// How long it is.
    pub for_s: f64,
    /// How many there were.
    pub requests: f64,
    /// How long their work took on average.
    pub run_s: Option<f64>,
}

/// The requests of one function over a day.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionCounts {
    /// Its application.
    pub app: String,
    /// Its name.
    pub function: String,
    /// Requests of each minute.
    pub per_minute: Vec<u32>,
}

/// What a row of a trace of functions turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum FunctionRow {
    /// It was not wanted, and not read.
    Passed,
    /// A function, with its line in the file.
    Counts(u64, FunctionCounts),
    /// A row that cannot be right.
    Bad(Box<Diagnostic>),
}

/// The longest trace read, in minutes (ten years), so that memory stays bounded.
pub const LONGEST_MIN: usize = 10 * 366 * 1_440;
const LONGEST_S: f64 = 60.0 * LONGEST_MIN as f64;

/// A trace being read.
#[derive(Debug)]
pub struct Trace<R> {
    name: String,
    from: From<R>,
    layout: Layout,
    skip: bool,
    skipped: u64,
    /// When the first row began, on the trace's own clock.
    start_s: Option<f64>,
    last_s: f64,
    /// Counts by period: one row back, until the length of its period is known.
    held: Option<(u64, f64, f64, Option<f64>)>,
    period_s: Option<f64>,
    index: u64,
}

#[derive(Debug)]
enum From<R> {
    Table {
        rows: Box<Rows<R>>,
        columns: Columns,
        sorted: Sorted,
    },
    Points {
        points: std::vec::IntoIter<Count>,
        durations: bool,
    },
}

impl<R: Read> Trace<R> {
    /// Begins to read. `name` is the file's, for messages; with `skip_bad_rows`, rows
    /// that cannot be right are counted instead of refused.
    ///
    /// # Errors
    /// A first line of no known layout, or what cannot be read at all.
    pub fn open(name: &str, input: R, skip_bad_rows: bool) -> Result<Self> {
        let (from, layout) = match input::open(name, input)? {
            Opened::Json(text) => {
                let points = cloudwatch::read(name, &text)?;
                let durations = points.iter().all(|point| point.run_s.is_some());
                let points = points.into_iter();
                (From::Points { points, durations }, Layout::CloudWatch)
            }
            Opened::Table(mut rows) => {
                let columns = Columns::detect(name, &rows.header(name)?)?;
                let layout = columns.layout();
                let sorted = Sorted::new(layout);
                let rows = Box::new(rows);
                let table = From::Table {
                    rows,
                    columns,
                    sorted,
                };
                (table, layout)
            }
        };
        Ok(Self {
            name: name.to_owned(),
            from,
            layout,
            skip: skip_bad_rows,
            skipped: 0,
            start_s: None,
            last_s: 0.0,
            held: None,
            period_s: None,
            index: 0,
        })
    }

    /// How the trace is laid out.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether its rows tell how long work took.
    pub const fn has_durations(&self) -> bool {
        match &self.from {
            From::Table { columns, .. } => columns.has_durations(),
            From::Points { durations, .. } => *durations,
        }
    }

    /// Rows that were skipped so far.
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The next row; none at the end.
    ///
    /// # Errors
    /// What is wrong with it, with file and line.
    pub fn next_row(&mut self) -> Result<Option<Row>> {
        loop {
            match self.try_row() {
                Err(Refused::Row(_)) if self.skip => self.skipped += 1,
                Err(Refused::Row(problem) | Refused::All(problem)) => return Err(problem),
                Ok(Step::Row(row)) => return Ok(Some(row)),
                Ok(Step::Held) => {}
                Ok(Step::End) => return Ok(None),
            }
        }
    }

    /// The next row of a trace of functions, whose minutes are read only where it is `wanted`;
    /// none at the end. Bad rows are handed on, whether such rows are skipped or not.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn next_function(&mut self, wanted: bool) -> Result<Option<FunctionRow>> {
        match self.function_if(wanted) {
            Ok(None) => Ok(None),
            Ok(Some(None)) => Ok(Some(FunctionRow::Passed)),
            Ok(Some(Some((line, counts)))) => Ok(Some(FunctionRow::Counts(line, counts))),
            Err(Refused::Row(problem)) => Ok(Some(FunctionRow::Bad(problem))),
            Err(Refused::All(problem)) => Err(problem),
        }
    }

    fn try_row(&mut self) -> std::result::Result<Step, Refused> {
        match self.layout {
            Layout::CloudWatch => Ok(self.next_point()),
            Layout::Counts => self.next_count(),
            Layout::Functions => self.function(),
            Layout::Requests | Layout::EndTimes | Layout::Log => self.next_request(),
        }
    }

    fn next_point(&mut self) -> Step {
        let From::Points { points, .. } = &mut self.from else {
            return Step::End;
        };
        points
            .next()
            .map_or(Step::End, |count| Step::Row(Row::Count(count)))
    }

    fn function(&mut self) -> std::result::Result<Step, Refused> {
        let counts = self.function_if(true)?.flatten();
        Ok(counts.map_or(Step::End, |(_, counts)| Step::Row(Row::Function(counts))))
    }

    /// The next function, with its line, where it is wanted; none at the end.
    fn function_if(&mut self, wanted: bool) -> std::result::Result<Option<Wanted>, Refused> {
        let From::Table { rows, .. } = &mut self.from else {
            return Ok(None);
        };
        let Some(line) = rows.advance(&self.name)? else {
            return Ok(None);
        };
        let counts = wanted.then(|| azure::counts(&self.name, line, rows.record()));
        Ok(Some(counts.transpose()?.map(|counts| (line, counts))))
    }

    /// One row of counts; each is passed on when the next one tells how long it was.
    fn next_count(&mut self) -> std::result::Result<Step, Refused> {
        let From::Table { rows, columns, .. } = &mut self.from else {
            return Ok(Step::End);
        };
        let Some(line) = rows.advance(&self.name)? else {
            let Some((_, at_s, requests, run_s)) = self.held.take() else {
                return Ok(Step::End);
            };
            let for_s = self.period_s.unwrap_or(60.0);
            return Ok(Step::Row(self.count(at_s, for_s, requests, run_s)));
        };
        let (at_s, requests, run_s) = columns.count(&self.name, line, rows.record(), self.index)?;
        self.index += 1;
        let start_s = *self.start_s.get_or_insert(at_s);
        if at_s - start_s > LONGEST_S {
            return Err(too_long(&self.name, line));
        }
        let Some((_, held_s, ..)) = self.held else {
            self.held = Some((line, at_s, requests, run_s));
            return Ok(Step::Held);
        };
        if at_s <= held_s {
            return Err(Refused::row(
                &self.name,
                line,
                "its time is not after the row above",
            ));
        }
        // A gap in the rows is a gap in the traffic: periods do not grow.
        let period_s = *self.period_s.get_or_insert(at_s - held_s);
        if at_s - held_s < period_s * 0.999 {
            let what = format!(
                "it begins {} s after the row above, not {period_s} s",
                at_s - held_s
            );
            return Err(Refused::row(&self.name, line, &what));
        }
        match self.held.replace((line, at_s, requests, run_s)) {
            Some((_, at_s, requests, run_s)) => {
                Ok(Step::Row(self.count(at_s, period_s, requests, run_s)))
            }
            None => Ok(Step::Held),
        }
    }

    fn count(&self, at_s: f64, for_s: f64, requests: f64, run_s: Option<f64>) -> Row {
        Row::Count(Count {
            at_s: at_s - self.start_s.unwrap_or(at_s),
            for_s,
            requests,
            run_s,
        })
    }

    fn next_request(&mut self) -> std::result::Result<Step, Refused> {
        let From::Table {
            rows,
            columns,
            sorted,
        } = &mut self.from
        else {
            return Ok(Step::End);
        };
        let mut next = sorted.take();
        while next.is_none() {
            match rows.advance(&self.name)? {
                Some(line) => {
                    let request = columns.request(&self.name, line, rows.record())?;
                    let ends_s = request.at_s + request.run_s.unwrap_or(0.0);
                    sorted.put(line, ends_s, request);
                    next = sorted.take();
                }
                None => match sorted.rest() {
                    Some(last) => next = Some(last),
                    None => return Ok(Step::End),
                },
            }
        }
        let Some((line, mut request)) = next else {
            return Ok(Step::End);
        };
        request.at_s -= *self.start_s.get_or_insert(request.at_s);
        if request.at_s < self.last_s {
            let what = "its time lies before that of a row above; sort the rows by time";
            return Err(Refused::row(&self.name, line, what));
        }
        if request.at_s > LONGEST_S {
            return Err(too_long(&self.name, line));
        }
        self.last_s = request.at_s;
        Ok(Step::Row(Row::Request(request)))
    }
}

/// A function with its line, if it was wanted.
type Wanted = Option<(u64, FunctionCounts)>;

/// What one look at the trace gave.
enum Step {
    Row(Row),
    /// Nothing yet.
    Held,
    End,
}

/// Why a row was not taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The row is bad; others may be good.
    Row(Box<Diagnostic>),
    /// The file cannot be read on.
    All(Box<Diagnostic>),
}

impl Refused {
    pub(crate) fn row(name: &str, line: u64, what: &str) -> Self {
        let problem = fault(name, line, what);
        Self::Row(Box::new(
            problem.help("correct or remove the row, or pass --skip-bad-rows"),
        ))
    }
}

fn too_long(name: &str, line: u64) -> Refused {
    let problem = fault(name, line, "the trace is longer than ten years");
    Refused::All(Box::new(
        problem.help("check the unit of its times: seconds"),
    ))
}
