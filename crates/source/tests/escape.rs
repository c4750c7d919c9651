//! Text comes back from every language as it was put in, and makes nothing of it that a
//! harmless text does not make. Each language is read by a parser of its own.

#![expect(clippy::panic, reason = "a test may panic")]

use comrak::nodes::NodeValue;
use landfall_source::escape;
use proptest::prelude::*;
use saphyr_parser::{Event, Parser};

/// Pieces that mean something in a language that is written.
const PIECES: [&str; 60] = [
    "x**// process.exit(1); /*",
    "*/",
    "/*",
    "//",
    "${process.exit(1)}",
    "`",
    "\"",
    "'",
    "\\",
    "\\\"",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\u{1b}[2J",
    "\u{7}",
    "\u{9b}31m",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{ffff}",
    "::error file=x::forged",
    "%0A",
    "<!--",
    "-->",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]>",
    "&amp;",
    "&#60;",
    "# heading",
    "- item",
    "1. item",
    "1) item",
    "> quote",
    "---",
    "===",
    "...",
    "[link](javascript:x)",
    "![image](x)",
    "[x]: y",
    "**bold**",
    "_word_",
    "~~gone~~",
    "| cell |",
    "https://example.com",
    "www.example.com",
    "MAILTO:a@example.com",
    "someone@example.com",
    "$x^2$",
    "a: b",
    " # comment",
    "!Ref x",
    "&anchor",
    "%%{init: {}}%%",
    "=cmd|'/c calc'!A1",
    "$(touch x)",
    "{{ 7 * 7 }}",
];

/// Any run of pieces, letters and blanks.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[a-z0-9 ._$:@#-]{0,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// The kinds of nodes of a document of Markdown but for text, and all of its text.
fn markdown(text: &str) -> (Vec<String>, String) {
    let mut options = comrak::Options::default();
    let extension = &mut options.extension;
    extension.autolink = true;
    extension.strikethrough = true;
    extension.table = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.math_dollars = true;
    extension.alerts = true;
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, text, &options);
    let (mut kinds, mut read) = (Vec::new(), String::new());
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => read.push_str(text),
            // What parts an address for mail.
            NodeValue::HtmlInline(mark) if mark == "<!-- -->" => {}
            other => kinds.push(format!("{:?}", std::mem::discriminant(other))),
        }
    }
    (kinds, read)
}

fn yaml(text: &str) -> Vec<String> {
    Parser::new_from_str(text)
        .map(|event| match event {
            Ok((Event::Scalar(text, ..), _)) => format!("={text}"),
            Ok((event, _)) => format!("{event:?}"),
            Err(error) => panic!("{error} in {text:?}"),
        })
        .collect()
}

