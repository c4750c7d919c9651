//! Why functions cannot be throttled here, and what would change it.

use std::io;
use std::path::Path;

use super::version::Version;

/// A right that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// What is missing, in words.
    pub why: String,
    /// The command that would give it, or what else would.
    pub remedy: String,
}

impl Lacking {
    /// No hierarchy has a controller.
    pub(crate) fn no_hierarchy(controller: &str) -> Self {
        Self {
            why: format!("no cgroup hierarchy of this machine has the controller `{controller}`"),
            remedy: "as root: mount -t cgroup2 none /sys/fs/cgroup".to_owned(),
        }
    }

    /// Groups with controllers cannot be made in the group that this process is in.
    pub(crate) fn not_delegated(own: &Path) -> Self {
        let own = own.display();
        Self {
            why: format!("the controllers `cpu` and `memory` are not delegated to {own}"),
            remedy: as_user(),
        }
    }

    /// The kernel refused something at a path.
    pub(crate) fn refused(path: &Path, error: &io::Error, version: Version) -> Self {
        let path = path.display();
        let (why, remedy) = match (error.kind(), version) {
            (io::ErrorKind::ReadOnlyFilesystem, _) => (
                format!("{path} can only be read, as in a container"),
                "docker run --privileged ...".to_owned(),
            ),
            (io::ErrorKind::PermissionDenied, Version::One) => (
                format!("this user may not write {path}"),
                "sudo landfall measure function ...".to_owned(),
            ),
            (io::ErrorKind::PermissionDenied, Version::Two) => {
                (format!("this user may not write {path}"), as_user())
            }
            _ => (
                format!("{path} cannot be written: {error}"),
                "sudo landfall measure function ...".to_owned(),
            ),
        };
        Self { why, remedy }
    }
}

/// systemd gives a group of one's own without root.
fn as_user() -> String {
    "systemd-run --user --scope --property=Delegate=yes landfall measure function ...".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_a_command() {
        let path = Path::new("/sys/fs/cgroup/x");
        let refused = |kind: io::ErrorKind, version| Lacking::refused(path, &kind.into(), version);
        let denied = refused(io::ErrorKind::PermissionDenied, Version::One);
        assert_eq!(denied.why, "this user may not write /sys/fs/cgroup/x");
        assert!(denied.remedy.starts_with("sudo landfall"));
        let denied = refused(io::ErrorKind::PermissionDenied, Version::Two);
        assert!(denied.remedy.contains("--property=Delegate=yes"));
        let container = refused(io::ErrorKind::ReadOnlyFilesystem, Version::Two);
        assert!(container.why.contains("container"));
        let other = refused(io::ErrorKind::InvalidInput, Version::Two);
        assert!(other.why.contains("cannot be written"), "{other:?}");
        for one in [
            Lacking::no_hierarchy("cpu"),
            Lacking::not_delegated(path),
            other,
        ] {
            assert!(!one.why.is_empty() && !one.remedy.is_empty());
        }
    }
}
