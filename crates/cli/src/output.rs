//! The one place that prints: data to standard output, talk to standard error.

use std::io::{ErrorKind, IsTerminal, Write};

use landfall_source::Diagnostic;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use crate::exit::Problem;

/// Width of error reports.
const WIDTH: usize = 80;

/// Standard output and standard error.
#[derive(Debug)]
pub(crate) struct Output {
    out: std::io::Stdout,
    err: std::io::Stderr,
    coloured: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let (out, err) = (std::io::stdout(), std::io::stderr());
        let coloured = !plain && err.is_terminal();
        Self { out, err, coloured }
    }

    /// Writes data. A reader that has gone away ends the command quietly.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), Problem> {
        let mut out = self.out.lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Problem::Gone,
            _ => Problem::Fault(format!("cannot write to standard output: {error}")),
        })
    }

    /// Says something to the person at the terminal.
    pub(crate) fn say(&mut self, text: &str) {
        let mut err = self.err.lock();
        // Nobody is left to tell when standard error is gone.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Shows why a command could not be carried out.
    pub(crate) fn problem(&mut self, problem: &Problem) {
        match problem {
            Problem::Gone => {}
            Problem::Fault(what) => {
                self.say(&format!(
                    "fault: {what}\nhint: this is Landfall's own; please report it\n"
                ));
            }
            Problem::Input(diagnostic) => {
                let text = self.render(diagnostic);
                self.say(&text);
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
            return format!("error: {place}{}\n{hint}", diagnostic.message);
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

/// A diagnostic in the clothes that `miette` renders.
#[derive(Debug)]
struct Shown<'d> {
    diagnostic: &'d Diagnostic,
    source: Option<NamedSource<String>>,
}

impl<'d> Shown<'d> {
    fn new(diagnostic: &'d Diagnostic) -> Self {
        let source = diagnostic
            .source
            .as_ref()
            .map(|source| NamedSource::new(source.name(), source.text().to_owned()));
        Self { diagnostic, source }
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
        let span = self.diagnostic.span?;
        let label = Some(self.diagnostic.label.clone()).filter(|label| !label.is_empty());
        let length = span.end.saturating_sub(span.start);
        Some(Box::new(std::iter::once(LabeledSpan::new(
            label, span.start, length,
        ))))
    }
}
