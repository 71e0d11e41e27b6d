//! `PUT /v3/sms/cancel-all`: every scheduled message, or those with one custom string, in bounded steps.

use axum::extract::State;
use axum::response::Response;
use postern_store::{Lane, messages};
use postern_wire::clicksend::sms::{CancelAllRequest, Cancelled};

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

/// Messages of one unit of work: others wait behind it.
const STEP_MAX: i64 = 250;

pub(crate) async fn cancel_all(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    OptionalPayload(request): OptionalPayload<CancelAllRequest>,
) -> Result<Response, ApiError> {
    let custom = request.custom_string.filter(|text| !text.is_empty());
    let (id, now) = (account.id, state.now());
    let mut count = 0;
    let mut next = Some(0);
    while let Some(after) = next {
        let custom = custom.clone();
        let some = state
            .store
            .write(Lane::of(id.0), move |tx| {
                messages::cancel_scheduled(
                    tx,
                    id,
                    channel,
                    custom.as_deref(),
                    after,
                    STEP_MAX,
                    now,
                )
            })
            .await?;
        count += some.count;
        next = some.next;
    }
    let told = format!("{count} sms messages have been cancelled.");
    Ok(answer::success(told, Cancelled { count }))
}
