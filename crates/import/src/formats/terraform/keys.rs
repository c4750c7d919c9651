//! Keys of Terraform as the AWS API has them.

use landfall_source::yaml::{Node, Value as Yaml};

/// The keys of Terraform as ECS has them, and blocks of one as what they hold.
pub(super) fn camel(node: &Node) -> Node {
    let value = match &node.value {
        Yaml::Map(entries) => Yaml::Map(
            entries
                .iter()
                .map(|(key, inner)| (ecs_key(key), camel(inner)))
                .collect(),
        ),
        Yaml::List(items) => Yaml::List(items.iter().map(camel).collect()),
        other => other.clone(),
    };
    let mut node = Node {
        line: node.line,
        value,
    };
    for key in [
        "runtimePlatform",
        "ephemeralStorage",
        "efsVolumeConfiguration",
    ] {
        if let Yaml::Map(entries) = &mut node.value
            && let Some((_, block)) = entries.iter_mut().find(|(name, _)| name == key)
        {
            match block.items().first().cloned() {
                Some(first) => *block = first,
                // A block that is not there is an empty list.
                None if matches!(block.value, Yaml::List(_)) => block.value = Yaml::Null,
                None => {}
            }
        }
    }
    if let Yaml::Map(entries) = &mut node.value {
        entries.retain(|(_, inner)| inner.value != Yaml::Null);
    }
    node
}

fn ecs_key(key: &str) -> String {
    match key {
        "volume" => return "volumes".to_owned(),
        "size_in_gib" => return "sizeInGiB".to_owned(),
        _ => {}
    }
    let mut out = String::new();
    let mut is_start = false;
    for letter in key.chars() {
        match letter {
            '_' => is_start = true,
            letter if is_start => {
                out.push(letter.to_ascii_uppercase());
                is_start = false;
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Puts a value that stands in a text on the line of the text.
pub(super) fn at_line(node: &mut Node, line: usize) {
    node.line = line;
    match &mut node.value {
        Yaml::List(items) => items.iter_mut().for_each(|item| at_line(item, line)),
        Yaml::Map(entries) => entries
            .iter_mut()
            .for_each(|(_, inner)| at_line(inner, line)),
        _ => {}
    }
}
