//! Requests in a text, as editors keep them in `.http` files.

use landfall_source::{Diagnostic, Result};

/// One request over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: String,
}

/// Methods that a request may have.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Reads requests that lines of `###` part. Each is `METHOD PATH`, headers, an empty line and a
/// body; an address may stand before the path, lines that begin with `#` or `//` above the
/// request are comments.
///
/// # Errors
/// Where a request has no method and path, or a header no value.
pub fn http_requests(name: &str, text: &str) -> Result<Vec<HttpRequest>> {
    let mut found = Vec::new();
    let mut block: Vec<(usize, &str)> = Vec::new();
    let end = [(0, "###")];
    let lines = text.lines().enumerate().map(|(row, line)| (row + 1, line));
    for (row, line) in lines.chain(end) {
        if line.starts_with("###") {
            found.extend(request(name, &block)?);
            block.clear();
        } else {
            block.push((row, line));
        }
    }
    if found.is_empty() {
        let what = format!("{name}: there is no request in it");
        let help = "write one, as in `GET /`";
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    Ok(found)
}

fn request(name: &str, block: &[(usize, &str)]) -> Result<Option<HttpRequest>> {
    let is_comment = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.starts_with("//")
    };
    let mut lines = block.iter().skip_while(|(_, line)| is_comment(line));
    let Some((row, first)) = lines.next() else {
        return Ok(None);
    };
    let problem = |row: usize, what: &str, help: &str| {
        Box::new(Diagnostic::new(format!("{name}:{row}: {what}")).help(help))
    };
    let mut words = first.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next());
    let target = target.filter(|_| METHODS.contains(&method));
    let target = target.ok_or_else(|| {
        let help = "begin a request with its method and path, as in `GET /`";
        problem(*row, "this is no request", help)
    })?;
    // What stands before the path is where the request would be sent otherwise.
    let after_scheme = target.split_once("://").map(|(_, rest)| rest);
    let path = match after_scheme {
        Some(rest) => rest.find('/').map_or("/", |at| rest.split_at(at).1),
        None => target,
    };
    if !path.starts_with('/') {
        return Err(problem(
            *row,
            "the path does not begin with `/`",
            "write it like `GET /items?page=1`",
        ));
    }
    let mut headers = Vec::new();
    for (row, line) in lines.by_ref() {
        if line.trim().is_empty() {
            break;
        }
        let Some((header, value)) = line.split_once(':') else {
            let help = "write headers like `Accept: text/html`, then an empty line, then the body";
            return Err(problem(*row, "this is no header", help));
        };
        headers.push((header.trim().to_owned(), value.trim().to_owned()));
    }
    let body: Vec<&str> = lines.map(|(_, line)| *line).collect();
    Ok(Some(HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body: body.join("\n").trim().to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_are_read_with_headers_and_bodies() {
        let text = "# the front page\nGET http://localhost:8080/?q=1 HTTP/1.1\n\n\
            ### an order\nPOST /orders\nContent-Type: application/json\n\n{\"id\": 1}\n\n\
            ###\nGET https://example.com\n";
        let found = http_requests("r.http", text).unwrap();
        let paths: Vec<_> = found.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["/?q=1", "/orders", "/"]);
        assert_eq!(found[1].body, "{\"id\": 1}");
        assert_eq!(found[1].headers.len(), 1);
    }

    #[test]
    fn what_is_no_request_is_refused_with_its_line() {
        for (text, place) in [
            ("GET", "r.http:1: "),
            ("\nFETCH /", "r.http:2: "),
            ("GET items", "r.http:1: "),
            ("GET /\nAccept", "r.http:2: "),
            ("# nothing", "r.http: "),
        ] {
            let problem = http_requests("r.http", text).unwrap_err();
            assert!(problem.message.starts_with(place), "{}", problem.message);
            assert!(problem.help.is_some());
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in "(GET |/|:|#|\n|[a-z]){0,60}") {
            let _ = http_requests("r.http", &text);
        }
    }
}
