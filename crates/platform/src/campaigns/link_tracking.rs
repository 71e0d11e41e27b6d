//! `GET /v3/sms-campaigns/{campaign_id}/link-tracking`: every contact's link and whether it was opened.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::{Tx, campaigns, links};
use postern_wire::clicksend::Page;

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::short_links::report::of_link;
use crate::state::PlatformState;

pub(crate) async fn link_tracking(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(id): Path<String>,
    List(query): List,
) -> Result<Response, ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| NOT_FOUND)?;
    let stretch = Stretch::of(&query)?;
    let id = account.id;
    let read = move |tx: &mut Tx<'_>| {
        if campaigns::get(tx, id, Channel::Sms, campaign_id)?.is_none() {
            return Ok(None);
        }
        let url = links::by_campaign(tx, id, campaign_id)?.into_iter().next();
        let Some(url) = url else {
            return Ok(Some((0, Vec::new())));
        };
        // Links are numbered without gaps, so what is skipped is not read.
        let rows = links::links(tx, url.long_url_id, stretch.skip(), stretch.limit)?;
        Ok(Some((url.links, rows)))
    };
    let (total, found) = state.store.read(read).await?.ok_or(NOT_FOUND)?;
    let rows = found.iter().map(|link| of_link(link, |id| id)).collect();
    let path = format!("/v3/sms-campaigns/{campaign_id}/link-tracking");
    let page = Page::new(total, stretch.limit, stretch.page, &path, rows);
    Ok(answer::success("Here is your result.", page))
}
