//! Where files of a fleet lie: on this machine, or in object storage.

mod body;
mod remote;

use std::io::Write;
use std::path::{Path, PathBuf};

use landfall_fleet::{Results, Table, Writer};
use landfall_source::{Diagnostic, Result, Source};

pub(crate) use body::Body;
use body::Draft;
pub(crate) use remote::Seen;

use crate::{files, writing};

/// The largest workload file taken.
const LARGEST_WORKLOAD_BYTES: u64 = 1 << 20;

/// Where something lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// On this machine.
    Local(PathBuf),
    /// In object storage: the address.
    Remote(String),
}

/// What is at the place of a table.
#[derive(Debug)]
pub(crate) enum Standing {
    /// Nothing.
    Missing,
    /// A table that a fleet has written.
    Table(Box<Results>, Option<Seen>),
    /// Something else.
    Other(Box<Diagnostic>, Option<Seen>),
}

impl Place {
    pub(crate) fn new(text: &str) -> Self {
        if text.contains("://") {
            Self::Remote(text.to_owned())
        } else {
            Self::Local(PathBuf::from(text))
        }
    }

    /// The name in messages and rows.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Local(path) => path.display().to_string(),
            Self::Remote(url) => url.clone(),
        }
    }

    /// The name without its folder, which is the same on every machine.
    pub(crate) fn file_name(&self) -> String {
        let name = self.name();
        let last = name.rsplit(['/', '\\']).next();
        last.unwrap_or(&name).to_owned()
    }

    /// The place of a file that one here names.
    pub(crate) fn beside(&self, name: &str) -> Self {
        match self {
            Self::Local(path) => {
                let folder = path.parent().unwrap_or_else(|| Path::new("."));
                Self::Local(folder.join(name))
            }
            Self::Remote(url) => {
                let folder = url
                    .rsplit_once('/')
                    .map_or(url.as_str(), |(folder, _)| folder);
                Self::Remote(format!("{folder}/{name}"))
            }
        }
    }

    /// Whether it is one file: on this machine what is no folder, in object storage what has one of
    /// these endings.
    pub(crate) fn is_file(&self, endings: &[&str]) -> bool {
        match self {
            Self::Local(path) => !path.is_dir(),
            Self::Remote(url) => has_ending(url, endings),
        }
    }

    /// Files here whose names have one of these endings, sorted by name: those of a folder or prefix;
    /// the file itself where it is one.
    pub(crate) fn files(&self, endings: &[&str]) -> Result<Vec<String>> {
        let mut found = match self {
            Self::Local(path) if path.is_dir() => {
                let all = files::ending(path, endings)?;
                all.iter().map(|path| path.display().to_string()).collect()
            }
            Self::Local(path) => {
                // Whether it is there is asked now, once, and not in a row.
                drop(files::open(path)?);
                vec![self.name()]
            }
            Self::Remote(url) if has_ending(url, endings) => vec![url.clone()],
            Self::Remote(url) => remote::list(url, endings)?,
        };
        found.sort_unstable();
        Ok(found)
    }

    /// The text of a workload file.
    pub(crate) fn text(&self) -> Result<Source> {
        match self {
            Self::Local(path) => files::read(path),
            Self::Remote(url) => {
                let bytes = remote::read(url, LARGEST_WORKLOAD_BYTES)?;
                files::text_of(url, bytes, LARGEST_WORKLOAD_BYTES)
            }
        }
    }

    /// What is in the file.
    pub(crate) fn open(&self) -> Result<Body> {
        match self {
            Self::Local(path) => files::open(path).map(Body::File),
            Self::Remote(url) => remote::fetch(url).map(|(body, _)| body),
        }
    }

    /// What tells one version of a file from another; nothing where it is not there.
    pub(crate) fn mark(&self) -> Vec<u8> {
        match self {
            Self::Local(path) => {
                let meta = std::fs::metadata(path).ok();
                let modified = meta.as_ref().and_then(|meta| meta.modified().ok());
                let length = meta.map(|meta| meta.len());
                format!("{length:?} {modified:?}").into_bytes()
            }
            Self::Remote(url) => format!("{:?}", remote::seen(url)).into_bytes(),
        }
    }

    /// What is here.
    pub(crate) fn standing(&self) -> Result<Standing> {
        let (body, seen) = match self {
            Self::Local(path) if !path.exists() => return Ok(Standing::Missing),
            Self::Local(_) => (self.open()?, None),
            Self::Remote(url) if remote::seen(url)?.is_none() => return Ok(Standing::Missing),
            Self::Remote(url) => {
                let (body, seen) = remote::fetch(url)?;
                (body, Some(seen))
            }
        };
        Ok(match Results::open(&self.name(), body) {
            Ok(results) => Standing::Table(Box::new(results), seen),
            Err(problem) => Standing::Other(problem, seen),
        })
    }

    /// Writes a table here: whole, or not at all. In object storage what has been `seen` there is
    /// replaced, and nothing that another process has put there since.
    pub(crate) fn write<T, E: From<Box<Diagnostic>>>(
        &self,
        table: Table,
        seen: Option<&Seen>,
        fill: impl FnOnce(Writer<Box<dyn Write + Send + '_>>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match self {
            Self::Local(path) => writing::whole(path, |file| {
                let out: Box<dyn Write + Send + '_> = Box::new(file);
                fill(Writer::new(&self.name(), table, out)?)
            }),
            Self::Remote(url) => {
                let mut draft = Draft::new();
                let out: Box<dyn Write + Send + '_> = Box::new(&mut draft);
                let made = fill(Writer::new(url, table, out)?)?;
                let body = draft
                    .finish()
                    .map_err(|error| Box::new(no_temporary(&error)))?;
                remote::put(url, body, seen)?;
                Ok(made)
            }
        }
    }
}

pub(crate) fn has_ending(name: &str, endings: &[&str]) -> bool {
    let found = name.rsplit_once('.').map(|(_, ending)| ending);
    found.is_some_and(|found| endings.iter().any(|one| found.eq_ignore_ascii_case(one)))
}

fn no_temporary(error: &std::io::Error) -> Diagnostic {
    let what = format!("cannot write a temporary file: {}", files::plain(error));
    Diagnostic::new(what).help("give TMPDIR a folder with space that can be written")
}
