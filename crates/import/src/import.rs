//! Reads inputs one after another, and joins them.

use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use landfall_source::yaml::{Node, read_documents};
use landfall_source::{Diagnostic, Result, Source};

use crate::charges;
use crate::finding::{Part, Place};
use crate::formats::{
    access_log, cloudformation, compose, ecs, kubernetes, lambda_log, metrics, serverless,
    terraform,
};
use crate::settle::{Imported, settle};
use crate::sniff;

/// The largest document that is read as a whole; logs are read as they come.
const LARGEST_BYTES: u64 = 64 << 20;
/// How much of an input tells what it is.
const HEAD_BYTES: usize = 1 << 16;

/// What an input may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A template of `CloudFormation` or SAM, in YAML or JSON.
    CloudFormation,
    /// What Lambda logs of its invocations: `REPORT` lines, `platform.report` records, or
    /// an export of either.
    LambdaLog,
    /// Docker Compose.
    Compose,
    /// Manifests of Kubernetes.
    Kubernetes,
    /// A plan of Terraform, as `terraform show -json` prints it.
    TerraformPlan,
    /// `serverless.yml` of the Serverless Framework.
    Serverless,
    /// Metrics of CloudWatch, as `get-metric-data` and `get-metric-statistics` print them.
    Metrics,
    /// Access logs of an Application Load Balancer.
    AlbLog,
    /// Access logs in the common or the combined format, as nginx and Apache write them.
    AccessLog,
    /// Task definitions and services, as `aws ecs describe-…` prints them.
    Ecs,
    /// A Cost and Usage Report: it holds usage, and no system.
    Cur,
    /// An export of charges in the format of FOCUS: it holds usage, and no system.
    Focus,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 12] = [
        Self::CloudFormation,
        Self::LambdaLog,
        Self::Compose,
        Self::Kubernetes,
        Self::TerraformPlan,
        Self::Ecs,
        Self::AlbLog,
        Self::AccessLog,
        Self::Serverless,
        Self::Metrics,
        Self::Cur,
        Self::Focus,
    ];

    /// The name, as it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::LambdaLog => "lambda-log",
            Self::Compose => "compose",
            Self::Kubernetes => "kubernetes",
            Self::TerraformPlan => "terraform-plan",
            Self::Ecs => "ecs",
            Self::Serverless => "serverless",
            Self::Metrics => "cloudwatch-metrics",
            Self::AlbLog => "alb-log",
            Self::AccessLog => "access-log",
            Self::Cur => "cur",
            Self::Focus => "focus",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What was read so far.
#[derive(Debug, Default)]
pub struct Import {
    parts: Vec<Part>,
    /// Manifests, which are read together: a service may stand in another file.
    manifests: Vec<(String, Node)>,
}

impl Import {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one input, plain or gzip: by its content, or as `format`.
    ///
    /// # Errors
    /// The first problem, with file, line and the way out: it cannot be read, is of no
    /// format known here or may be of several, or holds too much.
    pub fn read(&mut self, name: &str, format: Option<Format>, input: impl Read) -> Result<()> {
        let mut input = BufReader::with_capacity(HEAD_BYTES, input);
        let head = input.fill_buf().map_err(|error| unreadable(name, &error))?;
        let (part, manifests) = if head.starts_with(&[0x1f, 0x8b]) {
            let plain = MultiGzDecoder::new(input);
            let plain = BufReader::with_capacity(HEAD_BYTES, plain);
            read_plain(name, format, plain)?
        } else {
            read_plain(name, format, input)?
        };
        self.parts.push(part);
        let manifests = manifests.into_iter().map(|node| (name.to_owned(), node));
        self.manifests.extend(manifests);
        Ok(())
    }

    /// Notes an input that was passed over, and why.
    pub fn skip(&mut self, name: &str, why: &str) {
        let mut part = Part::default();
        let place = Place::samples(name, "passed over".to_owned());
        part.unread(why, place);
        self.parts.push(part);
    }

    /// Joins what was read; `name` is the system's where no input tells one.
    pub fn finish(mut self, name: &str) -> Imported {
        if !self.manifests.is_empty() {
            self.parts.push(kubernetes::read(&self.manifests));
        }
        settle(self.parts, name)
    }
}

