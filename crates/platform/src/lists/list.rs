//! `GET /v3/lists`.

use axum::extract::State;
use axum::response::Response;
use postern_store::lists::{self, Search};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::list::{ListsPage, PageLink};
use postern_wire::clicksend::page::ListQuery;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch, order, pairs};
use crate::state::PlatformState;

const PATH: &str = "/v3/lists";
/// Links to pages on either side of the current one.
const LINKS_AROUND: i64 = 3;

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
    let last = page.last_page.max(1);
    let links = links(&page.prev_page_url, &page.next_page_url, stretch.page, last);
    let page = ListsPage {
        page,
        first_page_url: link(1),
        last_page_url: link(last),
        path: PATH.to_owned(),
        links,
    };
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

fn link(page: i64) -> String {
    format!("{PATH}?page={page}")
}

/// As Laravel makes them, without the pages far away.
fn links(
    previous: &Option<String>,
    next: &Option<String>,
    current: i64,
    last: i64,
) -> Vec<PageLink> {
    let end = |url: &Option<String>, label: &str, page: i64| PageLink {
        url: url.clone(),
        label: label.to_owned(),
        page: url.as_ref().map(|_| page),
        active: false,
    };
    let first_shown = (current.min(last) - LINKS_AROUND).max(1);
    let last_shown = (current.min(last) + LINKS_AROUND).min(last);
    let mut links = vec![end(previous, "&laquo; Previous", (current - 1).min(last))];
    links.extend((first_shown..=last_shown).map(|page| PageLink {
        url: Some(link(page)),
        label: page.to_string(),
        page: Some(page),
        active: page == current,
    }));
    links.push(end(next, "Next &raquo;", current.saturating_add(1)));
    links
}
