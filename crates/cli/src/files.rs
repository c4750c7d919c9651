//! Reading files: bounded. Writing them is in [`crate::writing`].

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use landfall_source::{Diagnostic, Result, Source};

/// What standard input is called in messages.
pub(crate) const STDIN: &str = "standard input";
/// The largest text file taken.
const LARGEST_BYTES: u64 = 1 << 20;
/// Most files of a framework's folder.
const MOST_FILES: usize = 200;
/// Most files of a folder that is searched for templates.
const MOST_TEMPLATES: usize = 100_000;

/// Reads a text file of at most 1 MB.
pub(crate) fn read(path: &Path) -> Result<Source> {
    read_within(path, LARGEST_BYTES)
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Standard input, which is there once, and for everybody who reads it.
fn read_stdin(most: u64) -> std::io::Result<Vec<u8>> {
    static READ: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(bytes) = READ.get() {
        return Ok(bytes.clone());
    }
    let mut bytes = Vec::new();
    std::io::stdin().take(most + 1).read_to_end(&mut bytes)?;
    Ok(READ.get_or_init(|| bytes).clone())
}

/// Reads a text file of at most so many bytes; `-` is standard input.
pub(crate) fn read_within(path: &Path, most: u64) -> Result<Source> {
    if is_stdin(path) {
        let bytes = read_stdin(most).map_err(|error| Box::new(unreadable(STDIN, &error)))?;
        return text_of(STDIN, bytes, most);
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Box::new(unreadable(&name, &error)))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Box::new(
            Diagnostic::new(format!("`{name}` is a folder")).help("name a file in it"),
        ));
    }
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Box::new(unreadable(&name, &error)))?;
    text_of(&name, bytes, most)
}

/// The bytes of a file as text.
pub(crate) fn text_of(name: &str, bytes: Vec<u8>, most: u64) -> Result<Source> {
    if bytes.len() as u64 > most {
        let problem = Diagnostic::new(format!("`{name}` is larger than {} MB", most >> 20));
        return Err(Box::new(
            problem.help("this cannot be such a file; check the path"),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to());
        let line = line.filter(|byte| **byte == b'\n').count() + 1;
        let problem = Diagnostic::new(format!("{name}:{line}: this is not UTF-8 text"));
        Box::new(problem.help("save the file as UTF-8"))
    })?;
    Ok(Source::new(name, &text))
}

/// Opens a file for streaming.
pub(crate) fn open(path: &Path) -> Result<File> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Box::new(unreadable(&name, &error)))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Box::new(
            Diagnostic::new(format!("`{name}` is a folder")).help("name a file in it"),
        ));
    }
    Ok(file)
}

/// Reads every TOML file of a folder and of the folders in it.
pub(crate) fn read_folder(path: &Path) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let name = folder.display().to_string();
        let entries =
            std::fs::read_dir(&folder).map_err(|error| Box::new(unreadable(&name, &error)))?;
        for entry in entries {
            let entry = entry.map_err(|error| Box::new(unreadable(&name, &error)))?;
            let kind = entry
                .file_type()
                .map_err(|error| Box::new(unreadable(&name, &error)))?;
            let inner = entry.path();
            if kind.is_dir() {
                folders.push(inner);
            } else if inner
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                found.push(inner);
            }
            if found.len() + folders.len() > MOST_FILES {
                let problem = Diagnostic::new(format!("`{}` holds too many files", path.display()));
                return Err(Box::new(problem.help("name the folder of one framework")));
            }
        }
    }
    found.sort();
    found.iter().map(|file| read(file)).collect()
}

/// Files of a folder, and of the folders in it, that may be templates.
pub(crate) fn templates(path: &Path) -> Result<Vec<PathBuf>> {
    ending(path, &["yaml", "yml", "json", "template"])
}

/// Files of a folder, and of the folders in it, that may be workload files or templates.
pub(crate) fn reviewable(path: &Path) -> Result<Vec<PathBuf>> {
    ending(path, &["toml", "yaml", "yml", "json", "template"])
}

/// Files of a folder, and of the folders in it, that may be imported.
pub(crate) fn importable(path: &Path) -> Result<Vec<PathBuf>> {
    ending(
        path,
        &[
            "yaml", "yml", "json", "template", "log", "gz", "txt", "csv", "jsonl", "ndjson",
        ],
    )
}

/// Files of a folder, and of the folders in it, whose names end so.
pub(crate) fn ending(path: &Path, ends: &[&str]) -> Result<Vec<PathBuf>> {
    const LEFT_OUT: [&str; 4] = ["node_modules", ".git", "cdk.out", "target"];
    let mut found = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let name = folder.display().to_string();
        let entries =
            std::fs::read_dir(&folder).map_err(|error| Box::new(unreadable(&name, &error)))?;
        for entry in entries {
            let entry = entry.map_err(|error| Box::new(unreadable(&name, &error)))?;
            let kind = entry
                .file_type()
                .map_err(|error| Box::new(unreadable(&name, &error)))?;
            let inner = entry.path();
            let is = |names: &[&str], part: Option<&std::ffi::OsStr>| {
                part.is_some_and(|part| names.iter().any(|one| part.eq_ignore_ascii_case(one)))
            };
            if kind.is_dir() {
                if !is(&LEFT_OUT, inner.file_name()) {
                    folders.push(inner);
                }
            } else if is(ends, inner.extension()) {
                found.push(inner);
            }
            if found.len() + folders.len() > MOST_TEMPLATES {
                let problem = Diagnostic::new(format!("`{}` holds too many files", path.display()));
                return Err(Box::new(problem.help("name the folder of the templates")));
            }
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    let problem = Diagnostic::new(format!("cannot read `{name}`: {}", plain(error)));
    let help = match error.kind() {
        ErrorKind::NotFound => "check the path; for a workload file, `landfall init` writes one",
        _ => "check the path and its rights",
    };
    problem.help(help)
}

/// What the system says, in plain words.
pub(crate) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull => "no space is left on the device".to_owned(),
        _ => error.to_string(),
    }
}
