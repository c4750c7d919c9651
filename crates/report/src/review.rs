//! What a change does to decisions and templates, as one comment.

use std::fmt::Write as _;

use landfall_source::escape::{code, markdown as plain};
use landfall_units::Money;
use serde::Serialize;

/// What a change does.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// Workloads of files that changed.
    pub workloads: Vec<Reviewed>,
    /// Findings in templates that were not there before.
    pub findings: Vec<NewFinding>,
    /// How many findings are gone.
    pub mended: usize,
    /// Files that could not be read.
    pub unread: Vec<Unread>,
    /// Files that were looked at.
    pub files: usize,
}

/// A workload before and after.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// The file that describes it.
    pub file: String,
    /// Its id.
    pub id: String,
    /// Whether the file is a template, read as `landfall import` does.
    pub is_imported: bool,
    /// What was decided before; none where it is new.
    pub before: Option<Side>,
    /// What is decided now; none where it is gone.
    pub after: Option<Side>,
    /// Facts that differ, each with what it was and is.
    pub changed: Vec<String>,
    /// The change in a sentence, with its cause.
    pub sentence: String,
}

/// What is decided of a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The option that is recommended: its id and its name; none where nothing is.
    pub recommended: Option<(String, String)>,
    /// Its AWS bill in a month.
    pub bill: Option<Money>,
    /// Its expected cost in a month.
    pub expected: Option<Money>,
    /// The share of scenarios in which it is cheapest.
    pub confidence: Option<f64>,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unread {
    /// The file.
    pub file: String,
    /// The line of the fault.
    pub line: usize,
    /// What is wrong, with its fix.
    pub message: String,
}

/// A finding that was not there before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewFinding {
    /// The rule's id.
    pub rule: String,
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// The template.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// Its fix.
    pub remedy: String,
}

/// The first line of a comment, by which it is found again and replaced.
pub const MARK: &str = "<!-- landfall review -->";

impl Reviewed {
    /// Whether another option is recommended.
    pub fn is_another(&self) -> bool {
        let id = |side: &Option<Side>| Some(side.as_ref()?.recommended.as_ref()?.0.clone());
        self.before.is_some() && self.after.is_some() && id(&self.before) != id(&self.after)
    }

    fn more(&self) -> Money {
        let cost = |side: &Option<Side>| side.as_ref().and_then(|side| side.expected);
        cost(&self.after).unwrap_or(Money::ZERO) - cost(&self.before).unwrap_or(Money::ZERO)
    }

    /// Whether both sides have a cost where they are there.
    fn is_known(&self) -> bool {
        let known = |side: &Option<Side>| side.as_ref().is_none_or(|side| side.expected.is_some());
        known(&self.before) && known(&self.after)
    }
}

impl Review {
    /// Workloads for which another option is recommended.
    pub fn others(&self) -> usize {
        self.workloads.iter().filter(|one| one.is_another()).count()
    }

    /// Workloads that are not there on one side.
    fn only(&self, side: impl Fn(&Reviewed) -> &Option<Side>) -> usize {
        let all = self.workloads.iter();
        all.filter(|one| side(one).is_none()).count()
    }

    /// Dollars a month more than before; none where a cost is not known.
    pub fn more(&self) -> Option<Money> {
        let mut sum = Money::ZERO;
        for one in &self.workloads {
            one.is_known().then_some(())?;
            sum = sum + one.more();
        }
        Some(sum)
    }

