//! `PATCH /v3/senders/default-senders/{default_sender_id}`: another sender for the same country.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, default_senders};
use postern_wire::clicksend::sender::DefaultSenderRequest;

use super::strategy::{Fault, NOT_OWNED, is_owned, read};
use super::{DONE, NOT_FOUND, in_wire, refused};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::uuid;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn update(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(sender): Path<String>,
    Payload(request): Payload<DefaultSenderRequest>,
) -> Result<Response, ApiError> {
    let sender = uuid(&sender).ok_or(NOT_FOUND)?;
    let strategy = match read(request.default_sender_strategies, account.country) {
        Ok(strategy) => strategy,
        Err(Fault(field, reason)) => return Ok(refused(field, reason)),
    };
    let (id, now) = (account.id, state.now());
    let changed = state
        .store
        .write(Lane::of(id.0), move |tx| {
            match is_owned(tx, id, &strategy)? {
                true => default_senders::update(tx, id, &sender, &strategy, now).map(Some),
                false => Ok(None),
            }
        })
        .await?;
    match changed {
        Some(found) => Ok(answer::success(DONE, in_wire(found.ok_or(NOT_FOUND)?, id))),
        None => Ok(refused(NOT_OWNED.0, NOT_OWNED.1)),
    }
}
