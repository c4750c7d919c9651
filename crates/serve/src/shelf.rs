//! What agents can read: schemas, the framework, the platforms' limits, the examples.

use landfall_answers::{SCHEMAS, Session, schema};
use landfall_catalog::Platform;
use landfall_framework::Screen;
use landfall_report::statements;
use serde_json::{Value, json};

use crate::examples;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) uri: String,
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) media: &'static str,
}

/// Everything there is to read.
pub(crate) fn pages(session: &Session) -> Vec<Page> {
    let page = |uri: String, about: String, media| Page {
        name: uri.rsplit('/').next().unwrap_or_default().to_owned(),
        uri: format!("landfall://{uri}"),
        about,
        media,
    };
    let mut pages = vec![page(
        "framework/statements".to_owned(),
        "The statements of the framework, each with its platform and source.".to_owned(),
        "text/plain",
    )];
    pages.extend(SCHEMAS.iter().map(|name| {
        let about = format!("The JSON Schema of the {name} format.");
        page(format!("schema/{name}"), about, "application/schema+json")
    }));
    pages.extend(session.catalog.platforms.iter().map(|one| {
        let about = format!(
            "{}: its limits, with the days on which they changed.",
            one.name
        );
        page(format!("platforms/{}", one.id), about, "application/json")
    }));
    pages.extend(examples::all().into_iter().map(|(name, _)| {
        let about = "A workload file to start from.".to_owned();
        page(format!("examples/{name}"), about, "application/toml")
    }));
    pages
}

/// The text of one.
pub(crate) fn text(uri: &str, session: &Session) -> Option<String> {
    let (shelf, name) = uri.strip_prefix("landfall://")?.split_once('/')?;
    match shelf {
        "framework" if name == "statements" => {
            let (pack, catalog) = (&session.pack, &session.catalog);
            let screen = Screen::new(pack, catalog, session.as_of);
            Some(statements::table(pack, catalog, &screen, None))
        }
        "schema" => serde_json::to_string_pretty(&schema(name)?).ok(),
        "platforms" => {
            let platform = session.catalog.platform(name)?;
            serde_json::to_string_pretty(&limits(platform, session)).ok()
        }
        "examples" => examples::named(name).map(str::to_owned),
        _ => None,
    }
}

fn limits(platform: &Platform, session: &Session) -> Value {
    let source = |id: &str| {
        let source = session.catalog.sources.get(id);
        source.map(|one| format!("{}: {}, read {}", one.publisher, one.title, one.read))
    };
    let limit = |limit: &landfall_catalog::Limit| {
        let mut values: Vec<&landfall_catalog::Dated> = limit.values.iter().collect();
        values.sort_by_key(|dated| dated.since);
        let values = values.into_iter().map(|dated| {
            json!({
                "since": dated.since.to_string(),
                "value": limit.dimension.format(dated.value),
                "source": source(&dated.source),
            })
        });
        json!({
            "name": limit.name,
            "kind": limit.kind.word(),
            "meaning": limit.meaning,
            "way_out": limit.way_out,
            "values": values.collect::<Vec<_>>(),
        })
    };
    json!({
        "platform": platform.id,
        "name": platform.name,
        "what": platform.what,
        "since": platform.since.to_string(),
        "until": platform.until.map(|day| day.to_string()),
        "limits": platform.limits.iter().map(limit).collect::<Vec<_>>(),
    })
}
