//! Writing files: whole or not at all, and by one process at a time.
//!
//! A [`Turn`] is the right to write a file, or the files of a folder. It is a lock on a
//! hidden file beside them, which the system gives up when its process ends in whatever way,
//! and which is removed when the turn is over. A text goes to a second hidden file first and
//! is then renamed, so that readers see the old text or the new one. What a killed process
//! leaves of the two is removed by the next turn.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use landfall_source::{Diagnostic, Result, Source};
use same_file::Handle;

use crate::files::{self, plain};
use crate::progress;

/// How long one waits for a turn to write files, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often one asks whether it is one's turn.
const STEP: Duration = Duration::from_millis(20);

/// The right to write under a name in a folder, which one process has at a time.
#[derive(Debug)]
pub(crate) struct Turn {
    /// The locked file.
    lock: PathBuf,
    /// Where a text is written before it is renamed.
    stage: PathBuf,
    /// Holds the lock until it is closed.
    _held: Handle,
}

impl Turn {
    /// Waits for the turn to write `name` in `folder`.
    ///
    /// # Errors
    /// The folder cannot be written, its file system has no locks, or another process has
    /// the turn for longer than `patience`.
    pub(crate) fn take(folder: &Path, name: &str, patience: Duration) -> Result<Self> {
        let lock = folder.join(format!(".{name}.writing"));
        let wait = || -> std::io::Result<Option<Handle>> {
            let most = patience.as_millis() / STEP.as_millis();
            for _ in 0..most {
                if let Some(held) = held(&lock)? {
                    return Ok(Some(held));
                }
                sleep(STEP);
            }
            Ok(None)
        };
        let what = format!("waiting: another landfall is writing {name}");
        let target = folder.join(name);
        match progress::while_waiting(&what, wait) {
            Ok(Some(held)) => Ok(Self {
                stage: folder.join(format!(".{name}.new")),
                lock,
                _held: held,
            }),
            Ok(None) => {
                let problem = Diagnostic::new(format!(
                    "another landfall has been writing `{}` for {} s",
                    target.display(),
                    patience.as_secs()
                ));
                Err(Box::new(
                    problem.help("wait until it has ended, then run this again"),
                ))
            }
            Err(error) => Err(Box::new(unwritable(&target, &error))),
        }
    }

    /// Writes a file as a whole; a program can be executed. A file that is there keeps its
    /// mode; a new one has that of the user's umask. `path` is on the file system of the
    /// turn's folder.
    pub(crate) fn put(&self, path: &Path, text: &str, is_program: bool) -> Result<()> {
        self.replace(path, text, is_program)
            .map_err(|error| Box::new(unwritable(path, &error)))
    }

    fn replace(&self, path: &Path, text: &str, is_program: bool) -> std::io::Result<()> {
        let mut file = self.staged(is_program)?;
        file.write_all(text.as_bytes())?;
        self.shown(path, file, is_program)
    }

    /// The file that a text is written to before it is renamed.
    fn staged(&self, is_program: bool) -> std::io::Result<File> {
        match std::fs::remove_file(&self.stage) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        create(&self.stage, is_program)
    }

    /// Puts what was written in its place.
    fn shown(&self, path: &Path, file: File, is_program: bool) -> std::io::Result<()> {
        if let Ok(there) = std::fs::metadata(path) {
            file.set_permissions(kept(there.permissions(), is_program))?;
        }
        file.sync_all()?;
        drop(file);
        std::fs::rename(&self.stage, path)
    }
}

impl Drop for Turn {
    /// Removes what the turn needed while it still has the lock.
    fn drop(&mut self) {
        // What cannot be removed is taken over by the next turn.
        let _ = std::fs::remove_file(&self.stage);
        let _ = std::fs::remove_file(&self.lock);
    }
}

