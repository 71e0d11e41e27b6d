//! `GET /v3/contact-suggestions`: the first contacts that fit what was typed so far.

use axum::extract::State;
use axum::response::Response;
use postern_store::contacts;

use super::wanted;
use crate::answer;
use crate::caller::Caller;
use crate::contacts::in_wire;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(crate) async fn suggestions(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let (text, digits) = wanted(query.q.as_deref())?;
    let id = account.id;
    let turn = state.scans.acquire().await.ok();
    let found = state
        .store
        .read(move |tx| {
            contacts::suggest(tx, id, &text, &digits, false, stretch.skip(), stretch.limit)
        })
        .await?;
    drop(turn);
    let rows: Vec<_> = found
        .rows
        .into_iter()
        .map(|(contact, list_name)| in_wire(contact, list_name))
        .collect();
    Ok(answer::success("Here are your results.", rows))
}
