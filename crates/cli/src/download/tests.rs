//! Goal: whatever a server does, a download ends, and only the file itself is taken.
//! Method: each way of a hostile server, within limits that are short for a test.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::hostile::{Mode, Server};
use super::{Address, Downloader, Limits};

const SHORT: Limits = Limits {
    connect: Duration::from_secs(5),
    response: Duration::from_millis(300),
    silence: Duration::from_millis(300),
    pace: Duration::from_millis(300),
    pace_bytes: 64 << 10,
    tries: 2,
    index_bytes: 1 << 20,
    file_bytes: 8 << 20,
    unannounced_bytes: 4 << 20,
};

fn file() -> Vec<u8> {
    (0..100_000_u32).map(|at| b'a' + (at % 7) as u8).collect()
}

fn of(server: &Server) -> Downloader {
    let address = Address::new(&format!("http://{}", server.address)).unwrap();
    Downloader::new(address, SHORT)
}

#[test]
fn every_way_of_a_server_ends_and_only_the_file_is_taken() {
    for mode in Mode::ALL {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("offer.json");
        let server = Server::start(move |_| (mode, file())).unwrap();
        let fetched = of(&server).file("/offer.json", &target);
        assert_eq!(
            fetched.is_ok(),
            mode.is_honest() || mode.is_another_file(),
            "{mode:?}: {fetched:?}"
        );
        assert_eq!(target.is_file(), fetched.is_ok(), "{mode:?}");
        if mode.is_honest() {
            assert_eq!(std::fs::read(&target).unwrap(), file(), "{mode:?}");
        }
        if let Err(problem) = fetched {
            assert!(problem.message.contains("offer.json"), "{problem}");
            assert!(problem.help.is_some(), "{problem}");
        }
        let text = of(&server).text("/index.json");
        let may = mode.is_honest() || (mode.is_another_file() && mode != Mode::CompressedUnsaid);
        // An index is proven by reading it, not by a sum.
        let may = may || mode == Mode::OtherSum;
        assert!(may || text.is_err(), "{mode:?}: {text:?}");
        assert!(!mode.is_honest() || text.is_ok(), "{mode:?}: {text:?}");
    }
}

#[test]
fn a_file_that_comes_in_pieces_is_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("offer.json");
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let mode = match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Mode::CutInBody,
            _ => Mode::Honest,
        };
        (mode, file())
    });
    let server = server.unwrap();
    of(&server).file("/offer.json", &target).unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), file());
    assert!(!target.with_extension("part").exists());
}

#[test]
fn a_part_of_another_file_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("offer.json");
    // Longer than the file is now: the server has nothing from there on.
    std::fs::write(target.with_extension("part"), vec![b'x'; 200_000]).unwrap();
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let mode = match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Mode::OtherRange,
            _ => Mode::Honest,
        };
        (mode, file())
    });
    of(&server.unwrap()).file("/offer.json", &target).unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), file());
}
