//! `PUT /v3/{channel}/receipts-read`: what a program has dealt with is not listed again.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;
use postern_store::{Lane, receipts};
use postern_wire::clicksend::lenient::Unix;
use postern_wire::clicksend::receipt::ReadRequest;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

/// Voice has it in the query in the old generation.
pub(crate) type InQuery = Result<Query<ReadRequest>, QueryRejection>;

pub(crate) async fn sms(
    state: State<PlatformState>,
    caller: Caller,
    query: InQuery,
    body: OptionalPayload<ReadRequest>,
) -> Result<Response, ApiError> {
    read(state, caller, Channel::Sms, query, body).await
}

pub(crate) async fn voice(
    state: State<PlatformState>,
    caller: Caller,
    query: InQuery,
    body: OptionalPayload<ReadRequest>,
) -> Result<Response, ApiError> {
    read(state, caller, Channel::Voice, query, body).await
}

pub(crate) async fn mms(
    state: State<PlatformState>,
    caller: Caller,
    query: InQuery,
    body: OptionalPayload<ReadRequest>,
) -> Result<Response, ApiError> {
    read(state, caller, Channel::Mms, query, body).await
}

async fn read(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    channel: Channel,
    query: InQuery,
    OptionalPayload(body): OptionalPayload<ReadRequest>,
) -> Result<Response, ApiError> {
    let before = before(&body, query)?;
    let id = account.id;
    // Looking for the place may take a while, so it is not done where others wait; receipts that come meanwhile lie behind it.
    let mark = state
        .store
        .read(move |tx| receipts::read_mark(tx, id, channel, before))
        .await?;
    state
        .store
        .write(Lane::of(id.0), move |tx| {
            receipts::mark_read(tx, id, channel, mark)
        })
        .await?;
    Ok(answer::success("Receipts have been marked as read.", ()))
}

/// `None`: everything.
pub(crate) fn before(body: &ReadRequest, query: InQuery) -> Result<Option<UnixMicros>, ApiError> {
    let given = match (body.date_before, query) {
        (Unix::Absent, Ok(Query(query))) => query.date_before,
        (Unix::Absent, Err(_)) => Unix::Malformed,
        (given, _) => given,
    };
    match given {
        Unix::Absent => Ok(None),
        Unix::At(secs) if secs >= 0 => Ok(Some(UnixMicros::from_secs(secs))),
        _ => Err(ApiError::Invalid(
            "date_before must be a unix time in seconds.".into(),
        )),
    }
}
