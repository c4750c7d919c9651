//! The files that blueprints are written with, and names made from ids.

use include_dir::{Dir, DirEntry, include_dir};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");

/// Folders of files that are filled in.
pub(crate) const TEMPLATES: [&str; 6] = [
    "blocks",
    "files",
    "kubernetes",
    "terraform",
    "terraform-both",
    "terraform-stack",
];

/// The files of a folder of the blueprint's data, as paths under it and texts, in
/// order of path.
pub(crate) fn files(folder: &str) -> Vec<(String, &'static str)> {
    fn collect(dir: &'static Dir<'static>, from: usize, found: &mut Vec<(String, &'static str)>) {
        for entry in dir.entries() {
            match entry {
                DirEntry::Dir(inner) => collect(inner, from, found),
                DirEntry::File(file) => {
                    let path = file.path().to_string_lossy();
                    let path = path.get(from..).unwrap_or_default();
                    found.push((path.to_owned(), file.contents_utf8().unwrap_or_default()));
                }
            }
        }
    }
    let mut found = Vec::new();
    if let Some(dir) = FILES.get_dir(folder) {
        collect(dir, folder.len() + 1, &mut found);
    }
    found.sort();
    found
}

/// One file of the blueprint's data.
pub(crate) fn file(path: &str) -> Option<&'static str> {
    FILES.get_file(path)?.contents_utf8()
}

/// `photo-thumbnails` as `PhotoThumbnails`.
pub(crate) fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let mut out = String::new();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
