//! Where files may be fetched from.

use landfall_source::{Diagnostic, Result};
use ureq::http::Uri;

/// The one server that files are fetched from, with the path that all of theirs begin with.
///
/// It speaks HTTPS. The one exception is an address of this machine that is written as a
/// number, `http://127.0.0.1:8000` or `http://[::1]:8000`: nobody in between can change what
/// it sends. Only the user can name it, with `--url`; no index and no redirect leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    base: String,
    uri: Uri,
}

impl Address {
    /// The address in a text such as `https://host/path`.
    ///
    /// # Errors
    /// It is no URL, names a user or a query, or does not speak HTTPS.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let problem = |what: &str| {
            let problem = Diagnostic::new(format!("--url `{url}` {what}"));
            Box::new(problem.help("write it as https://HOST or https://HOST/PATH"))
        };
        let base = url.trim_end_matches('/').to_owned();
        let uri: Uri = base
            .parse()
            .map_err(|error| problem(&format!("is no URL: {error}")))?;
        let authority = uri.authority().ok_or_else(|| problem("names no host"))?;
        if authority.as_str().contains('@') || uri.query().is_some() || base.contains('#') {
            return Err(problem("has more than a host and a path"));
        }
        let is_local = matches!(authority.host(), "127.0.0.1" | "[::1]");
        match uri.scheme_str() {
            Some("https") => Ok(Self { base, uri }),
            Some("http") if is_local => Ok(Self { base, uri }),
            Some("http") => Err(problem(
                "is not encrypted: whoever stands in between could change prices",
            )),
            _ => Err(problem("does not begin with https://")),
        }
    }

    /// Whether only HTTPS is spoken.
    pub(super) fn is_encrypted(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// The URL of a path on this server, as an index gives it.
    ///
    /// # Errors
    /// The path does not begin with one `/`, or would lead to another server.
    pub(super) fn at(&self, path: &str) -> Result<String> {
        let url = format!("{}{path}", self.base);
        let is_path = path.starts_with('/') && !path.starts_with("//");
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~%+=,".contains(c);
        let stays = url.parse::<Uri>().is_ok_and(|there| {
            there.scheme() == self.uri.scheme() && there.authority() == self.uri.authority()
        });
        if is_path && stays && path.chars().all(plain) && !path.contains("/..") {
            return Ok(url);
        }
        let shown: String = path.chars().take(80).collect();
        let problem = Diagnostic::new(format!(
            "{} names a file by {shown:?}, which is no path on it",
            self.base
        ));
        Err(Box::new(problem.help(
            "the index is wrong or forged; check --url, or fetch the files by hand and use --from",
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn only_https_and_numbers_of_this_machine_are_taken() {
        for url in [
            "https://pricing.us-east-1.amazonaws.com",
            "https://mirror.example:8443/aws/",
            "http://127.0.0.1:8000",
            "http://[::1]:8000/",
        ] {
            assert!(Address::new(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "pricing.us-east-1.amazonaws.com",
            "http://pricing.us-east-1.amazonaws.com",
            "http://localhost:8000",
            "http://127.0.0.1.example",
            "http://127.0.0.1@example",
            "https://user:word@example",
            "https://example?x=",
            "https://example#",
            "ftp://example",
            "file:///etc/passwd",
            "https://",
            "https://exa mple",
        ] {
            let problem = Address::new(url).unwrap_err();
            assert!(problem.message.contains("--url"), "{problem}");
            assert!(problem.help.is_some(), "{problem}");
        }
    }

    #[test]
    fn no_path_leads_to_another_server() {
        let address = Address::new("https://example/prices").unwrap();
        let path = "/offers/v1.0/aws/AWSLambda/20261101/eu-west-1/index.json";
        assert_eq!(
            address.at(path).unwrap(),
            format!("https://example/prices{path}")
        );
        for path in [
            "",
            "@evil/x",
            ".evil/x",
            ":1234/x",
            "//evil/x",
            "/\\evil",
            "/x?y",
            "/x#y",
            "/x y",
            "/x\r\nHost: evil",
            "https://evil/x",
            "/../../x",
            "offers/x",
        ] {
            assert!(address.at(path).is_err(), "{path:?}");
        }
    }
}
