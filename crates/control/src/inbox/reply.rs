//! `POST /inbox/replies`: somebody writes back with a handset of the simulator. The text comes in as any other does.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use http::StatusCode;
use postern_access::time_ordered;
use postern_delivery::Taken;
use postern_domain::message_id::MessageId;
use postern_domain::phone::Recipient;
use postern_domain::time::UnixMicros;
use postern_store::inbound::Incoming;
use postern_store::inbox::{self, Wanted};
use postern_wire::control::{NewReply, Reply};
use uuid::Uuid;

use crate::guard::Context;
use crate::payload::Payload;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Ten segments; longer ones are no text that a person writes.
const BODY_CHARS_MAX: usize = 1_530;
const SENDER_BYTES_MAX: usize = 20;

pub(crate) async fn reply(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
    Payload(reply): Payload<NewReply>,
) -> Result<(StatusCode, Json<Reply>), Refusal> {
    super::may_change(&context.caller)?;
    let parameters = Parameters::new(pairs, &["connection"])?;
    let account = super::account(&state, &context.caller, parameters.text("connection"))?;
    let from = Recipient::parse(&reply.from, state.settings.accounts.country)
        .map_err(|error| Refusal::invalid("from", format!("`from`: {error}")))?;
    if reply.body.is_empty() || reply.body.chars().count() > BODY_CHARS_MAX {
        let message = format!("`body` must have 1 to {BODY_CHARS_MAX} characters");
        return Err(Refusal::invalid("body", message));
    }
    let from = from.as_str().to_owned();
    let to = match reply.to {
        Some(to) if !to.is_empty() && to.len() <= SENDER_BYTES_MAX => to,
        Some(_) => {
            let message = format!("`to` must have 1 to {SENDER_BYTES_MAX} characters");
            return Err(Refusal::invalid("to", message));
        }
        None => {
            let wanted = Wanted {
                recipient: Some(from.clone()),
                after: UnixMicros::EPOCH,
                limit: 1,
            };
            let newest = state
                .store
                .read(move |tx| inbox::arrivals(tx, account, &wanted))
                .await?;
            newest
                .into_iter()
                .next()
                .map(|arrival| arrival.message.sender)
                .ok_or_else(|| {
                    Refusal::conflict(
                        "nothing_to_answer",
                        "nothing has arrived at this number, so there is nobody to answer",
                    )
                    .field("to")
                    .hint("say in `to` which of the account's numbers is written to")
                })?
        }
    };
    let id = time_ordered(state.now());
    let message_id = Uuid::try_parse(&id).map_err(|error| Refusal::internal(&error))?;
    let message_id = MessageId(message_id.into_bytes());
    let text = Incoming {
        message_id,
        sender: from.clone(),
        recipient: to.clone(),
        body: reply.body,
    };
    match state.phones.simulator.write(text).await {
        Taken::Kept => Ok((
            StatusCode::CREATED,
            Json(Reply {
                message_id: id,
                from,
                to,
            }),
        )),
        Taken::Nobody => Err(Refusal::conflict(
            "nobody",
            "no account has this number, and none wrote from it to this handset",
        )
        .field("to")),
        Taken::NotNow => Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_unavailable",
            "the text could not be kept at the moment",
        )
        .hint("try again")),
    }
}
