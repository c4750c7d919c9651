//! Object storage: S3, Google Cloud Storage, Azure, with credentials from the environment.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::TryStreamExt as _;
use landfall_source::{Diagnostic, Result};
use object_store::path::Path;
use object_store::{
    Error, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, UpdateVersion, WriteMultipart,
};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::body::{Body, Draft};

/// Most objects of a prefix.
const MOST_OBJECTS: usize = 1_000_000;
/// One part.
const PART_BYTES: usize = 8 << 20;
/// Parts under way at once.
const PARTS_AT_ONCE: usize = 4;

/// The version of an object that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    e_tag: Option<String>,
    version: Option<String>,
}

/// An object, with the store that it lies in.
struct Object {
    store: Arc<dyn ObjectStore>,
    path: Path,
    url: String,
}

impl Object {
    fn at(text: &str) -> Result<Self> {
        let problem = |why: String| {
            let what = format!("`{text}` is no address in object storage: {why}");
            let help = "write s3://bucket/prefix, gs://bucket/prefix or az://container/prefix";
            Box::new(Diagnostic::new(what).help(help))
        };
        let url = Url::parse(text).map_err(|error| problem(error.to_string()))?;
        let known = ["s3", "gs", "az", "abfs", "abfss"];
        if !known.contains(&url.scheme()) || !url.has_host() {
            return Err(problem("it has another form".to_owned()));
        }
        if !url.username().is_empty() && url.scheme() == "s3" || url.password().is_some() {
            return Err(problem("credentials come from the environment".to_owned()));
        }
        let path = Path::from_url_path(url.path()).map_err(|error| problem(error.to_string()))?;
        Ok(Self {
            store: store_of(&url)?,
            path,
            url: text.to_owned(),
        })
    }

    /// Does something with the store, and waits for it.
    fn wait<T>(
        &self,
        doing: &str,
        work: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T> {
        let runtime = runtime()?;
        runtime
            .block_on(work)
            .map_err(|error| self.problem(doing, &error))
    }

    fn problem(&self, doing: &str, error: &Error) -> Box<Diagnostic> {
        let (why, help) = match error {
            Error::NotFound { .. } => ("there is no such object".to_owned(), "check the address"),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => (
                "permission denied".to_owned(),
                "check the credentials in the environment, and what they allow",
            ),
            Error::AlreadyExists { .. } | Error::Precondition { .. } => (
                "another process has written it in the meantime".to_owned(),
                "run this again: what is there and whole is kept",
            ),
            other => (
                causes(other),
                "check the address, the region, the endpoint and the credentials in the environment",
            ),
        };
        let what = format!("cannot {doing} `{}`: {why}", self.url);
        Box::new(Diagnostic::new(what).help(help))
    }
}

/// What went wrong, from the outside in, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        inner = cause.source();
    }
    text.chars().take(400).collect()
}

/// The store of a bucket, which is opened once.
fn store_of(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    static STORES: Mutex<BTreeMap<String, Arc<dyn ObjectStore>>> = Mutex::new(BTreeMap::new());
    let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    let bucket = format!("{}://{}", url.scheme(), url.authority());
    if let Some(store) = stores.get(&bucket) {
        return Ok(Arc::clone(store));
    }
    // Another part of the program may have chosen already, in the same way.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut options: BTreeMap<String, String> = std::env::vars()
        .map(|(key, value)| (key.to_ascii_lowercase(), value))
        .filter(|(key, value)| is_setting(key) && !value.is_empty())
        .collect();
    let endpoint = ["aws_endpoint_url_s3", "aws_endpoint_url"].iter();
    let mut endpoint = endpoint.filter_map(|key| options.get(*key).cloned());
    if let Some(endpoint) = endpoint.next() {
        // Nobody listens in on this machine itself.
        if is_loopback(&endpoint) {
            options
                .entry("aws_allow_http".to_owned())
                .or_insert_with(|| "true".to_owned());
        }
        options.insert("aws_endpoint_url".to_owned(), endpoint);
    }
    let root = Url::parse(&format!("{bucket}/")).unwrap_or_else(|_| url.clone());
    let opened = object_store::parse_url_opts(&root, options);
    let (store, _) = opened.map_err(|error| {
        let what = format!("cannot open `{bucket}`: {}", causes(&error));
        let help = "set the credentials and the region in the environment, as for the provider's own tools";
        Box::new(Diagnostic::new(what).help(help))
    })?;
    let store: Arc<dyn ObjectStore> = store.into();
    stores.insert(bucket, Arc::clone(&store));
    Ok(store)
}

/// Whether a variable of the environment is a setting of a store.
fn is_setting(key: &str) -> bool {
    ["aws_", "google_", "azure_"]
        .iter()
        .any(|begins| key.starts_with(begins))
}

