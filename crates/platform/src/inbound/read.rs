//! `PUT /v3/sms/inbound-read`: what a program has dealt with is not listed again. In bounded steps.

use axum::extract::State;
use axum::response::Response;
use postern_store::{Lane, inbound};
use postern_wire::clicksend::receipt::ReadRequest;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::OptionalPayload;
use crate::receipts_read::{InQuery, before};
use crate::state::PlatformState;

/// Texts of one unit of work: others wait behind it.
const STEP_MAX: i64 = 500;

pub(crate) async fn read(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    query: InQuery,
    OptionalPayload(body): OptionalPayload<ReadRequest>,
) -> Result<Response, ApiError> {
    // What comes in from now on has not been seen by anybody who asks for "all".
    let before = before(&body, query)?.unwrap_or(state.now().plus_micros(1));
    let id = account.id;
    loop {
        let marked = state
            .store
            .write(Lane::of(id.0), move |tx| {
                inbound::mark_read(tx, id, Some(before), STEP_MAX)
            })
            .await?;
        if marked < STEP_MAX.unsigned_abs() {
            break;
        }
    }
    Ok(answer::success(
        "Inbound messages have been marked as read.",
        (),
    ))
}
