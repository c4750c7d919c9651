//! Where the cgroups of this machine are, read from what the kernel says.

use std::path::{Path, PathBuf};

use super::lacking::Lacking;

/// What an environment needs to be throttled and frozen.
const CONTROLLERS: [&str; 3] = ["cpu", "memory", "freezer"];

/// The hierarchies, as this process sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Version 1: one for each controller. The groups that this process is in.
    Each {
        cpu: PathBuf,
        memory: PathBuf,
        freezer: PathBuf,
    },
    /// Version 2: one for all. Where it is mounted, and the group that this process is in.
    One { mount: PathBuf, own: PathBuf },
}

/// A line of `/proc/self/mountinfo` (proc(5)).
struct Mount {
    root: PathBuf,
    point: PathBuf,
    is_version_2: bool,
    options: String,
}

/// Finds the hierarchies in `/proc/self/mountinfo` and `/proc/self/cgroup`. Where a controller
/// has a hierarchy of version 1, it is not in that of version 2.
pub(crate) fn layout(mounts: &str, groups: &str) -> Result<Layout, Lacking> {
    let mounts: Vec<Mount> = mounts.lines().filter_map(mount).collect();
    let each = |name: &str| {
        let is_it =
            |one: &&Mount| !one.is_version_2 && one.options.split(',').any(|option| option == name);
        Some(inside(mounts.iter().find(is_it)?, own(groups, name)?))
    };
    let [cpu, memory, freezer] = CONTROLLERS.map(each);
    if let (Some(cpu), Some(memory), Some(freezer)) = (&cpu, &memory, &freezer) {
        return Ok(Layout::Each {
            cpu: cpu.clone(),
            memory: memory.clone(),
            freezer: freezer.clone(),
        });
    }
    let one = mounts.iter().find(|one| one.is_version_2);
    let own = own(groups, "");
    match (one, own) {
        (Some(one), Some(own)) if cpu.is_none() && memory.is_none() => Ok(Layout::One {
            mount: one.point.clone(),
            own: inside(one, own),
        }),
        _ => {
            let missing = if memory.is_none() { "memory" } else { "cpu" };
            Err(Lacking::no_hierarchy(missing))
        }
    }
}

fn mount(line: &str) -> Option<Mount> {
    let (place, kind) = line.split_once(" - ")?;
    let mut place = place.split(' ').skip(3);
    let (root, point) = (place.next()?, place.next()?);
    let mut kind = kind.split(' ');
    let is_version_2 = match kind.next()? {
        "cgroup2" => true,
        "cgroup" => false,
        _ => return None,
    };
    Some(Mount {
        root: path(root),
        point: path(point),
        is_version_2,
        options: kind.nth(1).unwrap_or_default().to_owned(),
    })
}

/// A path as the kernel writes it: a space is `\040`.
fn path(text: &str) -> PathBuf {
    let (space, tab, backslash) = (r"\040", r"\011", r"\134");
    let text = text.replace(space, " ").replace(tab, "\t");
    PathBuf::from(text.replace(backslash, r"\"))
}

/// The group of this process for a controller; that of version 2 has no name.
fn own<'g>(groups: &'g str, name: &str) -> Option<&'g Path> {
    groups.lines().find_map(|line| {
        let (number, rest) = line.split_once(':')?;
        let (names, path) = rest.split_once(':')?;
        let is_it = if name.is_empty() {
            number == "0" && names.is_empty()
        } else {
            names.split(',').any(|one| one == name)
        };
        is_it.then_some(Path::new(path))
    })
}

/// A group as a folder: a container sees its part of a hierarchy alone.
fn inside(mount: &Mount, group: &Path) -> PathBuf {
    let seen = group.strip_prefix(&mount.root);
    let seen = seen.or_else(|_| group.strip_prefix("/")).unwrap_or(group);
    let folder = mount.point.join(seen);
    // What a container is told of the groups outside is not there.
    if mount.root != Path::new("/") && !group.starts_with(&mount.root) {
        return mount.point.clone();
    }
    folder
}

/// The number after a name in a file of names and numbers, as `cpu.stat` and `memory.events`.
pub(crate) fn number(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(' ')?;
        (key == name).then(|| value.trim().parse().ok())?
    })
}

