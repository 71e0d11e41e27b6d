//! The way out of a sender's lists: `GET /s/{code}` asks, `POST /s/{code}` does it. Programs that look at links for previews only ask.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use postern_store::links::Target;
use postern_store::{Lane, contacts, lists};

use super::open::{NOT_FOUND, found};
use crate::error::ApiError;
use crate::state::PlatformState;

const QUESTION: &str = "<form method=\"post\"><p>Do you want to receive no more messages from this sender's lists?</p>\
    <button>Unsubscribe</button></form>";
const DONE: &str =
    "<p>You are unsubscribed: this sender's lists will not write to your number again.</p>";

pub(super) fn question() -> Response {
    page(QUESTION)
}

pub(crate) async fn opt_out(
    State(state): State<PlatformState>,
    Path(code): Path<String>,
) -> Result<Response, ApiError> {
    let opened = found(&state, &code).await?;
    let Target::OptOut { recipient, origin } = opened.target else {
        return Err(NOT_FOUND);
    };
    let (account, now) = (opened.account, state.now());
    state
        .store
        .write(Lane::of(account.0), move |tx| {
            let Some(list) = lists::opt_out(tx, account)? else {
                return Ok(());
            };
            contacts::opt_out(tx, account, list.list_id, &recipient, origin, now)
        })
        .await?;
    Ok(page(DONE))
}

fn page(content: &'static str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Unsubscribe</title>{content}</html>"
    );
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("content-security-policy"),
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
