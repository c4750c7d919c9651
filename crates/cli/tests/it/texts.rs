//! Text that came from a file is data wherever it goes: with hostile texts, every
//! document is made of what it is made of with harmless ones.

use landfall_blueprint::{Format, Library, Wanted, folder, plan};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Inputs, decide};
use landfall_framework::{Pack, Screen};
use landfall_report::html::{Beside, page};
use landfall_report::{chart, flow, json, markdown, text};
use landfall_source::Source;
use landfall_source::escape::{self, is_control, quoted};
use landfall_workload::{FactId, System, write_file};

use crate::common::{one_in, root};
use crate::languages::parts;

/// Texts that mean something in a language that is written.
const HOSTILE: [&str; 26] = [
    "x**// process.exit(1); /*",
    "*/ process.exit(1) /*",
    "\\\"); process.exit(1); //",
    "${process.exit(1)}`+`",
    "`${x}`",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onload=\"alert(1)",
    "]]><!-- -->",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "---",
    "=== | a | b |",
    "[link](javascript:x) ![image](x) <https://x.example>",
    "https://example.com www.example.com a@example.com",
    "**bold** _word_ ~~gone~~ `code` $x^2$",
    "::error file=x::forged",
    "%0A::error::forged",
    "a: b #c",
    "!Ref x",
    "&a *a %TAG @x",
    "$(touch forged) 'a' \"b\"; rm x",
    "{{ 7 * 7 }} {% raw %} ${{ secrets.X }} %%{init: {}}%%",
    "=cmd|'/c calc'!A1",
];

const HARMLESS: &str = "Plain words without a meaning";

