//! `GET /v3/lists/{list_id}/export` answers a link that needs no credentials and lives for twenty minutes, like ClickSend's; behind it the
//! list is written as CSV while it is read, however long it is.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::stream::try_unfold;
use http::{HeaderValue, header};
use postern_domain::account::AccountId;
use postern_store::list_jobs::STEP_CONTACTS_MAX;
use postern_store::{contacts, lists};
use postern_wire::clicksend::list::ExportLink;
use serde::Deserialize;

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::csv::{headings, rows};
use crate::error::ApiError;
use crate::state::PlatformState;

const LINK_SECONDS: i64 = 1_200;
const LABEL: &str = "list export";
const EXPIRED: ApiError = ApiError::NotFound("This link has expired. Ask for a new one.");
const NAME_CHARS_MAX: usize = 100;

#[derive(Deserialize)]
pub(crate) struct ExportQuery {
    #[serde(default)]
    filename: String,
}

pub(crate) async fn export(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let list = state
        .store
        .read(move |tx| lists::get(tx, id, list_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let expires = state.now().secs() + LINK_SECONDS;
    let proof = state.vault.mac(LABEL, &[&proven_by(id, list_id, expires)]);
    let proof: String = proof.iter().map(|byte| format!("{byte:02x}")).collect();
    let base = state.config.public_url.trim_end_matches('/');
    let name = file_name(match query.filename.trim() {
        "" => &list.name,
        given => given,
    });
    let url = format!(
        "{base}/v3/lists/{list_id}/export/{}-{expires}-{proof}/{name}",
        id.0
    );
    Ok(answer::success(
        "Download your file here.",
        ExportLink { url },
    ))
}

/// What a link vouches for.
fn proven_by(account: AccountId, list_id: i64, expires: i64) -> Vec<u8> {
    format!("{}/{list_id}/{expires}", account.0).into_bytes()
}

/// Letters, digits, `-` and `_`: safe in addresses and on every disk.
fn file_name(wish: &str) -> String {
    let stem = wish.strip_suffix(".csv").unwrap_or(wish);
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = stem.chars().take(NAME_CHARS_MAX).map(safe).collect();
    format!("{name}.csv")
}

pub(crate) async fn download(
    State(state): State<PlatformState>,
    Path((list_id, link, name)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| EXPIRED)?;
    let account = proven(&state, list_id, &link).ok_or(EXPIRED)?;
    state
        .store
        .read(move |tx| lists::get(tx, account, list_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let mut response = Response::new(content(state, account, list_id));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    let disposition = format!("attachment; filename=\"{}\"", file_name(&name));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).expect("letters and digits"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn proven(state: &PlatformState, list_id: i64, link: &str) -> Option<AccountId> {
    let mut pieces = link.split('-');
    let account = AccountId(pieces.next()?.parse().ok()?);
    let expires: i64 = pieces.next()?.parse().ok()?;
    let hex = pieces.next().filter(|hex| hex.is_ascii())?;
    let proof: Vec<u8> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok())
        .collect::<Option<_>>()?;
    let proven = state
        .vault
        .verify_mac(LABEL, &[&proven_by(account, list_id, expires)], &proof);
    (proven && expires >= state.now().secs()).then_some(account)
}

/// Headings, then a thousand contacts at a time.
fn content(state: PlatformState, account: AccountId, list_id: i64) -> Body {
    let stream = try_unfold(None, move |after: Option<i64>| {
        let state = state.clone();
        async move {
            let Some(after) = after else {
                return Ok(Some((headings(), Some(0))));
            };
            let found = state
                .store
                .read(move |tx| contacts::after(tx, account, list_id, after, STEP_CONTACTS_MAX))
                .await
                .inspect_err(
                    |error| tracing::error!(%error, list.id = list_id, "an export was cut off"),
                )?;
            let last = found.last().map(|contact| contact.contact_id);
            Ok::<_, postern_store::Error>(last.map(|last| (rows(&found), Some(last))))
        }
    });
    Body::from_stream(stream)
}
