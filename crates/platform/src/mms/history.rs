//! `GET /v3/mms/history`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::messages::Search;
use postern_wire::clicksend::Page;

use super::rows;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::sms::search::{find, search};
use crate::state::PlatformState;

pub(crate) async fn history(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let search = Search {
        channel: Channel::Mms,
        ..search(&query, &account)?
    };
    let found = find(&state, account.id, search).await?;
    let rows = found
        .rows
        .into_iter()
        .map(|message| rows::history(&state, message, &account))
        .collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/mms/history",
        rows,
    );
    Ok(answer::success("Here is your history.", page))
}
