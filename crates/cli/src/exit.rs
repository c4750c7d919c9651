//! How a command ends.

pub(crate) use landfall_answers::Problem;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// The answer is no.
    No,
    /// Bad input or usage, or a machine that does not allow it: a disk that is full.
    BadInput,
    /// An internal error.
    Fault,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::No => 1,
            Exit::BadInput => 2,
            Exit::Fault => 3,
        })
    }
}

impl From<&Problem> for Exit {
    fn from(problem: &Problem) -> Self {
        match problem {
            Problem::Input(_) => Self::BadInput,
            Problem::Fault(_) => Self::Fault,
        }
    }
}

/// What a command comes to.
pub(crate) type Outcome = Result<Exit, Problem>;
