//! The workload files that come along.

use include_dir::{Dir, include_dir};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../examples");

/// Name and text of every example, in order of name.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = FILES
        .files()
        .filter(|file| file.path().extension().is_some_and(|end| end == "toml"))
        .filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
        .collect();
    found.sort_unstable();
    found
}

/// The text of a usage file.
pub(crate) fn usage() -> Option<&'static str> {
    FILES.get_file("usage/lambda.toml")?.contents_utf8()
}

/// The text of an example.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    let mut all = all().into_iter();
    all.find_map(|(one, text)| (one == name).then_some(text))
}
