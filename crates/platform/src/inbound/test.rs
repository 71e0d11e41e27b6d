//! `POST /v3/sms/inbound`: a made-up text comes in, to see whether a program reads it.

use axum::extract::State;
use axum::response::Response;
use postern_domain::message_id::MessageId;
use postern_store::Lane;
use postern_store::inbound::{self, Inbound, Original};
use postern_wire::clicksend::receipt::TestRequest;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;
use crate::test_receipt::Way;

/// One of the numbers to which nothing is ever sent.
const SENDER: &str = "+61411111111";
const BODY: &str = "This is a test inbound message.";
const ORIGINAL_BODY: &str = "This is the message that the test replies to.";

pub(crate) async fn test(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<TestRequest>,
) -> Result<Response, ApiError> {
    let way = Way::of(&state, account.id, request).await?;
    let now = state.now();
    let id = || MessageId::new(now, postern_vault::random());
    let inbound = Inbound {
        message_id: id(),
        at: now,
        sender: SENDER.to_owned(),
        recipient: state.config.shared_sender.clone(),
        body: BODY.to_owned(),
        original: Some(Original {
            message_id: id(),
            body: ORIGINAL_BODY.to_owned(),
            custom_string: String::new(),
        }),
    };
    let (account, kept) = (account.id, inbound.clone());
    state
        .store
        .write(Lane::of(account.0), move |tx| match &way.url {
            None => inbound::record(tx, account, &kept),
            Some(url) => inbound::record_pushed(tx, account, &kept, url, way.encoding, now),
        })
        .await?;
    state.pushes.notify_one();
    Ok(answer::success(
        "Test inbound message has been added.",
        in_wire(inbound),
    ))
}
