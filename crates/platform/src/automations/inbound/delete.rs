//! `DELETE /v3/automations/sms/inbound/{inbound_rule_id}`. Pushes that wait are still made.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, rules};

use super::{NOT_FOUND, rule_number};
use crate::answer::{self, NOTHING};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(rule_id): Path<String>,
) -> Result<Response, ApiError> {
    let (id, rule_id) = (account.id, rule_number(&rule_id)?);
    let deleted = state
        .store
        .write(Lane::of(id.0), move |tx| {
            rules::delete_inbound(tx, id, rule_id)
        })
        .await?;
    match deleted {
        true => Ok(answer::success("Your record has been deleted.", NOTHING)),
        false => Err(NOT_FOUND),
    }
}
