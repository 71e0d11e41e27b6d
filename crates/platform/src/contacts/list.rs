//! `GET /v3/lists/{list_id}/contacts`. Without a search a page costs the same wherever it is.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::contacts::{self, Found};
use postern_store::lists;
use postern_wire::clicksend::Page;

use super::{in_wire, search};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::lists::NOT_FOUND;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    List(query): List,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let stretch = Stretch::of(&query)?;
    let search = search::search(&query, stretch, &account)?;
    let id = account.id;
    let turn = match search.is_scan() {
        true => state.scans.acquire().await.ok(),
        false => None,
    };
    let (found, name) = state
        .store
        .read(move |tx| {
            let Some(list) = lists::get(tx, id, list_id)? else {
                return Ok(None);
            };
            let found = match search.values.is_empty() && search.updated_after.is_none() {
                false => contacts::search(tx, id, list_id, &search)?,
                true => Found {
                    total: list.contacts,
                    rows: contacts::page(
                        tx,
                        list_id,
                        list.contacts,
                        search.descending,
                        search.skip,
                        search.limit,
                    )?,
                },
            };
            Ok(Some((found, list.name)))
        })
        .await?
        .ok_or(NOT_FOUND)?;
    drop(turn);
    let shown = |contact| in_wire(contact, name.clone());
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        &format!("/v3/lists/{list_id}/contacts"),
        found.rows.into_iter().map(shown).collect(),
    );
    Ok(answer::success("Here's your list of contacts.", page))
}
