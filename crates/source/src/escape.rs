//! Text as each language takes it that Landfall writes: one function for a language.
//!
//! What came from a file is data wherever it goes. Whoever writes a language puts text
//! into it through the function of that language, and never in another way.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character steers a terminal, ends a line or turns the direction of text.
/// No name has one: `Cc` of Unicode, the line separators, the byte order mark, the two
/// code points that XML and YAML exclude, and the overrides and isolates of the
/// bidirectional algorithm (Unicode Annex 9, section 2).
pub fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}'
                | '\u{2029}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

/// Text on one line of a terminal or a log: control characters as `\n` and `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if is_control(letter) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Lines of text for a terminal: control characters but the ends of lines and tabs are
/// replaced by marks of as many bytes, so that places in the text still hold.
pub fn printable(text: &str) -> Cow<'_, str> {
    let steers = |letter: char| is_control(letter) && !matches!(letter, '\n' | '\t');
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_line = letter == '\r' && letters.peek() == Some(&'\n');
        out.push(match letter.len_utf8() {
            _ if ends_line || !steers(letter) => letter,
            1 => '?',
            2 => '\u{bf}',
            _ => char::REPLACEMENT_CHARACTER,
        });
    }
    Cow::Owned(out)
}

/// Lines of text for a log of GitHub Actions: none is a workflow command, which begins
/// with two colons (`Runner.Common`, `ActionCommand.TryParseV2`).
pub fn without_commands(text: &str) -> Cow<'_, str> {
    let is_command = |line: &str| line.trim_start().starts_with("::");
    if !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| {
        if is_command(line) {
            line.replacen("::", ": :", 1)
        } else {
            line.to_owned()
        }
    });
    Cow::Owned(lines.collect())
}

/// Text in HTML, SVG and XML: as contents of an element or in a quoted attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// Text in a paragraph, a heading, an item or a cell of Markdown, as GitHub reads it
/// (GitHub Flavored Markdown 0.29, and formulas between dollars): no markup, no link, no
/// HTML.
pub fn markdown(text: &str) -> String {
    let text = visible(text.trim());
    let letters: Vec<char> = text.chars().collect();
    let at = |place: usize| letters.get(place).copied();
    let digits = letters.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut out = String::with_capacity(text.len() + 8);
    for (place, letter) in letters.iter().copied().enumerate() {
        let before = place.checked_sub(1).and_then(at);
        let after = at(place + 1);
        let is_markup = match letter {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' => true,
            // Inside a word an underscore is a letter.
            '_' => {
                let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                !(is_letter(before) && is_letter(after))
            }
            // A formula begins at a dollar, but not before a sum.
            '$' => !after.is_some_and(|c| c.is_ascii_digit()),
            // What begins an item or a line under a heading.
            '+' | '-' | '=' => place == 0,
            // What begins or ends a heading.
            '#' => before.is_none_or(|c| c == '#' || c.is_whitespace()),
            '.' | ')' if digits > 0 && place == digits => after.is_none_or(char::is_whitespace),
            // What GitHub makes a link of without being asked.
            ':' => after == Some('/') || is_scheme(&letters, place),
            '.' => is_world_wide_web(&letters, place),
            _ => false,
        };
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // An address for mail is found after all else; only markup parts it.
            '@' if before.is_some_and(is_mail) && after.is_some_and(is_mail) => {
                out.push_str("@<!-- -->");
            }
            letter if is_markup => out.extend(['\\', letter]),
            letter => out.push(letter),
        }
    }
    out
}

/// Text as a span of code in Markdown, where it can be one.
pub fn code(text: &str) -> String {
    let text = visible(text.trim());
    if text.is_empty() || text.contains(['`', '|', '$']) {
        return markdown(&text);
    }
    format!("`{text}`")
}

fn is_mail(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '+')
}

