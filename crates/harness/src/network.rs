//! A network without anything but itself.

use std::fs;
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::MetadataExt as _;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recv, sendto, socket,
};

use crate::trouble::Trouble;

/// Leaves the network: this thread, and every thread and process that it starts, is in a
/// network of its own from then on, which has a loopback and nothing else. To be called
/// before other threads are started. Without root, it takes a namespace of users as well, in
/// which the user and the group are the same.
///
/// # Errors
/// This machine does not allow it.
pub fn leave_network() -> Result<(), Trouble> {
    let left = match unshare(CloneFlags::CLONE_NEWNET) {
        Err(Errno::EPERM) => leave_as_user(),
        other => other.map_err(io::Error::from),
    };
    left.and_then(|()| raise_loopback()).map_err(|error| {
        let what = format!("cannot give it a network of its own: {error}");
        let help = "start it as root: sudo landfall measure ... --no-network";
        Trouble::new(what, help)
    })
}

fn leave_as_user() -> io::Result<()> {
    let own = fs::metadata("/proc/self")?;
    let (user, group) = (own.uid(), own.gid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET)?;
    // A group may only be mapped where it cannot be left.
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// Sets the flag `IFF_UP` of the first interface, the loopback (rtnetlink(7)); its addresses
/// come with it.
fn raise_loopback() -> io::Result<()> {
    let route = socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkRoute,
    )?;
    let to = NetlinkAddr::new(0, 0);
    sendto(route.as_raw_fd(), &set_up(), &to, MsgFlags::empty())?;
    let mut answer = [0_u8; 256];
    let length = recv(route.as_raw_fd(), &mut answer, MsgFlags::empty())?;
    let answer = answer.get(..length).unwrap_or_default();
    match error_of(answer) {
        Some(0) => Ok(()),
        Some(error) => Err(io::Error::from_raw_os_error(-error)),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// The message: a header of 16 bytes (length, type, flags, number, sender), and of the interface
/// family, type, index, flags, and which of the flags change.
fn set_up() -> Vec<u8> {
    const RTM_NEWLINK: u16 = 16;
    const REQUEST_AND_ACK: u16 = 1 | 4;
    const LOOPBACK: i32 = 1;
    const UP: u32 = 1;
    let mut message = Vec::with_capacity(32);
    message.extend_from_slice(&32_u32.to_ne_bytes());
    message.extend_from_slice(&RTM_NEWLINK.to_ne_bytes());
    message.extend_from_slice(&REQUEST_AND_ACK.to_ne_bytes());
    message.extend_from_slice(&1_u32.to_ne_bytes());
    message.extend_from_slice(&0_u32.to_ne_bytes());
    message.extend_from_slice(&[0; 4]);
    message.extend_from_slice(&LOOPBACK.to_ne_bytes());
    message.extend_from_slice(&UP.to_ne_bytes());
    message.extend_from_slice(&UP.to_ne_bytes());
    message
}

/// The number of an answer that says how it went (`NLMSG_ERROR`): zero, or an error below zero.
fn error_of(answer: &[u8]) -> Option<i32> {
    const NLMSG_ERROR: u16 = 2;
    let kind = answer.get(4..6)?.try_into().ok()?;
    let number = answer.get(16..20)?.try_into().ok()?;
    (u16::from_ne_bytes(kind) == NLMSG_ERROR).then(|| i32::from_ne_bytes(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_has_the_length_that_it_says() {
        let message = set_up();
        assert_eq!(message.len(), 32);
        assert_eq!(message[..4], 32_u32.to_ne_bytes());
    }

    #[test]
    fn an_answer_says_how_it_went() {
        let answer = |kind: u16, number: i32| {
            let mut answer = vec![0; 36];
            answer[4..6].copy_from_slice(&kind.to_ne_bytes());
            answer[16..20].copy_from_slice(&number.to_ne_bytes());
            answer
        };
        assert_eq!(error_of(&answer(2, 0)), Some(0));
        assert_eq!(error_of(&answer(2, -1)), Some(-1));
        assert_eq!(error_of(&answer(3, 0)), None);
        assert_eq!(error_of(&[0; 7]), None);
    }
}
