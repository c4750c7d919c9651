//! `landfall init`: an interview.

use std::collections::BTreeMap;
use std::io::BufRead;

use landfall_decide::{Inputs, Next, next_question};
use landfall_source::{Diagnostic, Source, Span, document, nearest};
use landfall_workload::{
    DEFAULT_REGION, FactId, Facts, Kind, Origin, Scope, System, Value, write_file,
};

use super::import;
use crate::exit::{Exit, Outcome, Problem};
use crate::import_arguments::Init;
use crate::output::Output;
use crate::session::Session;
use crate::{files, prices, writing};

/// An interview ends after so many questions in any case.
const MOST_QUESTIONS: usize = 60;
/// How often an answer that is not understood is asked for again.
const MOST_TRIES: usize = 3;

pub(crate) fn run(command: &Init, output: &mut Output) -> Outcome {
    if command.file.exists() && !command.force {
        let problem = Diagnostic::new(format!("`{}` is there already", command.file.display()));
        return Err(Problem::Input(Box::new(
            problem.help("name another, or add --force"),
        )));
    }
    if !command.from.is_empty() {
        return run_from(command, output);
    }
    let session = Session::open(&command.deciding.framework)?;
    let region = command.deciding.region.as_deref().unwrap_or(DEFAULT_REGION);
    let book = prices::book(region)?.with_ranges(&session.catalog.spans);
    let inputs = session.inputs(&book, &[], &command.deciding);
    let mut facts = Facts::default();
    if command.deciding.region.is_some() {
        let value = Value::Text(region.into());
        facts.set(FactId::Region, value, Origin::Given(Span::default()));
    }
    output.say(HOW);
    interview(&mut facts, &inputs, &mut std::io::stdin().lock(), output)?;
    let id = facts.choice(FactId::Purpose).unwrap_or("workload");
    let text = write_file(&command.name, id, &facts);
    let path = command.file.display();
    System::parse(&Source::new(&path.to_string(), &text))?;
    writing::write(&command.file, &text)?;
    output.say(&format!(
        "\nWritten: {path}. Next: landfall decide {path}\n"
    ));
    Ok(Exit::Done)
}

const HOW: &str = "Each question can change the recommendation. Press Enter if you do not know. Quantities\n\
    have a unit (800ms, 600MB, 2M/month). Ctrl-D ends the questions.\n";

/// What was answered, and whether the interview was ended.
#[derive(Debug, Default)]
struct Interview {
    given: Vec<(FactId, Value)>,
    is_ended: bool,
}

/// Asks what can still change the answer, and sets what is answered.
fn interview(
    facts: &mut Facts,
    inputs: &Inputs<'_>,
    answers: &mut impl BufRead,
    output: &mut Output,
) -> Result<Interview, Problem> {
    let mut done = Interview::default();
    let mut declined: Vec<FactId> = Vec::new();
    for _ in 0..MOST_QUESTIONS {
        let Some(next) = next_question(facts, inputs, &declined) else {
            break;
        };
        match ask(&next, answers, output)? {
            Answer::Known(value) => {
                let given = Origin::Given(Span::default());
                facts.set(next.fact, value.clone(), given);
                done.given.push((next.fact, value));
            }
            Answer::Unknown => declined.push(next.fact),
            Answer::End => {
                done.is_ended = true;
                break;
            }
        }
    }
    Ok(done)
}

/// Imports first, and asks for the rest, workload by workload; what is of the team is asked
/// once.
fn run_from(command: &Init, output: &mut Output) -> Outcome {
    if command.from.iter().any(|path| files::is_stdin(path)) {
        let problem = Diagnostic::new("standard input has the answers, and no file");
        let help = "save the file, and name it after --from";
        return Err(Problem::Input(Box::new(problem.help(help))));
    }
    let (mut imported, names) = import::read(&command.from, None)?;
    let path = command.file.display().to_string();
    let parse = |text: &str| System::parse(&Source::new(&path, text));
    let system = parse(&landfall_import::toml(&imported, &names, &BTreeMap::new()))?;
    let session = Session::open(&command.deciding.framework)?;
    let region = command.deciding.region.as_deref();
    let book = prices::book(region.unwrap_or(system.region()))?;
    let book = book.with_ranges(&session.catalog.spans);
    let inputs = session.inputs(&book, &[], &command.deciding);
    output.say(HOW);
    let mut answers = std::io::stdin().lock();
    let mut team: Vec<(FactId, Value)> = Vec::new();
    for workload in &system.workloads {
        output.say(&format!("\n{}\n", workload.id.to_uppercase()));
        let mut facts = workload.facts.clone();
        for (fact, value) in &team {
            facts.set(*fact, value.clone(), Origin::Given(Span::default()));
        }
        let done = interview(&mut facts, &inputs, &mut answers, output)?;
        for (fact, value) in done.given {
            imported.answer(&workload.id, fact, value.clone());
            if fact.scope() == Scope::System {
                team.push((fact, value));
            }
        }
        if done.is_ended {
            break;
        }
    }
    let text = landfall_import::toml(&imported, &names, &BTreeMap::new());
    parse(&text)?;
    writing::write(&command.file, &text)?;
    output.say(&format!(
        "\nWritten: {path}. Next: landfall decide {path}\n"
    ));
    Ok(Exit::Done)
}

