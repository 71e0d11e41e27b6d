//! `GET /v3/automations/sms/inbound`: in the order in which they are carried out.

use axum::extract::State;
use axum::response::Response;
use postern_store::rules;
use postern_wire::clicksend::Page;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::linked_page::linked;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

const PATH: &str = "/v3/automations/sms/inbound";

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| rules::inbound_page(tx, id, stretch.skip(), stretch.limit))
        .await?;
    let rows = found.rows.into_iter().map(in_wire).collect();
    let page = Page::new(found.total, stretch.limit, stretch.page, PATH, rows);
    Ok(answer::success(
        "Your list of inbound rules.",
        linked(page, PATH),
    ))
}
