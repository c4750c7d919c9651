//! What an address asks for.

use crate::requests::{ProfileName, Settings};
use crate::within::Within;

/// What an address asks for: a file to begin with, what is changed in it, and how it is
/// decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// An example by name.
    pub(crate) example: Option<String>,
    /// How far an interview is, which begins with a file in which nothing is known.
    pub(crate) interview: Option<Stage>,
    /// The text of a workload file.
    pub(crate) text: Option<String>,
    /// Values of facts, by key, as `workload.ID.FACT`; an empty one for a fact that is taken
    /// out. The last of a key counts.
    pub(crate) values: Vec<(String, String)>,
    pub(crate) framework: Option<String>,
    pub(crate) as_of: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) operations: Option<String>,
    /// Whether a first answer is enough.
    pub(crate) is_first: bool,
}

/// How far an interview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// There may be questions.
    Asking,
    /// Whoever answers wants the decision.
    Done,
}

impl Stage {
    /// As the address has it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Asking => "on",
            Self::Done => "done",
        }
    }
}

/// What keys of facts begin with.
const TABLES: [&str; 3] = ["workload.", "team.", "network."];

impl Address {
    /// Reads the query of an address. What it does not know is left out.
    pub(crate) fn read(query: &str) -> Self {
        let mut wanted = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            // Forms send the ends of lines as two characters.
            let value = value.trim().replace("\r\n", "\n");
            let some = Some(value.clone()).filter(|value| !value.is_empty());
            match key.as_ref() {
                "example" => wanted.example = some,
                "interview" => {
                    let stages = [Stage::Asking, Stage::Done];
                    wanted.interview = stages.into_iter().find(|stage| stage.word() == value);
                }
                "text" => wanted.text = some,
                "framework" => wanted.framework = some,
                "as_of" => wanted.as_of = some,
                "region" => wanted.region = some,
                "profile" => wanted.profile = some,
                "operations" => wanted.operations = some,
                "first" => wanted.is_first = true,
                key if TABLES.iter().any(|table| key.starts_with(table)) => {
                    wanted.values.retain(|(one, _)| one != key);
                    wanted.values.push((key.to_owned(), value));
                }
                _ => {}
            }
        }
        wanted
    }

    /// The value of a key, where the address has one.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        let mut values = self.values.iter();
        values.find_map(|(one, value)| (one == key).then_some(value.as_str()))
    }

    /// How it is decided, with what is changed of the values that the file `has`.
    pub(crate) fn settings(&self, has: impl Fn(&str) -> Option<String>) -> Settings {
        let changed = self.values.iter().filter(|(key, value)| {
            let own = has(key).unwrap_or_default();
            own != *value
        });
        Settings {
            framework: self.framework.clone(),
            as_of: self.as_of.clone(),
            region: self.region.clone(),
            profile: match self.profile.as_deref() {
                Some("hardened") => Some(ProfileName::Hardened),
                Some("governed") => Some(ProfileName::Governed),
                _ => None,
            },
            operations: self.operations.as_deref().map(|word| word != "off"),
            seed: None,
            scenarios: self.is_first.then(|| Within::nearest(0)),
            estimate: self.is_first,
            set: changed
                .map(|(key, value)| format!("{key}={value}"))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_only_changes_are_set() {
        let wanted = Address::read(
            "example=website&workload.site.traffic.volume=3M%2Fmonth&workload.site.needs.gpu=&\
             team.engineers=2&team.engineers=4&region=eu-west-1&other=1&operations=off",
        );
        assert_eq!(wanted.example.as_deref(), Some("website"));
        let settings = wanted.settings(|key| match key {
            "team.engineers" => Some("4".to_owned()),
            _ => None,
        });
        assert_eq!(settings.set, ["workload.site.traffic.volume=3M/month"]);
        assert_eq!(settings.region.as_deref(), Some("eu-west-1"));
        assert_eq!(settings.operations, Some(false));
    }
}
