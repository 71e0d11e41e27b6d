//! `POST /v3/sms/receipts` and `/v3/voice/receipts`: a made-up receipt, to see whether a program reads it.

use axum::extract::State;
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_store::receipts::{self, Receipt, TestReceipt};
use postern_store::{Lane, Result};
use postern_wire::clicksend::receipt::TestRequest;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::sms::rows;
use crate::state::PlatformState;
use crate::voice;

/// What the callee of a test presses: ClickSend's example.
const DIGITS: &str = "2";

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<TestRequest>,
) -> std::result::Result<Response, ApiError> {
    polled(request.url.as_deref())?;
    let receipt = record(&state, account.id, Channel::Sms, None).await?;
    Ok(answer::success(
        "Receipt has been added",
        rows::receipt(receipt, account.id),
    ))
}

pub(crate) async fn voice(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<TestRequest>,
) -> std::result::Result<Response, ApiError> {
    polled(request.url.as_deref())?;
    let digits = Some(DIGITS.to_owned());
    let receipt = record(&state, account.id, Channel::Voice, digits).await?;
    Ok(answer::success(
        "Test receipt has been added.",
        voice::receipt_row(receipt, &account),
    ))
}

async fn record(
    state: &PlatformState,
    account: AccountId,
    channel: Channel,
    digits: Option<String>,
) -> Result<Receipt> {
    let now = state.now();
    let test = TestReceipt {
        message_id: MessageId::new(now, postern_vault::random()),
        digits,
    };
    state
        .store
        .write(Lane::of(account.0), move |tx| {
            receipts::record_test(tx, account, channel, &test, now)
        })
        .await
}

/// Tests that are pushed to an address are not offered; saying so beats a success that pushes nothing.
pub(crate) fn polled(url: Option<&str>) -> std::result::Result<(), ApiError> {
    match url.map(str::trim) {
        None | Some("") => Err(ApiError::Invalid("url is missing; send `poll`.".into())),
        Some(url) if url.eq_ignore_ascii_case("poll") => Ok(()),
        Some(_) => Err(ApiError::Invalid(
            "url: only `poll` is supported so far; pushing to an address is not.".into(),
        )),
    }
}
