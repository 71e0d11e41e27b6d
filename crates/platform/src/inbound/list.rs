//! `GET /v3/sms/inbound`: the unread ones, oldest first. Listing does not mark them as read.

use axum::extract::State;
use axum::response::Response;
use postern_store::inbound;
use postern_wire::clicksend::Page;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| inbound::page(tx, id, stretch.skip(), stretch.limit))
        .await?;
    let rows = found.rows.into_iter().map(in_wire).collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/sms/inbound",
        rows,
    );
    Ok(answer::success("Here are your data.", page))
}