/// Locks a file, unless another process has; none also when the file that was locked is no
/// longer the one at `path`, since its turn was over.
fn held(path: &Path) -> std::io::Result<Option<Handle>> {
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let ours = Handle::from_file(file)?;
    match Handle::from_path(path) {
        Ok(there) if there == ours => Ok(Some(ours)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(None),
    }
}

#[cfg(unix)]
fn create(path: &Path, is_program: bool) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // The system takes the umask away.
    let mode = if is_program { 0o777 } else { 0o666 };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _is_program: bool) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// The mode of a file that is written anew: a program can be executed by whoever reads it.
#[cfg(unix)]
fn kept(mut there: Permissions, is_program: bool) -> Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = there.mode();
    let added = if is_program { (mode & 0o444) >> 2 } else { 0 };
    there.set_mode(mode | added);
    there
}

#[cfg(not(unix))]
fn kept(there: Permissions, _is_program: bool) -> Permissions {
    there
}

/// Writes a file as a whole.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Ok(there) = std::fs::metadata(path)
        && !there.is_file()
        && !there.is_dir()
    {
        // A device or a pipe is written to; it cannot be replaced.
        let mut options = OpenOptions::new();
        let written = options
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        return written.map_err(|error| Box::new(unwritable(path, &error)));
    }
    update(path, 0, |_| Ok(text.to_owned()))
}

/// Writes what `make` makes of a file of at most `most_bytes` as it is; of nothing, where
/// there is none or none is read. No other process writes the file in between.
pub(crate) fn update<E: From<Box<Diagnostic>>>(
    path: &Path,
    most_bytes: u64,
    make: impl FnOnce(Option<&Source>) -> std::result::Result<String, E>,
) -> std::result::Result<(), E> {
    let (path, turn) = turn_of(path)?;
    let old = if most_bytes > 0 && path.exists() {
        Some(files::read_within(&path, most_bytes)?)
    } else {
        None
    };
    let text = make(old.as_ref())?;
    Ok(turn.put(&path, &text, false)?)
}

/// Writes a file as a whole with what `fill` writes, piece by piece; nothing where it fails. No other
/// process writes the file in between.
pub(crate) fn whole<T, E: From<Box<Diagnostic>>>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let (path, turn) = turn_of(path)?;
    let failed = |error: std::io::Error| Box::new(unwritable(&path, &error));
    let mut file = turn.staged(false).map_err(failed)?;
    let made = fill(&mut file)?;
    turn.shown(&path, file, false).map_err(failed)?;
    Ok(made)
}

/// The turn to write a file, and its path: what a link leads to is written, not the link.
fn turn_of(path: &Path) -> Result<(PathBuf, Turn)> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let turn = Turn::take(folder, &name, PATIENCE)?;
    Ok((path, turn))
}

/// The turn to write the files of a folder, which is made if it is not there.
pub(crate) fn folder(path: &Path) -> Result<Turn> {
    make_folder(path)?;
    Turn::take(path, "landfall", PATIENCE)
}

/// Makes a folder, and those that it stands in.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| Box::new(unwritable(path, &error)))
}

/// How a file stands to what would be written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is not there.
    Missing,
    /// It holds just that.
    Same,
    /// It holds just that, and is a program that cannot be executed.
    NotExecutable,
    /// It holds something else.
    Differs,
}

/// How a file stands to a text that would be written to it, as a program or not.
pub(crate) fn standing(path: &Path, text: &str, is_program: bool) -> Result<Standing> {
    let found = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Missing),
        Err(error) => {
            let name = path.display().to_string();
            return Err(Box::new(files::unreadable(&name, &error)));
        }
        Ok(found) => found,
    };
    let same = found.len() == text.len() as u64
        && std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes());
    let permissions = found.permissions();
    Ok(match same {
        false => Standing::Differs,
        true if kept(permissions.clone(), is_program) == permissions => Standing::Same,
        true => Standing::NotExecutable,
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let what = format!("cannot write `{}`: {}", path.display(), plain(error));
    let help = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space, then run this again",
        _ => "check the path and its rights",
    };
    Diagnostic::new(what).help(help)
}
