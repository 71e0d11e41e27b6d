//! `GET /v3/sms-campaigns/{campaign_id}/link-statistics`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::{Tx, campaigns, links};

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::short_links::report::of_campaign;
use crate::state::PlatformState;

pub(crate) async fn link_statistics(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let read = move |tx: &mut Tx<'_>| {
        if campaigns::get(tx, id, Channel::Sms, campaign_id)?.is_none() {
            return Ok(None);
        }
        // A campaign shortens one address.
        let url = links::by_campaign(tx, id, campaign_id)?.into_iter().next();
        let counted = match &url {
            Some(url) => links::counts(tx, url.long_url_id)?,
            None => links::Counted::default(),
        };
        Ok(Some(of_campaign(url.as_ref(), &counted)))
    };
    let statistics = state.store.read(read).await?.ok_or(NOT_FOUND)?;
    Ok(answer::success("Here is your result.", statistics))
}
