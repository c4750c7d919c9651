//! A text with its long lines cut, for messages that show a place in it.

use landfall_source::Span;

/// Longest line shown as it is, in bytes.
const LONGEST: usize = 400;
/// Characters shown before the place that is pointed at.
const BEFORE: usize = 40;
/// Characters shown of a line that is cut.
const SHOWN: usize = 120;
const MARK: &str = "…";

/// The text and the place in it; where lines are long, with no more of each than shows the
/// place, which then ends with its line. Lines keep their numbers.
pub(crate) fn excerpt(text: String, span: Span) -> (String, Span) {
    if text.lines().all(|line| line.len() <= LONGEST) {
        return (text, span);
    }
    let mut out = String::new();
    let mut place = span;
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let ends = begins + line.len();
        let holds_place = (begins..ends).contains(&span.start);
        if line.len() <= LONGEST {
            if holds_place {
                place = moved(span, begins, out.len(), line.len());
            }
            out.push_str(line);
        } else {
            let at = if holds_place { span.start - begins } else { 0 };
            let from = back(line, at);
            let shown: String = line
                .get(from..)
                .unwrap_or_default()
                .trim_end_matches('\n')
                .chars()
                .take(SHOWN)
                .collect();
            out.push_str(if from > 0 { MARK } else { "" });
            if holds_place {
                place = moved(span, begins + from, out.len(), shown.len());
            }
            out.push_str(&shown);
            out.push_str(MARK);
            out.push('\n');
        }
        begins = ends;
    }
    if span.start >= begins {
        // The end of the text.
        place = moved(span, begins, out.len(), 0);
    }
    (out, place)
}

/// A place that was `from` and is `to` now, in a piece of so many bytes.
fn moved(span: Span, from: usize, to: usize, length: usize) -> Span {
    let end = to + length;
    Span {
        start: (span.start - from + to).min(end),
        end: (span.end.max(from) - from + to).min(end),
    }
}

/// Where a line begins to be shown: some characters before a place in it, in bytes.
fn back(line: &str, at: usize) -> usize {
    let before = line.get(..at).unwrap_or_default();
    let first = before.char_indices().rev().nth(BEFORE);
    first.map_or(0, |(from, _)| from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, start: usize, end: usize) -> (String, String) {
        let (out, span) = excerpt(text.to_owned(), Span { start, end });
        let pointed_at = out.get(span.start..span.end).unwrap().to_owned();
        assert_eq!(
            text.get(..start).unwrap().matches('\n').count(),
            out.get(..span.start).unwrap().matches('\n').count(),
            "the line keeps its number"
        );
        (out, pointed_at)
    }

    #[test]
    fn short_lines_stay_as_they_are() {
        let text = "a = 1\nb = \"x\"\n";
        let (out, pointed_at) = cut(text, 6, 13);
        assert_eq!((out.as_str(), pointed_at.as_str()), (text, "b = \"x\""));
    }

    #[test]
    fn the_place_is_shown_wherever_it_is_in_a_long_line() {
        for pad in ["x", "é", "日"] {
            let long = format!("a = 1\n{}HERE{}\nb", pad.repeat(70_000), pad.repeat(70_000));
            let start = long.find("HERE").unwrap();
            let (out, pointed_at) = cut(&long, start, start + 4);
            assert_eq!(pointed_at, "HERE");
            assert!(out.lines().all(|line| line.chars().count() < 200), "{pad}");
            assert_eq!(cut(&long, long.len(), long.len()).1, "");
            // A place as long as its line, and beyond it.
            let (_, pointed_at) = cut(&long, 6, long.len());
            assert!(pointed_at.starts_with(pad) && pointed_at.len() < 1_000);
        }
    }
}
