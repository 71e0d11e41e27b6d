//! The pages: everything on one page in short, a page for each group of operations, the words of errors.

use askama::Template;
use axum::extract::{Path, State as Of};
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::documents::{Document, Documents, text};
use crate::operation::Operation;
use crate::prose;
use crate::router::State;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What every page has around it.
struct Frame {
    /// So that browsers keep assets as long as they are good.
    version: &'static str,
    menu: Vec<Menu>,
    is_index: bool,
    is_errors: bool,
}

struct Menu {
    title: &'static str,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    url: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "docs/index.html")]
struct Index {
    frame: Frame,
    base: String,
    apis: Vec<Api>,
}

struct Api {
    title: &'static str,
    raw: &'static str,
    /// HTML.
    description: String,
    tags: Vec<Group>,
}

struct Group {
    name: String,
    url: String,
    /// HTML.
    description: String,
    operations: Vec<Line>,
}

struct Line {
    method: String,
    path: String,
    summary: String,
    url: String,
}

#[derive(Template)]
#[template(path = "docs/operations.html")]
struct Operations {
    frame: Frame,
    title: String,
    api: &'static str,
    /// HTML.
    description: String,
    prefix: &'static str,
    operations: Vec<Operation>,
}

#[derive(Template)]
#[template(path = "docs/errors.html")]
struct Errors {
    frame: Frame,
    words: Vec<Word>,
    codes: Vec<Word>,
}

struct Word {
    status: String,
    word: String,
    /// HTML.
    sentence: String,
}

#[derive(Template)]
#[template(path = "docs/missing.html")]
struct Missing {
    frame: Frame,
}

pub(crate) async fn index(Of(state): Of<State>, headers: HeaderMap) -> Response {
    let documents = state.documents();
    let apis = documents.both().map(|document| Api {
        title: document.title,
        raw: document.raw,
        description: prose::html(text(&document.root["info"]["description"])),
        tags: document.tags().map(|tag| group(document, &tag)).collect(),
    });
    let page = Index {
        frame: Frame {
            is_index: true,
            ..frame(documents, "")
        },
        base: base(&state, &headers),
        apis: apis.into_iter().collect(),
    };
    html(StatusCode::OK, &page)
}

fn group(document: &Document, tag: &crate::documents::Tag<'_>) -> Group {
    let url = format!("/docs/{}/{}", document.name, tag.slug);
    let line = |(path, method, operation): (&str, &str, &Value)| Line {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]).to_owned(),
        url: format!("{url}#{}", text(&operation["operationId"])),
    };
    Group {
        name: tag.name.to_owned(),
        description: prose::html(tag.description),
        operations: document
            .operations(tag.name)
            .into_iter()
            .map(line)
            .collect(),
        url,
    }
}

pub(crate) async fn operations(
    Of(state): Of<State>,
    Path((name, slug)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let documents = state.documents();
    let document = documents.both().into_iter().find(|one| one.name == name);
    let found = document.and_then(|document| {
        let tag = document.tags().find(|tag| tag.slug == slug)?;
        Some((document, tag))
    });
    let Some((document, tag)) = found else {
        let frame = frame(documents, "");
        return html(StatusCode::NOT_FOUND, &Missing { frame });
    };
    let base = base(&state, &headers);
    let shown = document.operations(tag.name);
    let page = Operations {
        frame: frame(documents, &format!("/docs/{name}/{slug}")),
        title: tag.name.to_owned(),
        api: document.title,
        description: prose::html(tag.description),
        prefix: document.prefix,
        operations: shown
            .into_iter()
            .map(|one| Operation::of(document, &base, one))
            .collect(),
    };
    html(StatusCode::OK, &page)
}

pub(crate) async fn errors(Of(state): Of<State>) -> Response {
    let documents = state.documents();
    let page = Errors {
        frame: Frame {
            is_errors: true,
            ..frame(documents, "")
        },
        words: words(&documents.control),
        codes: words(&documents.platform),
    };
    html(StatusCode::OK, &page)
}

/// Everything that the document's refusals say, by status.
fn words(document: &Document) -> Vec<Word> {
    let words = document.root["x-error-words"].as_array();
    let mut words: Vec<Word> = words
        .into_iter()
        .flatten()
        .map(|word| Word {
            status: word["status"].to_string(),
            word: text(&word["error"]).to_owned(),
            sentence: prose::line(text(&word["description"])),
        })
        .collect();
    words.sort_by(|one, other| one.status.cmp(&other.status));
    words
}

fn frame(documents: &Documents, here: &str) -> Frame {
    let menu = |document: &Document| {
        let entry = |tag: crate::documents::Tag<'_>| {
            let url = format!("/docs/{}/{}", document.name, tag.slug);
            Entry {
                is_here: url == here,
                name: tag.name.to_owned(),
                url,
            }
        };
        Menu {
            title: document.title,
            entries: document.tags().map(entry).collect(),
        }
    };
    Frame {
        version: env!("CARGO_PKG_VERSION"),
        menu: documents.both().map(menu).into(),
        is_index: false,
        is_errors: false,
    }
}

/// The address that the reader came by, so that examples can be pasted; what the server is called where that cannot be told.
fn base(state: &State, headers: &HeaderMap) -> String {
    let known = &state.settings.public_url;
    let (scheme, _) = known.split_once("://").unwrap_or(("http", ""));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    match host.and_then(|host| host.parse::<Authority>().ok()) {
        // A quote would end the shell's word.
        Some(host) if !host.as_str().contains(['\'', '@']) => format!("{scheme}://{host}"),
        _ => known.clone(),
    }
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    let text = match page.render() {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "same-origin"),
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, text).into_response()
}