/// How often a quota held up what it is for, from `cpu.stat`: periods in which something ran,
/// and those of them in which it had to wait for the next.
pub(crate) fn periods(cpu_stat: &str) -> (u64, u64) {
    let of = |name: &str| number(cpu_stat, name).unwrap_or(0);
    (of("nr_periods"), of("nr_throttled"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION_1: &str = "\
25 20 0:22 / /sys/fs/cgroup ro,nosuid shared:7 - tmpfs tmpfs ro,mode=755
30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:12 - cgroup cgroup rw,cpu,cpuacct
31 25 0:28 / /sys/fs/cgroup/memory rw shared:13 - cgroup cgroup rw,memory
32 25 0:29 / /sys/fs/cgroup/freezer rw shared:14 - cgroup cgroup rw,freezer
33 25 0:30 / /sys/fs/cgroup/unified rw shared:15 - cgroup2 cgroup2 rw
";
    const GROUPS_1: &str = "\
9:name=systemd:/user.slice/session-2.scope
6:freezer:/
4:memory:/user.slice/session 2
1:cpu,cpuacct:/user.slice
0::/user.slice/session-2.scope
";

    #[test]
    fn version_1_has_a_group_for_each_controller() {
        let found = layout(VERSION_1, GROUPS_1).unwrap();
        assert_eq!(
            found,
            Layout::Each {
                cpu: "/sys/fs/cgroup/cpu,cpuacct/user.slice".into(),
                memory: "/sys/fs/cgroup/memory/user.slice/session 2".into(),
                freezer: "/sys/fs/cgroup/freezer/".into(),
            }
        );
    }

    #[test]
    fn version_2_has_one_group() {
        let mounts =
            "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
        let groups = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n";
        let found = layout(mounts, groups).unwrap();
        let Layout::One { mount, own } = found else {
            panic!("{found:?}")
        };
        assert_eq!(mount, Path::new("/sys/fs/cgroup"));
        assert!(own.ends_with("user@1000.service/app.slice/run-1.scope"));
        assert!(own.starts_with(&mount));
    }

    #[test]
    fn a_container_sees_its_own_part() {
        let mounts = "\
1 2 0:1 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct
1 3 0:2 /docker/ab /sys/fs/cgroup/my\\040memory ro - cgroup cgroup rw,memory
1 4 0:3 /docker/ab /sys/fs/cgroup/freezer ro - cgroup cgroup rw,freezer
";
        let groups = "3:cpu,cpuacct:/docker/ab\n2:memory:/docker/ab/x\n1:freezer:/elsewhere\n";
        let found = layout(mounts, groups).unwrap();
        assert_eq!(
            found,
            Layout::Each {
                cpu: "/sys/fs/cgroup/cpu/".into(),
                memory: "/sys/fs/cgroup/my memory/x".into(),
                freezer: "/sys/fs/cgroup/freezer".into(),
            }
        );
    }

    #[test]
    fn what_is_not_mounted_is_named() {
        let lacking = layout("", GROUPS_1).unwrap_err();
        assert!(lacking.why.contains("`memory`"), "{lacking:?}");
        // One controller of version 1 alone: the other cannot be in version 2 with it.
        let half: String = VERSION_1
            .lines()
            .filter(|line| !line.contains("/cpu,"))
            .flat_map(|line| [line, "\n"])
            .collect();
        let lacking = layout(&half, GROUPS_1).unwrap_err();
        assert!(lacking.why.contains("`cpu`"), "{lacking:?}");
        assert!(layout("1 2\n\n - cgroup2\n - - -\n", "0:\n::\n").is_err());
    }

    #[test]
    fn periods_are_read_from_both_versions() {
        let version_1 = "nr_periods 12\nnr_throttled 9\nthrottled_time 170123456\n";
        let version_2 = "usage_usec 5\nnr_periods 12\nnr_throttled 9\nthrottled_usec 170123\n";
        assert_eq!(periods(version_1), (12, 9));
        assert_eq!(periods(version_2), (12, 9));
        assert_eq!(periods("usage_usec 5\n"), (0, 0));
        assert_eq!(
            number("oom_kill_disable 0\nunder_oom 0\noom_kill 2", "oom_kill"),
            Some(2)
        );
        assert_eq!(number("oom_kill x\n", "oom_kill"), None);
    }
}
