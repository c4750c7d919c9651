//! Where groups of version 2 can be made.
//!
//! A group with processes of its own cannot give controllers to groups in it, except that of
//! the whole machine.

use std::fs;
use std::path::{Path, PathBuf};

use super::group::{Refused, processes, remove, write};
use super::lacking::Lacking;
use super::version::Version;

/// What is given to the groups inside.
const GIVEN: &str = "+cpu +memory";
const TAKEN: &str = "-cpu -memory";

/// Where groups are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) folder: PathBuf,
    /// The group that our own processes have moved to, to make place.
    pub(crate) home: Option<PathBuf>,
}

/// Finds where groups with a quota and a limit can be made: in the group that this process is
/// in, where it holds nothing but `ours` (they move to a group `name` inside), or in the next
/// group around it that gives these controllers already and may be written.
pub(crate) fn base(mount: &Path, own: &Path, name: &str, ours: &[i32]) -> Result<Base, Lacking> {
    let mut refused: Option<Refused> = None;
    let is_ours = processes(own).iter().all(|pid| ours.contains(pid));
    if is_ours && !is_whole_machine(own) && has(own, "cgroup.controllers") {
        let home = own.join(format!("{name}-home"));
        match move_in(own, &home) {
            Ok(()) => {
                return Ok(Base {
                    folder: own.to_owned(),
                    home: Some(home),
                });
            }
            Err(error) => {
                leave(&home);
                refused = Some(error);
            }
        }
    }
    for folder in own.ancestors().take_while(|one| one.starts_with(mount)) {
        let may_give = is_whole_machine(folder) && has(folder, "cgroup.controllers");
        let gives = has(folder, "cgroup.subtree_control")
            || (may_give && write(folder, "cgroup.subtree_control", GIVEN).is_ok());
        if !gives {
            continue;
        }
        let trial = folder.join(name);
        match fs::create_dir(&trial) {
            Ok(()) => {
                remove(&trial);
                return Ok(Base {
                    folder: folder.to_owned(),
                    home: None,
                });
            }
            Err(error) => refused = Some((folder.to_owned(), error)),
        }
    }
    Err(match refused {
        Some((path, error)) => Lacking::refused(&path, &error, Version::Two),
        None => Lacking::not_delegated(own),
    })
}

/// Moves all processes of a group to one inside it, so that it can give controllers.
fn move_in(own: &Path, home: &Path) -> Result<(), Refused> {
    fs::create_dir(home).map_err(|error| (home.to_owned(), error))?;
    for pid in processes(own) {
        write(home, "cgroup.procs", &pid.to_string())?;
    }
    write(own, "cgroup.subtree_control", GIVEN)
}

/// Moves what is in a group back to the one around it, and removes it; whether it is gone.
pub(crate) fn leave(home: &Path) -> bool {
    let Some(around) = home.parent().filter(|_| home.exists()) else {
        return true;
    };
    // As it was found: then the group around may have processes again.
    let _ = write(around, "cgroup.subtree_control", TAKEN);
    for pid in processes(home) {
        let _ = write(around, "cgroup.procs", &pid.to_string());
    }
    remove(home)
}

/// The group of the whole machine has no type.
fn is_whole_machine(folder: &Path) -> bool {
    !folder.join("cgroup.type").exists()
}

/// Whether a file names both controllers.
fn has(folder: &Path, file: &str) -> bool {
    let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
    let has = |name: &str| text.split_whitespace().any(|one| one == name);
    has("cpu") && has("memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folders with the files that the kernel would have, of a machine whose groups are given
    /// controllers down to `app`.
    fn tree(test: &str) -> PathBuf {
        let name = format!("landfall-{test}-{}", std::process::id());
        let mount = Path::new("/tmp").join(name);
        let _ = fs::remove_dir_all(&mount);
        for (folder, given, processes) in [
            ("", "cpu io memory", "1\n"),
            ("user", "memory", ""),
            ("user/app", "cpu memory", ""),
            ("user/app/shell", "", "7\n8\n"),
            ("user/app/alone", "", ""),
        ] {
            let at = mount.join(folder);
            fs::create_dir_all(&at).unwrap();
            fs::write(at.join("cgroup.controllers"), "cpu io memory pids").unwrap();
            fs::write(at.join("cgroup.subtree_control"), given).unwrap();
            fs::write(at.join("cgroup.procs"), processes).unwrap();
            if !folder.is_empty() {
                fs::write(at.join("cgroup.type"), "domain\n").unwrap();
            }
        }
        mount
    }

    #[test]
    fn groups_are_made_in_the_nearest_group_that_gives_controllers() {
        let mount = tree("nearest");
        let find = |own: &str, ours: &[i32]| base(&mount, &mount.join(own), "landfall-1", ours);
        // A shell is in the group besides us.
        let found = find("user/app/shell", &[7]).unwrap();
        let app = mount.join("user/app");
        assert_eq!((found.folder, found.home), (app, None));
        // That of the whole machine gives controllers, and has processes.
        let found = find("user", &[]);
        assert_eq!(found.unwrap().folder, mount.join("user"));
        let found = find("", &[]).unwrap();
        assert_eq!((found.folder, found.home), (mount.clone(), None));
        fs::remove_dir_all(&mount).unwrap();
    }

    #[test]
    fn a_group_of_our_own_gives_them_itself() {
        let mount = tree("own");
        let own = mount.join("user/app/alone");
        let found = base(&mount, &own, "landfall-1", &[7]).unwrap();
        let home = own.join("landfall-1-home");
        assert_eq!((&found.folder, found.home.as_ref()), (&own, Some(&home)));
        let given = fs::read_to_string(own.join("cgroup.subtree_control")).unwrap();
        assert_eq!(given, GIVEN);
        assert!(leave(&home) && !home.exists());
        let given = fs::read_to_string(own.join("cgroup.subtree_control")).unwrap();
        assert_eq!(given, TAKEN);
        assert!(leave(&home));
        fs::remove_dir_all(&mount).unwrap();
    }

    #[test]
    fn nothing_is_given_where_nothing_is_delegated() {
        let mount = tree("none");
        for folder in ["", "user", "user/app"] {
            fs::write(mount.join(folder).join("cgroup.subtree_control"), "pids").unwrap();
            fs::write(mount.join(folder).join("cgroup.type"), "domain\n").unwrap();
        }
        let found = base(&mount, &mount.join("user/app/shell"), "landfall-1", &[7]);
        let lacking = found.unwrap_err();
        assert!(lacking.why.contains("not delegated"), "{lacking:?}");
        assert!(lacking.remedy.contains("Delegate=yes"));
        fs::remove_dir_all(&mount).unwrap();
    }
}