/// Whether what ends at a place is a scheme of which GitHub makes links without slashes.
fn is_scheme(letters: &[char], place: usize) -> bool {
    ["mailto", "xmpp"]
        .iter()
        .any(|name| ends(letters, place, name))
}

fn is_world_wide_web(letters: &[char], place: usize) -> bool {
    ends(letters, place, "www")
}

/// Whether the letters before a place are a word.
fn ends(letters: &[char], place: usize, word: &str) -> bool {
    let start = place.checked_sub(word.len());
    let found = start.and_then(|start| letters.get(start..place));
    found.is_some_and(|found| {
        let lower = found.iter().map(char::to_ascii_lowercase);
        lower.eq(word.chars())
    })
}

/// Text in a quoted label of a Mermaid chart.
pub fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '"' | '#' | '<' | '>' | '&' | '`' | ';' | '\\' | '%' | '{' | '}' => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

/// A string in double quotes as JSON takes it, and with it YAML, TOML and TypeScript.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            letter if is_control(letter) => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A document of JSON, in whose strings control characters are written as `\u001b`: the
/// same document, and it steers no terminal.
pub fn json_document(document: &str) -> Cow<'_, str> {
    let is_hidden = |letter: char| is_control(letter) && letter != '\n';
    if !document.contains(is_hidden) {
        return Cow::Borrowed(document);
    }
    let mut out = String::with_capacity(document.len() + 8);
    for letter in document.chars() {
        if is_hidden(letter) {
            let _ = write!(out, "\\u{:04x}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// Whether YAML reads a plain scalar as a number.
pub fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    let is_based = |base: &str| {
        digits
            .get(..2)
            .is_some_and(|b| b.eq_ignore_ascii_case(base))
    };
    if ["0x", "0o", "0b"].into_iter().any(is_based) {
        return digits.chars().skip(2).all(|c| c.is_ascii_hexdigit());
    }
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+'))
        && text.parse::<f64>().is_ok()
}

/// A scalar of YAML in a block, quoted only where a reader could take it for something
/// else (YAML 1.2.2, section 7.3.3, and the words that readers of YAML 1.1 know).
pub fn yaml(text: &str) -> String {
    const WORDS: [&str; 10] = [
        "true", "false", "null", "yes", "no", "on", "off", "~", "y", "n",
    ];
    if text.contains(is_control) {
        return quoted(text);
    }
    let is_odd = text.is_empty()
        || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        || is_number(text)
        || text.starts_with(|c: char| c.is_ascii_digit() && text.contains(['-', ':', '_']))
        || text.starts_with([
            '!', '&', '*', '-', '?', ':', '{', '}', '[', ']', ',', '#', '|', '>', '@', '`', '"',
            '\'', '%', ' ', '=', '.', '+', '<',
        ])
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #");
    if is_odd {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        text.to_owned()
    }
}

/// The rest of a line that is a comment, in any language; it does not end the block
/// comments of TypeScript.
pub fn comment(text: &str) -> String {
    visible(text).replace("*/", "* /")
}

/// Text inside a template literal of TypeScript.
pub fn template_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '$' => out.extend(['\\', letter]),
            letter if is_control(letter) && letter != '\n' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

/// One word of a POSIX shell, quoted where it has to be.
pub fn shell(text: &str) -> String {
    if is_word(text) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Whether a text is one plain word in shells, YAML and Dockerfiles alike: letters,
/// digits and the marks of paths, names and versions.
pub fn is_word(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/'))
        && text.chars().all(is_plain)
}

/// The message of a workflow command of GitHub Actions (`@actions/core`, `escapeData`).
pub fn workflow_message(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D");
    printable(&text.replace('\n', "%0A")).into_owned()
}

/// A property of a workflow command of GitHub Actions (`@actions/core`,
/// `escapeProperty`).
pub fn workflow_property(text: &str) -> String {
    let text = workflow_message(text);
    text.replace(':', "%3A").replace(',', "%2C")
}