const WORKLOAD: &str = "
[[workload]]
id = \"mail\"
trigger = \"http\"
traffic.volume = \"2M/month\"
work.duration = { p50 = \"200ms\", p99 = \"900ms\" }
work.memory = \"256MB\"
[[workload]]
id = \"nightly\"
trigger = \"schedule\"
traffic.schedule = \"cron(0 3 * * ? *)\"
work.duration = { p50 = \"30s\" }
work.memory = \"256MB\"
";

/// The files of the framework that ships, its texts of a key replaced.
fn pack(key: Option<(&str, &str)>, catalog: &Catalog) -> Option<Pack> {
    let path = root().join("crates/framework/packs/current");
    let mut open = vec![path.clone()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let inner = entry.unwrap().path();
            if inner.is_dir() {
                open.push(inner);
                continue;
            }
            let text = std::fs::read_to_string(&inner).unwrap();
            let lines = text.lines().map(|line| match key {
                Some((key, new)) if line.starts_with(&format!("{key} = \"")) => {
                    format!("{key} = {}\n", quoted(new))
                }
                _ => format!("{line}\n"),
            });
            let name = inner.strip_prefix(&path).unwrap().display().to_string();
            files.push(Source::new(&name, &lines.collect::<String>()));
        }
    }
    files.sort_by(|a, b| a.name().cmp(b.name()));
    Pack::parse(&files, catalog).ok()
}

/// Every document that is written of a system, by name.
fn documents(name: &str, pack: &Pack, catalog: &Catalog) -> Vec<(String, String)> {
    let file = format!("schema = 1\nname = {}\n{WORKLOAD}", quoted(name));
    let system = System::parse(&Source::new("w.toml", &file)).unwrap();
    let book = Catalog::prices(system.region()).unwrap();
    let decision = decide(&system, &Inputs::by_formulas(pack, catalog, &book));
    let screen = Screen::new(pack, catalog, decision.as_of);
    let mut all = vec![
        ("decision.txt".to_owned(), text::details(&decision)),
        (
            "decision.md".to_owned(),
            markdown::decision(&decision, catalog),
        ),
        (
            "decision.json".to_owned(),
            serde_json::to_string_pretty(&json::document(&decision, catalog)).unwrap(),
        ),
    ];
    let mut beside = Vec::new();
    for (one, workload) in decision.workloads.iter().zip(&system.workloads) {
        let told = flow::flow(
            pack,
            catalog,
            &screen,
            decision.as_of,
            Some((&workload.facts, one)),
        );
        let drawn = flow::svg(&told);
        let chart = format!("```mermaid\n{}```\n", flow::mermaid(&told));
        all.push((format!("{}-flow.md", one.id), chart));
        all.push((format!("{}-options.svg", one.id), chart::options(name, one)));
        let facts = landfall_workload::Facts::default();
        all.push((
            format!("{}.toml", one.id),
            write_file(name, &one.id, &facts),
        ));
        all.push((format!("{}-flow.svg", one.id), drawn));
        all.push((
            format!("{}-flow-linked.svg", one.id),
            flow::linked(&told, "flow-"),
        ));
        let statements = name.to_owned();
        beside.push(Beside {
            run: None,
            flow: told,
            statements,
        });
    }
    all.push((
        "decision.html".to_owned(),
        page(&decision, catalog, &beside),
    ));
    all.extend(blueprints(&decision, catalog));
    all
}

fn blueprints(decision: &Decision, catalog: &Catalog) -> Vec<(String, String)> {
    let library = Library::new().unwrap();
    let record = markdown::decision(decision, catalog);
    let mut all = Vec::new();
    for platform in ["lambda", "fargate", "eks-fargate"] {
        let wanted = Wanted {
            platform: Some(platform.to_owned()),
            ..Wanted::default()
        };
        let planned = plan(decision, &wanted, catalog, &library).unwrap();
        for format in Format::ALL {
            if format == Format::Sam && platform != "lambda" {
                continue;
            }
            let files = folder(decision, &planned, format, &record, &library);
            let files = files.unwrap().into_iter();
            all.extend(
                files.map(|file| (format!("{platform}/{format:?}/{}", file.path), file.text)),
            );
        }
    }
    all
}

/// The settings of the SAM CLI, but for the name of the stack.
fn settings(text: &str) -> toml::Table {
    let mut table: toml::Table = toml::from_str(text).unwrap();
    let mut all = &mut table;
    for key in ["default", "global", "parameters"] {
        all = all.get_mut(key).unwrap().as_table_mut().unwrap();
    }
    assert!(all.remove("stack_name").unwrap().is_str());
    table
}

/// Compares documents with those of harmless texts.
fn compare(harmless: &[(String, String)], hostile: &[(String, String)], what: &str) {
    assert_eq!(harmless.len(), hostile.len(), "{what}");
    for ((path, plain), (other, text)) in harmless.iter().zip(hostile) {
        assert_eq!(path, other, "{what}");
        let is_clean = !text.contains(|c| is_control(c) && !matches!(c, '\n' | '\t'));
        assert!(is_clean, "{what}: a control character in {path}");
        let text = &escape::without_commands(text).into_owned();
        let forges = |line: &str| line.trim_start().starts_with("::");
        assert!(
            !text.lines().any(forges),
            "{what}: a workflow command in {path}"
        );
        if path.rsplit('.').next() == Some("txt") {
            continue;
        }
        if path.ends_with("samconfig.toml") {
            assert_eq!(settings(plain), settings(text), "{what}: {path}");
            continue;
        }
        if path.rsplit('.').next() == Some("toml") {
            System::parse(&Source::new(path, text)).unwrap();
            continue;
        }
        let (wanted, found) = (parts(path, plain), parts(path, text));
        let place = wanted.iter().zip(&found).position(|(a, b)| a != b);
        let near = |parts: &[String]| {
            let from = place.unwrap_or(wanted.len()).saturating_sub(2);
            parts.iter().skip(from).take(5).cloned().collect::<Vec<_>>()
        };
        assert!(
            wanted == found,
            "{what}: {path} is made of other parts: {:?} instead of {:?}\n{text}",
            near(&found),
            near(&wanted)
        );
    }
}

#[test]
fn a_hostile_name_is_a_name_in_every_document() {
    let catalog = Catalog::embedded().unwrap();
    let pack = pack(None, &catalog).unwrap();
    let harmless = documents(HARMLESS, &pack, &catalog);
    assert!(harmless.len() > 60, "{} documents", harmless.len());
    for name in HOSTILE.into_iter().step_by(one_in(2)) {
        compare(&harmless, &documents(name, &pack, &catalog), name);
    }
    let longest = "x".repeat(100);
    compare(
        &harmless,
        &documents(&longest, &pack, &catalog),
        "the longest name",
    );
    let first = harmless
        .iter()
        .find(|(path, _)| path.ends_with("template.yaml"))
        .unwrap();
    assert!(first.1.contains(HARMLESS), "the name is in the template");
}

/// Every text of a framework's files, all of one key at once.
#[test]
fn hostile_texts_of_a_framework_are_texts_in_every_document() {
    const KEYS: [&str; 10] = [
        "because",
        "statement",
        "changed",
        "title",
        "publisher",
        "what",
        "why",
        "ask",
        "note",
        "name",
    ];
    let catalog = Catalog::embedded().unwrap();
    let all = HOSTILE.join(" ");
    let mut number = 0;
    for (place, key) in KEYS.into_iter().enumerate() {
        let Some(plain) = pack(Some((key, HARMLESS)), &catalog) else {
            continue;
        };
        let harmless = documents(HARMLESS, &plain, &catalog);
        // All texts together are those of every key; each is that of some key where all cases are
        // asked for.
        let some = HOSTILE.into_iter().skip(place).step_by(KEYS.len());
        let some = some.filter(|_| one_in(2) == 1);
        for text in some.chain([all.as_str()]) {
            let wrong = pack(Some((key, text)), &catalog).unwrap();
            compare(
                &harmless,
                &documents(HARMLESS, &wrong, &catalog),
                &format!("{key}: {text}"),
            );
        }
        number += 1;
    }
    assert!(number >= 5, "{number} keys");
}

#[test]
fn every_text_of_a_workload_is_taken_as_data_or_refused() {
    let base = format!("schema = 1\nname = \"x\"\n{WORKLOAD}");
    for text in HOSTILE {
        for fact in [
            FactId::Runtime,
            FactId::Region,
            FactId::TimeZone,
            FactId::Schedule,
        ] {
            let scope = if fact == FactId::Region { "[team]" } else { "" };
            let line = format!("{} = {}", fact.name(), quoted(text));
            let file = if scope.is_empty() {
                format!("{base}{line}\n")
            } else {
                format!("{line}\n{base}")
            };
            assert!(
                System::parse(&Source::new("w.toml", &file)).is_err(),
                "{file}"
            );
        }
    }
}
