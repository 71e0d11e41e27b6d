//! `GET /v3/lists/{list_id}/export` answers a link that needs no credentials and lives for twenty minutes, like ClickSend's; behind it the
//! list is written as CSV while it is read, however long it is.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::stream::try_unfold;
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
use crate::signed_link::{self, EXPIRED};
use crate::state::PlatformState;

const LABEL: &str = "list export";

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
    let link = signed_link::sign(&state, LABEL, id, list_id);
    let base = state.config.public_url.trim_end_matches('/');
    let name = signed_link::file_name(match query.filename.trim() {
        "" => &list.name,
        given => given,
    });
    let url = format!("{base}/v3/lists/{list_id}/export/{link}/{name}");
    Ok(answer::success(
        "Download your file here.",
        ExportLink { url },
    ))
}

pub(crate) async fn download(
    State(state): State<PlatformState>,
    Path((list_id, link, name)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| EXPIRED)?;
    let account = signed_link::proven(&state, LABEL, list_id, &link).ok_or(EXPIRED)?;
    state
        .store
        .read(move |tx| lists::get(tx, account, list_id))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(signed_link::csv(&name, content(state, account, list_id)))
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
