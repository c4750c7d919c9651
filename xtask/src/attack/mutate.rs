//! Makes bad inputs of good ones.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// Texts that have broken readers and writers before.
const HOSTILE: [&str; 40] = [
    "0",
    "-1",
    "1e308",
    "1e-308",
    "9223372036854775807",
    "99999999999999999999999999999",
    "nan",
    "inf",
    "0x7fffffff",
    "1e25",
    "2147483648",
    "0.1",
    "true",
    "\"\"",
    "\"us-east-1\"",
    "\"100000/s\"",
    "\"1000000/s\"",
    "\"100000M/month\"",
    "\"0s\"",
    "\"15min\"",
    "\"100000h\"",
    "\"10TB\"",
    "\"1B\"",
    "{ low = \"1\", likely = \"2\", high = \"3\" }",
    "{ at_most = \"30s\" }",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "\"",
    "'''",
    "\u{0}",
    "\u{1b}[2J",
    "\r\n::error::x",
    "\u{feff}",
    "\u{202e}",
    "</script>",
    ",",
    "*/",
];

/// A text that nests very deeply.
const DEPTH: usize = 20_000;
/// The most changes to one input.
const MOST_CHANGES: usize = 4;
/// The largest input made.
const MOST_BYTES: usize = 2 << 20;

/// Changes bytes in one to a few places; `other` is something of the same format to splice.
pub(super) fn mutate(bytes: &[u8], other: &[u8], random: &mut Pcg64Mcg) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..=MOST_CHANGES) {
        change(&mut bytes, other, random);
        bytes.truncate(MOST_BYTES);
    }
    bytes
}

fn range(bytes: &[u8], random: &mut Pcg64Mcg) -> std::ops::Range<usize> {
    let start = random.random_range(0..=bytes.len());
    let most = (bytes.len() - start).min(200);
    start..start + random.random_range(0..=most)
}

fn hostile(random: &mut Pcg64Mcg) -> &'static [u8] {
    let place = random.random_range(0..HOSTILE.len());
    HOSTILE.get(place).map_or(&[], |text| text.as_bytes())
}

fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut Pcg64Mcg) {
    match random.random_range(0..14_u32) {
        0 => {
            let place = random.random_range(0..bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << random.random_range(0..8_u32);
            }
        }
        1 => {
            let range = range(bytes, random);
            bytes.drain(range);
        }
        2 => {
            let range = range(bytes, random);
            let copy = bytes.get(range).unwrap_or_default().to_vec();
            let place = random.random_range(0..=bytes.len());
            bytes.splice(place..place, copy);
        }
        3 => {
            let place = random.random_range(0..=bytes.len());
            bytes.splice(place..place, hostile(random).iter().copied());
        }
        4 => bytes.truncate(random.random_range(0..=bytes.len())),
        5 => {
            let place = random.random_range(0..=bytes.len());
            let from = random.random_range(0..=other.len());
            let rest = other.get(from..).unwrap_or_default();
            bytes.truncate(place);
            bytes.extend_from_slice(rest);
        }
        6 => {
            let openers = b"[{(\"'-";
            let byte = openers.get(random.random_range(0..openers.len())).copied();
            let place = random.random_range(0..=bytes.len());
            let deep = vec![byte.unwrap_or(b'['); random.random_range(1..DEPTH)];
            bytes.splice(place..place, deep);
        }
        7 => {
            let place = random.random_range(0..=bytes.len());
            let byte: u8 = random.random_range(0..=255);
            let long = vec![byte; random.random_range(1..300_000)];
            bytes.splice(place..place, long);
        }
        8 => lines(bytes, random),
        // Most often a value, which most readers come to.
        _ => value(bytes, random),
    }
}

/// Takes away, doubles or moves a line.
fn lines(bytes: &mut Vec<u8>, random: &mut Pcg64Mcg) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let (from, to) = (
        random.random_range(0..lines.len()),
        random.random_range(0..lines.len()),
    );
    match random.random_range(0..3_u32) {
        0 => {
            lines.remove(from);
        }
        1 => lines.swap(from, to),
        _ => {
            let copy = lines.get(from).cloned().unwrap_or_default();
            lines.insert(to, copy);
        }
    }
    *bytes = lines.join(&b'\n');
}

/// Puts a hostile text, or a number of another size, in the place of a value.
fn value(bytes: &mut Vec<u8>, random: &mut Pcg64Mcg) {
    let starts: Vec<usize> = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| {
            matches!(pair, [b'=' | b':' | b',' | b' ' | b'"', second] if second.is_ascii_graphic())
        })
        .map(|(place, _)| place + 1)
        .collect();
    let Some(start) = starts
        .get(random.random_range(0..starts.len().max(1)))
        .copied()
    else {
        return;
    };
    let ends = |byte: &u8| matches!(byte, b',' | b'\n' | b'"' | b'}' | b']' | b' ' | b'#');
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest
        .iter()
        .skip(1)
        .position(ends)
        .map_or(rest.len(), |at| at + 1);
    let old = rest.get(..length).unwrap_or_default().to_vec();
    let new = match random.random_range(0..3_u32) {
        0 => hostile(random).to_vec(),
        1 => {
            // Digits, in the place of digits: the unit stays.
            let digit = |byte: &u8| byte.is_ascii_digit();
            let kept: Vec<u8> = old.iter().filter(|byte| !digit(byte)).copied().collect();
            let power = random.random_range(0..14_u32);
            let number = 10_u64.pow(power) * random.random_range(1..10_u64);
            [number.to_string().as_bytes(), &kept].concat()
        }
        _ => {
            let other = starts.get(random.random_range(0..starts.len())).copied();
            let rest = bytes.get(other.unwrap_or(0)..).unwrap_or_default();
            let length = rest.iter().skip(1).position(ends).map_or(0, |at| at + 1);
            rest.get(..length).unwrap_or_default().to_vec()
        }
    };
    bytes.splice(start..start + length, new);
}
