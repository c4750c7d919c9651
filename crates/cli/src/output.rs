//! The one place that prints: data to standard output, talk to standard error.

use std::io::{ErrorKind, IsTerminal, Write};

use landfall_source::escape::{printable, without_commands};
use landfall_source::{Diagnostic, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use crate::excerpt::excerpt;
use crate::exit::{Exit, Outcome, Problem};
use crate::files::plain;

/// Width of error reports.
const WIDTH: usize = 80;

/// Standard output and standard error.
#[derive(Debug)]
pub(crate) struct Output {
    out: std::io::Stdout,
    err: std::io::Stderr,
    coloured: bool,
    /// Whoever read the data has gone away.
    is_unread: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        let (out, err) = (std::io::stdout(), std::io::stderr());
        let coloured = !no_colour() && err.is_terminal();
        Self {
            out,
            err,
            coloured,
            is_unread: false,
        }
    }

    /// Writes data: whatever was in a file, it steers no terminal and commands no workflow.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), Problem> {
        self.raw_data(&without_commands(&printable(text)))
    }

    /// Writes workflow commands of GitHub Actions.
    pub(crate) fn commands(&mut self, text: &str) -> Result<(), Problem> {
        self.raw_data(&printable(text))
    }

    /// Writes data with colours of our own. When its reader has gone away, as `head` does,
    /// the command goes on without it: what it records and how it ends do not depend on who
    /// reads.
    fn raw_data(&mut self, text: &str) -> Result<(), Problem> {
        if self.is_unread {
            return Ok(());
        }
        let mut out = self.out.lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match written {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_unread = true;
                Ok(())
            }
            Err(error) => {
                let what = format!("cannot write to standard output: {}", plain(&error));
                let help = "free some space, or send the output elsewhere";
                Err(Problem::Input(Box::new(Diagnostic::new(what).help(help))))
            }
        }
    }

    /// Shows what the arguments alone come to: help or the version, which are data, or what
    /// is wrong with them.
    pub(crate) fn usage(&mut self, answer: &clap::Error) -> Outcome {
        let text = answer.render();
        if answer.use_stderr() {
            let shown = if self.coloured {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            self.raw_say(&shown);
            return Ok(Exit::BadInput);
        }
        let coloured = !no_colour() && self.out.is_terminal();
        self.raw_data(&if coloured {
            text.ansi().to_string()
        } else {
            text.to_string()
        })?;
        Ok(Exit::Done)
    }

    /// Says something to the person at the terminal.
    pub(crate) fn say(&mut self, text: &str) {
        self.raw_say(&without_commands(&printable(text)));
    }

    /// Says something with colours of our own.
    fn raw_say(&mut self, text: &str) {
        let mut err = self.err.lock();
        // Nobody is left to tell when standard error is gone.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Shows why a command could not be carried out.
    pub(crate) fn problem(&mut self, problem: &Problem) {
        match problem {
            Problem::Fault(what) => {
                self.say(&format!(
                    "fault: {what}\nhint: this is an internal error; please report it\n"
                ));
            }
            Problem::Input(diagnostic) => {
                let text = self.render(diagnostic);
                self.raw_say(&without_commands(&text));
            }
        }
    }

    fn render(&self, diagnostic: &Diagnostic) -> String {
        if diagnostic.source.is_none() || diagnostic.span.is_none() {
            let place = diagnostic
                .source
                .as_ref()
                .map_or_else(String::new, |source| format!("{}: ", source.name()));
            let hint = diagnostic
                .help
                .as_ref()
                .map_or_else(String::new, |help| format!("hint: {help}\n"));
            let quoted = diagnostic.quoted.iter().map(|line| format!("  | {line}\n"));
            let quoted: String = quoted.collect();
            return format!("error: {place}{}\n{quoted}{hint}", diagnostic.message);
        }
        let theme = if self.coloured {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(WIDTH)
            .with_links(false);
        let mut text = String::new();
        let shown = Shown::new(diagnostic);
        if handler.render_report(&mut text, &shown).is_err() {
            return format!("error: {diagnostic}\n");
        }
        format!("error:{}", text.trim_end().replace("  help:", "  hint:")) + "\n"
    }
}

/// The user wants no colours.
fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// A diagnostic in the clothes that `miette` renders.
#[derive(Debug)]
struct Shown<'d> {
    diagnostic: &'d Diagnostic,
    source: Option<NamedSource<String>>,
    span: Option<Span>,
}

impl<'d> Shown<'d> {
    fn new(diagnostic: &'d Diagnostic) -> Self {
        let place = diagnostic.source.as_ref().zip(diagnostic.span);
        let shown = place.map(|(source, span)| {
            let (text, span) = excerpt(source.shown().into_owned(), span);
            (NamedSource::new(source.name(), text), span)
        });
        let (source, span) = shown.unzip();
        Self {
            diagnostic,
            source,
            span,
        }
    }
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.diagnostic
            .help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span?;
        let label = Some(self.diagnostic.label.clone()).filter(|label| !label.is_empty());
        let length = span.end.saturating_sub(span.start);
        Some(Box::new(std::iter::once(LabeledSpan::new(
            label, span.start, length,
        ))))
    }
}
