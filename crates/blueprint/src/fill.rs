//! How values get into the files that are filled in: as the language of the file takes
//! them, without being asked.

use landfall_source::escape;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State};

/// Text of Markdown: a value is text without markup.
const MARKDOWN: &str = "markdown";
/// Everything else: a value is one plain word, or has gone through a filter.
const WORDS: &str = "words";

/// Makes every placeholder safe. The filter `yaml` gives a value as YAML and JSON take
/// it wherever it stands; `safe` marks what is in the language of the file already.
pub(crate) fn languages(environment: &mut Environment<'static>) {
    environment.set_auto_escape_callback(|name| {
        let is_markdown = name.rsplit('.').next() == Some("md");
        AutoEscape::Custom(if is_markdown { MARKDOWN } else { WORDS }.into())
    });
    environment.set_formatter(put);
    environment.add_filter("yaml", |value: Value| {
        Value::from_safe_string(match value.as_str() {
            Some(text) => escape::quoted(text),
            None => serde_json::to_string(&value).unwrap_or_default(),
        })
    });
}

fn put(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = value.to_string();
    let is_plain = match value.kind() {
        ValueKind::Number | ValueKind::Bool | ValueKind::Undefined => true,
        _ => value.is_safe() || escape::is_word(&text) || text.is_empty(),
    };
    let written = if is_plain {
        out.write_str(&text)
    } else if matches!(state.auto_escape(), AutoEscape::Custom(name) if name == MARKDOWN) {
        out.write_str(&escape::markdown(&text))
    } else {
        let what = format!("{text:?} is no plain word: it needs a filter, `yaml` or `safe`");
        return Err(Error::new(ErrorKind::BadEscape, what));
    };
    written.map_err(|error| Error::new(ErrorKind::WriteFailure, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{TEMPLATES, files};

    fn fill(name: &str, template: &str, text: &str) -> Result<String, Error> {
        let mut environment = Environment::new();
        languages(&mut environment);
        let template = environment.template_from_named_str(name, template)?;
        template.render(minijinja::context! { text })
    }

    #[test]
    fn a_text_is_no_part_of_the_language_it_stands_in() {
        let text = "x: !Ref y # */ `z` <b>";
        for name in ["a.yaml", "a.sh", "a.json", "Dockerfile"] {
            assert!(fill(name, "a {{ text }}", text).is_err(), "{name}");
            assert_eq!(fill(name, "a {{ text }}", "x-1.y/z").unwrap(), "a x-1.y/z");
        }
        let quoted = fill("a.yaml", "a: {{ text|yaml }}", text).unwrap();
        assert_eq!(quoted, "a: \"x: !Ref y # */ `z` <b>\"");
        let marked = fill("a.md", "# {{ text }}", text).unwrap();
        assert_eq!(marked, "# x: !Ref y \\# \\*/ \\`z\\` &lt;b&gt;");
        assert_eq!(
            fill("a.yaml", "a: {{ text|safe }}", text).unwrap(),
            format!("a: {text}")
        );
    }

    /// What a placeholder itself says, whichever way its condition goes, is a word or is
    /// marked: else a blueprint would fail where no test went.
    #[test]
    fn what_templates_say_themselves_is_marked() {
        let mut number = 0;
        for folder in TEMPLATES {
            for (path, text) in files(folder) {
                if path.rsplit('.').next() == Some("md") {
                    continue;
                }
                for part in text.split("{{").skip(1) {
                    // A literal may hold braces of its own, as `${{ vars.X }}` does.
                    let end = if part.starts_with(" \"${") {
                        None
                    } else {
                        part.find("}}")
                    };
                    let inner = part.get(..end.unwrap_or(0)).unwrap_or_default();
                    let pieces: Vec<&str> = inner.split('"').collect();
                    for (place, literal) in pieces.iter().enumerate().skip(1).step_by(2) {
                        let (before, after) = (pieces[place - 1].trim_end(), pieces.get(place + 1));
                        let is_printed = before.trim_start_matches('-').trim().is_empty()
                            || before.ends_with("else")
                            || before.ends_with("default(");
                        let is_marked = after
                            .is_some_and(|after| after.trim_start_matches(')').starts_with('|'));
                        if is_printed && !is_marked {
                            number += 1;
                            assert!(
                                escape::is_word(literal),
                                "{folder}/{path}: {literal:?} in {inner}"
                            );
                        }
                    }
                }
            }
        }
        assert!(number > 20, "{number} literals");
    }
}
