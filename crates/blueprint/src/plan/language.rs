//! The language that the code to start with is in, and the runtime that it runs on.

use landfall_catalog::Runtime;
use landfall_source::{Diagnostic, Result};
use landfall_workload::FactId;

use super::Planning;

/// The language of the code to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Python.
    Python,
    /// TypeScript.
    TypeScript,
    /// Java.
    Java,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Python, Self::TypeScript, Self::Java];

    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Java => "java",
        }
    }

    /// What the runtimes that run it are named after.
    pub(crate) const fn family(self) -> &'static str {
        match self {
            Self::TypeScript => "nodejs",
            other => other.word(),
        }
    }
}

impl Planning<'_, '_> {
    /// The runtime that the file names.
    pub(super) fn named_runtime(&self) -> Option<&str> {
        self.workload.facts.text(FactId::Runtime)
    }

    /// The language asked for, or that of the file's runtime.
    ///
    /// # Errors
    /// A runtime for which there is no code to start with.
    pub(super) fn language(&self) -> Result<Language> {
        if let Some(language) = self.wanted.language {
            return Ok(language);
        }
        let Some(named) = self.named_runtime() else {
            return Ok(Language::Python);
        };
        let mut all = Language::ALL.into_iter();
        let found = all.find(|one| named.starts_with(one.family()));
        found.ok_or_else(|| {
            let what = format!(
                "`{}`: there is no code to start with for the runtime `{named}`",
                self.workload.id
            );
            Box::new(no_code(what, &Language::ALL))
        })
    }

    /// The runtime of the file where it is of that language and may still be used, else
    /// the newest of the language.
    ///
    /// # Errors
    /// The catalog has no runtime of the language, which a test rules out.
    pub(super) fn runtime(&self, language: Language) -> Result<&Runtime> {
        let named = self
            .named_runtime()
            .and_then(|name| self.catalog.runtime(name));
        let usable = named.filter(|one| {
            one.language == language.family() && one.is_supported_on(self.decision.as_of)
        });
        let newest = || self.catalog.newest_runtime(language.family());
        usable.or_else(newest).ok_or_else(|| {
            let what = format!("the catalog has no runtime for {}", language.word());
            Box::new(Diagnostic::new(what).help("add it to runtimes.csv"))
        })
    }
}

/// An error for code that is not there, with the languages that have it.
pub(super) fn no_code(what: String, languages: &[Language]) -> Diagnostic {
    let words: Vec<String> = languages
        .iter()
        .map(|one| format!("--language {}", one.word()))
        .collect();
    let help = match words.as_slice() {
        [] => "choose another platform with --platform".to_owned(),
        words => format!(
            "start in another language, which the README then says: {}",
            words.join(", ")
        ),
    };
    Diagnostic::new(what).help(help)
}
