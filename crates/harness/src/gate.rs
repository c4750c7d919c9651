//! The gate: a process that waits until it is in its cgroup, and then becomes the program.
//!
//! What a program does before it has entered a group would not be limited, and the time that
//! entering takes would be its own. So the gate is started, moved into the group, and only then
//! given the program to become.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// What stands after the last word, so that half a line is no program.
const END: &[u8] = b"go";

/// How a gate is started: a program that calls [`stand_gate`] with its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Gate {
    /// By a program and its arguments.
    pub fn new(program: &Path, arguments: &[&str]) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.iter().map(|&one| one.to_owned()).collect(),
        }
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.program.clone()
    }

    /// The gate as a command.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// Starts a gate that is never opened.
    pub(crate) fn start(&self) -> io::Result<Closed> {
        let mut command = self.command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Closed(command.spawn()?))
    }
}

/// A gate that was not opened: it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Closed(Child);

impl Closed {
    pub(crate) fn pid(&self) -> i32 {
        self.0.id().cast_signed()
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Opens a gate: it becomes this program.
pub(crate) fn open(mut pipe: ChildStdin, program: &Path, arguments: &[String]) -> io::Result<()> {
    let mut words = program.as_os_str().as_bytes().to_vec();
    words.push(0);
    for argument in arguments {
        words.extend_from_slice(argument.as_bytes());
        words.push(0);
    }
    words.extend_from_slice(END);
    pipe.write_all(&words)
}

/// What the gate process does: it reads a program and its arguments, and becomes it, with its
/// own environment and folder. Comes back with the reason where it cannot, and with none where
/// it was not opened.
pub fn stand_gate(mut input: impl Read) -> Option<io::Error> {
    let mut words = Vec::new();
    if let Err(error) = input.read_to_end(&mut words) {
        return Some(error);
    }
    let mut words: Vec<&[u8]> = words.split(|byte| *byte == 0).collect();
    if words.pop() != Some(END) {
        return None;
    }
    let (program, arguments) = words.split_first()?;
    let error = Command::new(OsStr::from_bytes(program))
        .args(arguments.iter().map(|one| OsStr::from_bytes(one)))
        .stdin(Stdio::null())
        .exec();
    let name = std::ffi::OsString::from_vec(program.to_vec());
    let name = name.to_string_lossy().into_owned();
    Some(io::Error::new(
        error.kind(),
        format!("cannot start `{name}`: {error}"),
    ))
}