fn is_loopback(endpoint: &str) -> bool {
    let url = Url::parse(endpoint).ok();
    let host = url.as_ref().and_then(Url::host_str);
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().ok()
    });
    made.as_ref().ok_or_else(|| {
        let problem = Diagnostic::new("this machine gives no thread to wait for object storage");
        Box::new(problem.help("allow the process more threads"))
    })
}

/// The addresses of objects under a prefix whose names have one of these endings.
pub(super) fn list(url: &str, endings: &[&str]) -> Result<Vec<String>> {
    let object = Object::at(url)?;
    let base = url.split_once("://").and_then(|(scheme, rest)| {
        let bucket = rest.split('/').next()?;
        Some(format!("{scheme}://{bucket}"))
    });
    let base = base.unwrap_or_default();
    let found = object.wait("list", async {
        let mut found = Vec::new();
        let mut listed = object.store.list(Some(&object.path));
        while let Some(meta) = listed.try_next().await? {
            let name = meta.location.to_string();
            if super::has_ending(&name, endings) {
                found.push(format!("{base}/{name}"));
            }
            if found.len() > MOST_OBJECTS {
                break;
            }
        }
        Ok(found)
    })?;
    if found.len() > MOST_OBJECTS {
        let problem = Diagnostic::new(format!("`{url}` holds more than {MOST_OBJECTS} objects"));
        return Err(Box::new(
            problem.help("put them into a table of Parquet, a row each"),
        ));
    }
    if found.is_empty() {
        let what = format!(
            "there is nothing in `{url}` that ends with .{}",
            endings.join(" or .")
        );
        return Err(Box::new(Diagnostic::new(what).help("check the address")));
    }
    Ok(found)
}

/// The bytes of an object, and one more than `most` of one that is larger.
pub(super) fn read(url: &str, most: u64) -> Result<Vec<u8>> {
    let object = Object::at(url)?;
    object.wait("read", async {
        let mut bytes = Vec::new();
        let mut stream = object.store.get(&object.path).await?.into_stream();
        while let Some(block) = stream.try_next().await? {
            bytes.extend_from_slice(&block);
            if bytes.len() as u64 > most {
                bytes.truncate(
                    usize::try_from(most)
                        .unwrap_or(usize::MAX)
                        .saturating_add(1),
                );
                break;
            }
        }
        Ok(bytes)
    })
}

/// What is in an object, and which version it is.
pub(super) fn fetch(url: &str) -> Result<(Body, Seen)> {
    let object = Object::at(url)?;
    let mut draft = Draft::new();
    object.wait("read", async {
        let got = object.store.get(&object.path).await?;
        let seen = Seen {
            e_tag: got.meta.e_tag.clone(),
            version: got.meta.version.clone(),
        };
        let mut stream = got.into_stream();
        while let Some(block) = stream.try_next().await? {
            draft.write_all(&block).map_err(generic)?;
        }
        Ok((draft.finish().map_err(generic)?, seen))
    })
}

/// The version of an object; none where it is not there.
pub(super) fn seen(url: &str) -> Result<Option<Seen>> {
    let object = Object::at(url)?;
    let head = async {
        match object.store.head(&object.path).await {
            Ok(meta) => Ok(Some(Seen {
                e_tag: meta.e_tag,
                version: meta.version,
            })),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    };
    object.wait("read", head)
}

/// Puts a file at an address, where it is seen as a whole or not at all: over the version that was
/// seen, or where nothing was. A large one goes in parts, the last of which makes all of it seen at once,
/// and replaces whatever is there.
pub(super) fn put(url: &str, body: Body, seen: Option<&Seen>) -> Result<()> {
    let object = Object::at(url)?;
    let mode = match seen {
        None => PutMode::Create,
        Some(seen) => PutMode::Update(UpdateVersion {
            e_tag: seen.e_tag.clone(),
            version: seen.version.clone(),
        }),
    };
    object.wait("write", async {
        let mut file = match body {
            Body::Held(bytes) => {
                let options = PutOptions {
                    mode,
                    ..PutOptions::default()
                };
                object
                    .store
                    .put_opts(&object.path, bytes.into(), options)
                    .await?;
                return Ok(());
            }
            Body::File(file) => file,
        };
        let upload = object.store.put_multipart(&object.path).await?;
        let mut parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut block = vec![0; PART_BYTES];
        loop {
            let read = file.read(&mut block).map_err(generic)?;
            if read == 0 {
                break;
            }
            parts.wait_for_capacity(PARTS_AT_ONCE).await?;
            parts.write(block.get(..read).unwrap_or_default());
        }
        parts.finish().await?;
        Ok(())
    })
}

fn generic(error: std::io::Error) -> Error {
    Error::Generic {
        store: "temporary file",
        source: Box::new(error),
    }
}
