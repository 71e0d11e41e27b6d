//! `GET /v3/short-url/statistics/{source}/{source_id}`: what became of the links of a text (`quick_sms`, the id of a message) or of a
//! campaign. Answered without the envelope, as documented.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_store::{Tx, campaigns, links, messages};
use postern_wire::clicksend::link::Statistics;

use super::report::of_url;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound(
    "There is no such message or campaign; the sources are quick_sms, sms_campaign and mms_campaign.",
);

enum Source {
    Message(MessageId),
    Campaign(Channel, i64),
}

pub(crate) async fn statistics(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((source, id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let campaign = |channel| id.parse().ok().map(|id| Source::Campaign(channel, id));
    let source = match source.as_str() {
        "quick_sms" => MessageId::parse(&id).map(Source::Message),
        "sms_campaign" => campaign(Channel::Sms),
        "mms_campaign" => campaign(Channel::Mms),
        _ => None,
    };
    let (source, account) = (source.ok_or(NOT_FOUND)?, account.id);
    let read = move |tx: &mut Tx<'_>| {
        let urls = match source {
            Source::Message(id) => match messages::by_id(tx, account, id)? {
                Some(_) => links::by_message(tx, account, id)?,
                None => return Ok(None),
            },
            Source::Campaign(channel, id) => match campaigns::get(tx, account, channel, id)? {
                Some(_) => links::by_campaign(tx, account, id)?,
                None => return Ok(None),
            },
        };
        let data: postern_store::Result<Vec<_>> = urls.iter().map(|url| of_url(tx, url)).collect();
        Ok(Some(Statistics { data: data? }))
    };
    let statistics = state.store.read(read).await?.ok_or(NOT_FOUND)?;
    let body = serde_json::to_vec(&statistics).expect("plain fields");
    Ok(answer::json(StatusCode::OK, body))
}
