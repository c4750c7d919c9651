//! Names of regions.

/// The longest name taken; AWS's have at most 14 letters.
const LONGEST: usize = 32;

/// Whether a text has the form of a region's name: small letters and digits in three or
/// more parts, the last a number (`us-east-1`, `us-gov-west-1`). Such a name can be part
/// of a path and of a command.
pub fn is_region_name(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else {
        return false;
    };
    let is_word = |word: &&str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    text.len() <= LONGEST && words.len() >= 2 && words.iter().all(is_word) && is_number
}
