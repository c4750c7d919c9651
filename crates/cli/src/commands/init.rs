//! `landfall init`: an interview.

use std::io::BufRead;

use landfall_decide::{Next, next_question};
use landfall_source::{Diagnostic, Source, Span, document, nearest};
use landfall_workload::{DEFAULT_REGION, FactId, Facts, Kind, Origin, System, Value, write_file};

use crate::arguments::Init;
use crate::exit::{Exit, Outcome, Problem};
use crate::output::Output;
use crate::session::Session;
use crate::{prices, writing};

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
    let session = Session::open(&command.deciding.framework)?;
    let region = command.deciding.region.as_deref().unwrap_or(DEFAULT_REGION);
    let book = prices::book(region)?.with_ranges(&session.catalog.spans);
    let inputs = session.inputs(&book, &[], &command.deciding);
    let mut facts = Facts::default();
    if command.deciding.region.is_some() {
        let value = Value::Text(region.into());
        facts.set(FactId::Region, value, Origin::Given(Span::default()));
    }
    output.say(
        "Each question can change the recommendation. Press Enter if you do not know. Quantities\n\
         have a unit (800ms, 600MB, 2M/month). Ctrl-D ends the questions.\n",
    );
    let mut answers = std::io::stdin().lock();
    let mut declined: Vec<FactId> = Vec::new();
    for _ in 0..MOST_QUESTIONS {
        let Some(next) = next_question(&facts, &inputs, &declined) else {
            break;
        };
        match ask(&next, &mut answers, output)? {
            Answer::Known(value) => {
                facts.set(next.fact, value, Origin::Given(Span::default()));
            }
            Answer::Unknown => declined.push(next.fact),
            Answer::End => break,
        }
    }
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
    say_wrapped(output, &format!("{}{change}", next.why));
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
