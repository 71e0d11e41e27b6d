//! `GET /s/{code}`: to where the link leads. A person's opening is counted, a machine's (crawlers, previews in chats) is not.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use postern_domain::short_link::{Code, is_web_address};
use postern_domain::user_agent::UserAgent;
use postern_store::Lane;
use postern_store::links::{self, Opened, Target};

use super::opt_out;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(super) const NOT_FOUND: ApiError = ApiError::NotFound("There is no such link.");

pub(crate) async fn open(
    State(state): State<PlatformState>,
    Path(code): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let opened = found(&state, &code).await?;
    let address = match &opened.target {
        Target::OptOut { .. } => return Ok(opt_out::question()),
        Target::Address(address) => address,
    };
    // Checked when the link was made; an address that is none of the web's is not passed on whatever the row says.
    let location = HeaderValue::from_str(address)
        .ok()
        .filter(|_| is_web_address(address))
        .ok_or(NOT_FOUND)?;
    if method == Method::GET {
        count(&state, &opened, &headers).await;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    // Each opening is to come here; and where it leads need not know from which text.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    Ok(response)
}

pub(super) async fn found(state: &PlatformState, code: &str) -> Result<Opened, ApiError> {
    let code = Code::parse(code).ok_or(NOT_FOUND)?;
    let found = state.store.read(move |tx| links::find(tx, code)).await?;
    found.ok_or(NOT_FOUND)
}

/// A count that cannot be kept keeps nobody from where the link leads.
async fn count(state: &PlatformState, opened: &Opened, headers: &HeaderMap) {
    let agent = headers.get(header::USER_AGENT);
    let Some(by) = agent
        .and_then(|agent| agent.to_str().ok())
        .and_then(UserAgent::parse)
    else {
        return;
    };
    let (url, link, now) = (opened.long_url_id, opened.link_no, state.now());
    let counted = state
        .store
        .write(Lane::of(opened.account.0), move |tx| {
            links::opened(tx, url, link, by, now)
        })
        .await;
    if let Err(error) = counted {
        tracing::warn!(%error, "an opened link was not counted");
    }
}
