//! `GET /v3/sms/history`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_domain::contact::Origin;
use postern_store::messages::Message;
use postern_store::{Tx, contacts};
use postern_wire::clicksend::Page;

use super::{rows, search};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(crate) async fn history(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let search = search::search(&query, &account)?;
    let found = search::find(&state, account.id, search).await?;
    let names = names(&state, account.id, &found.rows).await?;
    let rows = found
        .rows
        .into_iter()
        .map(|message| {
            let name = names
                .iter()
                .find(|(origin, ..)| Some(*origin) == message.origin);
            let mut row = rows::history(message, &account);
            if let Some((_, first, last)) = name {
                row.first_name = Some(first.clone());
                row.last_name = Some(last.clone());
            }
            row
        })
        .collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/sms/history",
        rows,
    );
    Ok(answer::success("Here are your data.", page))
}

/// Of the contacts that a page's messages went to; at most as many as the page has rows.
async fn names(
    state: &PlatformState,
    account: AccountId,
    messages: &[Message],
) -> Result<Vec<(Origin, String, String)>, ApiError> {
    let mut wanted: Vec<Origin> = messages.iter().filter_map(|m| m.origin).collect();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let read = move |tx: &mut Tx<'_>| contacts::names(tx, account, &wanted);
    Ok(state.store.read(read).await?)
}