fn blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn markdown_makes_nothing_of_text(text in hostile()) {
        let written = escape::markdown(&text);
        prop_assert!(!written.contains('\n'));
        for (before, after) in [("", ""), ("# ", ""), ("* ", ""), ("> ", ""), ("Where ", " lands")] {
            let harmless = markdown(&format!("{before}word{after}\n"));
            let (kinds, read) = markdown(&format!("{before}{written}{after}\n"));
            if !text.trim().is_empty() {
                prop_assert_eq!(&kinds, &harmless.0, "{:?}", written);
            }
            let trimmed = escape::visible(text.trim());
            let wanted = format!("{}{trimmed}{after}", before.trim_matches(['#', '*', '>', ' ']).to_owned() + if after.is_empty() { "" } else { " " });
            prop_assert_eq!(blanks(&read), blanks(&wanted), "{:?}", written);
        }
        let row = |cell: &str| markdown(&format!("| a | b |\n|---|---|\n| {cell} | c |\n"));
        if !text.trim().is_empty() {
            prop_assert_eq!(row(&written).0, row("word").0);
        }
    }

    #[test]
    fn a_span_of_code_is_nothing_else(text in hostile()) {
        let written = escape::code(&text);
        let kinds = markdown(&format!("| a |\n|---|\n| a {written} b |\n")).0;
        let either = ["word", "`word`"].map(|word| markdown(&format!("| a |\n|---|\n| a {word} b |\n")).0);
        prop_assert!(either.contains(&kinds), "{}", written);
    }

    #[test]
    fn xml_gives_text_back(text in hostile()) {
        let written = escape::html(&text);
        let document = format!("<a b=\"{written}\" c='{written}'>{written}</a>");
        let read = roxmltree::Document::parse(&document).unwrap();
        let wanted = escape::visible(&text);
        let root = read.root_element();
        prop_assert_eq!(root.text().unwrap_or_default(), &wanted);
        prop_assert_eq!(root.attribute("b"), Some(&*wanted));
        prop_assert_eq!(root.attribute("c"), Some(&*wanted));
        prop_assert_eq!(root.descendants().count(), if wanted.is_empty() { 1 } else { 2 });
    }

    #[test]
    fn strings_give_text_back(text in hostile()) {
        let written = escape::quoted(&text);
        prop_assert!(!written.contains(escape::is_control));
        let read: String = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&read, &text);
        let document = serde_json::to_string_pretty(&[&text]).unwrap();
        let shown = escape::json_document(&document);
        let is_plain = !shown.replace('\n', "").contains(escape::is_control);
        prop_assert!(is_plain);
        prop_assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap(), [text.clone()]);
        let table: toml::Table = toml::from_str(&format!("a = {written}")).unwrap();
        prop_assert_eq!(table.get("a").and_then(|value| value.as_str()), Some(text.as_str()));
        let wanted = yaml("a: word\n").iter().map(|event| event.replace("=word", &format!("={text}"))).collect::<Vec<_>>();
        prop_assert_eq!(yaml(&format!("a: {written}\n")), wanted);
    }

    #[test]
    fn yaml_gives_text_back(text in hostile()) {
        let written = escape::yaml(&text);
        prop_assert!(!written.contains(escape::is_control));
        for form in ["a: $\nb: c\n", "- $\n- c\n", "a:\n  - b: $\n    c: d\n", "$: c\n"] {
            let wanted = yaml(&form.replace('$', "word"));
            let wanted: Vec<String> = wanted.iter().map(|event| event.replace("=word", &format!("={text}"))).collect();
            prop_assert_eq!(yaml(&form.replacen('$', &written, 1)), wanted, "{}", form);
        }
        let comment = format!("# {}\na: b\n", escape::comment(&text));
        prop_assert_eq!(yaml(&comment), yaml("a: b\n"));
    }

    #[test]
    fn shells_take_one_word(text in hostile()) {
        let written = escape::shell(&text);
        prop_assert_eq!(shlex::split(&format!("a {written} b")), Some(vec!["a".to_owned(), text, "b".to_owned()]));
    }

    #[test]
    fn comments_and_commands_stay_as_they_are(text in hostile()) {
        let comment = escape::comment(&text);
        prop_assert!(!comment.contains("*/") && !comment.contains(escape::is_control));
        for written in [escape::workflow_message(&text), escape::workflow_property(&text)] {
            prop_assert!(!written.contains(['\n', '\r']));
        }
        prop_assert!(!escape::workflow_property(&text).contains([':', ',']));
        let chart = escape::mermaid(&text);
        let is_clean = !chart.contains(['"', '`', '<', '%', '{']) && !chart.contains(escape::is_control);
        prop_assert!(is_clean, "{}", chart);
        let literal = escape::template_literal(&text);
        let mut letters = literal.chars();
        while let Some(letter) = letters.next() {
            prop_assert!(!matches!(letter, '`' | '$'), "{}", literal);
            if letter == '\\' {
                letters.next();
            }
        }
    }

    #[test]
    fn places_hold_in_what_is_shown(text in hostile()) {
        let log = escape::without_commands(&text);
        let is_command = |line: &str| line.trim_start().starts_with("::");
        prop_assert!(!log.lines().any(is_command), "{}", log);
        let shown = escape::printable(&text);
        prop_assert_eq!(shown.len(), text.len());
        prop_assert_eq!(shown.matches('\n').count(), text.matches('\n').count());
        let steers = shown.contains('\u{1b}');
        prop_assert!(!steers);
        prop_assert!(!escape::visible(&text).contains(escape::is_control));
    }
}

#[test]
fn what_yaml_takes_for_something_else_is_quoted() {
    for text in [
        "",
        "yes",
        "No",
        "null",
        "~",
        "012",
        "1e3",
        "0x1F",
        "0o17",
        "12:30:45",
        "1_000",
        "2010-09-09",
        ".inf",
        "- a",
        "? a",
        "a: b",
        "a #b",
        "a:",
        "---",
        "!Ref x",
        "*a",
        "&a",
        "@a",
        "`a",
        "%a",
        ">",
        "|",
        ":x",
    ] {
        assert!(escape::yaml(text).starts_with('\''), "{text}");
    }
    for text in [
        "word",
        "0.0.0.0/0",
        "arn:aws:s3:::x",
        "it's",
        "30 seconds",
        "a, b",
    ] {
        assert_eq!(escape::yaml(text), text);
    }
}

#[test]
fn usual_text_is_left_as_it_is() {
    for text in [
        "Costs $83.88 a month; of which $46.38 is the bill",
        "`workload.traffic` tips (at 30M/month, +20%)",
        "CKV_AWS_116 - see 1.5 or e.g. this",
    ] {
        let written = escape::markdown(text);
        assert_eq!(written.replace('\\', ""), text);
    }
    assert_eq!(escape::markdown("Photo thumbnails 2"), "Photo thumbnails 2");
    assert_eq!(escape::shell("photo-thumbnails"), "photo-thumbnails");
    assert_eq!(escape::shell("a b"), "'a b'");
}
