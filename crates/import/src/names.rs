//! Names: of resources, as ids of workloads, and as they meet across inputs.

use landfall_source::yaml::Node;

/// The longest id of a workload.
const LONGEST_ID: usize = 40;

/// A logical ID as people would say it: the path that the CDK keeps beside it, without the
/// parts that say nothing; else the ID without the CDK's hash.
pub(crate) fn readable(id: &str, node: &Node) -> String {
    let path = node.at("Metadata/aws:cdk:path").and_then(Node::text);
    let Some(path) = path else {
        return id.to_owned();
    };
    let parts: Vec<&str> = path
        .split('/')
        .skip(1)
        .filter(|part| !matches!(*part, "Resource" | "Default"))
        .collect();
    if parts.is_empty() {
        without_hash(id).to_owned()
    } else {
        parts.join("-")
    }
}

/// A logical ID without the eight digits that the CDK adds.
fn without_hash(id: &str) -> &str {
    let is_hash = |tail: &str| tail.bytes().all(|c| matches!(c, b'0'..=b'9' | b'A'..=b'F'));
    let split = id.len().checked_sub(8);
    let (head, tail) = split
        .and_then(|at| id.split_at_checked(at))
        .unwrap_or((id, "-"));
    if is_hash(tail) && !head.is_empty() {
        head
    } else {
        id
    }
}

/// A physical name without the letters that `CloudFormation` ends it with.
fn without_random(name: &str) -> &str {
    let is_random = |tail: &str| {
        tail.len() >= 11
            && tail.bytes().any(|c| c.is_ascii_digit())
            && tail.bytes().any(|c| c.is_ascii_alphabetic())
            && tail.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    match name.rsplit_once('-') {
        Some((head, tail)) if is_random(tail) && !head.is_empty() => head,
        _ => name,
    }
}

/// A name as an id of a workload file: small letters, digits, single hyphens.
pub(crate) fn id_of(name: &str) -> String {
    let name = without_random(name);
    let mut out = String::new();
    let mut before = ' ';
    let letters: Vec<char> = name.chars().collect();
    for (place, letter) in letters.iter().copied().enumerate() {
        let after = letters.get(place + 1);
        let is_next_small = after.is_some_and(char::is_ascii_lowercase);
        let begins_word = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_alphanumeric() && is_next_small));
        if letter.is_ascii_alphanumeric() {
            if begins_word && !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
            out.push(letter.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        before = letter;
    }
    let mut id: String = out.chars().take(LONGEST_ID).collect();
    id.truncate(id.trim_end_matches('-').len());
    if id.is_empty() {
        "workload".to_owned()
    } else {
        id
    }
}

/// Ids for names, each once: also where they would be the same without hyphens.
pub(crate) fn ids(names: &[String]) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let mut ids = Vec::new();
    for name in names {
        let first = id_of(name);
        let mut id = first.clone();
        let mut number = 2;
        while !taken.insert(id.replace('-', "")) {
            let tail = format!("-{number}");
            let head: String = first.chars().take(LONGEST_ID - tail.len()).collect();
            id = format!("{}{tail}", head.trim_end_matches('-'));
            number += 1;
        }
        ids.push(id);
    }
    ids
}

/// Whether two names are of the same thing: the same letters and digits, whatever their
/// case, or a physical name that `CloudFormation` made of a logical ID
/// (`stack-Thumbnails-1A2B3C4D5E6F`).
pub(crate) fn meet(one: &str, other: &str) -> bool {
    plain(one) == plain(other) || is_made_of(one, other) || is_made_of(other, one)
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_made_of(physical: &str, logical: &str) -> bool {
    let Some((head, random)) = physical.rsplit_once('-') else {
        return false;
    };
    let is_random = random.len() >= 8 && random.bytes().all(|c| c.is_ascii_alphanumeric());
    let middle = head.rsplit_once('-').map(|(_, middle)| middle);
    // A name of more than 64 characters is cut in the middle; 24 of the ID are kept.
    is_random && middle.is_some_and(|m| m == logical || (m.len() >= 24 && logical.starts_with(m)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        for (name, id) in [
            ("ThumbnailFunction", "thumbnail-function"),
            ("HTTPHandler2", "http-handler2"),
            ("service1Service", "service1-service"),
            ("my_service.v2", "my-service-v2"),
            ("  --", "workload"),
            ("photo-Thumbs-1A2B3C4D5E6F", "photo-thumbs"),
            ("Größe", "gr-e"),
        ] {
            assert_eq!(id_of(name), id);
        }
        let names = ["a-b", "ab", "A b"].map(str::to_owned);
        assert_eq!(ids(&names), ["a-b", "ab-2", "a-b-3"]);
        let long = id_of(&"Word".repeat(30));
        assert!(long.len() <= LONGEST_ID && !long.ends_with('-'), "{long}");
    }

    #[test]
    fn names_meet_across_inputs() {
        assert!(meet("Thumbnails", "photo-Thumbnails-1A2B3C4D5E6F"));
        assert!(meet("image_resize", "image-resize"));
        assert!(!meet("Thumbnails", "photo-ThumbnailsOld-1A2B3C4D5E6F"));
        assert!(!meet("api", "api-worker"));
    }
}
