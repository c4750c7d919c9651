//! Moves the lines inside brackets and quotes to the right.
//!
//! YAML 1.2 wants them deeper than their key; YAML 1.1, by whose readers most files are
//! read, does not. Blanks at the start of such lines are no part of any value.

/// How far lines are moved: deeper than any key that is read.
const SHIFT: usize = 512;

/// What a line begins in.
enum Inside {
    /// Nothing: keys, items, and plain text.
    Block,
    /// Brackets, so many.
    Brackets(usize),
    /// A quoted text, within so many brackets.
    Quotes(char, usize),
    /// A block of text under a line that is indented so far.
    Text(usize),
}

/// The text with those lines moved; line by line the same otherwise.
pub(super) fn moved(text: &str) -> String {
    let blanks = " ".repeat(SHIFT);
    let mut inside = Inside::Block;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for line in text.split_inclusive('\n') {
        let is_document = line.starts_with("---") || line.starts_with("...");
        let depth = line.len() - line.trim_start_matches(' ').len();
        match inside {
            Inside::Text(parent) if line.trim().is_empty() || depth > parent => {
                out.push_str(line);
                continue;
            }
            Inside::Brackets(_) | Inside::Quotes(..) if !is_document => {
                out.push_str(&blanks);
                inside = after(line, inside);
            }
            _ => inside = block(line, depth),
        }
        out.push_str(line);
    }
    out
}

/// What the next line begins in after one that begins in nothing.
fn block(line: &str, depth: usize) -> Inside {
    let mut rest = line.trim_start_matches(' ');
    let mut parent = depth;
    loop {
        rest = rest.trim_start();
        let skipped = ["- ", "? "]
            .into_iter()
            .find_map(|mark| rest.strip_prefix(mark));
        if let Some(inner) = skipped {
            parent += 2 + inner.len() - inner.trim_start_matches(' ').len();
            rest = inner;
            continue;
        }
        match rest.chars().next() {
            Some('[' | '{') => return after(rest, Inside::Brackets(0)),
            Some('|' | '>') => {
                // Under a key of an item the text is deeper than the key; under the item
                // itself, than its dash.
                let is_item = rest.len() + parent == line.len() && parent > depth;
                return Inside::Text(if is_item { depth } else { parent });
            }
            Some('!' | '&' | '*') => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                rest = rest.get(end..).unwrap_or_default();
            }
            Some(quote @ ('"' | '\'')) => {
                let inner = rest.get(1..).unwrap_or_default();
                let Some(end) = closing(inner, quote) else {
                    return Inside::Quotes(quote, 0);
                };
                // A key in quotes; or a value, after which nothing of weight comes.
                let left = inner.get(end + 1..).unwrap_or_default().trim_start();
                match left.strip_prefix(':') {
                    Some(value) => rest = value,
                    None => return Inside::Block,
                }
            }
            Some('#') | None => return Inside::Block,
            Some(_) => match rest.find(": ") {
                Some(end) if !rest.get(..end).unwrap_or_default().contains(" #") => {
                    rest = rest.get(end + 2..).unwrap_or_default();
                }
                _ => return Inside::Block,
            },
        }
    }
}

/// Where a quoted text ends, if it does on this line.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => {
                letters.next();
            }
            _ if letter == quote => {
                let is_twice = letters.peek().is_some_and(|(_, next)| *next == quote);
                if quote == '"' || !is_twice {
                    return Some(at);
                }
                letters.next();
            }
            _ => {}
        }
    }
    None
}

/// What the next line begins in after one that begins in brackets or quotes.
fn after(line: &str, inside: Inside) -> Inside {
    let mut rest = line;
    let mut depth = match inside {
        Inside::Quotes(quote, depth) => {
            let Some(end) = closing(rest, quote) else {
                return Inside::Quotes(quote, depth);
            };
            rest = rest.get(end + 1..).unwrap_or_default();
            if depth == 0 {
                return Inside::Block;
            }
            depth
        }
        Inside::Brackets(depth) => depth,
        other => return other,
    };
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Inside::Block;
                }
            }
            '#' if before.is_whitespace() => break,
            '"' | '\'' if before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':') => {
                let Some(end) = closing(rest, letter) else {
                    return Inside::Quotes(letter, depth);
                };
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            _ => {}
        }
        before = letter;
    }
    Inside::Brackets(depth)
}
