//! Lines of at most 80 columns.

/// The width that every text keeps to.
pub(crate) const WIDTH: usize = 80;

/// A text in so many columns: what is longer ends in `...` after a whole word.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let fits: String = text.chars().take(width.saturating_sub(3)).collect();
    let end = fits.rfind(' ').unwrap_or(fits.len());
    let whole = fits.get(..end).unwrap_or(&fits);
    format!("{}...", whole.trim_end_matches([',', ';', ':', ' ', '(']))
}

/// Appends a paragraph whose first line begins with `first` and whose others
/// begin with `rest`.
pub(crate) fn paragraph(out: &mut String, first: &str, rest: &str, text: &str) {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for line in textwrap::wrap(text, options) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
