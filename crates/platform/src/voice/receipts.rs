//! `GET /v3/voice/receipts`: the unread ones, oldest first.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_wire::clicksend::Page;

use super::rows;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::receipts_search::find;
use crate::state::PlatformState;

pub(crate) async fn receipts(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let found = find(&state, &account, Channel::Voice, &query, stretch).await?;
    let rows = found
        .rows
        .into_iter()
        .map(|receipt| rows::receipt(receipt, &account))
        .collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/voice/receipts",
        rows,
    );
    Ok(answer::success("Here are your delivery receipts.", page))
}
