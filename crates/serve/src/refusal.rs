//! Why a request was refused, as problem details (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use landfall_answers::Problem;
use landfall_source::Diagnostic;
use maud::{DOCTYPE, html};
use serde_json::{Map, Value, json};

use crate::calls::Refused;

/// Why a request was refused.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    detail: String,
    hint: Option<String>,
    /// A file, and where known the line and the column in it.
    place: Option<(String, Option<(usize, usize)>)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, detail: &str, hint: &str) -> Self {
        Self {
            status,
            detail: detail.to_owned(),
            hint: Some(hint.to_owned()),
            place: None,
        }
    }

    fn of(status: StatusCode, problem: &Diagnostic) -> Self {
        let place = problem.source.as_ref().map(|source| {
            let at = problem.span.map(|span| source.line_column(span.start));
            (source.name().to_owned(), at)
        });
        Self {
            status,
            detail: problem.message.clone(),
            hint: problem.help.clone(),
            place,
        }
    }

    /// As an object: `type`, `title`, `status`, `detail`, and where there are such `hint`,
    /// `file`, `line` and `column`.
    pub(crate) fn document(&self) -> Value {
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
        put("type", json!("about:blank"));
        put("title", json!(self.status.canonical_reason()));
        put("status", json!(self.status.as_u16()));
        put("detail", json!(self.detail));
        if let Some(hint) = &self.hint {
            put("hint", json!(hint));
        }
        if let Some((file, at)) = &self.place {
            put("file", json!(file));
            if let Some((line, column)) = at {
                put("line", json!(line));
                put("column", json!(column));
            }
        }
        Value::Object(document)
    }

    /// As a page, for whoever came for one.
    pub(crate) fn into_page(self) -> Response<Body> {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Landfall" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="/assets/decision.css";
                }
                body { main {
                    h1 { "No answer" }
                    p.verdict.none role="alert" { strong { (self.detail) } "." }
                    @if let Some(hint) = &self.hint { p { "To mend it: " (hint) "." } }
                    p { a href="/" { "Begin again" } }
                } }
            }
        };
        let mut response = self.into_response();
        *response.body_mut() = Body::from(page.into_string());
        let media = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.document().to_string() + "\n"));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let media = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, media);
        let extra = match self.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Some((header::RETRY_AFTER, "1"))
            }
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            _ => None,
        };
        if let Some((name, value)) = extra {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Request(problem) => Self::of(StatusCode::BAD_REQUEST, &problem),
            Refused::Content(problem) => Self::from(problem),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Input(problem) => Self::of(StatusCode::UNPROCESSABLE_ENTITY, &problem),
            Problem::Fault(what) => {
                let hint = "this is an internal error; please report it";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, &what, hint)
            }
        }
    }
}