/// What an input holds by itself, and the manifests in it.
fn read_plain(
    name: &str,
    format: Option<Format>,
    mut input: impl BufRead,
) -> Result<(Part, Vec<Node>)> {
    let head = head(name, &mut input)?;
    let is_charged = matches!(format, Some(Format::Cur | Format::Focus));
    if is_charged || format.is_none() && is_report(&head) {
        return Err(no_system(name).into());
    }
    let lines = match format {
        None => one_log(name, &head)?,
        Some(Format::LambdaLog) if begins_document(&head) => None,
        Some(format) => LOGS
            .iter()
            .find(|(log, _)| *log == format)
            .map(|(log, _)| *log),
    };
    let all = head.as_slice().chain(input);
    if let Some(log) = lines {
        let read = match log {
            Format::AlbLog => access_log::read_lines(name, all, true),
            Format::AccessLog => access_log::read_lines(name, all, false),
            _ => lambda_log::read_lines(name, all),
        };
        let read = read.map_err(|error| unreadable(name, &error))?;
        return Ok((read, Vec::new()));
    }
    let source = text(name, all)?;
    let documents = match read_documents(&source) {
        Err(_) if format.is_none() && !is_document(name, &source) => {
            return one_format(name, &[]).map(|_| (Part::default(), Vec::new()));
        }
        read => read?,
    };
    let format = match format {
        Some(format) => format,
        None => one_format(name, &sniff::of_documents(&documents.documents))?,
    };
    let mut part = Part::default();
    let mut manifests = Vec::new();
    for node in documents.documents {
        let read = match format {
            Format::CloudFormation => cloudformation::read(source.name(), &node),
            Format::LambdaLog => lambda_log::read_document(source.name(), &node),
            Format::Compose => compose::read(source.name(), &node),
            Format::TerraformPlan => terraform::read(source.name(), &node),
            Format::Ecs => ecs::read(source.name(), &node),
            Format::Serverless => serverless::read(source.name(), &node),
            Format::Metrics => metrics::read(source.name(), &node),
            // Logs that are read line by line; what is a document here is of no such log.
            Format::AlbLog | Format::AccessLog | Format::Cur | Format::Focus => {
                return one_format(name, &[]).map(|_| (part, manifests));
            }
            Format::Kubernetes => {
                manifests.push(node);
                continue;
            }
        };
        merge(&mut part, read);
    }
    for twice in documents.repeated {
        let what = format!("`{}` stands twice; the last counts", twice.key);
        part.unused(what, Place::line(source.name(), twice.line));
    }
    Ok((part, manifests))
}

/// Whether what cannot be read was meant to be a document, so that it is told where it is wrong.
fn is_document(name: &str, source: &Source) -> bool {
    let mut ends = [".yaml", ".yml", ".json"].iter();
    ends.any(|end| name.ends_with(end)) || sniff::resembles_document(source.text())
}

/// Whether an input is a report of what was charged.
fn is_report(head: &[u8]) -> bool {
    head.starts_with(charges::PARQUET) || charges::format_of(head).is_some()
}

fn no_system(name: &str) -> Diagnostic {
    let what = format!("`{name}` is read as what AWS has charged, which describes no system");
    let help = "`landfall import FILE --usage` writes its usage for `landfall bill`";
    Diagnostic::new(what).help(help)
}

/// How a log is told by its beginning.
type IsLog = fn(&[u8]) -> bool;

/// Formats that are read line by line.
const LOGS: [(Format, IsLog); 3] = [
    (Format::LambdaLog, lambda_log::is_lines),
    (Format::AlbLog, access_log::is_balancer),
    (Format::AccessLog, access_log::is_common),
];

/// The log that an input is; none for a document.
fn one_log(name: &str, head: &[u8]) -> Result<Option<Format>> {
    let logs = LOGS.iter().filter(|(_, is)| is(head));
    let logs: Vec<Format> = logs.map(|(log, _)| *log).collect();
    if logs.is_empty() {
        return Ok(None);
    }
    one_format(name, &logs).map(Some)
}

/// The beginning of an input: as much as tells what it is.
fn head(name: &str, input: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    let wanted = HEAD_BYTES as u64;
    let read = input.by_ref().take(wanted).read_to_end(&mut head);
    read.map_err(|error| unreadable(name, &error))?;
    Ok(head)
}

/// Whether a log is one document, and not a record or a line after another.
fn begins_document(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    text.first().is_some_and(|byte| matches!(byte, b'{' | b'[')) && !lambda_log::is_lines(head)
}

fn one_format(name: &str, formats: &[Format]) -> Result<Format> {
    match formats {
        [one] => Ok(*one),
        [] => {
            let known: Vec<&str> = Format::ALL.iter().map(|one| one.name()).collect();
            let problem = Diagnostic::new(format!("no known format matches `{name}`"));
            let help = format!(
                "known: {}; `--as FORMAT` says which it is",
                known.join(", ")
            );
            Err(problem.help(help).into())
        }
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.name()).collect();
            let what = format!("`{name}` may be {}", names.join(" or "));
            let help = format!("say which: --as {}", names.first().unwrap_or(&""));
            Err(Diagnostic::new(what).help(help).into())
        }
    }
}

/// Reads a document as a whole.
fn text(name: &str, input: impl Read) -> Result<Source> {
    let mut bytes = Vec::new();
    let read = input.take(LARGEST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > LARGEST_BYTES {
        let what = format!("`{name}` is larger than {} MB", LARGEST_BYTES >> 20);
        let help = "split it; only logs of lines are read as they come";
        return Err(Diagnostic::new(what).help(help).into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.utf8_error().valid_up_to();
        let lines = error.as_bytes().iter().take(before);
        let line = lines.filter(|byte| **byte == b'\n').count() + 1;
        let problem = Diagnostic::new(format!("{name}:{line}: this is not UTF-8 text"));
        problem.help("save the file as UTF-8")
    })?;
    Ok(Source::new(name, &text))
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    let problem = Diagnostic::new(format!("cannot read `{name}`: {error}"));
    problem.help("check that the file is whole")
}

fn merge(part: &mut Part, more: Part) {
    part.name = part.name.take().or(more.name);
    part.region = part.region.take().or(more.region);
    part.found.extend(more.found);
    part.stores.extend(more.stores);
    part.unused.extend(more.unused);
    part.unread.extend(more.unread);
}
