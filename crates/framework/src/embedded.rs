//! The packs that ship.

use include_dir::{Dir, DirEntry, include_dir};
use landfall_catalog::Catalog;
use landfall_source::{Diagnostic, Result, Source, nearest};

use crate::baseline::Strategy;
use crate::pack::Pack;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/packs");

/// The pack that decides unless another is named.
pub const DEFAULT_PACK: &str = "current";

/// The names of the packs that ship.
pub const PACKS: [&str; 2] = [DEFAULT_PACK, "startup-guide-2021"];

impl Pack {
    /// Reads a pack from its files; names are paths inside the folder. Its base is a pack
    /// that ships.
    ///
    /// # Errors
    /// The first problem with its place: a file that is missing or not known, a
    /// key, fact, unit or operator that is wrong, a source that nobody wrote down.
    pub fn parse(files: &[Source], catalog: &Catalog) -> Result<Self> {
        Self::read(files, catalog, |base| embedded_pack(base, catalog))
    }
}

/// Reads a pack that ships.
///
/// # Errors
/// When there is no such pack. A fault in a pack that ships is reported the same
/// way, which a test rules out.
pub fn embedded_pack(name: &str, catalog: &Catalog) -> Result<Pack> {
    let Some(dir) = FILES.get_dir(name) else {
        let problem = Diagnostic::new(format!("there is no framework `{name}`"));
        let help = nearest(name, PACKS).map_or_else(
            || format!("use {}, or the path of a folder", PACKS.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Box::new(problem.help(help)));
    };
    let mut files = Vec::new();
    collect(dir, &mut files);
    files.sort_by(|a, b| a.name().cmp(b.name()));
    Pack::parse(&files, catalog)
}

/// Reads the simple strategies that ship, to hold decisions against.
///
/// # Errors
/// A fault in the file, which a test rules out.
pub fn strategies(catalog: &Catalog) -> Result<Vec<Strategy>> {
    const NAME: &str = "baselines.toml";
    let text = FILES.get_file(NAME).and_then(|file| file.contents_utf8());
    Strategy::parse(&Source::new(NAME, text.unwrap_or("")), catalog)
}

fn collect(dir: &Dir<'_>, files: &mut Vec<Source>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy();
                files.push(Source::new(&path, file.contents_utf8().unwrap_or("")));
            }
        }
    }
}
