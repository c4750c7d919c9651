//! Expressions of TypeScript, laid out as a careful hand would.

use std::fmt::Write as _;

use landfall_source::escape::quoted;

/// Widest line.
const WIDE: usize = 100;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ts {
    /// Anything that is written as it stands.
    Plain(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
    /// A call or a construction, as `new kms.Key` and its arguments.
    Call(String, Vec<Self>),
}

impl Ts {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// A string literal.
    pub(super) fn text(text: &str) -> Self {
        Self::Plain(quoted(text))
    }

    /// Puts a value at a path of names, as `metric.namespace`.
    pub(super) fn put(&mut self, path: &str, value: Self) {
        let Self::Object(entries) = self else { return };
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let place = entries.iter().position(|(key, _)| key == name);
        if rest.is_empty() {
            match place.and_then(|at| entries.get_mut(at)) {
                Some((_, there)) => *there = value,
                None => entries.push((name.to_owned(), value)),
            }
            return;
        }
        let place = place.unwrap_or_else(|| {
            entries.push((name.to_owned(), Self::Object(Vec::new())));
            entries.len() - 1
        });
        if let Some((_, inner)) = entries.get_mut(place) {
            inner.put(rest, value);
        }
    }

    /// Makes the object of a name the argument of a construction.
    pub(super) fn wrap(&mut self, name: &str, made: &str) {
        let Self::Object(entries) = self else { return };
        for (_, value) in entries.iter_mut().filter(|(key, _)| key == name) {
            let inner = std::mem::replace(value, Self::Plain(String::new()));
            *value = Self::Call(made.to_owned(), vec![inner]);
        }
    }

    fn flat(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flat).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| pair(key, &value.flat()));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
            Self::Call(name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(Self::flat).collect();
                format!("{name}({})", arguments.join(", "))
            }
        }
    }

    /// The expression after `used` characters of a line, its further lines indented by
    /// `depth` steps.
    pub(super) fn show(&self, depth: usize, used: usize) -> String {
        let flat = self.flat();
        if used + flat.chars().count() <= WIDE {
            return flat;
        }
        let indent = |depth: usize| "  ".repeat(depth);
        match self {
            Self::Plain(text) => text.clone(),
            Self::List(items) => {
                let mut out = "[\n".to_owned();
                for item in items {
                    let inner = item.show(depth + 1, (depth + 1) * 2 + 1);
                    let _ = writeln!(out, "{}{inner},", indent(depth + 1));
                }
                let _ = write!(out, "{}]", indent(depth));
                out
            }
            Self::Object(entries) => {
                let mut out = "{\n".to_owned();
                for (key, value) in entries {
                    let used = (depth + 1) * 2 + key.len() + 3;
                    let inner = pair(key, &value.show(depth + 1, used));
                    let _ = writeln!(out, "{}{inner},", indent(depth + 1));
                }
                let _ = write!(out, "{}}}", indent(depth));
                out
            }
            // The last argument takes further lines; those before it are short.
            Self::Call(name, arguments) => {
                let Some((last, before)) = arguments.split_last() else {
                    return flat;
                };
                let mut out = format!("{name}(");
                for argument in before {
                    let _ = write!(out, "{}, ", argument.flat());
                }
                let used = used + out.chars().count();
                let inner = last.show(depth, used);
                let _ = write!(out, "{inner})");
                out
            }
        }
    }
}

/// `key: value`, or the key alone where the value is a variable of its name.
fn pair(key: &str, value: &str) -> String {
    if key == value {
        return key.to_owned();
    }
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain {
        format!("{key}: {value}")
    } else {
        format!("{}: {value}", quoted(key))
    }
}

/// A name of `CloudFormation` as the CDK spells it: `KmsMasterKeyId` as
/// `kmsMasterKeyId`, `EFSVolumeConfiguration` as `efsVolumeConfiguration`.
pub(super) fn camel(name: &str) -> String {
    // A unit keeps its letters: `SizeInMBs` is `sizeInMBs`.
    if let Some(before) = name.strip_suffix("MBs") {
        return camel(before) + "MBs";
    }
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(place + 1);
        // The `s` of `ARNs` begins no word.
        let beyond = letters.get(place + 2);
        let is_plural = after == Some(&'s') && beyond.is_none_or(char::is_ascii_uppercase);
        let begins = letter.is_ascii_uppercase()
            && (before.is_some_and(|c| !c.is_ascii_uppercase())
                || (after.is_some_and(char::is_ascii_lowercase) && !is_plural));
        match words.last_mut() {
            Some(word) if !begins => word.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    let mut out = String::new();
    for word in words
        .iter()
        .filter(|word| word.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        let word = word.to_ascii_lowercase();
        if out.is_empty() {
            out.push_str(&word);
        } else {
            out.push_str(&crate::data::pascal(&word));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_cdk_spells_them() {
        for (from, to) in [
            ("KmsMasterKeyId", "kmsMasterKeyId"),
            ("KMSMasterKeyId", "kmsMasterKeyId"),
            ("SizeInMBs", "sizeInMBs"),
            ("EFSVolumeConfiguration", "efsVolumeConfiguration"),
            ("EnableECSManagedTags", "enableEcsManagedTags"),
            ("S3Bucket", "s3Bucket"),
            ("SizeInGiB", "sizeInGiB"),
            ("VCpuCount", "vCpuCount"),
            ("IAM", "iam"),
            ("SSESpecification", "sseSpecification"),
            ("ProviderARNs", "providerArns"),
        ] {
            assert_eq!(camel(from), to);
        }
    }

    #[test]
    fn what_fits_stays_on_a_line() {
        let short = Ts::Object(vec![
            ("a".to_owned(), Ts::plain("1")),
            ("b-c".to_owned(), Ts::text("x")),
        ]);
        assert_eq!(short.show(0, 0), "{ a: 1, \"b-c\": \"x\" }");
        assert_eq!(short.show(0, 90), "{\n  a: 1,\n  \"b-c\": \"x\",\n}");
    }
}
