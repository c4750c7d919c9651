//! Lines of at most 80 columns.

/// The width that every text keeps to.
pub(crate) const WIDTH: usize = 80;

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