    /// The review in a line.
    pub fn headline(&self) -> String {
        let plural = |count: usize, word: &str| {
            let end = if count == 1 { "" } else { "s" };
            format!("{count} {word}{end}")
        };
        if self.workloads.is_empty() && self.findings.is_empty() && self.unread.is_empty() {
            return if self.mended > 0 {
                format!("{} mended", plural(self.mended, "finding"))
            } else {
                "nothing changed".to_owned()
            };
        }
        let mut parts = Vec::new();
        if !self.workloads.is_empty() {
            let of = plural(self.workloads.len(), "decision");
            parts.push(match self.others() {
                0 => format!("{of}, none changed"),
                others => format!("{others} of {of} changed"),
            });
            let (new, gone) = (self.only(|one| &one.before), self.only(|one| &one.after));
            for (count, word) in [(new, "new"), (gone, "gone")] {
                if count > 0 {
                    parts.push(format!("{count} {word}"));
                }
            }
            match self.more() {
                Some(more) => parts.push(format!("{} a month", signed(more))),
                None => parts.push("a cost is not known".to_owned()),
            }
        }
        if !self.findings.is_empty() {
            parts.push(plural(self.findings.len(), "new finding"));
        }
        if !self.unread.is_empty() {
            parts.push(format!("{} not read", plural(self.unread.len(), "file")));
        }
        parts.join(", ")
    }

    /// The review as Markdown, for a comment.
    pub fn markdown(&self) -> String {
        let mut out = format!("{MARK}\n### Landfall: {}\n", self.headline());
        self.decisions(&mut out);
        self.new_findings(&mut out);
        if !self.unread.is_empty() {
            let _ = writeln!(out, "\nNot read:\n");
            for one in &self.unread {
                let place = code(&format!("{}:{}", one.file, one.line));
                let _ = writeln!(out, "* {place}: {}", plain(&one.message));
            }
        }
        out
    }

    fn decisions(&self, out: &mut String) {
        if self.workloads.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n| workload | before | now | $ a month before | now | change |\n|---|---|---|--:|--:|--:|"
        );
        for one in &self.workloads {
            let name = |side: &Option<Side>, none: &str| match side {
                None => none.to_owned(),
                Some(side) => match (&side.recommended, side.confidence) {
                    (Some((_, name)), Some(share)) => {
                        format!("{} ({:.0}%)", plain(name), share * 100.0)
                    }
                    (Some((_, name)), None) => plain(name),
                    (None, _) => "nothing fits".to_owned(),
                },
            };
            let now = name(&one.after, "gone");
            let now = if one.is_another() {
                format!("**{now}**")
            } else {
                now
            };
            let cost = |side: &Option<Side>| {
                let cost = side.as_ref().and_then(|side| side.expected);
                cost.map_or_else(String::new, |cost| cost.to_string())
            };
            let change = if one.is_known() {
                signed(one.more())
            } else {
                "not known".to_owned()
            };
            let _ = writeln!(
                out,
                "| {} ({}) | {} | {now} | {} | {} | {change} |",
                code(&one.id),
                code(&one.file),
                name(&one.before, "new"),
                cost(&one.before),
                cost(&one.after),
            );
        }
        let _ = writeln!(out);
        for one in &self.workloads {
            let _ = writeln!(out, "* {}: {}", code(&one.file), plain(&one.sentence));
            for fact in &one.changed {
                let _ = writeln!(out, "  * {}", plain(fact));
            }
        }
        if self.workloads.iter().any(|one| one.is_imported) {
            let _ = writeln!(
                out,
                "\nWorkloads of templates are read from them; what a template does not say is \
                 assumed."
            );
        }
        let _ = writeln!(
            out,
            "\nCosts are expected costs: the AWS bill and the hours of operations, on average over \
             scenarios. In brackets: the share of scenarios in which the option is cheapest."
        );
    }

    fn new_findings(&self, out: &mut String) {
        if !self.findings.is_empty() {
            let _ = writeln!(out, "\n| finding | where | remedy |\n|---|---|---|");
        }
        for one in &self.findings {
            let _ = writeln!(
                out,
                "| {}: {} | {} | {} |",
                one.level,
                plain(&one.message),
                code(&format!("{}:{}", one.file, one.line)),
                plain(&one.remedy),
            );
        }
        if self.mended > 0 {
            let _ = writeln!(out, "\nFindings that are gone: {}.", self.mended);
        }
    }
}

/// A difference with its sign.
fn signed(money: Money) -> String {
    if money < Money::ZERO {
        format!("-{}", Money::ZERO - money)
    } else {
        format!("+{money}")
    }
}
