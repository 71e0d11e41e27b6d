//! Withdrawing messages of any channel.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_store::{Lane, messages};

use crate::error::ApiError;
use crate::state::PlatformState;

/// Messages of one unit of work: others wait behind it.
const STEP_MAX: i64 = 250;
/// Unknown, sent and already cancelled are one answer, as live.
const NOT_FOUND: ApiError = ApiError::NotFound("Message record not found.");

/// Withdraws one message that no carrier has seen and gives its price back.
pub(crate) async fn cancel_one(
    state: &PlatformState,
    account: AccountId,
    channel: Channel,
    message_id: &str,
) -> Result<(), ApiError> {
    let message = MessageId::parse(message_id).ok_or(NOT_FOUND)?;
    let now = state.now();
    let cancelled = state
        .store
        .write(Lane::of(account.0), move |tx| {
            messages::cancel(tx, account, channel, message, now)
        })
        .await?;
    cancelled.then_some(()).ok_or(NOT_FOUND)
}

/// Withdraws every scheduled message of the channel, or those with one custom string, in bounded steps. Answers how many they were.
pub(crate) async fn cancel_all_of(
    state: &PlatformState,
    account: AccountId,
    channel: Channel,
    custom_string: Option<String>,
) -> Result<i64, ApiError> {
    let now = state.now();
    let mut count = 0;
    let mut next = Some(0);
    while let Some(after) = next {
        let custom = custom_string.clone();
        let some = state
            .store
            .write(Lane::of(account.0), move |tx| {
                messages::cancel_scheduled(
                    tx,
                    account,
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
    Ok(count)
}
