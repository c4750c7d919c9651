//! Services of a Compose file that extend others of it.

use landfall_source::yaml::{Node, Value};

/// So many services extend one another at most; what is beyond is not read.
const MOST: usize = 16;

/// Services with what they extend merged into them. Where that is in another file, or nowhere,
/// the key stays.
pub(super) fn extended(services: &[(String, Node)]) -> Vec<(String, Node)> {
    let one = |(name, service): &(String, Node)| (name.clone(), whole(services, service, MOST));
    services.iter().map(one).collect()
}

fn whole(services: &[(String, Node)], service: &Node, left: usize) -> Node {
    let base = base(service).filter(|_| left > 0);
    let base = base.and_then(|base| services.iter().find(|(name, _)| name == base));
    let Some((_, base)) = base else {
        return service.clone();
    };
    merged(whole(services, base, left - 1), &without(service))
}

/// The name of the service of the same file that one extends.
fn base(service: &Node) -> Option<&str> {
    let extends = service.get("extends")?;
    match extends.get("file") {
        None => extends.text().or_else(|| extends.get("service")?.text()),
        Some(_) => None,
    }
}

fn without(service: &Node) -> Node {
    let entries = service.entries().iter();
    let others = entries.filter(|(key, _)| key != "extends");
    Node {
        line: service.line,
        value: Value::Map(others.cloned().collect()),
    }
}

/// A value over another, as Compose merges them: mappings by key, lists one after the other, and
/// of anything else the one above.
fn merged(below: Node, above: &Node) -> Node {
    let value = match (below.value, &above.value) {
        (Value::Map(mut entries), Value::Map(others)) => {
            for (key, other) in others {
                let place = entries.iter().position(|(name, _)| name == key);
                match place.map(|place| entries.remove(place)) {
                    Some((key, one)) => entries.push((key, merged(one, other))),
                    None => entries.push((key.clone(), other.clone())),
                }
            }
            Value::Map(entries)
        }
        (Value::List(mut items), Value::List(others)) => {
            items.extend(others.iter().cloned());
            Value::List(items)
        }
        (_, value) => value.clone(),
    };
    Node {
        line: above.line,
        value,
    }
}
