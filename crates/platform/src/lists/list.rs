//! `GET /v3/lists`.

use axum::extract::State;
use axum::response::Response;
use postern_store::lists::{self, Search};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::page::ListQuery;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::linked_page::linked;
use crate::paging::{List, Stretch, order, pairs};
use crate::state::PlatformState;

const PATH: &str = "/v3/lists";

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let search = search(&query, stretch)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| lists::search(tx, id, &search))
        .await?;
    let rows = found.rows.into_iter().map(in_wire).collect();
    let page = Page::new(found.total, stretch.limit, stretch.page, PATH, rows);
    let page = linked(page, PATH);
    Ok(answer::success("Here are your data.", page))
}

fn search(query: &ListQuery, stretch: Stretch) -> Result<Search, ApiError> {
    let mut search = Search {
        skip: stretch.skip(),
        limit: stretch.limit,
        ..Search::default()
    };
    for (field, value) in pairs(query.q.as_deref().unwrap_or_default())? {
        match field.to_ascii_lowercase().as_str() {
            "list_name" if search.name.is_none() => search.name = Some(value.to_owned()),
            "list_name" => return Err(ApiError::Invalid("q: `list_name` is given twice.".into())),
            _ => {
                return Err(ApiError::Invalid(
                    format!("q: `{field}` cannot be searched; use list_name.").into(),
                ));
            }
        }
    }
    if let Some(text) = query.order_by.as_deref().filter(|t| !t.trim().is_empty()) {
        let (field, descending) = order(text)?;
        search.descending = descending;
        search.by_name = match field.to_ascii_lowercase().as_str() {
            "list_id" | "date_added" => false,
            "list_name" => true,
            _ => {
                return Err(ApiError::Invalid(
                    format!("order_by: `{field}` cannot be sorted by; use list_id, list_name.")
                        .into(),
                ));
            }
        };
    }
    Ok(search)
}
