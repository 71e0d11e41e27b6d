//! `GET /v3/automations/{kind}/receipts`: in the order in which they are carried out.

use axum::extract::State;
use axum::response::Response;
use postern_domain::automation::RuleKind;
use postern_store::rules;
use postern_wire::clicksend::Page;

use super::{in_wire, words};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(super) async fn list(
    kind: RuleKind,
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| rules::receipt_page(tx, id, kind, stretch.skip(), stretch.limit))
        .await?;
    let rows = found.rows.into_iter().map(in_wire).collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        words(kind).path,
        rows,
    );
    Ok(answer::success(words(kind).listed, page))
}
