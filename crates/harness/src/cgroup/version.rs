//! The two interfaces that the kernel has for cgroups.

/// The interface of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// A folder for each controller.
    One,
    /// A folder for all.
    Two,
}
