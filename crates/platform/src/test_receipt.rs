//! `POST /v3/sms/receipts` and `/v3/voice/receipts`: a made-up receipt, to see whether a program reads it.

use axum::extract::State;
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_store::receipts::{self, Receipt, TestReceipt};
use postern_store::{Lane, Result};
use postern_wire::clicksend::receipt::TestRequest;

use crate::answer;
use crate::automations::{ensure_secret, is_address};
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
    let way = Way::of(&state, account.id, request).await?;
    let receipt = record(&state, account.id, Channel::Sms, None, way).await?;
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
    let way = Way::of(&state, account.id, request).await?;
    let digits = Some(DIGITS.to_owned());
    let receipt = record(&state, account.id, Channel::Voice, digits, way).await?;
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
    way: Way,
) -> Result<Receipt> {
    let now = state.now();
    let test = TestReceipt {
        message_id: MessageId::new(now, postern_vault::random()),
        digits,
        push_to: way.url,
    };
    let receipt = state
        .store
        .write(Lane::of(account.0), move |tx| {
            receipts::record_test(tx, account, channel, &test, now)
        })
        .await?;
    state.pushes.notify_one();
    Ok(receipt)
}

/// Where a made-up message or receipt goes.
pub(crate) struct Way {
    /// `None`: it is kept for polling.
    pub(crate) url: Option<String>,
    pub(crate) encoding: Encoding,
}

impl Way {
    /// # Errors
    /// Neither `poll` nor an address.
    pub(crate) async fn of(
        state: &PlatformState,
        account: AccountId,
        request: TestRequest,
    ) -> std::result::Result<Way, ApiError> {
        let encoding = match request.webhook_type.as_deref().map(str::trim) {
            None | Some("") => Encoding::Post,
            Some(word) => word.to_ascii_lowercase().parse().map_err(|_| {
                ApiError::Invalid("webhook_type must be one of post, get, json.".into())
            })?,
        };
        match request.url.as_deref().map(str::trim) {
            None | Some("") => Err(ApiError::Invalid(
                "url is missing; send `poll` or an address.".into(),
            )),
            Some(url) if url.eq_ignore_ascii_case("poll") => Ok(Way {
                url: None,
                encoding,
            }),
            Some(url) if is_address(url) => {
                ensure_secret(state, account).await?;
                Ok(Way {
                    url: Some(url.to_owned()),
                    encoding,
                })
            }
            Some(_) => Err(ApiError::Invalid(
                "url must be `poll` or an http or https URL without user name and password.".into(),
            )),
        }
    }
}