enum Answer {
    Known(Value),
    Unknown,
    End,
}

fn ask(next: &Next, answers: &mut impl BufRead, output: &mut Output) -> Result<Answer, Problem> {
    let today = next.today.as_deref().unwrap_or("nothing yet");
    let changing: Vec<String> = next
        .outcomes
        .iter()
        .filter(|(_, outcome)| *outcome != next.today)
        .take(3)
        .map(|(answer, to)| format!("{answer}: {}", to.as_deref().unwrap_or("nothing fits")))
        .collect();
    let change = if changing.is_empty() {
        String::new()
    } else {
        format!(" Now: {today}. {}.", changing.join(", "))
    };
    output.say(&format!("\n{}\n", next.ask));
    let worth = next
        .worth
        .filter(|_| next.is_worth_asking)
        .map_or_else(String::new, |worth| {
            format!(" An answer is worth about {worth} a month.")
        });
    say_wrapped(output, &format!("{}{worth}{change}", next.why));
    for _ in 0..MOST_TRIES {
        say_wrapped(output, &form(next.fact));
        output.say("  > ");
        let mut line = String::new();
        let read = answers.read_line(&mut line);
        let read = read.map_err(|error| {
            let problem = Diagnostic::new(format!("cannot read the answer: {error}"));
            Problem::Input(Box::new(problem.help("answers are lines of UTF-8 text")))
        })?;
        if read == 0 {
            output.say("\n");
            return Ok(Answer::End);
        }
        let text = line.trim();
        if matches!(text, "" | "?" | "don't know" | "dont know" | "unknown") {
            return Ok(Answer::Unknown);
        }
        match understand(next.fact, text) {
            Ok(value) => return Ok(Answer::Known(value)),
            Err(problem) => {
                let hint = problem
                    .help
                    .map_or_else(String::new, |help| format!(" ({help})"));
                output.say(&format!("  {}{hint}\n", problem.message));
            }
        }
    }
    Ok(Answer::Unknown)
}

fn say_wrapped(output: &mut Output, text: &str) {
    let options = textwrap::Options::new(80)
        .initial_indent("  ")
        .subsequent_indent("  ");
    output.say(&(textwrap::fill(text, options) + "\n"));
}

/// How an answer is written.
fn form(fact: FactId) -> String {
    match fact.kind() {
        Kind::Flag => "yes | no".to_owned(),
        Kind::Choice(words) => words.join(" | "),
        Kind::Choices(words) => format!("some of {}", words.join(", ")),
        Kind::Quantity(dimension) => format!("like {}", dimension.example()),
        Kind::Text => "text".to_owned(),
    }
}

/// Reads an answer with the same parser as the workload file.
fn understand(fact: FactId, text: &str) -> Result<Value, Box<Diagnostic>> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '"' | '\\') && !c.is_control())
        .collect();
    let literal = match fact.kind() {
        Kind::Flag => match plain.to_lowercase().as_str() {
            "y" | "yes" | "true" => "true".to_owned(),
            "n" | "no" | "false" => "false".to_owned(),
            _ => {
                return Err(Box::new(Diagnostic::new(format!(
                    "`{plain}` is not yes or no"
                ))));
            }
        },
        Kind::Choice(words) => {
            let word = words.iter().find(|word| **word == plain).copied();
            let word = word.or_else(|| nearest(&plain, words.iter().copied()));
            format!("\"{}\"", word.unwrap_or(&plain))
        }
        Kind::Choices(_) => {
            let words: Vec<String> = plain
                .split([',', ' '])
                .filter(|w| !w.is_empty())
                .map(|w| format!("\"{w}\""))
                .collect();
            format!("[{}]", words.join(", "))
        }
        Kind::Quantity(_) | Kind::Text => format!("\"{plain}\""),
    };
    let source = Source::new("answer", &format!("answer = {literal}"));
    document(&source, |top| Value::read(fact, &top.require("answer")?))
}
